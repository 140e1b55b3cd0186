//! Looks at the open file again, while it is followed and whenever the state wants it.

use crate::client::Client;
use crate::ui::state::State;
use gloo::timers::callback::Interval;
use yew::prelude::*;

/// How often a file that is followed is looked at.
const EVERY_MILLIS: u32 = 1_000;

/// Looks at the open file for as long as it is followed and can be looked at.
#[hook]
pub fn use_follow(state: &UseReducerHandle<State>, client: &Client) {
    let follows = state.follow.on && state.follow.live;
    {
        let client = client.clone();
        use_effect_with(follows, move |follows| {
            let timer = follows.then(|| Interval::new(EVERY_MILLIS, move || client.look()));
            move || drop(timer)
        });
    }
    let client = client.clone();
    use_effect_with(state.follow.looks, move |looks| {
        if *looks > 0 {
            client.look();
        }
    });
}
