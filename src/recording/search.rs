//! What `find` is asked, and where a search goes on.

use crate::{query::find::Find, time::Timestamp};
use std::{fmt, ops::Bound, str::FromStr};

/// The most hits of one answer.
pub(super) const MAX_HITS: usize = 1 << 20;

/// What `find` is asked.
#[derive(Debug, Clone)]
pub struct FindQuery {
    /// The condition, in the grammar of [`ValueFilter::parse_over_time`](crate::query::value_filter::ValueFilter::parse_over_time).
    pub condition: String,
    /// Globs, one of which a path must match; all paths without them.
    pub filter: Option<Vec<String>>,
    /// The first time.
    pub start: Bound<Timestamp>,
    /// The last time.
    pub end: Bound<Timestamp>,
    /// The most hits of one answer.
    pub limit: usize,
    /// Where to go on.
    pub after: AfterHit,
}

impl FindQuery {
    /// A search of everything.
    pub fn new(condition: &str) -> Self {
        Self {
            condition: condition.to_owned(),
            filter: None,
            start: Bound::Unbounded,
            end: Bound::Unbounded,
            limit: usize::MAX,
            after: AfterHit::Start,
        }
    }

    /// Whether the hits are those of another query, whatever part of them is asked for.
    pub(super) fn has_hits_of(&self, other: &Self) -> bool {
        (&self.condition, &self.filter, self.start, self.end)
            == (&other.condition, &other.filter, other.start, other.end)
    }
}

/// Which hits come next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterHit {
    /// The first ones.
    Start,
    /// Those that began after a time.
    Time(Timestamp),
    /// Those after an earlier answer.
    Hit(NextHit),
}

/// Where an answer ended: after so many of the hits that began at a time. As text `time#count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextHit {
    /// When the last hit began.
    pub(super) from: Timestamp,
    /// How many of that time there were.
    pub(super) count: u64,
}

impl NextHit {
    /// After one more hit.
    pub(super) fn and(self, from: Timestamp) -> Self {
        Self { from, count: if from == self.from { self.count + 1 } else { 1 } }
    }
}

impl fmt::Display for NextHit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.from, self.count)
    }
}

impl FromStr for NextHit {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (from, count) = text.split_once('#').ok_or(())?;
        Ok(Self { from: from.parse().map_err(drop)?, count: count.parse().map_err(drop)? })
    }
}

/// A search that an answer ended, for the next one to go on with.
pub(super) struct Search {
    /// What was asked.
    pub query: FindQuery,
    /// How far it is.
    pub find: Find,
    /// Where the answer ended.
    pub next: NextHit,
}
