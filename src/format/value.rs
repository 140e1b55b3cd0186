//! Values: one tag byte and a payload, borrowed from the file and decoded when they are used.
//!
//! [`skip`] finds where an encoded value ends and promises that its lengths, counts, tags and
//! nesting are sound; [`Value::read`] then decodes one level. What is inside an array, a map or
//! an error stays encoded until [`walk`](super::walk()) or [`Values`] goes through it.

use super::{
    Error, ErrorKind, Kind, Reader,
    kind::{F64_LEN, FIXED, tag},
    limits::MAX_VALUE_DEPTH,
};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::time::Duration;

type Result<T> = std::result::Result<T, Error>;

/// A value, one level deep.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)] // the variants are netidx's own names
pub enum Value<'a> {
    U8(u8),
    I8(i8),
    U16(u16),
    I16(i16),
    U32(u32),
    V32(u32),
    I32(i32),
    Z32(i32),
    U64(u64),
    V64(u64),
    I64(i64),
    Z64(i64),
    F32(f32),
    F64(f64),
    Bool(bool),
    Null,
    /// A user-defined type, kept opaque.
    Abstract {
        /// Which type it is.
        uuid: [u8; 16],
        /// Its own encoding.
        payload: &'a [u8],
    },
    Duration(Duration),
    DateTime(DateTime<Utc>),
    Decimal(Decimal),
    Map(Entries<'a>),
    Array(Values<'a>),
    /// An error; holds one value, which is a string most of the time.
    Error(Values<'a>),
    Bytes(&'a [u8]),
    String(&'a str),
}

impl<'a> Value<'a> {
    /// Decodes the value that `reader` is at; it goes on after it.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self> {
        read_nested(reader, 0)
    }

    /// Decodes the value at `reader` without looking for its end. What it holds has been skipped
    /// once, so its structure is sound.
    pub(super) fn read_skipped(mut reader: Reader<'a>) -> Result<Self> {
        open(&mut reader, 0)
    }

    /// The type.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::U8(_) => Kind::U8,
            Self::I8(_) => Kind::I8,
            Self::U16(_) => Kind::U16,
            Self::I16(_) => Kind::I16,
            Self::U32(_) => Kind::U32,
            Self::V32(_) => Kind::V32,
            Self::I32(_) => Kind::I32,
            Self::Z32(_) => Kind::Z32,
            Self::U64(_) => Kind::U64,
            Self::V64(_) => Kind::V64,
            Self::I64(_) => Kind::I64,
            Self::Z64(_) => Kind::Z64,
            Self::F32(_) => Kind::F32,
            Self::F64(_) => Kind::F64,
            Self::Bool(_) => Kind::Bool,
            Self::Null => Kind::Null,
            Self::Abstract { .. } => Kind::Abstract,
            Self::Duration(_) => Kind::Duration,
            Self::DateTime(_) => Kind::DateTime,
            Self::Decimal(_) => Kind::Decimal,
            Self::Map(_) => Kind::Map,
            Self::Array(_) => Kind::Array,
            Self::Error(_) => Kind::Error,
            Self::Bytes(_) => Kind::Bytes,
            Self::String(_) => Kind::String,
        }
    }
}

/// The values of an array, or the one value of an error, still encoded.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    /// At the first of them.
    pub(super) reader: Reader<'a>,
    pub(super) count: usize,
    /// How many containers they are in.
    pub(super) depth: u32,
    /// For an error that holds a string: the text stands without a tag byte of its own.
    pub(super) untagged_string: bool,
}

impl<'a> Values<'a> {
    /// How many values there are.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first of them, without looking for its end.
    pub fn first(&self) -> Option<Result<Value<'a>>> {
        let mut reader = self.reader;
        match (self.count, self.untagged_string) {
            (0, _) => None,
            (_, true) => Some(error_text(&mut reader)),
            (_, false) => Some(Value::read_skipped(reader)),
        }
    }

    /// The values in order. Each is skipped to find the next: what goes deeper costs less with
    /// [`walk`](super::walk()).
    pub fn iter(&self) -> impl Iterator<Item = Result<Value<'a>>> + use<'a> {
        let mut rest = *self;
        (0..self.count).map(move |_| match rest.untagged_string {
            true => error_text(&mut rest.reader),
            false => read_nested(&mut rest.reader, rest.depth),
        })
    }
}

/// The keys and values of a map, still encoded.
#[derive(Debug, Clone, Copy)]
pub struct Entries<'a>(pub(super) Values<'a>);

impl Entries<'_> {
    /// How many entries are encoded. Of equal keys netidx sees the first only.
    pub const fn len(&self) -> usize {
        self.0.count / 2
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.count == 0
    }
}

/// The length of the event at the start of `bytes`, if its tag and the next byte tell it and all of
/// it is there.
#[inline(always)]
pub(super) fn likely_len(bytes: &[u8]) -> Option<usize> {
    let tag = *bytes.first()?;
    let len = match (tag, FIXED[usize::from(tag)]) {
        (tag::F64, _) => F64_LEN,
        (tag::STRING, _) => 2 + usize::from(*bytes.get(1).filter(|len| **len < 0x80)?),
        (tag::V32 | tag::Z32 | tag::V64 | tag::Z64, _) => {
            2 + bytes.get(1..11)?.iter().position(|byte| *byte < 0x80)?
        }
        (_, 0) => return None,
        (_, fixed) => usize::from(fixed),
    };
    (len <= bytes.len()).then_some(len)
}

/// Moves `reader` to the end of the value that it is at, without decoding it.
#[inline(always)]
pub(super) fn skip(reader: &mut Reader<'_>) -> Result<()> {
    // Guessed first by the processor, too, so that it need not wait for a table.
    let len = match reader.peek() {
        Some(tag::F64) if F64_LEN <= reader.remaining() => Some(F64_LEN),
        _ => likely_len(reader.rest()),
    };
    if let Some(len) = len {
        reader.advance(len);
        return Ok(());
    }
    // A copy, so that the original can stay in registers.
    let mut copy = *reader;
    skip_nested(&mut copy, 0)?;
    *reader = copy;
    Ok(())
}

pub(super) fn skip_nested(reader: &mut Reader<'_>, depth: u32) -> Result<()> {
    let start = *reader;
    let tag = reader.byte("value")?;
    match (FIXED[usize::from(tag)], tag) {
        (0, tag::V32 | tag::Z32 | tag::V64 | tag::Z64) => reader.varint("number").map(drop),
        (0, tag::STRING) => reader.bytes("string").map(drop),
        (0, tag::BYTES) => reader.bytes("bytes").map(drop),
        (0, tag::ERROR_STRING) => reader.bytes("text of an error").map(drop),
        (0, tag::ABSTRACT) => abstract_parts(reader).map(drop),
        (0, tag::ARRAY | tag::MAP | tag::ERROR) => skip_container(reader, &start, tag, depth),
        (0, _) => Err(unknown_tag(&start, tag)),
        (fixed, tag::DATETIME | tag::DURATION) => {
            reader.take(u64::from(fixed) - 1, "time").map(drop)
        }
        (fixed, tag::DECIMAL) => reader.take(u64::from(fixed) - 1, "decimal").map(drop),
        (fixed, _) => reader.take(u64::from(fixed) - 1, "number").map(drop),
    }
}

fn skip_container(reader: &mut Reader<'_>, start: &Reader<'_>, tag: u8, depth: u32) -> Result<()> {
    let count = container_count(reader, start, tag, depth)?;
    for _ in 0..count {
        skip_nested(reader, depth + 1)?;
    }
    Ok(())
}

/// How many values the container that begins at `start` holds.
fn container_count(
    reader: &mut Reader<'_>,
    start: &Reader<'_>,
    tag: u8,
    depth: u32,
) -> Result<usize> {
    if depth >= MAX_VALUE_DEPTH {
        return Err(start.error(
            ErrorKind::Limit,
            format!("values nest deeper than the {MAX_VALUE_DEPTH} levels that are read,"),
        ));
    }
    Ok(match tag {
        tag::ARRAY => reader.count(1, "length of an array")?,
        tag::MAP => 2 * reader.count(2, "length of a map")?,
        _ => 1,
    })
}

fn read_nested<'a>(reader: &mut Reader<'a>, depth: u32) -> Result<Value<'a>> {
    let mut whole = *reader;
    let value = open(reader, depth)?;
    if let Value::Array(_) | Value::Map(_) | Value::Error(_) = value {
        skip_nested(&mut whole, depth)?;
        *reader = whole;
    }
    Ok(value)
}

/// Decodes the value that `reader` is at, inside `depth` containers. Of a container only the head:
/// then `reader` is at the first value in it.
pub(super) fn open<'a>(reader: &mut Reader<'a>, depth: u32) -> Result<Value<'a>> {
    let start = *reader;
    let tag = reader.byte("value")?;
    Ok(match tag {
        tag::U32 => Value::U32(u32::from_be_bytes(reader.array("u32")?)),
        tag::V32 => Value::V32(reader.varint_u32("v32")?),
        tag::I32 => Value::I32(i32::from_be_bytes(reader.array("i32")?)),
        tag::Z32 => {
            let n = reader.varint_u32("z32")?;
            Value::Z32((n >> 1) as i32 ^ -((n & 1) as i32))
        }
        tag::U64 => Value::U64(u64::from_be_bytes(reader.array("u64")?)),
        tag::V64 => Value::V64(reader.varint("v64")?),
        tag::I64 => Value::I64(i64::from_be_bytes(reader.array("i64")?)),
        tag::Z64 => {
            let n = reader.varint("z64")?;
            Value::Z64((n >> 1) as i64 ^ -((n & 1) as i64))
        }
        tag::F32 => Value::F32(f32::from_be_bytes(reader.array("f32")?)),
        tag::F64 => Value::F64(f64::from_be_bytes(reader.array("f64")?)),
        tag::DATETIME => datetime(reader, &start)?,
        tag::DURATION => duration(reader, &start)?,
        tag::STRING => Value::String(reader.string("string")?),
        tag::BYTES => Value::Bytes(reader.bytes("bytes")?),
        tag::TRUE => Value::Bool(true),
        tag::FALSE => Value::Bool(false),
        tag::NULL | tag::OK => Value::Null,
        tag::DECIMAL => Value::Decimal(Decimal::deserialize(reader.array("decimal")?)),
        tag::U8 => Value::U8(reader.byte("u8")?),
        tag::I8 => Value::I8(reader.byte("i8")? as i8),
        tag::U16 => Value::U16(u16::from_be_bytes(reader.array("u16")?)),
        tag::I16 => Value::I16(i16::from_be_bytes(reader.array("i16")?)),
        tag::ABSTRACT => {
            let (uuid, payload) = abstract_parts(reader)?;
            Value::Abstract { uuid, payload }
        }
        tag::ERROR_STRING => Value::Error(Values {
            reader: *reader,
            count: 1,
            depth: depth + 1,
            untagged_string: true,
        }),
        tag::ARRAY | tag::MAP | tag::ERROR => {
            let count = container_count(reader, &start, tag, depth)?;
            let values =
                Values { reader: *reader, count, depth: depth + 1, untagged_string: false };
            match tag {
                tag::ARRAY => Value::Array(values),
                tag::MAP => Value::Map(Entries(values)),
                _ => Value::Error(values),
            }
        }
        tag => return Err(unknown_tag(&start, tag)),
    })
}

/// The text of an error that holds a string.
pub(super) fn error_text<'a>(reader: &mut Reader<'a>) -> Result<Value<'a>> {
    reader.string("text of an error").map(Value::String)
}

fn datetime<'a>(reader: &mut Reader<'a>, start: &Reader<'a>) -> Result<Value<'a>> {
    let seconds = i64::from_be_bytes(reader.array("datetime")?);
    let nanos = u32::from_be_bytes(reader.array("datetime")?);
    let time = DateTime::from_timestamp(seconds, nanos);
    time.map(Value::DateTime).ok_or_else(|| {
        let detail = format!("a datetime of {seconds} s and {nanos} ns is no time");
        start.error(ErrorKind::Range, detail)
    })
}

fn duration<'a>(reader: &mut Reader<'a>, start: &Reader<'a>) -> Result<Value<'a>> {
    let seconds = u64::from_be_bytes(reader.array("duration")?);
    let nanos = u32::from_be_bytes(reader.array("duration")?);
    let whole = Duration::from_secs(seconds);
    let sum = whole.checked_add(Duration::from_nanos(u64::from(nanos)));
    sum.map(Value::Duration).ok_or_else(|| {
        let detail = format!("a duration of {seconds} s and {nanos} ns is too long");
        start.error(ErrorKind::Range, detail)
    })
}

fn abstract_parts<'a>(reader: &mut Reader<'a>) -> Result<([u8; 16], &'a [u8])> {
    let mut inner = reader.wrapped("abstract value")?;
    let uuid = inner.array("uuid of an abstract value")?;
    Ok((uuid, inner.rest()))
}

#[cold]
fn unknown_tag(start: &Reader<'_>, tag: u8) -> Error {
    start.error(ErrorKind::UnknownTag, format!("the tag {tag:#04x}, which no value has,"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Origin;

    fn reader(bytes: &[u8]) -> Reader<'_> {
        Reader::new(bytes, Origin::File(0))
    }

    #[test]
    fn skip_and_read_end_at_the_same_byte() {
        let samples: &[&[u8]] = &[
            &[0, 1, 2, 3, 4],
            &[1, 0x80, 1],
            &[7, 0xff, 0xff, 1],
            &[10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1],
            &[12, 2, b'h', b'i'],
            &[13, 0],
            &[18, 1, b'x'],
            &[22, 22, 18, 1, b'x'],
            &[19, 3, 16, 14, 19, 1, 23, 7],
            &[21, 1, 12, 1, b'k', 19, 0],
            &[27, 18, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 99],
        ];
        for sample in samples {
            let bytes = [sample, &b"tail"[..]].concat();
            let mut skipped = reader(&bytes);
            skip(&mut skipped).unwrap();
            assert_eq!(skipped.rest(), b"tail", "{sample:?}");
            let mut read = reader(&bytes);
            Value::read(&mut read).unwrap();
            assert_eq!(read.rest(), b"tail", "{sample:?}");
            for cut in 0..sample.len() {
                assert!(skip(&mut reader(&sample[..cut])).is_err(), "{sample:?} cut at {cut}");
                assert!(Value::read(&mut reader(&sample[..cut])).is_err());
            }
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |levels: u32| [vec![22; levels as usize], vec![16]].concat();
        let bytes = deep(MAX_VALUE_DEPTH);
        assert!(Value::read(&mut reader(&bytes)).is_ok());
        let bytes = deep(MAX_VALUE_DEPTH + 1);
        let error = Value::read(&mut reader(&bytes)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        let bytes = deep(1_000_000);
        assert!(skip(&mut reader(&bytes)).is_err());
    }

    #[test]
    fn what_the_reference_panics_on_is_an_error() {
        let duration = [&[11][..], &[0xff; 12]].concat();
        let error = Value::read(&mut reader(&duration)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Range);
        let abstract_short = [27, 5, 1, 2, 3, 4];
        assert!(Value::read(&mut reader(&abstract_short)).is_err());
        assert_eq!(
            Value::read(&mut reader(&[0x40])).unwrap_err().to_string(),
            "the tag 0x40, which no value has, at 0x0"
        );
    }
}
