//! The playhead: a slider over the timeline, for pointers and for keys.

use super::format;
use super::scale::Scale;
use super::state::{Action, Dispatch, Movement};
use crate::protocol::Density;
use crate::time::{Span, Timestamp};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;
use yew::prelude::*;

/// What the playhead needs.
#[derive(Properties, PartialEq)]
pub struct PositionProps {
    /// Time to pixels.
    pub scale: Scale,
    /// The first and the last time.
    pub extent: (Timestamp, Timestamp),
    /// Where it is.
    pub position: Timestamp,
    /// Batches per slot, for what hovers.
    pub density: Option<Rc<Density>>,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The playhead.
#[component]
pub fn Position(props: &PositionProps) -> Html {
    let hover = use_state(|| None::<f64>);
    let PositionProps { scale, extent: (first, last), position, .. } = *props;

    let go = {
        let dispatch = props.dispatch.clone();
        move |event: &PointerEvent| {
            dispatch.dispatch(Action::GoTo(scale.time(f64::from(event.offset_x()))));
        }
    };
    let onpointerdown = {
        let go = go.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            if let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) {
                // Without capture a drag ends at the edge: less handy, not broken.
                let _ = target.set_pointer_capture(event.pointer_id());
            }
            go(&event);
        })
    };
    let onpointermove = {
        let hover = hover.setter();
        Callback::from(move |event: PointerEvent| {
            hover.set(Some(f64::from(event.offset_x()).clamp(0.0, scale.width())));
            if event.buttons() & 1 == 1 {
                go(&event);
            }
        })
    };
    let onpointerleave = {
        let hover = hover.setter();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };
    let onkeydown = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(action) = key_action(&event, (first, last), position) {
                event.prevent_default();
                dispatch.dispatch(action);
            }
        })
    };

    let seconds = |time: Timestamp| time.since(first).nanos() as f64 / 1e9;
    html! {
        <div
            class="position"
            role="slider"
            tabindex="0"
            aria-label="Position"
            aria-orientation="horizontal"
            aria-valuemin="0"
            aria-valuemax={seconds(last).to_string()}
            aria-valuenow={seconds(position).to_string()}
            aria-valuetext={position.to_string()}
            {onpointerdown}
            {onpointermove}
            {onpointerleave}
            {onkeydown}
        >
            if let Some(x) = *hover {
                <div class="hover-line" ~style={at(x)} />
                <HoverText {scale} {x} density={props.density.clone()} />
            }
            <div class="playhead" ~style={at(scale.x(position))} />
        </div>
    }
}

/// A style, for the property of that name.
fn at(x: f64) -> JsValue {
    format!("transform: translateX({x:.2}px)").into()
}

/// What a key does to the playhead.
fn key_action(
    event: &KeyboardEvent,
    (first, last): (Timestamp, Timestamp),
    position: Timestamp,
) -> Option<Action> {
    if event.alt_key() || event.ctrl_key() || event.meta_key() {
        return None;
    }
    let tenth = Span::from_nanos(last.since(first).nanos() / 10);
    Some(match event.key().as_str() {
        "ArrowLeft" | "ArrowDown" => Action::Move(Movement::Batches(-1)),
        "ArrowRight" | "ArrowUp" => Action::Move(Movement::Batches(1)),
        "PageUp" => Action::GoTo(position.saturating_add(tenth)),
        "PageDown" => Action::GoTo(position.saturating_add(tenth.negated())),
        "Home" => Action::GoTo(first),
        "End" => Action::GoTo(last),
        _ => return None,
    })
}

#[derive(Properties, PartialEq)]
struct HoverTextProps {
    scale: Scale,
    x: f64,
    density: Option<Rc<Density>>,
}

/// The time and the count under the pointer. More of what is elsewhere, so it is not announced.
#[component]
fn HoverText(props: &HoverTextProps) -> Html {
    /// Half of what the text takes at most.
    const HALF: f64 = 112.0;
    let HoverTextProps { scale, x, ref density } = *props;
    let x_of_text =
        x.clamp(HALF.min(scale.width() / 2.0), (scale.width() - HALF).max(scale.width() / 2.0));
    let counts = density.as_deref().and_then(|density| {
        let slots = density.deltas.len();
        let slot = ((x / scale.width() * slots as f64) as usize).min(slots.checked_sub(1)?);
        Some((*density.deltas.get(slot)?, *density.images.get(slot)?))
    });
    html! {
        <div class="hover-text" aria-hidden="true" ~style={at(x_of_text)}>
            <span class="hover-time">{ format::time_short(scale.time(x), scale.grain()) }</span>
            if let Some((deltas, images)) = counts {
                <span>{ format::count(deltas.into(), "batch", "batches") }</span>
                if images > 0 {
                    <span>{ format::count(images.into(), "image", "images") }</span>
                }
            }
        </div>
    }
}
