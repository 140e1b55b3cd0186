//! What the views beside the image ask and are answered: details, batches and so on.
//!
//! Work that grows with the file is done in pieces: an answer that is not whole says so, and the
//! same question asked again goes on where the last one ended. So the worker is never away for
//! long, and a question that nobody asks any more costs nothing.

use super::compare::{ComparePage, CompareQuery};
use super::find::{FindPage, FindQuery, HitQuery};
use super::{Density, DensityQuery, ImageRow, Problem, verify::VerifyPage};
use crate::query::series::State;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What the views ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ViewRequest {
    /// One path in full, at a time. Answered by [`ViewResponse::Details`].
    Details(DetailsQuery),
    /// A window of the raw rows. Answered by [`ViewResponse::Batches`].
    Batches(BatchesQuery),
    /// A window of the tree of paths. Answered by [`ViewResponse::Tree`].
    Tree(TreeQuery),
    /// The next or previous event of a path. Answered by [`ViewResponse::Step`].
    Step(StepQuery),
    /// A few paths over a time. Answered by [`ViewResponse::Series`].
    Series(SeriesQuery),
    /// What a few paths are at a time. Answered by [`ViewResponse::Values`].
    Values(ValuesQuery),
    /// What the file and its paths are made of. Answered by [`ViewResponse::Statistics`].
    Statistics(StatisticsQuery),
    /// Batches per slot of the whole file. Answered by [`ViewResponse::Overview`].
    Overview(DensityQuery),
    /// The time of the last batch that begins at or before an offset of the file. Answered by
    /// [`ViewResponse::Step`].
    Locate(u64),
    /// Look at everything. Answered by [`ViewResponse::Verify`].
    Verify,
    /// When a condition held. Answered by [`ViewResponse::Find`].
    Find(FindQuery),
    /// The next or the previous hit. Answered by [`ViewResponse::Step`].
    Hit(HitQuery),
    /// What differs between two times. Answered by [`ViewResponse::Compare`].
    Compare(CompareQuery),
}

impl ViewRequest {
    /// How many kinds there are.
    pub const KINDS: usize = 12;

    /// The number of the kind, below [`KINDS`](Self::KINDS): a newer request takes the place of an
    /// older one of its kind only.
    pub const fn kind(&self) -> usize {
        match self {
            Self::Details(_) => 0,
            Self::Batches(_) => 1,
            Self::Tree(_) => 2,
            Self::Step(_) | Self::Hit(_) => 3,
            Self::Series(_) => 4,
            Self::Values(_) => 5,
            Self::Statistics(_) => 6,
            Self::Overview(_) => 7,
            Self::Locate(_) => 8,
            Self::Verify => 9,
            Self::Find(_) => 10,
            Self::Compare(_) => 11,
        }
    }
}

/// What the views are answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ViewResponse {
    /// To [`ViewRequest::Details`].
    Details(Details),
    /// To [`ViewRequest::Batches`].
    Batches(BatchesPage),
    /// To [`ViewRequest::Tree`].
    Tree(TreePage),
    /// To [`ViewRequest::Compare`].
    Compare(ComparePage),
    /// To [`ViewRequest::Find`].
    Find(Box<FindPage>),
    /// To [`ViewRequest::Step`], [`ViewRequest::Hit`] and [`ViewRequest::Locate`]: the time of the event or batch;
    /// `None` where there is none.
    Step(Option<Timestamp>),
    /// To [`ViewRequest::Series`].
    Series(Series),
    /// To [`ViewRequest::Values`]: in the order of the question, those that are there.
    Values(Vec<ImageRow>),
    /// To [`ViewRequest::Statistics`].
    Statistics(Box<Statistics>),
    /// To [`ViewRequest::Overview`].
    Overview(Density),
    /// To [`ViewRequest::Verify`].
    Verify(Box<VerifyPage>),
}

/// Which path is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// By its id in this file; ids without a path have no other name.
    Id(u32),
    /// By its canonical path, as a link has it.
    Path(String),
}

impl Subject {
    /// Whether it means the path of this id and this name.
    pub fn is(&self, id: u32, path: Option<&str>) -> bool {
        match self {
            Self::Id(it) => *it == id,
            Self::Path(it) => Some(it.as_str()) == path,
        }
    }
}

/// One path at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailsQuery {
    /// The path.
    pub subject: Subject,
    /// The time, included.
    pub at: Timestamp,
    /// At most this many updates before it.
    pub updates: u32,
}

/// One path at a time, in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// The time that was asked for.
    pub at: Timestamp,
    /// The id of the path in this file.
    pub id: u32,
    /// The path; `None` for an id that no path mapping names.
    pub path: Option<String>,
    /// What it is at that time; `None` where it was never seen before.
    pub last: Option<Box<WholeEvent>>,
    /// Its updates up to that time, the newest first. Delta batches only: an image repeats what
    /// they said.
    pub history: Vec<Update>,
    /// How far back the updates were searched; `None` for all the way to the first batch.
    pub searched_to: Option<Timestamp>,
}

/// The last event of a path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WholeEvent {
    /// The time of the batch that holds it.
    pub updated: Timestamp,
    /// The netidx type name, `unsubscribed`, or `unreadable`.
    pub kind: String,
    /// netidx's text form without the type prefix.
    pub plain: String,
    /// netidx's text form with the type prefix, as netidx reads it back.
    pub typed: String,
    /// Where the text is cut because it is too long, what the value holds in all.
    pub cut: Option<Extent>,
    /// The value as JSON; `None` for an unsubscribed path.
    pub json: Option<String>,
    /// The value taken apart, for arrays, maps and errors.
    pub parts: Option<Part>,
    /// The number or time in other notations: what it is called, and what it looks like.
    pub notations: Vec<(String, String)>,
    /// The time that the value is, where it is one.
    pub time: Option<Timestamp>,
    /// The bytes that the value is, as far as they are shown.
    pub bytes: Option<Bytes>,
}

/// How much a value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extent {
    /// Bytes of text or of data.
    Bytes(u64),
    /// Values of an array.
    Values(u64),
    /// Entries of a map.
    Entries(u64),
}

/// The bytes of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes {
    /// The first of them.
    pub shown: Vec<u8>,
    /// How many there are in all.
    pub length: u64,
}

/// A value and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The text of its key, where it stands in a map.
    pub key: Option<String>,
    /// The netidx type name.
    pub kind: String,
    /// Its text without the type prefix; of what holds others, how many.
    pub text: String,
    /// What it holds.
    pub parts: Vec<Self>,
    /// How many more it holds that are left out here.
    pub more: u64,
}

/// An event of one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// When.
    pub time: Timestamp,
    /// The netidx type name, `unsubscribed`, or `unreadable`.
    pub kind: String,
    /// netidx's text form without the type prefix.
    pub value: String,
    /// By how much a number differs from the update before, with its sign.
    pub change: Option<String>,
}

/// Which raw rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchesQuery {
    /// The filter as typed; empty takes every item.
    pub filter: String,
    /// The first and the last time, both included; the whole file where there is none.
    pub bounds: Option<(Timestamp, Timestamp)>,
    /// The first row wanted, counted from 0.
    pub first: u32,
    /// At most this many rows.
    pub count: u32,
    /// A time whose row is wanted.
    pub find: Timestamp,
}

/// Rows `first..first + rows.len()` of all that the file holds, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchesPage {
    /// How many rows there are, as far as they are counted.
    pub total: u32,
    /// Whether all are counted; if not, the same question goes on counting.
    pub whole: bool,
    /// How many batches are counted, and of how many.
    pub counted: (u64, u64),
    /// The number of the first row here.
    pub first: u32,
    /// The rows.
    pub rows: Vec<BatchRow>,
    /// The time that was to be found.
    pub find: Timestamp,
    /// The first row of the last batch at or before that time; `None` where there is none, or
    /// none counted.
    pub found: Option<u32>,
}

/// One item of one batch, or a batch without items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRow {
    /// Whether its batch is an image.
    pub is_image: bool,
    /// Whether it is the first row of its batch.
    pub is_first: bool,
    /// Offset of the record in the file.
    pub record: u64,
    /// What happened to which path, with the time of the batch; `None` for a batch without items,
    /// and for what cannot be read.
    pub item: Option<ImageRow>,
    /// The time of the batch.
    pub time: Timestamp,
    /// What cannot be read.
    pub problem: Option<Problem>,
}

impl BatchesPage {
    /// The row of a number, if it is here.
    pub fn row(&self, index: u32) -> Option<&BatchRow> {
        self.rows.get(usize::try_from(index.checked_sub(self.first)?).ok()?)
    }
}

/// Which rows of the tree of paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeQuery {
    /// The filter as typed; empty takes every path.
    pub filter: String,
    /// The branches that are not as they are at first (see [`crate::query::tree::Tree`]).
    pub toggled: Vec<String>,
    /// The first row wanted, counted from 0.
    pub first: u32,
    /// At most this many rows.
    pub count: u32,
}

/// Rows `first..first + rows.len()` of the visible tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreePage {
    /// How many rows are visible.
    pub total: u32,
    /// How many paths are in the tree.
    pub paths: u32,
    /// The number of the first row here.
    pub first: u32,
    /// The rows.
    pub rows: Vec<TreeRow>,
}

/// One row of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeRow {
    /// The text from the root to here.
    pub prefix: String,
    /// The last component of it, without the escapes of a path.
    pub name: String,
    /// How deep it is, from 0.
    pub depth: u32,
    /// Its place among its siblings, from 0.
    pub nth: u32,
    /// How many siblings it has, itself included.
    pub siblings: u32,
    /// How many paths are here and below.
    pub paths: u32,
    /// The path that ends here, if one does.
    pub id: Option<u32>,
    /// Whether the rows below are shown; `None` where there are none.
    pub open: Option<bool>,
}

impl TreePage {
    /// The row of a number, if it is here.
    pub fn row(&self, index: u32) -> Option<&TreeRow> {
        self.rows.get(usize::try_from(index.checked_sub(self.first)?).ok()?)
    }
}

/// From where, and in which direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepQuery {
    /// The path.
    pub subject: Subject,
    /// Where to start; events at this time are passed over.
    pub from: Timestamp,
    /// Later, or earlier.
    pub forward: bool,
}

/// Which paths over which time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesQuery {
    /// The paths.
    pub subjects: Vec<Subject>,
    /// Start of the first column.
    pub from: Timestamp,
    /// End of the last column, included.
    pub to: Timestamp,
    /// Into how many columns of equal length the time is cut.
    pub columns: u32,
}

/// A few paths over a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// How many batches are read, and of how many; if not all, the same question goes on.
    pub progress: (u64, u64),
    /// The paths, in the order of the question; without those that the file has not.
    pub tracks: Vec<Track>,
}

/// One path over a time; see [`crate::query::series`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// The id of the path in this file.
    pub id: u32,
    /// The path; `None` for an id that no path mapping names.
    pub path: Option<String>,
    /// The lowest value of each column; NaN where there is no number.
    pub min: Vec<f64>,
    /// The highest value of each column.
    pub max: Vec<f64>,
    /// Where the state changes, from left to right.
    pub runs: Vec<TrackRun>,
    /// The states that are no numbers: type and text.
    pub states: Vec<(String, String)>,
    /// Events of the path in the time.
    pub updates: u64,
    /// Those that are numbers.
    pub numbers: u64,
    /// The last, the lowest, the highest of them, and their mean.
    pub range: Option<[f64; 4]>,
}

/// From a column on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackRun {
    /// The column.
    pub column: u32,
    /// What holds at its end; other states by their place in [`Track::states`].
    pub held: State,
    /// How often the state changed within the column.
    pub changes: u32,
}

/// Which paths at which time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValuesQuery {
    /// The ids of the paths.
    pub ids: Vec<u32>,
    /// The time, included.
    pub at: Timestamp,
}

/// Statistics of which paths, between which times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsQuery {
    /// The filter as typed, for the paths; the file counts as a whole.
    pub filter: String,
    /// The first and the last time, both included; the whole file where there is none.
    pub bounds: Option<(Timestamp, Timestamp)>,
    /// By what the paths are sorted.
    pub sort: StatisticsSort,
    /// The first row wanted, counted from 0.
    pub first: u32,
    /// At most this many rows.
    pub count: u32,
}

/// By what the paths are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatisticsSort {
    /// By path.
    Path,
    /// The most updates first.
    #[default]
    Updates,
    /// The most bytes first.
    Bytes,
}

/// What the file is made of, and a window of its paths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// How many batches are counted, and of how many; if not all, the same question goes on.
    pub progress: (u64, u64),
    /// The delta batches.
    pub deltas: RecordCounts,
    /// The image batches.
    pub images: RecordCounts,
    /// Committed bytes that are no batches: head, dictionary, path mappings, time bases, and what
    /// could not be read. `None` for a part of the file.
    pub other: Option<u64>,
    /// Delta batches by size: at least so many bytes, and how many.
    pub sizes: Vec<(u64, u64)>,
    /// Pauses between delta batches: at least so many nanoseconds, and how many.
    pub gaps: Vec<(u64, u64)>,
    /// The longest pause in nanoseconds, and when it began.
    pub longest_gap: Option<(u64, Timestamp)>,
    /// Bytes of memory that the reader takes by now, where that can be told.
    pub memory: Option<u64>,
    /// How many paths there are under the filter.
    pub total: u32,
    /// The number of the first row here.
    pub first: u32,
    /// The rows.
    pub rows: Vec<PathCounts>,
}

/// What the records of one kind take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordCounts {
    /// How many there are.
    pub records: u64,
    /// In the file, in bytes.
    pub bytes: u64,
    /// What they are inflated, at most.
    pub inflated: u64,
    /// Their items.
    pub items: u64,
    /// Those that cannot be read to their end.
    pub unreadable: u64,
}

/// What one path says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathCounts {
    /// The id of the path.
    pub id: u32,
    /// The path.
    pub path: String,
    /// Events.
    pub updates: u64,
    /// Bytes of their encoding.
    pub bytes: u64,
    /// When the first and the last was; `None` without any.
    pub span: Option<(Timestamp, Timestamp)>,
    /// The lowest and the highest number.
    pub range: Option<(f64, f64)>,
    /// The types, in netidx's order.
    pub kinds: String,
}

impl Statistics {
    /// The row of a number, if it is here.
    pub fn row(&self, index: u32) -> Option<&PathCounts> {
        self.rows.get(usize::try_from(index.checked_sub(self.first)?).ok()?)
    }
}
