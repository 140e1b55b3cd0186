//! The state of all paths at one time.
//!
//! The last event of each path counts, so the batches are walked from the newest to the oldest
//! and each path is taken where it is met first:
//!
//! ```text
//!        image          deltas from the image's time on        bound
//! ───────[IIII]──────────d────────d─────────d─────────d──────────|────▶ time
//!           ◀──────────────────────────────────────────
//! ```
//!
//! Where an image was built already, another goes on from it: what changed in between is all that
//! is read, and what changed in between is all that is searched for farther back.

use super::{Selection, deltas::unmapped};
use crate::{
    archive::{Archive, Batches},
    format::{Batch, Error, ErrorKind, Event, Origin, Reader, RecordKind, limits::MAX_PROBLEMS},
    index::{Index, Mark, Paths},
    time::Timestamp,
};
use std::{
    collections::HashMap,
    ops::{Bound, Range, RangeBounds},
};

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

/// Where the image at another bound is, seen from one, and how many bytes of batches lie between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Earlier in the file. What changed in between is searched for in front of that.
    Back(u64),
    /// Later in the file, or the same. What is in between is read.
    Ahead(u64),
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

    /// How far it is to a bound that [`moved`](Self::moved) can go to.
    pub fn way(&self, index: &Index, bound: Bound<Timestamp>) -> Option<Way> {
        let from = self.extent.filter(|from| *from == Extent::new(index, from.bound))?;
        let to = Extent::new(index, bound);
        let can_go = self.problems.is_empty() && bound != Bound::Unbounded;
        let last =
            index.deltas.len().checked_sub(1).filter(|_| can_go && from.images == to.images)?;
        let [here, there] = [from, to].map(|it| index.deltas.get(it.deltas.min(last)).offset);
        let bytes = here.abs_diff(there);
        Some(if to.deltas < from.deltas { Way::Back(bytes) } else { Way::Ahead(bytes) })
    }

    /// The image at another bound, with what holds of this one: equal to what [`image`] builds, but
    /// for the order of its entries. Those that hold come first, in the order of this image.
    ///
    /// `selection` is that of this image or, of an image of all paths, any. The paths of the archive
    /// are those that this image was built with. `None` where an image record lies between the two,
    /// where this image has problems, and where the file has more in front of it than it had.
    pub fn moved(
        &self,
        archive: &Archive,
        selection: Option<&Selection>,
        bound: Bound<Timestamp>,
    ) -> Option<Self> {
        let holds = |entry: &ImageEntry| (Bound::Unbounded, bound).contains(&entry.time);
        let is_wanted = |entry: &ImageEntry| selection.is_none_or(|it| it.contains_id(entry.id));
        let mut moved;
        match self.way(archive.index(), bound)? {
            Way::Ahead(_) => {
                let mut builder = Builder::new(archive, selection, bound);
                let known = self.extent.map_or(0, |extent| extent.deltas);
                builder.take_deltas(known..builder.extent.deltas);
                let Builder { slots, broke_off, .. } = &builder;
                // Behind what cannot be read, nothing is known to hold.
                moved = self.part(|it| !broke_off && slots.get(it.id, selection) == OPEN);
                moved.append(builder.finish());
            }
            Way::Back(_) => {
                moved = self.part(|entry| holds(entry) && is_wanted(entry));
                let changed = self.entries.iter().filter(|it| !holds(it) && is_wanted(it));
                let changed =
                    Selection::only(&archive.index().paths, changed.map(|entry| entry.id));
                let mut builder = Builder::new(archive, Some(&changed), bound);
                builder.trusts_indexes = selection.is_some();
                builder.take_all();
                moved.append(builder.finish());
            }
        }
        moved.let_go();
        Some(moved)
    }

    /// Some of the entries.
    fn part(&self, is_in: impl Fn(&ImageEntry) -> bool) -> Self {
        let mut entries = Vec::with_capacity(self.entries.len());
        entries.extend(self.entries.iter().filter(|entry| is_in(entry)));
        Self { entries, events: self.events.clone(), ..Self::default() }
    }

    /// Adds what `other` has, and goes as far as that.
    fn append(&mut self, other: Self) {
        let behind = self.events.len();
        let entries = other.entries.iter();
        self.entries.extend(entries.map(|it| ImageEntry { start: behind + it.start, ..*it }));
        self.events.extend_from_slice(&other.events);
        (self.problems, self.extent) = (other.problems, other.extent);
    }

    /// Lets go of events that no entry has, where they are many.
    fn let_go(&mut self) {
        let used: usize = self.entries.iter().map(|entry| entry.len).sum();
        if self.events.len() > 2 * used {
            let mut events = Vec::with_capacity(used);
            for entry in &mut self.entries {
                let start = events.len();
                events.extend_from_slice(&self.events[entry.start..][..entry.len]);
                entry.start = start;
            }
            self.events = events;
        }
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

/// Builds the image at a bound: the newest image record at or before it, and every delta from
/// that image's time on (that time included) up to the bound. Empty for an unbounded bound.
///
/// An image of a damaged archive holds what could be read, and says what could not. Of a file that
/// cannot be read it holds what is newer than that.
pub fn image(archive: &Archive, selection: Option<&Selection>, bound: Bound<Timestamp>) -> Image {
    if bound == Bound::Unbounded {
        return Image::default();
    }
    let mut builder = Builder::new(archive, selection, bound);
    builder.take_all();
    builder.finish()
}

/// One path of so many is few.
const FEW: usize = 16;

/// Room for so many entries is made at once, and so many bytes for the event of each: what a number
/// takes.
const MOST_EXPECTED: usize = 1 << 16;
const EXPECTED_EVENT: usize = 9;

/// How many bytes are brought close at a time. Going backward, a processor does not guess what comes
/// next: the image at the end of 100,000 batches took 47 ms, and takes 20 ms this way.
const WARMED: u64 = 64 << 10;

struct Builder<'a> {
    index: &'a Index,
    selection: Option<&'a Selection>,
    /// Whether a batch is passed over whose index has nothing that is wanted. The image of all paths
    /// is that of the batches, whatever an index says of them.
    trusts_indexes: bool,
    extent: Extent,
    batches: Batches<'a>,
    image: Image,
    slots: Slots,
    /// Whether the file could not be read.
    broke_off: bool,
}

/// What is known of each id: [`OPEN`], [`UNWANTED`], or one more than the number of its entry.
struct Slots {
    /// For ids that [`Paths::dense_ids`] counts.
    dense: Vec<u32>,
    /// For the others. Those that are not in here are [`OPEN`] without a selection.
    sparse: HashMap<u32, u32>,
}

const OPEN: u32 = 0;
const UNWANTED: u32 = u32::MAX;

impl Slots {
    fn new(paths: &Paths, selection: Option<&Selection>) -> Self {
        let mut dense = vec![OPEN; paths.dense_ids()];
        if let Some(selection) = selection {
            let slot = |id| if selection.contains_id(id) { OPEN } else { UNWANTED };
            dense = (0..dense.len() as u32).map(slot).collect();
        }
        Self { dense, sparse: HashMap::new() }
    }

    /// What is known of an id.
    #[inline(always)]
    fn get(&self, id: u32, selection: Option<&Selection>) -> u32 {
        match self.dense.get(id as usize) {
            Some(slot) => *slot,
            None => self.get_sparse(id, selection),
        }
    }

    #[cold]
    fn get_sparse(&self, id: u32, selection: Option<&Selection>) -> u32 {
        let unwanted = selection.is_some_and(|selection| !selection.contains_id(id));
        let unknown = if unwanted { UNWANTED } else { OPEN };
        self.sparse.get(&id).copied().unwrap_or(unknown)
    }

    fn set(&mut self, id: u32, slot: u32) {
        match self.dense.get_mut(id as usize) {
            Some(known) => *known = slot,
            None => drop(self.sparse.insert(id, slot)),
        }
    }
}

impl<'a> Builder<'a> {
    fn new(
        archive: &'a Archive,
        selection: Option<&'a Selection>,
        bound: Bound<Timestamp>,
    ) -> Self {
        let index = archive.index();
        let mut image = Image::default();
        let expected = selection.map_or(index.paths.len(), Selection::len).min(MOST_EXPECTED);
        image.entries.reserve(expected);
        image.events.reserve(expected * EXPECTED_EVENT);
        Self {
            index,
            selection,
            trusts_indexes: selection.is_some(),
            extent: Extent::new(index, bound),
            batches: archive.batches(),
            image,
            slots: Slots::new(&index.paths, selection),
            broke_off: false,
        }
    }

    fn finish(self) -> Image {
        Image { extent: Some(self.extent), ..self.image }
    }

    /// Takes what is wanted from the deltas before the bound, the newest first, down to an image
    /// record, and from that.
    fn take_all(&mut self) {
        let index = self.index;
        let mut until = self.extent.deltas;
        for number in (0..self.extent.images).rev() {
            let mark = index.images.get(number);
            let first = index.deltas.range(mark.time..).start;
            self.take_deltas(first..until);
            if self.is_over() || self.take_batch(mark, RecordKind::ImageBatch) {
                return;
            }
            // A damaged image is no ground to stand on: what it lacks, an older one may have.
            until = until.min(first);
        }
        self.take_deltas(0..until);
    }

    /// Takes what is wanted from deltas, the newest first.
    fn take_deltas(&mut self, numbers: Range<usize>) {
        // From here on the file is close at hand; behind it, all that is wanted was read.
        let mut warm = u64::MAX;
        for number in numbers.rev() {
            if self.is_over() {
                return;
            }
            let mark = self.index.deltas.get(number);
            if mark.offset < warm {
                warm = mark.offset.saturating_sub(WARMED);
                self.batches.warm_all(warm..mark.offset);
            }
            if self.wants(mark.offset) {
                self.take_batch(mark, RecordKind::DeltaBatch);
            }
        }
    }

    /// Whether nothing more is to be found: each path asked for is there, or the file cannot be read,
    /// behind which what is older would be shown as if it still held. Without a selection it is
    /// never known that each path is there, because ids without a path count too.
    fn is_over(&self) -> bool {
        self.broke_off
            || self.selection.is_some_and(|selection| self.image.entries.len() == selection.len())
    }

    /// Whether the batch at `offset` can hold anything that is still wanted, by its index.
    fn wants(&mut self, offset: u64) -> bool {
        let Self { selection, batches, slots, .. } = self;
        if !self.trusts_indexes {
            return true;
        }
        let Ok((_, payload)) = batches.payload(offset) else { return true };
        match payload.index.map(|index| index.ids()) {
            // What cannot be told from the index is told by the batch.
            None | Some(Err(_)) => true,
            Some(Ok(mut ids)) => {
                ids.any(|id| id.map_or(true, |id| slots.get(id, *selection) == OPEN))
            }
        }
    }

    /// Takes from a batch what no newer batch had. Of several events of one path the last counts.
    /// Returns whether the whole batch could be read, and is what its kind says.
    fn take_batch(&mut self, mark: Mark, kind: RecordKind) -> bool {
        let Self { index, selection, batches, image, slots, broke_off, .. } = self;
        // Entries up to here are of newer batches.
        let newer = image.entries.len() as u32;
        let mut read = |batch: Batch<'_>| -> Result<(), Error> {
            for item in batch {
                let item = item?;
                let slot = slots.get(item.id, *selection);
                if slot != OPEN && (slot <= newer || slot == UNWANTED) {
                    continue;
                }
                let (start, len) = (image.events.len(), item.event.encoded().len());
                item.event.append_to(&mut image.events);
                if let Some(entry) = image.entries.get_mut((slot as usize).wrapping_sub(1)) {
                    (entry.start, entry.len) = (start, len);
                    continue;
                }
                let ordinal = index.paths.ordinal(item.id);
                if ordinal.is_none() {
                    image.note(|| unmapped(item.id, mark, kind));
                }
                let (time, record) = (mark.time, mark.offset);
                image.entries.push(ImageEntry { id: item.id, ordinal, time, record, start, len });
                slots.set(item.id, image.entries.len() as u32);
            }
            Ok(())
        };
        let result = batches
            .batch(mark.offset)
            .and_then(|batch| read(batch).map_err(|e| e.within(kind.name(), mark.offset)));
        match result {
            Ok(()) => kind == RecordKind::DeltaBatch || self.is_image_by_index(mark),
            Err(e) => {
                *broke_off = e.kind() == ErrorKind::Source;
                image.note(|| e);
                false
            }
        }
    }

    /// Whether the index of an image batch is empty, as it is in every file that a recorder
    /// wrote. Else this is a delta batch of which one bit was turned over.
    fn is_image_by_index(&mut self, mark: Mark) -> bool {
        let Ok((_, payload)) = self.batches.payload(mark.offset) else { return false };
        let Some(index) = payload.index else { return true };
        let is_empty = index.ids().is_ok_and(|mut ids| ids.next().is_none());
        if !is_empty {
            self.image.note(|| {
                let detail = "an image with a record index: it may be a delta, and what is older \
                              is read too,";
                Error::new(ErrorKind::WrongIndex, mark.offset, detail)
                    .within(RecordKind::ImageBatch.name(), mark.offset)
            });
        }
        is_empty
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
