//! Tells when the system turns from light to dark or back, for what is drawn and not styled.

use gloo::events::EventListener;
use gloo::utils::window;
use yew::prelude::*;

/// A number that changes with the system's colour scheme.
#[hook]
pub fn use_scheme() -> u32 {
    let turns = use_state(|| 0_u32);
    let setter = turns.setter();
    use_effect_with((), move |()| {
        let query = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
        let listener = query.map(|query| {
            let asked = query.clone();
            // Neither is the number that it began with.
            EventListener::new(&query, "change", move |_| {
                setter.set(1 + u32::from(asked.matches()));
            })
        });
        move || drop(listener)
    });
    *turns
}
