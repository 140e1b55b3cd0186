//! The lines of `netidx record-client oneshot`, which `netidx publisher` reads.
//!
//! ```text
//! timestamp|datetime|"2026-03-01 09:30:00 UTC"
//! /market/lse/VOD/bid|f64|101.37
//! Unsubscribed|/market/lse/VOD/ask
//! ```

use super::{Row, RowWriter};
use crate::{
    format::{Error, Naming, Value, write_value},
    time::Timestamp,
};
use std::borrow::Cow;

/// `path|type|value`. Strings are quoted, so that each update is one line.
pub(super) struct Text;

impl RowWriter for Text {
    fn batch(&mut self, time: Timestamp, out: &mut Vec<u8>) {
        let mut text = String::new();
        write_value(&Value::DateTime(time.to_datetime()), Naming::Plain, &mut text)
            .expect("a time has a text");
        out.extend_from_slice(format!("timestamp|datetime|{text}\n").as_bytes());
    }

    fn row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let (name, mut problem) = (row.name(), Ok(()));
        let path = escaped(&name);
        let line = match row.value() {
            Ok(None) => format!("Unsubscribed|{path}\n"),
            Ok(Some(value)) => {
                let mut text = String::new();
                if let Err(e) = write_value(&value, Naming::Plain, &mut text) {
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

/// A path in which nothing separates columns or lines.
fn escaped(path: &str) -> Cow<'_, str> {
    if !path.contains(['|', '\n', '\r']) {
        return path.into();
    }
    path.replace('|', r"\|").replace('\n', r"\n").replace('\r', r"\r").into()
}
