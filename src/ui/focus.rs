//! The focus of a button that takes itself away: it goes to what it was about, not to nothing.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Gives the focus to the first element of a selector; where there is none, it stays.
pub fn give(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        // Focus that cannot be moved stays, which is no harm.
        let _ = element.focus();
    }
}
