//! The files of one shard, in order, as questions see them.

use crate::{
    archive::{Archive, BatchRecord, Batches, RawRecord},
    format::{Error, Payload, RecordHeader, RecordKind},
    index::Paths,
    time::Timestamp,
};
use std::ops::Bound;

/// Tells one batch of a shard from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BatchKey {
    /// The time of the batch.
    pub time: Timestamp,
    /// The place of its file among those of the shard.
    pub file: usize,
    /// Absolute offset of its record in that file.
    pub offset: u64,
}

impl BatchKey {
    /// The place in the order of the shard, whatever the time.
    pub const fn place(&self) -> (usize, u64) {
        (self.file, self.offset)
    }
}

/// A batch on the way: where it is and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Where.
    pub key: BatchKey,
    /// Whether it is an image.
    pub is_image: bool,
}

impl Place {
    /// The kind of its record.
    pub const fn kind(&self) -> RecordKind {
        if self.is_image { RecordKind::ImageBatch } else { RecordKind::DeltaBatch }
    }
}

/// The files of a shard and the paths that its ids stand for. A file by itself is a shard of one file:
///
/// ```
/// # use netidx_archive_viewer::{archive::Archive, timeline::Files};
/// # fn of(archive: &Archive) {
/// let files = Files::from(archive);
/// assert_eq!(files.archives().len(), 1);
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Files<'a> {
    archives: &'a [Archive],
    paths: &'a Paths,
}

impl<'a> From<&'a Archive> for Files<'a> {
    fn from(archive: &'a Archive) -> Self {
        Self { archives: std::slice::from_ref(archive), paths: &archive.index().paths }
    }
}

impl<'a> Files<'a> {
    /// The files of a shard, oldest first, and its paths.
    pub const fn new(archives: &'a [Archive], paths: &'a Paths) -> Self {
        Self { archives, paths }
    }

    /// The files, oldest first.
    pub const fn archives(&self) -> &'a [Archive] {
        self.archives
    }

    /// What the ids of the batches stand for.
    pub const fn paths(&self) -> &'a Paths {
        self.paths
    }

    /// Earliest and latest time of all batches.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let indexes = self.archives.iter().map(Archive::index);
        let spans = indexes.filter_map(|index| index.first().zip(index.last()));
        spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }

    /// Earliest and latest time of the delta batches.
    pub fn delta_span(&self) -> Option<(Timestamp, Timestamp)> {
        let deltas = self.archives.iter().map(|archive| &archive.index().deltas);
        let spans = deltas.filter_map(|deltas| deltas.first().zip(deltas.last()));
        spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }

    /// How many delta batches there are up to a bound.
    pub fn deltas_before(&self, bound: Bound<Timestamp>) -> usize {
        self.archives.iter().map(|archive| archive.index().deltas.count_before(bound)).sum()
    }

    /// How many delta and image batches there are.
    pub fn counts(&self) -> (usize, usize) {
        let counts = self.archives.iter().map(|archive| {
            let index = archive.index();
            (index.deltas.len(), index.images.len())
        });
        counts.fold((0, 0), |all, of| (all.0 + of.0, all.1 + of.1))
    }

    /// Reads batches.
    pub const fn reader(self) -> FilesReader<'a> {
        FilesReader { files: self, open: None, spent: 0 }
    }
}

/// Of more files than this only the one that is read holds pages of its file in memory, and those that are short.
const MAX_HELD: usize = 8;

/// What short files may hold together, in bytes: to read each again costs a millisecond in a browser, and a recorder
/// that rotates each minute leaves thousands.
const HELD_OF_SHORT: u64 = 96 << 20;

/// Lets go of what is held of a file that is one of so many, unless it is short.
pub(crate) fn release(archive: &Archive, of: usize) {
    if archive.length() > HELD_OF_SHORT / of.max(1) as u64 {
        archive.pages().release();
    }
}

/// Reads the batches of a shard, one at a time. Going from file to file costs little, so whoever reads
/// in order does well, and whoever jumps about pays.
pub struct FilesReader<'a> {
    files: Files<'a>,
    /// The file that was read last.
    open: Option<(usize, Batches<'a>)>,
    /// What the files before it cost.
    spent: u64,
}

impl<'a> FilesReader<'a> {
    /// The files.
    pub const fn files(&self) -> Files<'a> {
        self.files
    }

    /// The batches of one file.
    #[inline(always)]
    pub fn of(&mut self, file: usize) -> &mut Batches<'a> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != file) {
            self.turn_to(file);
        }
        // Just put there.
        &mut self.open.as_mut().expect("a file is open").1
    }

    #[cold]
    fn turn_to(&mut self, file: usize) {
        if let Some((number, before)) = self.open.take() {
            self.spent += before.spent();
            if self.files.archives.len() > MAX_HELD {
                release(&self.files.archives[number], self.files.archives.len());
            }
        }
        self.open = Some((file, self.files.archives[file].batches()));
    }

    /// What was read by this reader so far: bytes of batches, inflated, and a little for each batch that
    /// was looked at.
    #[inline(always)]
    pub fn spent(&self) -> u64 {
        self.spent + self.open.as_ref().map_or(0, |(_, open)| open.spent())
    }

    /// See [`Batches::payload`].
    #[inline(always)]
    pub fn payload(&mut self, key: BatchKey) -> Result<(RecordHeader, Payload<'_>), Error> {
        self.of(key.file).payload(key.offset)
    }

    /// See [`Batches::record`].
    #[inline(always)]
    pub fn record(&mut self, key: BatchKey) -> Result<BatchRecord<'_>, Error> {
        self.of(key.file).record(key.offset)
    }

    /// See [`Batches::raw`].
    #[inline(always)]
    pub fn raw(&mut self, key: BatchKey) -> Result<RawRecord<'_>, Error> {
        self.of(key.file).raw(key.offset)
    }
}
