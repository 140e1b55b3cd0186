//! Bytes from the browser: a `File` or `Blob` read in slices, or an `ArrayBuffer`.

use super::ReadAt;
use js_sys::{ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileReaderSync, ReadableStreamByobReader};

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

/// Reads the pages of a blob in order, as the browser streams it. Whoever hops over pages leaves
/// them unread but for the little that the browser has ready.
pub struct ReadAhead {
    blob: Blob,
    page: u64,
    stream: Option<Stream>,
}

/// The bytes of a blob from some page on, on their way. Chromium forgets a reader that nobody holds
/// while it is being waited for, so it is held here.
struct Stream {
    reader: ReadableStreamByobReader,
    /// The page that comes next.
    number: u64,
    /// Where a page arrives: always the same memory, which costs half of what fresh memory does.
    buffer: ArrayBuffer,
}

impl ReadAhead {
    /// Reads pages of `page` bytes.
    pub fn new(blob: Blob, page: usize) -> Self {
        Self { blob, page: page as u64, stream: None }
    }

    /// The bytes of page `number`, in `memory`. `None` where they cannot be read, which whoever
    /// reads them in another way will find out too.
    pub async fn page(&mut self, number: u64, memory: Vec<u8>) -> Option<Vec<u8>> {
        let start = number * self.page;
        let length = self.page.min((self.blob.size() as u64).saturating_sub(start));
        let stream = match self.stream.take().filter(|stream| stream.number == number) {
            Some(stream) => Some(stream),
            None => self.stream_from(number),
        };
        let Some(mut stream) = stream else {
            // Not every browser streams into memory of ours.
            let slice = self.slice(start, start + length)?;
            let bytes = JsFuture::from(slice.array_buffer()).await.ok()?;
            return Some(Uint8Array::new(&bytes).to_vec());
        };
        let bytes = stream.next(u32::try_from(length).ok()?, memory).await?;
        self.stream = Some(stream);
        Some(bytes)
    }

    fn stream_from(&self, number: u64) -> Option<Stream> {
        let rest = self.slice(number * self.page, self.blob.size() as u64)?;
        let reader = ReadableStreamByobReader::new(&rest.stream()).ok()?;
        let buffer = ArrayBuffer::new(u32::try_from(self.page).ok()?);
        Some(Stream { reader, number, buffer })
    }

    fn slice(&self, start: u64, end: u64) -> Option<Blob> {
        self.blob.slice_with_f64_and_f64(start as f64, end as f64).ok()
    }
}

impl Stream {
    /// The next page, of this length.
    async fn next(&mut self, length: u32, mut memory: Vec<u8>) -> Option<Vec<u8>> {
        let read: Function = get(&self.reader, "read")?.dyn_into().ok()?;
        let mut done = 0;
        while done < length {
            let view =
                Uint8Array::new_with_byte_offset_and_length(&self.buffer, done, length - done);
            // Without it one waits for each piece that the browser has ready.
            let all = Object::new();
            Reflect::set(&all, &"min".into(), &view.length().into()).ok()?;
            let coming = read.call2(&self.reader, &view, &all).ok()?.dyn_into::<Promise>().ok()?;
            let view: Uint8Array =
                get(&JsFuture::from(coming).await.ok()?, "value")?.dyn_into().ok()?;
            // The memory went there and back, and is another object now.
            self.buffer = view.buffer();
            if view.length() == 0 {
                return None;
            }
            done += view.length();
        }
        self.number += 1;
        memory.resize(length as usize, 0);
        Uint8Array::new_with_byte_offset_and_length(&self.buffer, 0, length).copy_to(&mut memory);
        Some(memory)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Whether it ends well is of no interest, but somebody has to listen.
        drop(JsFuture::from(self.reader.cancel()));
    }
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

#[wasm_bindgen]
extern "C" {
    /// A `Uint8Array` made with offsets that may pass 2^32, as those of js-sys may not.
    #[wasm_bindgen(extends = Uint8Array, js_name = Uint8Array)]
    type Window;
    #[wasm_bindgen(constructor, js_class = "Uint8Array", catch)]
    fn new(buffer: &JsValue, offset: f64, length: f64) -> Result<Window, JsValue>;

    /// Where an `ArrayBuffer` or a view of one begins and how long it is, past 2^32 too.
    type Extent;
    #[wasm_bindgen(method, getter, js_name = byteOffset)]
    fn byte_offset(this: &Extent) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = byteLength)]
    fn byte_length(this: &Extent) -> f64;
}

/// An `ArrayBuffer` or `Uint8Array`, left where it is: only pages of it come into wasm's memory.
/// It must not be written to, nor given away, while it is read from.
pub struct BufferSource {
    buffer: JsValue,
    /// Where in the buffer it begins.
    start: f64,
    length: u64,
}

impl BufferSource {
    /// A source for an `ArrayBuffer` or `Uint8Array`; `None` for anything else.
    pub fn new(value: &JsValue) -> Option<Self> {
        let buffer = match value.dyn_ref::<ArrayBuffer>() {
            Some(buffer) => buffer.clone().into(),
            None => JsValue::from(value.dyn_ref::<Uint8Array>()?.buffer()),
        };
        let extent = value.unchecked_ref::<Extent>();
        let start = extent.byte_offset().unwrap_or_default();
        // A whole number; what was given away has none.
        Some(Self { buffer, start, length: extent.byte_length() as u64 })
    }
}

impl ReadAt for BufferSource {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        let length = self.length.saturating_sub(offset).min(into.len() as u64);
        let window = Window::new(&self.buffer, self.start + offset as f64, length as f64)
            .map_err(|_| "the ArrayBuffer was given away or made shorter".to_owned())?;
        Ok(copy(&window, into))
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
