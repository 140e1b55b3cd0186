//! Values as programs without netidx's types take them.

use crate::{
    error::Error,
    format::{Value, sorted_entries},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chrono::SecondsFormat;
use serde::{Serialize, Serializer, ser::SerializeMap};

/// The largest integer that every double up to it is exact for, `Number.MAX_SAFE_INTEGER` in JavaScript.
pub(super) const MAX_SAFE: u64 = (1 << 53) - 1;

/// A value for programs.
///
/// Serialized it is JSON: integers past 2^53 are text, bytes base64, NaN and infinities `"NaN"`, `"Infinity"`,
/// `"-Infinity"`.
#[derive(Debug, Clone, PartialEq)]
pub enum PlainValue {
    /// A null.
    Null,
    /// True or false.
    Bool(bool),
    /// A float, or a duration in seconds.
    Number(f64),
    /// An integer of any type.
    Integer(i128),
    /// A string, a decimal or a datetime (RFC 3339 with nanoseconds).
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An array.
    Array(Vec<PlainValue>),
    /// A map in netidx's order of keys. Pairs, because `u8:1` and `i8:1` are two keys in netidx.
    Pairs(Vec<(PlainValue, PlainValue)>),
    /// An error and what it holds.
    Error(Box<PlainValue>),
    /// A value of a user-defined type.
    Abstract {
        /// Its type, as 8-4-4-4-12 hexadecimal digits.
        uuid: String,
        /// Its own encoding.
        bytes: Vec<u8>,
    },
}

impl PlainValue {
    /// From a value of an archive.
    ///
    /// # Errors
    /// Where something inside it cannot be decoded.
    pub fn of(value: &Value<'_>) -> Result<Self, Error> {
        Ok(match value {
            Value::U8(n) => Self::Integer((*n).into()),
            Value::I8(n) => Self::Integer((*n).into()),
            Value::U16(n) => Self::Integer((*n).into()),
            Value::I16(n) => Self::Integer((*n).into()),
            Value::U32(n) | Value::V32(n) => Self::Integer((*n).into()),
            Value::I32(n) | Value::Z32(n) => Self::Integer((*n).into()),
            Value::U64(n) | Value::V64(n) => Self::Integer((*n).into()),
            Value::I64(n) | Value::Z64(n) => Self::Integer((*n).into()),
            Value::F32(n) => Self::Number((*n).into()),
            Value::F64(n) => Self::Number(*n),
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Null => Self::Null,
            Value::Duration(length) => Self::Number(length.as_secs_f64()),
            Value::DateTime(time) => Self::Text(time.to_rfc3339_opts(SecondsFormat::Nanos, true)),
            Value::Decimal(n) => Self::Text(n.to_string()),
            Value::String(text) => Self::Text((*text).to_owned()),
            Value::Bytes(bytes) => Self::Bytes(bytes.to_vec()),
            Value::Abstract { uuid, payload } => {
                Self::Abstract { uuid: uuid_text(uuid), bytes: payload.to_vec() }
            }
            Value::Error(values) => match values.iter().next() {
                Some(value) => Self::Error(Box::new(Self::of(&value?)?)),
                None => Self::Error(Box::new(Self::Null)),
            },
            Value::Array(values) => {
                let values = values.iter().map(|value| Self::of(&value?));
                Self::Array(values.collect::<Result<_, _>>()?)
            }
            Value::Map(entries) => {
                let entries = sorted_entries(entries)?.into_iter();
                let pairs = entries.map(|(key, value)| Ok((Self::of(&key)?, Self::of(&value)?)));
                Self::Pairs(pairs.collect::<Result<_, Error>>()?)
            }
        })
    }
}

impl Serialize for PlainValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Number(n) if n.is_nan() => serializer.serialize_str("NaN"),
            Self::Number(n) if *n == f64::INFINITY => serializer.serialize_str("Infinity"),
            Self::Number(n) if *n == f64::NEG_INFINITY => serializer.serialize_str("-Infinity"),
            Self::Number(n) => serializer.serialize_f64(*n),
            Self::Integer(n) if n.unsigned_abs() > MAX_SAFE.into() => serializer.collect_str(n),
            Self::Integer(n) => serializer.serialize_i64(*n as i64),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_str(&BASE64.encode(bytes)),
            Self::Array(values) => serializer.collect_seq(values),
            Self::Pairs(pairs) => serializer.collect_seq(pairs),
            Self::Error(value) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("error", value)?;
                map.end()
            }
            Self::Abstract { uuid, bytes } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("uuid", uuid)?;
                map.serialize_entry("bytes", &BASE64.encode(bytes))?;
                map.end()
            }
        }
    }
}

fn uuid_text(uuid: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (i, byte) in uuid.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}
