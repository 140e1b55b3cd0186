//! Where nothing was recorded for longer than is usual in a file.

use crate::protocol::Density;
use crate::time::Timestamp;
use crate::ui::format;
use crate::ui::scale::Scale;
use crate::ui::zone::Zone;
use std::ops::Range;

/// Shorter than this part of the whole nothing is a gap.
const LEAST_PART: usize = 50;
/// So many times as long as the middle one of all pauses a gap is.
const TIMES_USUAL: usize = 4;
/// More are counted, not listed.
const LISTED: usize = 5;

/// The runs of empty slots that stand out from the other pauses, in order.
pub fn gaps(counts: &[u32]) -> Vec<Range<usize>> {
    let busy: Vec<usize> = (0..counts.len()).filter(|slot| counts[*slot] > 0).collect();
    let pauses: Vec<Range<usize>> = busy.windows(2).map(|it| it[0] + 1..it[1]).collect();
    let mut lengths: Vec<usize> = pauses.iter().map(Range::len).collect();
    lengths.sort_unstable();
    let usual = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    let least = (counts.len() / LEAST_PART).max(usual * TIMES_USUAL).max(2);
    pauses.into_iter().filter(|pause| pause.len() > least).collect()
}

/// The gaps and the problems in words, for those who do not see the strip.
pub fn in_words(density: &Density, problems: &[Timestamp], zone: Zone) -> String {
    let scale = Scale::new(density.from, density.to, density.deltas.len() as f64);
    let found = gaps(&density.deltas);
    let mut words = format::count(found.len() as u64, "gap", "gaps");
    for (nth, gap) in found.iter().take(LISTED).enumerate() {
        let (from, to) = (scale.time(gap.start as f64), scale.time(gap.end as f64));
        words += if nth == 0 { ": " } else { "; " };
        words += &zone.stretch(from, to).join(" – ");
        words += &format!(" ({})", format::duration(to.since(from)));
    }
    words += ". Batches with problems: ";
    words += &format::thousands(problems.len() as u64);
    for (nth, time) in problems.iter().take(LISTED).enumerate() {
        words += if nth == 0 { ", at " } else { ", " };
        words += &zone.text(*time);
    }
    words.push('.');
    for lane in &density.lanes {
        let batches = lane.deltas.iter().map(|count| u64::from(*count)).sum();
        let batches = format::count(batches, "batch", "batches");
        words += &format!(" Shard {}: {batches}.", lane.shard);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_a_gap_where_it_stands_out() {
        let mut counts = vec![1; 100];
        counts[40..60].fill(0);
        assert_eq!(gaps(&counts), vec![std::ops::Range { start: 40, end: 60 }]);
        // Where one slot in ten has a batch, nine empty ones are usual.
        let sparse: Vec<u32> = (0..100).map(|slot| u32::from(slot % 10 == 0)).collect();
        assert!(gaps(&sparse).is_empty());
        // Before the first and behind the last batch there is no file.
        assert!(gaps(&[0, 0, 0, 0, 5, 0, 0, 0, 0]).is_empty());
        assert!(gaps(&[]).is_empty());
    }

    #[test]
    fn words_say_where() {
        let mut deltas = vec![1; 100];
        deltas[40..60].fill(0);
        let to = Timestamp::from_nanos(100_000_000_000);
        let from = Timestamp::from_nanos(0);
        let density = Density { from, to, deltas, images: vec![0; 100], lanes: Vec::new() };
        assert_eq!(
            in_words(&density, &[from], Zone::Utc),
            "1 gap: 1970-01-01 00:00:40.000 – 00:01:00.000 (20 s). Batches with problems: 1, at \
             1970-01-01T00:00:00.000000000Z."
        );
    }
}
