//! Reading delta batches in order.

use super::{Cursor, Selection};
use crate::{
    archive::{Archive, Batches},
    format::{Batch, BatchItem, Error},
    index::{Mark, Paths},
};
use std::ops::Range;

/// The delta batches ahead of a cursor that hold anything wanted.
///
/// A batch lends the decoder's buffer, so this is no [`Iterator`]:
///
/// ```
/// # use netidx_archive_viewer::{archive::Archive, query::{Cursor, Deltas}};
/// # fn print(archive: &Archive) -> Result<(), netidx_archive_viewer::format::Error> {
/// let mut deltas = Deltas::ahead(archive, None, &Cursor::default());
/// while let Some(batch) = deltas.next_batch() {
///     let batch = batch?;
///     for item in batch.items() {
///         println!("{} {}", batch.mark.time, item?.id);
///     }
/// }
/// # Ok(()) }
/// ```
pub struct Deltas<'a> {
    archive: &'a Archive,
    batches: Batches<'a>,
    selection: Option<&'a Selection>,
    numbers: Range<usize>,
}

impl<'a> Deltas<'a> {
    /// The batches from the position of a cursor (or its start) to its end, of which the
    /// selection takes something.
    pub fn ahead(archive: &'a Archive, selection: Option<&'a Selection>, cursor: &Cursor) -> Self {
        let numbers = archive.index().deltas.range(cursor.ahead());
        Self { archive, batches: archive.batches(), selection, numbers }
    }

    /// Leaves out the batches up to `mark`.
    pub fn behind(mut self, mark: Mark) -> Self {
        let first = self.archive.index().deltas.after(mark);
        self.numbers.start = self.numbers.start.max(first).min(self.numbers.end);
        self
    }

    /// The next batch that holds anything wanted; `None` at the end. An error is about one batch,
    /// and the batches behind it are still to come.
    pub fn next_batch(&mut self) -> Option<Result<DeltaBatch<'_>, Error>> {
        let index = self.archive.index();
        loop {
            let mark = index.deltas.get(self.numbers.next()?);
            match holds(&mut self.batches, &index.paths, self.selection, mark.offset) {
                Ok(false) => {}
                Ok(true) => return Some(self.read(mark)),
                Err(e) => return Some(Err(e)),
            }
        }
    }

    fn read(&mut self, mark: Mark) -> Result<DeltaBatch<'_>, Error> {
        let (record, _) = self.batches.payload(mark.offset)?;
        Ok(DeltaBatch {
            mark,
            bytes: u64::from(record.length),
            items: self.batches.batch(mark.offset)?,
            paths: &self.archive.index().paths,
            selection: self.selection,
        })
    }
}

/// Whether the batch at `offset` holds anything of the selection. By its index where it has one,
/// else by its items.
fn holds(
    batches: &mut Batches<'_>,
    paths: &Paths,
    selection: Option<&Selection>,
    offset: u64,
) -> Result<bool, Error> {
    let Some(selection) = selection else { return Ok(true) };
    let (_, payload) = batches.payload(offset)?;
    if let Some(index) = payload.index {
        let mut listed = false;
        for id in index.ids()? {
            listed |= selection.contains_id(paths, id?);
        }
        if !listed {
            return Ok(false);
        }
    }
    // An index may list what the batch has not.
    for item in batches.batch(offset)? {
        match item {
            Ok(item) if selection.contains_id(paths, item.id) => return Ok(true),
            Ok(_) => {}
            // Whatever lies behind the damage could be wanted: let the caller see it.
            Err(_) => return Ok(true),
        }
    }
    Ok(false)
}

/// One delta batch, and which of its items are wanted.
#[derive(Clone)]
pub struct DeltaBatch<'b> {
    /// Its time, and what tells it from others of that time.
    pub mark: Mark,
    /// Length of its record in bytes, the record header not counted.
    pub bytes: u64,
    items: Batch<'b>,
    paths: &'b Paths,
    selection: Option<&'b Selection>,
}

impl<'b> DeltaBatch<'b> {
    /// The wanted items in order. Ends at the first error.
    pub fn items(&self) -> impl Iterator<Item = Result<BatchItem<'b>, Error>> + use<'b> {
        let (paths, selection, record) = (self.paths, self.selection, self.mark.offset);
        self.items
            .clone()
            .filter(move |item| match (item, selection) {
                (Ok(item), Some(selection)) => selection.contains_id(paths, item.id),
                _ => true,
            })
            .map(move |item| item.map_err(|e| e.within("delta batch", record)))
    }
}

/// The next batch ahead of a cursor that holds anything wanted, and what to do with it, without
/// moving the cursor.
pub fn read_next<T>(
    archive: &Archive,
    selection: Option<&Selection>,
    cursor: &Cursor,
    read: impl FnOnce(DeltaBatch<'_>) -> T,
) -> Result<Option<T>, Error> {
    Deltas::ahead(archive, selection, cursor).next_batch().transpose().map(|b| b.map(read))
}
