//! Reading delta batches in order.

use super::{
    Cursor, Selection,
    pass::{Budget, Pass, Stop},
};
use crate::{
    archive::BatchRecord,
    format::{Batch, BatchItem, Error, ErrorKind, RecordIndex, RecordKind},
    index::{Paths, Problems},
    timeline::{BatchKey, Direction, Files, FilesReader, Kinds},
};

/// The delta batches after a cursor's position that hold anything wanted, in the order of the shard.
///
/// A batch lends the decoder's buffer, so this is no [`Iterator`]:
///
/// ```
/// # use netidx_archive_viewer::{archive::Archive, query::{Cursor, Deltas}};
/// # fn print(archive: &Archive) -> Result<(), netidx_archive_viewer::format::Error> {
/// let mut deltas = Deltas::new(archive, None, &Cursor::default());
/// while let Some(batch) = deltas.next_batch() {
///     let batch = batch?;
///     for item in batch.items() {
///         println!("{} {}", batch.key.time, item?.id);
///     }
/// }
/// # Ok(()) }
/// ```
pub struct Deltas<'a> {
    reader: FilesReader<'a>,
    pass: Pass,
    selection: Option<&'a Selection>,
    /// The only path of the selection, which is looked for more cheaply.
    single: Option<u32>,
}

impl<'a> Deltas<'a> {
    /// The batches from the position of a cursor (or its start) to its end, of which the
    /// selection takes something.
    pub fn new(
        files: impl Into<Files<'a>>,
        selection: Option<&'a Selection>,
        cursor: &Cursor,
    ) -> Self {
        let files = files.into();
        let pass = Pass::new(files, cursor.after(), Kinds::Deltas, Direction::Forward);
        let single = selection.and_then(Selection::single);
        Self { reader: files.reader(), pass, selection, single }
    }

    /// Leaves out the batches up to `key` in the order of the shard.
    pub fn after(mut self, key: BatchKey) -> Self {
        self.pass.skip_through(self.reader.files(), key.place());
        self
    }

    /// The next batch that holds anything wanted; `None` at the end. An error is about one batch,
    /// and the batches after it are still to come, unless it is [`ErrorKind::Pending`]: then the same batch
    /// comes again.
    #[inline]
    pub fn next_batch(&mut self) -> Option<Result<DeltaBatch<'_>, Error>> {
        let Self { reader, pass, selection, single } = self;
        let key = loop {
            let found = match single {
                Some(id) => pass.next_of(reader, *id, &Budget::UNLIMITED),
                None => pass.next(reader, *selection, &Budget::UNLIMITED),
            };
            match found {
                Ok(place) => {
                    let key = place?.key;
                    if is_wanted(reader, *selection, key) {
                        break key;
                    }
                }
                Err(Stop::Pending(e)) => return Some(Err(e)),
                // There is no limit.
                Err(Stop::Budget) => return None,
            }
        };
        let paths = reader.files().paths();
        let selection = *selection;
        Some(reader.record(key).map(|record| DeltaBatch::new(key, record, paths, selection)))
    }
}

/// Whether a batch holds anything of the selection: an index may list what the batch has not.
fn is_wanted(reader: &mut FilesReader<'_>, selection: Option<&Selection>, key: BatchKey) -> bool {
    let Some(selection) = selection else { return true };
    let Ok(mut record) = reader.record(key) else { return true };
    // Whatever lies after damage could be wanted: the caller sees it.
    record.items.any(|item| item.map_or(true, |item| selection.contains_id(item.id)))
}

/// One delta batch, and which of its items are wanted.
#[derive(Clone)]
pub struct DeltaBatch<'b> {
    /// Its time and where it is.
    pub key: BatchKey,
    /// Length of its record in bytes, the record header not counted.
    pub bytes: u64,
    index: Option<RecordIndex<'b>>,
    items: Batch<'b>,
    paths: &'b Paths,
    selection: Option<&'b Selection>,
}

impl<'b> DeltaBatch<'b> {
    /// A record that was read, and which of its items are wanted; all without a selection.
    pub fn new(
        key: BatchKey,
        record: BatchRecord<'b>,
        paths: &'b Paths,
        selection: Option<&'b Selection>,
    ) -> Self {
        let BatchRecord { header, index, items } = record;
        Self { key, bytes: u64::from(header.length), index, items, paths, selection }
    }

    /// What the ids stand for.
    pub const fn paths(&self) -> &'b Paths {
        self.paths
    }

    /// The wanted items in order. Ends at the first error.
    #[inline]
    pub fn items(&self) -> Items<'b> {
        let Self { key, items, selection, .. } = self;
        Items { batch: items.clone(), selection: *selection, record: key.offset }
    }

    /// Shows the wanted items to `visit` in order, up to the first error; see [`Batch::visit`].
    #[inline(always)]
    pub fn visit(&self, mut visit: impl FnMut(BatchItem<'b>)) -> Result<(), Error> {
        let items = self.items.clone();
        let visited = match self.selection {
            None => items.visit(visit),
            Some(selection) => items.visit(|item| {
                if selection.contains_id(item.id) {
                    visit(item);
                }
            }),
        };
        visited.map_err(|e| e.within(NAME, self.key.offset))
    }

    /// What is wrong with this batch, wanted or not: items that cannot be read, bytes behind them,
    /// ids without a path, and an index that contradicts the items.
    ///
    /// Reads all of the batch and its index. Reading the items alone finds none of this but the
    /// first item that cannot be read, and costs nothing for it.
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        let mut batch = self.items.clone();
        let mut ids = Vec::with_capacity(batch.len().min(MAX_EXPECTED));
        let mut is_whole = true;
        for item in batch.by_ref() {
            match item {
                Ok(item) => ids.push(item.id),
                Err(e) => {
                    is_whole = false;
                    problems.push(e.within(NAME, self.key.offset));
                }
            }
        }
        if is_whole && !batch.rest().is_empty() {
            let rest = batch.rest();
            let detail = format!("{} bytes more than its items, not read,", rest.remaining());
            problems.push(rest.error(ErrorKind::Length, detail).within(NAME, self.key.offset));
        }
        distinct(&mut ids);
        for id in ids.iter().filter(|id| self.paths.ordinal(**id).is_none()) {
            problems.push_with(|| unmapped(*id, self.key.offset, RecordKind::DeltaBatch));
        }
        match self.index.map(listed) {
            None => {}
            Some(Err(e)) => problems.push(e.within(NAME, self.key.offset)),
            Some(Ok(listed)) if listed == ids => {}
            Some(Ok(listed)) => {
                let lack = |all: &[u32], id: &u32| all.binary_search(id).is_err();
                for id in ids.iter().filter(|id| lack(&listed, id)) {
                    problems.push_with(|| self.wrong_index(*id, "lacks", "the batch has"));
                }
                // After an item that cannot be read there may be anything.
                for id in listed.iter().filter(|id| is_whole && lack(&ids, id)) {
                    problems.push_with(|| self.wrong_index(*id, "lists", "the batch has not"));
                }
            }
        }
        problems
    }

    fn wrong_index(&self, id: u32, does: &str, but: &str) -> Error {
        let detail = format!("the record index {does} the id {id} that {but}");
        Error::new(ErrorKind::WrongIndex, self.key.offset, detail).within(NAME, self.key.offset)
    }
}

/// The wanted items of a batch, in order. Ends at the first error.
#[derive(Clone)]
pub struct Items<'b> {
    batch: Batch<'b>,
    selection: Option<&'b Selection>,
    record: u64,
}

impl<'b> Iterator for Items<'b> {
    type Item = Result<BatchItem<'b>, Error>;

    // Not left to the compiler: see `Batch`.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let item = self.batch.next()?;
            match (&item, self.selection) {
                (Err(_), _) => return Some(item.map_err(|e| e.within(NAME, self.record))),
                (Ok(item), Some(selection)) if !selection.contains_id(item.id) => {}
                (Ok(_), _) => return Some(item),
            }
        }
    }
}

const NAME: &str = RecordKind::DeltaBatch.name();

/// Room for so many ids is made at once.
const MAX_EXPECTED: usize = 1 << 12;

fn listed(index: RecordIndex<'_>) -> Result<Vec<u32>, Error> {
    let mut ids = index.ids()?.collect::<Result<_, _>>()?;
    distinct(&mut ids);
    Ok(ids)
}

fn distinct(ids: &mut Vec<u32>) {
    ids.sort_unstable();
    ids.dedup();
}

/// An id that no path mapping names.
pub(super) fn unmapped(id: u32, record: u64, kind: RecordKind) -> Error {
    let detail = format!("no path mapping names the id {id}");
    Error::new(ErrorKind::UnmappedId, record, detail).within(kind.name(), record)
}

/// The next batch after a cursor's position that holds anything wanted, and what to do with it, without
/// moving the cursor.
pub fn read_next<'a, T>(
    files: impl Into<Files<'a>>,
    selection: Option<&'a Selection>,
    cursor: &Cursor,
    read: impl FnOnce(DeltaBatch<'_>) -> T,
) -> Result<Option<T>, Error> {
    Deltas::new(files, selection, cursor).next_batch().transpose().map(|b| b.map(read))
}
