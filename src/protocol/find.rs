//! When a condition held: what the page asks and is answered.
//!
//! The search goes on with each question that is the same, as with the other views.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A condition, and which of its hits are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindQuery {
    /// The condition, in the grammar of the Values box and with `changed`.
    pub condition: String,
    /// The filter, as people type it.
    pub filter: String,
    /// The first and the last time, both included.
    pub bounds: (Timestamp, Timestamp),
    /// The first hit that is shown.
    pub first: u32,
    /// How many are shown.
    pub count: u32,
}

impl FindQuery {
    /// Whether the hits are those of another query, whichever are shown.
    pub fn has_hits_of(&self, other: &Self) -> bool {
        (&self.condition, &self.filter, self.bounds)
            == (&other.condition, &other.filter, other.bounds)
    }
}

/// The next hit, or the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitQuery {
    /// Of which search.
    pub find: FindQuery,
    /// From where on.
    pub from: Timestamp,
    /// To a later one.
    pub forward: bool,
}

/// What was found so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindPage {
    /// Batches looked at, and of how many.
    pub progress: (u64, u64),
    /// How many hits there are so far.
    pub total: u32,
    /// Whether the search stopped because there are too many.
    pub is_cut: bool,
    /// For how long the condition held, all hits together, in nanoseconds.
    pub held: u64,
    /// The first hit in `rows`.
    pub first: u32,
    /// Hits in the order in which they began.
    pub rows: Vec<HitRow>,
    /// When the condition held for any path, joined to a few hundred stretches.
    pub marks: Vec<(Timestamp, Timestamp)>,
}

impl FindPage {
    /// The hit of a number, if it is here.
    pub fn row(&self, index: u32) -> Option<&HitRow> {
        self.rows.get(usize::try_from(index.checked_sub(self.first)?).ok()?)
    }

    /// Whether everything was looked at.
    pub const fn is_whole(&self) -> bool {
        self.progress.0 >= self.progress.1 || self.is_cut
    }
}

/// A stretch of time in which the condition held for a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitRow {
    /// The path.
    pub path: String,
    /// When it became true, or where the search began.
    pub from: Timestamp,
    /// When it ended; `None` where it did not.
    pub to: Option<Timestamp>,
    /// How many updates met the condition.
    pub updates: u64,
    /// The type of the first of them.
    pub kind: String,
    /// Its text without the type prefix.
    pub value: String,
}
