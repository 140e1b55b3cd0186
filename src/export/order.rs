//! All batches of an archive, deltas and images, in the order of the file.

use super::{Progress, writer::When};
use crate::{
    archive::Archive,
    format::{RecordHeader, RecordKind},
    index::Mark,
    timeline::{ALL, Direction, Files, Kinds, Walk},
};

/// The batches in the order of the file.
pub(super) struct InOrder<'a> {
    archive: &'a Archive,
    walk: Walk,
}

impl<'a> InOrder<'a> {
    pub fn new(archive: &'a Archive) -> Self {
        let walk = Walk::new(Files::from(archive), ALL, Kinds::All, Direction::Forward);
        Self { archive, walk }
    }

    /// When the batch is whose record is at `mark`.
    pub fn when(&self, mark: Mark, header: &RecordHeader) -> When {
        match self.archive.index().odd_basis(mark.offset) {
            None => When::At(mark.time),
            Some(basis) => When::From(basis, header.offset),
        }
    }

    pub fn progress(&self) -> Progress {
        let (done, total) = self.walk.progress();
        Progress { done: done as u64, total: total as u64 }
    }
}

impl Iterator for InOrder<'_> {
    type Item = Mark;

    fn next(&mut self) -> Option<Mark> {
        let key = self.walk.peek()?.key;
        self.walk.advance(Files::from(self.archive));
        Some(Mark { time: key.time, offset: key.offset })
    }
}

/// Whether records of this kind are images.
pub(super) const fn is_image(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::ImageBatch)
}
