//! What the file and its paths are made of, counted on with each question.

use super::{Known, MAX_ROWS, Open, Session, path_ranks};
use crate::protocol::Failure;
use crate::protocol::views::{
    PathCounts, RecordCounts, Statistics, StatisticsQuery, StatisticsSort,
};
use crate::query::statistics;
use crate::{time::Timestamp, timeline::Files};
use std::cmp::Reverse;

impl Open {
    /// What the file is made of, and a window of its paths.
    pub(super) fn statistics(&mut self, query: &StatisticsQuery) -> Result<Statistics, Failure> {
        self.set_filter(&query.filter)?;
        let Self { timeline, paths: all, known: Known { filter, ranks, views, .. }, .. } = self;
        let (files, paths) = (timeline.files(), all.paths(timeline));
        let ranks = ranks.get_or_insert_with(|| path_ranks(paths));
        let kept = views.statistics.take().filter(|(bounds, _)| *bounds == query.bounds);
        let (_, shards) = views.statistics.insert(kept.unwrap_or_else(|| {
            let of = |files: &Files<'_>| statistics::Statistics::new(*files, query.bounds);
            (query.bounds, files.iter().map(of).collect())
        }));
        let mut budget = Session::BUDGET;
        for (files, counted) in files.iter().zip(&mut *shards) {
            let mut reader = files.reader();
            counted.step(&mut reader, &budget);
            budget = budget.after(reader.spent());
        }
        let counted = Sum::of(shards);

        let selection = filter.as_ref().and_then(|(_, selected)| selected.all.as_ref());
        let is_in = |o: &u32| selection.is_none_or(|s| s.contains_id(paths.id(*o)));
        let mut order: Vec<u32> = (0..paths.len() as u32).filter(is_in).collect();
        // Those of the shards, by their numbers here.
        let merged: Vec<&statistics::PathCounts>;
        let counts = match &shards[..] {
            [only] if !all.is_merged() => {
                merged = only.paths().iter().collect();
                &merged
            }
            _ => {
                let id = |ordinal: usize| all.id(paths.id(ordinal as u32));
                let of = |ordinal: usize| {
                    let (shard, id) = id(ordinal)?;
                    let own = files[shard].paths().ordinal(id)?;
                    shards[shard].paths().get(own as usize)
                };
                merged = (0..paths.len()).map(|ordinal| of(ordinal).unwrap_or(&NONE)).collect();
                &merged
            }
        };
        order.sort_unstable_by_key(|ordinal| {
            let of = counts[*ordinal as usize];
            let most = match query.sort {
                StatisticsSort::Path => 0,
                StatisticsSort::Updates => of.updates,
                StatisticsSort::Bytes => of.bytes,
            };
            (Reverse(most), ranks.get(*ordinal as usize).copied())
        });
        let first = (query.first as usize).min(order.len());
        let rows = order[first..].iter().take(query.count.min(MAX_ROWS) as usize).map(|ordinal| {
            let of = counts[*ordinal as usize];
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
        let (done, of) = counted.progress;
        let batches = counted.delta.bytes + counted.image.bytes;
        let heads = 8 * (counted.delta.records + counted.image.records);
        let archives = files.iter().flat_map(|files| files.archives());
        let end: u64 = archives.map(|archive| archive.index().end()).sum();
        let whole = done == of && query.bounds.is_none();
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

/// What the shards are made of together.
#[derive(Default)]
struct Sum {
    progress: (usize, usize),
    delta: statistics::RecordCounts,
    image: statistics::RecordCounts,
    sizes: [u64; 32],
    gaps: [u64; 20],
    longest_gap: Option<(i64, Timestamp)>,
}

impl Sum {
    fn of(shards: &[statistics::Statistics]) -> Self {
        let mut sum = Self::default();
        for shard in shards {
            let (done, of) = shard.progress();
            sum.progress = (sum.progress.0 + done, sum.progress.1 + of);
            for (all, of) in [(&mut sum.delta, shard.delta), (&mut sum.image, shard.image)] {
                all.records += of.records;
                all.bytes += of.bytes;
                all.inflated += of.inflated;
                all.items += of.items;
                all.unreadable += of.unreadable;
            }
            sum.sizes.iter_mut().zip(shard.sizes).for_each(|(all, of)| *all += of);
            sum.gaps.iter_mut().zip(shard.gaps).for_each(|(all, of)| *all += of);
            sum.longest_gap = sum.longest_gap.max(shard.longest_gap);
        }
        sum
    }
}

/// Of a path that nothing was counted of.
static NONE: std::sync::LazyLock<statistics::PathCounts> =
    std::sync::LazyLock::new(statistics::PathCounts::default);

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
