//! Looks at the open file again, while it is followed and whenever the state wants it.

use crate::ui::files::{Opener, Watch};
use crate::ui::state::State;
use gloo::timers::callback::Interval;
use yew::prelude::*;

/// How often a file that is followed is looked at.
const EVERY_MILLIS: u32 = 1_000;

/// Looks at the open file, and at the folder that it is in, for as long as it is followed and can be looked at.
#[hook]
pub fn use_follow(state: &UseReducerHandle<State>, opener: &Opener) {
    let follows = state.follow.on && state.follow.live;
    let watch = use_mut_ref(Watch::default);
    let latest = use_mut_ref(|| None);
    *latest.borrow_mut() = Some((state.files.clone(), state.file.clone()));
    let look = {
        let opener = opener.clone();
        move || {
            let (files, file) = latest.borrow().clone().unwrap_or_default();
            opener.look(files, file, &watch);
        }
    };
    {
        let look = look.clone();
        use_effect_with(follows, move |follows| {
            let timer = follows.then(|| Interval::new(EVERY_MILLIS, look));
            move || drop(timer)
        });
    }
    use_effect_with(state.follow.looks, move |looks| {
        if *looks > 0 {
            look();
        }
    });
}
