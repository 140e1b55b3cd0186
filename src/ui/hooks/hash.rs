//! Keeps the hash of the address in step with the state, both ways.

use crate::ui::state::{Action, State};
use crate::ui::url::Link;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use gloo::utils::window;
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// Browsers refuse to rewrite the address more than some hundred times a minute.
const QUIET_MILLIS: u32 = 250;

/// Follows a changed hash; writes the hash once the view rests, without a step in the history.
#[hook]
pub fn use_hash(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    use_effect_with((), move |()| {
        let listener = EventListener::new(&window(), "hashchange", move |_| {
            if let Ok(hash) = window().location().hash() {
                dispatch.dispatch(Action::Follow(Link::parse(&hash)));
            }
        });
        move || drop(listener)
    });
    // Until a file is open the address says what is wanted of it.
    let link = state.file.is_some().then(|| state.link());
    use_effect_with(link, |link| {
        let timer = link.clone().map(|link| {
            Timeout::new(QUIET_MILLIS, move || {
                if let Ok(history) = window().history() {
                    // Refused in some sandboxes; the page works without.
                    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&link.hash()));
                }
            })
        });
        move || drop(timer)
    });
}
