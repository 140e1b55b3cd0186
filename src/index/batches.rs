//! Times and offsets of batches, in the order of time and, at one time, of the file.

use crate::time::Timestamp;
use std::ops::{Bound, Range, RangeBounds};

/// Tells one batch from every other, also from those of the same time. In the order of a file's
/// batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The time of the batch.
    pub time: Timestamp,
    /// Absolute offset of its record.
    pub offset: u64,
}

/// Batches of a chunk.
const CHUNK: usize = 128;

/// Bits of a [`Chunk::Near`] that tell nanoseconds, some 18 minutes of them; the others tell bytes,
/// 16 MiB of them.
const TIME_BITS: u32 = 40;

/// Batches by time; some 8.5 bytes each. Memory comes a chunk at a time, because fresh memory is what
/// opening a file of many small batches waits for most.
#[derive(Debug, Default)]
pub struct BatchTimes {
    /// All but the last have [`CHUNK`] batches, and none has none.
    chunks: Vec<Chunk>,
    /// Whether a batch was pushed that is earlier than the one before it.
    out_of_order: bool,
    /// Batches below this offset were put in order, and stand no more as they do in the file.
    reordered_below: u64,
}

#[derive(Debug)]
enum Chunk {
    /// How far each batch is from the first: bytes, and below them [`TIME_BITS`] of nanoseconds.
    Near { first: Mark, steps: Vec<u64> },
    /// Batches that are farther from the first than that, or before it.
    Far(Vec<Mark>),
}

impl BatchTimes {
    /// How many batches there are.
    pub fn len(&self) -> usize {
        let before = self.chunks.len().saturating_sub(1) * CHUNK;
        before + self.chunks.last().map_or(0, Chunk::len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The `i`th batch. Panics past the end, as a slice does.
    #[inline]
    pub fn get(&self, i: usize) -> Mark {
        self.chunks[i / CHUNK].get(i % CHUNK)
    }

    /// All batches, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Mark> + ExactSizeIterator {
        (0..self.len()).map(|i| self.get(i))
    }

    /// All times, in order.
    pub fn times(&self) -> impl DoubleEndedIterator<Item = Timestamp> + ExactSizeIterator {
        self.iter().map(|mark| mark.time)
    }

    /// The time of the first batch.
    pub fn first(&self) -> Option<Timestamp> {
        self.times().next()
    }

    /// The time of the last batch.
    pub fn last(&self) -> Option<Timestamp> {
        self.times().next_back()
    }

    /// How many batches, from the first on, are before what is searched for.
    pub fn partition_point(&self, mut is_before: impl FnMut(Mark) -> bool) -> usize {
        let chunk = self.chunks.partition_point(|chunk| is_before(chunk.get(0)));
        let Some(chunk) = chunk.checked_sub(1) else { return 0 };
        let (mut start, mut end) = (0, self.chunks[chunk].len());
        while start < end {
            let middle = start.midpoint(end);
            match is_before(self.chunks[chunk].get(middle)) {
                true => start = middle + 1,
                false => end = middle,
            }
        }
        chunk * CHUNK + start
    }

    /// The numbers of the batches between two bounds; empty when the bounds cross.
    pub fn range(&self, bounds: impl RangeBounds<Timestamp>) -> Range<usize> {
        let before = |t: &Timestamp| self.partition_point(|mark| mark.time < *t);
        let through = |t: &Timestamp| self.partition_point(|mark| mark.time <= *t);
        let start = match bounds.start_bound() {
            Bound::Unbounded => 0,
            Bound::Included(t) => before(t),
            Bound::Excluded(t) => through(t),
        };
        let end = match bounds.end_bound() {
            Bound::Unbounded => self.len(),
            Bound::Included(t) => through(t),
            Bound::Excluded(t) => before(t),
        };
        start..end.max(start)
    }

    /// The number of the first batch behind `mark`.
    pub fn after(&self, mark: Mark) -> usize {
        self.partition_point(|batch| batch <= mark)
    }

    /// Adds a batch at the end of the file. Times that run backwards leave the order broken until
    /// [`restore_order`](Self::restore_order).
    pub(crate) fn push(&mut self, mark: Mark) {
        self.extend(&[mark]);
    }

    /// Adds batches that follow each other in the file and, among themselves, in time; see
    /// [`push`](Self::push).
    pub(super) fn extend(&mut self, marks: &[Mark]) {
        let Some(first) = marks.first() else { return };
        self.out_of_order |= self.last().is_some_and(|last| first.time < last);
        let mut left = marks;
        while let Some(first) = left.first() {
            let open = self.chunks.len().checked_sub(1);
            let room = open.map_or(0, |chunk| CHUNK - self.chunks[chunk].len());
            let (now, later) = match room {
                0 => {
                    // A small file has no more than it needs.
                    let room = if open.is_some() { CHUNK } else { 0 };
                    let steps = Vec::with_capacity(room);
                    self.chunks.push(Chunk::Near { first: *first, steps });
                    left.split_at(left.len().min(CHUNK))
                }
                room => left.split_at(left.len().min(room)),
            };
            if let Some(chunk) = self.chunks.last_mut() {
                chunk.extend(now);
            }
            left = later;
        }
    }

    /// Takes back the batches at `offset` and behind it in the file.
    pub(super) fn forget_from(&mut self, offset: u64) {
        if offset < self.reordered_below {
            let kept: Vec<_> = self.iter().filter(|mark| mark.offset < offset).collect();
            self.set(&kept);
            self.reordered_below = offset;
        }
        while self.iter().next_back().is_some_and(|last| last.offset >= offset) {
            self.chunks.pop_if(|chunk| {
                chunk.pop();
                chunk.len() == 0
            });
        }
    }

    /// The batch that comes last in the file.
    pub(super) fn last_in_file(&self) -> Option<Mark> {
        let last = self.iter().next_back();
        last.filter(|last| last.offset >= self.reordered_below)
            .or_else(|| self.iter().max_by_key(|mark| mark.offset))
    }

    /// Sorts by time, keeping the order of the file among equal times.
    pub(super) fn restore_order(&mut self) {
        if std::mem::take(&mut self.out_of_order) {
            let mut marks: Vec<_> = self.iter().collect();
            self.reordered_below = marks.iter().map(|mark| mark.offset + 1).max().unwrap_or(0);
            marks.sort_unstable();
            self.set(&marks);
        }
    }

    fn set(&mut self, marks: &[Mark]) {
        self.chunks.clear();
        marks.iter().for_each(|mark| self.push(*mark));
    }
}

impl Chunk {
    fn len(&self) -> usize {
        match self {
            Self::Near { steps, .. } => steps.len(),
            Self::Far(marks) => marks.len(),
        }
    }

    #[inline]
    fn get(&self, i: usize) -> Mark {
        match self {
            Self::Near { first, steps } => {
                let step = steps[i];
                let time = first.time.nanos() + (step & ((1 << TIME_BITS) - 1)) as i64;
                Mark {
                    time: Timestamp::from_nanos(time),
                    offset: first.offset + (step >> TIME_BITS),
                }
            }
            Self::Far(marks) => marks[i],
        }
    }

    fn extend(&mut self, marks: &[Mark]) {
        let ([first, ..], [.., last]) = (marks, marks) else { return };
        let ends = [*first, *last];
        match self {
            // What lies between two that are near is near.
            Self::Near { first, steps } if ends.into_iter().all(|end| is_near(*first, end)) => {
                steps.extend(marks.iter().map(|mark| {
                    let time = mark.time.nanos() - first.time.nanos();
                    (mark.offset - first.offset) << TIME_BITS | time as u64
                }));
            }
            Self::Far(all) => all.extend_from_slice(marks),
            Self::Near { .. } => {
                let near = (0..self.len()).map(|i| self.get(i));
                *self = Self::Far(near.chain(marks.iter().copied()).collect());
            }
        }
    }

    fn pop(&mut self) {
        match self {
            Self::Near { steps, .. } => drop(steps.pop()),
            Self::Far(marks) => drop(marks.pop()),
        }
    }
}

/// Whether a [`Chunk::Near`] can tell how far `mark` is from the first.
fn is_near(first: Mark, mark: Mark) -> bool {
    let time = mark.time.nanos().checked_sub(first.time.nanos());
    time.is_some_and(|time| (0..1 << TIME_BITS).contains(&time))
        && mark.offset.checked_sub(first.offset).is_some_and(|bytes| bytes >> (64 - TIME_BITS) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(nanos: i64) -> Timestamp {
        Timestamp::from_nanos(nanos)
    }

    fn times(list: &[(i64, u64)]) -> BatchTimes {
        let mut batches = BatchTimes::default();
        for (time, offset) in list {
            batches.push(Mark { time: t(*time), offset: *offset });
        }
        batches.restore_order();
        batches
    }

    #[test]
    fn ranges_by_every_kind_of_bound() {
        let batches = times(&[(10, 1), (20, 2), (20, 3), (30, 4)]);
        assert_eq!(batches.range(..), 0..4);
        assert_eq!(batches.range(t(20)..), 1..4);
        assert_eq!(batches.range(t(20)..=t(20)), 1..3);
        assert_eq!(batches.range(..t(20)), 0..1);
        assert_eq!(batches.range((Bound::Excluded(t(20)), Bound::Unbounded)), 3..4);
        assert!(batches.range((Bound::Excluded(t(20)), Bound::Excluded(t(20)))).is_empty());
        assert!(batches.range((Bound::Included(t(30)), Bound::Included(t(10)))).is_empty());
        assert!(batches.range(t(31)..).is_empty());
    }

    #[test]
    fn marks_tell_apart_batches_of_one_time() {
        let batches = times(&[(10, 1), (20, 2), (20, 3), (30, 4)]);
        let numbers = [(9, 0), (10, 1), (20, 1), (20, 2), (20, 3), (25, 0), (30, 9)]
            .map(|(time, offset)| batches.after(Mark { time: t(time), offset }));
        assert_eq!(numbers, [0, 1, 1, 2, 3, 3, 4]);
    }

    #[test]
    fn what_is_near_takes_half_the_memory() {
        let mut batches = BatchTimes::default();
        for number in 0..1_000_000 {
            batches.push(Mark { time: t(40_000 * number), offset: 40 * number as u64 });
        }
        let bytes = batches.chunks.iter().map(|chunk| match chunk {
            Chunk::Near { steps, .. } => 8 * steps.capacity() + size_of::<Chunk>(),
            Chunk::Far(marks) => 16 * marks.capacity(),
        });
        assert!(bytes.sum::<usize>() < 8_500_000);
    }

    #[test]
    fn near_and_far_hold_the_same() {
        // On both sides of what a step holds, of the ends of time, and of a chunk's end.
        let times = [i64::MIN, -1, 0, (1 << 40) - 1, 1 << 40, (1 << 40) + 1, i64::MAX];
        let offsets = [0, 1, (1 << 24) - 1, 1 << 24, (1 << 24) + 1, u64::MAX >> 1];
        for first in times {
            for near in [1, CHUNK - 1, CHUNK, CHUNK + 1] {
                for (time, offset) in times.iter().flat_map(|t| offsets.map(|o| (*t, o))) {
                    let mut marks = vec![Mark { time: t(first), offset: 0 }; near];
                    marks.push(Mark { time: t(time), offset });
                    marks.push(Mark { time: t(first), offset: offset + 1 });
                    let mut batches = BatchTimes::default();
                    marks.iter().for_each(|mark| batches.push(*mark));
                    assert_eq!(batches.iter().collect::<Vec<_>>(), marks);
                    assert_eq!(batches.len(), marks.len());
                    batches.restore_order();
                    marks.sort();
                    assert_eq!(batches.iter().collect::<Vec<_>>(), marks);
                    for mark in [marks[0], marks[near], marks[near + 1]] {
                        let before = marks.iter().filter(|other| **other <= mark).count();
                        assert_eq!(batches.after(mark), before);
                    }
                    batches.forget_from(1);
                    marks.retain(|mark| mark.offset < 1);
                    assert_eq!(batches.iter().collect::<Vec<_>>(), marks);
                }
            }
        }
    }

    #[test]
    fn order_is_by_time_then_by_file() {
        let batches = times(&[(20, 1), (10, 2), (20, 3), (10, 4)]);
        let marks: Vec<_> = (0..4).map(|i| batches.get(i).offset).collect();
        assert_eq!(marks, [2, 4, 1, 3]);
    }

    #[test]
    fn batches_are_taken_back_by_their_place_in_the_file() {
        let mut batches = times(&[(20, 1), (10, 2), (30, 3)]);
        for (time, offset) in [(40, 4), (5, 5), (50, 6)] {
            batches.push(Mark { time: t(time), offset });
        }
        let offsets = |batches: &BatchTimes| -> Vec<_> {
            (0..batches.len()).map(|i| batches.get(i).offset).collect()
        };
        batches.forget_from(6);
        assert_eq!(offsets(&batches), [2, 1, 3, 4, 5]);
        batches.forget_from(2);
        assert_eq!(offsets(&batches), [1]);
        batches.push(Mark { time: t(7), offset: 2 });
        batches.restore_order();
        assert_eq!(offsets(&batches), [2, 1]);
    }
}
