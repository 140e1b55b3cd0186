//! What the file and its paths are made of, counted on with each question.

use super::{Known, MAX_ROWS, Open, Session, path_ranks};
use crate::protocol::Failure;
use crate::protocol::views::{
    PathCounts, RecordCounts, Statistics, StatisticsQuery, StatisticsSort,
};
use crate::query::statistics;
use std::cmp::Reverse;

impl Open {
    /// What the file is made of, and a window of its paths.
    pub(super) fn statistics(&mut self, query: &StatisticsQuery) -> Result<Statistics, Failure> {
        self.set_filter(&query.filter)?;
        let Self { timeline, known: Known { filter, ranks, views, .. }, .. } = self;
        let files = timeline.shards()[0].files();
        let ranks = ranks.get_or_insert_with(|| path_ranks(files.paths()));
        let kept = views.statistics.take().filter(|(bounds, _)| *bounds == query.bounds);
        let (_, counted) =
            views.statistics.insert(kept.unwrap_or_else(|| {
                (query.bounds, statistics::Statistics::new(files, query.bounds))
            }));
        counted.step(&mut files.reader(), &Session::BUDGET);

        let paths = files.paths();
        let selection = filter.as_ref().and_then(|(_, selection)| selection.as_ref());
        let is_in = |o: &u32| selection.is_none_or(|s| s.contains_id(paths.id(*o)));
        let mut order: Vec<u32> = (0..paths.len() as u32).filter(is_in).collect();
        let counts = counted.paths();
        order.sort_unstable_by_key(|ordinal| {
            let of = &counts[*ordinal as usize];
            let most = match query.sort {
                StatisticsSort::Path => 0,
                StatisticsSort::Updates => of.updates,
                StatisticsSort::Bytes => of.bytes,
            };
            (Reverse(most), ranks.get(*ordinal as usize).copied())
        });
        let first = (query.first as usize).min(order.len());
        let rows = order[first..].iter().take(query.count.min(MAX_ROWS) as usize).map(|ordinal| {
            let of = &counts[*ordinal as usize];
            PathCounts {
                id: paths.id(*ordinal),
                path: paths.path(*ordinal).to_owned(),
                updates: of.updates,
                bytes: of.bytes,
                span: (of.updates > 0).then_some((of.first, of.last)),
                range: (of.min <= of.max).then_some((of.min, of.max)),
                kinds: of.kinds().collect::<Vec<_>>().join(", "),
            }
        });
        let (done, of) = counted.progress();
        let batches = counted.delta.bytes + counted.image.bytes;
        let heads = 8 * (counted.delta.records + counted.image.records);
        let end: u64 = files.archives().iter().map(|archive| archive.index().end()).sum();
        let whole = counted.is_whole() && query.bounds.is_none();
        Ok(Statistics {
            progress: (done as u64, of as u64),
            deltas: records(counted.delta),
            images: records(counted.image),
            other: whole.then(|| end.saturating_sub(batches + heads)),
            sizes: buckets(&counted.sizes, |nth| 1 << nth),
            gaps: buckets(&counted.gaps, |nth| nth.checked_sub(1).map_or(0, |n| 10_u64.pow(n))),
            longest_gap: counted.longest_gap.map(|(gap, time)| (gap.max(0).unsigned_abs(), time)),
            memory: memory(),
            total: order.len() as u32,
            first: first as u32,
            rows: rows.collect(),
        })
    }
}

/// All of the linear memory of this program, which never shrinks. `None` natively.
fn memory() -> Option<u64> {
    #[cfg(target_arch = "wasm32")]
    return Some(core::arch::wasm32::memory_size(0) as u64 * (64 << 10));
    #[cfg(not(target_arch = "wasm32"))]
    None
}

fn records(counts: statistics::RecordCounts) -> RecordCounts {
    let statistics::RecordCounts { records, bytes, inflated, items, unreadable } = counts;
    RecordCounts { records, bytes, inflated, items, unreadable }
}

/// The buckets from the first to the last that hold anything.
fn buckets(counts: &[u64], least: impl Fn(u32) -> u64) -> Vec<(u64, u64)> {
    let first = counts.iter().position(|count| *count > 0).unwrap_or(counts.len());
    let end = counts.iter().rposition(|count| *count > 0).map_or(first, |last| last + 1);
    (first..end).map(|nth| (least(nth as u32), counts[nth])).collect()
}
