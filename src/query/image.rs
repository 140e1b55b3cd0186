//! The state of all paths at one time.

mod between;
mod build;

use crate::{
    format::{Error, ErrorKind, Event, Origin, Reader, RecordKind, limits::MAX_PROBLEMS},
    index::{BatchTimes, Numbers},
    query::deltas::unmapped,
    time::Timestamp,
    timeline::Files,
};
pub use between::{Distance, image_between};
pub use build::{ImageJob, image};
use std::{ops::Bound, rc::Rc};

/// One path of so many is few.
const FEW: usize = 16;

/// The last events of paths at a time. Holds a copy of the encoded events, each once.
#[derive(Debug, Default)]
pub struct Image {
    entries: Vec<ImageEntry>,
    /// The encoded events, one behind the other.
    events: Vec<u8>,
    /// What could not be read on the way, and which ids have no path; the first
    /// [`MAX_PROBLEMS`] of it.
    pub problems: Vec<Error>,
    /// What it was built of; `None` for an image of nothing.
    extent: Option<Extent>,
}

/// Which batches of a shard are taken for the image at a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Extent {
    bound: Bound<Timestamp>,
    deltas: usize,
    images: usize,
    /// Where the newest image record is.
    image: Option<(usize, u64)>,
    /// How many bytes of the shard come before the first delta that is not taken; `None` where some that
    /// are come after some that are not, because a clock was set back.
    bytes: Option<u64>,
}

impl Extent {
    fn new(files: Files<'_>, bound: Bound<Timestamp>) -> Self {
        let mut extent = Self { bound, deltas: 0, images: 0, image: None, bytes: Some(0) };
        let up_to = (Bound::Unbounded, bound);
        // Whether something was left out already.
        let mut is_cut = false;
        for (file, archive) in files.archives().iter().enumerate() {
            let index = archive.index();
            let (deltas, images) = (index.deltas.range(up_to), index.images.range(up_to));
            if let Some((_, last)) = images.ends() {
                extent.image = Some((file, index.images.get(last).offset));
            }
            extent.deltas += deltas.len();
            extent.images += images.len();
            if deltas.is_empty() && images.is_empty() {
                is_cut |= !(index.deltas.is_empty() && index.images.is_empty());
                continue;
            }
            let end = |taken: &Numbers, all: &BatchTimes| {
                let next = (taken.len() < all.len()).then(|| all.get(taken.len()).offset);
                let last = taken.ends().map(|(_, last)| all.get(last).offset);
                (last, next)
            };
            let (last_delta, next_delta) = end(&deltas, &index.deltas);
            let (last_image, next_image) = end(&images, &index.images);
            let next = next_delta.into_iter().chain(next_image).min();
            let is_prefix = !is_cut
                && deltas.is_prefix()
                && images.is_prefix()
                && next.is_none_or(|next| last_delta.max(last_image) < Some(next));
            let bytes = next_delta.unwrap_or_else(|| index.end());
            extent.bytes = extent.bytes.filter(|_| is_prefix).map(|before| before + bytes);
            is_cut |= next.is_some();
        }
        extent
    }
}

/// The last event of one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageEntry {
    /// The id of the path.
    pub id: u32,
    /// The ordinal of the path; `None` for an id that no mapping names.
    pub ordinal: Option<u32>,
    /// Whether the record that holds the event is an image.
    pub is_image: bool,
    /// The time of the batch, delta or image, that holds the event.
    pub time: Timestamp,
    /// Offset of the record that holds the event.
    pub record: u64,
    start: usize,
    len: usize,
}

impl Image {
    /// The entries, in no particular order until [`sort_by`](Self::sort_by).
    pub fn entries(&self) -> &[ImageEntry] {
        &self.entries
    }

    /// The event of an entry of this image.
    pub fn event(&self, entry: &ImageEntry) -> Result<Event<'_>, Error> {
        let bytes = self.events.get(entry.start..).and_then(|rest| rest.get(..entry.len));
        let origin = Origin::Inflated { record: entry.record, at: 0 };
        Event::read(&mut Reader::new(bytes.unwrap_or_default(), origin))
    }

    /// How much memory it takes.
    pub fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<ImageEntry>() + self.events.capacity()
    }

    fn note(&mut self, problem: impl FnOnce() -> Error) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem());
        }
    }

    /// Whether anything is wrong beside ids that no mapping names.
    fn is_damaged(&self) -> bool {
        self.problems.iter().any(|problem| problem.kind() != ErrorKind::UnmappedId)
    }

    /// Notes the ids that no mapping names.
    fn note_unmapped(&mut self) {
        let unnamed = self.entries.iter().filter(|entry| entry.ordinal.is_none());
        let mut unnamed: Vec<_> = unnamed.collect();
        unnamed.sort_unstable_by_key(|entry| (entry.record, entry.id));
        let room = MAX_PROBLEMS.saturating_sub(self.problems.len());
        let problems = unnamed.into_iter().take(room).map(|entry| {
            let kind = if entry.is_image { RecordKind::ImageBatch } else { RecordKind::DeltaBatch };
            unmapped(entry.id, entry.record, kind)
        });
        self.problems.extend(problems);
    }

    /// Whether some of the file could not be read, so that another attempt may find more.
    pub fn lacks_bytes(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| matches!(problem.kind(), ErrorKind::Source | ErrorKind::Pending))
    }

    /// Whether it is the image at a bound, of as much as was scanned by now.
    pub fn is_at<'a>(&self, files: impl Into<Files<'a>>, bound: Bound<Timestamp>) -> bool {
        self.extent == Some(Extent::new(files.into(), bound))
    }

    /// The images of several shards as one. `name` tells what an id of the shard of a number is called in it, and
    /// the ordinal of its path.
    pub fn join(images: &[Rc<Self>], name: impl Fn(usize, u32) -> (u32, Option<u32>)) -> Self {
        let mut joined = Self::default();
        joined.entries.reserve(images.iter().map(|image| image.entries.len()).sum());
        joined.events.reserve(images.iter().map(|image| image.events.len()).sum());
        for (shard, image) in images.iter().enumerate() {
            let before = joined.events.len();
            joined.events.extend_from_slice(&image.events);
            joined.entries.extend(image.entries.iter().map(|entry| {
                let (id, ordinal) = name(shard, entry.id);
                ImageEntry { id, ordinal, start: entry.start + before, ..*entry }
            }));
            let room = MAX_PROBLEMS.saturating_sub(joined.problems.len());
            joined.problems.extend(image.problems.iter().take(room).cloned());
        }
        joined
    }

    /// Sorts the entries by the ranks of their ordinals, which are counted from 0 and no two the same;
    /// ids without a path come last, by id.
    pub fn sort_by(&mut self, ranks: &[u32]) {
        let rank = |entry: &ImageEntry| ranks.get(entry.ordinal? as usize).copied();
        if self.entries.len() < ranks.len() / FEW {
            let key = |entry: &ImageEntry| (rank(entry).unwrap_or(u32::MAX), entry.id);
            return self.entries.sort_unstable_by_key(key);
        }
        // Where most of the paths are there, each has its place.
        let mut places = vec![None; ranks.len()];
        let mut others = Vec::new();
        for entry in &self.entries {
            match rank(entry).and_then(|rank| places.get_mut(rank as usize)) {
                Some(place) => *place = Some(*entry),
                None => others.push(*entry),
            }
        }
        others.sort_unstable_by_key(|entry| entry.id);
        self.entries.clear();
        self.entries.extend(places.into_iter().flatten().chain(others));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_stand_by_rank_and_then_by_id() {
        // The ranks of 64 ordinals, from the last to the first.
        let ranks: Vec<u32> = (0..64).rev().collect();
        let entry = |id: u32| ImageEntry {
            id,
            ordinal: (id < 64).then_some(id),
            is_image: false,
            time: Timestamp::from_nanos(0),
            record: 0,
            start: 0,
            len: 0,
        };
        for (ids, sorted) in [
            (vec![9, 70, 40], vec![40, 9, 70]),
            (
                [80, 3, 70].into_iter().chain(4..64).collect(),
                (3..64).rev().chain([70, 80]).collect(),
            ),
        ] {
            let mut image =
                Image { entries: ids.into_iter().map(entry).collect(), ..Image::default() };
            image.sort_by(&ranks);
            let found: Vec<_> = image.entries().iter().map(|entry| entry.id).collect();
            assert_eq!(found, sorted);
        }
    }
}
