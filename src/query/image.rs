//! The state of all paths at one time.

mod between;
mod build;

use crate::{
    format::{Error, ErrorKind, Event, Origin, Reader, limits::MAX_PROBLEMS},
    index::Index,
    time::Timestamp,
};
pub use between::{Way, image_between};
pub use build::image;
use std::ops::Bound;

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

/// Which batches stand before a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Extent {
    bound: Bound<Timestamp>,
    deltas: usize,
    images: usize,
}

impl Extent {
    fn new(index: &Index, bound: Bound<Timestamp>) -> Self {
        let before = (Bound::Unbounded, bound);
        let (deltas, images) = (index.deltas.range(before).end, index.images.range(before).end);
        Self { bound, deltas, images }
    }
}

/// The last event of one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageEntry {
    /// The id of the path.
    pub id: u32,
    /// The ordinal of the path; `None` for an id that no mapping names.
    pub ordinal: Option<u32>,
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

    /// Whether some of the file could not be read, so that another attempt may find more.
    pub fn lacks_bytes(&self) -> bool {
        self.problems.iter().any(|problem| problem.kind() == ErrorKind::Source)
    }

    /// Whether it is the image at a bound, of as much as was scanned by now.
    pub fn is_at(&self, index: &Index, bound: Bound<Timestamp>) -> bool {
        self.extent == Some(Extent::new(index, bound))
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
