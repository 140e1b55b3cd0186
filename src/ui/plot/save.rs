//! Saving the plot as a picture, which this page makes itself: nothing is asked of any other.

use super::track::{COLOURS, STRIP, columns, height};
use crate::protocol::views::Series;
use crate::ui::chart::{ValueScale, bars, strips};
use crate::ui::format;
use crate::ui::paint::css;
use crate::ui::scale::Scale;
use crate::ui::state::{Action, Dispatch, PlotView};
use crate::ui::ticks::ticks;
use gloo::utils::{document, window};
use js_sys::Array;
use std::fmt::Write;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, Url,
};
use yew::prelude::*;

/// What there is to be saved.
#[derive(Properties, PartialEq)]
pub struct SaveButtonsProps {
    /// The tracks.
    pub view: PlotView,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The buttons.
#[component]
pub fn SaveButtons(props: &SaveButtonsProps) -> Html {
    let onclick = {
        let (view, dispatch) = (props.view.clone(), props.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let Some((query, series)) = &view.series else { return };
            let scale = Scale::new(query.from, query.to, f64::from(query.columns));
            let picture = svg(series, &scale, columns(query, &scale), &view, &css);
            let said = match download(&picture, "plot.svg", "image/svg+xml") {
                Ok(()) => "Saved plot.svg".to_owned(),
                Err(error) => format!("The plot could not be saved: {error:?}"),
            };
            dispatch.dispatch(Action::Say(said.into()));
        })
    };
    let on_png = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            if let Err(error) = save_png(&dispatch) {
                let said = format!("The plot could not be saved: {error:?}");
                dispatch.dispatch(Action::Say(said.into()));
            }
        })
    };
    let disabled = props.view.series.is_none();
    html! {
        <div class="plot-save">
            <button class="button button-small" type="button" {disabled} onclick={on_png}>
                { "Save as PNG" }
            </button>
            <button class="button button-small" type="button" {disabled} {onclick}>
                { "Save as SVG" }
            </button>
        </div>
    }
}

/// Saves the tracks as they are drawn, in device pixels, one below the other.
fn save_png(dispatch: &Dispatch) -> Result<(), JsValue> {
    let drawn = document().query_selector_all(".tracks canvas")?;
    let canvases: Vec<HtmlCanvasElement> =
        (0..drawn.length()).filter_map(|nth| drawn.get(nth)?.dyn_into().ok()).collect();
    let whole: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
    whole.set_width(canvases.iter().map(HtmlCanvasElement::width).max().unwrap_or(1));
    whole.set_height(canvases.iter().map(HtmlCanvasElement::height).sum());
    let context = whole.get_context("2d")?.ok_or("no canvas")?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    context.set_fill_style_str(&css("--ground"));
    context.fill_rect(0.0, 0.0, whole.width().into(), whole.height().into());
    let ratio = window().device_pixel_ratio().max(1.0);
    context.set_font(&format!("{}px monospace", 11.0 * ratio));
    context.set_text_align("right");
    context.set_text_baseline("top");
    let mut top = 0.0;
    for canvas in &canvases {
        context.draw_image_with_html_canvas_element(canvas, 0.0, top)?;
        // Its name is no part of what is drawn: it stands before it.
        if let Some(name) = canvas.previous_element_sibling() {
            let (right, text) = (f64::from(whole.width()) - 8.0 * ratio, name.text_content());
            context.set_fill_style_str(&css("--text-dim"));
            context.fill_text(&text.unwrap_or_default(), right, top + 4.0 * ratio)?;
        }
        top += f64::from(canvas.height());
    }
    let dispatch = dispatch.clone();
    let made = Closure::once_into_js(move |blob: Option<Blob>| {
        let saved = blob.ok_or_else(|| "no picture".into());
        let said = match saved.and_then(|blob| hand_over(&blob, "plot.png")) {
            Ok(()) => "Saved plot.png".to_owned(),
            Err(error) => format!("The plot could not be saved: {error:?}"),
        };
        dispatch.dispatch(Action::Say(said.into()));
    });
    whole.to_blob(made.unchecked_ref())
}

/// Hands text to the browser as a file.
fn download(text: &str, name: &str, kind: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&text.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    hand_over(&blob, name)
}

/// Hands a blob to the browser as a file.
pub fn hand_over(blob: &Blob, name: &str) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// The tracks as a picture; `colour` knows the colours of the styles.
fn svg(
    series: &Series,
    scale: &Scale,
    columns: crate::ui::chart::Columns,
    view: &PlotView,
    colour: &dyn Fn(&str) -> String,
) -> String {
    const LABEL: f64 = 18.0;
    const AXIS: f64 = 24.0;
    let width = scale.width();
    let total: f64 = series.tracks.iter().map(|track| height(track) + LABEL).sum();
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{}\" \
         font-family=\"monospace\" font-size=\"11\"><rect width=\"100%\" height=\"100%\" \
         fill=\"{}\"/>",
        total + AXIS,
        colour("--ground")
    );
    let mut top = 0.0;
    for (nth, track) in series.tracks.iter().enumerate() {
        let high = height(track);
        let name = format::path_or_id(track.path.as_deref(), track.id);
        text(&mut out, 4.0, top + 13.0, &colour("--text"), &name);
        top += LABEL;
        let lines = if track.states.is_empty() { high } else { high - STRIP };
        let tracks = if view.shared { &series.tracks[..] } else { std::slice::from_ref(track) };
        if let Some(scale) = ValueScale::of(tracks, view.log, lines) {
            let fill = colour(&format!("--series-{}", nth % COLOURS));
            for bar in bars(track, &scale, columns) {
                rect(&mut out, bar.x, top + bar.y, bar.width, bar.height, &fill);
            }
        }
        for strip in strips(track, columns) {
            let Some((_, state)) = strip.state else { continue };
            let fill = colour(&format!("--strip-{}", strip.number as usize % COLOURS));
            let y = top + high - STRIP + 2.0;
            rect(&mut out, strip.x, y, strip.width, STRIP - 4.0, &fill);
            let fits = (strip.width / 7.0) as usize;
            let shown: String = state.chars().take(fits).collect();
            text(&mut out, strip.x + 4.0, y + 13.0, &colour("--text"), &shown);
        }
        top += high;
    }
    for tick in ticks(scale, 110.0) {
        let x = scale.x(tick.time);
        rect(&mut out, x, 0.0, 1.0, total, &colour("--line"));
        text(&mut out, x + 3.0, total + 15.0, &colour("--text-dim"), &tick.label);
    }
    out + "</svg>\n"
}

fn rect(out: &mut String, x: f64, y: f64, width: f64, height: f64, fill: &str) {
    let _ = write!(
        out,
        "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{fill}\"/>"
    );
}

fn text(out: &mut String, x: f64, y: f64, fill: &str, text: &str) {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;");
    let safe: String = safe.chars().filter(|c| !c.is_control()).collect();
    let _ = write!(out, "<text x=\"{x:.2}\" y=\"{y:.2}\" fill=\"{fill}\">{safe}</text>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::views::{SeriesQuery, Track, TrackRun};
    use crate::query::series::State;
    use crate::time::Timestamp;

    #[test]
    fn a_picture_has_every_track_and_text_stays_text() {
        let track = |path: &str| Track {
            id: 0,
            path: Some(path.to_owned()),
            min: vec![1.0; 10],
            max: vec![2.0; 10],
            runs: vec![TrackRun { column: 0, held: State::Other(0), changes: 0 }],
            states: vec![("string".into(), "<b>&\u{7}".into())],
            updates: 1,
            numbers: 1,
            range: None,
        };
        let series = Series { progress: (1, 1), tracks: vec![track("/a"), track("/b<script>")] };
        let (from, to) = (Timestamp::from_nanos(0), Timestamp::from_nanos(1_000_000_000));
        let query = SeriesQuery { subjects: Vec::new(), from, to, columns: 500 };
        let scale = Scale::new(from, to, 500.0);
        let name = |name: &str| name.to_owned();
        let picture = svg(&series, &scale, columns(&query, &scale), &PlotView::default(), &name);
        assert!(picture.contains(">/a<") && picture.contains(">/b&lt;script><"), "{picture}");
        assert!(picture.contains("fill=\"--series-1\"") && picture.contains("00:00:00"));
        assert!(!picture.contains("<script") && !picture.contains('\u{7}'));
    }
}
