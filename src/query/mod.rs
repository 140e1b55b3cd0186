//! What one asks of an archive: pure functions over [`Archive`](crate::archive::Archive).

mod arrange;
mod automaton;
mod cursor;
mod deltas;
mod density;
mod exact;
mod filter;
mod glob;
pub mod history;
mod image;
mod number;
pub mod rows;
mod seek;
pub mod series;
pub mod statistics;
pub mod tree;
pub mod value_filter;
mod words;

pub use cursor::Cursor;
pub use deltas::{DeltaBatch, Deltas, read_next};
pub use density::density;
pub use filter::{Filter, FilterError, Selection};
pub use image::{Image, ImageEntry, Way, image, image_between};
pub use number::number;
pub use seek::{Seek, SeekError};

use crate::{index::Index, time::Timestamp};
use std::ops::Bound;

/// Whether `time` lies between the first and the last delta batch, both included.
pub fn check_in_file(index: &Index, time: Timestamp) -> bool {
    match (index.deltas.first(), index.deltas.last()) {
        (Some(first), Some(last)) => first <= time && time <= last,
        _ => false,
    }
}

/// Whether the span between the first and the last delta batch and the bounds of `cursor` have
/// any time in common.
pub fn has_overlap(index: &Index, cursor: &Cursor) -> bool {
    let (Some(first), Some(last)) = (index.deltas.first(), index.deltas.last()) else {
        return false;
    };
    let starts = match cursor.start() {
        Bound::Unbounded => true,
        Bound::Included(start) => start <= last,
        Bound::Excluded(start) => start < last,
    };
    let ends = match cursor.end() {
        Bound::Unbounded => true,
        Bound::Included(end) => end >= first,
        Bound::Excluded(end) => end > first,
    };
    starts && ends
}
