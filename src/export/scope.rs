//! What of a recording is exported.

use crate::{
    query::{Filter, Selection},
    time::Timestamp,
    timeline::{TimeBounds, Timeline},
};
use std::ops::Bound;

/// The times and paths of an export.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The first time.
    pub start: Bound<Timestamp>,
    /// The last time.
    pub end: Bound<Timestamp>,
    /// The paths; all without it, and ids that no mapping names too.
    pub filter: Option<Filter>,
    /// Whether the state at the start comes first, each update with its own time.
    pub initial: bool,
}

impl Default for Scope {
    fn default() -> Self {
        Self { start: Bound::Unbounded, end: Bound::Unbounded, filter: None, initial: false }
    }
}

impl Scope {
    /// Both bounds.
    pub const fn bounds(&self) -> TimeBounds {
        (self.start, self.end)
    }

    /// The same without any update: only what comes before those.
    pub fn without_updates(&self) -> Self {
        let start = match self.start {
            Bound::Included(start) | Bound::Excluded(start) => start,
            Bound::Unbounded => Timestamp::MIN,
        };
        Self { end: Bound::Excluded(start), ..self.clone() }
    }

    /// For each shard the paths that are exported; `None` for all.
    pub fn selections(&self, timeline: &Timeline) -> Vec<Option<Selection>> {
        let select = |paths| self.filter.as_ref().and_then(|filter| filter.select(paths));
        timeline.shards().iter().map(|shard| select(shard.paths())).collect()
    }

    /// The time before which the state at the start was reached: the start itself is not part of it where
    /// updates at the start follow.
    pub(super) const fn before_start(&self) -> Bound<Timestamp> {
        match self.start {
            Bound::Included(start) => Bound::Excluded(start),
            Bound::Excluded(start) => Bound::Included(start),
            Bound::Unbounded => Bound::Unbounded,
        }
    }

    /// The bound of the state at the start, the updates of the start itself included.
    pub(super) const fn at_start(&self) -> Bound<Timestamp> {
        match self.start {
            Bound::Included(start) | Bound::Excluded(start) => Bound::Included(start),
            Bound::Unbounded => Bound::Unbounded,
        }
    }
}
