//! Texts that this browser keeps for the page, and nothing else does.

use gloo::utils::window;
use web_sys::Storage;

/// Browsers that are told to keep nothing refuse even to name the storage.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What is kept under a key.
pub fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps a text. A full storage only means that it is not kept.
pub fn keep(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, text);
    }
}
