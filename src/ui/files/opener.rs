//! Opens files: those that are dropped, chosen, listed, or fetched from beside the page.
//!
//! Whoever begins to open something takes a ticket. After each wait it is compared: what began later
//! counts, and what comes too late changes nothing.

use super::drop::{Dropped, Found};
use super::fetch::Progress;
use super::list::{Fact, layout};
use super::recording::Listed;
use super::{Files, Place, fetch};
use crate::client::{Client, Handle, Opened, PathIndex};
use crate::format::FileHeader;
use crate::protocol::Request;
use crate::timeline::FileKind;
use crate::ui::by_pointer::ByPointer;
use crate::ui::state::{Action, Dispatch, Opening, Stage};
use crate::ui::{format, recent, url};
use gloo::utils::window;
use js_sys::{Date, Promise, Uint8Array};
use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{File, FileList};

/// The sample that ships with the site, beside the page.
const SAMPLE: &str = "sample/";

/// Said where a fetch failed that never had a chance.
const ELSEWHERE: &str = ". This page may fetch from its own host only: download the file and drop \
                         it here";

/// Where a name says nothing, that many files are looked at to find one to open.
const MAX_LOOKS: usize = 200;
/// Files whose names say nothing are taken for path indexes up to this number and length.
const MAX_GUESSED: usize = 8;
const MAX_GUESSED_LENGTH: u64 = 16 << 20;

/// So many files are on their way while one is read. Of thousands no more than that exist at once.
const AHEAD: usize = 4;

/// The first bytes of a file, which say whether it is an archive.
const HEAD: f64 = 512.0;

/// Progress is told that often, in milliseconds.
const TELL_EVERY: f64 = 100.0;

/// Opens files.
#[derive(Clone, PartialEq)]
pub struct Opener {
    client: Client,
    dispatch: Dispatch,
}

impl Opener {
    /// Opens with `client`, telling `dispatch`.
    pub fn new(client: Client, dispatch: Dispatch) -> Self {
        Self { client, dispatch }
    }

    /// What files are opened with.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Tells the page of something.
    pub(super) fn tell_state(&self, action: Action) {
        self.dispatch.dispatch(action);
    }

    /// Asks about the open file.
    pub fn ask(&self, request: Request) {
        self.client.ask(request);
    }

    /// Opens the newest of the files that a person chose, and keeps the others at hand.
    pub fn chosen(&self, files: &FileList) {
        let files = (0..files.length()).filter_map(|nth| files.get(nth));
        let (list, places): (Vec<Listed>, Vec<Place>) = files
            .map(|file| {
                // A whole number; the cast saturates.
                let length = Some(file.size() as u64);
                (Listed { path: path_of(&file), length }, Place::Given(file))
            })
            .unzip();
        let name = match &list[..] {
            [] => return self.nothing("The folder"),
            [listed] => listed.path.rsplit('/').next().unwrap_or_default().to_owned(),
            all => all[0].path.split_once('/').map_or_else(
                || format::count(all.len() as u64, "file", "files"),
                |(folder, _)| folder.to_owned(),
            ),
        };
        let ticket = self.begin(&name, Stage::Looking);
        self.open_found(ticket, name, Found { list, places, ..Found::default() });
    }

    /// Opens the newest of the files that a person dropped, and keeps the others at hand. A path index
    /// that is dropped onto a file which lacks one is added to it.
    pub fn dropped(&self, dropped: Dropped) {
        if dropped.is_empty() {
            return;
        }
        let is_path_index = |file: &&File| file.name().starts_with("pathindex");
        let added = dropped.single().filter(is_path_index).filter(|_| self.client.lacks_names());
        if added.is_some() {
            let opener = self.clone();
            return spawn_local(async move {
                let found = dropped.find(&|_| true).await;
                if let Some(place) = found.places.into_iter().next() {
                    opener.add_names(place);
                }
            });
        }
        let name = dropped.name();
        let ticket = self.begin(&name, Stage::Listing(0));
        let opener = self.clone();
        spawn_local(async move {
            let told = Cell::new(Date::now());
            let found = dropped
                .find(&|count| {
                    let goes_on = opener.client.is_newest(ticket);
                    if goes_on && Date::now() - told.get() >= TELL_EVERY {
                        told.set(Date::now());
                        opener.tell(Stage::Listing(count as u64));
                    }
                    goes_on
                })
                .await;
            if opener.client.is_newest(ticket) {
                opener.open_found(ticket, name, found);
            }
        });
    }

    /// Opens another of the files at hand, at the same time and with the same path.
    pub fn switch(&self, files: &Files, number: usize) {
        let mut files = files.clone();
        files.open = Some(number);
        let ticket = self.client.begin();
        self.dispatch.dispatch(Action::Switch);
        self.announce(files.label(number), Stage::Looking, Some(files.clone()));
        let opener = self.clone();
        spawn_local(async move {
            if let Err(reason) = opener.open_file(ticket, &files, number).await {
                opener
                    .refuse(ticket, format!("{} cannot be opened: {reason}", files.label(number)));
            }
        });
    }

    /// Adds the other data files of the open one's shard to it, whatever they are called, so that all of them are one.
    pub fn add_all(&self, files: Files) {
        let numbers = files.others_of_shard();
        let (opener, ticket) = (self.clone(), self.client.ticket());
        spawn_local(async move { opener.add(ticket, &files, numbers).await });
    }

    /// Adds the other files of the recording once more: the worker was started anew.
    pub fn add_again(&self, files: Files) {
        let numbers = files.to_add();
        let (opener, ticket) = (self.clone(), self.client.ticket());
        spawn_local(async move { opener.add(ticket, &files, numbers).await });
    }

    /// Adds files to the open one, so that all of them are one timeline. Ends where something else is opened
    /// meanwhile.
    async fn add(&self, ticket: u32, files: &Files, numbers: Vec<usize>) {
        if numbers.is_empty() {
            return;
        }
        let of = numbers.len();
        let mut left = numbers.into_iter();
        let mut coming = VecDeque::new();
        for nth in 0..of {
            let more = left.by_ref().take(AHEAD - coming.len());
            coming.extend(more.map(|number| (number, self.take(ticket, files, number))));
            let Some((number, file)) = coming.pop_front() else { return };
            let file =
                JsFuture::from(file).await.ok().and_then(|file| file.dyn_into::<File>().ok());
            if !self.client.is_newest(ticket) {
                return;
            }
            let is_last = nth + 1 == of;
            let added = match file {
                Some(file) => {
                    let name = files.label(number).to_owned();
                    self.client.add_file(name, file, is_last).await
                }
                None => false,
            };
            if !self.client.is_newest(ticket) {
                return;
            }
            if !added {
                self.dispatch.dispatch(Action::NotAdded(number));
            }
            if is_last || nth % 16 == 0 {
                self.dispatch.dispatch(Action::Adding { done: nth + 1, of });
            }
        }
    }

    /// A file on its way, while others are read: the promise of it, or of nothing where it cannot be had.
    fn take(&self, ticket: u32, files: &Files, number: usize) -> Promise {
        let (client, place) = (self.client.clone(), files.places.get(number).cloned());
        future_to_promise(async move {
            let Some(place) = place else { return Ok(JsValue::UNDEFINED) };
            let file = place.file(&|_, _| client.is_newest(ticket)).await;
            Ok(file.map_or(JsValue::UNDEFINED, |(file, _)| file.into()))
        })
    }

    /// Adds the paths of a path index to the open file.
    pub fn add_names(&self, place: Place) {
        let opener = self.clone();
        spawn_local(async move {
            match place.file(&|_, _| true).await {
                Ok((file, handle)) => {
                    let path_index = PathIndex { name: file.name(), file, handle };
                    opener.client.add_names(path_index);
                    opener.dispatch.dispatch(Action::AddNames(place));
                }
                Err(reason) => {
                    let message = format!("The path index cannot be read: {reason}");
                    opener.dispatch.dispatch(Action::Fail(message));
                }
            }
        });
    }

    /// Finds out more of some files: their lengths, their layouts, and whether they are archives.
    pub fn look_at(&self, files: Files, numbers: Vec<usize>) {
        let opener = self.clone();
        spawn_local(async move {
            let mut facts = Vec::new();
            for number in numbers {
                let Some(place) = files.places.get(number).filter(|it| it.is_at_hand()) else {
                    continue;
                };
                let Ok((file, _)) = place.file(&|_, _| true).await else { continue };
                facts.push((number, fact(&file).await));
            }
            if !facts.is_empty() {
                opener.dispatch.dispatch(Action::Learn(files.places, facts));
            }
        });
    }

    /// Reads on in the open file, which a person chose again; opens it where it is another.
    pub fn again(&self, file: File, handle: Option<Handle>) {
        if self.client.is_open(&file.name()) {
            return self.client.refresh(file, handle);
        }
        let name = file.name();
        let ticket = self.begin(&name, Stage::Looking);
        // A whole number; the cast saturates.
        let listed = Listed { path: name.clone(), length: Some(file.size() as u64) };
        let place = handle.map_or(Place::Given(file), Place::Held);
        let found = Found { list: vec![listed], places: vec![place], ..Found::default() };
        self.open_found(ticket, name, found);
    }

    /// Lets a person choose the open file again, for good.
    pub fn choose_again(&self) {
        let opener = self.clone();
        spawn_local(async move {
            let chosen = match Handle::choose().await {
                Ok(Some(handle)) => handle.file().await.map(|file| (file, handle)),
                Ok(None) => return,
                Err(reason) => Err(reason),
            };
            match chosen {
                Ok((file, handle)) => opener.again(file, Some(handle)),
                Err(reason) => {
                    let message = format!("No file could be chosen: {reason}");
                    opener.dispatch.dispatch(Action::Fail(message));
                }
            }
        });
    }

    /// Opens the sample.
    pub fn sample(&self) {
        self.fetch(SAMPLE.to_owned(), "sample".to_owned());
    }

    /// Opens what `?src=…` of the address names, if it names anything.
    pub fn address(&self) {
        let query = window().location().search().unwrap_or_default();
        if let Some(source) = url::source(&query) {
            let path = source.split(['?', '#']).next().unwrap_or_default();
            let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let name = url::decode(name).unwrap_or_else(|| name.to_owned());
            self.fetch(source, name);
        }
    }

    /// Opens a file of a server, or the newest of a folder, whose address ends in `/`.
    fn fetch(&self, address: String, name: String) {
        let ticket = self.begin(&name, Stage::Fetching { done: 0, length: None });
        let opener = self.clone();
        spawn_local(async move {
            let found = if address.ends_with('/') {
                fetch::folder(&address).await
            } else {
                let listed = Listed { path: name.clone(), length: None };
                Ok(vec![(listed, address.clone())])
            };
            let found = found.map(|files| {
                let placed = files.into_iter().map(|(listed, url)| {
                    let name = listed.path.rsplit('/').next().unwrap_or_default().to_owned();
                    (listed, Place::Address { url, name })
                });
                placed.unzip()
            });
            match found {
                Ok((list, places)) if opener.client.is_newest(ticket) => {
                    opener.open_found(ticket, name, Found { list, places, ..Found::default() });
                }
                Ok(_) => {}
                Err(reason) => opener.refuse(ticket, not_fetched(&address, &reason)),
            }
        });
    }

    /// Opens the newest of some files that is an archive.
    fn open_found(&self, ticket: u32, name: String, found: Found) {
        let Found { list, places, unlisted, folders } = found;
        let mut files = Files::new(&list, places);
        files.folders = ByPointer::new(folders);
        files.unlisted = Rc::new(unlisted);
        let opener = self.clone();
        spawn_local(async move { opener.open_first(ticket, name, files).await });
    }

    async fn open_first(&self, ticket: u32, name: String, mut files: Files) {
        let candidates: Vec<usize> =
            files.recording.first().map(|file| file.number).take(MAX_LOOKS).collect();
        let is_single = files.count() == 1;
        let mut unread = None;
        for number in &candidates {
            files.open = Some(*number);
            let label = files.label(*number).to_owned();
            self.announce(&label, Stage::Looking, Some(files.clone()));
            // What one alone is wrong with, the worker tells.
            match self.open_checked(ticket, &mut files, *number, is_single).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(reason) => unread = unread.or(Some(format!("{label}: {reason}"))),
            }
            if !self.client.is_newest(ticket) {
                return;
            }
        }
        self.refuse(ticket, sentence(&name, &files, candidates.len(), unread));
    }

    /// Opens a file if it is an archive. Returns whether it is.
    async fn open_checked(
        &self,
        ticket: u32,
        files: &mut Files,
        number: usize,
        is_single: bool,
    ) -> Result<bool, String> {
        if is_single {
            self.open_file(ticket, files, number).await?;
            return Ok(true);
        }
        let place = files.places[number].clone();
        if !place.is_at_hand() {
            self.open_file(ticket, files, number).await?;
            return Ok(true);
        }
        let (file, _) = place.file(&|_, _| true).await?;
        let fact = fact(&file).await;
        let is_archive = fact.refused.is_none();
        files.learn(number, fact);
        if is_archive && self.client.is_newest(ticket) {
            self.announce(files.label(number), Stage::Looking, Some(files.clone()));
            self.open_file(ticket, files, number).await?;
        }
        Ok(is_archive)
    }

    /// Gives a file to the worker, with what can have its paths.
    async fn open_file(&self, ticket: u32, files: &Files, number: usize) -> Result<(), String> {
        let place = files.places.get(number).ok_or("it is not in the list")?;
        let fetched = self.progress(ticket);
        let (file, handle) = place.file(&fetched).await.map_err(|reason| match place {
            Place::Address { url, .. } => not_fetched(url, &reason),
            _ => reason,
        })?;
        if !self.client.is_newest(ticket) {
            return Ok(());
        }
        // After the file: a path index is written before its ids are used.
        let path_indexes = self.path_indexes(files, number, &fetched).await;
        if !self.client.is_newest(ticket) {
            return Ok(());
        }
        let label = files.label(number).to_owned();
        let within = files.recording.name.as_str();
        let kept = if within.is_empty() || label.starts_with(within) {
            label.clone()
        } else {
            format!("{within}/{label}")
        };
        recent::keep(recent::FILES, &kept);
        self.dispatch.dispatch(Action::Progress(Stage::Reading));
        let opened = self.client.open(ticket, Opened::new(label, file, handle, path_indexes)).await;
        if opened && self.client.is_newest(ticket) {
            let mut files = files.clone();
            files.open = Some(number);
            let others = files.to_add();
            self.add(ticket, &files, others).await;
        }
        Ok(())
    }

    /// The files that can have the paths of a file.
    async fn path_indexes(
        &self,
        files: &Files,
        number: usize,
        progress: Progress<'_>,
    ) -> Vec<PathIndex> {
        let added = files.shard(number).and_then(|shard| files.added.get(shard));
        let listed = files.recording.path_indexes(number);
        let is_guess = listed.iter().all(|it| !is_path_index(files, *it));
        let short = |number: &usize| {
            files.fact(*number).is_none_or(|it| it.length <= Some(MAX_GUESSED_LENGTH))
        };
        let listed: Vec<usize> = match is_guess {
            true => listed.into_iter().filter(short).take(MAX_GUESSED).collect(),
            false => listed,
        };
        let places = listed
            .iter()
            .map(|number| (files.label(*number).to_owned(), &files.places[*number]))
            .chain(added.map(|place| (String::new(), place)));
        let mut found = Vec::new();
        for (name, place) in places {
            // Without its path index a file shows ids, and says what is missing.
            if let Ok((file, handle)) = place.file(progress).await {
                let name = if name.is_empty() { file.name() } else { name };
                found.push(PathIndex { name, file, handle });
            }
        }
        found
    }

    /// Tells how far a fetch is, for as long as it is wanted.
    fn progress(&self, ticket: u32) -> impl Fn(u64, Option<u64>) -> bool + '_ {
        let told = Cell::new(0.0);
        move |done, length| {
            let goes_on = self.client.is_newest(ticket);
            if goes_on && Date::now() - told.get() >= TELL_EVERY {
                told.set(Date::now());
                self.tell(Stage::Fetching { done, length });
            }
            goes_on
        }
    }

    fn begin(&self, name: &str, stage: Stage) -> u32 {
        let ticket = self.client.begin();
        self.announce(name, stage, None);
        ticket
    }

    fn announce(&self, name: &str, stage: Stage, files: Option<Files>) {
        let name = name.to_owned().into();
        self.dispatch.dispatch(Action::Opening(Opening { name, stage, files }));
    }

    fn tell(&self, stage: Stage) {
        self.dispatch.dispatch(Action::Progress(stage));
    }

    fn refuse(&self, ticket: u32, message: String) {
        if self.client.is_newest(ticket) {
            self.dispatch.dispatch(Action::NotOpened(message));
        }
    }

    fn nothing(&self, what: &str) {
        let ticket = self.client.begin();
        self.refuse(ticket, format!("{what} is empty: there is no file in it"));
    }
}

fn is_path_index(files: &Files, number: usize) -> bool {
    let file = files.recording.file(number);
    file.is_some_and(|file| file.kind == FileKind::PathIndex)
}

/// The path of a file in the folder that a person chose, or its name.
fn path_of(file: &File) -> String {
    let path = js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok();
    path.and_then(|path| path.as_string())
        .filter(|it| !it.is_empty())
        .unwrap_or_else(|| file.name())
}

/// What a file's first bytes say.
async fn fact(file: &File) -> Fact {
    // A whole number; the cast saturates.
    let length = file.size() as u64;
    let bytes = match file.slice_with_f64_and_f64(0.0, HEAD) {
        Ok(head) => JsFuture::from(head.array_buffer()).await,
        Err(error) => Err(error),
    };
    let mut fact = Fact { length: Some(length), ..Fact::default() };
    // Whoever opens a file that cannot be read is told.
    let Ok(bytes) = bytes else { return fact };
    match FileHeader::read(&Uint8Array::new(&bytes).to_vec(), length) {
        Ok(header) => fact.layout = Some(layout(header.compressed, header.indexed)),
        Err(error) => {
            let why = error.to_string();
            let why = why.strip_prefix("not a netidx archive: ").unwrap_or(&why);
            fact.refused = Some(format!("not an archive: {why}"));
        }
    }
    fact
}

/// Why nothing of some files was opened.
fn sentence(name: &str, files: &Files, looked: usize, unread: Option<String>) -> String {
    if files.count() == 0 && files.unlisted.is_empty() {
        return format!("{name} is empty: there is no file in it");
    }
    if let Some(unread) = unread {
        return format!("{name} cannot be opened: {unread}");
    }
    let left_out = files.left_out();
    let some: Vec<String> =
        left_out.iter().take(3).map(|(label, why)| format!("{label} ({why})")).collect();
    let more = match left_out.len().saturating_sub(some.len()) {
        0 => String::new(),
        more => format!(", and {}", format::count(more as u64, "other", "others")),
    };
    let looked = if looked == MAX_LOOKS {
        format!(" among the first {looked} files")
    } else {
        String::new()
    };
    format!("{name} has no archive in it{looked}: {}{more}", some.join(", "))
}

fn not_fetched(address: &str, reason: &str) -> String {
    let elsewhere = if is_elsewhere(address) { ELSEWHERE } else { "" };
    format!("{address} could not be fetched: {reason}{elsewhere}")
}

fn is_elsewhere(address: &str) -> bool {
    let page = window().location();
    let resolved = page.href().and_then(|base| web_sys::Url::new_with_base(address, &base));
    resolved.ok().zip(page.origin().ok()).is_some_and(|(url, origin)| url.origin() != origin)
}
