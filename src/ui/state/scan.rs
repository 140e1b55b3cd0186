//! How far the scan of the open file is, and how the file is followed as it grows.

use super::answers::opened_sentence;
use super::{OpenFile, Seeking, State};
use crate::format::ErrorKind;
use crate::protocol::views::ViewRequest;
use crate::protocol::{Failure, Problem, Request, Response, ScanState, Summary};
use crate::time::Timestamp;
use crate::ui::format;
use crate::ui::url::Link;
use std::rc::Rc;

/// A scan tells how far it is ten times a second; every so often what is shown is asked again.
const ASKED_EVERY: u32 = 5;

/// No time left is told of a scan that has gone for fewer milliseconds.
const TELLING_MILLIS: f64 = 400.0;

/// How often in a row a file that cannot be read is looked at again before a person is told.
const PATIENCE: u32 = 3;

/// Why `current` is another file than it was, and how to go on.
const ROTATED: &str = "another file stands in its place, so it was rotated. What was written to it since the last \
                       look is in the newest file that is named by a time: drop the whole folder onto the page, \
                       and all of it is there and followed";

const NOT_FOLLOWING: &str = "No longer following";

/// What is known of the scan beside what the worker says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScanView {
    /// Milliseconds that it will still take, once that can be told.
    pub left: Option<f64>,
    /// Counts what became known of the file: what is shown is asked again for each.
    pub revision: u32,
    /// When it began to be watched, in milliseconds, and at which byte it was then.
    began: Option<(f64, u64)>,
    /// What is said at its end, if anything.
    said: Option<Said>,
    /// How often it told how far it was.
    ticks: u32,
    /// Where the playhead waits for what a link wants to be known.
    reached: Option<Timestamp>,
}

/// What a scan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// To open a file.
    Opened,
    /// To read on in one that was chosen again.
    Again,
}

/// How the open file is followed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FollowView {
    /// Whether the playhead stays at the end as the file grows.
    pub on: bool,
    /// Whether the page can look at the open file again by itself.
    pub live: bool,
    /// Counts the looks that are wanted at once.
    pub looks: u32,
    /// How often in a row the file could not be read.
    failures: u32,
}

impl State {
    /// Begins with a file that was opened.
    pub(super) fn begin_scan(&mut self) {
        let revision = self.scan.revision.wrapping_add(1);
        self.scan = ScanView { revision, ..ScanView::default() };
        self.follow = FollowView::default();
        if let Some(file) = self.file.clone()
            && file.summary.scan == ScanState::Going
        {
            self.scan.said = Some(Said::Opened);
            self.status = so_far("Reading", &file.summary).into();
        }
    }

    /// Goes where a link wants to go in a file that was just opened, as far as is known by now.
    pub(super) fn reach_link(&mut self) {
        let is_going = self.is_coming();
        if !is_going {
            self.reach_range();
        }
        let wanted = self.pending.as_ref().and_then(|link| link.at);
        self.position = self
            .bounds()
            .map(|(first, last)| wanted.map_or(first, |wanted| wanted.clamp(first, last)));
        let is_elsewhere = wanted.is_some() && wanted != self.position;
        self.scan.reached = self.position.filter(|_| is_going && is_elsewhere);
        if self.scan.reached.is_none() {
            self.stop_waiting();
        }
        if !is_going {
            self.pending = None;
        }
    }

    /// Whether more of the recording becomes known by itself: of the open file, or of those that are added to it.
    fn is_coming(&self) -> bool {
        let is_going = self.file.as_ref().is_some_and(|it| it.summary.scan == ScanState::Going);
        is_going || self.adding.is_some()
    }

    /// Goes where a link leads, now that all files are there.
    pub(super) fn end_waiting(&mut self) {
        if self.is_coming() {
            return;
        }
        if self.scan.reached.is_some() && self.scan.reached == self.position {
            self.reach_link();
        } else {
            self.reach_range();
            self.pending = None;
        }
    }

    /// The playhead no longer waits for the time of a link.
    fn stop_waiting(&mut self) {
        self.scan.reached = None;
        if let Some(link) = &mut self.pending {
            link.at = None;
        }
    }

    /// Selects and zooms to what a link wants, now that all of the file is known.
    fn reach_range(&mut self) {
        let Some(link) = &mut self.pending else { return };
        let (from, to, zoom) = (link.from.take(), link.to.take(), link.zoom.take());
        let link = Link { from, to, ..Link::default() };
        if from.is_some() || to.is_some() {
            self.set_range(self.range_of(&link));
        }
        if let Some(zoom) = zoom {
            self.zoom = self.within(zoom);
        }
    }

    /// More of the open file is known, or all of it; `now` in milliseconds.
    pub(super) fn scanned(&mut self, mut summary: Summary, now: Option<f64>) {
        let Some(file) = self.file.clone() else { return };
        let OpenFile { summary: before, .. } = &*file;
        if self.follow.on {
            forget_uncommitted(&mut summary);
        }
        self.scan.left = self.time_left(&summary, now);
        let (last, was) = (before.last, before.scan);
        let has_news = *before != summary;
        // A rotated file ends where it will ever end: the next one begins anew.
        if before.scanned != summary.scanned {
            self.follow.failures = 0;
        }
        if has_news {
            let file = OpenFile { summary: summary.clone(), ..*file };
            self.file = Some(Rc::new(file));
            if summary.scan != ScanState::Going {
                self.learn_of_open();
            }
        }
        let link_waits = self.scan.reached.is_some() && self.scan.reached == self.position;
        if self.position.is_none() || link_waits {
            self.reach_link();
        } else {
            // A person who went elsewhere meanwhile wants to be there.
            self.stop_waiting();
            if !self.is_coming() {
                self.reach_range();
            }
        }
        let was_at_end = self.position >= last;
        if self.follow.on
            && let Some((_, end)) = self.bounds()
        {
            self.position = Some(end);
            self.follow_playhead();
        }
        self.scan.ticks = self.scan.ticks.wrapping_add(1);
        let is_going = summary.scan == ScanState::Going;
        if has_news && (!is_going || was_at_end || self.scan.ticks.is_multiple_of(ASKED_EVERY)) {
            self.ask_again();
        }
        match (was, summary.scan) {
            (ScanState::Going, ScanState::Over) => self.scan_over(&summary),
            (ScanState::Going, ScanState::Stopped) => {
                self.status = so_far("Stopped reading", &summary).into();
            }
            (ScanState::Stopped, ScanState::Going) => {
                self.scan.said = Some(Said::Opened);
                self.status = so_far("Reading", &summary).into();
            }
            _ => {}
        }
    }

    fn scan_over(&mut self, summary: &Summary) {
        let said = self.scan.said.take();
        if let Some(failure) = broke_off(summary) {
            if !self.look_again() {
                self.fail(format!("{} could not be read to its end: {}", summary.name, failure));
            }
        } else if let Some(said) = said {
            self.status = match said {
                Said::Opened => opened_sentence(summary).into(),
                Said::Again => again_sentence(summary).into(),
            };
        }
    }

    /// Milliseconds until a scan is over.
    fn time_left(&mut self, summary: &Summary, now: Option<f64>) -> Option<f64> {
        if summary.scan != ScanState::Going {
            self.scan.began = None;
            return None;
        }
        let Some(now) = now else { return self.scan.left };
        let (since, from) = *self.scan.began.get_or_insert((now, summary.scanned));
        let (millis, done) = (now - since, summary.scanned.saturating_sub(from) as f64);
        let left = to_scan(summary).saturating_sub(summary.scanned) as f64;
        (millis >= TELLING_MILLIS && done > 0.0).then(|| millis * left / done)
    }

    /// Asks again for all that is shown.
    pub(super) fn ask_again(&mut self) {
        self.scan.revision = self.scan.revision.wrapping_add(1);
    }

    /// Whether the page can look at the open file again by itself.
    pub(super) fn hold(&mut self, live: bool) {
        self.follow.live = live;
        if let Some(file) = self.file.clone()
            && file.summary.scan == ScanState::Over
        {
            self.scan_over(&file.summary);
        }
    }

    /// The file was looked at again.
    pub(super) fn refreshed(&mut self, name: &str, response: Result<Response, Failure>) {
        let failure = match response {
            Ok(Response::Scanned(summary)) => {
                let failed = self.follow.failures > 0;
                let is_over = summary.scan == ScanState::Over;
                let is_said = !self.follow.live;
                if is_said {
                    self.alert = None;
                }
                if is_said && is_over {
                    self.status = again_sentence(&summary).into();
                } else if is_said {
                    self.scan.said = Some(Said::Again);
                }
                self.scanned(summary, None);
                if failed {
                    self.ask_again();
                }
                return;
            }
            Ok(_) => return self.fail(format!("The reader misunderstood a look at {name}")),
            Err(failure) => failure,
        };
        // A snapshot that was changed before it was read is only old: the next one will do.
        if failure.kind == ErrorKind::Source.name() && self.look_again() {
            return;
        }
        let is_current = self
            .file
            .as_ref()
            .is_some_and(|it| it.summary.name.rsplit('/').next() == Some("current"));
        if failure.kind == ErrorKind::Changed.name() && is_current {
            return self.lose(ROTATED);
        }
        self.lose(&failure.message);
    }

    /// The file cannot be looked at any more, or not now.
    pub(super) fn lost(&mut self, message: &str) {
        if self.file.is_some() && !self.look_again() {
            self.lose(&format!("the file cannot be read ({message})"));
        }
    }

    fn lose(&mut self, why: &str) {
        let Some(file) = &self.file else { return };
        let what_now = match std::mem::take(&mut self.follow.on) {
            true => "It is no longer followed. What was read of it stays",
            false => "What was read of it stays",
        };
        let name = file.summary.name.clone();
        // Another look is of no use: what was held back for one is shown as far as it goes.
        self.follow.failures = PATIENCE;
        self.ask_again();
        self.fail(format!("{name} cannot be read on: {why}. {what_now}."));
    }

    /// Whether an answer is missing only because the file changed, and a look at it as it is now
    /// will bring it.
    pub(super) fn comes_later(
        &mut self,
        request: &Request,
        response: &Result<Response, Failure>,
    ) -> bool {
        let is_source = |kind: &str| kind == ErrorKind::Source.name();
        match (request, response) {
            // A step is under way until it is answered.
            (Request::View(ViewRequest::Step(_)), _) => false,
            (Request::Image(_) | Request::View(_), Err(failure)) => {
                is_source(&failure.kind) && self.look_again()
            }
            (_, Ok(Response::Image(page))) => {
                let unread = page.problems.iter().any(|problem| is_source(&problem.kind));
                if !unread {
                    self.follow.failures = 0;
                }
                unread && self.look_again()
            }
            _ => false,
        }
    }

    /// Wants another look at the file, unless there is no way, or it was of no use.
    fn look_again(&mut self) -> bool {
        self.follow.failures += 1;
        let is_worth_it = self.follow.live && self.follow.failures <= PATIENCE;
        self.follow.looks = self.follow.looks.wrapping_add(u32::from(is_worth_it));
        is_worth_it
    }

    /// Keeps the playhead at the end, or no longer.
    pub(super) fn follow_end(&mut self, on: bool) {
        let Some(file) = &self.file else { return };
        self.status = match on {
            true => format!("Following {}", file.summary.name).into(),
            false => NOT_FOLLOWING.into(),
        };
        self.follow.on = on;
        self.follow.failures = 0;
        if on {
            self.playback.playing = false;
            self.seeking = Seeking::default();
            self.follow.looks = self.follow.looks.wrapping_add(1);
            self.position = self.bounds().map(|(_, end)| end);
        }
    }

    /// Whoever moves the playhead away from the end does not follow any more.
    pub(super) fn stay_or_follow(&mut self) {
        let end = self.bounds().map(|(_, end)| end);
        if self.follow.on && self.position < end {
            self.follow.on = false;
            self.status = NOT_FOLLOWING.into();
        }
    }
}

/// Offset of the end of what there is to scan.
pub fn to_scan(summary: &Summary) -> u64 {
    summary.committed.min(summary.length)
}

/// How far a scan is, from 0 to 1.
pub fn part(summary: &Summary) -> f64 {
    (summary.scanned as f64 / to_scan(summary).max(1) as f64).min(1.0)
}

/// While a file is recorded, bytes behind the committed end are on their way in.
fn forget_uncommitted(summary: &mut Summary) {
    let before = summary.problems.len();
    summary.problems.retain(|problem| problem.kind != ErrorKind::Uncommitted.name());
    summary.problem_count -= (before - summary.problems.len()) as u64;
}

/// Why a scan ended before its time.
fn broke_off(summary: &Summary) -> Option<&str> {
    let is_source = |problem: &&Problem| problem.kind == ErrorKind::Source.name();
    summary.problems.iter().rev().find(is_source).map(|problem| problem.message.as_str())
}

fn so_far(what: &str, summary: &Summary) -> String {
    format!("{what} {}: {} so far", summary.name, counts(summary))
}

fn again_sentence(summary: &Summary) -> String {
    format!("Read {} again: {}", summary.name, counts(summary))
}

fn counts(summary: &Summary) -> String {
    format!(
        "{}, {}",
        format::count(summary.delta_batches, "batch", "batches"),
        format::count(summary.paths, "path", "paths")
    )
}
