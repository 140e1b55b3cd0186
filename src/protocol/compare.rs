//! What differs between two times: what the page asks and is answered.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Two times, and which of the paths that differ are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareQuery {
    /// The first time.
    pub before: Timestamp,
    /// The second time.
    pub after: Timestamp,
    /// The filter, as people type it.
    pub filter: String,
    /// The only kind of change that is shown, by its name; every kind for an empty one.
    pub change: String,
    /// The first row that is shown.
    pub first: u32,
    /// How many are shown.
    pub count: u32,
}

/// The paths that differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparePage {
    /// How many there are of each kind of change.
    pub counts: Vec<(String, u32)>,
    /// How many rows there are.
    pub total: u32,
    /// The first row in `rows`.
    pub first: u32,
    /// In path order.
    pub rows: Vec<CompareRow>,
}

impl ComparePage {
    /// The row of a number, if it is here.
    pub fn row(&self, index: u32) -> Option<&CompareRow> {
        self.rows.get(usize::try_from(index.checked_sub(self.first)?).ok()?)
    }
}

/// A path that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareRow {
    /// The path.
    pub path: String,
    /// What became of it: `value`, `type`, `appeared` or `vanished`.
    pub change: String,
    /// Type and text by the first time.
    pub before: Option<(String, String)>,
    /// Type and text by the second time.
    pub after: Option<(String, String)>,
    /// After less before, exact, where both are numbers.
    pub delta: Option<String>,
    /// The same in percent of before.
    pub percent: Option<f64>,
}
