//! The whole file in a strip, and the part of it that is zoomed to as a brush over it.

use super::gaps;
use super::hand::CLICK;
use super::hooks::use_scheme;
use super::paint::{Paint, Surface};
use super::scale::Scale;
use super::state::{Action, Dispatch, OpenFile};
use super::theme::Theme;
use super::zone::use_zone;
use super::zoom::Stretch;
use crate::protocol::Density;
use crate::protocol::find::FindPage;
use crate::time::Timestamp;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlCanvasElement};
use yew::prelude::*;

const HEIGHT: f64 = 28.0;
/// A lane of one of several shards, and how high all of them may be.
const LANE: f64 = 18.0;
const MAX_HEIGHT: f64 = 72.0;
/// Lower lanes have no names, and names have no more room than that.
const MIN_LABELLED: f64 = 12.0;
const LABEL: f64 = 120.0;
/// The height of the marks of hits.
const HIT: f64 = 5.0;
/// So near to an edge of the brush a pointer takes hold of that edge.
const GRIP: f64 = 8.0;

/// What the overview shows.
#[derive(Properties, PartialEq)]
pub struct OverviewProps {
    /// In CSS pixels.
    pub width: f64,
    /// The first and the last time.
    pub extent: Stretch,
    /// What is zoomed to.
    pub zoom: Option<Stretch>,
    /// The times that are wanted.
    pub range: Option<Stretch>,
    /// The playhead.
    pub position: Option<Timestamp>,
    /// Batches per slot of the whole file.
    pub density: Option<Rc<Density>>,
    /// The open file, whose problems are marked.
    pub file: Option<Rc<OpenFile>>,
    /// What Find found, whose times are marked.
    pub found: Option<Rc<FindPage>>,
    /// Whether heights are logarithmic.
    pub log: bool,
    /// Redraws in its colours.
    pub theme: Theme,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// What a drag moves: one edge of the brush (and where the other one is), or all of it (and
/// where in it the pointer took hold).
#[derive(Debug, Clone, Copy, PartialEq)]
enum Drag {
    Edge(Timestamp),
    Whole { grip: f64 },
}

/// A drag, and what was before it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Held {
    drag: Drag,
    /// Where the pointer went down.
    at: f64,
    /// Whether it went further than a click does.
    moved: bool,
    /// What was zoomed to.
    zoom: Option<Stretch>,
}

/// The overview.
#[component]
pub fn Overview(props: &OverviewProps) -> Html {
    let node = use_node_ref();
    let scheme = use_scheme();
    let zone = use_zone();
    let drag = use_mut_ref(|| None::<Held>);
    let scale = Scale::new(props.extent.0, props.extent.1, props.width);
    {
        let node = node.clone();
        let file = props.file.clone();
        let found = props.found.clone();
        let what = (props.density.clone(), scale, props.log, (file, found), (props.theme, scheme));
        use_effect_with(what, move |(density, scale, log, (file, found), _)| {
            let height = strip_height(density.as_deref());
            let canvas = node.cast::<HtmlCanvasElement>();
            let paint = canvas.and_then(|it| Paint::new(&it, scale.width(), height));
            if let (Some(paint), Some(density)) = (paint, density) {
                draw(&paint, density, *log, height);
                for (from, to) in found.iter().flat_map(|found| &found.marks) {
                    let (left, right) = (scale.x(*from), scale.x(*to));
                    paint.fill("--accent", left, height - HIT, (right - left).max(2.0), HIT);
                }
                for time in problems(file.as_deref()) {
                    paint.fill("--bad", scale.x(time) - 1.0, 0.0, 3.0, height);
                }
            }
        });
    }
    let onpointerdown = {
        let (drag, zoom) = (drag.clone(), props.zoom);
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            if let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) {
                // Without capture a drag ends at the edge: less handy, not broken.
                let _ = target.set_pointer_capture(event.pointer_id());
            }
            let x = f64::from(event.offset_x());
            let started = start(&scale, zoom, x);
            if let Drag::Whole { .. } = started {
                dispatch.dispatch(Action::Zoom(moved(&scale, zoom, started, x)));
            }
            *drag.borrow_mut() = Some(Held { drag: started, at: x, moved: false, zoom });
        })
    };
    let onpointermove = {
        let (drag, zoom, dispatch) = (drag.clone(), props.zoom, props.dispatch.clone());
        Callback::from(move |event: PointerEvent| {
            let mut drag = drag.borrow_mut();
            if event.buttons() & 1 == 0 {
                // A button that went up elsewhere is up.
                *drag = None;
            }
            let Some(held) = drag.as_mut() else { return };
            let x = f64::from(event.offset_x()).clamp(0.0, scale.width());
            held.moved |= (x - held.at).abs() > CLICK;
            if held.moved {
                dispatch.dispatch(Action::Zoom(moved(&scale, zoom, held.drag, x)));
            }
        })
    };
    let onpointerup = {
        let drag = drag.clone();
        Callback::from(move |_: PointerEvent| *drag.borrow_mut() = None)
    };
    let onpointercancel = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: PointerEvent| {
            if let Some(held) = drag.borrow_mut().take() {
                dispatch.dispatch(Action::Zoom(held.zoom));
            }
        })
    };
    let height = strip_height(props.density.as_deref());
    let box_of = |stretch: Option<Stretch>, class: &'static str| match stretch {
        None => Html::default(),
        Some((from, to)) => {
            let (left, right) = (scale.x(from), scale.x(to));
            let width = (right - left).max(2.0);
            let style = format!("transform: translateX({left:.2}px); width: {width:.2}px");
            html! { <div {class} ~style={JsValue::from(style)} /> }
        }
    };
    let dispatch = props.dispatch.clone();
    let ondblclick = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Zoom(None)));
    html! {
        <div
            class="overview"
            ~style={JsValue::from(format!("height: {height}px"))}
            {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {ondblclick}>
            <canvas class="track-canvas" ref={node} aria-hidden="true" />
            { box_of(props.range, "range-box") }
            { box_of(props.zoom, "brush") }
            { box_of(props.position.map(|at| (at, at)), "overview-playhead") }
            if let Some(density) = &props.density {
                <p class="hidden">
                    { gaps::in_words(density, &problems(props.file.as_deref()), zone) }
                </p>
            }
            if let Some(found) = &props.found {
                <p class="hidden">
                    { format!("{} of Find are marked", super::format::count(found.total.into(), "hit", "hits")) }
                </p>
            }
            if let Some((from, to)) = props.zoom {
                <p class="hidden">{ format!("Zoomed to {}", zone.stretch(from, to).join(" – ")) }</p>
            }
        </div>
    }
}

/// When the batches were that have problems.
fn problems(file: Option<&OpenFile>) -> Vec<Timestamp> {
    let listed = file.map_or(&[][..], |file| &file.summary.problems);
    let mut times: Vec<Timestamp> = listed.iter().filter_map(|problem| problem.time).collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// What a pointer takes hold of.
fn start(scale: &Scale, zoom: Option<Stretch>, x: f64) -> Drag {
    let Some((from, to)) = zoom else { return Drag::Edge(scale.time(x)) };
    let (left, right) = (scale.x(from), scale.x(to));
    if (x - left).abs() <= GRIP && right - left > GRIP {
        Drag::Edge(to)
    } else if (x - right).abs() <= GRIP && right - left > GRIP {
        Drag::Edge(from)
    } else if (left..right).contains(&x) {
        Drag::Whole { grip: x - left }
    } else {
        // Beside the brush: it comes here with its middle.
        Drag::Whole { grip: (right - left) / 2.0 }
    }
}

/// Where the brush is after a drag to `x`.
fn moved(scale: &Scale, zoom: Option<Stretch>, drag: Drag, x: f64) -> Option<Stretch> {
    let whole = (scale.from(), scale.to());
    match (drag, zoom) {
        (Drag::Edge(other), _) => super::zoom::between(whole, other, scale.time(x)),
        (Drag::Whole { grip }, Some((from, to))) => {
            let (left, right) = (scale.x(from), scale.x(to));
            let part = (x - grip - left) / (right - left).max(f64::MIN_POSITIVE);
            super::zoom::panned(whole, (from, to), part)
        }
        (Drag::Whole { .. }, None) => None,
    }
}

fn draw(paint: &Paint, density: &Density, log: bool, height: f64) {
    match &density.lanes[..] {
        [] => draw_lane(paint, &density.deltas, log, (0.0, height), "gap"),
        lanes => {
            let share = height / lanes.len() as f64;
            for (nth, lane) in lanes.iter().enumerate() {
                let top = share * nth as f64;
                draw_lane(paint, &lane.deltas, log, (top, share), "");
                if nth > 0 {
                    paint.fill("--line", 0.0, top, paint.width(), 1.0);
                }
                if share >= MIN_LABELLED {
                    let middle = top + share / 2.0;
                    paint.text_within("--text-dim", &lane.shard, 4.0, middle, LABEL);
                }
            }
        }
    }
    let step = paint.width() / density.images.len().max(1) as f64;
    for (slot, _) in density.images.iter().enumerate().filter(|(_, count)| **count > 0) {
        paint.fill("--image", slot as f64 * step, 0.0, step.max(2.0), 3.0);
    }
}

/// The batches of one shard, or of all, between a top and so much below it.
fn draw_lane(paint: &Paint, counts: &[u32], log: bool, (top, height): (f64, f64), gap: &str) {
    // A shard of little traffic is seen beside one of much.
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let step = paint.width() / counts.len().max(1) as f64;
    for found in gaps::gaps(counts) {
        let (left, width) = (found.start as f64 * step, found.len() as f64 * step);
        paint.fill("--gap", left, top, width, height);
        paint.text_within("--text-dim", gap, left + 4.0, top + height / 2.0, width - 8.0);
    }
    let room = (height - 6.0).max(height / 2.0);
    for (slot, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let bar = (part(*count, most, log) * room).max(1.0);
        paint.fill("--bar", slot as f64 * step, top + height - bar, step.max(1.0), bar);
    }
}

/// How high the strip is: a lane for each shard, where there are several.
fn strip_height(density: Option<&Density>) -> f64 {
    let lanes = density.map_or(0, |density| density.lanes.len());
    (lanes as f64 * LANE).clamp(HEIGHT, MAX_HEIGHT)
}

/// How high a count is, from 0 to 1.
pub fn part(count: u32, most: u32, log: bool) -> f64 {
    let height = |count: u32| if log { f64::from(count).ln_1p() } else { f64::from(count) };
    height(count) / height(most.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brush_is_drawn_moved_and_pulled() {
        let at = |micros: i64| Timestamp::from_nanos(micros * 1_000);
        let scale = Scale::new(at(0), at(1_000), 100.0);
        let micros = |it: Option<Stretch>| it.map(|(l, r)| (l.nanos() / 1_000, r.nanos() / 1_000));
        // Nothing is zoomed: a drag draws a brush.
        let drag = start(&scale, None, 20.0);
        assert_eq!(micros(moved(&scale, None, drag, 40.0)), Some((200, 400)));
        let zoom = Some((at(200), at(600)));
        // In the middle it is moved, at an edge pulled, beside it called.
        let drag = start(&scale, zoom, 30.0);
        assert_eq!(micros(moved(&scale, zoom, drag, 50.0)), Some((400, 800)));
        let drag = start(&scale, zoom, 58.0);
        assert_eq!(micros(moved(&scale, zoom, drag, 90.0)), Some((200, 900)));
        let drag = start(&scale, zoom, 90.0);
        assert_eq!(micros(moved(&scale, zoom, drag, 80.0)), Some((600, 1_000)));
    }

    #[test]
    fn few_are_seen_beside_many_on_a_logarithmic_scale() {
        assert_eq!(part(10, 10, false), 1.0);
        assert_eq!(part(10, 10, true), 1.0);
        assert!(part(1, 10_000, true) > 0.05 && part(1, 10_000, false) < 0.001);
    }
}
