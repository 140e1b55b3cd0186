//! Where a file is written to: one that a person chose, or pieces of a blob.

use crate::{protocol::Failure, source::browser::reason};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileSystemFileHandle, FileSystemWritableFileStream};

/// A file that is being written.
pub(super) enum Sink {
    /// On the disk. It comes into its place when it is closed, and not before.
    File(FileSystemWritableFileStream),
    /// Blobs, which the browser may keep on the disk.
    Parts(Array),
}

impl Sink {
    pub async fn open(chosen: Option<FileSystemFileHandle>) -> Result<Self, Failure> {
        match chosen {
            None => Ok(Self::Parts(Array::new())),
            Some(file) => {
                let stream = JsFuture::from(file.create_writable()).await.map_err(failed)?;
                Ok(Self::File(stream.unchecked_into()))
            }
        }
    }

    /// Adds bytes at the end.
    pub async fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        // A view of wasm's memory would change under the browser while it writes.
        let bytes = Uint8Array::from(bytes);
        match self {
            Self::File(stream) => {
                let written = stream.write_with_js_u8_array(&bytes).map_err(failed)?;
                JsFuture::from(written).await.map_err(failed)?;
            }
            Self::Parts(parts) => {
                let part = Blob::new_with_u8_array_sequence(&Array::of1(&bytes)).map_err(failed)?;
                parts.push(&part);
            }
        }
        Ok(())
    }

    /// Writes over the first bytes and closes the file. The blob that it is, if it is one.
    pub async fn finish(self, head: &[u8]) -> Result<Option<Blob>, Failure> {
        let head = Uint8Array::from(head);
        match self {
            Self::File(stream) => {
                for step in [
                    stream.seek_with_f64(0.0),
                    stream.write_with_js_u8_array(&head),
                    Ok(stream.close()),
                ] {
                    JsFuture::from(step.map_err(failed)?).await.map_err(failed)?;
                }
                Ok(None)
            }
            Self::Parts(parts) => {
                let first: Blob = parts.shift().unchecked_into();
                let rest = first.slice_with_f64(f64::from(head.length())).map_err(failed)?;
                parts.unshift(&rest);
                parts.unshift(&head);
                Blob::new_with_blob_sequence(&parts).map(Some).map_err(failed)
            }
        }
    }

    /// Leaves nothing behind.
    pub async fn abort(self) {
        if let Self::File(stream) = self {
            // What cannot be taken back now is when this worker ends.
            let _ = JsFuture::from(stream.abort()).await;
        }
    }
}

fn failed(error: JsValue) -> Failure {
    Failure::new("source", format!("The copy cannot be written: {}", reason(&error)))
}
