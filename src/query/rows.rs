//! All items of all batches, as the rows of one long table in the order of time and file.
//!
//! ```text
//! batches  [ 0 ][ 1 ][ 2 ] … [ 63 ][ 64 ] …      deltas and images, merged
//! rows      0..5 5..6 6..9   …              one an item; one for a batch without items
//! blocks   |0                     |231     …     rows before each block of 64 batches
//! ```
//!
//! How many rows a batch has is known only by reading it, so rows are counted once, in pieces, and
//! only the count at every 64th batch is kept. A row is found by its block, of which at most 64
//! batches are read again.

use super::Selection;
use crate::{
    archive::{Archive, Batches},
    format::{BatchItem, Error, RecordKind},
    index::{Index, Mark},
    time::Timestamp,
};
use std::ops::{Bound, Range};

/// Batches between two counts that are kept.
const BLOCK: usize = 64;
/// What a batch costs beside its bytes, in bytes.
const BATCH_COST: usize = 64;

/// The rows of an archive between two times, under a selection.
#[derive(Debug)]
pub struct Rows {
    deltas: Range<usize>,
    images: Range<usize>,
    /// For each image, its number among all batches here.
    image_numbers: Vec<u32>,
    /// Rows before each block.
    blocks: Vec<u64>,
    /// Batches counted.
    counted: usize,
    total: u64,
}

/// What one row holds.
pub enum Row<'a> {
    /// An item.
    Item(BatchItem<'a>),
    /// The batch has no items.
    Empty,
    /// The batch, or what is left of it, cannot be read.
    Unreadable(Error),
}

/// The batch that a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowBatch {
    /// Time and offset.
    pub mark: Mark,
    /// Whether it is an image.
    pub is_image: bool,
}

impl RowBatch {
    const fn kind(self) -> RecordKind {
        if self.is_image { RecordKind::ImageBatch } else { RecordKind::DeltaBatch }
    }
}

impl Rows {
    /// The rows between two times, both included, or of the whole file; none is counted yet.
    pub fn new(index: &Index, bounds: Option<(Timestamp, Timestamp)>) -> Self {
        let range = bounds.map_or((Bound::Unbounded, Bound::Unbounded), |(from, to)| {
            (Bound::Included(from), Bound::Included(to))
        });
        let (deltas, images) = (index.deltas.range(range), index.images.range(range));
        let image_numbers = images
            .clone()
            .enumerate()
            .map(|(nth, number)| {
                let before = index.deltas.after(index.images.get(number));
                (before.clamp(deltas.start, deltas.end) - deltas.start + nth) as u32
            })
            .collect();
        Self { deltas, images, image_numbers, blocks: vec![0], counted: 0, total: 0 }
    }

    /// How many batches there are.
    pub fn batches(&self) -> usize {
        self.deltas.len() + self.images.len()
    }

    /// How many of them are counted.
    pub const fn counted(&self) -> usize {
        self.counted
    }

    /// Whether all are.
    pub fn is_whole(&self) -> bool {
        self.counted == self.batches()
    }

    /// How many rows are counted.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Counts on, for about so many bytes of batches.
    pub fn advance(&mut self, archive: &Archive, selection: Option<&Selection>, budget: usize) {
        let mut batches = archive.batches();
        let mut left = budget;
        while left > 0 && !self.is_whole() {
            let batch = self.batch(archive.index(), self.counted);
            let mut rows = 0;
            let read = visit(&mut batches, selection, batch, &mut |_| rows += 1);
            left = left.saturating_sub(read + BATCH_COST);
            self.total += rows;
            self.counted += 1;
            if self.counted.is_multiple_of(BLOCK) {
                self.blocks.push(self.total);
            }
        }
    }

    /// Hands out up to `count` rows from row `first` on, among those that are counted.
    pub fn read(
        &self,
        archive: &Archive,
        selection: Option<&Selection>,
        first: u64,
        count: usize,
        mut take: impl FnMut(RowBatch, bool, Row<'_>),
    ) {
        let end = first.saturating_add(count as u64).min(self.total);
        let Some(block) = self.blocks.partition_point(|before| *before <= first).checked_sub(1)
        else {
            return;
        };
        let mut row = self.blocks[block];
        let mut batches = archive.batches();
        for number in block * BLOCK..self.counted {
            if row >= end {
                return;
            }
            let batch = self.batch(archive.index(), number);
            let start = row;
            visit(&mut batches, selection, batch, &mut |found| {
                if (first..end).contains(&row) {
                    take(batch, row == start, found);
                }
                row += 1;
            });
        }
    }

    /// The first row of the last batch with rows at or before `time`. `None` where there is none,
    /// or it is not counted yet.
    pub fn find(
        &self,
        archive: &Archive,
        selection: Option<&Selection>,
        time: Timestamp,
    ) -> Option<u64> {
        let index = archive.index();
        let up_to = |range: Range<usize>, all: &Range<usize>| {
            range.end.clamp(all.start, all.end) - all.start
        };
        let number = up_to(index.deltas.range(..=time), &self.deltas)
            + up_to(index.images.range(..=time), &self.images);
        if number > self.counted {
            return None;
        }
        // Back to the block in which the last row before that batch's end stands.
        let mut block = number / BLOCK;
        loop {
            let (mut row, mut found) = (self.blocks[block], None);
            let mut batches = archive.batches();
            for number in block * BLOCK..number.min((block + 1) * BLOCK) {
                let start = row;
                let batch = self.batch(index, number);
                visit(&mut batches, selection, batch, &mut |_| row += 1);
                found = if row > start { Some(start) } else { found };
            }
            if found.is_some() || self.blocks[block] == 0 {
                return found;
            }
            // The blocks without rows in between need not be read.
            block = self.blocks[..block].partition_point(|before| *before < self.blocks[block]);
            block = block.saturating_sub(1);
        }
    }

    /// The batch of a number below [`batches`](Self::batches).
    fn batch(&self, index: &Index, number: usize) -> RowBatch {
        let images = self.image_numbers.partition_point(|image| (*image as usize) < number);
        match self.image_numbers.get(images) {
            Some(image) if *image as usize == number => {
                RowBatch { mark: index.images.get(self.images.start + images), is_image: true }
            }
            _ => {
                let delta = self.deltas.start + number - images;
                RowBatch { mark: index.deltas.get(delta), is_image: false }
            }
        }
    }
}

/// Tells `row` every row of a batch; returns how many bytes were read for it.
fn visit(
    batches: &mut Batches<'_>,
    selection: Option<&Selection>,
    batch: RowBatch,
    row: &mut dyn FnMut(Row<'_>),
) -> usize {
    let offset = batch.mark.offset;
    let within = |e: Error| e.within(batch.kind().name(), offset);
    let (record, payload) = match batches.payload(offset) {
        Ok(parts) => parts,
        Err(e) => {
            row(Row::Unreadable(e));
            return 0;
        }
    };
    if let (Some(selection), false, Some(index)) = (selection, batch.is_image, payload.index)
        && let Ok(mut ids) = index.ids()
        // What cannot be told from the index is told by the batch.
        && !ids.any(|id| id.map_or(true, |id| selection.contains_id(id)))
    {
        return 0;
    }
    let mut is_empty = selection.is_none();
    match batches.batch(offset) {
        Ok(items) => {
            for item in items {
                match item {
                    Ok(item) if selection.is_none_or(|s| s.contains_id(item.id)) => {
                        row(Row::Item(item));
                    }
                    Ok(_) => {}
                    Err(e) => row(Row::Unreadable(within(e))),
                }
                is_empty = false;
            }
        }
        Err(e) => {
            row(Row::Unreadable(e));
            is_empty = false;
        }
    }
    if is_empty {
        row(Row::Empty);
    }
    record.length as usize
}
