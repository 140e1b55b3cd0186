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

/// Whether the back button should lead back to `before`: from another view, path, plot, selected time
/// or width of the zoom. The playhead, the filter and a zoom that moves with the playhead would make
/// a step of every movement.
fn is_step(before: &str, link: &Link) -> bool {
    let before_link = Link::parse(before);
    let width = |link: &Link| link.zoom.map(|(from, to)| to.since(from));
    let of = |link: &Link| (link.view, link.from, link.to, width(link));
    before_link.view.is_some()
        && (of(&before_link) != of(link)
            || before_link.path != link.path
            || before_link.plot != link.plot)
}

/// Follows a changed hash; writes the hash once the view rests.
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
                let Ok(history) = window().history() else { return };
                let before = window().location().hash().unwrap_or_default();
                let hash = link.hash();
                // Refused in some sandboxes; the page works without.
                let _ = if before == hash {
                    Ok(())
                } else if is_step(&before, &link) {
                    history.push_state_with_url(&JsValue::NULL, "", Some(&hash))
                } else {
                    history.replace_state_with_url(&JsValue::NULL, "", Some(&hash))
                };
            })
        });
        move || drop(timer)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_paths_and_times_are_steps_and_movements_are_not() {
        let before = "#at=2026-03-01T09:30:00Z&view=image&path=/a";
        let link = |text: &str| Link::parse(text);
        assert!(!is_step(before, &link("#at=2026-03-01T09:31:00Z&filter=x&view=image&path=/a")));
        assert!(is_step(before, &link("#at=2026-03-01T09:30:00Z&view=plot&path=/a")));
        assert!(is_step(before, &link("#view=image&path=/b")));
        assert!(is_step(before, &link("#view=image&path=/a&from=2026-03-01T09:30:00Z")));
        assert!(is_step(before, &link("#view=image&path=/a&plot=/b")));
        let zoomed = |zoom: &str| format!("#view=plot&zoom=2026-03-01T09:3{zoom}Z");
        let far = zoomed("0:00Z/2026-03-01T09:35:00");
        assert!(is_step(&far, &link(&zoomed("1:00Z/2026-03-01T09:35:00"))));
        assert!(!is_step(&far, &link(&zoomed("1:00Z/2026-03-01T09:36:00"))));
        // The first address is written in place of none.
        assert!(!is_step("", &link("#view=image")));
    }
}
