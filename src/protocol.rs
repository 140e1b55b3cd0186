//! What the page asks and what the worker answers, as plain data.
//!
//! ```text
//! page ── Call { id, request } ──▶ worker ── Session::handle ──▶ archive
//!      ◀─ Reply { id, response } ─
//! ```
//!
//! The bytes of a file are not in here: the transport carries the `File` handle beside
//! [`Request::Open`]. Only what is visible comes back: a window of rows, one number a pixel.

pub mod compare;
pub mod find;
pub mod verify;
pub mod views;

use crate::query::value_filter::Order;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Tells the answer to one request from the answer to another. Ids of one page only grow.
pub type RequestId = u32;

/// A request on its way to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Comes back in the [`Reply`].
    pub id: RequestId,
    /// What is asked.
    pub request: Request,
}

/// An answer on its way to the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The id of the [`Call`] that this answers.
    pub id: RequestId,
    /// The answer, or why there is none.
    pub response: Result<Response, Failure>,
}

/// What the page can ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Open the file that travels beside this message and forget the one before, unless it
    /// cannot be opened. Path indexes may travel with it: the one that fits is joined. Answered by
    /// [`Response::Opened`].
    Open {
        /// `shard/name`, or `name`.
        name: String,
    },
    /// Go on with the open file as it is now: it may have grown. The file travels beside this
    /// message, and its path index where that may have grown too. Answered by [`Response::Scanned`].
    Refresh {
        /// What the person calls the file.
        name: String,
    },
    /// Join the path index that travels beside this message to the open file, in place of one that was
    /// joined before. Answered by [`Response::Scanned`].
    AddNames {
        /// What the person calls the path index.
        name: String,
    },
    /// Leave files out of the answers, and take back those that were left out and are not named. Files that are
    /// added later are left out, too, where they are named. Answered by [`Response::Scanned`].
    LeaveOut {
        /// `shard/name`, or `shard/` for all of a shard.
        names: Vec<String>,
    },
    /// Add the file that travels beside this message to the open one: both are one timeline from then on. Answered
    /// by [`Response::Added`], once it is scanned.
    AddFile {
        /// `shard/name`, or `name`.
        name: String,
        /// Whether no other follows at once: then what is known of all of them is told.
        is_last: bool,
    },
    /// Look at the file that travels beside this message, of the recording that is open: it may have grown, have been
    /// rotated or replaced, or be new. Answered by [`Response::Added`], once what is new of it is scanned.
    LookAt {
        /// `shard/name`, or `name`.
        name: String,
        /// Whether no other follows at once: then what is known of all of them is told.
        is_last: bool,
    },
    /// Scan no more of the open file. Answered by [`Response::Scanned`].
    Stop,
    /// Go on with a scan that was stopped. Answered by [`Response::Scanned`].
    Resume,
    /// A window of the image at a time. Answered by [`Response::Image`].
    Image(ImageQuery),
    /// Batches per slot of a time range. Answered by [`Response::Density`].
    Density(DensityQuery),
    /// Move by a seek expression of the format: `end`, `-3`, `+10s`, a date. Answered by
    /// [`Response::Moved`].
    Seek {
        /// Where to start from; `None` is before the first batch.
        position: Option<Timestamp>,
        /// The text as typed.
        expression: String,
    },
    /// What one of the other views shows. Answered by [`Response::View`].
    View(views::ViewRequest),
}

/// Which rows of which image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageQuery {
    /// The time whose image is wanted, that time included.
    pub at: Timestamp,
    /// The filter as typed (see [`crate::query::Filter`]); empty takes every path.
    pub filter: String,
    /// The first row wanted, counted from 0 in that order.
    pub first: u32,
    /// At most this many rows.
    pub count: u32,
    /// Conditions on values as typed (see [`crate::query::value_filter`]); empty takes every row.
    pub values: String,
    /// In which order the rows stand.
    pub order: Order,
}

/// Which slots of which time range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DensityQuery {
    /// Start of the first slot.
    pub from: Timestamp,
    /// End of the last slot, included.
    pub to: Timestamp,
    /// How many slots of equal length the range is cut into.
    pub slots: u32,
}

/// What the worker answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// To [`Request::Open`]. Of a large file, before all of it is scanned.
    Opened(Summary),
    /// To [`Request::Refresh`], [`Request::LeaveOut`], [`Request::Stop`] and [`Request::Resume`].
    Scanned(Summary),
    /// To [`Request::AddFile`] and [`Request::LookAt`].
    Added,
    /// To [`Request::Image`].
    Image(ImagePage),
    /// To [`Request::Density`].
    Density(Density),
    /// To [`Request::Seek`].
    Moved {
        /// The new position; `None` is before the first batch.
        position: Option<Timestamp>,
    },
    /// To [`Request::View`].
    View(views::ViewResponse),
}

/// How the scan of a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScanState {
    /// There is more to scan, and it is being scanned.
    Going,
    /// There is more to scan; the person stopped it.
    Stopped,
    /// All that can be read was scanned.
    Over,
}

/// What a file is, as far as it is scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// What the person calls the file.
    pub name: String,
    /// Length of the file in bytes.
    pub length: u64,
    /// Offset of the end of the committed records, as the header says it.
    pub committed: u64,
    /// Format version; 0.
    pub version: u32,
    /// Whether batches are zstd frames.
    pub compressed: bool,
    /// Whether batches carry a record index.
    pub indexed: bool,
    /// Number of delta batches.
    pub delta_batches: u64,
    /// Number of image batches.
    pub image_batches: u64,
    /// Number of paths.
    pub paths: u64,
    /// How many of them are in several shards, where each is another path.
    pub shared_paths: u64,
    /// Where the paths come from.
    pub names: Names,
    /// Whether the file maps paths and has no batches, as a recorder's `pathindex`.
    pub is_path_index: bool,
    /// Time of the first batch, delta or image; `None` without batches.
    pub first: Option<Timestamp>,
    /// Time of the last batch, delta or image.
    pub last: Option<Timestamp>,
    /// What is wrong with the file, in file order, as far as it was listed.
    pub problems: Vec<Problem>,
    /// How many problems there are; more than are listed when there are very many.
    pub problem_count: u64,
    /// Offset up to which records were scanned.
    pub scanned: u64,
    /// Whether there is more to come.
    pub scan: ScanState,
    /// The files that are one here, oldest first; the open one is among them.
    pub files: Vec<FileSummary>,
    /// Files that the person left out; see [`Request::LeaveOut`].
    pub hidden: Vec<FileSummary>,
    /// Files that were added and are no part of it: their names, and why.
    pub left_out: Vec<(String, String)>,
}

/// One of several files that are shown as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSummary {
    /// The shard that it is of; empty without one.
    pub shard: String,
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// Time of its earliest batch.
    pub first: Option<Timestamp>,
    /// Time of its latest batch.
    pub last: Option<Timestamp>,
    /// Delta and image batches.
    pub batches: u64,
    /// Whether something of it could not be read: it may have been replaced.
    pub is_unreadable: bool,
}

impl FileSummary {
    /// `shard/name`, or `name`.
    pub fn full_name(&self) -> String {
        match self.shard.as_str() {
            "" => self.name.clone(),
            shard => format!("{shard}/{}", self.name),
        }
    }
}

/// Where the paths of a file come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Names {
    /// From the file itself; no id was met that has no path.
    Own,
    /// From a path index, overlaid by what the file has itself.
    Joined {
        /// What the person calls the path index.
        file: String,
    },
    /// There are ids without a path, and no path index is joined.
    Missing,
}

/// Something wrong in a file that is read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The kind of error, as [`crate::format::ErrorKind::name`] has it.
    pub kind: String,
    /// Absolute offset in the file, in bytes, where one is known.
    pub offset: Option<u64>,
    /// A sentence for people, with the offset in it.
    pub message: String,
    /// The time of the batch whose record the offset is in, where it is in one.
    pub time: Option<Timestamp>,
}

/// Rows `first..first + rows.len()` of an image, in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImagePage {
    /// The time that was asked for.
    pub at: Timestamp,
    /// How many rows the whole image has under the filter.
    pub total: u32,
    /// The number of the first row here.
    pub first: u32,
    /// The rows.
    pub rows: Vec<ImageRow>,
    /// What could not be read on the way to this image.
    pub problems: Vec<Problem>,
}

/// The last event of one path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRow {
    /// The id of the path in this file.
    pub id: u32,
    /// The path; `None` for an id that no path mapping names.
    pub path: Option<String>,
    /// The netidx type name (`f64`, `string`, …), or `unsubscribed`.
    pub kind: String,
    /// netidx's text form without the type prefix; `unsubscribed` where it is.
    pub value: String,
    /// The time of the batch that holds this event.
    pub updated: Timestamp,
}

/// Batches per slot of a time range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Density {
    /// Start of the first slot.
    pub from: Timestamp,
    /// End of the last slot, included.
    pub to: Timestamp,
    /// Delta batches in each slot.
    pub deltas: Vec<u32>,
    /// Image batches in each slot.
    pub images: Vec<u32>,
    /// The delta batches of each shard, where there are several.
    pub lanes: Vec<Lane>,
}

/// The batches of one shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// The name of the shard.
    pub shard: String,
    /// Delta batches in each slot.
    pub deltas: Vec<u32>,
}

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind of error, as [`crate::format::ErrorKind::name`] has it, or what is wrong with the
    /// question (`filter`, `values`, `seek`, `argument`), or what stands in its way (`no-archive`,
    /// `names`, `busy`, `internal`).
    pub kind: String,
    /// Absolute offset in the file, in bytes, where one is known.
    pub offset: Option<u64>,
    /// A sentence for people.
    pub message: String,
}

impl Failure {
    /// A failure that belongs to no place in a file.
    pub fn new(kind: &str, message: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), offset: None, message: message.into() }
    }
}
