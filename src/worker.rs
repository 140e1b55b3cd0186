//! The worker's edge: takes calls from the page, reads files, posts what the session answers.
//!
//! Calls are handled one after the other, each to its end. A scan goes on between them, a page of
//! the file at a time. A panic is posted as [`Signal::Broken`]; the page then starts another worker.

use crate::archive::Archive;
use crate::protocol::{Call, Failure, Reply, Request, RequestId, Response};
use crate::session::{Looked, NamedPages, Session};
use crate::source::{
    CacheSize, Pages,
    browser::{BlobSource, ReadAhead},
};
use crate::wire::{self, Signal};
use js_sys::{Array, Date, Promise};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DedicatedWorkerGlobalScope, File, MessageEvent};

/// How often the page is told how far a scan is, in milliseconds; and after how many at the latest
/// it is told of a file at all.
const TELL_EVERY: f64 = 100.0;

/// The same while files are added, of which each makes the page ask again for all that it shows.
const TELL_ADDED: f64 = 1_000.0;

/// Where the page's questions take longer, they have this part of the time at most: after each news it asks them anew.
const PART_FOR_NEWS: f64 = 0.2;

/// How much is held of a file that is added to others, of which there may be thousands.
const ADDED: CacheSize = CacheSize { page: 1 << 20, pages: 4 };

type Handler = Closure<dyn Fn(MessageEvent)>;

thread_local! {
    /// The worker takes messages for as long as it lives.
    static HANDLER: OnceCell<Handler> = const { OnceCell::new() };
}

struct Worker {
    scope: DedicatedWorkerGlobalScope,
    /// Never borrowed across an `await`, so never twice.
    session: RefCell<Session>,
    file: RefCell<Option<Blob>>,
    /// Counts the files that were opened.
    opened: Cell<u32>,
    /// When the page was told of files that were added.
    told: Cell<f64>,
    /// How long answers took since then, in milliseconds.
    answering: Cell<f64>,
    /// The number of the scan that may go on. Those of before end when they see that they are not
    /// the one.
    scan: Cell<u32>,
}

/// Starts to take calls. Does nothing outside a dedicated worker.
pub fn run() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    std::panic::set_hook(Box::new(|panic| {
        if let Ok(scope) = js_sys::global().dyn_into() {
            post(&scope, &Signal::Broken { message: panic.to_string() });
        }
    }));
    let worker = Rc::new(Worker {
        scope: scope.clone(),
        session: RefCell::default(),
        file: RefCell::default(),
        opened: Cell::default(),
        told: Cell::default(),
        answering: Cell::default(),
        scan: Cell::default(),
    });
    let handler = Closure::new(move |event: MessageEvent| worker.take(event.data()));
    HANDLER.with(|kept| {
        let handler = kept.get_or_init(|| handler);
        scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    });
    post(&scope, &Signal::Ready);
}

impl Worker {
    fn take(self: &Rc<Self>, message: JsValue) {
        let parts = Array::from(&message);
        let Call { id, request } = match wire::from_js(parts.get(0)) {
            Ok(call) => call,
            Err(error) => {
                let message = format!("unreadable call: {error}");
                return post(&self.scope, &Signal::Broken { message });
            }
        };
        let file = parts.get(1).dyn_into::<File>();
        let response = match (request, file) {
            (Request::Open { name }, Ok(file)) => {
                match self.open(name, file.into(), path_indexes(&parts.get(2))) {
                    // Answered by the scan.
                    Ok(()) => return self.start_scan(Some(id)),
                    Err(failure) => Err(failure),
                }
            }
            (Request::Refresh { .. }, Ok(file)) => {
                self.refresh(file.into(), path_indexes(&parts.get(2)).pop())
            }
            (Request::AddFile { name, is_last }, Ok(file)) => {
                return self.add_file(id, name, file.into(), is_last);
            }
            (Request::LookAt { name, is_last }, Ok(file)) => {
                return self.look_at(id, name, file.into(), is_last);
            }
            (Request::AddNames { name }, Ok(file)) => pages(&file)
                .and_then(|pages| self.session.borrow_mut().add_names(NamedPages { name, pages })),
            (request, _) => {
                let resumes = request == Request::Resume;
                let asked = Date::now();
                let response = self.session.borrow_mut().handle(request);
                self.answering.set(self.answering.get() + (Date::now() - asked));
                if resumes {
                    self.start_scan(None);
                }
                response
            }
        };
        self.reply(id, response);
    }

    fn open(&self, name: String, file: Blob, names: Vec<NamedPages>) -> Result<(), Failure> {
        self.session.borrow_mut().start(name, pages(&file)?, names)?;
        self.opened.set(self.opened.get().wrapping_add(1));
        self.file.replace(Some(file));
        Ok(())
    }

    fn refresh(
        self: &Rc<Self>,
        file: Blob,
        names: Option<NamedPages>,
    ) -> Result<Response, Failure> {
        self.session.borrow_mut().refresh(pages(&file)?, names)?;
        self.file.replace(Some(file));
        let summary = self.session.borrow().summary();
        self.start_scan(None);
        summary.map(Response::Scanned)
    }

    /// Lets the messages come in that wait.
    async fn rest(&self) {
        let later = Promise::new(&mut |resolve, _| {
            // Without a clock there is no rest, and no harm.
            if self.scope.set_timeout_with_callback(&resolve).is_err() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        });
        let _ = JsFuture::from(later).await;
    }

    /// Scans a file beside the open one, a page at a time between whatever else is asked.
    ///
    /// # Errors
    /// Where it is no archive, and of kind `changed` where something else was opened meanwhile.
    async fn scan_beside(&self, file: &Blob, opened: u32) -> Result<Archive, Failure> {
        let mut archive = Archive::start(pages_of(file, ADDED)?)?;
        let page = ADDED.bytes();
        let mut until = page;
        while !archive.scan_to(until) {
            until = until.max(archive.index().end()).saturating_add(page);
            // What else is asked gets its turn.
            self.rest().await;
            self.is_still(opened)?;
        }
        Ok(archive)
    }

    /// Whether what was open is open.
    fn is_still(&self, opened: u32) -> Result<(), Failure> {
        let is_it = self.opened.get() == opened;
        is_it
            .then_some(())
            .ok_or_else(|| Failure::new("changed", "another file was opened meanwhile"))
    }

    /// Scans another file and adds it to the open one.
    fn add_file(self: &Rc<Self>, id: RequestId, name: String, file: Blob, is_last: bool) {
        let worker = Rc::clone(self);
        spawn_local(async move {
            let response = match worker.scan_beside(&file, worker.opened.get()).await {
                Ok(archive) => worker.session.borrow_mut().add_file(&name, archive),
                Err(failure) => Err(failure),
            };
            worker.added(id, response, is_last);
        });
    }

    /// Looks at a file of the open recording, and takes in what is new of it.
    fn look_at(self: &Rc<Self>, id: RequestId, name: String, file: Blob, is_last: bool) {
        let worker = Rc::clone(self);
        spawn_local(async move {
            let response = worker.take_in(&name, &file).await;
            worker.added(id, response, is_last);
        });
    }

    async fn take_in(&self, name: &str, file: &Blob) -> Result<(), Failure> {
        let opened = self.opened.get();
        let looked = self.session.borrow_mut().look(name, |size| pages_of(file, size))?;
        if looked == Looked::Known {
            while self.session.borrow_mut().scan_file(name, ADDED.bytes()) {
                self.rest().await;
                self.is_still(opened)?;
            }
            return Ok(());
        }
        let archive = self.scan_beside(file, opened).await?;
        self.session.borrow_mut().join_file(name, archive, looked)
    }

    /// Answers for a file that was added or looked at, and tells what is known of all files by now.
    fn added(&self, id: RequestId, response: Result<(), Failure>, is_last: bool) {
        let pause = TELL_ADDED.max(self.answering.get() / PART_FOR_NEWS);
        if is_last || Date::now() - self.told.get() >= pause {
            self.tell(None);
            self.told.set(Date::now());
            self.answering.set(0.0);
        }
        self.reply(id, response.map(|()| Response::Added));
    }

    /// Starts to scan what is not scanned yet; a scan that goes on ends. `call` is answered when
    /// all is scanned, or soon.
    fn start_scan(self: &Rc<Self>, call: Option<RequestId>) {
        self.scan.set(self.scan.get().wrapping_add(1));
        if let Some(file) = self.file.borrow().clone() {
            spawn_local(Rc::clone(self).scan(self.scan.get(), file, call));
        }
    }

    async fn scan(self: Rc<Self>, number: u32, file: Blob, mut call: Option<RequestId>) {
        // Of a file that takes long there is something to look at after the first page.
        let is_large = file.size() > CacheSize::default().bytes() as f64;
        let mut told = if is_large { 0.0 } else { Date::now() };
        let mut ahead = ReadAhead::new(file, CacheSize::default().page);
        let mut memory = Vec::new();
        loop {
            let next = self.session.borrow().next_page();
            if let Some(page) = next {
                let bytes = match page.is_held {
                    true => None,
                    false => ahead.page(page.number, std::mem::take(&mut memory)).await,
                };
                if self.scan.get() != number {
                    // Another file is open, or this one is scanned anew. Whoever waits for this
                    // scan is told what there was.
                    return call.map_or((), |call| self.tell(Some(call)));
                }
                let mut session = self.session.borrow_mut();
                if let Some(bytes) = bytes {
                    memory = session.put_page(page.number, bytes);
                }
                session.scan_to(page.end);
            }
            if next.is_none() || Date::now() - told >= TELL_EVERY {
                self.tell(call.take());
                told = Date::now();
            }
            if next.is_none() {
                return;
            }
        }
    }

    /// Tells how far the scan is: as the answer to a call, or unasked.
    fn tell(&self, call: Option<RequestId>) {
        let summary = self.session.borrow().summary();
        match (call, summary) {
            (Some(id), summary) => self.reply(id, summary.map(Response::Opened)),
            (None, Ok(summary)) => post(&self.scope, &Signal::Scanned(summary)),
            (None, Err(_)) => {}
        }
    }

    fn reply(&self, id: RequestId, response: Result<Response, Failure>) {
        post(&self.scope, &Signal::Reply(Reply { id, response }));
    }
}

/// The path indexes that came beside a file. One that cannot be read is as good as none.
fn path_indexes(files: &JsValue) -> Vec<NamedPages> {
    let Some(files) = files.dyn_ref::<Array>() else { return Vec::new() };
    let named = |file: JsValue| {
        let file = file.dyn_into::<File>().ok()?;
        Some(NamedPages { name: file.name(), pages: pages(&file).ok()? })
    };
    files.iter().filter_map(named).collect()
}

fn pages(file: &Blob) -> Result<Pages, Failure> {
    pages_of(file, CacheSize::default())
}

fn pages_of(file: &Blob, size: CacheSize) -> Result<Pages, Failure> {
    let source = BlobSource::new(file.clone()).map_err(|e| Failure::new("source", e))?;
    Ok(Pages::new(source, size))
}

/// Nothing is left to be told where posting itself fails, so that is only logged.
fn post(scope: &DedicatedWorkerGlobalScope, signal: &Signal) {
    let posted =
        wire::to_js(signal).map_err(JsValue::from).and_then(|message| scope.post_message(&message));
    if let Err(error) = posted {
        web_sys::console::error_1(&error);
    }
}
