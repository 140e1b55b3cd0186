//! All batches of an archive, deltas and images, in one order.

use crate::{
    archive::Archive,
    format::{RecordHeader, RecordKind},
    index::{BatchTimes, Mark},
};

use super::{Progress, writer::When};

/// The batches in the order of time and, at one time, of the file.
pub(super) struct InOrder<'a> {
    archive: &'a Archive,
    deltas: usize,
    images: usize,
}

impl<'a> InOrder<'a> {
    pub fn new(archive: &'a Archive) -> Self {
        Self { archive, deltas: 0, images: 0 }
    }

    /// When the batch is whose record is at `mark`.
    pub fn when(&self, mark: Mark, header: &RecordHeader) -> When {
        match self.archive.index().odd_basis(mark.offset) {
            None => When::At(mark.time),
            Some(basis) => When::From(basis, header.offset),
        }
    }

    pub fn progress(&self) -> Progress {
        let index = self.archive.index();
        Progress {
            done: (self.deltas + self.images) as u64,
            total: (index.deltas.len() + index.images.len()) as u64,
        }
    }
}

impl Iterator for InOrder<'_> {
    type Item = Mark;

    fn next(&mut self) -> Option<Mark> {
        let index = self.archive.index();
        let next = |batches: &BatchTimes, i: usize| (i < batches.len()).then(|| batches.get(i));
        let (delta, image) = (next(&index.deltas, self.deltas), next(&index.images, self.images));
        let is_delta = match (delta, image) {
            (Some(delta), Some(image)) => delta < image,
            (delta, _) => delta.is_some(),
        };
        *(if is_delta { &mut self.deltas } else { &mut self.images }) += 1;
        if is_delta { delta } else { image }
    }
}

/// Whether records of this kind are images.
pub(super) const fn is_image(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::ImageBatch)
}
