//! Everything that can happen to a [`State`](super::State).

use super::{Movement, Opening, Speed, Stage, View};
use crate::client::Event;
use crate::protocol::Request;
use crate::protocol::views::{StatisticsSort, Subject};
use crate::query::value_filter::Column;
use crate::time::Timestamp;
use crate::ui::by_pointer::ByPointer;
use crate::ui::files::{Fact, Listed, Place};
use crate::ui::theme::Theme;
use crate::ui::url::Link;
use crate::ui::virtual_window::RowWindow;
use crate::ui::zone::Zone;
use crate::ui::zoom::Stretch;
use std::rc::Rc;
use yew::AttrValue;

/// Everything that can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A file is being fetched or read.
    Opening(Opening),
    /// The file on its way in is further.
    Progress(Stage),
    /// Another of the files at hand is opened, at the same time and with the same path.
    Switch,
    /// A file cannot even be given to the worker.
    NotOpened(String),
    /// Something that a person wanted cannot be done.
    Fail(String),
    /// More became known of files at hand, by their numbers.
    Learn(ByPointer<Vec<Place>>, Vec<(usize, Fact)>),
    /// Files are added to the open one: so many of how many.
    Adding {
        /// How many are dealt with.
        done: usize,
        /// How many there are.
        of: usize,
    },
    /// A file at hand, by its number, could not be added.
    NotAdded(usize),
    /// The folder was listed again: what it holds by now.
    Relist(Rc<Vec<(Listed, Place)>>),
    /// A path index is added to the open file.
    AddNames(Place),
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
    /// Single keys do something, or nothing.
    SingleKeys(bool),
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
    /// Everything is checked, or no longer.
    Verify(bool),
    /// The statistics are sorted by something else.
    SortStatistics(StatisticsSort),
    /// The position is compared with this time from now on.
    CompareHere,
    /// The two times that are compared change places.
    CompareSwap,
    /// One kind of change is shown, or every one.
    CompareOnly(AttrValue),
    /// The grid of the differences wants other rows.
    WantDifferences(RowWindow),
    /// The active row of the differences changes.
    ActivateDifference(u32),
    /// The condition that is searched for is edited.
    Find(AttrValue),
    /// The playhead goes to the next hit, or to the one before.
    Hit {
        /// To the next.
        forward: bool,
    },
    /// The grid of the hits wants other rows.
    WantHits(RowWindow),
    /// The active row of the hits changes.
    ActivateHit(u32),
    /// The playhead goes to where a hit begins.
    OpenHit(u32),
    /// A part of the file is zoomed to, or all of it.
    Zoom(Option<Stretch>),
    /// The visible time becomes so many times as long, around the playhead.
    ZoomBy(f64),
    /// Only what lies between two times is wanted, or everything.
    Range(Option<Stretch>),
    /// A drag selects these times so far, or is given up.
    Preview(Option<Stretch>),
    /// Only what comes from the playhead on is wanted.
    RangeStart,
    /// Only what comes up to the playhead is wanted.
    RangeEnd,
    /// The last selection of a time is taken back.
    Undo,
    /// Heights on the timeline are logarithmic, or not.
    Log(bool),
    /// Times are shown and read in another zone.
    Zone(Zone),
    /// The list of files is shown or not.
    ShowRecording(bool),
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

impl Action {
    /// Whether the zoom goes along where this moves the playhead. What brings back a view brings
    /// back its zoom, and a file is opened with the zoom of its link.
    pub(super) const fn takes_zoom_along(&self) -> bool {
        match self {
            Self::Follow(_) | Self::Undo | Self::Switch => false,
            Self::Worker(Event::Answer { request, .. }) => {
                matches!(request, Request::Seek { .. } | Request::View(_))
            }
            // A followed file takes it along by itself.
            Self::Worker(_) => false,
            _ => true,
        }
    }
}
