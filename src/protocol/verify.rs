//! What a check of everything found so far.

use super::Problem;
use serde::{Deserialize, Serialize};

/// A check in pieces: if it is not over, the same question goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyPage {
    /// How many batches were looked at, and of how many.
    pub progress: (u64, u64),
    /// Whether all is looked at.
    pub is_over: bool,
    /// Delta batches that were looked at.
    pub delta_batches: u64,
    /// Image batches that were looked at.
    pub image_batches: u64,
    /// Events that were decoded.
    pub values: u64,
    /// What is wrong, as far as it is listed; with the file where there are several.
    pub findings: Vec<Problem>,
    /// How much is wrong.
    pub finding_count: u64,
    /// What is worth to be known, and no damage.
    pub notes: Vec<Problem>,
}
