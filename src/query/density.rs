//! How many batches lie in each slot of a time range.

use crate::{index::BatchTimes, time::Timestamp};

/// Counts the batches in `slots` slots of equal length between `from` and `to`, both included.
pub fn density(batches: &BatchTimes, from: Timestamp, to: Timestamp, slots: u32) -> Vec<u32> {
    let mut counts = vec![0; slots as usize];
    add_density(&mut counts, batches, from, to);
    counts
}

/// Adds the batches in slots of equal length between `from` and `to`, both included, to their counts.
/// Costs a search for each slot that the batches reach, and one for each time that a clock was set back.
pub fn add_density(counts: &mut [u32], batches: &BatchTimes, from: Timestamp, to: Timestamp) {
    let slots = counts.len();
    if slots == 0 || from > to {
        return;
    }
    let start = i128::from(from.nanos());
    let span = i128::from(to.nanos()) - start;
    // Where slot `nth` begins.
    let edge = |nth: usize| start + span * nth as i128 / slots as i128;
    let slot_of = |time: Timestamp| {
        let near = (i128::from(time.nanos()) - start) * slots as i128 / span.max(1);
        let mut slot = (near.max(0) as usize).min(slots - 1);
        while slot + 1 < slots && edge(slot + 1) <= i128::from(time.nanos()) {
            slot += 1;
        }
        slot
    };
    for range in batches.range(from..=to).ranges() {
        for run in batches.runs_within(range.clone()) {
            let mut at = run.start;
            while at < run.end {
                let slot = slot_of(batches.get(at).time);
                let end = match slot + 1 == slots {
                    true => run.end,
                    false => batches.first_at(at..run.end, edge(slot + 1)),
                };
                let count = u32::try_from(end - at).unwrap_or(u32::MAX);
                counts[slot] = counts[slot].saturating_add(count);
                at = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Mark;

    fn batches(times: &[i64]) -> BatchTimes {
        let mut batches = BatchTimes::default();
        for (i, time) in times.iter().enumerate() {
            batches.push(Mark { time: Timestamp::from_nanos(*time), offset: i as u64 });
        }
        batches
    }

    fn counts(times: &[i64], from: i64, to: i64, slots: u32) -> Vec<u32> {
        density(&batches(times), Timestamp::from_nanos(from), Timestamp::from_nanos(to), slots)
    }

    #[test]
    fn every_batch_is_counted_once() {
        assert_eq!(counts(&[0, 1, 5, 9, 10], 0, 10, 2), [2, 3]);
        assert_eq!(counts(&[0, 1, 5, 9, 10], 1, 9, 1), [3]);
        assert_eq!(counts(&[3, 3, 3], 3, 3, 4), [0, 0, 0, 3]);
        assert_eq!(counts(&[], 0, 10, 3), [0, 0, 0]);
        assert_eq!(counts(&[5], 10, 0, 2), [0, 0]);
        assert_eq!(counts(&[5], 0, 10, 0), [0; 0]);
        assert_eq!(counts(&[i64::MIN, i64::MAX], i64::MIN, i64::MAX, 2), [1, 1]);
    }
}
