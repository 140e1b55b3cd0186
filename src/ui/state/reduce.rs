//! How each [`Action`] makes the next [`State`].

use super::{Action, DetailsView, Movement, Panes, Seeking, State};
use crate::protocol::views::Subject;
use crate::query::value_filter::Order;
use crate::time::Timestamp;
use crate::ui::keys::{self, Pressed};
use crate::ui::url::Link;
use std::rc::Rc;
use yew::{AttrValue, Reducible};

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        let position = next.position;
        next.apply(action);
        // A file that is opened comes with the zoom of its link, wherever the playhead is.
        if position.is_some() && next.position != position {
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
            Action::NotOpened(message) => {
                self.opening = None;
                self.fail(message);
            }
            Action::Choose(chosen) => self.chosen = chosen,
            Action::Switch(nth) => self.switch(nth),
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
                self.active_row = None;
            }
            Action::Sort(by) => {
                let descending = self.order.by == by && !self.order.descending;
                self.order = Order { by, descending };
                self.window = None;
                self.active_row = None;
            }
            Action::Key { key, ctrl, shift } => {
                let pressed = Pressed { key: &key, ctrl, alt: false, shift };
                if let Some(action) = keys::action_of(&pressed, self) {
                    self.apply(action);
                }
            }
            Action::Help(shown) => {
                self.palette = false;
                self.help = shown;
            }
            Action::Palette(shown) => {
                self.help = false;
                self.palette = shown;
            }
            Action::SaveAs(shown) => {
                self.palette = false;
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
            }
            Action::ShowNamespace(shown) => {
                self.panes.namespace = shown;
                self.panes.details &= self.panes.wide || !shown;
            }
            Action::Wide(wide) => self.panes = Panes { wide, details: wide, namespace: wide },
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
            Action::Zoom(zoom) => self.zoom_to(zoom),
            Action::ZoomBy(factor) => self.zoom_by(factor),
            Action::Range(range) => self.want_range(range),
            Action::RangeStart => self.range_from_here(true),
            Action::RangeEnd => self.range_from_here(false),
            Action::Undo => self.undo(),
            Action::Log(log) => self.log = log,
            Action::Local(local) => self.local = local,
            Action::WantTree(window) => self.namespace.window = Some(window),
            Action::ActivateTree(row) => self.namespace.active = Some(row),
            Action::ToggleBranch(prefix) => self.toggle_branch(&prefix),
            Action::Play(playing) => self.play(playing),
            Action::Speed(speed) => self.playback.speed = speed,
            Action::FollowEnd(on) => self.follow_end(on),
            Action::Loop(looped) => self.playback.looped = looped,
            Action::Tick(now) => self.tick(now),
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

    pub(super) fn follow(&mut self, mut link: Link) {
        // A link of this page's own says everything: what is not in it is not.
        if link.view.is_some() && self.file.is_some() {
            if link.path.is_none() {
                self.selected = None;
                self.details = DetailsView::default();
            }
            if link.from.is_none() && link.to.is_none() {
                self.want_range(None);
            }
            link.filter.get_or_insert_default();
            self.plot.subjects = subjects(link.plot);
            self.zoom = link.zoom.and_then(|zoom| self.within(zoom));
        } else if self.file.is_none() {
            self.link_plot = link.plot;
            self.link_zoom = link.zoom;
        }
        if let Some(at) = link.at {
            if self.file.is_some() {
                self.go_to(at);
            } else {
                self.link_at = Some(at);
            }
        }
        match (self.extent(), link.from, link.to) {
            (_, None, None) => {}
            (Some((first, last)), from, to) => {
                self.want_range(Some((from.unwrap_or(first), to.unwrap_or(last))));
            }
            (None, from, to) => self.link_range = [from, to],
        }
        if let Some(filter) = link.filter.filter(|filter| **filter != *self.filter.text) {
            self.apply(Action::Filter(filter.into()));
        }
        self.view = link.view.unwrap_or(self.view);
        match link.path {
            Some(path) if self.file.is_some() => {
                if self.selected_path() != Some(&*path) {
                    self.select(Subject::Path(path));
                }
            }
            path => self.link_path = path.or(self.link_path.take()),
        }
    }

    /// Takes what is looked at along to another of the chosen files, so that they can be compared.
    fn switch(&mut self, nth: usize) {
        let Link { at, path, plot, zoom, .. } = self.link();
        self.link_at = at;
        self.link_path = path;
        self.link_plot = plot;
        self.link_zoom = zoom;
        self.link_range = [self.range.map(|(from, _)| from), self.range.map(|(_, to)| to)];
        if let Some(chosen) = &mut self.chosen {
            chosen.nth = nth;
        }
    }
}

pub(super) fn subjects(paths: Vec<String>) -> Rc<Vec<Subject>> {
    Rc::new(paths.into_iter().map(Subject::Path).collect())
}
