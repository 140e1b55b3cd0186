//! Workers that compress: the same program, started again for each processor.

use crate::{
    export::{Chunk, Encoder, Frames, Level},
    protocol::Failure,
};
use js_sys::{Array, Function, Promise, Uint8Array, Uint32Array};
use std::{cell::RefCell, collections::VecDeque, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, ErrorEvent, MessageEvent, Worker, WorkerOptions};

/// The script that starts this program.
const SCRIPT: &str = "export-boot.js";

/// More than this many would take memory that a tab may not have: each holds the dictionary in
/// tables of its own.
const MOST: usize = 8;

/// How many chunks wait at each encoder, the one in work among them.
const WAITING: usize = 2;

/// Encoders that share the work.
pub(super) struct Encoders(Vec<Link>);

struct Link {
    worker: Worker,
    waiting: Rc<RefCell<VecDeque<Settle>>>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

/// The two ends of a promise.
struct Settle {
    resolve: Function,
    reject: Function,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Encoders {
    /// Starts one for each processor.
    pub fn start(
        scope: &DedicatedWorkerGlobalScope,
        dictionary: &[u8],
        level: Level,
    ) -> Result<Self, Failure> {
        let processors = scope.navigator().hardware_concurrency() as usize;
        let links = (0..processors.clamp(1, MOST)).map(|_| Link::start(dictionary, level));
        links.collect::<Result<_, JsValue>>().map(Self).map_err(|error| broken(&error))
    }

    /// How many chunks may be on their way at a time.
    pub fn capacity(&self) -> usize {
        self.0.len() * WAITING
    }

    /// Lets a chunk be compressed by whoever has the least to do. In work at once.
    pub fn encode(&self, chunk: &Chunk) -> Result<JsFuture, Failure> {
        let least = self.0.iter().min_by_key(|link| link.waiting.borrow().len());
        let link = least.ok_or_else(|| broken(&"there is none".into()))?;
        let promise = Promise::new(&mut |resolve, reject| {
            link.waiting.borrow_mut().push_back(Settle { resolve, reject });
        });
        let bytes = Uint8Array::from(&chunk.bytes[..]);
        let message = Array::of2(&bytes, &Uint32Array::from(&chunk.lengths[..]));
        let sent = link.worker.post_message_with_transfer(&message, &Array::of1(&bytes.buffer()));
        sent.map_err(|error| broken(&error))?;
        Ok(JsFuture::from(promise))
    }

    /// The frames of a chunk.
    pub async fn frames(coming: JsFuture) -> Result<Frames, Failure> {
        let frames = Array::from(&coming.await.map_err(|error| broken(&error))?);
        let (bytes, lengths) = (frames.get(0).dyn_into(), frames.get(1).dyn_into());
        let (Ok(bytes), Ok(lengths)) = (bytes, lengths) else {
            return Err(broken(&frames.get(0)));
        };
        let (bytes, lengths): (Uint8Array, Uint32Array) = (bytes, lengths);
        Ok(Frames { bytes: bytes.to_vec(), lengths: lengths.to_vec() })
    }
}

impl Link {
    fn start(dictionary: &[u8], level: Level) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(web_sys::WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options)?;
        let waiting = Rc::<RefCell<VecDeque<Settle>>>::default();
        let on_message = {
            let waiting = Rc::clone(&waiting);
            Closure::new(move |event: MessageEvent| {
                let settle = waiting.borrow_mut().pop_front();
                if let Some(settle) = settle {
                    // Calling what a promise gave cannot fail.
                    let _ = settle.resolve.call1(&JsValue::NULL, &event.data());
                }
            })
        };
        let on_error = {
            let waiting = Rc::clone(&waiting);
            Closure::new(move |event: ErrorEvent| {
                let message = JsValue::from(event.message());
                for settle in waiting.borrow_mut().drain(..) {
                    let _ = settle.reject.call1(&JsValue::NULL, &message);
                }
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let dictionary = Uint8Array::from(dictionary);
        worker.post_message(&Array::of2(&level.get().into(), &dictionary))?;
        Ok(Self { worker, waiting, _on_message: on_message, _on_error: on_error })
    }
}

fn broken(error: &JsValue) -> Failure {
    let error = error.as_string().unwrap_or_else(|| format!("{error:?}"));
    Failure::new("internal", format!("What compresses broke off: {error}"))
}

/// The other side: takes chunks and gives back their frames, for as long as it lives.
pub(super) struct Encoding(Encoder);

impl Encoding {
    /// Of the first message that an encoder gets.
    pub fn start(message: &Array) -> Result<Self, String> {
        let level = message.get(0).as_f64().and_then(|level| Level::new(level as i32));
        let dictionary = Uint8Array::new(&message.get(1)).to_vec();
        let encoder = Encoder::new(&dictionary, level.unwrap_or_default());
        encoder.map(Self).map_err(|error| error.to_string())
    }

    /// Answers a message.
    pub fn answer(&mut self, message: &Array) -> Result<Array, String> {
        let bytes = Uint8Array::new(&message.get(0)).to_vec();
        let lengths = Uint32Array::new(&message.get(1)).to_vec();
        let frames = self.0.encode(&Chunk { bytes, lengths }).map_err(|error| error.to_string())?;
        let bytes = Uint8Array::from(&frames.bytes[..]);
        Ok(Array::of2(&bytes, &Uint32Array::from(&frames.lengths[..])))
    }
}
