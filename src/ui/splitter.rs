//! The line between two parts, which can be dragged and moved by keys. Widths are kept in this
//! browser and nowhere else.

use super::storage;
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// Narrower a part cannot become, in CSS pixels.
const LEAST: f64 = 160.0;
/// Wider neither.
const MOST: f64 = 640.0;
/// What a key moves.
const STEP: f64 = 16.0;

/// Which line.
#[derive(Properties, PartialEq)]
pub struct SplitterProps {
    /// What the part is called.
    pub name: &'static str,
    /// The custom property that holds the width of the part.
    pub property: &'static str,
    /// The width that it has at first.
    pub width: f64,
    /// Whether the part is at the right of the line.
    pub is_right: bool,
}

/// The width that was kept, within what is sensible.
fn kept(key: &str, at_first: f64) -> f64 {
    let kept = storage::kept(key);
    // Whole pixels are enough.
    let kept = kept.and_then(|kept| kept.split('.').next()?.parse::<u32>().ok());
    kept.map_or(at_first, f64::from).clamp(LEAST, MOST)
}

/// A line between two parts.
#[component]
pub fn Splitter(props: &SplitterProps) -> Html {
    let key = format!("netidx-archive-viewer.width.{}", props.name.to_lowercase());
    let width = use_state_eq(|| kept(&key, props.width));
    let property = props.property;
    use_effect_with(*width, move |width| {
        let root = document().document_element().and_then(|it| it.dyn_into::<HtmlElement>().ok());
        if let Some(root) = root {
            // A width that is not set is the one of the styles.
            let _ = root.style().set_property(property, &format!("{width}px"));
        }
        storage::keep(&key, &(*width as u32).to_string());
    });
    let drag = use_mut_ref(|| None::<(f64, f64)>);
    let sign = if props.is_right { -1.0 } else { 1.0 };
    let onpointerdown = {
        let (drag, width) = (drag.clone(), *width);
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            if let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) {
                // Without capture a drag ends at the edge: less handy, not broken.
                let _ = target.set_pointer_capture(event.pointer_id());
            }
            *drag.borrow_mut() = Some((f64::from(event.client_x()), width));
        })
    };
    let onpointermove = {
        let (drag, width) = (drag.clone(), width.setter());
        Callback::from(move |event: PointerEvent| {
            if event.buttons() & 1 == 0 {
                // A button that went up elsewhere is up.
                *drag.borrow_mut() = None;
            }
            if let Some((from, was)) = *drag.borrow() {
                let moved = f64::from(event.client_x()) - from;
                width.set((was + sign * moved).clamp(LEAST, MOST));
            }
        })
    };
    let onpointerup = {
        let drag = drag.clone();
        Callback::from(move |_: PointerEvent| *drag.borrow_mut() = None)
    };
    let onpointercancel = {
        let width = width.setter();
        Callback::from(move |_: PointerEvent| {
            if let Some((_, was)) = drag.borrow_mut().take() {
                width.set(was);
            }
        })
    };
    let onkeydown = {
        let (setter, width) = (width.setter(), *width);
        Callback::from(move |event: KeyboardEvent| {
            let wanted = match event.key().as_str() {
                "ArrowLeft" => width - sign * STEP,
                "ArrowRight" => width + sign * STEP,
                "Home" => LEAST,
                "End" => MOST,
                _ => return,
            };
            event.prevent_default();
            setter.set(wanted.clamp(LEAST, MOST));
        })
    };
    html! {
        <div
            class="splitter"
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label={format!("Width of {}", props.name.to_lowercase())}
            aria-valuemin={LEAST.to_string()}
            aria-valuemax={MOST.to_string()}
            aria-valuenow={width.to_string()}
            {onpointerdown}
            {onpointermove}
            {onpointerup}
            {onpointercancel}
            {onkeydown}
        />
    }
}
