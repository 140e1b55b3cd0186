//! Bytes that are made a piece at a time, gathered outside wasm's memory.

use super::values::failure;
use crate::protocol::Failure;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, prelude::*};

/// The pieces of a file.
#[derive(Default)]
pub(super) struct Parts {
    parts: Array,
    length: u64,
}

impl Parts {
    /// Adds a piece at the end.
    pub fn push(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.parts.push(&Uint8Array::from(bytes));
    }

    /// All of it in one, its first bytes replaced by `head`.
    pub fn join(&self, head: &[u8]) -> Result<Uint8Array, JsValue> {
        let length = u32::try_from(self.length).map_err(|_| {
            let message = format!("{} bytes do not fit in one Uint8Array", self.length);
            failure(Failure::new("limit", message))
        })?;
        let whole = Uint8Array::new_with_length(length);
        let mut at = 0;
        for part in self.parts.iter() {
            let part: Uint8Array = part.unchecked_into();
            whole.set(&part, at);
            at += part.length();
        }
        whole.set(&Uint8Array::from(head), 0);
        Ok(whole)
    }
}
