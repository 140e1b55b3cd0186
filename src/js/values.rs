//! From what is in an archive to JS values.

use crate::{
    error::Error,
    protocol::Failure,
    recording::{PlainValue, Typed},
};
use js_sys::{Array, BigInt, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Integers up to here are JS numbers, `Number.MAX_SAFE_INTEGER`.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// An integer that a number is exact for.
pub(super) fn safe_integer(n: i128) -> Option<f64> {
    (n.unsigned_abs() <= MAX_SAFE.into()).then_some(n as f64)
}

/// A value as scripts get it.
pub(super) fn plain_to_js(value: &PlainValue) -> JsValue {
    match value {
        PlainValue::Null => JsValue::NULL,
        PlainValue::Bool(truth) => (*truth).into(),
        PlainValue::Number(n) => (*n).into(),
        PlainValue::Integer(n) => match safe_integer(*n) {
            Some(n) => n.into(),
            None => BigInt::from(*n).into(),
        },
        PlainValue::Text(text) => text.into(),
        PlainValue::Bytes(bytes) => Uint8Array::from(&bytes[..]).into(),
        PlainValue::Array(values) => values.iter().map(plain_to_js).collect::<Array>().into(),
        // Pairs and no Map: u8:1 and i8:1 are two keys in netidx and one in JS.
        PlainValue::Pairs(pairs) => {
            let pair = |(key, value): &(_, _)| Array::of2(&plain_to_js(key), &plain_to_js(value));
            pairs.iter().map(pair).collect::<Array>().into()
        }
        PlainValue::Error(value) => object([("error", plain_to_js(value))]),
        PlainValue::Abstract { uuid, bytes } => {
            object([("uuid", uuid.into()), ("bytes", Uint8Array::from(&bytes[..]).into())])
        }
    }
}

/// The value of an event; `undefined` where it has none.
pub(super) fn typed_value(typed: &Typed) -> JsValue {
    typed.value.as_ref().map_or(JsValue::UNDEFINED, plain_to_js)
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

pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Fails only on what is frozen or no object, and this is fresh.
    let _ = Reflect::set(object, &name.into(), value);
}
