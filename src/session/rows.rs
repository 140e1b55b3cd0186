//! The raw rows, a window at a time.

use super::{Known, MAX_ROWS, Open, Session, value::RowTexts};
use crate::protocol::views::{BatchRow, BatchesPage, BatchesQuery};
use crate::protocol::{Failure, ImageRow, Problem};
use crate::query::rows::{Row, Rows};
use crate::time::Timestamp;

/// Rows under one question, counted as far as it was asked.
pub struct CountedRows {
    filter: String,
    bounds: Option<(Timestamp, Timestamp)>,
    rows: Rows,
}

impl Open {
    /// A window of the raw rows.
    pub(super) fn batches_page(&mut self, query: &BatchesQuery) -> Result<BatchesPage, Failure> {
        self.set_filter(&query.filter)?;
        let Self { timeline, paths: all, known: Known { filter, views, .. }, .. } = self;
        let selections = filter.as_ref().map(|(_, selected)| selected.of_shards());
        let (shards, selections) = (timeline.files(), selections.unwrap_or_default());
        let is_same =
            |kept: &CountedRows| (&kept.filter, kept.bounds) == (&query.filter, query.bounds);
        let kept = views.rows.take().filter(is_same);
        let counted = views.rows.insert(kept.unwrap_or_else(|| CountedRows {
            filter: query.filter.clone(),
            bounds: query.bounds,
            rows: Rows::new(&shards, query.bounds),
        }));
        let rows = &mut counted.rows;
        rows.step(&shards, &selections, Session::BUDGET);
        let paths = all.paths(timeline);
        let mut page = BatchesPage {
            total: u32::try_from(rows.total()).unwrap_or(u32::MAX),
            whole: rows.is_whole(),
            counted: (rows.counted() as u64, rows.batches() as u64),
            first: query.first,
            rows: Vec::new(),
            find: query.find,
            found: rows
                .find(&shards, &selections, query.find)
                .and_then(|row| u32::try_from(row).ok()),
        };
        let count = query.count.min(MAX_ROWS) as usize;
        let mut texts = RowTexts::default();
        rows.read(&shards, &selections, u64::from(query.first), count, |batch, is_first, row| {
            let mut shown_row = BatchRow {
                is_image: batch.is_image,
                is_first,
                record: batch.key.offset,
                item: None,
                time: batch.key.time,
                problem: None,
            };
            match row {
                Row::Item(item) => {
                    let id = all.number(batch.shard, item.id);
                    let (kind, value) = texts.shown(Ok(item.event));
                    shown_row.item = Some(ImageRow {
                        id,
                        path: paths.path_of(id).map(str::to_owned),
                        kind,
                        value,
                        updated: batch.key.time,
                    });
                }
                Row::Empty => {}
                Row::Unreadable(e) => shown_row.problem = Some(Problem::from(&e)),
            }
            page.rows.push(shown_row);
        });
        Ok(page)
    }
}
