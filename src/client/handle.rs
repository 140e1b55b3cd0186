//! What a file can be looked at again by: a handle, which the File System Access API gives where a
//! browser has it, or the entry of a folder that was dropped.
//!
//! A `File` is a snapshot: once the file on disk changes, it can no longer be read. From a handle
//! another snapshot can be had at any time, without asking the person again.

use crate::source::browser::reason;
use gloo::utils::window;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransferItem, File, FileSystemDirectoryEntry, FileSystemFileEntry, FileSystemFileHandle,
    FileSystemFlags,
};

/// What a window has that can let a person choose a file for good. Not in every browser.
const CHOOSE: &str = "showOpenFilePicker";

/// A file that can be looked at again.
#[derive(Debug, Clone, PartialEq)]
pub enum Handle {
    /// By a handle of its own.
    Lasting(FileSystemFileHandle),
    /// By a folder that was dropped. An entry of it is asked for anew each time, as some browsers
    /// keep one `File` for each.
    InFolder {
        /// The folder.
        folder: FileSystemDirectoryEntry,
        /// The file, as it was listed.
        entry: FileSystemFileEntry,
    },
}

/// A handle on its way.
#[derive(Debug)]
pub struct Coming(JsFuture);

impl Coming {
    /// The handle of a file that is being dropped. It has to be asked for before the event is over.
    /// `None` where the browser has no handles.
    pub fn dropped(item: &DataTransferItem) -> Option<Self> {
        let (item, name) = (JsValue::from(item.clone()), "getAsFileSystemHandle".into());
        let get: Function = Reflect::get(&item, &name).ok()?.dyn_into().ok()?;
        let promise: Promise = get.call0(&item).ok()?.dyn_into().ok()?;
        Some(Self(promise.into()))
    }

    /// The handle; `None` for a folder, and where the browser thinks better of it.
    pub async fn handle(self) -> Option<Handle> {
        self.0.await.ok()?.dyn_into().ok().map(Handle::Lasting)
    }
}

impl Handle {
    /// Whether this browser can let a person choose a file for good.
    pub fn can_be_chosen() -> bool {
        chooser().is_some()
    }

    /// Lets the person choose one; `None` where they chose nothing.
    ///
    /// # Errors
    /// A clause that says why they could not choose.
    pub async fn choose() -> Result<Option<Self>, String> {
        let choose = chooser().ok_or("this browser cannot")?;
        let promise = choose.call0(&window()).map_err(|e| reason(&e))?;
        let chosen = match JsFuture::from(promise.unchecked_into::<Promise>()).await {
            Ok(chosen) => chosen,
            Err(e) if name_of(&e).as_deref() == Some("AbortError") => return Ok(None),
            Err(e) => return Err(reason(&e)),
        };
        Ok(Array::from(&chosen).get(0).dyn_into().ok().map(Self::Lasting))
    }

    /// The file as it is now.
    ///
    /// # Errors
    /// A clause that says why there is none.
    pub async fn file(&self) -> Result<File, String> {
        match self {
            Self::Lasting(handle) => {
                let file = JsFuture::from(handle.get_file()).await.map_err(|e| reason(&e))?;
                file.dyn_into().map_err(|_| "it is no file any more".to_owned())
            }
            Self::InFolder { folder, entry } => {
                let name = entry.name();
                let found: Result<FileSystemFileEntry, _> = by_callback(|done, failed| {
                    folder.get_file_with_path_and_options_and_callback_and_callback(
                        Some(&name),
                        &FileSystemFlags::new(),
                        done,
                        failed,
                    );
                })
                .await;
                let entry = found.as_ref().unwrap_or(entry);
                by_callback(|done, failed| entry.file_with_callback_and_callback(done, failed))
                    .await
            }
        }
    }
}

impl Handle {
    /// Whether it is the file that was chosen to be written. Not known of a file in a dropped folder.
    pub(super) async fn is_same(&self, other: &FileSystemFileHandle) -> bool {
        let Self::Lasting(own) = self else { return false };
        let same = Reflect::get(own, &"isSameEntry".into()).ok();
        let same = same.and_then(|it| it.dyn_into::<Function>().ok());
        let asked = same.and_then(|it| it.call1(own, other).ok());
        let Some(asked) = asked.and_then(|it| it.dyn_into::<Promise>().ok()) else { return false };
        JsFuture::from(asked).await.is_ok_and(|is_same| is_same.is_truthy())
    }
}

/// The answer to a call that gives it to one of two functions.
///
/// # Errors
/// A clause that says why there is none.
pub async fn by_callback<T: JsCast>(
    mut call: impl FnMut(&Function, &Function),
) -> Result<T, String> {
    let promise = Promise::new(&mut |done, failed| call(&done, &failed));
    let answer = JsFuture::from(promise).await.map_err(|e| reason(&e))?;
    answer.dyn_into().map_err(|_| "the browser answered with something else".to_owned())
}

fn chooser() -> Option<Function> {
    Reflect::get(&window(), &CHOOSE.into()).ok()?.dyn_into().ok()
}

/// The name of a `DOMException`.
pub(super) fn name_of(error: &JsValue) -> Option<String> {
    Reflect::get(error, &"name".into()).ok()?.as_string()
}
