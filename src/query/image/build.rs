//! How an image is built.
//!
//! The last event of each path counts, so the batches are walked from the newest to the oldest
//! and each path is taken where it is met first:
//!
//! ```text
//!        image          deltas from the image's time on        bound
//! ───────[IIII]──────────d────────d─────────d─────────d──────────|────▶ time
//!           ◀──────────────────────────────────────────
//! ```

use super::{Extent, Image, ImageEntry};
use crate::{
    archive::{Archive, Batches},
    format::{Batch, Error, ErrorKind, RecordKind},
    index::{Index, Mark, Paths},
    query::{Selection, deltas::unmapped},
    time::Timestamp,
};
use std::{
    collections::HashMap,
    ops::{Bound, Range},
};

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

/// Room for so many entries is made at once, and so many bytes for the event of each: what a number
/// takes.
const MOST_EXPECTED: usize = 1 << 16;
const EXPECTED_EVENT: usize = 9;

/// How many bytes are brought close at a time. Going backward, a processor does not guess what comes
/// next: the image at the end of 100,000 batches took 47 ms, and takes 20 ms this way.
const WARMED: u64 = 64 << 10;

/// An image in the making.
pub(super) struct Builder<'a> {
    index: &'a Index,
    selection: Option<&'a Selection>,
    /// Whether a batch is passed over whose index has nothing that is wanted. The image of all paths
    /// is that of the batches, whatever an index says of them.
    pub(super) trusts_indexes: bool,
    pub(super) extent: Extent,
    batches: Batches<'a>,
    image: Image,
    pub(super) slots: Slots,
    /// Whether the file could not be read.
    pub(super) broke_off: bool,
}

/// What is known of each id: [`OPEN`], [`UNWANTED`], or one more than the number of its entry.
pub(super) struct Slots {
    /// For ids that [`Paths::dense_ids`] counts.
    dense: Vec<u32>,
    /// For the others. Those that are not in here are [`OPEN`] without a selection.
    sparse: HashMap<u32, u32>,
}

pub(super) const OPEN: u32 = 0;
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
    pub(super) fn get(&self, id: u32, selection: Option<&Selection>) -> u32 {
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
    pub(super) fn new(
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

    pub(super) fn finish(self) -> Image {
        Image { extent: Some(self.extent), ..self.image }
    }

    /// Takes what is wanted from the deltas before the bound, the newest first, down to an image
    /// record, and from that.
    pub(super) fn take_all(&mut self) {
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
    pub(super) fn take_deltas(&mut self, numbers: Range<usize>) {
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
