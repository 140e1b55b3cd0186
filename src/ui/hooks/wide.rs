//! Tells when the window is wide enough for the parts at the sides, and when it no longer is.

use crate::ui::state::{Action, Dispatch};
use gloo::events::EventListener;
use gloo::utils::window;
use yew::prelude::*;

/// The same width as in `www/views.css`.
const WIDE: &str = "(min-width: 1000px)";

/// Tells `dispatch` now and whenever it changes.
#[hook]
pub fn use_wide(dispatch: Dispatch) {
    use_effect_with((), move |()| {
        let query = window().match_media(WIDE).ok().flatten();
        let listener = query.map(|query| {
            let (told, asked) = (dispatch.clone(), query.clone());
            dispatch.dispatch(Action::Wide(query.matches()));
            EventListener::new(&query, "change", move |_| {
                told.dispatch(Action::Wide(asked.matches()));
            })
        });
        move || drop(listener)
    });
}
