//! Delta batches in order, page by page.

use super::{
    After, DeltasEnd, DeltasQuery, Item, Recording,
    page::{MAX_PAGE_BYTES, NextBatch, Page},
    path_id,
};
use crate::{
    error::Error,
    protocol::Failure,
    query::{
        DeltaBatch, Selection,
        pass::{Budget, Merged, Stop},
    },
    time::Timestamp,
    timeline::{BatchKey, Kinds},
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::ops::Bound;

/// One delta batch and its wanted items.
///
/// Serialized: `{ time, shard, file, items }`, in a file by itself without shard and file.
pub struct BatchAnswer<'b> {
    /// Its time.
    pub time: Timestamp,
    /// Its shard; `None` in a file by itself.
    pub shard: Option<&'b str>,
    /// Its file, without the shard; `None` in a file by itself.
    pub file: Option<&'b str>,
    number: usize,
    /// The place of the first path of the shard.
    start: u32,
    batch: DeltaBatch<'b>,
}

impl<'b> BatchAnswer<'b> {
    /// The items in order, up to one that cannot be read.
    pub fn items(&self) -> impl Iterator<Item = Item<'b>> {
        let (paths, number, start) = (self.batch.paths(), self.number, self.start);
        self.batch.items().map_while(Result::ok).map(move |item| {
            let ordinal = paths.ordinal(item.id);
            Item {
                id: path_id(number, item.id),
                place: ordinal.map(|ordinal| start + ordinal),
                path: ordinal.map(|ordinal| paths.path(ordinal)),
                shard: None,
                time: None,
                event: Ok(item.event),
            }
        })
    }
}

impl Serialize for BatchAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("time", &self.time.to_string())?;
        for (name, text) in [("shard", self.shard), ("file", self.file)] {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }
        map.serialize_entry("items", &self.items().collect::<Vec<_>>())?;
        map.end()
    }
}

impl Recording {
    /// Shows the delta batches between two bounds that hold anything wanted: those of a shard in their order,
    /// the shards by time. What cannot be read of them is among the problems of [`info`](Self::info).
    ///
    /// # Errors
    /// Of kind `filter` where a glob is none, of kind `argument` where `after` names a file that is not here, and
    /// where bytes are not here yet.
    pub fn deltas(
        &self,
        query: &DeltasQuery,
        mut visit: impl FnMut(&BatchAnswer<'_>),
    ) -> Result<DeltasEnd, Failure> {
        let (shards, files, starts) =
            (self.timeline.shards(), self.timeline.files(), self.starts());
        let kept = self.page.take().filter(|kept| kept.is_before(query));
        let (selections, mut pass) = match kept {
            Some(Page { selections, pass, .. }) => (selections, pass),
            None => {
                let start = match query.after {
                    After::Time(time) => later_start(query.start, time),
                    _ => query.start,
                };
                let mut pass = Merged::new(&files, (start, query.end), Kinds::Deltas);
                if let After::Batch(next) = &query.after {
                    let (shard, file) = self.find_file(next)?;
                    pass.skip_through(&files, shard, (file, next.offset));
                }
                (self.select(query.filter.as_deref())?, pass)
            }
        };
        let wanted: Vec<_> = selections.iter().map(Option::as_ref).collect();
        let mut readers: Vec<_> = files.iter().map(|files| files.reader()).collect();
        let mut end = DeltasEnd::default();
        let (mut shown, mut last) = (0, None);
        loop {
            let is_full = shown >= query.limit || end.bytes >= MAX_PAGE_BYTES;
            let here = is_full.then(|| pass.clone());
            let found = match pass.next(&mut readers, &wanted, &Budget::UNLIMITED) {
                Ok(Some(found)) => found,
                Err(Stop::Pending(e)) => return Err(e.into()),
                // There is no limit to what is read.
                Ok(None) | Err(Stop::Budget) => break,
            };
            let (number, key) = (found.0, found.1.key);
            let (shard, selection) = (&shards[number], wanted[number]);
            let batch = match readers[number].record(key) {
                Ok(record) => DeltaBatch::new(key, record, shard.paths(), selection),
                Err(e) => {
                    self.note([&e]);
                    continue;
                }
            };
            if !is_wanted(&batch, selection) {
                self.note(batch.problems().listed());
                continue;
            }
            if let (Some(pass), Some(last)) = (here, last) {
                let next = self.name_batch(last);
                end.next = Some(next.to_string());
                let query = query.clone();
                *self.page.borrow_mut() = Some(Page { query, next, selections, pass });
                break;
            }
            self.note(batch.problems().listed());
            end.bytes += batch.bytes;
            (shown, last) = (shown + 1, Some((number, key)));
            visit(&BatchAnswer {
                time: key.time,
                shard: self.shard_name(number),
                file: (!self.is_file).then(|| shard.file_name(key.file)),
                number,
                start: starts[number],
                batch,
            });
        }
        Ok(end)
    }

    /// For each shard the place of its first path among all paths.
    pub(super) fn starts(&self) -> Vec<u32> {
        let lengths = self.timeline.shards().iter().map(|shard| shard.paths().len() as u32);
        let mut end = 0;
        let start_of = |length| {
            end += length;
            end - length
        };
        lengths.map(start_of).collect()
    }

    fn name_batch(&self, (shard, key): (usize, BatchKey)) -> NextBatch {
        let of = &self.timeline.shards()[shard];
        let [shard, file] = match self.is_file {
            true => [""; 2],
            false => [of.name(), of.file_name(key.file)],
        };
        let [shard, file] = [shard, file].map(str::to_owned);
        NextBatch { time: key.time, offset: key.offset, shard, file }
    }

    fn find_file(&self, next: &NextBatch) -> Result<(usize, usize), Failure> {
        let gone = || {
            let message = "after names a file that is not part of this recording";
            Failure::new("argument", message)
        };
        let shards = self.timeline.shards();
        if self.is_file {
            return Ok((0, 0));
        }
        let number = shards.iter().position(|it| it.name() == next.shard).ok_or_else(gone)?;
        Ok((number, shards[number].find(&next.file).ok_or_else(gone)?))
    }
}

/// Whether a batch holds anything of the selection: an index may list what the batch has not.
fn is_wanted(batch: &DeltaBatch<'_>, selection: Option<&Selection>) -> bool {
    selection.is_none() || batch.items().any(|item: Result<_, Error>| item.is_ok())
}

/// The start bound that leaves out everything up to `time` too.
fn later_start(start: Bound<Timestamp>, time: Timestamp) -> Bound<Timestamp> {
    match start {
        Bound::Included(start) | Bound::Excluded(start) if start <= time => Bound::Excluded(time),
        Bound::Unbounded => Bound::Excluded(time),
        later => later,
    }
}
