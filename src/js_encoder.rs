//! What the JS package loads when it is to compress: the encoder and what makes dictionaries, in a
//! module of their own. Named here for `js::compress`, not for people.

use crate::export::{Chunk, Encoder as Inner, Lesson, Level, finish_dictionary};
use js_sys::{Array, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

/// Gives the content of a dictionary its tables; `undefined` where there is too little to learn.
#[wasm_bindgen(skip_typescript)]
pub fn finish(content: Vec<u8>, examples: Vec<u8>, lengths: Vec<u32>, size: u32) -> JsValue {
    let lesson = Lesson { content, examples, lengths, size: size as usize };
    finish_dictionary(&lesson).map_or(JsValue::UNDEFINED, |it| Uint8Array::from(&it[..]).into())
}

/// An encoder of a level, with a dictionary that may be empty.
#[wasm_bindgen(skip_typescript)]
pub fn encoder(dictionary: &[u8], level: i32) -> Result<Encoder, JsError> {
    let level = Level::new(level).unwrap_or_default();
    Ok(Encoder(Inner::new(dictionary, level)?))
}

/// Compresses batches.
#[wasm_bindgen(skip_typescript)]
pub struct Encoder(Inner);

#[wasm_bindgen]
impl Encoder {
    /// The frames of batches that lie one behind the other, and their lengths.
    #[wasm_bindgen(skip_typescript)]
    pub fn encode(&mut self, bytes: Vec<u8>, lengths: Vec<u32>) -> Result<Array, JsError> {
        let frames = self.0.encode(&Chunk { bytes, lengths })?;
        let bytes = Uint8Array::from(&frames.bytes[..]);
        Ok(Array::of2(&bytes, &Uint32Array::from(&frames.lengths[..])))
    }
}
