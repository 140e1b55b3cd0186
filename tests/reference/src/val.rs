//! Short names for times, values and events, so that a fixture reads like what it holds.

use chrono::{DateTime, TimeDelta, Utc};
use netidx::{publisher::Value, subscriber::Event};
use netidx_value::ValArray;
use rust_decimal::Decimal;
use std::time::Duration;
use triomphe::Arc;

/// The time from which most fixtures start: 2026-03-01T09:30:00Z.
pub fn start() -> DateTime<Utc> {
    at(0)
}

/// `us` microseconds after [`start`].
pub fn at(us: i64) -> DateTime<Utc> {
    time(1_772_357_400, 0) + TimeDelta::microseconds(us)
}

/// `s` seconds after [`start`].
pub fn secs(s: i64) -> DateTime<Utc> {
    at(s * 1_000_000)
}

/// The time that chrono makes of these; nanoseconds from 1e9 on are a leap second.
pub fn time(seconds: i64, nanoseconds: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, nanoseconds).expect("a time that chrono can hold")
}

/// `Z`, nine fractional digits.
pub fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Nanos, true)
}

/// An update with a value.
pub fn up(v: Value) -> Event {
    Event::Update(v)
}

/// A string.
pub fn s(text: &str) -> Value {
    Value::String(text.into())
}

/// Bytes.
pub fn bytes(b: &[u8]) -> Value {
    Value::Bytes(bytes::Bytes::copy_from_slice(b).into())
}

/// A decimal from its text, with the scale that the text has.
pub fn dec(text: &str) -> Value {
    Value::Decimal(Arc::new(text.parse::<Decimal>().expect("a decimal")))
}

/// A datetime.
pub fn dt(t: DateTime<Utc>) -> Value {
    Value::DateTime(Arc::new(t))
}

/// A duration.
pub fn dur(seconds: u64, nanoseconds: u32) -> Value {
    Value::Duration(Arc::new(Duration::new(seconds, nanoseconds)))
}

/// An array.
pub fn arr(values: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(ValArray::from(values.into_iter().collect::<Vec<_>>()))
}

/// A map.
pub fn map(pairs: impl IntoIterator<Item = (Value, Value)>) -> Value {
    Value::Map(pairs.into_iter().collect())
}

/// An error that holds any value; one that holds a string is written with tag 18, others with 22.
pub fn err(v: Value) -> Value {
    Value::Error(Arc::new(v))
}
