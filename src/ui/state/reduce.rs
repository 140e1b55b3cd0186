//! How each [`Action`] makes the next [`State`].

use super::{
    Chosen, DetailsView, FilterInput, Movement, OpenFile, Opening, Panes, Seeking, Shown, Speed,
    State, View,
};
use crate::client::Event;
use crate::protocol::views::{StatisticsSort, Subject, ViewRequest, ViewResponse};
use crate::protocol::{Failure, Request, Response, Summary};
use crate::query::value_filter::{Column, Order};
use crate::time::Timestamp;
use crate::ui::format;
use crate::ui::keys::{self, Pressed};
use crate::ui::theme::Theme;
use crate::ui::url::Link;
use crate::ui::virtual_window::RowWindow;
use crate::ui::zoom::Stretch;
use std::rc::Rc;
use yew::{AttrValue, Reducible};

/// Everything that can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A file is being fetched or read.
    Opening(Opening),
    /// Files were chosen together; nothing where it was one.
    Choose(Option<Chosen>),
    /// Another of them is opened, at the same time and with the same path.
    Switch(usize),
    /// A file cannot even be given to the worker.
    NotOpened(String),
    /// The playhead is put somewhere.
    GoTo(Timestamp),
    /// The playhead goes to the first batch.
    GoToBeginning,
    /// The playhead moves as the worker finds it.
    Move(Movement),
    /// The seek box is edited: what was wrong with it no longer is.
    EditSeek,
    /// The filter box is edited.
    Filter(AttrValue),
    /// The box of conditions on values is edited.
    Values(AttrValue),
    /// The image is sorted by a column, or the other way round.
    Sort(Column),
    /// A key was pressed where no field takes it.
    Key {
        /// What the key says.
        key: AttrValue,
        /// Whether Ctrl or Cmd was down.
        ctrl: bool,
        /// Whether Shift was down.
        shift: bool,
    },
    /// The keys are shown, or no longer.
    Help(bool),
    /// The command palette is shown, or no longer.
    Palette(bool),
    /// The dialog that saves copies is shown, or no longer.
    SaveAs(bool),
    /// A view is chosen.
    Show(View),
    /// The grid wants other rows.
    Want(RowWindow),
    /// The grid's active row changes.
    Activate(u32),
    /// A path is selected.
    Select(Subject),
    /// More updates of the selected path are wanted.
    MoreUpdates,
    /// The grid of the raw rows wants other rows.
    WantBatches(RowWindow),
    /// The active row of the raw rows changes.
    ActivateBatch(u32),
    /// The playhead goes to a raw row.
    OpenBatch(u32),
    /// The tree wants other rows.
    WantTree(RowWindow),
    /// The active row of the tree changes.
    ActivateTree(u32),
    /// A branch of the tree is opened or closed.
    ToggleBranch(AttrValue),
    /// The tree is shown or not.
    ShowNamespace(bool),
    /// The playhead moves by itself, or no longer does.
    Play(bool),
    /// Another speed is chosen.
    Speed(Speed),
    /// The playhead stays at the end as the file grows, or no longer does.
    FollowEnd(bool),
    /// Playing begins again at the end, or not.
    Loop(bool),
    /// A frame is about to be drawn, at this time in milliseconds.
    Tick(f64),
    /// A path is added to the plot, or taken away.
    TogglePlotted(Subject),
    /// A path is pinned above the image, or no longer.
    TogglePin(u32, AttrValue),
    /// Steps by time become so long.
    Step(AttrValue),
    /// The plot has room for this many columns.
    PlotRoom(u32),
    /// All tracks of the plot have one scale, or each its own.
    PlotShared(bool),
    /// Scales of the plot are logarithmic, or not.
    PlotLog(bool),
    /// The pointer is over the plot at this time.
    Crosshair(Option<Timestamp>),
    /// The grid of the statistics wants other rows.
    WantStatistics(RowWindow),
    /// The active row of the statistics changes.
    ActivateStatistics(u32),
    /// The statistics are sorted by something else.
    SortStatistics(StatisticsSort),
    /// A part of the file is zoomed to, or all of it.
    Zoom(Option<Stretch>),
    /// The visible time becomes so many times as long, around the playhead.
    ZoomBy(f64),
    /// Only what lies between two times is wanted, or everything.
    Range(Option<Stretch>),
    /// Only what comes from the playhead on is wanted.
    RangeStart,
    /// Only what comes up to the playhead is wanted.
    RangeEnd,
    /// The last selection of a time is taken back.
    Undo,
    /// Heights on the timeline are logarithmic, or not.
    Log(bool),
    /// Times on the timeline are of this machine's zone, or of UTC.
    Local(bool),
    /// The details are shown or not.
    ShowDetails(bool),
    /// The window became wide enough for the parts at the sides, or no longer is.
    Wide(bool),
    /// Something was done that is worth saying.
    Say(AttrValue),
    /// The timeline has room for this many slots.
    Room(u32),
    /// The alert is read.
    Dismiss,
    /// Another theme is chosen.
    Theme(Theme),
    /// A link is followed.
    Follow(Link),
    /// The worker says something.
    Worker(Event),
}

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
    fn seek_next(&mut self) {
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

    fn hear(&mut self, event: Event) {
        match event {
            Event::Scanned { summary, now } => self.scanned(summary, Some(now)),
            Event::Held(live) => self.hold(live),
            Event::Lost { message } => self.lost(&message),
            Event::Answer { request, response, restored } => {
                self.answer(request, response, restored);
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

    fn answer(&mut self, request: Request, response: Result<Response, Failure>, restored: bool) {
        if self.comes_later(&request, &response) {
            return;
        }
        match (request, response) {
            (Request::Open { .. }, Ok(Response::Opened(summary))) => self.opened(summary, restored),
            (Request::Refresh { name }, response) => self.refreshed(&name, response),
            (_, Ok(Response::Scanned(summary))) => self.scanned(summary, None),
            (Request::Image(query), Ok(Response::Image(page))) => {
                self.accept_filter(&query.filter);
                let (filter, values) =
                    (AttrValue::from(query.filter), AttrValue::from(query.values));
                if values == self.values.text {
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
                self.select_active();
            }
            (Request::Density(_), Ok(Response::Density(density))) => {
                self.density = Some(Rc::new(density));
            }
            (request @ Request::Seek { .. }, response) => self.sought(&request, response),
            (Request::Image(query), Err(failure)) if failure.kind == "filter" => {
                self.refuse_filter(&query.filter, failure);
            }
            (request @ Request::View(ViewRequest::Step(_) | ViewRequest::Locate(_)), response) => {
                self.sought(&request, response);
            }
            (Request::View(request), Ok(Response::View(response))) => {
                self.answer_view(request, Ok(response));
            }
            (Request::View(request), Err(failure)) => self.answer_view(request, Err(failure)),
            (Request::Image(query), Err(failure)) if failure.kind == "values" => {
                if *query.values == *self.values.text {
                    self.values.error = Some(failure.message.into());
                }
            }
            (Request::Open { name }, Err(failure)) => {
                self.opening = None;
                if let (Some(chosen), Some(file)) = (&mut self.chosen, &self.file) {
                    // The file of before stays open.
                    let is_it = |name: &AttrValue| **name == *file.summary.name;
                    chosen.nth = chosen.names.iter().position(is_it).unwrap_or(chosen.nth);
                }
                self.fail(format!("{name} cannot be opened: {}", failure.message));
            }
            (Request::Image(_), Err(failure)) => {
                // Rows of another position would be wrong values here.
                self.shown = None;
                self.image_error = Some(failure.message.clone().into());
                self.fail(failure.message);
            }
            (_, Err(failure)) => self.fail(failure.message),
            (_, Ok(_)) => self.fail("The reader misunderstood a question"),
        }
    }

    fn opened(&mut self, summary: Summary, restored: bool) {
        self.opening = None;
        if !restored {
            self.alert = None;
        }
        self.close();
        self.forget_rows();
        self.playback.playing = false;
        self.selected = self.link_path.take().map(Subject::Path);
        if summary.first.is_none() && summary.problem_count > 0 {
            self.view = View::Problems;
        }
        self.serial = self.serial.wrapping_add(1);
        self.status = opened_sentence(&summary).into();
        self.file = Some(Rc::new(OpenFile { serial: self.serial, summary }));
        self.plot.subjects = subjects(std::mem::take(&mut self.link_plot));
        self.begin_scan();
        self.reach_link();
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

fn subjects(paths: Vec<String>) -> Rc<Vec<Subject>> {
    Rc::new(paths.into_iter().map(Subject::Path).collect())
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
