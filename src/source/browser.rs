//! Bytes from the browser: a `File` or `Blob` read in slices, or an `ArrayBuffer`.

use super::ReadAt;
use js_sys::{ArrayBuffer, Uint8Array};
use std::collections::VecDeque;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
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

/// Reads the pages of a blob in order, some of them ahead.
pub struct ReadAhead {
    blob: Blob,
    page: u64,
    /// Pages that are being read, in order.
    coming: VecDeque<(u64, JsFuture)>,
}

/// How many pages are being read at a time. With four of 4 MiB Chromium reads twice as fast as with
/// one.
const IN_FLIGHT: usize = 4;

impl ReadAhead {
    /// Reads pages of `page` bytes.
    pub fn new(blob: Blob, page: usize) -> Self {
        Self { blob, page: page as u64, coming: VecDeque::new() }
    }

    /// The bytes of page `number` of `count`. `None` where they cannot be read, which whoever
    /// reads them in another way will find out too.
    pub async fn page(&mut self, number: u64, count: u64) -> Option<Vec<u8>> {
        // Whoever hops over pages leaves behind what was asked for in vain.
        self.coming.retain(|(coming, _)| *coming >= number);
        if self.coming.front().is_some_and(|(coming, _)| *coming != number) {
            self.coming.clear();
        }
        let mut next = self.coming.back().map_or(number, |(last, _)| last + 1);
        while self.coming.len() < IN_FLIGHT && next < count {
            let (start, end) = (next * self.page, (next + 1) * self.page);
            let slice = self.blob.slice_with_f64_and_f64(start as f64, end as f64).ok()?;
            self.coming.push_back((next, JsFuture::from(slice.array_buffer())));
            next += 1;
        }
        let (_, bytes) = self.coming.pop_front()?;
        Some(Uint8Array::new(&bytes.await.ok()?).to_vec())
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
