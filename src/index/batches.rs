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

/// From so many batches on it is believed what they let expect.
const FEW: u64 = 1 << 20;

/// Batches by time; 16 bytes each.
#[derive(Debug, Default)]
pub struct BatchTimes {
    times: Vec<Timestamp>,
    offsets: Vec<u64>,
    /// Whether a batch was pushed that is earlier than the one before it.
    out_of_order: bool,
    /// Batches below this offset were put in order, and stand no more as they do in the file.
    reordered_below: u64,
}

impl BatchTimes {
    /// How many batches there are.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The `i`th batch. Panics past the end, as a slice does.
    #[inline]
    pub fn get(&self, i: usize) -> Mark {
        Mark { time: self.times[i], offset: self.offsets[i] }
    }

    /// All times, in order.
    pub fn times(&self) -> &[Timestamp] {
        &self.times
    }

    /// The time of the first batch.
    pub fn first(&self) -> Option<Timestamp> {
        self.times.first().copied()
    }

    /// The time of the last batch.
    pub fn last(&self) -> Option<Timestamp> {
        self.times.last().copied()
    }

    /// The numbers of the batches between two bounds; empty when the bounds cross.
    pub fn range(&self, bounds: impl RangeBounds<Timestamp>) -> Range<usize> {
        let before = |t: &Timestamp| self.times.partition_point(|time| time < t);
        let through = |t: &Timestamp| self.times.partition_point(|time| time <= t);
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
        let same_time = self.range(mark.time..=mark.time);
        let passed =
            self.offsets[same_time.clone()].partition_point(|offset| *offset <= mark.offset);
        same_time.start + passed
    }

    /// Adds a batch at the end of the file, of which all batches lie before `end`. Times that run
    /// backwards leave the order broken until [`restore_order`](Self::restore_order).
    pub(crate) fn push(&mut self, mark: Mark, end: u64) {
        self.extend(&[mark.time], &[mark.offset], end);
    }

    /// Adds batches whose times do not run backwards among themselves; see [`push`](Self::push).
    pub(super) fn extend(&mut self, times: &[Timestamp], offsets: &[u64], end: u64) {
        let ([first, ..], [offset, ..]) = (times, offsets) else { return };
        if self.times.capacity() - self.len() < times.len() {
            self.reserve(*offset, end, times.len() as u64);
        }
        self.out_of_order |= self.last().is_some_and(|last| *first < last);
        self.times.extend_from_slice(times);
        self.offsets.extend_from_slice(offsets);
    }

    /// Makes room for as many batches as those up to `offset` let expect up to `end`, at least for
    /// `least` more. Doubling would hold twice what is needed, and three times that while it copies.
    #[cold]
    fn reserve(&mut self, offset: u64, end: u64, least: u64) {
        let len = self.len() as u64;
        let expected = u128::from(len) * u128::from(end) / u128::from(offset.max(1));
        let expected = u64::try_from(expected).unwrap_or(u64::MAX);
        // Few batches say little of what is to come. What is grown out of leaves a hole in wasm's
        // memory, so it should happen while it is small.
        let most = if len < FEW { (8 * len + 256).min(FEW) } else { 256 * len };
        let wanted = expected.saturating_add(expected / 32).min(most).max(len + len / 4 + 16);
        let more = (wanted - len).max(least) as usize;
        // Without that much memory, adding takes what it needs, or says that there is none.
        let _ = self.times.try_reserve_exact(more);
        let _ = self.offsets.try_reserve_exact(more);
    }

    /// Takes back the batches at `offset` and behind it in the file.
    pub(super) fn forget_from(&mut self, offset: u64) {
        if offset < self.reordered_below {
            let kept: Vec<_> =
                (0..self.len()).map(|i| self.get(i)).filter(|mark| mark.offset < offset).collect();
            self.set(&kept);
            self.reordered_below = offset;
        }
        while self.offsets.last().is_some_and(|last| *last >= offset) {
            self.offsets.pop();
            self.times.pop();
        }
    }

    /// The batch that comes last in the file.
    pub(super) fn last_in_file(&self) -> Option<Mark> {
        let last = self.len().checked_sub(1).map(|last| self.get(last));
        let marks = || (0..self.len()).map(|i| self.get(i));
        last.filter(|last| last.offset >= self.reordered_below)
            .or_else(|| marks().max_by_key(|mark| mark.offset))
    }

    /// Sorts by time, keeping the order of the file among equal times.
    pub(super) fn restore_order(&mut self) {
        if std::mem::take(&mut self.out_of_order) {
            let mut marks: Vec<_> = (0..self.len()).map(|i| self.get(i)).collect();
            self.reordered_below = marks.iter().map(|mark| mark.offset + 1).max().unwrap_or(0);
            marks.sort_unstable();
            self.set(&marks);
        }
    }

    fn set(&mut self, marks: &[Mark]) {
        self.times = marks.iter().map(|mark| mark.time).collect();
        self.offsets = marks.iter().map(|mark| mark.offset).collect();
    }
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
            batches.push(Mark { time: t(*time), offset: *offset }, 9);
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
    fn room_is_made_for_what_is_to_come() {
        let (mut batches, end) = (BatchTimes::default(), 40 * 1_000_000 + 40);
        for number in 0..1_000_000 {
            let offset = 40 + 40 * number;
            batches.push(Mark { time: t(offset as i64), offset }, end);
        }
        assert!(batches.times.capacity() < 1_100_000, "{}", batches.times.capacity());
        assert!(batches.offsets.capacity() < 1_100_000);
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
            batches.push(Mark { time: t(time), offset }, 9);
        }
        let offsets = |batches: &BatchTimes| -> Vec<_> {
            (0..batches.len()).map(|i| batches.get(i).offset).collect()
        };
        batches.forget_from(6);
        assert_eq!(offsets(&batches), [2, 1, 3, 4, 5]);
        batches.forget_from(2);
        assert_eq!(offsets(&batches), [1]);
        batches.push(Mark { time: t(7), offset: 2 }, 9);
        batches.restore_order();
        assert_eq!(offsets(&batches), [2, 1]);
    }
}
