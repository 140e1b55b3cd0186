//! The playhead: a slider over the timeline, for pointers and for keys.

use super::format;
use super::hand::{Axis, Hand};
use super::scale::Scale;
use super::state::{Action, Dispatch, Movement};
use super::zone::{Zone, use_zone};
use super::zoom::{self, Stretch};
use crate::protocol::Density;
use crate::time::{Span, Timestamp};
use gloo::events::{EventListener, EventListenerOptions};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, WheelEvent};
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
    /// The times that are wanted.
    pub range: Option<Stretch>,
    /// Whether it moves by itself.
    pub playing: bool,
    /// Batches per slot, for what hovers.
    pub density: Option<Rc<Density>>,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The playhead.
#[component]
pub fn Position(props: &PositionProps) -> Html {
    let zone = use_zone();
    let hover = use_state(|| None::<f64>);
    let PositionProps { scale, extent: (first, last), position, .. } = *props;

    // A screen reader speaks every change of a slider that has the focus: while it plays, now and
    // then is enough, and in the end where it is.
    let has_focus = use_state(|| false);
    let last_told = use_mut_ref(|| (position, 0.0));
    let told = {
        const PAUSE_MILLIS: f64 = 2_000.0;
        let mut last = last_told.borrow_mut();
        let now = js_sys::Date::now();
        if !(props.playing && *has_focus) || now - last.1 >= PAUSE_MILLIS {
            *last = (position, now);
        }
        last.0
    };
    let [onfocusin, onfocusout] = [true, false].map(|has| {
        let setter = has_focus.setter();
        Callback::from(move |_: FocusEvent| setter.set(has))
    });
    let node = use_node_ref();
    let whole = props.extent;
    let hand = use_mut_ref(Hand::default);
    let axis = Axis { scale, whole, position };
    use_wheel(&node, Some((scale, whole)), false, props.dispatch.clone());
    let act = {
        let dispatch = props.dispatch.clone();
        move |action: Option<Action>| {
            if let Some(action) = action {
                dispatch.dispatch(action);
            }
        }
    };
    let onpointerdown = {
        let (hand, act) = (hand.clone(), act.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            if let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) {
                // Without capture a drag ends at the edge: less handy, not broken.
                let _ = target.set_pointer_capture(event.pointer_id());
            }
            let x = f64::from(event.offset_x());
            act(hand.borrow_mut().down(event.pointer_id(), x, event.shift_key(), &axis));
        })
    };
    let onpointermove = {
        let (hover, hand, act) = (hover.setter(), hand.clone(), act.clone());
        Callback::from(move |event: PointerEvent| {
            let (id, x) = (event.pointer_id(), f64::from(event.offset_x()));
            hover.set(Some(x.clamp(0.0, scale.width())));
            let mut hand = hand.borrow_mut();
            // A button that went up elsewhere is up.
            let action = match event.buttons() & 1 == 0 && hand.holds(id) {
                true => hand.up(id, &axis),
                false => hand.moved(id, x, &axis),
            };
            act(action);
        })
    };
    let onpointerup = {
        let (hand, act) = (hand.clone(), act.clone());
        Callback::from(move |event: PointerEvent| {
            act(hand.borrow_mut().up(event.pointer_id(), &axis));
        })
    };
    let onpointercancel = {
        let (hand, act) = (hand.clone(), act.clone());
        Callback::from(move |_: PointerEvent| act(hand.borrow_mut().cancel()))
    };
    let onpointerleave = {
        let hover = hover.setter();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };
    let onkeydown = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: KeyboardEvent| {
            let given_up = if event.key() == "Escape" { hand.borrow_mut().cancel() } else { None };
            if let Some(action) = given_up.or_else(|| key_action(&event, whole, position)) {
                event.prevent_default();
                dispatch.dispatch(action);
            }
        })
    };

    let seconds = |time: Timestamp| time.since(first).nanos() as f64 / 1e9;
    html! {
        <div
            class="position"
            ref={node}
            role="slider"
            tabindex="0"
            aria-label="Position"
            aria-orientation="horizontal"
            aria-valuemin="0"
            aria-valuemax={seconds(last).to_string()}
            aria-valuenow={seconds(told).to_string()}
            aria-valuetext={zone.text(told)}
            {onfocusin}
            {onfocusout}
            {onpointerdown}
            {onpointermove}
            {onpointerup}
            {onpointercancel}
            {onpointerleave}
            {onkeydown}
        >
            if let Some((from, to)) = props.range {
                <div class="range-box" ~style={box_at(&scale, from, to)} />
            }
            if let Some(x) = *hover {
                <div class="hover-line" ~style={at(x)} />
                <HoverText {scale} {x} {zone} density={props.density.clone()} />
            }
            if (scale.from()..=scale.to()).contains(&position) {
                <div class="playhead" ~style={at(scale.x(position))} />
            }
        </div>
    }
}

/// Zooms with the wheel at the pointer, and pans with a wheel that goes sideways. Where the wheel
/// also scrolls, `by_ctrl`, it zooms with Ctrl only.
#[hook]
pub fn use_wheel(
    node: &NodeRef,
    axis: Option<(Scale, Stretch)>,
    by_ctrl: bool,
    dispatch: Dispatch,
) {
    let node = node.clone();
    use_effect_with(axis, move |axis| {
        let axis = *axis;
        // The page must not scroll with it, which only a listener of our own can prevent.
        let options = EventListenerOptions::enable_prevent_default();
        let listener = node.cast::<Element>().map(|element| {
            EventListener::new_with_options(&element, "wheel", options, move |event| {
                let Some(wheel) = event.dyn_ref::<WheelEvent>() else { return };
                let Some((scale, whole)) = axis else { return };
                let visible = (scale.from(), scale.to());
                // A line is some pixels, where a wheel counts lines.
                let unit = if wheel.delta_mode() == 0 { 1.0 } else { 24.0 };
                let sideways = if wheel.shift_key() { wheel.delta_y() } else { wheel.delta_x() };
                let zoom = if sideways.abs() > wheel.delta_y().abs() || wheel.shift_key() {
                    zoom::panned(whole, visible, sideways * unit / scale.width())
                } else if by_ctrl && !wheel.ctrl_key() {
                    return;
                } else {
                    let at = scale.time(f64::from(wheel.offset_x()));
                    // A pinch on a pad comes with Ctrl, and in small steps.
                    let speed = if wheel.ctrl_key() { 0.01 } else { 0.002 };
                    let by = (wheel.delta_y() * unit * speed).clamp(-0.5, 0.5);
                    zoom::zoomed(whole, visible, at, by.exp())
                };
                event.prevent_default();
                dispatch.dispatch(Action::Zoom(zoom));
            })
        });
        move || drop(listener)
    });
}

/// The same for a box between two times.
fn box_at(scale: &Scale, from: Timestamp, to: Timestamp) -> JsValue {
    let left = scale.x(from).clamp(-2.0, scale.width());
    let right = scale.x(to).clamp(0.0, scale.width() + 2.0);
    let width = (right - left).max(0.0);
    format!("transform: translateX({left:.2}px); width: {width:.2}px").into()
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
        "+" | "=" => Action::ZoomBy(0.5),
        "-" => Action::ZoomBy(2.0),
        "0" => Action::Zoom(None),
        _ => return None,
    })
}

#[derive(Properties, PartialEq)]
struct HoverTextProps {
    scale: Scale,
    x: f64,
    zone: Zone,
    density: Option<Rc<Density>>,
}

/// The time and the count under the pointer. More of what is elsewhere, so it is not announced.
#[component]
fn HoverText(props: &HoverTextProps) -> Html {
    /// Half of what the text takes at most.
    const HALF: f64 = 112.0;
    let HoverTextProps { scale, x, zone, ref density } = *props;
    let x_of_text =
        x.clamp(HALF.min(scale.width() / 2.0), (scale.width() - HALF).max(scale.width() / 2.0));
    let counts = density.as_deref().and_then(|density| {
        let slots = density.deltas.len();
        let slot = ((x / scale.width() * slots as f64) as usize).min(slots.checked_sub(1)?);
        Some((*density.deltas.get(slot)?, *density.images.get(slot)?))
    });
    html! {
        <div class="hover-text" aria-hidden="true" ~style={at(x_of_text)}>
            <span class="hover-time">{ format::time_short(zone.wall(scale.time(x)), scale.grain()) }</span>
            if let Some((deltas, images)) = counts {
                <span>{ format::count(deltas.into(), "batch", "batches") }</span>
                if images > 0 {
                    <span>{ format::count(images.into(), "image", "images") }</span>
                }
            }
        </div>
    }
}
