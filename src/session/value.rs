//! A value in other forms than netidx's own text: taken apart, as JSON, in other notations.
//!
//! Everything here has a most that it shows of one value, and costs no more than that.

use crate::format::{
    Bounded, Error, Event, Holder, Key, Naming, Stop, Value, Visitor, walk, write_value_start,
};
use crate::protocol::views::{Bytes, Extent, Part};
use crate::query::number;
use crate::time::Timestamp;
use chrono::SecondsFormat;
use std::fmt::{Display, LowerExp, Write};

/// Text of one value in full, in bytes. What is longer is cut, and the page says so.
pub const MAX_WHOLE: usize = 4 << 20;
/// Parts of one value that are shown; the rest is counted.
const MAX_PARTS: usize = 2_000;
/// Text of one part or of its key, in bytes.
const MAX_PART_TEXT: usize = 1 << 10;
/// Bytes of one value that are shown.
const MAX_BYTES: usize = 16 << 10;

/// Text of one value in a row, in bytes, while there is room for it in the answer.
const MAX_ROW_TEXT: usize = 128 << 10;
/// Text of all rows of one answer, in bytes; each has [`MIN_ROW_TEXT`] all the same.
const MAX_ROWS_TEXT: usize = 1 << 20;
/// As much text of a value is in every row.
pub const MIN_ROW_TEXT: usize = 1 << 10;

/// The texts of the rows of one answer, which together are bounded.
pub struct RowTexts {
    left: usize,
}

impl Default for RowTexts {
    fn default() -> Self {
        Self { left: MAX_ROWS_TEXT }
    }
}

impl RowTexts {
    /// The type and the text of the next event; see [`shown`].
    pub fn shown(&mut self, event: Result<Event<'_>, Error>) -> (String, String) {
        let (kind, text) = shown(event, self.left.clamp(MIN_ROW_TEXT, MAX_ROW_TEXT));
        self.left = self.left.saturating_sub(text.len());
        (kind, text)
    }
}

/// The type of an event and the first `most` bytes of its text, as a row shows them. A text that is
/// cut says what the value holds in all: `"aaaa… (524288000 bytes)`.
pub fn shown(event: Result<Event<'_>, Error>, most: usize) -> (String, String) {
    let read = || -> Result<_, Error> {
        let Some(value) = event?.value()? else {
            return Ok(("unsubscribed".to_owned(), "unsubscribed".to_owned()));
        };
        let mut text = String::new();
        if let Some(extent) = text_start(&value, Naming::Plain, most, &mut text)? {
            // Writing to a string does not fail.
            let _ = match extent {
                Extent::Bytes(bytes) => write!(text, " ({bytes} bytes)"),
                Extent::Values(values) => write!(text, " ({values} values)"),
                Extent::Entries(entries) => write!(text, " ({entries} entries)"),
            };
        }
        Ok((value.kind().name().to_owned(), text))
    };
    read().unwrap_or_else(|e| ("unreadable".to_owned(), e.to_string()))
}

/// Replaces `text` with that of a value. Where it is longer than `most` bytes it is cut, ends in a
/// mark, and what the value holds in all is returned.
pub fn text_start(
    value: &Value<'_>,
    naming: Naming,
    most: usize,
    text: &mut String,
) -> Result<Option<Extent>, Error> {
    text.clear();
    if write_value_start(value, naming, most, text)? {
        return Ok(None);
    }
    text.push('…');
    extent(value).map(Some)
}

/// How much a value holds.
fn extent(value: &Value<'_>) -> Result<Extent, Error> {
    Ok(match value {
        Value::String(text) => Extent::Bytes(text.len() as u64),
        Value::Bytes(bytes) | Value::Abstract { payload: bytes, .. } => {
            Extent::Bytes(bytes.len() as u64)
        }
        Value::Array(values) => Extent::Values(values.len() as u64),
        Value::Map(entries) => Extent::Entries(entries.len() as u64),
        // Errors in errors are as many as values may nest.
        Value::Error(held) => match held.first() {
            Some(held) => extent(&held?)?,
            None => Extent::Values(0),
        },
        _ => Extent::Values(1),
    })
}

fn short(value: &Value<'_>) -> Result<String, Error> {
    let mut text = String::new();
    text_start(value, Naming::Plain, MAX_PART_TEXT, &mut text)?;
    Ok(text)
}

/// What a value holds; `None` for a value that holds no others.
pub fn parts(value: &Value<'_>) -> Result<Option<Part>, Error> {
    let mut parts = Parts { left: MAX_PARTS, open: Vec::new(), key: None, whole: None };
    match value {
        Value::Array(_) | Value::Map(_) | Value::Error(_) => match walk(value, &mut parts) {
            Ok(()) | Err(Stop::Full) => Ok(parts.finish()),
            Err(Stop::Error(error)) => Err(error),
        },
        _ => Ok(None),
    }
}

/// Takes a value apart.
struct Parts {
    /// How many parts may still be made.
    left: usize,
    /// What holds the next part, the outermost first.
    open: Vec<OpenPart>,
    /// The key of the next part.
    key: Option<String>,
    whole: Option<Part>,
}

struct OpenPart {
    part: Part,
    /// How many parts it has in all.
    count: usize,
    /// What was left before it.
    left: usize,
}

impl Parts {
    fn part(&mut self, kind: &str, text: String) -> Part {
        self.left = self.left.saturating_sub(1);
        Part { key: self.key.take(), kind: kind.to_owned(), text, parts: Vec::new(), more: 0 }
    }

    fn add(&mut self, part: Part) {
        match self.open.last_mut() {
            Some(open) => open.part.parts.push(part),
            None => self.whole = Some(part),
        }
    }

    fn close(&mut self) {
        if let Some(OpenPart { part, .. }) = self.open.pop() {
            self.add(part);
        }
    }

    /// Counts what there was no room for.
    fn finish(mut self) -> Option<Part> {
        while let Some(open) = self.open.last_mut() {
            open.part.more = open.count.saturating_sub(open.part.parts.len()) as u64;
            self.close();
        }
        self.whole
    }
}

impl<'a> Visitor<'a> for Parts {
    type Stop = Stop;

    fn leaf(&mut self, value: &Value<'a>) -> Result<(), Stop> {
        let text = short(value)?;
        let part = self.part(value.kind().name(), text);
        self.add(part);
        Ok(())
    }

    fn begin(&mut self, container: Holder) -> Result<(), Stop> {
        let left = self.left;
        let (kind, count, text) = match container {
            Holder::Array(count) => ("array", count, counted(count, "value", "values")),
            Holder::Map { entries, .. } => ("map", entries, counted(entries, "entry", "entries")),
            Holder::Error => ("error", 1, String::new()),
        };
        let part = self.part(kind, text);
        self.open.push(OpenPart { part, count, left });
        Ok(())
    }

    fn item(&mut self, _: usize) -> Result<(), Stop> {
        if self.left == 0 { Err(Stop::Full) } else { Ok(()) }
    }

    fn entry(&mut self, nth: usize, key: &Key<'a>) -> Result<(), Stop> {
        self.item(nth)?;
        let mut text = String::new();
        match key.write_start(Naming::Plain, MAX_PART_TEXT, &mut text)? {
            true => {}
            false => text.push('…'),
        }
        self.key = Some(text);
        Ok(())
    }

    fn entry_end(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    fn end(&mut self, container: Holder) -> Result<(), Stop> {
        if let (Holder::Map { .. }, Some(open)) = (container, self.open.last_mut()) {
            // Of equal keys only the first was shown.
            let entries = open.part.parts.len();
            open.part.text = counted(entries, "entry", "entries");
        }
        self.close();
        Ok(())
    }

    fn mark(&self) -> usize {
        self.open.len()
    }

    fn reset(&mut self, mark: usize) {
        if let Some(begun) = self.open.drain(mark..).next() {
            self.key = begun.part.key;
            self.left = begun.left;
        }
    }
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A value as JSON: numbers with all their digits, times in RFC 3339, durations in seconds, bytes
/// in base64, a map with other keys than strings as a list of pairs. What JSON has no number for
/// is a string. `None` where it is too long to be shown.
pub fn json(value: &Value<'_>) -> Result<Option<String>, Error> {
    let mut text = String::new();
    let out = Bounded::new(&mut text, MAX_WHOLE);
    match walk(value, &mut Json { out, objects: Vec::new() }) {
        Ok(()) => Ok(Some(text)),
        Err(Stop::Full) => Ok(None),
        Err(Stop::Error(error)) => Err(error),
    }
}

/// Writes values as JSON.
struct Json<'o> {
    out: Bounded<'o>,
    /// Of each map that what comes is in, whether it is an object.
    objects: Vec<bool>,
}

impl Json<'_> {
    fn in_object(&self) -> bool {
        self.objects.last() == Some(&true)
    }
}

impl<'a> Visitor<'a> for Json<'_> {
    type Stop = Stop;

    fn leaf(&mut self, value: &Value<'a>) -> Result<(), Stop> {
        let out = &mut self.out;
        match value {
            Value::U8(n) => out.push(n),
            Value::I8(n) => out.push(n),
            Value::U16(n) => out.push(n),
            Value::I16(n) => out.push(n),
            Value::U32(n) | Value::V32(n) => out.push(n),
            Value::I32(n) | Value::Z32(n) => out.push(n),
            Value::U64(n) | Value::V64(n) => out.push(n),
            Value::I64(n) | Value::Z64(n) => out.push(n),
            Value::F32(n) if n.is_finite() => float(out, n.abs().into(), n),
            Value::F64(n) if n.is_finite() => float(out, n.abs(), n),
            Value::F32(n) => quoted(out, &n.to_string()),
            Value::F64(n) => quoted(out, &n.to_string()),
            Value::Bool(truth) => out.push(truth),
            Value::Null => out.push_str("null"),
            Value::Decimal(n) => quoted(out, &n.to_string()),
            Value::DateTime(time) => {
                quoted(out, &time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            Value::Duration(length) => out.push(length.as_secs_f64()),
            Value::String(text) => quoted(out, text),
            Value::Bytes(bytes) => base64(out, bytes),
            Value::Abstract { uuid, payload } => {
                out.push_str("{\"abstract\":\"")?;
                uuid.iter().try_for_each(|byte| out.push(format_args!("{byte:02x}")))?;
                out.push_str("\",\"payload\":")?;
                base64(out, payload)?;
                out.push_str("}")
            }
            // These are no leaves.
            Value::Array(_) | Value::Map(_) | Value::Error(_) => Ok(()),
        }
    }

    fn begin(&mut self, container: Holder) -> Result<(), Stop> {
        match container {
            Holder::Array(_) => self.out.push_str("["),
            Holder::Error => self.out.push_str("{\"error\":"),
            Holder::Map { of_strings, .. } => {
                self.objects.push(of_strings);
                self.out.push_str(if of_strings { "{" } else { "[" })
            }
        }
    }

    fn item(&mut self, nth: usize) -> Result<(), Stop> {
        self.out.push_str(if nth > 0 { "," } else { "" })
    }

    fn entry(&mut self, nth: usize, key: &Key<'a>) -> Result<(), Stop> {
        self.item(nth)?;
        let in_object = self.in_object();
        self.out.push_str(if in_object { "" } else { "[" })?;
        key.walk(self)?;
        self.out.push_str(if in_object { ":" } else { "," })
    }

    fn entry_end(&mut self) -> Result<(), Stop> {
        self.out.push_str(if self.in_object() { "" } else { "]" })
    }

    fn end(&mut self, container: Holder) -> Result<(), Stop> {
        match container {
            Holder::Array(_) => self.out.push_str("]"),
            Holder::Error => self.out.push_str("}"),
            Holder::Map { of_strings, .. } => {
                self.objects.pop();
                self.out.push_str(if of_strings { "}" } else { "]" })
            }
        }
    }

    fn mark(&self) -> usize {
        self.out.mark()
    }

    fn reset(&mut self, mark: usize) {
        self.objects.pop();
        self.out.truncate(mark);
    }
}

/// Very large and very small numbers would have hundreds of digits.
fn float(out: &mut Bounded<'_>, size: f64, n: &(impl Display + LowerExp)) -> Result<(), Stop> {
    if size != 0.0 && !(1e-7..1e17).contains(&size) {
        out.push(format_args!("{n:e}"))
    } else {
        out.push(n)
    }
}

fn base64(out: &mut Bounded<'_>, bytes: &[u8]) -> Result<(), Stop> {
    out.push_str("\"")?;
    out.base64(bytes)?;
    out.push_str("\"")
}

fn quoted(out: &mut Bounded<'_>, text: &str) -> Result<(), Stop> {
    out.quoted(
        text,
        |c| c == '"' || c == '\\' || c < ' ',
        |c, out| match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
        },
    )
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
