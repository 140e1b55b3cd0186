//! What the updates of each path come to.

use super::Recording;
use crate::{
    protocol::Failure,
    query::{
        aggregate::{Aggregate, Aggregates},
        pass::{Budget, Step, Stop},
    },
    time::Timestamp,
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::ops::Bound;

/// Which updates are asked for.
#[derive(Debug, Clone)]
pub struct RangeQuery {
    /// Globs, one of which a path must match; all paths without them.
    pub filter: Option<Vec<String>>,
    /// The first time.
    pub start: Bound<Timestamp>,
    /// The last time.
    pub end: Bound<Timestamp>,
}

impl Default for RangeQuery {
    fn default() -> Self {
        Self { filter: None, start: Bound::Unbounded, end: Bound::Unbounded }
    }
}

/// What the updates of a path come to.
///
/// Serialized: `{ path, shard, updates, first, last, minimum, maximum, mean }`, the numbers only where an update
/// was one.
#[derive(Debug, Clone, PartialEq)]
pub struct PathStatistics<'r> {
    /// The path.
    pub path: &'r str,
    /// Its shard; `None` in a file by itself.
    pub shard: Option<&'r str>,
    /// The counts.
    pub of: Aggregate,
}

impl Recording {
    /// The statistics of all paths that have updates, in path order.
    ///
    /// # Errors
    /// Of kind `filter` where a glob is none, and where bytes are not here yet.
    pub fn statistics(&self, query: &RangeQuery) -> Result<Vec<PathStatistics<'_>>, Failure> {
        let selections = self.select(query.filter.as_deref())?;
        let mut rows = Vec::new();
        for (number, (shard, selection)) in
            self.timeline.shards().iter().zip(&selections).enumerate()
        {
            let mut counted = Aggregates::new(shard.files(), (query.start, query.end));
            let mut reader = shard.files().reader();
            if let Step::Stopped(Stop::Pending(e)) =
                counted.step(&mut reader, selection.as_ref(), &Budget::UNLIMITED)
            {
                return Err(e.into());
            }
            self.note(counted.problems().listed());
            let of_shard = counted.paths().iter().enumerate().filter(|(_, of)| of.updates > 0);
            rows.extend(of_shard.map(|(ordinal, of)| {
                let path = shard.paths().path(ordinal as u32);
                let row = PathStatistics { path, shard: self.shard_name(number), of: of.clone() };
                (self.ranks()[number][ordinal], row)
            }));
        }
        rows.sort_by_key(|(rank, _)| *rank);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}

impl Serialize for PathStatistics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", self.path)?;
        if let Some(shard) = self.shard {
            map.serialize_entry("shard", shard)?;
        }
        map.serialize_entry("updates", &self.of.updates)?;
        map.serialize_entry("first", &self.of.first.to_string())?;
        map.serialize_entry("last", &self.of.last.to_string())?;
        if let Some((minimum, maximum, mean)) = self.of.numbers() {
            for (name, number) in [("minimum", minimum), ("maximum", maximum), ("mean", mean)] {
                map.serialize_entry(name, &super::PlainValue::Number(number))?;
            }
        }
        map.end()
    }
}
