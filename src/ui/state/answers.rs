//! How what the worker says makes the next [`State`].

use super::reduce::subjects;
use super::{FilterInput, OpenFile, Seeking, Shown, State, View};
use crate::client::Event;
use crate::protocol::views::{Subject, ViewRequest, ViewResponse};
use crate::protocol::{Failure, Request, Response, Summary};
use crate::ui::format;
use std::rc::Rc;
use yew::AttrValue;

impl State {
    /// Takes in what the worker says.
    pub(super) fn hear(&mut self, event: Event) {
        match event {
            Event::Scanned { summary, now } => self.scanned(summary, Some(now)),
            Event::Held(live) => self.hold(live),
            Event::Lost { message } => self.lost(&message),
            Event::Answer { request, response, restored, late } => {
                self.answer(request, response, restored, late);
            }
            Event::Restarted { message, reopening } => {
                self.opening = None;
                let what_now = match (&self.file, reopening) {
                    (Some(file), true) => format!("{} is being opened again", file.summary.name),
                    (Some(file), false) => format!("{} was closed", file.summary.name),
                    (None, _) => "The page is ready for another file".to_owned(),
                };
                // Something that was asked broke it: nothing of it is asked again.
                self.close();
                self.filter = FilterInput::default();
                self.fail(format!(
                    "The reader hit a bug and was restarted. {what_now}. ({message})"
                ));
            }
            Event::Unavailable { message } => {
                self.opening = None;
                self.close();
                self.fail(format!("The reader cannot run in this browser: {message}"));
            }
        }
    }

    fn close(&mut self) {
        self.file = None;
        self.position = None;
        self.shown = None;
        self.image_error = None;
        self.density = None;
        self.seeking = Seeking::default();
        self.close_views();
    }

    /// Notes that the worker took a filter.
    pub(super) fn accept_filter(&mut self, filter: &str) {
        if *filter == *self.filter.text {
            self.filter.error = None;
        }
        self.filter.good = filter.to_owned().into();
    }

    /// Notes that the worker did not take a filter.
    pub(super) fn refuse_filter(&mut self, filter: &str, failure: Failure) {
        if *filter == *self.filter.text {
            self.filter.error = Some(failure.message.into());
        }
    }

    fn answer(
        &mut self,
        request: Request,
        response: Result<Response, Failure>,
        restored: bool,
        late: bool,
    ) {
        if self.comes_later(&request, &response) {
            return;
        }
        match (request, response) {
            (Request::Open { .. }, Ok(Response::Opened(summary))) => {
                self.opened(summary, restored, late);
            }
            (Request::AddNames { name }, Ok(Response::Scanned(summary))) => {
                let paths = format::count(summary.paths, "path", "paths");
                self.scanned(summary, None);
                self.alert = None;
                self.status = format!("Added {name}: {paths}").into();
            }
            (Request::Refresh { name }, response) => self.refreshed(&name, response),
            (_, Ok(Response::Scanned(summary))) => self.scanned(summary, None),
            (Request::Image(query), Ok(Response::Image(page))) => {
                self.accept_filter(&query.filter);
                let (filter, values) =
                    (AttrValue::from(query.filter), AttrValue::from(query.values));
                if values == self.zone.conditions_in_utc(&self.values.text) {
                    self.values.error = None;
                }
                self.values.good = values.clone();
                let before = self.shown.as_ref().map(|shown| (&shown.filter, &shown.values));
                if before.is_some_and(|before| before != (&filter, &values)) {
                    let rows = format::count(page.total.into(), "row matches", "rows match");
                    self.status = rows.into();
                }
                self.shown = Some(Rc::new(Shown { filter, values, order: query.order, page }));
                self.image_error = None;
                self.settle_rows();
            }
            (Request::Density(_), Ok(Response::Density(density))) => {
                self.density = Some(Rc::new(density));
            }
            (request @ Request::Seek { .. }, response) => self.sought(&request, response),
            (Request::Image(query), Err(failure)) if failure.kind == "filter" => {
                self.refuse_filter(&query.filter, failure);
            }
            (
                request @ Request::View(
                    ViewRequest::Step(_) | ViewRequest::Locate(_) | ViewRequest::Hit(_),
                ),
                response,
            ) => {
                self.sought(&request, response);
            }
            (Request::View(request), Ok(Response::View(response))) => {
                self.answer_view(request, Ok(response));
            }
            (Request::View(request), Err(failure)) => self.answer_view(request, Err(failure)),
            (Request::Image(query), Err(failure)) if failure.kind == "values" => {
                if *query.values == *self.zone.conditions_in_utc(&self.values.text) {
                    self.values.error = Some(failure.message.into());
                }
            }
            (Request::Open { name }, Err(failure)) => {
                // What came too late is not looked for any more.
                if !late {
                    self.refused(&name, &failure);
                }
            }
            (Request::Image(_), Err(failure)) => {
                // Rows of another position would be wrong values here.
                self.shown = None;
                self.image_error = Some(failure.message.clone().into());
                self.fail(failure.message);
            }
            (Request::AddFile { .. } | Request::LookAt { .. }, Ok(Response::Added)) => {}
            // Whoever looks tries again, or leaves the file out.
            (Request::LookAt { .. }, Err(_)) => {}
            (Request::AddFile { name, .. }, Err(failure)) => {
                self.status = format!("{name} is left out: {}", failure.message).into();
            }
            (_, Err(failure)) => self.fail(failure.message),
            (_, Ok(_)) => self.fail("The reader misunderstood a question"),
        }
    }

    fn opened(&mut self, summary: Summary, restored: bool, late: bool) {
        // What is opened next is wanted with the same.
        let wanted = self.pending.clone().filter(|_| late);
        if !restored && !late {
            self.alert = None;
        }
        self.close();
        self.forget_rows();
        self.playback.playing = false;
        let pending = self.pending.as_mut();
        let (path, plot) = pending
            .map(|link| (link.path.take(), std::mem::take(&mut link.plot)))
            .unwrap_or_default();
        self.selected = path.map(Subject::Path);
        if summary.first.is_none() && summary.problem_count > 0 {
            self.view = View::Problems;
        }
        self.serial = self.serial.wrapping_add(1);
        if !late {
            self.status = opened_sentence(&summary).into();
        }
        self.file = Some(Rc::new(OpenFile { serial: self.serial, summary }));
        if !restored {
            self.take_files(late);
        }
        self.restored = self.restored.wrapping_add(u32::from(restored));
        // A link may lead to what comes with them.
        let others = self.files.as_ref().map_or(0, |files| files.to_add().len());
        self.adding = (others > 0).then_some((0, others));
        self.plot.subjects = subjects(plot);
        self.begin_scan();
        self.reach_link();
        if wanted.is_some() {
            self.pending = wanted;
        }
    }

    fn sought(&mut self, request: &Request, response: Result<Response, Failure>) {
        // Something newer may have taken its place.
        if self.seeking.under_way.as_deref() != Some(request) {
            return;
        }
        self.seeking.under_way = None;
        match response {
            Ok(Response::Moved { position }) => {
                // Before the first batch there is nothing to see: the first batch it is.
                let (first, last) = self.bounds().unzip();
                let position = position.or(first);
                self.position = position.max(first).min(last.or(position));
            }
            Ok(Response::View(ViewResponse::Step(found))) => match found {
                Some(time) => {
                    let (first, last) = self.bounds().unzip();
                    self.position = Some(time).max(first).min(last.or(Some(time)));
                }
                None => self.status = "There is no further one".into(),
            },
            Ok(_) => self.fail("The reader misunderstood a seek"),
            Err(failure) => {
                self.seeking.error = Some(failure.message.into());
                self.seeking.next = None;
            }
        }
        self.seek_next();
    }
}

pub(super) fn opened_sentence(summary: &Summary) -> String {
    let mut sentence = format!(
        "Opened {}: {}, {}",
        summary.name,
        format::count(summary.delta_batches, "batch", "batches"),
        format::count(summary.paths, "path", "paths"),
    );
    if summary.problem_count > 0 {
        sentence += &format!(", {}", format::count(summary.problem_count, "problem", "problems"));
    }
    sentence
}
