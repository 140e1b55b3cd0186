//! What one pass over the record headers learns of a file: when each batch is, where it lies,
//! which paths there are, and what is wrong.
//!
//! The pass reads no batch unless something is wrong. Memory: nine bytes a batch, about 30 bytes a
//! path beside its text.

mod batches;
mod paths;
mod problems;
mod reader;
mod resync;
mod scan;
mod stored;

pub use batches::{BatchTimes, Mark, Numbers};
pub use paths::Paths;
pub use problems::Problems;
pub(crate) use reader::RecordReader;
pub(crate) use scan::{Scan, ScanProgress};

use crate::{
    format::{Error, ErrorKind, RawBasis, RecordKind},
    time::Timestamp,
};

/// The index of a file, in memory.
#[derive(Debug, Default)]
pub struct Index {
    /// The paths and their ids.
    pub paths: Paths,
    /// Times and offsets of the delta batches.
    pub deltas: BatchTimes,
    /// Times and offsets of the image batches.
    pub images: BatchTimes,
    problems: Problems,
    /// Where the path index that was joined contradicts the file, as far as it was joined later than
    /// the file's own mappings were read.
    conflicts: Problems,
    /// How many mappings of the path index are joined.
    joined: usize,
    /// What is wrong at the end of the file. Growth can mend it, so each scan says it anew.
    tail: Vec<Error>,
    /// Where time bases begin that a [`Timestamp`] does not hold as they are written, and where
    /// they end. Empty in nearly every file.
    odd_bases: Vec<(u64, Option<RawBasis>)>,
    /// Offset of the first record that is not in this index.
    end: u64,
}

impl Index {
    /// An empty index of the records that begin at `start`.
    pub(crate) fn new(start: u64) -> Self {
        Self { end: start, ..Self::default() }
    }

    /// Offset of the end of the records in this index.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Time of the first batch, delta or image.
    pub fn first(&self) -> Option<Timestamp> {
        self.deltas.first().into_iter().chain(self.images.first()).min()
    }

    /// Time of the last batch, delta or image.
    pub fn last(&self) -> Option<Timestamp> {
        self.deltas.last().max(self.images.last())
    }

    /// What is wrong with the file, as far as it is listed, in the order of the file.
    pub fn problems(&self) -> impl Iterator<Item = &Error> {
        self.problems.listed().iter().chain(self.conflicts.listed()).chain(&self.tail)
    }

    /// How many problems there are, listed or not.
    pub fn problem_count(&self) -> u64 {
        self.problems.count() + self.conflicts.count() + self.tail.len() as u64
    }

    /// Whether the scan ended because the file could not be read.
    pub(crate) fn broke_off(&self) -> bool {
        self.tail.iter().any(|problem| problem.kind() == ErrorKind::Source)
    }

    /// The time basis of the batch at `offset` as the file has it, where its time cannot be told
    /// by a [`Timestamp`] alone: that is the nearest one then.
    pub fn odd_basis(&self, offset: u64) -> Option<RawBasis> {
        let before = self.odd_bases.partition_point(|(start, _)| *start <= offset);
        self.odd_bases[..before].last().and_then(|(_, basis)| *basis)
    }

    /// Notes the time basis that begins at `offset`; `None` where it is like any other.
    fn note_basis(&mut self, offset: u64, odd: Option<RawBasis>) {
        if self.odd_bases.last().and_then(|(_, basis)| *basis) != odd {
            self.odd_bases.push((offset, odd));
        }
    }

    /// Notes something wrong that no record is to blame for.
    pub(crate) fn note(&mut self, problem: Error) {
        self.problems.push(problem);
    }

    /// Joins the mappings of a path index, or those that it has more than when it was joined before.
    pub(crate) fn join(&mut self, names: &Paths) {
        let Self { paths, conflicts, joined, .. } = self;
        paths.join(names, *joined, |id, named, own| {
            conflicts.push_with(|| {
                let detail = format!(
                    "id {id} is {named:?} in the path index and {own:?} in this file; \
                                      the file's own path counts"
                );
                Error::without_offset(ErrorKind::DuplicateMapping, detail)
            });
        });
        *joined = names.len();
    }

    /// Forgets the path index that was joined.
    pub(crate) fn part(&mut self) {
        (self.conflicts, self.joined) = Default::default();
        self.paths.keep_own();
    }

    fn batches_mut(&mut self, kind: RecordKind) -> &mut BatchTimes {
        match kind {
            RecordKind::ImageBatch => &mut self.images,
            _ => &mut self.deltas,
        }
    }
}
