//! One update, what it looks like in a cell, and what takes rows.

use crate::{
    format::{Error, Event, Kind, Naming, Value, write_value},
    time::Timestamp,
};
use std::borrow::Cow;

/// One update.
pub(super) struct Row<'a> {
    pub time: Timestamp,
    /// Named where the recording has shards.
    pub shard: Option<&'a str>,
    pub shard_number: usize,
    /// The path; `None` for an id that no path mapping names.
    pub path: Option<&'a str>,
    /// Where the path is among those of its shard.
    pub ordinal: Option<u32>,
    pub id: u32,
    pub event: Result<Event<'a>, Error>,
}

impl<'a> Row<'a> {
    /// The path, or `#` and the id.
    pub fn name(&self) -> Cow<'a, str> {
        self.path.map_or_else(|| format!("#{}", self.id).into(), Cow::Borrowed)
    }

    /// The new value, `None` where the path was unsubscribed, or why it cannot be read.
    pub fn value(&self) -> Result<Option<Value<'a>>, Error> {
        self.event.as_ref().map_err(Clone::clone)?.value()
    }
}

/// What rows become.
pub(super) trait RowWriter {
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

    /// Why nothing more can be written, if so.
    fn failure(&mut self) -> Option<Error> {
        None
    }
}

/// The type and the text of an update, as cells of a table have them.
pub(super) struct Cell {
    pub kind: &'static str,
    /// The text of the Value column, but of a string its own characters; empty where there is no value.
    pub text: String,
    /// Whether a spreadsheet shows the text as a number.
    pub is_number: bool,
    pub problem: Option<Error>,
}

impl Cell {
    /// Reads the update of a row into `cell`, whose memory is used again.
    pub fn read(&mut self, row: &Row<'_>) {
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
