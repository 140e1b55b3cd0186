//! The browser's side: the same lines, answered in a worker.

use crate::{Bench, Work};
use js_sys::{ArrayBuffer, Uint8Array};
use netidx_archive_viewer::{
    session::Session,
    source::{
        CacheSize, Pages,
        browser::{BlobSource, ReadAhead},
    },
};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};
use web_sys::Blob;

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

/// Opens a file as the page's worker does, which tells the page how far it is beside that. How many
/// delta batches it has.
#[wasm_bindgen]
pub async fn open_file(file: Blob) -> Result<f64, JsError> {
    let wrong = |message: String| JsError::new(&message);
    let size = CacheSize::default();
    let source = BlobSource::new(file.clone()).map_err(wrong)?;
    let mut session = Session::new();
    session.start(String::new(), Pages::new(source, size)).map_err(|e| wrong(e.message))?;
    let mut ahead = ReadAhead::new(file, size.page);
    let mut memory = Vec::new();
    while let Some(page) = session.next_page() {
        if let Some(bytes) = ahead.page(page.number, std::mem::take(&mut memory)).await {
            memory = session.put_page(page.number, bytes);
        }
        session.scan_to(page.end);
    }
    session.summary().map(|summary| summary.delta_batches as f64).map_err(|e| wrong(e.message))
}
