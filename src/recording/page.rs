//! What `deltas` is asked, and where a page ends.

use crate::{
    query::{Selection, pass::Merged},
    time::Timestamp,
};
use std::{fmt, ops::Bound, str::FromStr};

/// One answer ends once it holds this many bytes of records, so that a call without a limit cannot exhaust a tab.
pub(super) const MAX_PAGE_BYTES: u64 = 16 << 20;

/// What `deltas` is asked.
#[derive(Debug, Clone)]
pub struct DeltasQuery {
    /// Where to go on.
    pub after: After,
    /// The first time.
    pub start: Bound<Timestamp>,
    /// The last time.
    pub end: Bound<Timestamp>,
    /// Globs, one of which a path must match; all paths without them.
    pub filter: Option<Vec<String>>,
    /// The most batches of one answer.
    pub limit: usize,
}

impl Default for DeltasQuery {
    fn default() -> Self {
        Self {
            after: After::Start,
            start: Bound::Unbounded,
            end: Bound::Unbounded,
            filter: None,
            limit: usize::MAX,
        }
    }
}

/// Where an answer goes on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// From the start bound.
    Start,
    /// After a time.
    Time(Timestamp),
    /// After one batch.
    Batch(NextBatch),
}

/// The batch that an answer ended with, as its `next` names it: its time, and what tells it from others of that
/// time. In a recording of several files that is the file, too: `time#offset` or `time#offset#shard/file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextBatch {
    pub(super) time: Timestamp,
    pub(super) offset: u64,
    pub(super) shard: String,
    pub(super) file: String,
}

impl fmt::Display for NextBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { time, offset, shard, file } = self;
        match &**file {
            "" => write!(f, "{time}#{offset}"),
            file => write!(f, "{time}#{offset}#{shard}/{file}"),
        }
    }
}

impl FromStr for NextBatch {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (time, rest) = text.split_once('#').ok_or(())?;
        let (offset, file) = rest.split_once('#').unwrap_or((rest, ""));
        let (shard, file) = file.rsplit_once('/').unwrap_or(("", file));
        let [shard, file] = [shard, file].map(str::to_owned);
        let time = time.parse().map_err(drop)?;
        Ok(Self { time, offset: offset.parse().map_err(drop)?, shard, file })
    }
}

/// Where a page ended, for the next one to go on there at once.
pub(super) struct Page {
    pub(super) query: DeltasQuery,
    pub(super) next: NextBatch,
    pub(super) selections: Vec<Option<Selection>>,
    pub(super) pass: Merged,
}

impl Page {
    /// Whether a query asks for the page after this one.
    pub(super) fn is_before(&self, query: &DeltasQuery) -> bool {
        let of = |it: &DeltasQuery| (it.start, it.end);
        let After::Batch(after) = &query.after else { return false };
        // The first page may have begun after a time, which bounds what comes later too.
        *after == self.next && of(query) == of(&self.query) && query.filter == self.query.filter
    }
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeltasEnd {
    /// Bytes of the records.
    pub bytes: u64,
    /// Goes into `after` for the batches after these; `None` at the end.
    pub next: Option<String>,
}
