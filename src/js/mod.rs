//! The JS package: the calls that scripts and other pages hold on to.
//!
//! Integers past 2^53 and offsets are `bigint`, bytes are `Uint8Array`, times are RFC 3339 text
//! with nanoseconds. Every failure is thrown as an `Error` named `ArchiveError`.

mod args;
mod calls;
mod compress;
mod export;
mod opening;
mod pages;
mod parts;
mod recording;
mod rows;
mod values;

pub use export::{Exporting, Verifying};
pub use opening::ArchiveOpening;
pub use recording::Recording;

use crate::{
    export::BuildIndex,
    index::Problems,
    protocol::Failure,
    recording::{FileOpening, Recording as Opened},
    sidecar,
};
use args::{OpenArgs, Thrown};
use calls::Calls;
use js_sys::{Promise, Uint8Array};
use pages::pages_of;
use parts::Parts;
use std::rc::Rc;
use values::{failure, thrown};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// An open archive.
#[wasm_bindgen]
pub struct Archive {
    calls: Calls,
}

#[wasm_bindgen]
impl Archive {
    /// Opens an archive from an `ArrayBuffer` or a `Uint8Array`; in a worker also from a `Blob`
    /// or a `File`. A path index names the paths of a recorder's data file.
    #[wasm_bindgen(skip_typescript)]
    pub fn open(bytes: JsValue, options: JsValue) -> Thrown<Archive> {
        let OpenArgs { path_index, sidecar } = OpenArgs::read(&options)?;
        let pages = pages_of(&bytes).map_err(failure)?;
        let path_index = path_index.map(|bytes| pages_of(&bytes)).transpose().map_err(failure)?;
        let opening = FileOpening::start(pages, path_index, sidecar.as_deref());
        Ok(Self::of(opening.map_err(failure)?.finish()))
    }

    fn of(recording: Opened) -> Self {
        Self { calls: Calls::new(recording) }
    }

    /// What the file is, and what was found wrong with it so far.
    #[wasm_bindgen(skip_typescript)]
    pub fn info(&self) -> Thrown<JsValue> {
        self.calls.info()
    }

    /// All paths and their ids, in the order in which the file maps them.
    #[wasm_bindgen(skip_typescript)]
    pub fn paths(&self) -> Thrown<JsValue> {
        self.calls.paths()
    }

    /// The last event of every path at a time, in path order.
    #[wasm_bindgen(skip_typescript)]
    pub fn image(&self, options: JsValue) -> Thrown<JsValue> {
        self.calls.image(&options)
    }

    /// The delta batches after a time or an earlier answer, in order.
    #[wasm_bindgen(skip_typescript)]
    pub fn deltas(&self, options: JsValue) -> Thrown<JsValue> {
        self.calls.deltas(&options)
    }

    /// Moves a cursor as a seek expression says and returns the cursor there.
    #[wasm_bindgen(skip_typescript)]
    pub fn seek(&self, cursor: JsValue, expression: &str) -> Thrown<JsValue> {
        self.calls.seek(&cursor, expression)
    }

    /// When a condition held.
    #[wasm_bindgen(skip_typescript)]
    pub fn find(&self, options: JsValue) -> Thrown<JsValue> {
        self.calls.find(&options)
    }

    /// What the updates of each path come to.
    #[wasm_bindgen(skip_typescript)]
    pub fn statistics(&self, options: JsValue) -> Thrown<JsValue> {
        self.calls.statistics(&options)
    }

    /// The paths whose events differ between two times.
    #[wasm_bindgen(skip_typescript)]
    pub fn diff(&self, before: JsValue, after: JsValue, options: JsValue) -> Thrown<JsValue> {
        self.calls.diff(&before, &after, &options)
    }

    /// All updates as typed arrays.
    #[wasm_bindgen(skip_typescript)]
    pub fn columns(&self, options: JsValue) -> Thrown<JsValue> {
        self.calls.columns(&options)
    }

    /// Begins an export.
    #[wasm_bindgen(skip_typescript)]
    pub fn export(&self, options: JsValue) -> Thrown<Exporting> {
        Exporting::start(&self.calls.recording, &options)
    }

    /// Begins a check of everything.
    #[wasm_bindgen(skip_typescript)]
    pub fn verify(&self) -> Verifying {
        Verifying::start(&self.calls.recording)
    }

    /// Takes the bytes of the file after it grew, and those of its path index where that may have
    /// grown too, and reads only the records that are new. Returns the new `info()`.
    #[wasm_bindgen(skip_typescript)]
    pub fn rescan(&mut self, bytes: JsValue, options: JsValue) -> Thrown<JsValue> {
        let OpenArgs { path_index, .. } = OpenArgs::read(&options)?;
        let pages = pages_of(&bytes).map_err(failure)?;
        let path_index = path_index.map(|bytes| pages_of(&bytes)).transpose().map_err(failure)?;
        let recording = self.calls.recording_mut().ok_or_else(|| {
            let message = "a copy or an export of this archive is being made; wait for it";
            failure(Failure::new("busy", message))
        })?;
        recording.rescan(pages, path_index).map_err(failure)?;
        self.info()
    }

    /// What a scan of the file found, so that it need not be scanned again.
    #[wasm_bindgen(skip_typescript)]
    pub fn sidecar(&self) -> Thrown<Uint8Array> {
        let archive = self.calls.recording.archive().ok_or_else(no_file)?;
        Ok(Uint8Array::from(&sidecar::make(archive).map_err(thrown)?[..]))
    }

    /// An indexed copy that is not compressed.
    #[wasm_bindgen(js_name = buildIndex, skip_typescript)]
    pub fn build_index(&self) -> Thrown<Uint8Array> {
        let recording = &self.calls.recording;
        let archive = recording.archive().ok_or_else(no_file)?;
        let mut export = BuildIndex::new(archive);
        let mut parts = Parts::default();
        while export.step().map_err(thrown)? {
            parts.push(&export.take());
        }
        recording.note(export.left_out().listed());
        parts.join(&export.head())
    }

    /// A compressed copy.
    #[wasm_bindgen(skip_typescript)]
    pub fn compress(&self, options: JsValue) -> Promise {
        let recording = Rc::clone(&self.calls.recording);
        future_to_promise(async move {
            let archive = recording.archive().ok_or_else(no_file)?;
            let note = |problems: &Problems| recording.note(problems.listed());
            compress::compress(archive, &options, note).await.map(JsValue::from)
        })
    }
}

/// An archive always has its file.
fn no_file() -> JsValue {
    failure(Failure::new("internal", "this archive has no file"))
}
