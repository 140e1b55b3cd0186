//! The lines of `netidx record-client oneshot`, which `netidx publisher` reads.
//!
//! ```text
//! timestamp|datetime|2026-03-01 09:30:00 UTC
//! /market/lse/VOD/bid|f64|101.37
//! Unsubscribed|/market/lse/VOD/ask
//! ```
//!
//! Values have the form that this command prints (`fmt_naked` of `netidx-value`), by which the publisher parses
//! them: whole floats without a point, datetimes without quotes; what holds other values has their types.

use super::row::{Row, RowWriter};
use crate::{
    format::{Error, Naming, Value, write_value},
    time::Timestamp,
};
use std::borrow::Cow;

/// `path|type|value`. Strings are quoted, so that each update is one line.
pub(super) struct Text;

impl RowWriter for Text {
    fn batch(&mut self, time: Timestamp, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("timestamp|datetime|{}\n", time.to_datetime()).as_bytes());
    }

    fn row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let (name, mut problem) = (row.name(), Ok(()));
        let path = escaped(&name);
        let line = match row.value() {
            Ok(None) => format!("Unsubscribed|{path}\n"),
            Ok(Some(value)) => {
                let mut text = String::new();
                if let Err(e) = write_naked(&value, &mut text) {
                    text.clear();
                    problem = Err(e);
                }
                format!("{path}|{}|{text}\n", value.kind().name())
            }
            Err(e) => {
                problem = Err(e);
                format!("{path}|unreadable|\n")
            }
        };
        out.extend_from_slice(line.as_bytes());
        problem
    }
}

/// Appends a value as `netidx record-client oneshot` prints it.
fn write_naked(value: &Value<'_>, text: &mut String) -> Result<(), Error> {
    match value {
        Value::F32(n) => text.push_str(&n.to_string()),
        Value::F64(n) => text.push_str(&n.to_string()),
        Value::DateTime(time) => text.push_str(&time.to_string()),
        Value::Bytes([]) => {}
        Value::Array(_) | Value::Map(_) | Value::Error(_) => {
            write_value(value, Naming::Typed, text)?;
        }
        _ => write_value(value, Naming::Plain, text)?,
    }
    Ok(())
}

/// A path in which nothing separates columns or lines.
fn escaped(path: &str) -> Cow<'_, str> {
    if !path.contains(['|', '\n', '\r']) {
        return path.into();
    }
    path.replace('|', r"\|").replace('\n', r"\n").replace('\r', r"\r").into()
}
