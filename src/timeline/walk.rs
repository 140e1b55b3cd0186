//! The batches of a shard between two bounds of time, in the order in which they were written.
//!
//! ```text
//! file 0  d d I d d d │ file 1  I d d d        forward ──▶          ◀── backward
//! ```
//!
//! The order is that of the files and, in one file, of its offsets, also where clocks were set back and
//! where the end of one file is later than the beginning of the next: so state is that which was
//! written last, and every batch comes exactly once.

use super::files::{BatchKey, Files, Place};
use crate::{
    index::{BatchTimes, Mark, Numbers},
    time::Timestamp,
};
use std::ops::Bound;

/// Bounds of time.
pub type TimeBounds = (Bound<Timestamp>, Bound<Timestamp>);

/// All there is.
pub const ALL: TimeBounds = (Bound::Unbounded, Bound::Unbounded);

/// Which way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the first batch on.
    Forward,
    /// From the last batch back.
    Backward,
}

/// Which batches to visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// Delta batches only.
    Deltas,
    /// Deltas and images.
    All,
}

/// Where a walk is. Holds no file, so it can be kept between questions for as long as no file has more
/// batches than it had.
#[derive(Debug, Clone)]
pub struct Walk {
    bounds: TimeBounds,
    kinds: Kinds,
    direction: Direction,
    /// The files that come after the present one.
    left: std::ops::Range<usize>,
    file: usize,
    deltas: Kind,
    images: Kind,
    /// The batch that was passed last.
    passed: Option<BatchKey>,
    /// Batches that were passed, and all of them.
    done: usize,
    total: usize,
}

/// What is left of one kind in the present file.
#[derive(Debug, Clone, Default)]
struct Kind {
    numbers: Numbers,
    next: Option<Mark>,
}

impl Kind {
    fn new(batches: &BatchTimes, bounds: TimeBounds, direction: Direction) -> Self {
        let mut kind = Self { numbers: batches.range(bounds), next: None };
        kind.advance(batches, direction);
        kind
    }

    #[inline]
    fn advance(&mut self, batches: &BatchTimes, direction: Direction) {
        let number = match direction {
            Direction::Forward => self.numbers.pop_first(),
            Direction::Backward => self.numbers.pop_last(),
        };
        self.next = number.map(|number| batches.get(number));
    }
}

impl Walk {
    /// The batches between two bounds.
    pub fn new(files: Files<'_>, bounds: TimeBounds, kinds: Kinds, direction: Direction) -> Self {
        let of = |batches: &BatchTimes| batches.range(bounds).len();
        let counted = files.archives().iter().map(|archive| {
            let index = archive.index();
            of(&index.deltas) + if kinds == Kinds::All { of(&index.images) } else { 0 }
        });
        let mut walk = Self {
            bounds,
            kinds,
            direction,
            left: 0..files.archives().len(),
            file: 0,
            deltas: Kind::default(),
            images: Kind::default(),
            passed: None,
            done: 0,
            total: counted.sum(),
        };
        walk.settle(files);
        walk
    }

    /// Batches passed, and of how many.
    pub const fn progress(&self) -> (usize, usize) {
        (self.done, self.total)
    }

    /// Whether there is none left.
    pub const fn is_over(&self) -> bool {
        self.done == self.total
    }

    /// The next batch; `None` at the end.
    #[inline]
    pub fn peek(&self) -> Option<Place> {
        let is_image = match (self.deltas.next, self.images.next) {
            (Some(delta), Some(image)) => {
                (image.offset < delta.offset) == (self.direction == Direction::Forward)
            }
            (delta, _) => delta.is_none(),
        };
        let mark = if is_image { self.images.next } else { self.deltas.next }?;
        let key = BatchKey { time: mark.time, file: self.file, offset: mark.offset };
        Some(Place { key, is_image })
    }

    /// Offsets at which the next few delta batches of the present file begin, and where their indexes may
    /// go on.
    pub fn soon(&self, files: Files<'_>, count: usize) -> impl Iterator<Item = u64> {
        let deltas = files.archives().get(self.file).map(|archive| &archive.index().deltas);
        let direction = self.direction;
        let near = match direction {
            Direction::Forward => self.deltas.numbers.ranges().first(),
            Direction::Backward => self.deltas.numbers.ranges().last(),
        };
        let mut numbers = near.cloned().unwrap_or_default();
        let more = (0..count).map_while(move |_| {
            let number = match direction {
                Direction::Forward => numbers.next(),
                Direction::Backward => numbers.next_back(),
            };
            Some(deltas?.get(number?))
        });
        self.deltas.next.into_iter().chain(more).flat_map(|mark| [mark.offset, mark.offset + 64])
    }

    /// Passes the batch that comes next.
    #[inline]
    pub fn advance(&mut self, files: Files<'_>) {
        let Some(place) = self.peek() else { return };
        let index = files.archives()[self.file].index();
        match place.is_image {
            true => self.images.advance(&index.images, self.direction),
            false => self.deltas.advance(&index.deltas, self.direction),
        }
        self.done += 1;
        self.passed = Some(place.key);
        if self.deltas.next.is_none() && self.images.next.is_none() {
            self.settle(files);
        }
    }

    /// The batch that was passed last by [`advance`](Self::advance).
    pub const fn passed(&self) -> Option<BatchKey> {
        self.passed
    }

    /// Passes all batches up to a place in the order of the shard, that place included.
    pub fn skip_through(&mut self, files: Files<'_>, place: (usize, u64)) {
        let direction = self.direction;
        let is_passed = |at: &Place| match direction {
            Direction::Forward => at.key.place() <= place,
            Direction::Backward => at.key.place() >= place,
        };
        // Whole files first.
        if self.direction == Direction::Forward && self.file < place.0 {
            let rest = |kind: &Kind| kind.numbers.len() + usize::from(kind.next.is_some());
            while self.file < place.0 && self.peek().is_some() {
                self.done += rest(&self.deltas) + rest(&self.images);
                (self.deltas, self.images) = Default::default();
                self.settle(files);
            }
        }
        while self.peek().as_ref().is_some_and(is_passed) {
            self.skip_some(files, place.1);
        }
    }

    /// Passes the next batch, and cheaply those after it that lie before an offset.
    fn skip_some(&mut self, files: Files<'_>, offset: u64) {
        let index = files.archives()[self.file].index();
        if self.direction == Direction::Forward {
            for (kind, batches) in
                [(&mut self.deltas, &index.deltas), (&mut self.images, &index.images)]
            {
                if kind.next.is_none_or(|next| next.offset > offset) {
                    continue;
                }
                let skipped = kind.numbers.skip_to(batches.at_offset(offset.saturating_add(1)));
                self.done += skipped + 1;
                kind.advance(batches, Direction::Forward);
            }
            if self.deltas.next.is_none() && self.images.next.is_none() {
                self.settle(files);
            }
        } else {
            self.advance(files);
        }
    }

    /// Turns to the next file that has any batch.
    fn settle(&mut self, files: Files<'_>) {
        while self.deltas.next.is_none() && self.images.next.is_none() {
            let next = match self.direction {
                Direction::Forward => self.left.next(),
                Direction::Backward => self.left.next_back(),
            };
            let Some(file) = next else { return };
            self.file = file;
            let index = files.archives()[file].index();
            self.deltas = Kind::new(&index.deltas, self.bounds, self.direction);
            if self.kinds == Kinds::All {
                self.images = Kind::new(&index.images, self.bounds, self.direction);
            }
        }
    }
}
