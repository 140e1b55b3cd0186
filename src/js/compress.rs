//! `compress`: reads and writes here, and lets the module compress that is loaded for it.

use super::{
    args::CompressArgs,
    parts::Parts,
    values::{failure, thrown},
};
use crate::{
    archive::Archive,
    export::{Compress, Frames, Lesson},
    index::Problems,
    protocol::Failure,
};
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

/// How many bytes are compressed before whoever calls gets to do something else: some tens of
/// milliseconds of work at level 19.
const CHUNK: usize = 32 << 10;

// A module that is not part of the package's own: what compresses weighs on nobody who only reads.
#[wasm_bindgen(inline_js = r#"
const here = import.meta.url;
let loading;
export function load() {
  loading ??= import("../../netidx_archive_viewer_encoder.js")
    .then(async (module) => {
      const runs = globalThis.process?.versions?.node;
      if (!runs || !here.startsWith("file:")) await module.default();
      else {
        // Node does not fetch files.
        const fs = await import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${"fs/promises"}`);
        const name = "../../netidx_archive_viewer_encoder_bg.wasm";
        await module.default({ module_or_path: await fs.readFile(new URL(name, here)) });
      }
      return module;
    })
    .catch((error) => {
      loading = undefined;
      throw error;
    });
  return loading;
}
export const pause = () => new Promise((resolve) => setTimeout(resolve));
"#)]
extern "C" {
    fn load() -> Promise;
    fn pause() -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// What `encoder.rs` exports.
    type Module;
    #[wasm_bindgen(method, catch)]
    fn finish(
        this: &Module,
        content: &[u8],
        examples: &[u8],
        lengths: &[u32],
        size: u32,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn encoder(this: &Module, dictionary: &[u8], level: i32) -> Result<ModuleEncoder, JsValue>;

    type ModuleEncoder;
    #[wasm_bindgen(method, catch)]
    fn encode(this: &ModuleEncoder, bytes: &[u8], lengths: &[u32]) -> Result<Array, JsValue>;
    #[wasm_bindgen(method)]
    fn free(this: &ModuleEncoder);
}

/// Frees what the other module holds.
struct Encoder(ModuleEncoder);

impl Drop for Encoder {
    fn drop(&mut self) {
        self.0.free();
    }
}

/// Makes the compressed copy; `note` hears what is left out.
pub(super) async fn compress(
    archive: &Archive,
    options: &JsValue,
    note: impl FnOnce(&Problems),
) -> Result<Uint8Array, JsValue> {
    let CompressArgs { options } = CompressArgs::read(options)?;
    let mut export = Compress::new(archive, &options).map_err(thrown)?;
    let module: Module = JsFuture::from(load()).await.map_err(|e| not_loaded(&e))?.unchecked_into();
    while export.train().map_err(thrown)? {
        rest().await;
    }
    let dictionary = match export.lesson() {
        Some(Lesson { content, examples, lengths, size }) => {
            module.finish(&content, &examples, &lengths, size as u32).map_err(broken)?
        }
        None => JsValue::UNDEFINED,
    };
    let dictionary = dictionary.dyn_into::<Uint8Array>().map(|it| it.to_vec()).unwrap_or_default();
    let encoder = module.encoder(&dictionary, options.level.get()).map_err(broken)?;
    let encoder = Encoder(encoder);
    export.begin(&dictionary).map_err(thrown)?;
    drop(dictionary);
    let mut parts = Parts::default();
    parts.push(&export.take());
    while let Some((heads, chunk)) = export.chunk_of(CHUNK).map_err(thrown)? {
        let frames = encoder.0.encode(&chunk.bytes, &chunk.lengths).map_err(broken)?;
        let bytes: Uint8Array = frames.get(0).unchecked_into();
        let lengths: js_sys::Uint32Array = frames.get(1).unchecked_into();
        let frames = Frames { bytes: bytes.to_vec(), lengths: lengths.to_vec() };
        export.write(heads, &frames).map_err(thrown)?;
        parts.push(&export.take());
        rest().await;
    }
    note(export.left_out());
    parts.join(&export.head())
}

/// Lets whoever calls do what else is due.
async fn rest() {
    // A clock that does not run is no reason to stop.
    let _ = JsFuture::from(pause()).await;
}

fn not_loaded(error: &JsValue) -> JsValue {
    let message =
        format!("the part of the package that compresses cannot be loaded: {}", said(error));
    failure(Failure::new("source", message))
}

fn broken(error: JsValue) -> JsValue {
    failure(Failure::new("internal", said(&error)))
}

fn said(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{error:?}"),
    }
}
