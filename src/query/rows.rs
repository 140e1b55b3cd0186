//! All items of all batches, as the rows of one long table in the order of the shards and of time.
//!
//! ```text
//! batches  [ 0 ][ 1 ][ 2 ] … [ 63 ][ 64 ] …      deltas and images, merged
//! rows      0..5 5..6 6..9   …              one an item; one for a batch without items
//! blocks   |0                     |231     …     where each block of 64 batches with rows begins
//! ```
//!
//! How many rows a batch has is known only by reading it, so rows are counted once, in pieces, and
//! only the count at every 64th batch is kept. A row is found by its block, of which at most 64
//! batches are read again.

use super::{
    Selection, between,
    pass::{Budget, Merged, Step},
};
use crate::{
    format::{BatchItem, Error},
    time::Timestamp,
    timeline::{BatchKey, Files, FilesReader, Kinds, Place},
};

/// Batches between two counts that are kept.
const BLOCK: usize = 64;

/// The rows of some shards between two times, under a selection for each.
#[derive(Debug)]
pub struct Rows {
    bounds: Option<(Timestamp, Timestamp)>,
    pass: Merged,
    blocks: Vec<Block>,
    /// Batches with rows in the block that is open.
    in_block: usize,
    total: u64,
}

/// Where a block begins.
#[derive(Debug, Clone)]
struct Block {
    /// Rows before it.
    rows: u64,
    /// Of each shard, where its next batch is.
    next: Vec<Option<(usize, u64)>>,
    /// The earliest time of its batches that have rows.
    earliest: Timestamp,
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
    /// The number of its shard.
    pub shard: usize,
    /// Where it is in that.
    pub key: BatchKey,
    /// Whether it is an image.
    pub is_image: bool,
}

/// What is selected of each shard; all of one that has none.
pub type Selections<'s> = &'s [Option<&'s Selection>];

impl Rows {
    /// The rows between two times, both included, or of everything; none is counted yet.
    pub fn new(shards: &[Files<'_>], bounds: Option<(Timestamp, Timestamp)>) -> Self {
        let pass = Merged::new(shards, between(bounds), Kinds::All);
        Self { bounds, pass, blocks: Vec::new(), in_block: 0, total: 0 }
    }

    /// How many batches there are.
    pub fn batches(&self) -> usize {
        self.pass.progress().1
    }

    /// How many of them are counted.
    pub fn counted(&self) -> usize {
        self.pass.progress().0
    }

    /// Whether all are.
    pub fn is_whole(&self) -> bool {
        self.pass.is_over()
    }

    /// How many rows are counted.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Counts on.
    pub fn step(
        &mut self,
        shards: &[Files<'_>],
        selections: Selections<'_>,
        budget: Budget,
    ) -> Step {
        let mut readers: Vec<_> = shards.iter().map(|files| files.reader()).collect();
        loop {
            let next = self.pass.places();
            let (shard, place) = match self.pass.next(&mut readers, selections, &budget) {
                Ok(Some(found)) => found,
                Ok(None) => return Step::Done,
                Err(stop) => return Step::Stopped(stop),
            };
            let mut rows = 0;
            visit(&mut readers[shard], selections[shard], place, &mut |_| rows += 1);
            if rows == 0 {
                continue;
            }
            let time = place.key.time;
            match self.blocks.last_mut().filter(|_| self.in_block < BLOCK) {
                Some(block) => block.earliest = block.earliest.min(time),
                None => {
                    self.blocks.push(Block { rows: self.total, next, earliest: time });
                    self.in_block = 0;
                }
            }
            self.in_block += 1;
            self.total += rows;
        }
    }

    /// Hands out up to `count` rows from row `first` on, among those that are counted.
    pub fn read(
        &self,
        shards: &[Files<'_>],
        selections: Selections<'_>,
        first: u64,
        count: usize,
        mut take: impl FnMut(RowBatch, bool, Row<'_>),
    ) {
        let end = first.saturating_add(count as u64).min(self.total);
        let block = self.blocks.partition_point(|block| block.rows <= first).checked_sub(1);
        let Some(block) = block else { return };
        let mut row = self.blocks[block].rows;
        self.batches_from(shards, selections, block, |reader, shard, place| {
            let batch = RowBatch { shard, key: place.key, is_image: place.is_image };
            let start = row;
            visit(reader, selections[shard], place, &mut |found| {
                if (first..end).contains(&row) {
                    take(batch, row == start, found);
                }
                row += 1;
            });
            row < end
        });
    }

    /// The first row of the last batch with rows at or before `time`. `None` where there is none,
    /// or it is not counted yet.
    pub fn find(
        &self,
        shards: &[Files<'_>],
        selections: Selections<'_>,
        time: Timestamp,
    ) -> Option<u64> {
        if !self.is_whole() && self.pass.next_time().is_none_or(|next| next <= time) {
            return None;
        }
        let block = self.blocks.iter().rposition(|block| block.earliest <= time)?;
        let end = self.blocks.get(block + 1).map_or(self.total, |next| next.rows);
        let (mut row, mut found) = (self.blocks[block].rows, None);
        self.batches_from(shards, selections, block, |reader, shard, place| {
            let start = row;
            visit(reader, selections[shard], place, &mut |_| row += 1);
            if row > start && place.key.time <= time {
                found = Some(start);
            }
            row < end
        });
        found
    }

    /// Shows the batches from the start of a block on, for as long as more are wanted.
    fn batches_from(
        &self,
        shards: &[Files<'_>],
        selections: Selections<'_>,
        block: usize,
        mut show: impl FnMut(&mut FilesReader<'_>, usize, Place) -> bool,
    ) {
        let mut readers: Vec<_> = shards.iter().map(|files| files.reader()).collect();
        let mut pass = Merged::new(shards, between(self.bounds), Kinds::All);
        pass.skip_to(shards, &self.blocks[block].next);
        while let Ok(Some((shard, place))) = pass.next(&mut readers, selections, &Budget::UNLIMITED)
        {
            if !show(&mut readers[shard], shard, place) {
                return;
            }
        }
    }
}

/// Tells `row` every row of a batch that was just read.
fn visit(
    reader: &mut FilesReader<'_>,
    selection: Option<&Selection>,
    place: Place,
    row: &mut dyn FnMut(Row<'_>),
) {
    let within = |e: Error| e.within(place.kind().name(), place.key.offset);
    let mut is_empty = selection.is_none();
    match reader.record(place.key) {
        Ok(record) => {
            for item in record.items {
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
}
