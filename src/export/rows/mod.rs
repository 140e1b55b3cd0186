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
#[cfg(feature = "parquet")]
mod parquet;
mod row;
mod state;
mod text;
mod wide;

pub use batches::{BatchPlan, BatchRows, BatchWriter};
pub use driver::Rows;
pub(super) use state::State;

use super::Scope;
use crate::{time::Span, timeline::Timeline};
use row::RowWriter;

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
    /// A table for other tools.
    #[cfg(feature = "parquet")]
    Parquet,
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

    /// Whether rows depend on nothing but their batch.
    const fn is_of_batches(self) -> bool {
        matches!(self, Self::Csv { .. } | Self::Ndjson | Self::Text)
    }

    /// The writer of a format other than wide rows.
    fn batch_writer(self, names_shards: bool) -> Box<dyn RowWriter> {
        match self {
            Self::Csv { guard } | Self::WideCsv { guard, .. } => {
                Box::new(csv::Csv::new(guard, names_shards))
            }
            Self::Ndjson => Box::new(ndjson::Ndjson),
            Self::Text => Box::new(text::Text),
            #[cfg(feature = "parquet")]
            Self::Parquet => Box::new(parquet::Parquet::new(names_shards)),
        }
    }
}
