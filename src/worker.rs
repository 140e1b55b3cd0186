//! The worker's edge: takes calls from the page, reads files, posts what the session answers.
//!
//! Calls are handled one after the other, each to its end. A panic is posted as [`Signal::Broken`];
//! the page then starts another worker.

use crate::protocol::{Call, Failure, Reply, Request, RequestId, Response};
use crate::session::Session;
use crate::source::{CacheSize, Pages, browser::BlobSource};
use crate::wire::{self, Signal};
use js_sys::Array;
use std::cell::{OnceCell, RefCell};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

type Handler = Closure<dyn Fn(MessageEvent)>;

thread_local! {
    /// The worker takes messages for as long as it lives.
    static HANDLER: OnceCell<Handler> = const { OnceCell::new() };
}

/// Starts to take calls. Does nothing outside a dedicated worker.
pub fn run() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    std::panic::set_hook(Box::new(|panic| {
        if let Some(scope) = scope_of_this_worker() {
            post(&scope, &Signal::Broken { message: panic.to_string() });
        }
    }));
    let session = RefCell::new(Session::new());
    let target = scope.clone();
    let handler = Closure::new(move |event: MessageEvent| {
        // Messages are handled one after the other, so the session is never borrowed twice.
        take(&target, &mut session.borrow_mut(), event.data());
    });
    HANDLER.with(|kept| {
        let handler = kept.get_or_init(|| handler);
        scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    });
    post(&scope, &Signal::Ready);
}

fn scope_of_this_worker() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

fn take(scope: &DedicatedWorkerGlobalScope, session: &mut Session, message: JsValue) {
    let parts = Array::from(&message);
    let call: Call = match wire::from_js(parts.get(0)) {
        Ok(call) => call,
        Err(error) => {
            return post(scope, &Signal::Broken { message: format!("unreadable call: {error}") });
        }
    };
    let Call { id, request } = call;
    let response = match request {
        Request::Open { name } => open(scope, session, id, name, parts.get(1)),
        request => session.handle(request),
    };
    post(scope, &Signal::Reply(Reply { id, response }));
}

fn open(
    scope: &DedicatedWorkerGlobalScope,
    session: &mut Session,
    id: RequestId,
    name: String,
    file: JsValue,
) -> Result<Response, Failure> {
    let Ok(file) = file.dyn_into::<File>() else {
        // Says that the file is missing.
        return session.handle(Request::Open { name });
    };
    let source = BlobSource::new(file.into()).map_err(|e| Failure::new("source", e))?;
    session.open_pages(name, Pages::new(source, CacheSize::default()), |done, length| {
        post(scope, &Signal::Reading { id, done, length });
    })
}

/// Nothing is left to be told where posting itself fails, so that is only logged.
fn post(scope: &DedicatedWorkerGlobalScope, signal: &Signal) {
    let posted =
        wire::to_js(signal).map_err(JsValue::from).and_then(|message| scope.post_message(&message));
    if let Err(error) = posted {
        web_sys::console::error_1(&error);
    }
}
