//! NDJSON: one object on each line, values as JSON by the rules of [`PlainValue`].

use super::row::{Row, RowWriter};
use crate::{format::Error, recording::PlainValue};
use serde::Serialize;

/// `{"time","path","type","value"}`, with `shard` after `time` where the rows have shards.
pub(super) struct Ndjson;

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<&'a str>,
    path: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    value: PlainValue,
}

impl RowWriter for Ndjson {
    fn row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let read = row.value().and_then(|value| match value {
            None => Ok(("unsubscribed", PlainValue::Null)),
            Some(value) => Ok((value.kind().name(), PlainValue::of(&value)?)),
        });
        let (typed, problem) = match read {
            Ok(typed) => (typed, Ok(())),
            Err(e) => (("unreadable", PlainValue::Null), Err(e)),
        };
        let (kind, value) = typed;
        let line =
            Line { time: row.time.to_string(), shard: row.shard, path: &row.name(), kind, value };
        serde_json::to_writer(&mut *out, &line).expect("a line is JSON, and memory takes it");
        out.push(b'\n');
        problem
    }
}
