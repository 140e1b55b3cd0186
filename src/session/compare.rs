//! What differs between two times.

use super::{MAX_ROWS, Open, value::RowTexts};
use crate::format::Value;
use crate::protocol::{
    Failure,
    compare::{ComparePage, CompareQuery, CompareRow},
};
use crate::query::{
    self, Difference, Filter, Image,
    diff::{Change, Differing, diff},
    float,
};
use crate::time::Timestamp;
use std::ops::Bound;

/// What was compared last.
pub struct KeptCompare {
    times: [Timestamp; 2],
    filter: String,
    /// Of each shard, at both times.
    images: Vec<[Image; 2]>,
    /// The shard of each path that differs, in path order.
    rows: Vec<(usize, Differing)>,
}

impl Open {
    /// A window of the paths that differ.
    pub(super) fn compare(&mut self, query: &CompareQuery) -> Result<ComparePage, Failure> {
        let times = [query.before, query.after];
        let kept = self.known.views.compare.take();
        let is_same = |kept: &KeptCompare| kept.times == times && kept.filter == query.filter;
        let kept = match kept.filter(is_same) {
            Some(kept) => kept,
            None => self.compare_anew(times, &query.filter)?,
        };
        let page = self.compare_page(&kept, query);
        self.known.views.compare = Some(kept);
        Ok(page)
    }

    fn compare_anew(&self, times: [Timestamp; 2], text: &str) -> Result<KeptCompare, Failure> {
        let filter = Filter::parse(text).map_err(|e| Failure::new("filter", e.to_string()))?;
        let (mut images, mut rows) = (Vec::new(), Vec::new());
        let shards = self.timeline.shards();
        for (number, shard) in shards.iter().enumerate() {
            let selection = filter.select(shard.paths());
            let both = times
                .map(|at| query::image(shard.files(), selection.as_ref(), Bound::Included(at)));
            let differing = diff(&both, shard.paths().len()).into_iter();
            rows.extend(differing.map(|it| (number, it)));
            images.push(both);
        }
        let path = |(shard, it): &(usize, Differing)| shards[*shard].paths().path(it.ordinal);
        rows.sort_by(|l, r| path(l).cmp(path(r)).then(l.0.cmp(&r.0)));
        Ok(KeptCompare { times, filter: text.to_owned(), images, rows })
    }

    fn compare_page(&self, kept: &KeptCompare, query: &CompareQuery) -> ComparePage {
        let is_shown = |change: Change| query.change.is_empty() || change.name() == query.change;
        let shown: Vec<_> = kept.rows.iter().filter(|(_, it)| is_shown(it.change)).collect();
        let first = (query.first as usize).min(shown.len());
        let mut texts = RowTexts::default();
        let rows =
            shown[first..].iter().take(query.count.min(MAX_ROWS) as usize).map(|(shard, it)| {
                let images = &kept.images[*shard];
                let events =
                    [0, 1].map(|nth| it.entries[nth].map(|entry| images[nth].event(&entry)));
                let values = events.each_ref().map(|event| {
                    event.as_ref().and_then(|event| event.as_ref().ok()?.value().ok().flatten())
                });
                let [before, after] = events.map(|event| event.map(|event| texts.shown(event)));
                let numbers = match values {
                    [Some(before), Some(after)] => difference(&before, &after),
                    _ => None,
                };
                CompareRow {
                    path: self.timeline.shards()[*shard].paths().path(it.ordinal).to_owned(),
                    change: it.change.name().to_owned(),
                    before,
                    after,
                    delta: numbers.as_ref().map(|(delta, _)| delta.clone()),
                    percent: numbers.and_then(|(_, percent)| percent),
                }
            });
        let rows = rows.collect();
        let count = |change: Change| kept.rows.iter().filter(|it| it.1.change == change).count();
        let counts = Change::ALL.map(|change| (change.name().to_owned(), count(change) as u32));
        ComparePage {
            counts: counts.to_vec(),
            total: shown.len() as u32,
            first: first as u32,
            rows,
        }
    }
}

/// After less before with its sign, and the same in percent of before.
fn difference(before: &Value<'_>, after: &Value<'_>) -> Option<(String, Option<f64>)> {
    let delta = match Difference::of(before, after)? {
        Difference::Integer(n) => format!("{n:+}"),
        Difference::Decimal(n) if n.is_sign_positive() => format!("+{n}"),
        Difference::Decimal(n) => n.to_string(),
        Difference::Float(n) => format!("{n:+}"),
    };
    let numbers = float(before).zip(float(after));
    let percent = numbers.map(|(before, after)| (after - before) / before.abs() * 100.);
    Some((delta, percent.filter(|percent| percent.is_finite())))
}
