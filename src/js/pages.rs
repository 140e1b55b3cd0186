//! What scripts open, ready to be read.

use super::args::not_bytes;
use crate::{
    protocol::Failure,
    source::{
        CacheSize, Pages, ReadAt,
        browser::{BlobSource, BufferSource},
        read_exact_at,
    },
};
use wasm_bindgen::{JsCast, prelude::*};

/// How much is held of a file of a recording while it is read. There may be thousands.
pub(super) const HELD: CacheSize = CacheSize { page: 1 << 20, pages: 4 };

/// Longer files of a recording stay where they are, and only pieces of them are copied.
pub(super) const MAX_COPIED: u64 = 256 << 10;

/// A file by itself.
pub(super) fn pages_of(value: &JsValue) -> Result<Pages, Failure> {
    let size = CacheSize::default();
    pages_with(value, size, size.bytes())
}

/// A file of which so much is held; bytes up to a length are copied.
pub(super) fn pages_with(
    value: &JsValue,
    size: CacheSize,
    max_copied: u64,
) -> Result<Pages, Failure> {
    if let Some(blob) = value.dyn_ref::<web_sys::Blob>() {
        let blob = BlobSource::new(blob.clone()).map_err(|e| Failure::new("source", e))?;
        return Ok(Pages::new(blob, size));
    }
    let buffer = BufferSource::new(value).ok_or_else(not_bytes)?;
    if buffer.length() > max_copied {
        return Ok(Pages::new(buffer, size));
    }
    let mut bytes = vec![0; buffer.length() as usize];
    read_exact_at(&buffer, 0, &mut bytes)?;
    Ok(Pages::whole(bytes))
}
