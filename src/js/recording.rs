//! `Recording`: the files of a recorder's folder as one.

use super::{
    args::{self, Thrown, wrong},
    calls::Calls,
    export::{Exporting, Verifying},
    pages::{HELD, MAX_COPIED, pages_with},
    values::failure,
};
use crate::recording::Opening;
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, prelude::*};

/// The files of a recorder's folder, opened as one.
#[wasm_bindgen]
pub struct Recording {
    calls: Calls,
}

#[wasm_bindgen]
impl Recording {
    /// Opens files: an array of `{ name, source }`, whose names are `shard/name`, or `name` alone.
    #[wasm_bindgen(skip_typescript)]
    pub fn open(files: JsValue, options: JsValue) -> Thrown<Recording> {
        args::check_options(&options, &[])?;
        let files: Array = files
            .dyn_into()
            .map_err(|_| wrong("Recording.open takes an array of { name, source }"))?;
        let mut opening = Opening::default();
        for file in files.iter() {
            let name = Reflect::get(&file, &"name".into())?;
            let name = name.as_string().ok_or_else(|| wrong("name must be a string"))?;
            let source = Reflect::get(&file, &"source".into())?;
            opening.add(&name, || pages_with(&source, HELD, MAX_COPIED)).map_err(failure)?;
        }
        Ok(Self { calls: Calls::new(opening.finish().map_err(failure)?) })
    }

    /// What the recording is, its shards and their files, and what was found wrong so far.
    #[wasm_bindgen(skip_typescript)]
    pub fn info(&self) -> Thrown<JsValue> {
        self.calls.info()
    }

    /// All paths with their numbers in this recording, and the shards that they are of.
    #[wasm_bindgen(skip_typescript)]
    pub fn paths(&self) -> Thrown<JsValue> {
        self.calls.paths()
    }

    /// The last event of every path at a time, in path order; of one path in two shards by shard.
    #[wasm_bindgen(skip_typescript)]
    pub fn image(&self, options: JsValue) -> Thrown<JsValue> {
        self.calls.image(&options)
    }

    /// The delta batches after a time or an earlier answer: those of a shard in their order, the shards by
    /// time.
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

    /// All updates as typed arrays.
    #[wasm_bindgen(skip_typescript)]
    pub fn columns(&self, options: JsValue) -> Thrown<JsValue> {
        self.calls.columns(&options)
    }
}
