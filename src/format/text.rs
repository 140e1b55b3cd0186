//! netidx's text form of values, as its users see and type it.

use super::{Error, ErrorKind, Value, limits::MAX_VALUE_TEXT, visible::push_escaped};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::{fmt::Write, time::Duration};

/// Whether numbers, times and bytes say their type first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// `f64:3.14`, as netidx parses it back.
    Typed,
    /// `3.14`. What an error holds keeps its types all the same, and so does `abstract:`.
    Plain,
}

/// Appends the text form of `value`. On an error (text that is not UTF-8, a time that is none, an
/// `out` of more than [`MAX_VALUE_TEXT`] bytes) `out` holds what came before it.
///
/// ```
/// # use netidx_archive_viewer::format::{Naming, Origin, Reader, Value, write_value};
/// let mut reader = Reader::new(&[19, 2, 23, 7, 14], Origin::File(0));
/// let mut text = String::new();
/// write_value(&Value::read(&mut reader)?, Naming::Typed, &mut text)?;
/// assert_eq!(text, "[u8:7, true]");
/// # Ok::<(), netidx_archive_viewer::format::Error>(())
/// ```
pub fn write_value(value: &Value<'_>, naming: Naming, out: &mut String) -> Result<(), Error> {
    let typed = naming == Naming::Typed;
    let prefix = |out: &mut String| {
        if typed {
            out.push_str(value.kind().name());
            out.push(':');
        }
    };
    match value {
        Value::U8(n) => number(out, prefix, n),
        Value::I8(n) => number(out, prefix, n),
        Value::U16(n) => number(out, prefix, n),
        Value::I16(n) => number(out, prefix, n),
        Value::U32(n) | Value::V32(n) => number(out, prefix, n),
        Value::I32(n) | Value::Z32(n) => number(out, prefix, n),
        Value::U64(n) | Value::V64(n) => number(out, prefix, n),
        Value::I64(n) | Value::Z64(n) => number(out, prefix, n),
        Value::F32(n) => {
            number(out, prefix, n);
            point_if(out, n.fract() == 0.);
        }
        Value::F64(n) => {
            number(out, prefix, n);
            point_if(out, n.fract() == 0.);
        }
        Value::Decimal(n) => {
            number(out, prefix, n);
            point_if(out, decimal_is_whole(n));
        }
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Null => out.push_str("null"),
        Value::DateTime(time) => {
            prefix(out);
            datetime(out, time);
        }
        Value::Duration(length) => {
            prefix(out);
            duration(out, *length);
        }
        Value::String(text) => quoted(out, text),
        // An empty one keeps its prefix in both forms, as netidx has it.
        Value::Bytes([]) => out.push_str("bytes:=="),
        Value::Bytes(bytes) => {
            prefix(out);
            BASE64.encode_string(bytes, out);
        }
        Value::Abstract { uuid, payload } => {
            out.push_str("abstract:");
            BASE64.encode_string(abstract_encoding(uuid, payload), out);
        }
        Value::Error(held) => {
            out.push_str("error:");
            for value in held.iter() {
                write_value(&value?, Naming::Typed, out)?;
            }
        }
        Value::Array(values) => {
            out.push('[');
            for (i, value) in values.iter().enumerate() {
                comma_if(out, i > 0);
                room_left(out)?;
                write_value(&value?, naming, out)?;
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (i, (key, value)) in entries.sorted()?.iter().enumerate() {
                comma_if(out, i > 0);
                room_left(out)?;
                write_value(key, naming, out)?;
                out.push_str(" => ");
                write_value(value, naming, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn room_left(out: &str) -> Result<(), Error> {
    if out.len() > MAX_VALUE_TEXT {
        let detail = format!("the text of the value is longer than {MAX_VALUE_TEXT} bytes");
        return Err(Error::without_offset(ErrorKind::Limit, detail));
    }
    Ok(())
}

fn number(out: &mut String, prefix: impl Fn(&mut String), n: &dyn std::fmt::Display) {
    prefix(out);
    write!(out, "{n}").expect("a String takes any text");
}

fn point_if(out: &mut String, whole: bool) {
    if whole {
        out.push('.');
    }
}

fn comma_if(out: &mut String, more: bool) {
    if more {
        out.push_str(", ");
    }
}

/// Whether a decimal's text has no `.` of its own.
fn decimal_is_whole(n: &Decimal) -> bool {
    n.scale() == 0
}

fn datetime(out: &mut String, time: &DateTime<Utc>) {
    write!(out, "\"{time}\"").expect("a String takes any text");
}

fn duration(out: &mut String, length: Duration) {
    let seconds = length.as_secs_f64();
    write!(out, "{seconds}").expect("a String takes any text");
    point_if(out, seconds.fract() == 0.);
    out.push('s');
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            c if c.is_control() => push_escaped(c, out),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// An abstract value as netidx would encode it: its length, these length bytes included, the
/// uuid, the payload.
fn abstract_encoding(uuid: &[u8; 16], payload: &[u8]) -> Vec<u8> {
    let inner = uuid.len() + payload.len();
    // As the reference sizes it: the length of the varint is found from a length that counts
    // the varint of the inner length.
    let total = inner + varint_len(inner + varint_len(inner));
    let mut bytes = Vec::with_capacity(total);
    let mut rest = total;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes.extend_from_slice(uuid);
    bytes.extend_from_slice(payload);
    bytes
}

fn varint_len(n: usize) -> usize {
    (usize::BITS - (n | 1).leading_zeros()).div_ceil(7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Origin, Reader};

    fn text(bytes: &[u8], naming: Naming) -> String {
        let mut out = String::new();
        let value = Value::read(&mut Reader::new(bytes, Origin::File(0))).unwrap();
        write_value(&value, naming, &mut out).unwrap();
        out
    }

    #[test]
    fn both_forms() {
        let f64_bytes = |n: f64| [&[9][..], &n.to_be_bytes()].concat();
        for (bytes, typed, plain) in [
            (vec![23, 255], "u8:255", "255"),
            (vec![24, 255], "i8:-1", "-1"),
            (vec![3, 1], "z32:-1", "-1"),
            (f64_bytes(3.), "f64:3.", "3."),
            (f64_bytes(-0.), "f64:-0.", "-0."),
            (f64_bytes(f64::NAN), "f64:NaN", "NaN"),
            (f64_bytes(f64::INFINITY), "f64:inf", "inf"),
            (f64_bytes(0.1), "f64:0.1", "0.1"),
            (vec![13, 0], "bytes:==", "bytes:=="),
            (vec![13, 2, 1, 2], "bytes:AQI=", "AQI="),
            (vec![12, 4, b'"', b'\n', 0x7f, b'/'], "\"\\\"\\n\\u{7f}/\"", "\"\\\"\\n\\u{7f}/\""),
            (vec![18, 1, b'x'], "error:\"x\"", "error:\"x\""),
            (vec![22, 23, 1], "error:u8:1", "error:u8:1"),
            (vec![19, 0], "[]", "[]"),
            (vec![19, 2, 23, 1, 16], "[u8:1, null]", "[1, null]"),
            (vec![21, 1, 23, 1, 14], "{u8:1 => true}", "{1 => true}"),
            (vec![11, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0], "duration:2.s", "2.s"),
            (vec![17], "null", "null"),
            (
                vec![10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                "datetime:\"1970-01-01 00:00:00.000000001 UTC\"",
                "\"1970-01-01 00:00:00.000000001 UTC\"",
            ),
        ] {
            assert_eq!(text(&bytes, Naming::Typed), typed);
            assert_eq!(text(&bytes, Naming::Plain), plain);
        }
    }

    #[test]
    fn decimals_always_show_a_point() {
        for (n, plain) in [("1.20", "1.20"), ("7", "7."), ("-0.0", "0.0")] {
            let n: Decimal = n.parse().unwrap();
            let bytes = [&[20][..], &n.serialize()].concat();
            let expected = if n.to_string().contains('.') { n.to_string() } else { plain.into() };
            assert_eq!(text(&bytes, Naming::Plain), expected);
        }
    }

    #[test]
    fn the_length_of_an_abstract_value_counts_itself() {
        for inner in [16usize, 100, 109, 110, 111, 112, 16_365, 16_366, 20_000] {
            let bytes = abstract_encoding(&[7; 16], &vec![9; inner - 16]);
            let mut reader = Reader::new(&bytes, Origin::File(0));
            assert_eq!(reader.varint("length"), Ok(bytes.len() as u64), "{inner}");
            assert_eq!(reader.remaining(), inner);
        }
    }
}
