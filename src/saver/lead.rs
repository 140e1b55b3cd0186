//! The edge of the worker that saves, and what its lead does.

use super::{
    encoders::{Encoders, Encoding},
    message::{Left, Task, Told},
    sink::Sink,
};
use crate::{
    archive::Archive,
    export::{BuildIndex, Compress, Doing, Heads, Options, Progress, finish_dictionary},
    format::ErrorKind,
    index::Problems,
    protocol::Failure,
    source::{CacheSize, Pages, browser::BlobSource},
};
use js_sys::{Array, Date};
use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::VecDeque,
};
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, FileSystemFileHandle, MessageEvent};

/// How often the page is told how far it is, in milliseconds.
const TELL_EVERY: f64 = 100.0;

/// How many of the batches that are left out are named.
const NAMED: usize = 20;

/// Few pages are enough: the batches are read in the order of the file, or nearly.
const CACHE: CacheSize = CacheSize { page: 4 << 20, pages: 4 };

type Handler = Closure<dyn Fn(MessageEvent)>;

thread_local! {
    /// The worker takes messages for as long as it lives.
    static HANDLER: OnceCell<Handler> = const { OnceCell::new() };
}

/// What this worker is, which its first message says.
enum Role {
    New,
    Lead,
    Encoder(Box<Encoding>),
}

/// Starts to take messages. Does nothing outside a dedicated worker.
pub fn run() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    std::panic::set_hook(Box::new(|panic| {
        if let Ok(scope) = js_sys::global().dyn_into() {
            fail(&scope, panic.to_string());
        }
    }));
    let role = RefCell::new(Role::New);
    let handler = {
        let scope = scope.clone();
        Closure::new(move |event: MessageEvent| {
            take(&scope, &mut role.borrow_mut(), &Array::from(&event.data()));
        })
    };
    HANDLER.with(|kept| {
        let handler = kept.get_or_init(|| handler);
        scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    });
}

fn take(scope: &DedicatedWorkerGlobalScope, role: &mut Role, message: &Array) {
    match role {
        Role::Lead => {}
        Role::Encoder(encoding) => match encoding.answer(message) {
            Ok(answer) => post(scope, &answer),
            Err(message) => fail(scope, message),
        },
        Role::New => match message.get(1).dyn_into::<File>() {
            Ok(file) => {
                *role = Role::Lead;
                let (task, chosen) = (Array::from(&message.get(0)), message.get(2));
                spawn_local(lead(scope.clone(), task, file, chosen.dyn_into().ok()));
            }
            Err(_) => match Encoding::start(message) {
                Ok(encoding) => *role = Role::Encoder(Box::new(encoding)),
                Err(message) => fail(scope, message),
            },
        },
    }
}

async fn lead(
    scope: DedicatedWorkerGlobalScope,
    task: Array,
    file: File,
    chosen: Option<FileSystemFileHandle>,
) {
    let lead = Lead { scope: scope.clone(), told: Cell::new(0.0) };
    let done = match Task::from_js(&task) {
        Some(task) => lead.save(task, file, chosen).await,
        None => Err(Failure::new("argument", "No such copy can be made")),
    };
    match done {
        Ok(done) => post(&scope, &done.to_js()),
        Err(failure) => fail(&scope, failure.message),
    }
}

struct Lead {
    scope: DedicatedWorkerGlobalScope,
    /// When the page was told last.
    told: Cell<f64>,
}

/// What is left to say of a file that is written.
struct Written {
    head: [u8; 26],
    length: u64,
    left: Left,
}

impl Lead {
    async fn save(
        &self,
        task: Task,
        file: File,
        chosen: Option<FileSystemFileHandle>,
    ) -> Result<Told, Failure> {
        let source = BlobSource::new(file.into()).map_err(|e| Failure::new("source", e))?;
        let mut archive = Archive::start(Pages::new(source, CACHE))?;
        archive.scan_to(u64::MAX);
        let unread = archive.index().problems().find(|problem| problem.kind() == ErrorKind::Source);
        if let Some(problem) = unread {
            return Err(problem.clone().into());
        }
        let sink = Sink::open(chosen).await?;
        let written = match task {
            Task::Index => self.index(&archive, &sink).await,
            Task::Compress(options) => self.compress(&archive, &options, &sink).await,
        };
        match written {
            Ok(Written { head, length, left }) => {
                let blob = sink.finish(&head).await?;
                Ok(Told::Done { written: length, left, blob })
            }
            Err(failure) => {
                sink.abort().await;
                Err(failure)
            }
        }
    }

    async fn index(&self, archive: &Archive, sink: &Sink) -> Result<Written, Failure> {
        let mut export = BuildIndex::new(archive);
        let mut length = 0;
        while export.step()? {
            let piece = export.take();
            length += piece.len() as u64;
            sink.write(&piece).await?;
            self.tell((Doing::Compressing, export.progress()), length);
        }
        Ok(Written { head: export.head(), length, left: left(export.left_out()) })
    }

    async fn compress(
        &self,
        archive: &Archive,
        options: &Options,
        sink: &Sink,
    ) -> Result<Written, Failure> {
        let mut export = Compress::new(archive, options)?;
        while export.train()? {
            self.tell(export.progress(), 0);
        }
        let dictionary = export.lesson().and_then(|lesson| finish_dictionary(&lesson));
        let dictionary = dictionary.unwrap_or_default();
        export.begin(&dictionary)?;
        let encoders = Encoders::start(&self.scope, &dictionary, options.level)?;
        drop(dictionary);
        let mut coming: VecDeque<(Heads, JsFuture)> = VecDeque::new();
        loop {
            while coming.len() < encoders.capacity()
                && let Some((heads, chunk)) = export.chunk()?
            {
                coming.push_back((heads, encoders.encode(&chunk)?));
            }
            let Some((heads, frames)) = coming.pop_front() else { break };
            export.write(heads, &Encoders::frames(frames).await?)?;
            sink.write(&export.take()).await?;
            self.tell(export.progress(), export.written());
        }
        sink.write(&export.take()).await?;
        Ok(Written { head: export.head(), length: export.written(), left: left(export.left_out()) })
    }

    fn tell(&self, (doing, Progress { done, total }): (Doing, Progress), written: u64) {
        let now = Date::now();
        if now - self.told.get() >= TELL_EVERY {
            self.told.set(now);
            let part = done as f64 / total.max(1) as f64;
            post(&self.scope, &Told::Going { doing, part, written }.to_js());
        }
    }
}

fn left(problems: &Problems) -> Left {
    let first = problems.listed().iter().take(NAMED).map(ToString::to_string).collect();
    Left { count: problems.count(), first }
}

fn fail(scope: &DedicatedWorkerGlobalScope, message: String) {
    post(scope, &Told::Failed { message }.to_js());
}

/// Nothing is left to be told where posting itself fails, so that is only logged.
fn post(scope: &DedicatedWorkerGlobalScope, message: &Array) {
    if let Err(error) = scope.post_message(message) {
        web_sys::console::error_1(&error);
    }
}
