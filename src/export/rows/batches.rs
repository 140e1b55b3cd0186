//! Rows batch by batch, for several threads at once: those of a batch depend on nothing before it.

use super::{
    RowFormat,
    items::{ShardRows, write_items},
    row::RowWriter,
};
use crate::{
    archive::Batches,
    export::{Scope, leave_out},
    format::Error,
    index::{Paths, Problems},
    query::{Selection, pass::Merged},
    timeline::{Files, Kinds, Place, Timeline},
};

/// The most batches of a chunk, and about the most bytes of their records.
const MAX_BATCHES: usize = 1_024;
const MAX_BYTES: u64 = 512 << 10;

/// What the rows of batches are made of, beside the batches. Threads share it, and each has a
/// [writer](Self::writer).
pub struct BatchRows<'a> {
    format: RowFormat,
    names_shards: bool,
    shards: Vec<(&'a str, &'a Paths)>,
    selections: Vec<Option<Selection>>,
}

/// Writes rows: of one thread.
pub struct BatchWriter(Box<dyn RowWriter>);

impl<'a> BatchRows<'a> {
    /// `None` for formats whose rows depend on others.
    pub fn new(
        timeline: &'a Timeline,
        scope: &Scope,
        format: RowFormat,
        names_shards: bool,
    ) -> Option<Self> {
        if !format.is_of_batches() {
            return None;
        }
        let shards = timeline.shards().iter().map(|shard| (shard.name(), shard.paths())).collect();
        Some(Self { format, names_shards, shards, selections: scope.selections(timeline) })
    }

    /// A writer of rows.
    pub fn writer(&self) -> BatchWriter {
        BatchWriter(self.format.batch_writer(self.names_shards))
    }

    /// Writes the rows of the batch at a place of a shard; `batches` reads its file. Returns how many.
    ///
    /// # Errors
    /// Where the file cannot be read. Damage is left out.
    pub fn write(
        &self,
        writer: &mut BatchWriter,
        batches: &mut Batches<'_>,
        (shard, place): (usize, Place),
        out: &mut Vec<u8>,
        left_out: &mut Problems,
    ) -> Result<u64, Error> {
        let selection = self.selections[shard].as_ref();
        if let Some(selection) = selection
            && let Ok((_, payload)) = batches.payload(place.key.offset)
            && let Some(index) = payload.index
            && let Ok(false) = index.lists(|id| selection.contains_id(id))
        {
            return Ok(0);
        }
        let record = match batches.record(place.key.offset) {
            Ok(record) => record,
            Err(e) => return leave_out(e, left_out).map(|()| 0),
        };
        let (name, paths) = self.shards[shard];
        let name = self.names_shards.then_some(name);
        let rows = ShardRows { number: shard, name, paths, selection };
        let all = (0, usize::MAX);
        Ok(write_items(&mut *writer.0, &rows, place, record.items, all, out, left_out).rows)
    }
}

/// The delta batches of a scope, in the order of their rows. Reads none of them.
pub struct BatchPlan<'a> {
    files: Vec<Files<'a>>,
    merged: Merged,
}

impl<'a> BatchPlan<'a> {
    /// All of them.
    pub fn new(timeline: &'a Timeline, scope: &Scope) -> Self {
        let files = timeline.files();
        let merged = Merged::new(&files, scope.bounds(), Kinds::Deltas);
        Self { files, merged }
    }

    /// Batches passed, and of how many.
    pub fn progress(&self) -> crate::export::Progress {
        let (done, total) = self.merged.progress();
        crate::export::Progress { done: done as u64, total: total as u64 }
    }
}

/// Batches that come one after the other, each with the number of its shard: as many as are worth the while of
/// a thread.
impl Iterator for BatchPlan<'_> {
    type Item = Vec<(usize, Place)>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut chunk: Vec<(usize, Place)> = Vec::new();
        let mut bytes = 0;
        while chunk.len() < MAX_BATCHES
            && bytes < MAX_BYTES
            && let Some((shard, place)) = self.merged.peek()
        {
            self.merged.advance(&self.files);
            if let Some((of, last)) = chunk.last()
                && (*of, last.key.file) == (shard, place.key.file)
            {
                bytes += place.key.offset.saturating_sub(last.key.offset);
            }
            chunk.push((shard, place));
        }
        (!chunk.is_empty()).then_some(chunk)
    }
}
