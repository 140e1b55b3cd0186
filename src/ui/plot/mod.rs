//! Paths over the visible time, one track below the other on one time axis.

mod legend;
mod save;
mod track;

use super::chart::refuses_log;
use super::format;
use super::grid::{dispatch_with, notice};
use super::hooks::use_size;
use super::position::use_wheel;
use super::scale::Scale;
use super::state::{Action, Dispatch, PlotView};
use super::theme::Theme;
use super::time_axis::TimeAxis;
use crate::protocol::views::Subject;
use crate::time::Timestamp;
use legend::Legend;
use save::SaveButtons;
pub use save::hand_over;
use track::TrackCanvas;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

/// What the plot shows.
#[derive(Properties, PartialEq)]
pub struct PlotProps {
    /// The tracks.
    pub view: PlotView,
    /// The path that is selected.
    pub selected: Option<Subject>,
    /// The first and the last time.
    pub extent: Option<(Timestamp, Timestamp)>,
    /// The time that is visible.
    pub visible: Option<(Timestamp, Timestamp)>,
    /// The time that is selected.
    pub range: Option<(Timestamp, Timestamp)>,
    /// The playhead.
    pub position: Option<Timestamp>,
    /// Redraws in its colours.
    pub theme: Theme,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The plot.
#[component]
pub fn Plot(props: &PlotProps) -> Html {
    let node = use_node_ref();
    let size = use_size(&node);
    {
        let dispatch = props.dispatch.clone();
        use_effect_with(size.width as u32, move |columns| {
            dispatch.dispatch(Action::PlotRoom(*columns));
        });
    }
    let scale = props.visible.map(|(from, to)| Scale::new(from, to, size.width));
    use_wheel(&node, scale.zip(props.extent), true, props.dispatch.clone());
    let series = props.view.series.as_ref();
    let tracks = series.map(|(_, series)| series.tracks.len()).unwrap_or_default();
    let at_x = {
        // What an event calls its current target is the root of the page, where yew listens.
        let node = node.clone();
        move |event: &PointerEvent| {
            let left = node.cast::<Element>()?.get_bounding_client_rect().left();
            Some(scale?.time(f64::from(event.client_x()) - left))
        }
    };
    let onpointermove = {
        let at_x = at_x.clone();
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: PointerEvent| {
            let time = at_x(&event);
            dispatch.dispatch(Action::Crosshair(time));
            if let Some(time) = time.filter(|_| event.buttons() & 1 == 1) {
                dispatch.dispatch(Action::GoTo(time));
            }
        })
    };
    let onpointerdown = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(time) = at_x(&event).filter(|_| event.button() == 0) {
                dispatch.dispatch(Action::GoTo(time));
            }
        })
    };
    let onpointerleave = dispatch_with(&props.dispatch, |_: PointerEvent| Action::Crosshair(None));
    let line = |time: Option<Timestamp>, class: &'static str| {
        let x = scale.zip(time).map(|(scale, time)| scale.x(time));
        let x = x.filter(|x| (0.0..=size.width).contains(x));
        x.map_or_else(Html::default, |x| {
            let style = JsValue::from(format!("transform: translateX({x:.2}px)"));
            html! { <div {class} ~style={style} /> }
        })
    };
    let shared = props.view.shared.then(|| series.map(|(_, series)| series.clone())).flatten();
    html! {
        <div class="plot-view">
            { toolbar(props, scale) }
            <div class="plot-scroll" tabindex="0" role="group" aria-label="Tracks">
                <div
                    class="tracks"
                    ref={node}
                    {onpointermove}
                    {onpointerdown}
                    {onpointerleave}
                >
                    if let (Some(scale), Some((query, series))) = (scale, series) {
                        { for (0..tracks).map(|nth| html! {
                            <TrackCanvas
                                key={nth}
                                {nth}
                                {scale}
                                query={query.clone()}
                                series={series.clone()}
                                shared={shared.clone()}
                                log={props.view.log}
                                theme={props.theme}
                            />
                        }) }
                    }
                    if let Some(scale) = scale.filter(|_| tracks > 0) {
                        <TimeAxis {scale} theme={props.theme} />
                    }
                    { range_box(props.range, scale) }
                    { line(props.position, "playhead plot-playhead") }
                    { line(props.view.crosshair, "hover-line plot-crosshair") }
                </div>
                if tracks == 0 {
                    { if props.selected.is_some() || !props.view.subjects.is_empty() {
                        notice("Reading…", "The updates of the path are on their way.")
                    } else {
                        notice("Nothing to plot yet", "Select a path. With “Add to plot” in its details several are shown, one below the other.")
                    } }
                } else {
                    <div class="legend-box">
                        <Legend
                            view={props.view.clone()}
                            position={props.position}
                            dispatch={props.dispatch.clone()}
                        />
                    </div>
                }
            </div>
        </div>
    }
}

fn toolbar(props: &PlotProps, scale: Option<Scale>) -> Html {
    let series = props.view.series.as_ref().map(|(_, series)| &series.tracks[..]);
    let refuses: Vec<String> = series
        .unwrap_or_default()
        .iter()
        .filter(|track| props.view.log && refuses_log(track))
        .map(|track| format::path_or_id(track.path.as_deref(), track.id))
        .collect();
    let progress = props.view.series.as_ref().map(|(_, series)| series.progress);
    let progress = progress.filter(|(done, of)| done < of);
    html! {
        <div class="plot-tools">
            { check("Shared scale", props.view.shared, &props.dispatch, Action::PlotShared) }
            { check("Logarithmic", props.view.log, &props.dispatch, Action::PlotLog) }
            if !refuses.is_empty() {
                <span class="dim">
                    { format!("Linear, as there are values of 0 or less: {}", refuses.join(", ")) }
                </span>
            }
            if let Some((done, of)) = progress {
                <span class="dim">
                    { format!("{} of {}", format::thousands(done), format::count(of, "batch", "batches")) }
                </span>
            }
            <SaveButtons view={props.view.clone()} {scale} dispatch={props.dispatch.clone()} />
        </div>
    }
}

/// The time that is selected, over the tracks.
fn range_box(range: Option<(Timestamp, Timestamp)>, scale: Option<Scale>) -> Html {
    let Some(((from, to), scale)) = range.zip(scale) else { return Html::default() };
    let [left, right] = [from, to].map(|time| scale.x(time).clamp(-2.0, scale.width() + 2.0));
    let width = (right - left).max(0.0);
    let style = JsValue::from(format!("transform: translateX({left:.2}px); width: {width:.2}px"));
    html! { <div class="range-box plot-range" ~style={style} /> }
}

fn check(
    name: &'static str,
    checked: bool,
    dispatch: &Dispatch,
    make: impl Fn(bool) -> Action + 'static,
) -> Html {
    let dispatch = dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            dispatch.dispatch(make(input.checked()));
        }
    });
    html! { <label class="check"><input type="checkbox" {checked} {onchange} />{ name }</label> }
}
