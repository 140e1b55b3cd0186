//! What can come a frame later, so that neither frame is late.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

/// About as long as a frame is shown.
const FRAME_MILLIS: u32 = 16;

/// Whether something is so, told a frame after it became so; at once where it no longer is.
#[hook]
pub fn use_later(is_so: bool) -> bool {
    let was_so = use_state_eq(|| false);
    let setter = was_so.setter();
    use_effect_with(is_so, move |is_so| {
        let is_so = *is_so;
        // A page in the background draws no frames, but its timers run.
        let timer = Timeout::new(FRAME_MILLIS, move || setter.set(is_so));
        move || drop(timer)
    });
    is_so && *was_so
}
