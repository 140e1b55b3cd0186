//! CSV by RFC 4180: quoted where needed, lines end in CRLF.

use super::row::{Cell, Row, RowWriter};
use crate::{format::Error, time::Timestamp};
use std::fmt::Write;

/// `time,path,type,value`, with `shard` after `time` where the rows have shards.
pub(super) struct Csv {
    guard: bool,
    names_shards: bool,
    /// The text of the time of the last row.
    time: (Timestamp, String),
    cell: Cell,
}

impl Csv {
    pub fn new(guard: bool, names_shards: bool) -> Self {
        let time = (Timestamp::MIN, Timestamp::MIN.to_string());
        Self { guard, names_shards, time, cell: Cell::default() }
    }
}

impl RowWriter for Csv {
    fn begin(&mut self, out: &mut Vec<u8>) {
        let shard = if self.names_shards { "shard," } else { "" };
        out.extend_from_slice(format!("time,{shard}path,type,value\r\n").as_bytes());
    }

    fn row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let (time, text) = &mut self.time;
        if *time != row.time {
            *time = row.time;
            text.clear();
            // Into a string, which cannot fail.
            let _ = write!(text, "{time}");
        }
        let cell = &mut self.cell;
        cell.read(row);
        out.extend_from_slice(text.as_bytes());
        if let Some(shard) = row.shard {
            out.push(b',');
            push_text(out, shard, self.guard);
        }
        out.push(b',');
        push_text(out, &row.name(), self.guard);
        out.push(b',');
        out.extend_from_slice(cell.kind.as_bytes());
        out.push(b',');
        push_text(out, &cell.text, self.guard && !cell.is_number);
        out.extend_from_slice(b"\r\n");
        cell.problem.take().map_or(Ok(()), Err)
    }
}

/// Appends a field, quoted where it needs to be, and after a `'` where a spreadsheet would run it.
pub(super) fn push_text(out: &mut Vec<u8>, text: &str, guard: bool) {
    if guard && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        push_field(out, &format!("'{text}"));
    } else {
        push_field(out, text);
    }
}

fn push_field(out: &mut Vec<u8>, text: &str) {
    // Most fields need no quotes, which csv-core finds out byte by byte.
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        return out.extend_from_slice(text.as_bytes());
    }
    let mut writer = csv_core::Writer::new();
    let mut rest = text.as_bytes();
    let mut buffer = [0; 256];
    loop {
        let (result, read, written) = writer.field(rest, &mut buffer);
        out.extend_from_slice(&buffer[..written]);
        rest = &rest[read..];
        if result == csv_core::WriteResult::InputEmpty {
            break;
        }
    }
    let (_, written) = writer.finish(&mut buffer);
    out.extend_from_slice(&buffer[..written]);
}
