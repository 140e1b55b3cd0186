//! Wide CSV: a row for a time, a column for a path, in each cell what the path last was (zero-order hold).

use super::{
    csv::push_text,
    row::{Cell, Row, RowWriter},
};
use crate::{
    export::{PIECE, Scope},
    format::Error,
    time::{Span, Timestamp},
    timeline::{Files, Timeline},
};
use std::ops::Bound;

/// `time`, then the paths in path order. A path that two shards have is two columns, each with its shard in
/// brackets.
pub(super) struct Wide {
    guard: bool,
    titles: Vec<String>,
    /// For each shard the column of each path, by ordinal.
    columns: Vec<Vec<Option<u32>>>,
    /// The cells of the row in the making.
    cells: Vec<(String, bool)>,
    cell: Cell,
    when: When,
}

enum When {
    /// A row once the updates of this time are over.
    Changes(Option<Timestamp>),
    /// A row every `step`; the next one is at `next`, the last one not after `end`.
    Steps { next: Option<Timestamp>, step: Span, end: Timestamp },
}

impl Wide {
    pub fn new(timeline: &Timeline, scope: &Scope, step: Option<Span>, guard: bool) -> Self {
        let mut paths = Vec::new();
        for (number, shard) in timeline.shards().iter().enumerate() {
            let selection = scope.filter.as_ref().and_then(|filter| filter.select(shard.paths()));
            for (ordinal, (id, path)) in shard.paths().iter().enumerate() {
                if selection.as_ref().is_none_or(|selection| selection.contains_id(id)) {
                    paths.push((path, number, ordinal));
                }
            }
        }
        paths.sort_unstable();
        let shards = timeline.shards();
        let mut columns: Vec<_> =
            shards.iter().map(|shard| vec![None; shard.paths().len()]).collect();
        let mut titles = Vec::with_capacity(paths.len());
        for (column, (path, shard, ordinal)) in paths.iter().enumerate() {
            columns[*shard][*ordinal] = Some(column as u32);
            let is_same = |other: Option<usize>| {
                other.and_then(|at| paths.get(at)).is_some_and(|it| it.0 == *path && it.1 != *shard)
            };
            titles.push(match is_same(column.checked_sub(1)) || is_same(Some(column + 1)) {
                true => format!("{path} ({})", shards[*shard].name()),
                false => (*path).to_owned(),
            });
        }
        let cells = vec![Default::default(); titles.len()];
        let when = match step {
            None => When::Changes(match (scope.initial, scope.start) {
                (true, Bound::Included(start)) => Some(start),
                _ => None,
            }),
            Some(step) => steps(&timeline.files(), scope, step),
        };
        Self { guard, titles, columns, cells, cell: Cell::default(), when }
    }

    fn write(&self, time: Timestamp, out: &mut Vec<u8>) {
        out.extend_from_slice(time.to_string().as_bytes());
        for (text, is_number) in &self.cells {
            out.push(b',');
            push_text(out, text, self.guard && !is_number);
        }
        out.extend_from_slice(b"\r\n");
    }

    /// Puts an update into its column.
    fn set(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let columns = &self.columns[row.shard_number];
        let column = row.ordinal.and_then(|ordinal| *columns.get(ordinal as usize)?);
        let Some(column) = column else { return Ok(()) };
        self.cell.read(row);
        let (text, is_number) = &mut self.cells[column as usize];
        text.clone_from(&self.cell.text);
        *is_number = self.cell.is_number;
        self.cell.problem.take().map_or(Ok(()), Err)
    }

    /// Writes the rows of a raster before `until`; returns whether there is room left.
    fn raster(&mut self, until: impl Fn(Timestamp) -> bool, out: &mut Vec<u8>) -> bool {
        loop {
            let When::Steps { next: Some(time), step, end } = self.when else { return true };
            if !until(time) {
                return true;
            }
            if out.len() >= PIECE {
                return false;
            }
            self.write(time, out);
            let later = time.saturating_add(step);
            let next = (later > time && later <= end).then_some(later);
            self.when = When::Steps { next, step, end };
        }
    }
}

/// The raster from the start, or the first batch, up to the end, or the last batch.
fn steps(files: &[Files<'_>], scope: &Scope, step: Span) -> When {
    let ends = files.iter().filter_map(|files| files.delta_span());
    let span = ends.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
    let (first, last) = span.unwrap_or((Timestamp::MAX, Timestamp::MIN));
    let start = match scope.start {
        Bound::Included(start) => start,
        Bound::Excluded(start) => start.saturating_add(step),
        Bound::Unbounded => first,
    };
    let end = match scope.end {
        Bound::Included(end) => end,
        Bound::Excluded(end) => end.saturating_add(Span::from_nanos(-1)),
        Bound::Unbounded => last,
    };
    When::Steps { next: (start <= end).then_some(start), step, end }
}

impl RowWriter for Wide {
    fn begin(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"time");
        for title in &self.titles {
            out.push(b',');
            push_text(out, title, self.guard);
        }
        out.extend_from_slice(b"\r\n");
    }

    fn wants_state(&self) -> bool {
        true
    }

    fn advance(&mut self, time: Timestamp, out: &mut Vec<u8>) -> bool {
        match self.when {
            When::Changes(Some(changed)) if changed != time => {
                self.write(changed, out);
                self.when = When::Changes(None);
                true
            }
            When::Changes(_) => true,
            When::Steps { .. } => self.raster(|at| at < time, out),
        }
    }

    fn initial(&mut self, row: &Row<'_>, _out: &mut Vec<u8>) -> Result<(), Error> {
        self.set(row)
    }

    fn row(&mut self, row: &Row<'_>, _out: &mut Vec<u8>) -> Result<(), Error> {
        if let When::Changes(changed) = &mut self.when {
            *changed = Some(row.time);
        }
        self.set(row)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        match self.when {
            When::Changes(Some(changed)) => {
                self.write(changed, out);
                self.when = When::Changes(None);
                true
            }
            When::Changes(None) => true,
            When::Steps { .. } => self.raster(|_| true, out),
        }
    }
}
