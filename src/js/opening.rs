//! Opening an archive a piece at a time, for whoever shows how far it is.

use super::{
    Archive,
    args::{OpenArgs, Thrown},
    calls,
    pages::pages_of,
    values::failure,
};
use crate::recording::FileOpening;
use wasm_bindgen::prelude::*;

/// An archive on the way to be open.
#[wasm_bindgen]
pub struct ArchiveOpening {
    opening: FileOpening,
}

#[wasm_bindgen]
impl ArchiveOpening {
    /// Reads the head of the file; takes what `Archive.open` takes.
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new(bytes: JsValue, options: JsValue) -> Thrown<ArchiveOpening> {
        let OpenArgs { path_index, sidecar } = OpenArgs::read(&options)?;
        let pages = pages_of(&bytes).map_err(failure)?;
        let path_index = path_index.map(|bytes| pages_of(&bytes)).transpose().map_err(failure)?;
        Ok(Self {
            opening: FileOpening::start(pages, path_index, sidecar.as_deref()).map_err(failure)?,
        })
    }

    /// Scans on, about as many bytes, and returns whether there are more.
    #[wasm_bindgen(skip_typescript)]
    pub fn step(&mut self, bytes: f64) -> bool {
        // The cast saturates.
        !self.opening.scan(bytes as u64)
    }

    /// How many bytes were scanned.
    #[wasm_bindgen(getter, skip_typescript)]
    pub fn done(&self) -> JsValue {
        calls::bytes(self.opening.progress().0)
    }

    /// Of how many.
    #[wasm_bindgen(getter, skip_typescript)]
    pub fn total(&self) -> JsValue {
        calls::bytes(self.opening.progress().1)
    }

    /// The archive. What was not scanned yet is scanned now.
    #[wasm_bindgen(skip_typescript)]
    pub fn finish(self) -> Archive {
        Archive::of(self.opening.finish())
    }
}
