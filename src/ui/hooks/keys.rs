//! Keys that work wherever no field is being written in.

use crate::ui::keys::{Pressed, action_of, field_of, latin};
use crate::ui::state::State;
use crate::ui::storage;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// Listens for as long as the page is there.
#[hook]
pub fn use_keys(state: &UseReducerHandle<State>) {
    let newest = use_mut_ref(|| state.clone());
    *newest.borrow_mut() = state.clone();
    use_effect_with((), move |()| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&window(), "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                if event.default_prevented() || event.is_composing() || is_taken(event) {
                    return;
                }
                let state = newest.borrow().clone();
                let key = event.key();
                let key = latin(&key, &event.code()).unwrap_or(key);
                let pressed = Pressed {
                    key: &key,
                    ctrl: event.ctrl_key() || event.meta_key(),
                    alt: event.alt_key(),
                    shift: event.shift_key(),
                };
                if let Some(field) = field_of(&pressed, &state) {
                    let field = document().get_element_by_id(field);
                    if let Some(field) = field.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                        event.prevent_default();
                        // A field that is not shown cannot be written in.
                        let _ = field.focus();
                    }
                    return;
                }
                if let Some(action) = action_of(&pressed, &state) {
                    event.prevent_default();
                    state.dispatch(action);
                }
            });
        move || drop(listener)
    });
}

/// Whether what has the focus takes the key itself.
fn is_taken(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else {
        return false;
    };
    let writes =
        target.closest("input:not([type=checkbox], [type=radio]), select, textarea, dialog");
    let presses = target.closest("button, a, summary, label, input");
    let is_press = [" ", "Enter"].contains(&&*event.key());
    let found = |found: Result<Option<Element>, _>| found.is_ok_and(|it| it.is_some());
    // The palette opens from anywhere.
    let is_palette = (event.ctrl_key() || event.meta_key()) && event.key() == "k";
    !is_palette && (found(writes) || (is_press && found(presses)))
}

const KEPT: &str = "netidx-archive-viewer.single-keys";

/// Whether single keys were switched off.
pub fn single_keys_off() -> bool {
    storage::kept(KEPT).as_deref() == Some("off")
}

/// Keeps whether single keys are switched off.
pub fn keep_single_keys_off(off: bool) {
    storage::keep(KEPT, if off { "off" } else { "on" });
}
