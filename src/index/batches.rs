//! Times and offsets of batches, in the order of the file.
//!
//! ```text
//! file    10 11 12 13 | 7 8 9 10 11 …       a clock that was set back starts another run
//! runs    0..4          4..9                within one, times never decrease
//! ```
//!
//! A recorder's clock runs forward, so nearly every file is one run, and whatever is searched by time is
//! found by bisection. Files with many runs are searched run by run.

use crate::time::Timestamp;
use std::ops::{Bound, Range, RangeBounds};

/// Tells one batch of a file from every other, also from those of the same time.
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

/// Batches in the order of the file; some 8.5 bytes each. Memory comes a chunk at a time, because fresh
/// memory is what opening a file of many small batches waits for most.
#[derive(Debug, Default)]
pub struct BatchTimes {
    /// All but the last have [`CHUNK`] batches, and none has none.
    chunks: Vec<Chunk>,
    /// Where runs begin, but for the first one.
    later_runs: Vec<usize>,
}

/// The numbers of some batches, in order: ranges that do not touch.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    ranges: Vec<Range<usize>>,
    /// Ranges that were taken away from the front.
    taken: usize,
}

impl Numbers {
    fn push(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        match self.ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.ranges.push(range),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ranges().iter().map(Range::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ranges().is_empty()
    }

    /// The first and the last one.
    pub fn ends(&self) -> Option<(usize, usize)> {
        let ranges = self.ranges();
        Some((ranges.first()?.start, ranges.last()?.end - 1))
    }

    /// The ranges.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges[self.taken..]
    }

    /// Whether they are all from the first batch of the file up to the last one here.
    pub fn is_prefix(&self) -> bool {
        match self.ranges() {
            [] => true,
            [only] => only.start == 0,
            _ => false,
        }
    }

    /// Takes the first one away.
    #[inline]
    pub fn pop_first(&mut self) -> Option<usize> {
        let first = self.ranges.get_mut(self.taken)?;
        let number = first.next();
        self.taken += usize::from(first.start == first.end);
        number
    }

    /// Takes the last one away.
    #[inline]
    pub fn pop_last(&mut self) -> Option<usize> {
        let last = self.ranges[self.taken..].last_mut()?;
        let number = last.next_back();
        if last.start == last.end {
            self.ranges.pop();
        }
        number
    }

    /// Takes away those below `number`, and tells how many those were.
    pub fn skip_to(&mut self, number: usize) -> usize {
        let mut skipped = 0;
        while let Some(first) = self.ranges.get_mut(self.taken).filter(|it| it.start < number) {
            let start = number.min(first.end);
            skipped += start - first.start;
            first.start = start;
            self.taken += usize::from(first.start == first.end);
        }
        skipped
    }
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

    /// All batches, in the order of the file.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Mark> + ExactSizeIterator {
        (0..self.len()).map(|i| self.get(i))
    }

    /// All times, in the order of the file.
    pub fn times(&self) -> impl DoubleEndedIterator<Item = Timestamp> + ExactSizeIterator {
        self.iter().map(|mark| mark.time)
    }

    /// The earliest time.
    pub fn first(&self) -> Option<Timestamp> {
        self.runs().map(|run| self.get(run.start).time).min()
    }

    /// The latest time.
    pub fn last(&self) -> Option<Timestamp> {
        self.runs().map(|run| self.get(run.end - 1).time).max()
    }

    /// Stretches of the file in which times never decrease.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        let len = self.len();
        let count = if len == 0 { 0 } else { 1 + self.later_runs.len() };
        (0..count).map(move |nth| {
            let start = nth.checked_sub(1).map_or(0, |nth| self.later_runs[nth]);
            start..self.later_runs.get(nth).copied().unwrap_or(len)
        })
    }

    /// Of a run, the first batch that is not before what is searched for.
    fn search(&self, run: Range<usize>, mut is_before: impl FnMut(Timestamp) -> bool) -> usize {
        // The chunk first: it is one look for each of 128 batches.
        let Range { mut start, mut end } = run;
        let (mut low, mut high) = (start / CHUNK + 1, end.div_ceil(CHUNK));
        while low < high {
            let middle = low.midpoint(high);
            match is_before(self.chunks[middle].get(0).time) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        (start, end) = (start.max((low - 1) * CHUNK), end.min(low * CHUNK));
        while start < end {
            let middle = start.midpoint(end);
            match is_before(self.get(middle).time) {
                true => start = middle + 1,
                false => end = middle,
            }
        }
        start
    }

    /// The runs of a range of numbers.
    pub fn runs_within(&self, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let first = self.later_runs.partition_point(|run| *run <= range.start);
        let last = self.later_runs.partition_point(|run| *run < range.end);
        let starts = self.later_runs[first..last.max(first)].iter().copied();
        let ends = starts.clone().chain([range.end]);
        std::iter::once(range.start).chain(starts).zip(ends).map(|(start, end)| start..end)
    }

    /// Of numbers within one run, the first that is not before a time, which may be one that no
    /// [`Timestamp`] holds.
    pub fn first_at(&self, run: Range<usize>, nanos: i128) -> usize {
        self.search(run, |time| i128::from(time.nanos()) < nanos)
    }

    /// How many batches are before a bound: with an excluded one earlier than it, with an included one
    /// that time too.
    pub fn count_before(&self, bound: Bound<Timestamp>) -> usize {
        self.runs().map(|run| self.upper(run.clone(), bound) - run.start).sum()
    }

    /// Of a run, the end of what an upper bound takes.
    fn upper(&self, run: Range<usize>, bound: Bound<Timestamp>) -> usize {
        // Of many files nearly all lie on one side of a bound.
        let last = self.get(run.end - 1).time;
        match bound {
            Bound::Included(t) if last <= t => return run.end,
            Bound::Excluded(t) if last < t => return run.end,
            Bound::Included(t) | Bound::Excluded(t) if self.get(run.start).time > t => {
                return run.start;
            }
            _ => {}
        }
        match bound {
            Bound::Unbounded => run.end,
            Bound::Included(t) => self.search(run, |time| time <= t),
            Bound::Excluded(t) => self.search(run, |time| time < t),
        }
    }

    /// The numbers of the batches between two bounds; none where the bounds cross.
    pub fn range(&self, bounds: impl RangeBounds<Timestamp>) -> Numbers {
        let mut numbers = Numbers::default();
        for run in self.runs() {
            let start = match bounds.start_bound() {
                Bound::Unbounded => run.start,
                Bound::Included(t) => self.search(run.clone(), |time| time < *t),
                Bound::Excluded(t) => self.search(run.clone(), |time| time <= *t),
            };
            numbers.push(start..self.upper(run, bounds.end_bound().cloned()));
        }
        numbers
    }

    /// The number of the first batch at or after an offset of the file.
    pub fn at_offset(&self, offset: u64) -> usize {
        let chunk = self.chunks.partition_point(|chunk| chunk.get(0).offset < offset);
        let Some(chunk) = chunk.checked_sub(1) else { return 0 };
        let (mut start, mut end) = (0, self.chunks[chunk].len());
        while start < end {
            let middle = start.midpoint(end);
            match self.chunks[chunk].get(middle).offset < offset {
                true => start = middle + 1,
                false => end = middle,
            }
        }
        chunk * CHUNK + start
    }

    /// Adds a batch at the end of the file.
    pub(crate) fn push(&mut self, mark: Mark) {
        self.extend(&[mark]);
    }

    /// Adds batches that follow each other in the file and, among themselves, in time; see
    /// [`push`](Self::push).
    pub(super) fn extend(&mut self, marks: &[Mark]) {
        let Some(first) = marks.first() else { return };
        if self.last_in_file().is_some_and(|last| first.time < last.time) {
            self.later_runs.push(self.len());
        }
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

    /// Takes back the batches at `offset` and after it in the file.
    pub(super) fn forget_from(&mut self, offset: u64) {
        while self.last_in_file().is_some_and(|last| last.offset >= offset) {
            self.chunks.pop_if(|chunk| {
                chunk.pop();
                chunk.len() == 0
            });
        }
        let len = self.len();
        self.later_runs.truncate(self.later_runs.partition_point(|run| *run < len));
    }

    /// The batch that comes last in the file.
    pub fn last_in_file(&self) -> Option<Mark> {
        let chunk = self.chunks.last()?;
        Some(chunk.get(chunk.len() - 1))
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
        batches
    }

    fn numbers(numbers: Numbers) -> Vec<usize> {
        numbers.ranges().iter().cloned().flatten().collect()
    }

    #[test]
    fn ranges_by_every_kind_of_bound() {
        let batches = times(&[(10, 1), (20, 2), (20, 3), (30, 4)]);
        let found = |range: Numbers| range.ranges().first().cloned().unwrap_or_default();
        assert_eq!(found(batches.range(..)), 0..4);
        assert_eq!(found(batches.range(t(20)..)), 1..4);
        assert_eq!(found(batches.range(t(20)..=t(20))), 1..3);
        assert_eq!(found(batches.range(..t(20))), 0..1);
        assert_eq!(found(batches.range((Bound::Excluded(t(20)), Bound::Unbounded))), 3..4);
        assert!(batches.range((Bound::Excluded(t(20)), Bound::Excluded(t(20)))).is_empty());
        assert!(batches.range((Bound::Included(t(30)), Bound::Included(t(10)))).is_empty());
        assert!(batches.range(t(31)..).is_empty());
    }

    #[test]
    fn range_and_count_equal_a_linear_search() {
        // Runs of all lengths around that of a chunk, also of one batch.
        let mut list = Vec::new();
        for run in [1, CHUNK - 1, CHUNK, CHUNK + 1, 2, 1, 1, 3 * CHUNK] {
            let start = list.last().map_or(0, |(time, _): &(i64, u64)| time - 40);
            list.extend((0..run).map(|nth| (start + nth as i64 / 2, 0)));
        }
        list.iter_mut().enumerate().for_each(|(nth, mark)| mark.1 = 3 * nth as u64);
        let batches = times(&list);
        assert!(batches.runs().len() > 4);
        let (first, last) = (batches.first().unwrap().nanos(), batches.last().unwrap().nanos());
        assert_eq!(Some(first), list.iter().map(|(time, _)| *time).min());
        assert_eq!(Some(last), list.iter().map(|(time, _)| *time).max());
        for at in (first - 2..last + 3).step_by(3) {
            for length in [0, 1, 7, 200] {
                let (from, to) = (t(at), t(at + length));
                let is_in = |nth: &usize| (from..=to).contains(&t(list[*nth].0));
                let wanted: Vec<_> = (0..list.len()).filter(is_in).collect();
                assert_eq!(numbers(batches.range(from..=to)), wanted);
            }
            let earlier = list.iter().filter(|(time, _)| *time < at).count();
            let through = list.iter().filter(|(time, _)| *time <= at).count();
            assert_eq!(batches.count_before(Bound::Excluded(t(at))), earlier);
            assert_eq!(batches.count_before(Bound::Included(t(at))), through);
        }
        for offset in 0..3 * list.len() as u64 + 2 {
            let wanted = list.iter().filter(|(_, at)| *at < offset).count();
            assert_eq!(batches.at_offset(offset), wanted);
        }
    }

    #[test]
    fn numbers_are_taken_from_both_ends() {
        let batches = times(&[(10, 1), (20, 2), (5, 3), (6, 4), (30, 5)]);
        let mut some = batches.range(t(6)..);
        assert_eq!((some.len(), some.ends(), some.is_prefix()), (4, Some((0, 4)), false));
        assert_eq!(
            (some.pop_first(), some.pop_last(), some.pop_last()),
            (Some(0), Some(4), Some(3))
        );
        assert_eq!((some.pop_first(), some.pop_last(), some.is_empty()), (Some(1), None, true));
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
                    batches.forget_from(1);
                    marks.retain(|mark| mark.offset < 1);
                    assert_eq!(batches.iter().collect::<Vec<_>>(), marks);
                }
            }
        }
    }

    #[test]
    fn batches_are_taken_back_by_their_place_in_the_file() {
        let mut batches = times(&[(20, 1), (10, 2), (30, 3), (5, 4), (50, 5)]);
        let offsets = |batches: &BatchTimes| -> Vec<_> {
            (0..batches.len()).map(|i| batches.get(i).offset).collect()
        };
        assert_eq!(batches.runs().collect::<Vec<_>>(), [0..1, 1..3, 3..5]);
        batches.forget_from(4);
        assert_eq!((offsets(&batches), batches.runs().len()), (vec![1, 2, 3], 2));
        batches.forget_from(2);
        assert_eq!((offsets(&batches), batches.last()), (vec![1], Some(t(20))));
        batches.push(Mark { time: t(7), offset: 2 });
        assert_eq!(batches.runs().collect::<Vec<_>>(), [0..1, 1..2]);
        batches.forget_from(0);
        assert_eq!((batches.len(), batches.first(), batches.runs().len()), (0, None, 0));
    }
}
