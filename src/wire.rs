//! How calls and replies travel between the page and its worker.
//!
//! ```text
//! page ── [Call, File or undefined] ──▶ worker
//!      ◀──────────── Signal ──────────
//! ```
//!
//! Values cross as JavaScript values that the browser clones. 64-bit integers cross as `bigint`, so
//! that no time and no offset loses a digit. A `File` crosses as a handle; its bytes stay where
//! they are until the worker reads them.

use crate::protocol::{Reply, Summary};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::{Error, Serializer};
use wasm_bindgen::JsValue;

/// What a worker tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Signal {
    /// It runs and takes calls.
    Ready,
    /// How far the scan of the open file is by now.
    Scanned(Summary),
    /// The answer to a call.
    Reply(Reply),
    /// It cannot go on: it could not start, or hit a bug of ours.
    Broken {
        /// What happened.
        message: String,
    },
}

/// A value as JavaScript sees it.
///
/// # Errors
/// Where serialization fails, which it does for none of our types.
pub fn to_js<T: Serialize>(value: &T) -> Result<JsValue, Error> {
    value.serialize(&Serializer::new().serialize_large_number_types_as_bigints(true))
}

/// A value back from JavaScript.
///
/// # Errors
/// Where it does not have the shape of a `T`.
pub fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, Error> {
    serde_wasm_bindgen::from_value(value)
}
