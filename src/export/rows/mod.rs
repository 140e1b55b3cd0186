//! Updates as rows of text: CSV, wide CSV, NDJSON and the lines of netidx's `record-client oneshot`.
//!
//! ```text
//! Scope ─▶ state at the start ─▶ delta batches, shards by time ─▶ RowWriter ─▶ bytes, a piece at a time
//! ```
//!
//! A row is one update. Updates come in file order within a shard and by time between shards. Two updates of
//! one time keep their order. Images are not updates; they count only for the state at the start.
//!
//! Memory holds a piece of the output, the batch that is read, and the state at the start where it is wanted.

mod batches;
mod csv;
mod driver;
mod items;
mod ndjson;
mod state;
mod text;
mod wide;

pub use batches::{BatchPlan, BatchRows, BatchWriter};
pub use driver::Rows;
pub(super) use state::State;

use super::Scope;
use crate::{
    format::{Error, Event, Kind, Naming, Value, write_value},
    time::{Span, Timestamp},
    timeline::Timeline,
};
use std::borrow::Cow;

/// The text formats of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFormat {
    /// `time,path,type,value`, RFC 4180.
    Csv {
        /// Whether a cell that a spreadsheet would run as a formula begins with `'`.
        guard: bool,
    },
    /// `time`, then a column for each path, with what the path last was.
    WideCsv {
        /// The time from row to row; without it there is a row for each time at which something changed.
        step: Option<Span>,
        /// As of [`Csv`](Self::Csv).
        guard: bool,
    },
    /// One JSON object on each line.
    Ndjson,
    /// `path|type|value`, with a line `timestamp|datetime|…` before the rows of each batch.
    Text,
}

impl RowFormat {
    fn writer(self, timeline: &Timeline, scope: &Scope, names_shards: bool) -> Box<dyn RowWriter> {
        match self {
            Self::WideCsv { step, guard } => {
                Box::new(wide::Wide::new(timeline, scope, step, guard))
            }
            batches => batches.batch_writer(names_shards),
        }
    }

    /// The writer of a format whose rows depend on no others; wide ones do.
    fn batch_writer(self, names_shards: bool) -> Box<dyn RowWriter> {
        match self {
            Self::Csv { guard } | Self::WideCsv { guard, .. } => {
                Box::new(csv::Csv::new(guard, names_shards))
            }
            Self::Ndjson => Box::new(ndjson::Ndjson),
            Self::Text => Box::new(text::Text),
        }
    }
}

/// One update.
struct Row<'a> {
    time: Timestamp,
    /// Named where the recording has shards.
    shard: Option<&'a str>,
    shard_number: usize,
    /// The path; `None` for an id that no path mapping names.
    path: Option<&'a str>,
    /// Where the path is among those of its shard.
    ordinal: Option<u32>,
    id: u32,
    event: Result<Event<'a>, Error>,
}

impl<'a> Row<'a> {
    /// The path, or `#` and the id.
    fn name(&self) -> Cow<'a, str> {
        self.path.map_or_else(|| format!("#{}", self.id).into(), Cow::Borrowed)
    }

    /// The new value, `None` where the path was unsubscribed, or why it cannot be read.
    fn value(&self) -> Result<Option<Value<'a>>, Error> {
        self.event.as_ref().map_err(Clone::clone)?.value()
    }
}

/// What rows become.
trait RowWriter {
    /// Before the first row.
    fn begin(&mut self, _out: &mut Vec<u8>) {}

    /// Whether the state before the start is wanted, though no rows are made of it.
    fn wants_state(&self) -> bool {
        false
    }

    /// Writes what comes before the updates of `time`, at most until `out` is full. Returns whether all of it
    /// is written.
    fn advance(&mut self, _time: Timestamp, _out: &mut Vec<u8>) -> bool {
        true
    }

    /// Before the rows of a batch that has any.
    fn batch(&mut self, _time: Timestamp, _out: &mut Vec<u8>) {}

    /// A row of the state at the start.
    fn initial(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        self.row(row, out)
    }

    /// A row. What cannot be decoded is written as such and returned.
    fn row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error>;

    /// After the last row; returns whether all is written.
    fn end(&mut self, _out: &mut Vec<u8>) -> bool {
        true
    }
}

/// The type and the text of an update, as cells of a table have them.
struct Cell {
    kind: &'static str,
    /// The text of the Value column, but of a string its own characters; empty where there is no value.
    text: String,
    /// Whether a spreadsheet shows the text as a number.
    is_number: bool,
    problem: Option<Error>,
}

impl Cell {
    /// Reads the update of a row into `cell`, whose memory is used again.
    fn read(&mut self, row: &Row<'_>) {
        self.text.clear();
        (self.is_number, self.problem) = (false, None);
        let read = row.value().and_then(|value| match value {
            None => Ok("unsubscribed"),
            Some(Value::String(text)) => {
                self.text.push_str(text);
                Ok(Kind::String.name())
            }
            Some(value) => {
                write_value(&value, Naming::Plain, &mut self.text)?;
                self.is_number = is_number(value.kind());
                Ok(value.kind().name())
            }
        });
        self.kind = read.unwrap_or_else(|e| {
            self.text.clear();
            self.problem = Some(e);
            "unreadable"
        });
    }
}

impl Default for Cell {
    fn default() -> Self {
        Self { kind: "null", text: String::new(), is_number: false, problem: None }
    }
}

/// Whether the text of a value of this type is a number.
const fn is_number(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        U8 | I8 | U16 | I16 | U32 | V32 | I32 | Z32 | U64 | V64 | I64 | Z64 | F32 | F64 | Decimal
    )
}
