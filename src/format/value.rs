//! Values: one tag byte and a payload, borrowed from the file and decoded when they are used.
//!
//! [`skip`] finds where an encoded value ends and promises that its lengths, counts, tags and
//! nesting are sound; [`Value::read`] then decodes one level. What is inside an array, a map or
//! an error stays encoded until [`Values`] or [`Entries`] is walked.

use super::{Error, ErrorKind, Reader, limits::MAX_VALUE_DEPTH, order};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::time::Duration;

type Result<T> = std::result::Result<T, Error>;

/// The types of netidx values.
///
/// In netidx's order, by which the keys of a map are sorted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the variants are netidx's own names
pub enum Kind {
    U8,
    I8,
    U16,
    I16,
    U32,
    V32,
    I32,
    Z32,
    U64,
    V64,
    I64,
    Z64,
    F32,
    F64,
    Bool,
    Null,
    Abstract,
    Duration,
    DateTime,
    Decimal,
    Map,
    Array,
    Error,
    Bytes,
    String,
}

impl Kind {
    /// netidx's name of the type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::V32 => "v32",
            Self::I32 => "i32",
            Self::Z32 => "z32",
            Self::U64 => "u64",
            Self::V64 => "v64",
            Self::I64 => "i64",
            Self::Z64 => "z64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Bool => "bool",
            Self::Null => "null",
            Self::Abstract => "abstract",
            Self::Duration => "duration",
            Self::DateTime => "datetime",
            Self::Decimal => "decimal",
            Self::Map => "map",
            Self::Array => "array",
            Self::Error => "error",
            Self::Bytes => "bytes",
            Self::String => "string",
        }
    }

    /// The type that a tag byte announces; `None` for a tag that no value has.
    pub const fn from_tag(tag: u8) -> Option<Self> {
        Some(match tag {
            0 => Self::U32,
            1 => Self::V32,
            2 => Self::I32,
            3 => Self::Z32,
            4 => Self::U64,
            5 => Self::V64,
            6 => Self::I64,
            7 => Self::Z64,
            8 => Self::F32,
            9 => Self::F64,
            10 => Self::DateTime,
            11 => Self::Duration,
            12 => Self::String,
            13 => Self::Bytes,
            14 | 15 => Self::Bool,
            16 | 17 => Self::Null,
            18 | 22 => Self::Error,
            19 => Self::Array,
            20 => Self::Decimal,
            21 => Self::Map,
            23 => Self::U8,
            24 => Self::I8,
            25 => Self::U16,
            26 => Self::I16,
            27 => Self::Abstract,
            _ => return None,
        })
    }
}

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

const TAG_ERROR_STRING: u8 = 18;
const TAG_STRING: u8 = 12;

impl<'a> Value<'a> {
    /// Decodes the value that `reader` is at; it goes on behind it.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self> {
        read_nested(reader, 0)
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
    reader: Reader<'a>,
    count: usize,
    depth: u32,
    /// For an error that holds a string: the text stands without a tag byte of its own.
    untagged_string: bool,
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

    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = Result<Value<'a>>> + use<'a> {
        let mut rest = *self;
        (0..self.count).map(move |_| match rest.untagged_string {
            true => rest.reader.string("text of an error").map(Value::String),
            false => read_nested(&mut rest.reader, rest.depth),
        })
    }
}

/// The keys and values of a map, still encoded.
#[derive(Debug, Clone, Copy)]
pub struct Entries<'a>(Values<'a>);

impl<'a> Entries<'a> {
    /// The entries as netidx sees them: sorted by key, the first of equal keys. More values than
    /// [`MAX_SORTED_VALUES`](super::limits::MAX_SORTED_VALUES) are not sorted.
    pub fn sorted(&self) -> Result<Vec<(Value<'a>, Value<'a>)>> {
        order::sorted(self)
    }

    /// The entries as they are encoded.
    pub(super) fn encoded(&self) -> impl Iterator<Item = Result<(Value<'a>, Value<'a>)>> + use<'a> {
        let mut values = self.0.iter();
        std::iter::from_fn(move || match (values.next()?, values.next()?) {
            (Ok(key), Ok(value)) => Some(Ok((key, value))),
            (Err(e), _) | (_, Err(e)) => Some(Err(e)),
        })
    }

    /// An error about this map.
    #[cold]
    pub(super) fn error(&self, kind: ErrorKind, detail: String) -> Error {
        self.0.reader.error(kind, detail)
    }
}

/// How many bytes a value takes, its tag included, where the tag alone tells; else 0.
const FIXED: [u8; 256] = {
    let mut fixed = [0; 256];
    // (tag, bytes)
    #[rustfmt::skip]
    let lengths = [
        (0, 5), (2, 5), (4, 9), (6, 9), (8, 5), (9, 9), (10, 13), (11, 13), (14, 1), (15, 1),
        (16, 1), (17, 1), (20, 17), (23, 2), (24, 2), (25, 3), (26, 3),
    ];
    let mut i = 0;
    while i < lengths.len() {
        fixed[lengths[i].0] = lengths[i].1;
        i += 1;
    }
    fixed
};

/// How many bytes the event at the start of `bytes` takes, which all are there, where its tag and the
/// byte behind it tell.
#[inline(always)]
pub(super) fn likely_len(bytes: &[u8]) -> Option<usize> {
    let tag = *bytes.first()?;
    let len = match (tag, FIXED[usize::from(tag)]) {
        (9, _) => 9,
        (TAG_STRING, _) => 2 + usize::from(*bytes.get(1).filter(|len| **len < 0x80)?),
        (1 | 3 | 5 | 7, _) => 2 + bytes.get(1..11)?.iter().position(|byte| *byte < 0x80)?,
        (_, 0) => return None,
        (_, fixed) => usize::from(fixed),
    };
    (len <= bytes.len()).then_some(len)
}

/// Moves `reader` behind the value that it is at, without decoding it.
#[inline(always)]
pub(super) fn skip(reader: &mut Reader<'_>) -> Result<()> {
    // What most values are is guessed by the processor, so that it need not wait for the table.
    let fixed = match reader.peek() {
        Some(9) => 9,
        Some(tag) => usize::from(FIXED[usize::from(tag)]),
        None => 0,
    };
    if fixed != 0 && fixed <= reader.remaining() {
        reader.advance(fixed);
        return Ok(());
    }
    // A copy, so that the original can stay in registers.
    let mut copy = *reader;
    skip_nested(&mut copy, 0)?;
    *reader = copy;
    Ok(())
}

fn skip_nested(reader: &mut Reader<'_>, depth: u32) -> Result<()> {
    let start = *reader;
    let tag = reader.byte("value")?;
    match (FIXED[usize::from(tag)], tag) {
        (0, 1 | 3 | 5 | 7) => reader.varint("number").map(drop),
        (0, TAG_STRING) => reader.bytes("string").map(drop),
        (0, 13) => reader.bytes("bytes").map(drop),
        (0, TAG_ERROR_STRING) => reader.bytes("text of an error").map(drop),
        (0, 27) => abstract_parts(reader).map(drop),
        (0, 19 | 21 | 22) => skip_container(reader, &start, tag, depth),
        (0, _) => Err(unknown_tag(&start, tag)),
        (fixed, 10 | 11) => reader.take(u64::from(fixed) - 1, "time").map(drop),
        (fixed, 20) => reader.take(u64::from(fixed) - 1, "decimal").map(drop),
        (fixed, _) => reader.take(u64::from(fixed) - 1, "number").map(drop),
    }
}

fn skip_container(reader: &mut Reader<'_>, start: &Reader<'_>, tag: u8, depth: u32) -> Result<()> {
    if depth >= MAX_VALUE_DEPTH {
        return Err(start.error(
            ErrorKind::Limit,
            format!("values nest deeper than the {MAX_VALUE_DEPTH} levels that are read,"),
        ));
    }
    let count = match tag {
        19 => reader.count(1, "length of an array")?,
        21 => 2 * reader.count(2, "length of a map")?,
        _ => 1,
    };
    for _ in 0..count {
        skip_nested(reader, depth + 1)?;
    }
    Ok(())
}

fn read_nested<'a>(reader: &mut Reader<'a>, depth: u32) -> Result<Value<'a>> {
    let start = *reader;
    let tag = reader.byte("value")?;
    Ok(match tag {
        0 => Value::U32(u32::from_be_bytes(reader.array("u32")?)),
        1 => Value::V32(reader.varint_u32("v32")?),
        2 => Value::I32(i32::from_be_bytes(reader.array("i32")?)),
        3 => {
            let n = reader.varint_u32("z32")?;
            Value::Z32((n >> 1) as i32 ^ -((n & 1) as i32))
        }
        4 => Value::U64(u64::from_be_bytes(reader.array("u64")?)),
        5 => Value::V64(reader.varint("v64")?),
        6 => Value::I64(i64::from_be_bytes(reader.array("i64")?)),
        7 => {
            let n = reader.varint("z64")?;
            Value::Z64((n >> 1) as i64 ^ -((n & 1) as i64))
        }
        8 => Value::F32(f32::from_be_bytes(reader.array("f32")?)),
        9 => Value::F64(f64::from_be_bytes(reader.array("f64")?)),
        10 => {
            let seconds = i64::from_be_bytes(reader.array("datetime")?);
            let nanos = u32::from_be_bytes(reader.array("datetime")?);
            let time = DateTime::from_timestamp(seconds, nanos);
            Value::DateTime(time.ok_or_else(|| {
                let detail = format!("a datetime of {seconds} s and {nanos} ns is no time");
                start.error(ErrorKind::Range, detail)
            })?)
        }
        11 => {
            let seconds = u64::from_be_bytes(reader.array("duration")?);
            let nanos = u32::from_be_bytes(reader.array("duration")?);
            let whole = Duration::from_secs(seconds);
            let sum = whole.checked_add(Duration::from_nanos(u64::from(nanos)));
            Value::Duration(sum.ok_or_else(|| {
                let detail = format!("a duration of {seconds} s and {nanos} ns is too long");
                start.error(ErrorKind::Range, detail)
            })?)
        }
        TAG_STRING => Value::String(reader.string("string")?),
        13 => Value::Bytes(reader.bytes("bytes")?),
        14 => Value::Bool(true),
        15 => Value::Bool(false),
        16 | 17 => Value::Null,
        20 => Value::Decimal(Decimal::deserialize(reader.array("decimal")?)),
        23 => Value::U8(reader.byte("u8")?),
        24 => Value::I8(reader.byte("i8")? as i8),
        25 => Value::U16(u16::from_be_bytes(reader.array("u16")?)),
        26 => Value::I16(i16::from_be_bytes(reader.array("i16")?)),
        27 => {
            let (uuid, payload) = abstract_parts(reader)?;
            Value::Abstract { uuid, payload }
        }
        TAG_ERROR_STRING => Value::Error(values(reader, start, depth, 1, true)?),
        19 => {
            let count = reader.count(1, "length of an array")?;
            Value::Array(values(reader, start, depth, count, false)?)
        }
        21 => {
            let count = 2 * reader.count(2, "length of a map")?;
            Value::Map(Entries(values(reader, start, depth, count, false)?))
        }
        22 => Value::Error(values(reader, start, depth, 1, false)?),
        tag => return Err(unknown_tag(&start, tag)),
    })
}

/// The contents of the container that begins at `start`, of which `reader` is behind the count.
/// Moves `reader` behind the container.
fn values<'a>(
    reader: &mut Reader<'a>,
    mut start: Reader<'a>,
    depth: u32,
    count: usize,
    untagged_string: bool,
) -> Result<Values<'a>> {
    let values = Values { reader: *reader, count, depth: depth + 1, untagged_string };
    skip_nested(&mut start, depth)?;
    *reader = start;
    Ok(values)
}

fn abstract_parts<'a>(reader: &mut Reader<'a>) -> Result<([u8; 16], &'a [u8])> {
    let mut inner = reader.wrapped("abstract value")?;
    let uuid = inner.array("uuid of an abstract value")?;
    Ok((uuid, inner.rest()))
}

#[cold]
fn unknown_tag(start: &Reader<'_>, tag: u8) -> Error {
    start.error(ErrorKind::UnknownTag, format!("no value has the tag {tag:#04x}, found"))
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
    fn maps_are_sorted_and_the_first_of_equal_keys_wins() {
        // {"b" => 1, u8:9 => 2, "a" => 3, "b" => 4}
        let bytes =
            [21, 4, 12, 1, b'b', 23, 1, 23, 9, 23, 2, 12, 1, b'a', 23, 3, 12, 1, b'b', 23, 4];
        let Ok(Value::Map(entries)) = Value::read(&mut reader(&bytes)) else { panic!() };
        let flat: Vec<_> =
            entries.sorted().unwrap().iter().map(|(k, v)| format!("{k:?} {v:?}")).collect();
        assert_eq!(flat, ["U8(9) U8(2)", "String(\"a\") U8(3)", "String(\"b\") U8(1)"]);
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
            "no value has the tag 0x40, found at 0x0"
        );
    }
}
