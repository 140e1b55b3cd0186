//! What one asks of the files of a shard: pure functions over [`Files`](crate::timeline::Files), of which an
//! [`Archive`](crate::archive::Archive) by itself is one.
//!
//! Everything that reads batches is driven by [`pass`].

pub mod aggregate;
mod arrange;
mod automaton;
mod change;
mod cursor;
mod deltas;
mod density;
pub mod diff;
mod exact;
mod filter;
pub mod find;
mod glob;
pub mod history;
mod image;
mod length;
mod number;
pub mod pass;
pub mod rows;
mod seek;
pub mod series;
pub mod statistics;
mod sum;
pub mod tree;
pub mod value_filter;
mod words;

pub use change::{Difference, float};
pub use cursor::Cursor;
pub use deltas::{DeltaBatch, Deltas, read_next};
pub use density::{add_density, density};
pub use filter::{Filter, FilterError, Selection};
pub use image::{Distance, Image, ImageEntry, ImageJob, image, image_between};
pub use length::length;
pub use number::number;
pub use seek::{Seek, SeekError, Times};

use crate::time::Timestamp;
use std::ops::Bound;

/// Whether `time` lies between the first and the last delta batch, both included.
pub fn check_in_file(times: &(impl Times + ?Sized), time: Timestamp) -> bool {
    times.delta_span().is_some_and(|(first, last)| first <= time && time <= last)
}

/// Whether the span between the first and the last delta batch and the bounds of `cursor` have
/// any time in common.
pub fn has_overlap(times: &(impl Times + ?Sized), cursor: &Cursor) -> bool {
    let Some((first, last)) = times.delta_span() else { return false };
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

/// Both times included, or all there is.
pub(crate) fn between(bounds: Option<(Timestamp, Timestamp)>) -> crate::timeline::TimeBounds {
    bounds.map_or(crate::timeline::ALL, |(from, to)| (Bound::Included(from), Bound::Included(to)))
}
