//! A value in other forms than netidx's own text: taken apart, as JSON, in other notations.

use crate::format::{Error, Naming, Value, write_value};
use crate::protocol::views::{Bytes, Part};
use crate::query::number;
use crate::time::Timestamp;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chrono::SecondsFormat;
use std::fmt::Write;

/// Text of one value in full, in bytes. What is longer is cut, and the page says so.
pub const MAX_WHOLE: usize = 4 << 20;
/// Parts of one value that are shown; the rest is counted.
const MAX_PARTS: usize = 2_000;
/// Text of one part, in bytes.
const MAX_PART_TEXT: usize = 4 << 10;
/// Bytes of one value that are shown.
const MAX_BYTES: usize = 16 << 10;

/// What a value holds; `None` for a value that holds no others.
pub fn parts(value: &Value<'_>) -> Result<Option<Part>, Error> {
    match value {
        Value::Array(_) | Value::Map(_) | Value::Error(_) => {
            let mut left = MAX_PARTS;
            part(None, value, &mut left).map(Some)
        }
        _ => Ok(None),
    }
}

fn part(key: Option<String>, value: &Value<'_>, left: &mut usize) -> Result<Part, Error> {
    *left = left.saturating_sub(1);
    let mut whole = Part {
        key,
        kind: value.kind().name().to_owned(),
        text: String::new(),
        parts: Vec::new(),
        more: 0,
    };
    match value {
        Value::Array(values) | Value::Error(values) => {
            if !matches!(value, Value::Error(_)) {
                whole.text = count(values.len(), "value", "values");
            }
            for value in values.iter() {
                let value = value?;
                if *left == 0 {
                    whole.more += 1;
                } else {
                    whole.parts.push(part(None, &value, left)?);
                }
            }
        }
        Value::Map(entries) => {
            let entries = entries.sorted()?;
            whole.text = count(entries.len(), "entry", "entries");
            for (key, value) in &entries {
                if *left == 0 {
                    whole.more += 1;
                } else {
                    whole.parts.push(part(Some(short(key)?), value, left)?);
                }
            }
        }
        leaf => whole.text = short(leaf)?,
    }
    Ok(whole)
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn short(value: &Value<'_>) -> Result<String, Error> {
    let mut text = String::new();
    write_value(value, Naming::Plain, &mut text)?;
    cut(&mut text, MAX_PART_TEXT);
    Ok(text)
}

/// Cuts a text that is too long, and says with a mark that it did; returns how much was left out.
pub fn cut(text: &mut String, most: usize) -> u64 {
    if text.len() <= most {
        return 0;
    }
    let whole = text.len();
    text.truncate(text.floor_char_boundary(most));
    let left_out = whole - text.len();
    text.push('…');
    left_out as u64
}

/// A value as JSON: numbers with all their digits, times in RFC 3339, durations in seconds, bytes
/// in base64, a map with other keys than strings as a list of pairs. What JSON has no number for
/// is a string. `None` where it is too long to be shown.
pub fn json(value: &Value<'_>) -> Result<Option<String>, Error> {
    let mut out = String::new();
    write_json(value, &mut out)?;
    Ok((out.len() <= MAX_WHOLE).then_some(out))
}

fn write_json(value: &Value<'_>, out: &mut String) -> Result<(), Error> {
    if out.len() > MAX_WHOLE {
        // What is too long is not shown at all: no need to write on.
        return Ok(());
    }
    match value {
        Value::U8(n) => push(out, n),
        Value::I8(n) => push(out, n),
        Value::U16(n) => push(out, n),
        Value::I16(n) => push(out, n),
        Value::U32(n) | Value::V32(n) => push(out, n),
        Value::I32(n) | Value::Z32(n) => push(out, n),
        Value::U64(n) | Value::V64(n) => push(out, n),
        Value::I64(n) | Value::Z64(n) => push(out, n),
        Value::F32(n) if n.is_finite() => float(out, n.abs().into(), n),
        Value::F64(n) if n.is_finite() => float(out, n.abs(), n),
        Value::F32(n) => quoted(out, &n.to_string()),
        Value::F64(n) => quoted(out, &n.to_string()),
        Value::Bool(truth) => push(out, truth),
        Value::Null => out.push_str("null"),
        Value::Decimal(n) => quoted(out, &n.to_string()),
        Value::DateTime(time) => quoted(out, &time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        Value::Duration(length) => push(out, &length.as_secs_f64()),
        Value::String(text) => quoted(out, text),
        Value::Bytes(bytes) => quoted(out, &BASE64.encode(bytes)),
        Value::Abstract { uuid, payload } => {
            let uuid = uuid.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
            out.push_str("{\"abstract\":");
            quoted(out, &uuid);
            out.push_str(",\"payload\":");
            quoted(out, &BASE64.encode(payload));
            out.push('}');
        }
        Value::Error(held) => {
            out.push_str("{\"error\":");
            for value in held.iter() {
                write_json(&value?, out)?;
            }
            out.push('}');
        }
        Value::Array(values) => {
            out.push('[');
            for (nth, value) in values.iter().enumerate() {
                comma(out, nth);
                write_json(&value?, out)?;
            }
            out.push(']');
        }
        Value::Map(entries) => write_map(&entries.sorted()?, out)?,
    }
    Ok(())
}

fn write_map(entries: &[(Value<'_>, Value<'_>)], out: &mut String) -> Result<(), Error> {
    let is_object = entries.iter().all(|(key, _)| matches!(key, Value::String(_)));
    out.push(if is_object { '{' } else { '[' });
    for (nth, (key, value)) in entries.iter().enumerate() {
        comma(out, nth);
        if is_object {
            write_json(key, out)?;
            out.push(':');
            write_json(value, out)?;
        } else {
            out.push('[');
            write_json(key, out)?;
            out.push(',');
            write_json(value, out)?;
            out.push(']');
        }
    }
    out.push(if is_object { '}' } else { ']' });
    Ok(())
}

fn comma(out: &mut String, nth: usize) {
    if nth > 0 {
        out.push(',');
    }
}

fn push(out: &mut String, value: &dyn std::fmt::Display) {
    // Writing to a string does not fail.
    let _ = write!(out, "{value}");
}

/// Very large and very small numbers would have hundreds of digits.
fn float(out: &mut String, size: f64, n: &(impl std::fmt::Display + std::fmt::LowerExp)) {
    // Writing to a string does not fail.
    let _ = if size != 0.0 && !(1e-7..1e17).contains(&size) {
        write!(out, "{n:e}")
    } else {
        write!(out, "{n}")
    };
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A number, a time or a length of time in other notations.
pub fn notations(value: &Value<'_>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |name: &str, text: String| all.push((name.to_owned(), text));
    let mut whole = |bits: u64| {
        add("hexadecimal", format!("{bits:#x}"));
        add("binary", format!("{bits:#b}"));
    };
    match *value {
        Value::U8(n) => whole(n.into()),
        Value::I8(n) => whole(u64::from(n as u8)),
        Value::U16(n) => whole(n.into()),
        Value::I16(n) => whole(u64::from(n as u16)),
        Value::U32(n) | Value::V32(n) => whole(n.into()),
        Value::I32(n) | Value::Z32(n) => whole(u64::from(n as u32)),
        Value::U64(n) | Value::V64(n) => whole(n),
        Value::I64(n) | Value::Z64(n) => whole(n as u64),
        Value::F32(n) => {
            add("scientific", format!("{n:e}"));
            add("bits", format!("{:#010x}", n.to_bits()));
        }
        Value::F64(n) => {
            add("scientific", format!("{n:e}"));
            add("bits", format!("{:#018x}", n.to_bits()));
        }
        Value::Decimal(n) => add("digits after the point", n.scale().to_string()),
        Value::DateTime(time) => {
            add("RFC 3339", time.to_rfc3339_opts(SecondsFormat::Nanos, true));
            add("seconds since 1970", time.timestamp().to_string());
        }
        Value::Duration(length) => add("nanoseconds", length.as_nanos().to_string()),
        _ => {}
    }
    all
}

/// The time that a value is.
pub fn time(value: &Value<'_>) -> Option<Timestamp> {
    match value {
        Value::DateTime(time) => Timestamp::from_datetime(*time),
        _ => None,
    }
}

/// The bytes that a value is.
pub fn bytes(value: &Value<'_>) -> Option<Bytes> {
    let bytes = match value {
        Value::Bytes(bytes) | Value::Abstract { payload: bytes, .. } => *bytes,
        _ => return None,
    };
    let shown = bytes[..bytes.len().min(MAX_BYTES)].to_vec();
    Some(Bytes { shown, length: bytes.len() as u64 })
}

/// By how much a number differs from the one before, with its sign: exactly for whole numbers,
/// with as many digits as the two have for others.
pub fn change(before: &Value<'_>, now: &Value<'_>) -> Option<String> {
    if let (Some(before), Some(now)) = (whole(before), whole(now)) {
        return Some(format!("{:+}", now - before));
    }
    if let (Value::Decimal(before), Value::Decimal(now)) = (before, now) {
        let change = now.checked_sub(*before)?;
        let sign = if change.is_sign_negative() { "" } else { "+" };
        return Some(format!("{sign}{change}"));
    }
    let (l, r) = (number(before)?, number(now)?);
    let change = r - l;
    if !change.is_finite() {
        return None;
    }
    let digits = [before, now].map(|value| {
        let text = short(value).unwrap_or_default();
        text.split_once('.').map_or(0, |(_, fraction)| fraction.len())
    });
    Some(format!("{change:+.*}", digits[0].max(digits[1]).min(17)))
}

fn whole(value: &Value<'_>) -> Option<i128> {
    Some(match *value {
        Value::U8(n) => n.into(),
        Value::I8(n) => n.into(),
        Value::U16(n) => n.into(),
        Value::I16(n) => n.into(),
        Value::U32(n) | Value::V32(n) => n.into(),
        Value::I32(n) | Value::Z32(n) => n.into(),
        Value::U64(n) | Value::V64(n) => n.into(),
        Value::I64(n) | Value::Z64(n) => n.into(),
        _ => return None,
    })
}
