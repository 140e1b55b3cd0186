//! How each [`Action`] makes the next [`State`].

use super::{Action, Movement, Seeking, State};
use crate::protocol::views::Subject;
use crate::query::value_filter::Order;
use crate::time::Timestamp;
use crate::ui::url::Link;
use std::rc::Rc;
use yew::{AttrValue, Reducible};

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        let position = next.position;
        let takes_zoom_along = action.takes_zoom_along();
        next.apply(action);
        if takes_zoom_along && next.position != position {
            next.follow_playhead();
        }
        Rc::new(next)
    }
}

impl State {
    pub(super) fn apply(&mut self, action: Action) {
        match action {
            Action::Opening(opening) => {
                self.alert = None;
                self.status = format!("Opening {}…", opening.name).into();
                self.opening = Some(opening);
            }
            Action::Progress(stage) => {
                if let Some(opening) = &mut self.opening {
                    opening.stage = stage;
                }
            }
            Action::NotOpened(message) => {
                self.stop_opening();
                self.fail(message);
            }
            Action::Fail(message) => self.fail(message),
            Action::Switch => self.switch(),
            Action::Learn(places, facts) => self.learn_of_files(&places, facts),
            Action::Adding { done, of } => self.adding(done, of),
            Action::NotAdded(number) => {
                if let Some(files) = &mut self.files {
                    files.refuse(number, "it cannot be read".to_owned());
                }
            }
            Action::Relist(found) => {
                if let Some(files) = &mut self.files {
                    files.relist(&found);
                }
            }
            Action::AddNames(place) => self.keep_path_index(place),
            Action::GoTo(time) => self.go_to(time),
            Action::GoToBeginning => {
                if let Some((first, _)) = self.bounds() {
                    self.go_to(first);
                }
            }
            Action::Move(movement) => self.seek(movement),
            Action::EditSeek => self.seeking.error = None,
            Action::Filter(text) => {
                self.filter.text = text;
                self.filter.error = None;
                self.forget_rows();
            }
            Action::Values(text) => {
                self.values.text = text;
                self.values.error = None;
                self.window = None;
                self.active.clear();
            }
            Action::Sort(by) => {
                let descending = self.order.by == by && !self.order.descending;
                self.order = Order { by, descending };
                self.window = None;
                self.active.clear();
            }
            Action::SingleKeys(on) => self.single_keys_off = !on,
            // To close one dialog closes no other.
            Action::Help(shown) => {
                self.palette &= !shown;
                self.help = shown;
            }
            Action::Palette(shown) => {
                self.help &= !shown;
                self.palette = shown;
            }
            Action::SaveAs(shown) => {
                self.palette &= !shown;
                self.save_as = shown;
            }
            Action::Show(view) => self.view = view,
            Action::Want(window) => self.window = Some(window),
            Action::Activate(row) => {
                self.activate(row);
                self.panes.details |= !self.panes.wide;
            }
            Action::Select(subject) => self.select(subject),
            Action::MoreUpdates => self.details.more = self.details.more.saturating_add(200),
            Action::WantBatches(window) => self.batches.window = Some(window),
            Action::ActivateBatch(row) => self.activate_batch(row),
            Action::OpenBatch(row) => self.open_batch(row),
            Action::ShowDetails(shown) => {
                self.panes.details = shown;
                self.panes.namespace &= self.panes.wide || !shown;
                self.panes.recording &= self.panes.wide || !shown;
            }
            Action::ShowNamespace(shown) => {
                self.panes.namespace = shown;
                self.panes.details &= self.panes.wide || !shown;
                self.panes.recording &= self.panes.wide || !shown;
            }
            Action::ShowRecording(shown) => {
                self.panes.recording = shown;
                self.panes.details &= self.panes.wide || !shown;
                self.panes.namespace &= self.panes.wide || !shown;
            }
            Action::Wide(wide) => self.panes = self.panes.at(wide),
            Action::TogglePlotted(subject) => self.toggle_plotted(subject),
            Action::TogglePin(id, path) => self.toggle_pin(id, path.to_string()),
            Action::Step(step) => self.step = step,
            Action::PlotRoom(columns) => self.plot.columns = columns,
            Action::PlotShared(shared) => self.plot.shared = shared,
            Action::PlotLog(log) => self.plot.log = log,
            Action::Crosshair(time) => self.plot.crosshair = time,
            Action::WantStatistics(window) => self.statistics.window = Some(window),
            Action::ActivateStatistics(row) => self.activate_statistics(row),
            Action::SortStatistics(sort) => self.statistics.sort = sort,
            Action::CompareHere => self.compare_with(self.position),
            Action::CompareSwap => self.swap_compared(),
            Action::CompareOnly(change) => self.compare_only(change),
            Action::WantDifferences(window) => self.compare.window = Some(window),
            Action::ActivateDifference(row) => self.activate_difference(row),
            Action::Find(text) => self.edit_find(text),
            Action::Hit { forward } => self.seek_hit(forward),
            Action::WantHits(window) => self.find.window = Some(window),
            Action::ActivateHit(row) => self.activate_hit(row),
            Action::OpenHit(row) => self.open_hit(row),
            Action::Zoom(zoom) => self.zoom_to(zoom),
            Action::ZoomBy(factor) => self.zoom_by(factor),
            Action::Range(range) => self.want_range(range),
            Action::Preview(preview) => self.preview = preview,
            Action::RangeStart => self.range_from_here(true),
            Action::RangeEnd => self.range_from_here(false),
            Action::Undo => self.undo(),
            Action::Log(log) => self.log = log,
            Action::Zone(zone) => self.zone = zone,
            Action::WantTree(window) => self.namespace.window = Some(window),
            Action::ActivateTree(row) => self.namespace.active = Some(row),
            Action::ToggleBranch(prefix) => self.toggle_branch(&prefix),
            Action::Play(playing) => self.play(playing),
            Action::Speed(speed) => self.playback.speed = speed,
            Action::FollowEnd(on) => self.follow_end(on),
            Action::Loop(looped) => self.playback.looped = looped,
            Action::Tick(now) => self.tick(now),
            Action::Verify(is_on) => self.verify.turn(is_on),
            Action::Say(sentence) => self.status = sentence,
            Action::Room(slots) => self.slots = slots,
            Action::Dismiss => self.alert = None,
            Action::Theme(theme) => self.theme = theme,
            Action::Follow(link) => self.follow(link),
            Action::Worker(event) => self.hear(event),
        }
        self.stay_or_follow();
    }

    pub(super) fn fail(&mut self, message: impl Into<AttrValue>) {
        self.alert = Some(message.into());
        self.choose_again = false;
        self.status = AttrValue::default();
    }

    pub(super) fn go_to(&mut self, time: Timestamp) {
        if let Some((first, last)) = self.bounds() {
            self.position = Some(time.clamp(first, last));
            // A hand on the playhead is newer than any movement under way.
            self.seeking = Seeking::default();
        }
    }

    pub(super) fn seek(&mut self, movement: Movement) {
        if self.extent().is_none() {
            return;
        }
        self.seeking.error = None;
        let movement = match movement {
            Movement::Expression(text) => match self.zone.in_utc(&text) {
                Ok(text) => Movement::Expression(text.into()),
                Err(why) => {
                    self.seeking.error = Some(why.into());
                    return;
                }
            },
            movement => movement,
        };
        let next = match self.seeking.next.take() {
            Some(waiting) => waiting.then(movement),
            None => movement,
        };
        self.seeking.next = Some(next);
        self.seek_next();
    }

    /// Starts the waiting movement if none is under way.
    pub(super) fn seek_next(&mut self) {
        if self.seeking.under_way.is_none()
            && let Some(movement) = self.seeking.next.take()
        {
            self.seeking.under_way = movement.request(self).map(Rc::new);
        }
    }

    /// Shows what a link says, or keeps it for the file that it is about.
    pub(super) fn follow(&mut self, link: Link) {
        self.zone = link.zone.unwrap_or(self.zone);
        match self.file.is_some() {
            true => self.restore(link),
            false => {
                self.view = link.view.unwrap_or(self.view);
                self.follow_filter(&link);
                self.pending = Some(link);
            }
        }
    }

    /// Shows what a link says of the open file. No step of undo, and the zoom is that of the link,
    /// wherever the playhead is.
    fn restore(&mut self, mut link: Link) {
        // A link of this page's own says everything: what is not in it is not.
        let is_own = link.view.is_some();
        if is_own {
            link.filter.get_or_insert_default();
        }
        if is_own || link.from.is_some() || link.to.is_some() {
            self.set_range(self.range_of(&link));
        }
        if is_own || link.zoom.is_some() {
            self.zoom = link.zoom.and_then(|zoom| self.within(zoom));
        }
        if let Some(at) = link.at {
            self.go_to(at);
        }
        self.view = link.view.unwrap_or(self.view);
        if is_own || link.compare.is_some() {
            self.compare_with(link.compare);
        }
        self.follow_filter(&link);
        if is_own || !link.plot.is_empty() {
            self.plot.subjects = subjects(link.plot);
        }
        match link.path {
            Some(path) if self.selected_path() == Some(&*path) => {}
            Some(path) => self.select(Subject::Path(path)),
            None if is_own => self.deselect(),
            None => {}
        }
    }

    fn follow_filter(&mut self, link: &Link) {
        // A link of this page's own says everything: what is not in it is not.
        let find = link.find.clone().or_else(|| link.view.map(|_| String::new()));
        if let Some(find) = find.filter(|it| **it != *self.find.input.text) {
            self.edit_find(find.into());
        }
        if let Some(filter) = link.filter.as_ref().filter(|it| ***it != *self.filter.text) {
            self.apply(Action::Filter(filter.clone().into()));
        }
    }
}

pub(super) fn subjects(paths: Vec<String>) -> Rc<Vec<Subject>> {
    let mut subjects: Vec<Subject> = Vec::new();
    for subject in paths.into_iter().map(Subject::Path) {
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    Rc::new(subjects)
}
