//! The page's side of the worker.
//!
//! A [`Client`] starts the worker, holds calls back until it is ready, keeps at most one request
//! of a kind in flight ([`lanes`]), and starts another worker where one breaks: the page stays, and
//! the file that was open is opened again. What happens comes out as [`Event`]s, in order.

mod handle;
pub mod lanes;
mod opened;
mod saving;

use crate::format::ErrorKind;
use crate::protocol::{Failure, Reply, Request, Response, Summary};
use crate::wire::{self, Signal};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
pub use handle::{Coming, Handle, by_callback};
use js_sys::{Array, Date, Function, Promise};
use lanes::{Lanes, Sent};
pub use opened::{Opened, PathIndex};
pub use saving::{Place, Saving};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ErrorEvent, File, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// The script that starts the worker, beside the page.
const SCRIPT: &str = "worker-boot.js";

/// How often a file that changes while it is opened is taken anew.
const MAX_TRIES: u32 = 3;

/// What comes from the worker.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// More of the open file is scanned, or all of it.
    Scanned {
        /// What is known by now.
        summary: Summary,
        /// When that is, in milliseconds.
        now: f64,
    },
    /// Whether the file that is open from now on can be looked at again by [`Client::look`].
    Held(bool),
    /// The open file could not be looked at again.
    Lost {
        /// Why not.
        message: String,
    },
    /// The answer to the newest request in flight of its kind.
    Answer {
        /// What was asked.
        request: Request,
        /// The answer.
        response: Result<Response, Failure>,
        /// Nobody asked: the file of before is open again in a new worker.
        restored: bool,
        /// Something else is being opened since this was asked.
        late: bool,
    },
    /// The worker broke and another one runs.
    Restarted {
        /// What happened.
        message: String,
        /// Whether the file that was open is being opened again. Otherwise none is open.
        reopening: bool,
    },
    /// The worker cannot be started.
    Unavailable {
        /// Why not.
        message: String,
    },
}

/// A handle to the worker; clones are the same one.
#[derive(Clone)]
pub struct Client(Rc<RefCell<Inner>>);

impl PartialEq for Client {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What travels beside a request.
#[derive(Debug, Clone, Default, PartialEq)]
struct Beside {
    /// What is opened, or looked at again.
    opened: Option<Opened>,
    /// A path index that is added, with its handle.
    path_index: Option<PathIndex>,
    /// Whether the file is open already.
    is_refresh: bool,
    restored: bool,
    /// Which opening it is part of.
    ticket: u32,
    /// How often the file was taken anew, because it changed before it was read.
    tries: u32,
}

struct Inner {
    events: Callback<Event>,
    lanes: Lanes<Beside>,
    link: Option<Link>,
    /// Tells the signals of this worker from those of one that is gone.
    serial: u32,
    /// Calls for a worker that is not ready yet.
    held: Vec<Sent<Beside>>,
    opened: Option<Opened>,
    /// Counts what was opened, or began to be.
    ticket: u32,
    /// Who waits for a file to be opened.
    opening: Option<Function>,
    /// Who waits for a file to be added.
    adding: Option<Function>,
    /// Who waits for a file of the recording to be looked at.
    looking_at: Option<Function>,
    /// Whether a look at the open file is under way.
    looking: bool,
    /// Whether the worker broke since it last showed an image.
    broke_before: bool,
    /// Drops the listeners of a worker that is gone, when none of them runs.
    retired: Option<Timeout>,
}

/// A running worker. Dropping it ends it.
struct Link {
    worker: Worker,
    ready: bool,
    _listeners: [EventListener; 2],
}

impl Beside {
    /// What crosses: the file, and the path indexes that come with it.
    fn files(self) -> (JsValue, JsValue) {
        match (self.opened, self.path_index) {
            (_, Some(path_index)) => (path_index.file.into(), JsValue::UNDEFINED),
            (Some(opened), None) => {
                let path_indexes = opened.sent_path_indexes(self.is_refresh);
                (opened.file.into(), path_indexes.into())
            }
            (None, None) => (JsValue::UNDEFINED, JsValue::UNDEFINED),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Client {
    /// Starts a worker; `events` is told what it says.
    pub fn start(events: Callback<Event>) -> Self {
        let client = Self(Rc::new(RefCell::new(Inner {
            events,
            lanes: Lanes::new(),
            link: None,
            serial: 0,
            held: Vec::new(),
            opened: None,
            ticket: 0,
            opening: None,
            adding: None,
            looking_at: None,
            looking: false,
            broke_before: false,
            retired: None,
        })));
        client.connect();
        client
    }

    /// Begins to open something. Whatever began before is late from now on.
    pub fn begin(&self) -> u32 {
        let mut inner = self.0.borrow_mut();
        inner.ticket = inner.ticket.wrapping_add(1);
        inner.ticket
    }

    /// What tells what is open, or begins to be, from what is opened later.
    pub fn ticket(&self) -> u32 {
        self.0.borrow().ticket
    }

    /// Whether nothing began to be opened since this.
    pub fn is_newest(&self, ticket: u32) -> bool {
        self.0.borrow().ticket == ticket
    }

    /// Opens a file; with a handle it can be looked at again. Returns whether it is open then.
    pub async fn open(&self, ticket: u32, opened: Opened) -> bool {
        let done = Promise::new(&mut |resolve, _| {
            let before = self.0.borrow_mut().opening.replace(resolve);
            tell_done(before, false);
        });
        let name = opened.name.clone();
        let beside = Beside { opened: Some(opened), ticket, ..Beside::default() };
        self.ask_with(Request::Open { name }, beside);
        JsFuture::from(done).await.is_ok_and(|opened| opened.is_truthy())
    }

    /// Goes on with the open file as it is now.
    pub fn refresh(&self, file: File, handle: Option<Handle>) {
        let Some(opened) = self.0.borrow().opened.clone() else { return };
        self.refresh_with(Opened { file, handle, ..opened });
    }

    fn refresh_with(&self, opened: Opened) {
        let name = opened.name.clone();
        let beside = Beside { opened: Some(opened), is_refresh: true, ..Beside::default() };
        self.ask_with(Request::Refresh { name }, beside);
    }

    /// Adds the paths of a path index to the open file.
    pub fn add_names(&self, path_index: PathIndex) {
        let name = path_index.name.clone();
        let beside = Beside { path_index: Some(path_index), ..Beside::default() };
        self.ask_with(Request::AddNames { name }, beside);
    }

    /// Adds another file of the same shard to the open one; returns whether it was read. One at a time:
    /// whoever asks waits for the answer.
    pub async fn add_file(&self, name: String, file: File, is_last: bool) -> bool {
        let added = Promise::new(&mut |resolve, _| {
            let before = self.0.borrow_mut().adding.replace(resolve);
            tell_done(before, false);
        });
        let path_index = Some(PathIndex { name: name.clone(), file, handle: None });
        let beside = Beside { path_index, ..Beside::default() };
        self.ask_with(Request::AddFile { name, is_last }, beside);
        JsFuture::from(added).await.is_ok_and(|added| added.is_truthy())
    }

    /// Looks at a file of the recording that is open: it may have grown, been rotated or replaced, or be new. Returns
    /// the kind of failure where it could not be taken in. One at a time: whoever asks waits for the answer.
    pub async fn look_at(&self, name: String, file: File, is_last: bool) -> Option<String> {
        let looked = Promise::new(&mut |resolve, _| {
            let before = self.0.borrow_mut().looking_at.replace(resolve);
            tell_kind(before, Some("changed"));
        });
        let path_index = Some(PathIndex { name: name.clone(), file, handle: None });
        let beside = Beside { path_index, ..Beside::default() };
        self.ask_with(Request::LookAt { name, is_last }, beside);
        JsFuture::from(looked).await.ok()?.as_string()
    }

    /// Whether a file of this name is open.
    pub fn is_open(&self, name: &str) -> bool {
        self.0.borrow().opened.as_ref().is_some_and(|opened| opened.file.name() == name)
    }

    /// Whether the open file has ids without paths.
    pub fn lacks_names(&self) -> bool {
        self.0.borrow().opened.as_ref().is_some_and(|opened| opened.lacks_names)
    }

    /// Looks at the open file again, if there is a handle to it, and goes on with what it is now.
    pub fn look(&self) {
        let Some((handle, opened)) = self.held() else { return };
        if std::mem::replace(&mut self.0.borrow_mut().looking, true) {
            return;
        }
        let client = self.clone();
        spawn_local(async move {
            let file = handle.file().await;
            // After the file: a path index is written before its ids are used.
            let mut opened = opened;
            opened.take_path_index().await;
            client.0.borrow_mut().looking = false;
            // By now another file may be open.
            let Some((held, _)) = client.held().filter(|(held, _)| *held == handle) else { return };
            match file {
                Ok(file) => client.refresh_with(Opened { file, handle: Some(held), ..opened }),
                Err(message) => client.tell(Event::Lost { message }),
            }
        });
    }

    /// The open file as it is now.
    ///
    /// # Errors
    /// A clause that says why there is none.
    pub async fn file(&self) -> Result<File, String> {
        let opened = self.0.borrow().opened.clone().ok_or("no file is open")?;
        match opened.handle {
            Some(handle) => handle.file().await,
            None => Ok(opened.file),
        }
    }

    /// Whether a copy would be written over the open file, as far as the browser can tell.
    pub async fn is_open_file(&self, place: &Place) -> bool {
        let handle = self.0.borrow().opened.as_ref().and_then(|opened| opened.handle.clone());
        match (handle, place) {
            (Some(handle), Place::File(file)) => handle.is_same(file).await,
            _ => false,
        }
    }

    /// The open file with the handle to it, unless another file is being opened.
    fn held(&self) -> Option<(Handle, Opened)> {
        let inner = self.0.borrow();
        let opened = inner.opened.as_ref().filter(|_| !inner.lanes.is_opening())?;
        Some((opened.handle.clone()?, opened.clone()))
    }

    /// Asks about the open file.
    pub fn ask(&self, request: Request) {
        self.ask_with(request, Beside::default());
    }

    fn ask_with(&self, request: Request, beside: Beside) {
        let sent = self.0.borrow_mut().lanes.ask(request, beside);
        if let Some(sent) = sent {
            self.send(sent);
        }
    }

    fn send(&self, sent: Sent<Beside>) {
        let worker = {
            let mut inner = self.0.borrow_mut();
            match &inner.link {
                Some(link) if link.ready => link.worker.clone(),
                Some(_) => return inner.held.push(sent),
                // It could not be started, which was told.
                None => return,
            }
        };
        let (call, beside) = sent;
        let posted = wire::to_js(&call).map_err(JsValue::from).and_then(|call| {
            let (file, path_indexes) = beside.files();
            worker.post_message(&Array::of3(&call, &file, &path_indexes))
        });
        if let Err(error) = posted {
            self.broke(format!("{error:?}"));
        }
    }

    fn connect(&self) {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = match Worker::new_with_options(SCRIPT, &options) {
            Ok(worker) => worker,
            Err(error) => return self.tell(Event::Unavailable { message: format!("{error:?}") }),
        };
        let mut inner = self.0.borrow_mut();
        inner.serial += 1;
        let serial = inner.serial;
        let on_message = {
            let client = self.weak(serial);
            EventListener::new(&worker, "message", move |event| {
                let (Some(client), Some(event)) = (client(), event.dyn_ref::<MessageEvent>())
                else {
                    return;
                };
                if let Some(message) = event.data().as_string() {
                    return client.broke(message);
                }
                match wire::from_js(event.data()) {
                    Ok(signal) => client.heard(signal),
                    Err(error) => client.broke(format!("unreadable answer: {error}")),
                }
            })
        };
        let on_error = {
            let client = self.weak(serial);
            EventListener::new(&worker, "error", move |event| {
                let Some(client) = client() else { return };
                let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
                let message = message.filter(|message| !message.is_empty());
                client.broke(message.unwrap_or_else(|| format!("{SCRIPT} did not load")));
            })
        };
        inner.link = Some(Link { worker, ready: false, _listeners: [on_message, on_error] });
    }

    /// Finds this client again, unless it or the worker numbered `serial` is gone.
    fn weak(&self, serial: u32) -> impl Fn() -> Option<Client> + 'static {
        let weak: Weak<RefCell<Inner>> = Rc::downgrade(&self.0);
        move || weak.upgrade().filter(|inner| inner.borrow().serial == serial).map(Client)
    }

    fn tell(&self, event: Event) {
        let events = self.0.borrow().events.clone();
        events.emit(event);
    }

    fn heard(&self, signal: Signal) {
        match signal {
            Signal::Ready => {
                let held = {
                    let mut inner = self.0.borrow_mut();
                    if let Some(link) = &mut inner.link {
                        link.ready = true;
                    }
                    std::mem::take(&mut inner.held)
                };
                held.into_iter().for_each(|sent| self.send(sent));
            }
            Signal::Scanned(summary) => {
                if let Some(opened) = &mut self.0.borrow_mut().opened {
                    opened.learn(&summary);
                }
                self.tell(Event::Scanned { summary, now: Date::now() });
            }
            Signal::Reply(reply) => self.answered(reply),
            Signal::Broken { message } => self.broke(message),
        }
    }

    fn answered(&self, Reply { id, response }: Reply) {
        let answered = self.0.borrow_mut().lanes.answered(id);
        let Some((request, beside, next)) = answered else { return };
        let late = matches!(request, Request::Open { .. })
            && !beside.restored
            && !self.is_newest(beside.ticket);
        if let Err(failure) = &response
            && !late
            && self.try_again(&request, &beside, failure)
        {
            return;
        }
        if matches!(request, Request::LookAt { .. }) {
            let waiting = self.0.borrow_mut().looking_at.take();
            tell_kind(waiting, response.as_ref().err().map(|failure| failure.kind.as_str()));
        }
        if matches!(request, Request::AddFile { .. }) {
            let waiting = self.0.borrow_mut().adding.take();
            tell_done(waiting, response.is_ok());
        }
        let Beside { opened, path_index, is_refresh, restored, .. } = beside;
        let mut held = None;
        {
            let mut inner = self.0.borrow_mut();
            match (&response, opened) {
                (Ok(Response::Opened(summary) | Response::Scanned(summary)), Some(mut opened)) => {
                    if matches!(request, Request::Open { .. }) {
                        // What is in flight now was asked of the file of before.
                        inner.lanes.forget_views();
                        tell_done(inner.adding.take(), false);
                        tell_kind(inner.looking_at.take(), Some("changed"));
                    }
                    held = Some(opened.handle.is_some());
                    if let Some(before) = inner.opened.take().filter(|_| is_refresh) {
                        opened.keep_added(before);
                    }
                    opened.learn(summary);
                    inner.opened = Some(opened);
                }
                (Ok(Response::Scanned(summary)), None) => {
                    if let Some(opened) = &mut inner.opened {
                        opened.path_indexes.extend(path_index);
                        opened.learn(summary);
                    }
                }
                (Ok(Response::Image(_)), _) => inner.broke_before = false,
                _ => {}
            }
        }
        if let Some(next) = next {
            self.send(next);
        }
        let opening = match &request {
            Request::Open { .. } if !restored => self.0.borrow_mut().opening.take(),
            _ => None,
        };
        let is_open = response.is_ok() && !late;
        self.tell(Event::Answer { request, response, restored, late });
        tell_done(opening, is_open);
        if let Some(held) = held {
            self.tell(Event::Held(held));
        }
    }

    /// Opens a file once more that changed between the look at it and the reading of it.
    fn try_again(&self, request: &Request, beside: &Beside, failure: &Failure) -> bool {
        let is_open = matches!(request, Request::Open { .. });
        if !is_open || failure.kind != ErrorKind::Source.name() || beside.tries >= MAX_TRIES {
            return false;
        }
        let Some(opened) = beside.opened.clone() else { return false };
        let Some(handle) = opened.handle.clone() else { return false };
        let (client, request, ticket) = (self.clone(), request.clone(), beside.ticket);
        let (restored, tries) = (beside.restored, beside.tries + 1);
        spawn_local(async move {
            let file = handle.file().await.unwrap_or_else(|_| opened.file.clone());
            let opened = Opened { file, ..opened };
            let beside =
                Beside { opened: Some(opened), restored, ticket, tries, ..Beside::default() };
            if client.is_newest(ticket) {
                client.ask_with(request, beside);
            }
        });
        true
    }

    /// Starts another worker in place of a broken one.
    fn broke(&self, message: String) {
        let (was_ready, reopen, wanted) = {
            let mut inner = self.0.borrow_mut();
            let was_ready = inner.link.as_ref().is_some_and(|link| link.ready);
            inner.serial += 1;
            let link = inner.link.take();
            if let Some(link) = &link {
                link.worker.terminate();
            }
            inner.retired = Some(Timeout::new(0, move || drop(link)));
            inner.held.clear();
            tell_done(inner.opening.take(), false);
            tell_done(inner.adding.take(), false);
            tell_kind(inner.looking_at.take(), Some("changed"));
            let [opening, waiting] = inner.lanes.forget_all();
            // A file that breaks the worker is not opened twice in a row; while another one was
            // being opened, the open one is not to blame.
            let blameless = opening.is_some() || !inner.broke_before;
            inner.broke_before |= opening.is_none();
            let reopen = inner.opened.take().filter(|_| blameless);
            (was_ready, reopen, waiting)
        };
        if !was_ready {
            return self.tell(Event::Unavailable { message });
        }
        self.connect();
        self.tell(Event::Restarted { message, reopening: reopen.is_some() });
        if let Some(opened) = reopen {
            let (name, ticket) = (opened.name.clone(), self.0.borrow().ticket);
            let opened = Some(opened);
            let beside = Beside { opened, restored: true, ticket, ..Beside::default() };
            self.ask_with(Request::Open { name }, beside);
        }
        if let Some((request, beside)) = wanted {
            self.ask_with(request, beside);
        }
    }
}

/// Tells whoever waits whether what was asked for is done.
fn tell_done(waiting: Option<Function>, done: bool) {
    if let Some(waiting) = waiting {
        // It is the browser's own function, which does not fail.
        let _ = waiting.call1(&JsValue::UNDEFINED, &done.into());
    }
}

/// Tells whoever waits the kind of failure, or that there was none.
fn tell_kind(waiting: Option<Function>, kind: Option<&str>) {
    if let Some(waiting) = waiting {
        // It is the browser's own function, which does not fail.
        let _ = waiting.call1(&JsValue::UNDEFINED, &kind.map_or(JsValue::UNDEFINED, JsValue::from));
    }
}
