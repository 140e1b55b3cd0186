//! Tells the state of every frame while it plays.

use crate::ui::state::{Action, State};
use gloo::render::request_animation_frame;
use yew::prelude::*;

/// Asks for the next frame after each one, for as long as it plays.
#[hook]
pub fn use_playback(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    let playback = &state.playback;
    use_effect_with((playback.playing, playback.frame), move |(playing, _)| {
        let frame = playing
            .then(|| request_animation_frame(move |now| dispatch.dispatch(Action::Tick(now))));
        move || drop(frame)
    });
}
