//! From what is in an archive to JS values.

use crate::{
    format::{Error, Event, Naming, Value, sorted_entries, write_value},
    protocol::Failure,
};
use chrono::SecondsFormat;
use js_sys::{Array, BigInt, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Integers up to here are JS numbers, `Number.MAX_SAFE_INTEGER`.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// The type of an event, its value for programs and its text for people.
pub(super) struct Typed {
    pub kind: &'static str,
    pub value: JsValue,
    pub text: String,
}

impl Typed {
    /// An event that cannot be decoded has the type `unreadable`, and its text says why.
    pub fn of(event: Result<Event<'_>, Error>) -> Self {
        let read = || -> Result<Self, Error> {
            let Some(value) = event?.value()? else {
                let (kind, text) = ("unsubscribed", "unsubscribed".to_owned());
                return Ok(Self { kind, value: JsValue::UNDEFINED, text });
            };
            let mut text = String::new();
            write_value(&value, Naming::Typed, &mut text)?;
            Ok(Self { kind: value.kind().name(), value: value_to_js(&value)?, text })
        };
        read().unwrap_or_else(|e| Self {
            kind: "unreadable",
            value: JsValue::UNDEFINED,
            text: e.to_string(),
        })
    }
}

fn value_to_js(value: &Value<'_>) -> Result<JsValue, Error> {
    Ok(match value {
        Value::U8(n) => (*n).into(),
        Value::I8(n) => (*n).into(),
        Value::U16(n) => (*n).into(),
        Value::I16(n) => (*n).into(),
        Value::U32(n) | Value::V32(n) => (*n).into(),
        Value::I32(n) | Value::Z32(n) => (*n).into(),
        Value::U64(n) | Value::V64(n) => integer(*n),
        Value::I64(n) | Value::Z64(n) => match n.unsigned_abs() <= MAX_SAFE {
            true => (*n as f64).into(),
            false => BigInt::from(*n).into(),
        },
        Value::F32(n) => f64::from(*n).into(),
        Value::F64(n) => (*n).into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Null => JsValue::NULL,
        Value::Duration(length) => length.as_secs_f64().into(),
        Value::DateTime(time) => time.to_rfc3339_opts(SecondsFormat::Nanos, true).into(),
        Value::Decimal(n) => n.to_string().into(),
        Value::String(text) => (*text).into(),
        Value::Bytes(bytes) => Uint8Array::from(*bytes).into(),
        Value::Abstract { uuid, payload } => {
            object([("uuid", uuid_text(uuid).into()), ("bytes", Uint8Array::from(*payload).into())])
        }
        Value::Error(held) => {
            let held = held.iter().next().transpose()?;
            object([("error", held.map_or(Ok(JsValue::UNDEFINED), |held| value_to_js(&held))?)])
        }
        Value::Array(values) => {
            let array = Array::new();
            for value in values.iter() {
                array.push(&value_to_js(&value?)?);
            }
            array.into()
        }
        // Pairs and no Map: u8:1 and i8:1 are two keys in netidx and one in JS.
        Value::Map(entries) => {
            let array = Array::new();
            for (key, value) in sorted_entries(entries)? {
                array.push(&Array::of2(&value_to_js(&key)?, &value_to_js(&value)?));
            }
            array.into()
        }
    })
}

/// A number where a number is exact, else a `bigint`.
pub(super) fn integer(n: u64) -> JsValue {
    match n <= MAX_SAFE {
        true => (n as f64).into(),
        false => BigInt::from(n).into(),
    }
}

/// An offset as the contract has it: a `bigint`, or `undefined`.
pub(super) fn offset(offset: Option<u64>) -> JsValue {
    offset.map_or(JsValue::UNDEFINED, |offset| BigInt::from(offset).into())
}

pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new();
    value.serialize(&serializer).map_err(|e| failure(Failure::new("internal", e.to_string())))
}

/// What is thrown for an error of the reader.
pub(super) fn thrown(error: Error) -> JsValue {
    failure(error.into())
}

/// What is thrown: an `Error` named `ArchiveError`, with `kind` and `offset`.
pub(super) fn failure(failure: Failure) -> JsValue {
    let error = js_sys::Error::new(&failure.message);
    error.set_name("ArchiveError");
    set(&error, "kind", &failure.kind.into());
    set(&error, "offset", &offset(failure.offset));
    error.into()
}

pub(super) fn object<const N: usize>(fields: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, &value);
    }
    object.into()
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Fails only on what is frozen or no object, and this is fresh.
    let _ = Reflect::set(object, &name.into(), value);
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
