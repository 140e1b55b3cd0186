//! Where files come from: chosen, dropped, or fetched from beside the page.

use super::by_pointer::ByPointer;
use super::hooks::Dropped;
use super::recent;
use super::state::{Action, Chosen, Dispatch, Opening};
use super::url;
use crate::client::{Client, Handle};
use crate::protocol::Request;
use gloo::utils::window;
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File, FileList, Response};

/// The sample that ships with the site, beside the page.
const SAMPLE: &str = "sample.archive";

/// Said where a fetch failed that never had a chance.
const ELSEWHERE: &str = ". This page may fetch from its own host only: download the file and drop \
                         it here";

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

    /// Opens the first of the files that a person chose, and keeps the others at hand.
    pub fn files(&self, files: &FileList) {
        if let Some(file) = self.choose(files) {
            self.file(file);
        }
    }

    /// Opens the first of the files that a person dropped, for good where the browser can.
    pub fn dropped(&self, dropped: Dropped) {
        let Dropped { files, handle: Some(coming) } = dropped else {
            return self.files(&dropped.files);
        };
        let Some(file) = self.choose(&files) else { return };
        self.announce(&file);
        let client = self.client.clone();
        yew::platform::spawn_local(async move {
            let handle = coming.handle().await;
            client.open(file, handle);
        });
    }

    /// Opens another of the files that were chosen together.
    pub fn switch(&self, chosen: &Chosen, nth: usize) {
        if let Some(file) = chosen.files.get(nth) {
            self.dispatch.dispatch(Action::Switch(nth));
            self.file(file.clone());
        }
    }

    /// The first of some files, the others of which are at hand from now on.
    fn choose(&self, files: &FileList) -> Option<File> {
        let files: Vec<File> = (0..files.length()).filter_map(|nth| files.get(nth)).collect();
        let first = files.first()?.clone();
        let names = files.iter().map(|file| file.name().into()).collect();
        let chosen = Chosen { files: ByPointer::new(files), names: Rc::new(names), nth: 0 };
        let are_several = chosen.names.len() > 1;
        self.dispatch.dispatch(Action::Choose(are_several.then_some(chosen)));
        Some(first)
    }

    /// Reads on in the open file, which a person chose again; opens it where it is another.
    pub fn again(&self, file: File, handle: Option<Handle>) {
        if self.client.is_open(&file.name()) {
            self.client.refresh(file, handle);
        } else {
            self.dispatch.dispatch(Action::Choose(None));
            self.announce(&file);
            self.client.open(file, handle);
        }
    }

    /// Lets a person choose the open file again, for good.
    pub fn choose_again(&self) {
        let opener = self.clone();
        yew::platform::spawn_local(async move {
            let chosen = match Handle::choose().await {
                Ok(Some(handle)) => handle.file().await.map(|file| (file, handle)),
                Ok(None) => return,
                Err(reason) => Err(reason),
            };
            match chosen {
                Ok((file, handle)) => opener.again(file, Some(handle)),
                Err(reason) => {
                    let message = format!("No file could be chosen: {reason}");
                    opener.dispatch.dispatch(Action::NotOpened(message));
                }
            }
        });
    }

    /// Asks about the open file.
    pub fn ask(&self, request: Request) {
        self.client.ask(request);
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
            let name = path.rsplit('/').next().unwrap_or_default();
            let name = url::decode(name).unwrap_or_else(|| name.to_owned());
            self.fetch(source, name);
        }
    }

    fn file(&self, file: File) {
        self.announce(&file);
        self.client.open(file, None);
    }

    fn announce(&self, file: &File) {
        recent::keep(recent::FILES, &file.name());
        // `size` is a whole number below 2^53.
        let length = Some(file.size() as u64);
        let name = file.name().into();
        self.dispatch.dispatch(Action::Opening(Opening { name, length, done: 0 }));
    }

    fn fetch(&self, address: String, name: String) {
        let opening = Opening { name: name.clone().into(), length: None, done: 0 };
        self.dispatch.dispatch(Action::Choose(None));
        self.dispatch.dispatch(Action::Opening(opening));
        let opener = self.clone();
        yew::platform::spawn_local(async move {
            match fetched(&address, &name).await {
                Ok(file) => opener.file(file),
                Err(reason) => opener.dispatch.dispatch(Action::NotOpened(format!(
                    "{address} could not be fetched: {reason}{}",
                    if is_elsewhere(&address) { ELSEWHERE } else { "" }
                ))),
            }
        });
    }
}

fn is_elsewhere(address: &str) -> bool {
    let page = window().location();
    let resolved = page.href().and_then(|base| web_sys::Url::new_with_base(address, &base));
    resolved.ok().zip(page.origin().ok()).is_some_and(|(url, origin)| url.origin() != origin)
}

async fn fetched(address: &str, name: &str) -> Result<File, String> {
    let response = window().fetch_with_str(address).await.map_err(reason)?;
    let response: Response = response.dyn_into().map_err(reason)?;
    if !response.ok() {
        return Err(format!("{} {}", response.status(), response.status_text()));
    }
    let blob = response.blob().map_err(reason)?.await.map_err(reason)?;
    let blob: Blob = blob.dyn_into().map_err(reason)?;
    File::new_with_blob_sequence(&Array::of1(&blob), name).map_err(reason)
}

fn reason(error: impl Into<JsValue>) -> String {
    let error = error.into();
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{error:?}"),
    }
}
