//! The timeline: how many batches when, where images are, and the playhead over it.

use super::density_plot::DensityPlot;
use super::focus;
use super::format;
use super::grid::dispatch_with;
use super::hooks::use_size;
use super::overview::Overview;
use super::position::Position;
use super::scale::Scale;
use super::state::{Action, Dispatch, OpenFile};
use super::theme::Theme;
use super::zone::Zone;
use super::zoom::Stretch;
use crate::protocol::Density;
use crate::protocol::find::FindPage;
use crate::time::Timestamp;
use std::rc::Rc;
use yew::prelude::*;

/// What the timeline shows.
#[derive(Properties, PartialEq)]
pub struct TimelineProps {
    /// The first and the last time; `None` without batches.
    pub extent: Option<Stretch>,
    /// The open file.
    pub file: Option<Rc<OpenFile>>,
    /// What is zoomed to.
    pub zoom: Option<Stretch>,
    /// The times that are wanted.
    pub range: Option<Stretch>,
    /// The playhead.
    pub position: Option<Timestamp>,
    /// Whether it moves by itself.
    pub playing: bool,
    /// Batches per slot of what is visible.
    pub density: Option<Rc<Density>>,
    /// Batches per slot of the whole file.
    pub overview: Option<Rc<Density>>,
    /// What Find found.
    pub found: Option<Rc<FindPage>>,
    /// Whether heights are logarithmic.
    pub log: bool,
    /// The zone of its times.
    pub zone: Zone,
    /// The theme, which the canvas follows.
    pub theme: Theme,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The timeline.
#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let node = use_node_ref();
    let size = use_size(&node);
    {
        let dispatch = props.dispatch.clone();
        // One slot a CSS pixel; whole pixels only.
        use_effect_with(size.width as u32, move |slots| {
            dispatch.dispatch(Action::Room(*slots));
        });
    }
    let visible = props.zoom.or(props.extent);
    let scale = visible.map(|(from, to)| Scale::new(from, to, size.width));
    html! {
        <section
            class={classes!("timeline", props.extent.is_none().then_some("timeline-none"))}
            aria-label="Timeline"
        >
            <div class="timeline-caption">
                if let (Some(scale), Some(density)) = (scale, &props.density) {
                    <p class="key key-deltas">{ deltas_key(&scale, density) }</p>
                    <p class="key key-images">{ "images" }</p>
                } else if props.extent.is_none() {
                    <p>{ "No batches: there is nothing to show on a timeline" }</p>
                } else {
                    <p>{ "Counting batches…" }</p>
                }
                if let Some((from, to)) = props.range {
                    <p class="key key-range">
                        { format!(
                            "{} ({})",
                            props.zone.stretch(from, to).join(" – "),
                            format::duration(to.since(from))
                        ) }
                    </p>
                }
                if props.extent.is_some() {
                    { tools(props, visible) }
                }
            </div>
            if let Some(extent) = props.extent {
                <Overview
                    width={size.width}
                    {extent}
                    file={props.file.clone()}
                    zoom={props.zoom}
                    range={props.range}
                    position={props.position}
                    density={props.overview.clone()}
                    found={props.found.clone()}
                    log={props.log}
                    theme={props.theme}
                    dispatch={props.dispatch.clone()}
                />
            }
            <div class="plot" ref={node}>
                if let Some(scale) = scale {
                    <DensityPlot
                        {scale}
                        height={size.height}
                        density={props.density.clone()}
                        log={props.log}
                        zone={props.zone}
                        theme={props.theme}
                    />
                }
                if let (Some(scale), Some(extent), Some(position)) =
                    (scale, props.extent, props.position)
                {
                    <Position
                        {scale}
                        {extent}
                        {position}
                        range={props.range}
                        playing={props.playing}
                        density={props.density.clone()}
                        dispatch={props.dispatch.clone()}
                    />
                }
            </div>
            if let Some(density) = &props.density {
                <p class="hidden">{ in_words(density, props.zone) }</p>
            }
        </section>
    }
}

/// What can be done to the timeline, for fingers and keys as well.
fn tools(props: &TimelineProps, visible: Option<Stretch>) -> Html {
    let button = |name: &'static str, shown: &str, pressed: Option<bool>, action: Action| {
        let onclick = dispatch_with(&props.dispatch, move |_: MouseEvent| {
            if matches!(action, Action::Range(None) | Action::Zoom(None)) {
                focus::give(".position");
            }
            action.clone()
        });
        html! {
            <button
                class="button button-small button-bare"
                type="button"
                aria-label={name}
                title={name}
                aria-pressed={pressed.map(|pressed| pressed.to_string())}
                {onclick}
            >
                { shown.to_owned() }
            </button>
        }
    };
    html! {
        <div class="timeline-tools">
            { button("Select from here", "From here", None, Action::RangeStart) }
            { button("Select up to here", "Up to here", None, Action::RangeEnd) }
            if props.range.is_some() {
                { button("Select everything", "Clear", None, Action::Range(None)) }
            }
            { button("Zoom in", "+", None, Action::ZoomBy(0.5)) }
            { button("Zoom out", "−", None, Action::ZoomBy(2.0)) }
            if props.zoom.is_some() {
                { button("Zoom to the whole file", "All", None, Action::Zoom(None)) }
            }
            { button("Logarithmic heights", "log", Some(props.log), Action::Log(!props.log)) }
            { zone_choice(props, visible) }
        </div>
    }
}

/// The zone of all times on the page.
fn zone_choice(props: &TimelineProps, visible: Option<Stretch>) -> Html {
    let choice = |zone: Zone| {
        let onchange = dispatch_with(&props.dispatch, move |_: Event| Action::Zone(zone));
        html! {
            <label class="zone-choice">
                <input
                    type="radio"
                    name="zone"
                    ~checked={props.zone == zone}
                    {onchange}
                />
                { zone.name() }
            </label>
        }
    };
    html! {
        <>
            <div class="zones" role="radiogroup" aria-label="Time zone">
                { for Zone::ALL.into_iter().map(choice) }
            </div>
            if props.zone != Zone::Utc && let Some((from, to)) = visible {
                <span class="zone-offset">{ props.zone.name_between(from, to) }</span>
            }
        </>
    }
}

fn deltas_key(scale: &Scale, density: &Density) -> String {
    let most = density.deltas.iter().copied().max().unwrap_or(0);
    format!("batches, at most {} in {}", format::thousands(most.into()), per_slot(scale))
}

/// How long a slot is, to two digits.
fn per_slot(scale: &Scale) -> String {
    let nanos = scale.per_pixel().nanos().max(1);
    let unit = 10_i64.pow(nanos.ilog10().saturating_sub(1));
    format::duration(crate::time::Span::from_nanos((nanos + unit / 2) / unit * unit))
}

/// What the canvas shows, for those who do not see it.
fn in_words(density: &Density, zone: Zone) -> String {
    let slots = density.deltas.len().max(1);
    let total: u64 = density.deltas.iter().copied().map(u64::from).sum();
    let scale = Scale::new(density.from, density.to, slots as f64);
    let busiest = density.deltas.iter().enumerate().max_by_key(|(_, count)| **count);
    let quiet = density.deltas.iter().filter(|count| **count == 0).count();
    let mut words = format!(
        "{} from {} to {}.",
        format::count(total, "batch", "batches"),
        zone.text(density.from),
        zone.text(density.to)
    );
    if let Some((slot, count)) = busiest.filter(|(_, count)| **count > 0) {
        words += &format!(
            " Most around {}: {} within {}. {}% of the time has none.",
            format::time_short(zone.wall(scale.time(slot as f64)), scale.grain()),
            format::thousands(u64::from(*count)),
            per_slot(&scale),
            quiet * 100 / slots
        );
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_the_canvas_shows() {
        let density = Density {
            from: Timestamp::from_nanos(0),
            to: Timestamp::from_nanos(4_000_000_000),
            deltas: vec![1, 0, 1_200, 0],
            images: vec![0; 4],
            lanes: Vec::new(),
        };
        assert_eq!(
            in_words(&density, Zone::Utc),
            "1,201 batches from 1970-01-01T00:00:00.000000000Z to 1970-01-01T00:00:04.000000000Z. \
             Most around 1970-01-01 00:00:02: 1,200 within 1 s. 50% of the time has none."
        );
        let empty = Density { deltas: Vec::new(), images: Vec::new(), ..density };
        assert!(in_words(&empty, Zone::Utc).starts_with("0 batches"));
    }
}
