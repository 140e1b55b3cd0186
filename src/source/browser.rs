//! Bytes from the browser: a `File` or `Blob` read in slices, or an `ArrayBuffer`.

use super::ReadAt;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FileReaderSync};

/// A `Blob` or `File`, read in slices. Works in workers only, where reads can block.
pub struct BlobSource {
    blob: Blob,
    reader: FileReaderSync,
}

impl BlobSource {
    /// A source for a blob.
    ///
    /// # Errors
    /// A sentence, where this is no worker.
    pub fn new(blob: Blob) -> Result<Self, String> {
        let reader = FileReaderSync::new().map_err(|_| {
            "a Blob or a File can be read in a worker only; pass an ArrayBuffer here".to_owned()
        })?;
        Ok(Self { blob, reader })
    }
}

impl ReadAt for BlobSource {
    fn length(&self) -> u64 {
        // A whole number; the cast saturates.
        self.blob.size() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        let end = offset.saturating_add(into.len() as u64);
        let slice = self
            .blob
            .slice_with_f64_and_f64(offset as f64, end as f64)
            .and_then(|slice| self.reader.read_as_array_buffer(&slice))
            .map_err(|e| reason(&e))?;
        Ok(copy(&Uint8Array::new(&slice), into))
    }
}

/// An `ArrayBuffer` or `Uint8Array`, left where it is: only pages of it come into wasm's memory.
/// It must not be written to, nor given away, while it is read from.
pub struct BufferSource {
    bytes: Uint8Array,
    length: u64,
}

impl BufferSource {
    /// A source for an `ArrayBuffer` or `Uint8Array`; `None` for anything else.
    pub fn new(value: &JsValue) -> Option<Self> {
        let bytes = match value.dyn_ref::<ArrayBuffer>() {
            Some(buffer) => Uint8Array::new(buffer),
            None => value.dyn_ref::<Uint8Array>()?.clone(),
        };
        Some(Self { length: u64::from(bytes.length()), bytes })
    }
}

impl ReadAt for BufferSource {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        if u64::from(self.bytes.length()) < self.length {
            return Err("the ArrayBuffer was given away or made shorter".to_owned());
        }
        // Typed arrays have fewer than 2^32 bytes here, which is what their lengths are told in.
        let start = u32::try_from(offset).map_err(|e| e.to_string())?;
        let end = start.saturating_add(u32::try_from(into.len()).unwrap_or(u32::MAX));
        Ok(copy(&self.bytes.subarray(start, end), into))
    }
}

fn copy(from: &Uint8Array, into: &mut [u8]) -> usize {
    let length = (from.length() as usize).min(into.len());
    from.subarray(0, length as u32).copy_to(&mut into[..length]);
    length
}

/// What the browser says of a read that failed.
pub fn reason(error: &JsValue) -> String {
    let error = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    let error = error.unwrap_or_else(|| "it may be a folder".to_owned());
    format!("it may have been moved or changed: {error}")
}
