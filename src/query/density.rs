//! How many batches lie in each slot of a time range.

use crate::{index::BatchTimes, time::Timestamp};

/// Counts the batches in `slots` slots of equal length between `from` and `to`, both included.
/// Costs two searches a slot, however many batches there are.
pub fn density(batches: &BatchTimes, from: Timestamp, to: Timestamp, slots: u32) -> Vec<u32> {
    let first = batches.partition_point(|mark| mark.time < from);
    let span = i128::from(to.nanos()) - i128::from(from.nanos());
    let mut start = first;
    (1..=slots)
        .map(|slot| {
            let end = match slot == slots {
                true => batches.partition_point(|mark| mark.time <= to),
                false => {
                    let edge = span * i128::from(slot) / i128::from(slots);
                    batches.partition_point(|mark| {
                        i128::from(mark.time.nanos()) < i128::from(from.nanos()) + edge
                    })
                }
            };
            let count = end.saturating_sub(start);
            start = end.max(start);
            u32::try_from(count).unwrap_or(u32::MAX)
        })
        .collect()
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
