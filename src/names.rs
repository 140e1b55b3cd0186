//! Which path index belongs to a data file, by what is in both.
//!
//! Where files lie in folders the folder says it. Files that were chosen by themselves have no folder,
//! and a downloaded `pathindex` may have any name: then the ids of some batches tell.

use crate::{
    archive::Archive,
    index::{BatchTimes, Index, Paths},
};
use std::collections::BTreeSet;

/// Batches of each kind that are looked at, at each end of the file.
const SAMPLED: usize = 8;
/// Larger batches are not looked at unless they have a record index.
const MAX_BATCH: u32 = 4 << 20;

/// Ids that occur in a file: those of its first and last batches, as far as they were scanned.
pub fn sampled_ids(archive: &Archive) -> BTreeSet<u32> {
    let Index { deltas, images, .. } = archive.index();
    let ends = |batches: &BatchTimes, count: usize| {
        let len = batches.len();
        let last = len.saturating_sub(count).max(count.min(len));
        (0..count.min(len))
            .chain(last..len)
            .map(|number| batches.get(number).offset)
            .collect::<Vec<_>>()
    };
    let mut ids = BTreeSet::new();
    let mut batches = archive.batches();
    for offset in ends(images, 1).into_iter().chain(ends(deltas, SAMPLED)) {
        let Ok((record, payload)) = batches.payload(offset) else { continue };
        let length = record.length;
        if let Some(Ok(listed)) = payload.index.map(|index| index.ids()) {
            // The index of an image is empty.
            ids.extend(listed.map_while(Result::ok));
        }
        if length <= MAX_BATCH
            && let Ok(items) = batches.batch(offset)
        {
            ids.extend(items.map_while(Result::ok).map(|item| item.id));
        }
    }
    ids
}

/// Whether a file has ids that have no path, as far as its first and last batches tell.
pub fn lacks_names(archive: &Archive, paths: &Paths) -> bool {
    sampled_ids(archive).iter().any(|id| paths.ordinal(*id).is_none())
}

/// The path index, of several, that fits the ids of a file best: the one that names most of them and,
/// of those, the one with the fewest paths beside them. `None` where none names any.
pub fn best(ids: &BTreeSet<u32>, path_indexes: &[Archive]) -> Option<usize> {
    let named = |archive: &Archive| {
        ids.iter().filter(|id| archive.index().paths.ordinal(**id).is_some()).count()
    };
    let candidates = path_indexes.iter().enumerate().filter(|(_, archive)| archive.is_path_index());
    let ranked = candidates.map(|(nth, archive)| {
        let paths = archive.index().paths.len();
        (named(archive), std::cmp::Reverse(paths), std::cmp::Reverse(nth))
    });
    let (named, _, std::cmp::Reverse(nth)) = ranked.max()?;
    (named > 0 || ids.is_empty()).then_some(nth)
}
