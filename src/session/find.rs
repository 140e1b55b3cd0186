//! When a condition held, searched on with each question.

use super::{MAX_ROWS, Open, Session, path_ranks, value::RowTexts};
use crate::protocol::{
    Failure,
    find::{FindPage, FindQuery, HitQuery, HitRow},
};
use crate::query::{
    Filter, Selection,
    find::{Find, Hit},
    pass::{Budget, Step, Stop},
    value_filter::ValueFilter,
};
use crate::time::Timestamp;
use crate::timeline::{FilesReader, Timeline};
use std::ops::Bound;

/// More hits are not searched for: nobody reads them, and each takes some hundred bytes.
const MAX_HITS: usize = 1 << 19;
/// As many parts of the time are marked.
const MARKS: u64 = 512;

/// A search, and what it searches for.
pub struct KeptFind {
    query: FindQuery,
    /// Of each shard.
    selections: Vec<Option<Selection>>,
    find: Find,
}

impl KeptFind {
    fn new(timeline: &Timeline, query: &FindQuery) -> Result<Self, Failure> {
        let condition = ValueFilter::parse_over_time(&query.condition)
            .map_err(|e| Failure::new("condition", e.to_string()))?;
        let filter =
            Filter::parse(&query.filter).map_err(|e| Failure::new("filter", e.to_string()))?;
        let shards = timeline.shards().iter();
        let selections = shards.clone().map(|shard| filter.select(shard.paths())).collect();
        let ranks = shards.map(|shard| path_ranks(shard.paths())).collect();
        let (from, to) = query.bounds;
        let bounds = (Bound::Included(from), Bound::Included(to));
        let find = Find::new(&timeline.files(), condition, bounds, ranks);
        Ok(Self { query: query.clone(), selections, find })
    }

    fn is_cut(&self) -> bool {
        self.find.found().len() >= MAX_HITS
    }

    fn step(&mut self, timeline: &Timeline, budget: &Budget) -> Step {
        if self.is_cut() {
            return Step::Done;
        }
        let files = timeline.files();
        let mut readers: Vec<FilesReader<'_>> = files.iter().map(|files| files.reader()).collect();
        let selections: Vec<_> = self.selections.iter().map(Option::as_ref).collect();
        self.find.step(&mut readers, &selections, budget)
    }

    /// The hit nearest to a time, after it or before it.
    fn nearest(&self, from: Timestamp, forward: bool) -> Option<Timestamp> {
        let times = self.find.found().map(|hit| hit.from);
        match forward {
            true => times.filter(|time| *time > from).min(),
            false => times.filter(|time| *time < from).max(),
        }
    }
}

impl Open {
    /// What was found so far, and a window of it.
    pub(super) fn find(&mut self, query: &FindQuery) -> Result<FindPage, Failure> {
        let mut kept = self.kept_find(query)?;
        kept.step(&self.timeline, &Session::BUDGET);
        let page = self.find_page(&kept, query);
        self.known.views.find = Some(kept);
        Ok(page)
    }

    /// Where the next hit begins, or the one before. Searches on until it is found.
    pub(super) fn hit(&mut self, query: &HitQuery) -> Result<Option<Timestamp>, Failure> {
        let HitQuery { find, from, forward } = query;
        let mut kept = self.kept_find(find)?;
        let found = loop {
            let is_over = kept.find.is_over() || kept.is_cut();
            let found = kept.nearest(*from, *forward);
            // The last hit before a time is known only once the search is past it.
            if is_over || (*forward && found.is_some()) {
                break found;
            }
            if let Step::Stopped(Stop::Pending(_)) = kept.step(&self.timeline, &Session::BUDGET) {
                break found;
            }
        };
        self.known.views.find = Some(kept);
        Ok(found)
    }

    /// The search of before, where it is the same.
    fn kept_find(&mut self, query: &FindQuery) -> Result<KeptFind, Failure> {
        let kept = self.known.views.find.take().filter(|kept| kept.query.has_hits_of(query));
        kept.map_or_else(|| KeptFind::new(&self.timeline, query), Ok)
    }

    fn find_page(&self, kept: &KeptFind, query: &FindQuery) -> FindPage {
        let shards = self.timeline.shards();
        let spans = self.files().into_iter().filter_map(|files| files.span());
        let span = spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
        let end = span.map_or(query.bounds.1, |(_, last)| last).min(query.bounds.1);
        let hits = kept.find.found();
        let total = hits.len();
        let held = kept.find.found().map(|hit| {
            let nanos = hit.to.unwrap_or(end).since(hit.from).nanos();
            nanos.max(0).unsigned_abs()
        });
        let held = held.fold(0, u64::saturating_add);
        let first = (query.first as usize).min(total);
        let mut texts = RowTexts::default();
        let rows = hits.skip(first).take(query.count.min(MAX_ROWS) as usize).map(|hit| {
            let (kind, value) = texts.shown(hit.event());
            HitRow {
                path: shards[hit.shard as usize].paths().path(hit.ordinal).to_owned(),
                from: hit.from,
                to: hit.to,
                updates: hit.updates,
                kind,
                value,
            }
        });
        let rows = rows.collect();
        let (done, of) = kept.find.progress();
        let done = if kept.find.is_over() { of } else { done };
        FindPage {
            progress: (done as u64, of as u64),
            total: total as u32,
            is_cut: kept.is_cut(),
            held,
            first: first as u32,
            rows,
            marks: marks(kept.find.found(), span, end),
        }
    }
}

/// When any hit held, to a part in [`MARKS`] of the whole time.
fn marks<'h>(
    hits: impl Iterator<Item = &'h Hit>,
    span: Option<(Timestamp, Timestamp)>,
    end: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    let Some((first, last)) = span else { return Vec::new() };
    let length = i128::from(last.nanos()) - i128::from(first.nanos());
    let slot = |time: Timestamp| -> usize {
        let at = (i128::from(time.nanos()) - i128::from(first.nanos())).clamp(0, length);
        ((at * i128::from(MARKS)) / (length + 1)) as usize
    };
    // How many stretches begin and end in each slot.
    let mut changes = vec![0_i64; MARKS as usize + 1];
    for hit in hits {
        changes[slot(hit.from)] += 1;
        changes[slot(hit.to.unwrap_or(end)).max(slot(hit.from)) + 1] -= 1;
    }
    let time = |slot: usize| {
        let at = length * slot as i128 / i128::from(MARKS);
        Timestamp::from_nanos((i128::from(first.nanos()) + at) as i64)
    };
    let (mut open, mut marks): (i64, Vec<(Timestamp, Timestamp)>) = (0, Vec::new());
    for (slot, change) in changes.iter().enumerate().take(MARKS as usize) {
        open += change;
        if open > 0 {
            match marks.last_mut() {
                Some(mark) if mark.1 == time(slot) => mark.1 = time(slot + 1),
                _ => marks.push((time(slot), time(slot + 1))),
            }
        }
    }
    marks
}
