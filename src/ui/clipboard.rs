//! Copying text, and saying that it was.

use super::state::{Action, Dispatch};
use gloo::utils::window;
use js_sys::Reflect;

/// Copies a text; `what` is said once it is done.
pub fn copy(text: String, what: &'static str, dispatch: Dispatch) {
    let navigator = window().navigator();
    // Pages that came over plain HTTP from elsewhere have no clipboard.
    let has_clipboard =
        Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object());
    yew::platform::spawn_local(async move {
        let copied = has_clipboard && navigator.clipboard().write_text(&text).await.is_ok();
        let said = if copied {
            format!("Copied {what}")
        } else {
            format!("{what} could not be copied: this browser keeps its clipboard from the page")
        };
        dispatch.dispatch(Action::Say(said.into()));
    });
}
