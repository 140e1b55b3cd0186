//! An indexed copy that is not compressed.

use super::{
    PIECE, Progress, leave_out,
    order::{InOrder, is_image},
    writer::{Writer, push_wrapped},
};
use crate::{
    archive::{Archive, Batches, RawRecord},
    format::{Batch, Error, varints},
    index::Problems,
};

/// Makes an indexed copy of an archive, plain, compressed or indexed.
///
/// Of a batch that is damaged inside, all bytes are copied; its index is the one that it had, or
/// else has the ids in front of the damage.
///
/// ```
/// # use netidx_archive_viewer::{archive::Archive, export::BuildIndex};
/// # let mut file = b"netidx archive\0\0\0\0".to_vec();
/// # file.extend(26u64.to_be_bytes());
/// let archive = Archive::open(file)?;
/// let mut export = BuildIndex::new(&archive);
/// let mut copy = Vec::new();
/// while export.step()? {
///     copy.extend(export.take());
/// }
/// copy[..26].copy_from_slice(&export.head());
/// assert!(Archive::open(copy)?.header().indexed);
/// # Ok::<(), netidx_archive_viewer::format::Error>(())
/// ```
pub struct BuildIndex<'a> {
    archive: &'a Archive,
    batches: Batches<'a>,
    order: InOrder<'a>,
    writer: Writer,
    has_begun: bool,
    ids: Vec<u32>,
    index: Vec<u8>,
    left_out: Problems,
}

impl<'a> BuildIndex<'a> {
    /// A copy of which nothing is made yet.
    pub fn new(archive: &'a Archive) -> Self {
        Self {
            archive,
            batches: archive.batches(),
            order: InOrder::new(archive),
            writer: Writer::new(true, None),
            has_begun: false,
            ids: Vec::new(),
            index: Vec::new(),
            left_out: Problems::default(),
        }
    }

    /// Makes the next piece of the file, to be [taken](Self::take). Returns whether there was one.
    ///
    /// # Errors
    /// Where the file cannot be read. Damage is no error: see [`left_out`](Self::left_out).
    pub fn step(&mut self) -> Result<bool, Error> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.writer.paths(&self.archive.index().paths)?;
        }
        while self.writer.waiting() < PIECE
            && let Some(mark) = self.order.next()
        {
            let Self { batches, order, writer, ids, index, .. } = self;
            let record = batches.raw(mark.offset);
            let written = record.and_then(|record| {
                read_index(&record, ids, index);
                let when = order.when(mark, &record.header);
                let payload = [&index[..], record.body.rest()];
                let written = writer.batch(record.header.kind, when, &payload);
                written.map_err(|e| e.within(record.header.kind.name(), mark.offset))
            });
            written.or_else(|problem| leave_out(problem, &mut self.left_out))?;
        }
        Ok(self.writer.waiting() > 0)
    }

    /// The piece that was made last.
    pub fn take(&mut self) -> Vec<u8> {
        self.writer.take()
    }

    /// See [`Writer::head`].
    pub fn head(&self) -> [u8; 26] {
        self.writer.head()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.order.progress()
    }

    /// The batches that could not be read, and are not in the copy.
    pub fn left_out(&self) -> &Problems {
        &self.left_out
    }
}

/// Puts the encoded index of a batch into `index`.
fn read_index(record: &RawRecord<'_>, ids: &mut Vec<u32>, index: &mut Vec<u8>) {
    index.clear();
    ids.clear();
    let mut is_damaged = false;
    if !is_image(record.header.kind) {
        match Batch::new(record.body) {
            Ok(items) => items.for_each(|item| match item {
                Ok(item) => ids.push(item.id),
                Err(_) => is_damaged = true,
            }),
            Err(_) => is_damaged = true,
        }
    }
    if let Some(own) = &record.index
        && (is_damaged || is_image(record.header.kind))
        && !own.encoded().is_empty()
    {
        return push_wrapped(index, own.encoded());
    }
    push_ids(index, ids);
}

/// Appends the encoded index of a batch that holds these ids, which come out sorted and each once.
pub(super) fn push_ids(index: &mut Vec<u8>, ids: &mut Vec<u32>) {
    if !ids.is_sorted_by(|one, next| one < next) {
        ids.sort_unstable();
        ids.dedup();
    }
    let mut inner = Vec::with_capacity(ids.len() * 2 + 2);
    varints::push(&mut inner, ids.len() as u64);
    for id in ids.iter() {
        varints::push(&mut inner, u64::from(*id));
    }
    push_wrapped(index, &inner);
}
