//! One track, drawn in device pixels.

use crate::protocol::views::{Series, SeriesQuery, Track};
use crate::ui::by_pointer::ByPointer;
use crate::ui::chart::{Columns, ValueScale, bars, edges, strips};
use crate::ui::format;
use crate::ui::hooks::use_scheme;
use crate::ui::paint::{Paint, Surface};
use crate::ui::scale::Scale;
use crate::ui::theme::Theme;
use std::rc::Rc;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// Height of a track with numbers.
const TALL: f64 = 112.0;
/// Height of a number at a line, with room around it.
const TEXT_HEIGHT: f64 = 14.0;
/// Height of a track of states only, and of the states of a track with numbers.
const STRIP: f64 = 22.0;

/// Colours that are told apart; the styles have one for each.
pub const COLOURS: usize = 6;

/// Which track.
#[derive(Properties, PartialEq)]
pub struct TrackCanvasProps {
    /// Its number.
    pub nth: usize,
    /// Time to pixels.
    pub scale: Scale,
    /// What was asked.
    pub query: Rc<SeriesQuery>,
    /// What was answered.
    pub series: ByPointer<Series>,
    /// The tracks that share a scale with it.
    pub shared: Option<ByPointer<Series>>,
    /// Whether the scale is logarithmic where it can be.
    pub log: bool,
    /// Redraws in its colours.
    pub theme: Theme,
}

/// How high a track is.
pub fn height(track: &Track) -> f64 {
    let has_numbers = track.min.iter().any(|min| !min.is_nan());
    match (has_numbers, track.states.is_empty()) {
        (true, true) => TALL,
        (true, false) => TALL + STRIP,
        (false, _) => STRIP + 4.0,
    }
}

/// Where the columns of an answer stand on a scale, which may show another time by now.
pub fn columns(query: &SeriesQuery, scale: &Scale) -> Columns {
    let (left, right) = (scale.x(query.from), scale.x(query.to));
    Columns { left, step: (right - left) / f64::from(query.columns.max(1)) }
}

/// One track.
#[component]
pub fn TrackCanvas(props: &TrackCanvasProps) -> Html {
    let node = use_node_ref();
    let scheme = use_scheme();
    let Some(track) = props.series.tracks.get(props.nth) else { return Html::default() };
    let height = height(track);
    {
        let node = node.clone();
        let TrackCanvasProps { nth, scale, log, .. } = *props;
        let (query, series, shared) =
            (props.query.clone(), props.series.clone(), props.shared.clone());
        let what = (nth, scale, query, series, shared, log, (props.theme, scheme));
        use_effect_with(what, move |(nth, scale, query, series, shared, log, _)| {
            let canvas = node.cast::<HtmlCanvasElement>();
            let paint = canvas.and_then(|it| Paint::new(&it, scale.width(), height));
            if let (Some(paint), Some(track)) = (paint, series.tracks.get(*nth)) {
                let tracks = shared.as_ref().map_or(std::slice::from_ref(track), |it| &it.tracks);
                draw(&paint, track, tracks, columns(query, scale), (*nth, *log), 0.0);
            }
        });
    }
    let name = format::path_or_id(track.path.as_deref(), track.id);
    html! {
        // Over the text of a strip a name needs a ground of its own.
        <div class={classes!("track", (height < TALL).then_some("track-strip"))}>
            <p class="track-name" aria-hidden="true">{ name }</p>
            <canvas class="track-canvas" ref={node} aria-hidden="true" />
        </div>
    }
}

/// Draws a track; its upper edge is at `top`.
pub fn draw(
    paint: &impl Surface,
    track: &Track,
    tracks: &[Track],
    columns: Columns,
    (nth, log): (usize, bool),
    top: f64,
) {
    let height = height(track);
    let strip_top = height - STRIP;
    let lines = if track.states.is_empty() { height } else { strip_top };
    if let Some(scale) = ValueScale::of(tracks, log, lines).filter(|_| height > STRIP + 4.0) {
        let marks = scale.marks();
        for mark in &marks {
            let y = top + scale.y(mark.value).round();
            paint.fill("--line", 0.0, y, paint.width(), 1.0);
        }
        let colour = format!("--series-{}", nth % COLOURS);
        for bar in bars(track, &scale, columns) {
            paint.fill(&colour, bar.x, top + bar.y, bar.width, bar.height);
        }
        let edges = edges(track, &scale, columns);
        for edge in &edges {
            paint.fill("--bad", edge.x, top + edge.y, edge.width, edge.height);
        }
        for mark in &marks {
            // Above its line, and at the top, where there is no room, below.
            let y = scale.y(mark.value);
            let y = if y < TEXT_HEIGHT { y + TEXT_HEIGHT / 2.0 } else { y - TEXT_HEIGHT / 2.0 };
            paint.text_over(&mark.label, 4.0, top + y);
        }
        if scale.is_bare() {
            paint.text_over("All values are infinite", 4.0, top + lines / 2.0);
        }
    }
    for strip in strips(track, columns) {
        let Some((kind, text)) = strip.state else { continue };
        let colour = match kind.as_str() {
            "unsubscribed" | "null" => "--strip-none".to_owned(),
            "error" => "--strip-error".to_owned(),
            _ => format!("--strip-{}", strip.number as usize % COLOURS),
        };
        let top = top + strip_top + 2.0;
        paint.fill(&colour, strip.x, top, (strip.width - 1.0).max(1.0), STRIP - 4.0);
        if strip.mixed {
            paint.fill("--text-dim", strip.x, top, columns.step.max(1.0), STRIP - 4.0);
        }
        let left = strip.x.max(0.0);
        let room = (strip.x + strip.width).min(paint.width()) - left - 12.0;
        paint.text_within("--text", text, left + 6.0, top + STRIP / 2.0 - 2.0, room);
    }
}
