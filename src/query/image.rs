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

use super::{Selection, deltas::unmapped};
use crate::{
    archive::{Archive, Batches},
    format::{Batch, Error, ErrorKind, Event, Origin, Reader, RecordKind, limits::MAX_PROBLEMS},
    index::{Mark, Paths},
    time::Timestamp,
};
use std::{collections::HashMap, ops::Bound};

/// The last events of paths at a time. Holds a copy of the encoded events, each once.
#[derive(Debug, Default)]
pub struct Image {
    entries: Vec<ImageEntry>,
    /// The encoded events, one behind the other.
    events: Vec<u8>,
    /// What could not be read on the way, and which ids have no path; the first
    /// [`MAX_PROBLEMS`] of it.
    pub problems: Vec<Error>,
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

    fn note(&mut self, problem: impl FnOnce() -> Error) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem());
        }
    }

    /// Sorts the entries by a rank of each ordinal; ids without a path come last, by id.
    pub fn sort_by(&mut self, ranks: &[u32]) {
        self.entries.sort_unstable_by_key(|entry| {
            let rank = entry.ordinal.and_then(|ordinal| ranks.get(ordinal as usize));
            (rank.copied().unwrap_or(u32::MAX), entry.id)
        });
    }
}

/// Builds the image at a bound: the newest image record at or before it, and every delta from
/// that image's time on (that time included) up to the bound. Empty for an unbounded bound.
///
/// An image of a damaged archive holds what could be read, and says what could not.
pub fn image(archive: &Archive, selection: Option<&Selection>, bound: Bound<Timestamp>) -> Image {
    if bound == Bound::Unbounded {
        return Image::default();
    }
    let index = archive.index();
    let mut builder = Builder::new(archive, selection);
    let mut images = index.images.range((Bound::Unbounded, bound)).rev();
    let mut until = bound;
    loop {
        let newest = images.next().map(|number| index.images.get(number));
        let from = newest.map_or(Bound::Unbounded, |mark| Bound::Included(mark.time));
        for number in index.deltas.range((from, until)).rev() {
            if builder.is_complete() {
                return builder.image;
            }
            let mark = index.deltas.get(number);
            if builder.wants(mark.offset) {
                builder.take_batch(mark, RecordKind::DeltaBatch);
            }
        }
        match newest.filter(|_| !builder.is_complete()) {
            // A damaged image is no ground to stand on: what it lacks, an older one may have.
            Some(mark) if !builder.take_batch(mark, RecordKind::ImageBatch) => {
                until = Bound::Excluded(mark.time);
            }
            _ => return builder.image,
        }
    }
}

struct Builder<'a> {
    paths: &'a Paths,
    selection: Option<&'a Selection>,
    batches: Batches<'a>,
    image: Image,
    /// By ordinal: one more than the number of the entry, 0 for none.
    by_ordinal: Vec<u32>,
    /// Numbers of the entries of ids without a path.
    unmapped_ids: HashMap<u32, usize>,
}

impl<'a> Builder<'a> {
    fn new(archive: &'a Archive, selection: Option<&'a Selection>) -> Self {
        let paths = &archive.index().paths;
        Self {
            paths,
            selection,
            batches: archive.batches(),
            image: Image::default(),
            by_ordinal: vec![0; paths.len()],
            unmapped_ids: HashMap::new(),
        }
    }

    /// Whether nothing more can be found: each path asked for is there. Without a selection that
    /// is never known, because ids without a path count too.
    fn is_complete(&self) -> bool {
        self.selection.is_some_and(|selection| self.image.entries.len() == selection.len())
    }

    /// Whether the batch at `offset` can hold anything that is still wanted, by its index. Without
    /// a selection every batch is read: then the image is that of the batches, whatever an index
    /// says of them.
    fn wants(&mut self, offset: u64) -> bool {
        let Self { paths, selection, batches, by_ordinal, .. } = self;
        let Some(selection) = selection else { return true };
        let Ok((_, payload)) = batches.payload(offset) else { return true };
        let is_open = |ordinal| by_ordinal[ordinal as usize] == 0 && selection.contains(ordinal);
        let wanted = |id| paths.ordinal(id).is_some_and(is_open);
        match payload.index.map(|index| index.ids()) {
            // What cannot be told from the index is told by the batch.
            None | Some(Err(_)) => true,
            Some(Ok(mut ids)) => ids.any(|id| id.map_or(true, wanted)),
        }
    }

    /// Takes from a batch what no newer batch had. Of several events of one path the last counts.
    /// Returns whether the whole batch could be read, and is what its kind says.
    fn take_batch(&mut self, mark: Mark, kind: RecordKind) -> bool {
        let Self { paths, selection, batches, image, by_ordinal, unmapped_ids } = self;
        let older = image.entries.len();
        let mut read = |batch: Batch<'_>| -> Result<(), Error> {
            for item in batch {
                let item = item?;
                let ordinal = paths.ordinal(item.id);
                if let Some(selection) = selection
                    && !ordinal.is_some_and(|ordinal| selection.contains(ordinal))
                {
                    continue;
                }
                let known = match ordinal {
                    Some(ordinal) => (by_ordinal[ordinal as usize] as usize).checked_sub(1),
                    None => unmapped_ids.get(&item.id).copied(),
                };
                let bytes = item.event.encoded();
                let entry = ImageEntry {
                    id: item.id,
                    ordinal,
                    time: mark.time,
                    record: mark.offset,
                    start: image.events.len(),
                    len: bytes.len(),
                };
                match known {
                    Some(number) if number < older => continue,
                    Some(number) => image.entries[number] = entry,
                    None => {
                        let number = image.entries.len();
                        image.entries.push(entry);
                        match ordinal {
                            Some(ordinal) => by_ordinal[ordinal as usize] = number as u32 + 1,
                            None => {
                                unmapped_ids.insert(item.id, number);
                                image.note(|| unmapped(item.id, mark, kind));
                            }
                        }
                    }
                }
                image.events.extend_from_slice(bytes);
            }
            Ok(())
        };
        let result = batches
            .batch(mark.offset)
            .and_then(|batch| read(batch).map_err(|e| e.within(kind.name(), mark.offset)));
        match result {
            Ok(()) => kind == RecordKind::DeltaBatch || self.is_image_by_index(mark),
            Err(e) => {
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
