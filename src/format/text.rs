//! netidx's text form of values, as its users see and type it.

use super::{
    Error, ErrorKind, Holder, Key, Value, Visitor, decimal_text::DecimalText,
    limits::MAX_VALUE_TEXT, varints, visible::push_escaped, walk,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::{fmt, fmt::Write, time::Duration};

/// Whether numbers, times and bytes say their type first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// `f64:3.14`, as netidx parses it back.
    Typed,
    /// `3.14`. What an error holds keeps its types all the same, and so does `abstract:`.
    Plain,
}

/// Appends the text form of `value`. On an error (text that is not UTF-8, a time that is none, a
/// text of more than [`MAX_VALUE_TEXT`] bytes) `out` holds what came before it.
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
    match write_value_start(value, naming, MAX_VALUE_TEXT, out)? {
        true => Ok(()),
        false => {
            let detail = format!("the text of the value is longer than {MAX_VALUE_TEXT} bytes");
            Err(Error::without_offset(ErrorKind::Limit, detail))
        }
    }
}

/// Appends the first `most` bytes of the text form of `value`, up to a whole character, and returns
/// whether that is all of it. Costs no more than what is appended.
///
/// ```
/// # use netidx_archive_viewer::format::{Naming, Value, write_value_start};
/// let mut text = String::new();
/// let whole = write_value_start(&Value::String("a long text"), Naming::Plain, 7, &mut text)?;
/// assert_eq!((text.as_str(), whole), ("\"a long", false));
/// # Ok::<(), netidx_archive_viewer::format::Error>(())
/// ```
pub fn write_value_start(
    value: &Value<'_>,
    naming: Naming,
    most: usize,
    out: &mut String,
) -> Result<bool, Error> {
    is_whole(walk(value, &mut Text::new(naming, most, out)))
}

fn is_whole(written: Result<(), Stop>) -> Result<bool, Error> {
    match written {
        Ok(()) => Ok(true),
        Err(Stop::Full) => Ok(false),
        Err(Stop::Error(error)) => Err(error),
    }
}

impl Key<'_> {
    /// Appends the first `most` bytes of the text form of the key, as [`write_value_start`] does.
    pub fn write_start(
        &self,
        naming: Naming,
        most: usize,
        out: &mut String,
    ) -> Result<bool, Error> {
        is_whole(self.walk(&mut Text::new(naming, most, out)))
    }
}

/// Why a writer stops.
#[derive(Debug)]
pub enum Stop {
    /// There is no more room.
    Full,
    /// The value cannot be read on.
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Text that takes no more than so many bytes, however long what is appended is.
#[derive(Debug)]
pub struct Bounded<'o> {
    out: &'o mut String,
    /// The longest that the text may become.
    end: usize,
}

impl<'o> Bounded<'o> {
    /// Takes text up to a length of `end` bytes.
    pub const fn new(out: &'o mut String, end: usize) -> Self {
        Self { out, end }
    }

    /// How long the text is by now, for [`truncate`](Self::truncate).
    pub const fn mark(&self) -> usize {
        self.out.len()
    }

    /// How many more bytes there is room for.
    const fn room(&self) -> usize {
        self.end.saturating_sub(self.out.len())
    }

    /// Takes back everything after a length.
    pub fn truncate(&mut self, len: usize) {
        self.out.truncate(len);
    }

    /// Appends text, or as much of it as there is room for.
    pub fn push_str(&mut self, text: &str) -> Result<(), Stop> {
        let room = self.room();
        if text.len() <= room {
            self.out.push_str(text);
            return Ok(());
        }
        self.out.push_str(&text[..text.floor_char_boundary(room)]);
        Err(Stop::Full)
    }

    /// Appends what is short.
    pub fn push(&mut self, text: impl fmt::Display) -> Result<(), Stop> {
        // Writing to a string does not fail.
        let _ = write!(self.out, "{text}");
        self.check()
    }

    /// Appends text in quotes; `escape` appends the escape of a character that needs one.
    pub fn quoted(
        &mut self,
        text: &str,
        needs_escape: impl Fn(char) -> bool,
        escape: impl Fn(char, &mut String),
    ) -> Result<(), Stop> {
        self.push_str("\"")?;
        let mut rest = text;
        while !rest.is_empty() {
            // No further than there is room for.
            let room = self.room().saturating_add(1);
            let near = &rest[..rest.ceil_char_boundary(room.min(rest.len()))];
            let plain = near.find(&needs_escape).unwrap_or(near.len());
            self.push_str(&rest[..plain])?;
            rest = &rest[plain..];
            if let Some(c) = rest.chars().next().filter(|c| needs_escape(*c)) {
                escape(c, self.out);
                self.check()?;
                rest = &rest[c.len_utf8()..];
            }
        }
        self.push_str("\"")
    }

    /// Appends bytes in base64.
    pub fn base64(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let room = self.room();
        // Every three bytes are four characters.
        let enough = (room / 4 + 1) * 3;
        BASE64.encode_string(&bytes[..bytes.len().min(enough)], self.out);
        self.check()
    }

    /// Cuts what is too long.
    fn check(&mut self) -> Result<(), Stop> {
        if self.out.len() <= self.end {
            return Ok(());
        }
        self.out.truncate(self.out.floor_char_boundary(self.end));
        Err(Stop::Full)
    }
}

/// Writes values as netidx does.
struct Text<'o> {
    out: Bounded<'o>,
    naming: Naming,
    /// How many errors what comes is in: there everything says its type.
    errors: usize,
}

impl<'o> Text<'o> {
    fn new(naming: Naming, most: usize, out: &'o mut String) -> Self {
        Self { out: Bounded { end: out.len().saturating_add(most), out }, naming, errors: 0 }
    }

    fn prefix(&mut self, value: &Value<'_>) -> Result<(), Stop> {
        if self.naming == Naming::Typed || self.errors > 0 {
            self.out.push_str(value.kind().name())?;
            self.out.push_str(":")?;
        }
        Ok(())
    }

    /// A number, which always shows its point where it could have a fraction.
    fn number(&mut self, value: &Value<'_>, n: &dyn fmt::Display, point: bool) -> Result<(), Stop> {
        self.prefix(value)?;
        self.out.push(n)?;
        self.out.push_str(if point { "." } else { "" })
    }
}

impl<'a> Visitor<'a> for Text<'_> {
    type Stop = Stop;

    fn leaf(&mut self, value: &Value<'a>) -> Result<(), Stop> {
        match value {
            Value::U8(n) => self.number(value, n, false),
            Value::I8(n) => self.number(value, n, false),
            Value::U16(n) => self.number(value, n, false),
            Value::I16(n) => self.number(value, n, false),
            Value::U32(n) | Value::V32(n) => self.number(value, n, false),
            Value::I32(n) | Value::Z32(n) => self.number(value, n, false),
            Value::U64(n) | Value::V64(n) => self.number(value, n, false),
            Value::I64(n) | Value::Z64(n) => self.number(value, n, false),
            Value::F32(n) => self.number(value, n, n.fract() == 0.),
            Value::F64(n) => match DecimalText::of(*n) {
                Some(text) => {
                    self.prefix(value)?;
                    self.out.push_str(text.as_str())
                }
                None => self.number(value, n, n.fract() == 0.),
            },
            Value::Decimal(n) => self.number(value, n, decimal_is_whole(n)),
            Value::Bool(truth) => self.out.push(truth),
            Value::Null => self.out.push_str("null"),
            Value::DateTime(time) => {
                self.prefix(value)?;
                datetime(&mut self.out, time)
            }
            Value::Duration(length) => {
                self.prefix(value)?;
                duration(&mut self.out, *length)
            }
            Value::String(text) => quoted(&mut self.out, text),
            // An empty one keeps its prefix in both forms, as netidx has it.
            Value::Bytes([]) => self.out.push_str("bytes:=="),
            Value::Bytes(bytes) => {
                self.prefix(value)?;
                self.out.base64(bytes)
            }
            Value::Abstract { uuid, payload } => {
                self.out.push_str("abstract:")?;
                // All that there is room for comes from the first bytes.
                let room = self.out.room();
                let head = abstract_head(uuid, payload.len());
                let bytes = [&head, &payload[..payload.len().min(room)]].concat();
                self.out.base64(&bytes)
            }
            // These are no leaves.
            Value::Array(_) | Value::Map(_) | Value::Error(_) => Ok(()),
        }
    }

    fn begin(&mut self, container: Holder) -> Result<(), Stop> {
        match container {
            Holder::Array(_) => self.out.push_str("["),
            Holder::Map { .. } => self.out.push_str("{"),
            Holder::Error => {
                self.errors += 1;
                self.out.push_str("error:")
            }
        }
    }

    fn item(&mut self, nth: usize) -> Result<(), Stop> {
        self.out.push_str(if nth > 0 { ", " } else { "" })
    }

    fn entry(&mut self, nth: usize, key: &Key<'a>) -> Result<(), Stop> {
        self.item(nth)?;
        key.walk(self)?;
        self.out.push_str(" => ")
    }

    fn entry_end(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    fn end(&mut self, container: Holder) -> Result<(), Stop> {
        match container {
            Holder::Array(_) => self.out.push_str("]"),
            Holder::Map { .. } => self.out.push_str("}"),
            Holder::Error => {
                self.errors -= 1;
                Ok(())
            }
        }
    }

    fn mark(&self) -> usize {
        self.out.mark()
    }

    fn reset(&mut self, mark: usize) {
        self.out.truncate(mark);
    }
}

/// Whether a decimal's text has no `.` of its own.
fn decimal_is_whole(n: &Decimal) -> bool {
    n.scale() == 0
}

fn datetime(out: &mut Bounded<'_>, time: &DateTime<Utc>) -> Result<(), Stop> {
    out.push(format_args!("\"{time}\""))
}

fn duration(out: &mut Bounded<'_>, length: Duration) -> Result<(), Stop> {
    let seconds = length.as_secs_f64();
    out.push(format_args!("{seconds}{}s", if seconds.fract() == 0. { "." } else { "" }))
}

fn quoted(out: &mut Bounded<'_>, text: &str) -> Result<(), Stop> {
    let needs_escape = |c: char| c == '\\' || c == '"' || c.is_control();
    out.quoted(text, needs_escape, |c, out| match c {
        '\\' => out.push_str("\\\\"),
        '"' => out.push_str("\\\""),
        c => push_escaped(c, out),
    })
}

/// What stands before the payload of an abstract value as netidx would encode it: its length,
/// these length bytes included, and the uuid.
fn abstract_head(uuid: &[u8; 16], payload: usize) -> Vec<u8> {
    let inner = (uuid.len() + payload) as u64;
    // As the reference sizes it: the length of the varint is found from a length that counts
    // the varint of the inner length.
    let mut head = Vec::new();
    varints::push(&mut head, inner + varints::len(inner + varints::len(inner)));
    head.extend_from_slice(uuid);
    head
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
            let mut bytes = abstract_head(&[7; 16], inner - 16);
            bytes.resize(bytes.len() + inner - 16, 9);
            let mut reader = Reader::new(&bytes, Origin::File(0));
            assert_eq!(reader.varint("length"), Ok(bytes.len() as u64), "{inner}");
            assert_eq!(reader.remaining(), inner);
        }
    }

    #[test]
    fn the_start_of_a_text_is_the_start_of_the_whole() {
        let text_of = |text: &str| [&[12, text.len() as u8][..], text.as_bytes()].concat();
        let array =
            [&[19, 4][..], &text_of("é\"\n日"), &[23, 200, 14], &text_of("\u{1}\u{2}")].concat();
        let map = [&[21, 2][..], &text_of("k"), &array, &text_of("l\\"), &[9], &[1; 8]].concat();
        let error = [&[22][..], &map].concat();
        let values = [array, map, error, vec![13, 5, 1, 2, 3, 4, 5]];
        let read = |bytes: &[u8], check: &mut dyn FnMut(&Value<'_>)| {
            check(&Value::read(&mut Reader::new(bytes, Origin::File(0))).unwrap());
        };
        let mut check = |value: &Value<'_>| {
            for naming in [Naming::Typed, Naming::Plain] {
                let mut whole = String::new();
                write_value(value, naming, &mut whole).unwrap();
                for most in 0..whole.len() + 2 {
                    let mut start = "before".to_owned();
                    let is_all = write_value_start(value, naming, most, &mut start).unwrap();
                    let wanted = &whole[..whole.floor_char_boundary(most)];
                    // An escape or a number is cut like any other text.
                    assert_eq!(start, format!("before{wanted}"), "{most} of {whole}");
                    assert_eq!(is_all, most >= whole.len(), "{most} of {whole}");
                }
            }
        };
        values.iter().for_each(|bytes| read(bytes, &mut check));
        check(&Value::Abstract { uuid: [7; 16], payload: b"payload" });
    }

    #[test]
    fn a_long_text_costs_what_is_shown_of_it() {
        let long = "\u{1}".repeat(100 << 20);
        let started = std::time::Instant::now();
        for value in [Value::String(&long), Value::Bytes(long.as_bytes())] {
            let mut text = String::new();
            for _ in 0..100 {
                text.clear();
                assert!(!write_value_start(&value, Naming::Plain, 1 << 10, &mut text).unwrap());
            }
            assert!(text.capacity() < 1 << 16, "{}", text.capacity());
        }
        // The whole once, as text, is half a gigabyte.
        assert!(started.elapsed().as_millis() < 500, "{:?}", started.elapsed());
    }
}
