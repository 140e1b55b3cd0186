//! What the page shows, and every way in which that changes.
//!
//! [`State`] is one value; an [`Action`] makes the next one of it, in `reduce`, `answers` and nowhere else,
//! without touching the browser. What has to be asked of the worker follows from the state: see
//! [`image_query`](State::image_query), [`density_query`](State::density_query) and
//! [`seek_request`](State::seek_request), which the hooks send when they change.

mod action;
mod answers;
mod compare;
mod files;
mod find;
mod namespace;
mod pins;
mod playback;
mod plot;
mod reduce;
mod scan;
mod selection;
#[cfg(test)]
mod tests;
mod timeline;
mod verify;
mod views;

use super::files::Files;
use super::format;
use super::scale::Scale;
use super::theme::Theme;
use super::url::Link;
use super::virtual_window::RowWindow;
use super::zone::Zone;
use super::zoom::Stretch;
use crate::protocol::views::{StepQuery, Subject, ViewRequest};
use crate::protocol::{Density, DensityQuery, ImagePage, ImageQuery, Request, Summary};
use crate::query::value_filter::Order;
use crate::time::Timestamp;
pub use action::Action;
pub use compare::CompareView;
pub use find::FindView;
pub use namespace::NamespaceView;
pub use pins::PinsView;
pub use playback::{Playback, Speed};
pub use plot::{PlotView, StatisticsView, Values};
pub use scan::{FollowView, ScanView, part, to_scan};
pub use selection::ActiveRow;
use std::rc::Rc;
pub use verify::VerifyView;
pub use views::{BatchesView, DetailsView};
use yew::{AttrValue, UseReducerDispatcher};

/// Sends actions to the one state.
pub type Dispatch = UseReducerDispatcher<State>;

/// The views that share the largest part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// The rows of the image at the position.
    #[default]
    Image,
    /// The raw rows, in the order of the file.
    Batches,
    /// Paths over time.
    Plot,
    /// How much of what there is.
    Statistics,
    /// When a condition held.
    Find,
    /// What differs between two times.
    Compare,
    /// What is wrong with the file.
    Problems,
}

impl View {
    /// All of them, in the order of their tabs.
    pub const ALL: [Self; 7] = [
        Self::Image,
        Self::Batches,
        Self::Plot,
        Self::Statistics,
        Self::Find,
        Self::Compare,
        Self::Problems,
    ];

    /// What the tab says.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "Image",
            Self::Batches => "Batches",
            Self::Plot => "Plot",
            Self::Statistics => "Statistics",
            Self::Find => "Find",
            Self::Compare => "Compare",
            Self::Problems => "Problems",
        }
    }

    /// What a link says.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Batches => "batches",
            Self::Plot => "plot",
            Self::Statistics => "statistics",
            Self::Find => "find",
            Self::Compare => "compare",
            Self::Problems => "problems",
        }
    }

    /// The view that a link means.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.key() == key)
    }
}

/// The open file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFile {
    /// Tells one opened file from the next, of the same name too.
    pub serial: u32,
    /// What the worker says about it.
    pub summary: Summary,
}

/// A file on its way in.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// What it is called.
    pub name: AttrValue,
    /// How far it is.
    pub stage: Stage,
    /// The files that are at hand once it is open.
    pub files: Option<Files>,
}

/// How far a file on its way in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The files of a folder are being listed; so many are found.
    Listing(u64),
    /// The browser is asked for it.
    Looking,
    /// It is being fetched.
    Fetching {
        /// How many bytes are there.
        done: u64,
        /// Of how many, where that is known.
        length: Option<u64>,
    },
    /// The worker has it.
    Reading,
}

impl Opening {
    /// How far it is, in words.
    pub fn progress(&self) -> String {
        match self.stage {
            Stage::Listing(found) => format!("{} found", format::count(found, "file", "files")),
            Stage::Looking => "Looking at the file".to_owned(),
            Stage::Fetching { done: 0, .. } => "Fetching".to_owned(),
            Stage::Fetching { done, length: None } => format!("{} fetched", format::bytes(done)),
            Stage::Fetching { done, length: Some(length) } => {
                format!("{} of {} fetched", format::bytes(done), format::bytes(length))
            }
            Stage::Reading => "Finding the batches".to_owned(),
        }
    }

    /// How far a fetch is, from 0 to 1; `None` where that cannot be told.
    pub fn part(&self) -> Option<f64> {
        let Stage::Fetching { done, length: Some(length) } = self.stage else { return None };
        (done > 0).then(|| (done as f64 / length.max(1) as f64).min(1.0))
    }
}

/// The filter as typed and the filter that works.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FilterInput {
    /// As typed.
    pub text: AttrValue,
    /// The last one that the worker took.
    pub good: AttrValue,
    /// What is wrong with the text, once the worker said so.
    pub error: Option<AttrValue>,
}

impl FilterInput {
    /// The filter to ask with: the text, unless it is known not to work.
    pub fn effective(&self) -> &AttrValue {
        if self.error.is_some() { &self.good } else { &self.text }
    }
}

/// Rows with the question that they answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The filter.
    pub filter: AttrValue,
    /// The conditions on values.
    pub values: AttrValue,
    /// The order of the rows.
    pub order: Order,
    /// The rows, the time included.
    pub page: ImagePage,
}

/// A movement that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Movement {
    /// By batches; negative is back.
    Batches(i64),
    /// By a seek expression as typed.
    Expression(AttrValue),
    /// To the batch at an offset of the file.
    Offset(u64),
    /// To the next or previous update of the selected path.
    Change {
        /// To a later one.
        forward: bool,
    },
    /// To where the next or previous hit begins.
    Hit {
        /// To a later one.
        forward: bool,
    },
}

impl Movement {
    /// What the worker has to be asked; `None` where nothing is selected that it could be about.
    fn request(&self, state: &State) -> Option<Request> {
        let position = state.position;
        let expression = match self {
            Self::Batches(batches) => format!("{batches:+}"),
            Self::Expression(text) => text.to_string(),
            Self::Offset(offset) => return Some(Request::View(ViewRequest::Locate(*offset))),
            Self::Hit { forward } => return state.hit_request(*forward),
            Self::Change { forward } => {
                let subject = state.selected.clone()?;
                let query = StepQuery { subject, from: position?, forward: *forward };
                return Some(Request::View(ViewRequest::Step(query)));
            }
        };
        Some(Request::Seek { position, expression })
    }

    /// Steps add up, so that none is lost while one is under way; anything else starts afresh.
    fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Batches(a), Self::Batches(b)) => Self::Batches(a.saturating_add(b)),
            (_, next) => next,
        }
    }
}

/// The movement under way and the one after it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seeking {
    /// What the worker was asked.
    pub under_way: Option<Rc<Request>>,
    next: Option<Movement>,
    /// Why the text in the seek box goes nowhere.
    pub error: Option<AttrValue>,
}

/// Which of the parts at the sides are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    /// Whether there is room for them beside the view; else they lie over it.
    pub wide: bool,
    /// The selected path.
    pub details: bool,
    /// The tree of paths.
    pub namespace: bool,
    /// The list of files, where there are several.
    pub recording: bool,
    /// Which were shown when there last was room: the details, the tree and the list of files.
    were: (bool, bool, bool),
}

impl Default for Panes {
    fn default() -> Self {
        Self {
            wide: true,
            details: true,
            namespace: true,
            recording: true,
            were: (true, true, true),
        }
    }
}

impl Panes {
    /// As they are once there is room, or no longer: those that a person closed stay closed.
    const fn at(self, wide: bool) -> Self {
        match (self.wide, wide) {
            (true, false) => {
                let were = (self.details, self.namespace, self.recording);
                Self { wide, details: false, namespace: false, recording: false, were }
            }
            (false, true) => {
                let (details, namespace, recording) = self.were;
                Self { wide, details, namespace, recording, ..self }
            }
            _ => self,
        }
    }
}

/// Everything that the page shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// The open file.
    pub file: Option<Rc<OpenFile>>,
    /// How many files were opened so far.
    serial: u32,
    /// The file on its way in.
    pub opening: Option<Opening>,
    /// The files that are at hand.
    pub files: Option<Files>,
    /// Of how many files that are added to the open one how many are.
    pub adding: Option<(usize, usize)>,
    /// Counts how often the worker was started anew with the open file, and without the others.
    pub restored: u32,
    /// Where the playhead is; `None` without batches.
    pub position: Option<Timestamp>,
    /// The link that the next file is opened with.
    pending: Option<Link>,
    /// Movements by batch or expression.
    pub seeking: Seeking,
    /// The filter.
    pub filter: FilterInput,
    /// The conditions on values.
    pub values: FilterInput,
    /// In which order the rows of the image stand.
    pub order: Order,
    /// The view that is shown.
    pub view: View,
    /// The rows that the grid wants.
    pub window: Option<RowWindow>,
    /// The rows that are there.
    pub shown: Option<Rc<Shown>>,
    /// Why there are none.
    pub image_error: Option<AttrValue>,
    /// The row of the image that the keys move.
    pub active: ActiveRow,
    /// The path whose details are shown.
    pub selected: Option<Subject>,
    /// Its details.
    pub details: DetailsView,
    /// The raw rows.
    pub batches: BatchesView,
    /// The tree of paths.
    pub namespace: NamespaceView,
    /// Paths that stay in view above the image.
    pub pins: PinsView,
    /// How far a step by time goes, as a seek expression takes it after its sign.
    pub step: AttrValue,
    /// Paths over the visible time.
    pub plot: PlotView,
    /// The check of everything.
    pub verify: VerifyView,
    /// Statistics of the file and its paths.
    pub statistics: StatisticsView,
    /// A condition over time and its hits.
    pub find: FindView,
    /// What is compared with the position.
    pub compare: CompareView,
    /// Whether and how the playhead moves by itself.
    pub playback: Playback,
    /// How far the scan of the open file is.
    pub scan: ScanView,
    /// Whether and how the open file is followed as it grows.
    pub follow: FollowView,
    /// The first and the last time that are wanted, both included; everything where there is none.
    pub range: Option<(Timestamp, Timestamp)>,
    /// The time that is zoomed to; the whole file where there is none.
    pub zoom: Option<(Timestamp, Timestamp)>,
    /// The times that a drag selects so far: shown, and asked for only once it ends.
    pub preview: Option<Stretch>,
    /// What was wanted and zoomed to before.
    undo: Vec<timeline::Selected>,
    /// Batches per slot of the whole file, where a part of it is zoomed to.
    pub overview: Option<Rc<Density>>,
    /// Whether heights on the timeline are logarithmic.
    pub log: bool,
    /// The zone that times are shown and read in.
    pub zone: Zone,
    /// Which of the parts at the sides are shown.
    pub panes: Panes,
    /// How many slots the timeline has room for.
    pub slots: u32,
    /// Batches per slot.
    pub density: Option<Rc<Density>>,
    /// What went well, for the live region.
    pub status: AttrValue,
    /// What went wrong, for the live region. What is wrong with the text of a field stands beside
    /// it instead.
    pub alert: Option<AttrValue>,
    /// Whether what went wrong is mended by choosing the file again.
    pub choose_again: bool,
    /// Light, dark or as the system has it.
    pub theme: Theme,
    /// Whether single keys do nothing; those with Ctrl always do something.
    pub single_keys_off: bool,
    /// Whether the keys are shown.
    pub help: bool,
    /// Whether the command palette is shown.
    pub palette: bool,
    /// Whether the dialog that saves copies is shown.
    pub save_as: bool,
}

impl State {
    /// The state that a page starts in.
    pub fn new(link: Link, theme: Theme, zone: Zone) -> Self {
        let mut state = Self { theme, zone, step: "1s".into(), ..Self::default() };
        state.follow(link);
        state
    }

    /// The rows to ask for.
    pub fn image_query(&self) -> Option<ImageQuery> {
        self.file.as_ref()?;
        let RowWindow { first, count } = self.window.unwrap_or(RowWindow::INITIAL);
        let filter = self.filter.effective().to_string();
        let values = self.zone.conditions_in_utc(self.values.effective()).to_string();
        Some(ImageQuery { at: self.position?, filter, first, count, values, order: self.order })
    }

    /// The densities to ask for: of what is visible.
    pub fn density_query(&self) -> Option<DensityQuery> {
        let (first, last) = self.visible()?;
        let scale = Scale::new(first, last, f64::from(self.slots));
        (self.slots > 0).then(|| DensityQuery {
            from: scale.from(),
            to: scale.to(),
            slots: self.slots,
        })
    }

    /// The movement to ask for.
    pub fn seek_request(&self) -> Option<Rc<Request>> {
        self.seeking.under_way.clone()
    }

    /// The times of the first and the last batch.
    pub fn extent(&self) -> Option<(Timestamp, Timestamp)> {
        let summary = &self.file.as_ref()?.summary;
        summary.first.zip(summary.last)
    }

    /// Where the playhead can be: in the range that is wanted, or in the whole file.
    pub fn bounds(&self) -> Option<(Timestamp, Timestamp)> {
        let (first, last) = self.extent()?;
        let Some((from, to)) = self.range else { return Some((first, last)) };
        Some((from.clamp(first, last), to.clamp(first, last)))
    }

    /// The time that the timeline shows: what is zoomed to, or the whole file.
    pub fn visible(&self) -> Option<(Timestamp, Timestamp)> {
        self.zoom.or_else(|| self.extent())
    }

    /// How many rows the view has.
    pub fn rows(&self) -> Option<u32> {
        match self.view {
            View::Image => self.shown.as_ref().map(|shown| shown.page.total),
            View::Batches => self.batches.page.as_ref().map(|page| page.total),
            View::Statistics => self.statistics.shown.as_ref().map(|shown| shown.total),
            View::Find => self.find.page().map(|page| page.total),
            View::Compare => self.compare.page().map(|page| page.total),
            View::Plot | View::Problems => None,
        }
    }

    /// Whether the rows shown are those of another position or filter than is asked for.
    pub fn is_behind(&self) -> bool {
        match (&self.shown, self.position) {
            _ if self.image_error.is_some() => false,
            (Some(shown), Some(at)) => {
                shown.page.at != at
                    || shown.filter != *self.filter.effective()
                    || shown.values != self.zone.conditions_in_utc(self.values.effective())
                    || shown.order != self.order
            }
            (shown, position) => shown.is_none() && position.is_some(),
        }
    }

    /// The selected path, where it is known and has a name.
    pub fn selected_path(&self) -> Option<&str> {
        match self.selected.as_ref()? {
            Subject::Path(path) => Some(path),
            Subject::Id(id) => {
                let details = self.details.shown.as_deref().filter(|details| details.id == *id);
                details?.path.as_deref()
            }
        }
    }

    /// What a link to this view says.
    pub fn link(&self) -> Link {
        Link {
            at: self.position,
            filter: Some(self.filter.text.to_string()).filter(|filter| !filter.is_empty()),
            view: Some(self.view),
            path: self.selected_path().map(str::to_owned),
            from: self.range.map(|(from, _)| from),
            to: self.range.map(|(_, to)| to),
            plot: self.plotted_paths(),
            zoom: self.zoom,
            zone: Some(self.zone),
            find: Some(self.find.input.text.to_string()).filter(|find| !find.is_empty()),
            compare: self.compare.with,
        }
    }
}
