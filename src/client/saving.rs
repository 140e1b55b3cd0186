//! The page's side of the worker that saves a copy, and the file that a person chooses for it.

use super::handle::name_of;
use crate::saver::{Task, Told};
use crate::source::browser::reason;
use gloo::events::EventListener;
use gloo::utils::window;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    ErrorEvent, File, FileSystemFileHandle, MessageEvent, Worker, WorkerOptions, WorkerType,
};
use yew::Callback;

/// The script that starts the worker, beside the page.
const SCRIPT: &str = "export-boot.js";

/// What a window has that can let a person choose a file to write. Not in every browser.
const CHOOSE: &str = "showSaveFilePicker";

/// Where a copy goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// To a file of the disk.
    File(FileSystemFileHandle),
    /// Into memory, as this browser has it, and from there where it puts downloads.
    Blob,
}

/// A copy that is being made. Not to be dropped while it tells something: to be [ended](Self::end)
/// then.
pub struct Saving {
    worker: Worker,
    place: Place,
    _listeners: [EventListener; 2],
}

impl Place {
    /// Lets the person choose; `None` where they chose nothing. To be called while a click is
    /// under way.
    ///
    /// # Errors
    /// A clause that says why they could not choose.
    pub async fn choose(name: &str) -> Result<Option<Self>, String> {
        let choose = Reflect::get(&window(), &CHOOSE.into()).ok();
        let Some(choose) = choose.and_then(|it| it.dyn_into::<Function>().ok()) else {
            return Ok(Some(Self::Blob));
        };
        let options = Object::new();
        // Fails only on what is frozen or no object.
        let _ = Reflect::set(&options, &"suggestedName".into(), &name.into());
        let promise = choose.call1(&window(), &options).map_err(|e| reason(&e))?;
        match JsFuture::from(promise.unchecked_into::<Promise>()).await {
            Ok(chosen) => Ok(Some(Self::File(chosen.unchecked_into()))),
            Err(e) if name_of(&e).as_deref() == Some("AbortError") => Ok(None),
            Err(e) => Err(reason(&e)),
        }
    }
}

impl Saving {
    /// Starts to make a copy of `file`; `told` hears how far it is.
    ///
    /// # Errors
    /// A clause that says why the worker does not start.
    pub fn start(
        task: Task,
        file: &File,
        place: Place,
        told: Callback<Told>,
    ) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options).map_err(|e| format!("{e:?}"))?;
        let on_message = {
            let told = told.clone();
            EventListener::new(&worker, "message", move |event| {
                if let Some(event) = event.dyn_ref::<MessageEvent>() {
                    told.emit(Told::from_js(&event.data()));
                }
            })
        };
        let on_error = EventListener::new(&worker, "error", move |event| {
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            let message = message.filter(|message| !message.is_empty());
            let message = message.unwrap_or_else(|| format!("{SCRIPT} did not load"));
            told.emit(Told::Failed { message });
        });
        let chosen = match &place {
            Place::File(file) => file.into(),
            Place::Blob => JsValue::UNDEFINED,
        };
        let message = Array::of3(&task.to_js(), file, &chosen);
        worker.post_message(&message).map_err(|e| format!("{e:?}"))?;
        Ok(Self { worker, place, _listeners: [on_message, on_error] })
    }

    /// Makes no more of it. Unless it is whole, nothing is left of it.
    pub fn end(&self) {
        self.worker.terminate();
        if let Place::File(file) = &self.place {
            spawn_local(remove_empty(file.clone()));
        }
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// Choosing a file made it, or emptied it. It stays so, as what is written comes into its place at
/// the end only.
async fn remove_empty(handle: FileSystemFileHandle) {
    const TRIES: u32 = 20;
    const PAUSE_MILLIS: i32 = 100;
    for _ in 0..TRIES {
        let file = JsFuture::from(handle.get_file()).await;
        let is_empty = file.is_ok_and(|file| file.unchecked_into::<File>().size() == 0.0);
        let remove = Reflect::get(&handle, &"remove".into()).ok();
        let remove = remove.and_then(|it| it.dyn_into::<Function>().ok()).filter(|_| is_empty);
        let Some(removed) = remove.and_then(|remove| remove.call0(&handle).ok()) else { return };
        if JsFuture::from(removed.unchecked_into::<Promise>()).await.is_ok() {
            return;
        }
        // The worker that had it open is still on its way out.
        let pause = Promise::new(&mut |resolve, _| {
            // Without a clock there is no pause.
            let _ = window()
                .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PAUSE_MILLIS);
        });
        let _ = JsFuture::from(pause).await;
    }
}
