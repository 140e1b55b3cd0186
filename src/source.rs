//! Getting the bytes of a file from the browser.
//!
//! The bytes are copied slice by slice into one vector, so that wasm memory never holds the file
//! twice. Reading a `Blob` waits, which browsers allow in workers only.

use crate::protocol::Failure;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FileReaderSync};

/// How much of a file is read at a time: the only part that exists twice. Chromium reads 0.9 GB/s
/// in slices of this size, and a ninth of that in slices of 64 KiB.
const SLICE: usize = 4 << 20;

/// What every archive starts with. The rest of a file without it is not read.
const MAGIC: &[u8] = b"netidx archive";

/// The bytes of a `Blob` or `File`; of one that is no archive only the first slice. `progress` is
/// told how many bytes are done, and of how many.
pub fn read_blob(blob: &Blob, mut progress: impl FnMut(u64, u64)) -> Result<Vec<u8>, Failure> {
    // A whole number; the cast saturates.
    let length = blob.size() as u64;
    let capacity = usize::try_from(length).map_err(|_| too_large(length))?;
    let reader = FileReaderSync::new().map_err(|_| {
        failure("a Blob or a File can be read in a worker only; pass an ArrayBuffer here")
    })?;
    let mut bytes = Vec::new();
    while bytes.len() < capacity {
        let start = bytes.len();
        let end = capacity.min(start + SLICE);
        let slice = blob
            .slice_with_f64_and_f64(start as f64, end as f64)
            .and_then(|slice| reader.read_as_array_buffer(&slice))
            .map_err(|e| unreadable(&e))?;
        let slice = Uint8Array::new(&slice);
        if slice.length() as usize != end - start {
            let got = start + slice.length() as usize;
            return Err(failure(&format!("the file ended after {got} bytes of {length}")));
        }
        if start == 0 {
            // A large film dropped by mistake is refused without reading all of it.
            let ours = slice.subarray(0, MAGIC.len() as u32).to_vec() == MAGIC;
            let wanted = if ours { capacity } else { end };
            bytes.try_reserve_exact(wanted).map_err(|_| too_large(length))?;
            append(&mut bytes, &slice);
            if !ours {
                break;
            }
        } else {
            append(&mut bytes, &slice);
        }
        progress(end as u64, length);
    }
    Ok(bytes)
}

/// The bytes of an `ArrayBuffer` or `Uint8Array`; `None` for anything else.
pub fn read_buffer(value: &JsValue) -> Option<Result<Vec<u8>, Failure>> {
    let array = match value.dyn_ref::<ArrayBuffer>() {
        Some(buffer) => Uint8Array::new(buffer),
        None => value.dyn_ref::<Uint8Array>()?.clone(),
    };
    let mut bytes = Vec::new();
    let reserved = bytes.try_reserve_exact(array.length() as usize);
    Some(reserved.map_err(|_| too_large(u64::from(array.length()))).map(|()| {
        append(&mut bytes, &array);
        bytes
    }))
}

fn append(bytes: &mut Vec<u8>, slice: &Uint8Array) {
    let start = bytes.len();
    bytes.resize(start + slice.length() as usize, 0);
    slice.copy_to(&mut bytes[start..]);
}

fn too_large(length: u64) -> Failure {
    failure(&format!(
        "the file has {length} bytes, more than this browser gives a page to hold in memory"
    ))
}

fn unreadable(error: &JsValue) -> Failure {
    let reason = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    failure(&format!(
        "the file cannot be read; it may be a folder, or have changed since: {}",
        reason.unwrap_or_else(|| format!("{error:?}"))
    ))
}

fn failure(message: &str) -> Failure {
    Failure::new("source", message)
}
