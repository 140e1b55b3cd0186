//! How calls and replies travel between the page and its worker.
//!
//! ```text
//! page ── [Call, File or undefined, [path index, …] or undefined] ──▶ worker
//!      ◀──────── Signal or text ──────
//! ```
//!
//! Messages cross as bytes: both sides are of one build, so no field needs its name, and nothing is
//! built of JavaScript's objects. A `File` crosses as a handle beside them; its bytes stay where they
//! are until the worker reads them. Text is what a worker says that could not start.

use crate::protocol::{Reply, Summary};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

/// What a worker tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Signal {
    /// It runs and takes calls.
    Ready,
    /// How far the scan of the open file is by now.
    Scanned(Summary),
    /// The answer to a call.
    Reply(Reply),
    /// It cannot go on: it hit a bug of ours.
    Broken {
        /// What happened.
        message: String,
    },
}

/// A message as the bytes that cross.
///
/// # Errors
/// Where serialization fails, which it does for none of our types.
pub fn to_js<T: Serialize>(message: &T) -> Result<JsValue, String> {
    let bytes = postcard::to_allocvec(message).map_err(|e| e.to_string())?;
    Ok(Uint8Array::from(&*bytes).into())
}

/// A message back from what crossed.
///
/// # Errors
/// Where it is not what [`to_js`] made of a `T`.
pub fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, String> {
    let bytes: Uint8Array = value.dyn_into().map_err(|_| "no bytes")?;
    postcard::from_bytes(&bytes.to_vec()).map_err(|e| e.to_string())
}
