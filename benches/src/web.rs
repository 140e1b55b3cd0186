//! The browser's side: the same lines, answered in a worker.

use crate::{Bench, Work};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// A [`Bench`] for JavaScript.
#[wasm_bindgen]
pub struct WebBench(Bench);

#[wasm_bindgen]
impl WebBench {
    /// Opens a file. Its bytes stay with JavaScript and are copied before every opening.
    pub fn load(buffer: ArrayBuffer) -> Result<WebBench, JsError> {
        let bytes = move || {
            let array = Uint8Array::new(&buffer);
            let mut bytes = Vec::new();
            bytes.try_reserve_exact(array.length() as usize)?;
            bytes.resize(array.length() as usize, 0);
            array.copy_to(&mut bytes);
            Ok(bytes)
        };
        Bench::open(bytes, now).map(WebBench).map_err(|error| JsError::new(&error.to_string()))
    }

    /// How many delta batches the file has.
    pub fn batches(&self) -> usize {
        self.0.batches()
    }

    /// `<milliseconds> <items> <unsubscribed> <total>` of a work.
    pub fn run(&mut self, work: &str) -> Result<String, JsError> {
        let work = Work::from_name(work).ok_or_else(|| JsError::new("no such work"))?;
        let (ms, count) = self.0.run(work).map_err(|error| JsError::new(&error.to_string()))?;
        Ok(format!("{ms} {count}"))
    }
}
