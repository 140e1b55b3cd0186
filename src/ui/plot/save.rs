//! Saving the plot as a picture, which this page makes itself: nothing is asked of any other.

use super::track::{columns, draw, height};
use crate::protocol::views::{Series, SeriesQuery};
use crate::ui::format;
use crate::ui::paint::{Surface, css};
use crate::ui::scale::Scale;
use crate::ui::state::{Action, Dispatch, PlotView};
use crate::ui::time_axis;
use crate::ui::zone::{Zone, use_zone};
use gloo::timers::callback::Timeout;
use gloo::utils::{document, window};
use js_sys::Array;
use std::cell::RefCell;
use std::fmt::Write;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, Url,
};
use yew::prelude::*;

/// How long the address of a download works.
const ADDRESS_MILLIS: u32 = 60_000;
/// Every browser draws a canvas of this size.
const LARGEST_CANVAS: u32 = 16_384;
/// Height of the line that says which time is seen, in CSS pixels.
const CAPTION: f64 = 18.0;

/// What there is to be saved.
#[derive(Properties, PartialEq)]
pub struct SaveButtonsProps {
    /// The tracks.
    pub view: PlotView,
    /// Time to pixels, as they are drawn.
    pub scale: Option<Scale>,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The buttons.
#[component]
pub fn SaveButtons(props: &SaveButtonsProps) -> Html {
    let zone = use_zone();
    let onclick = {
        let (view, scale, dispatch) = (props.view.clone(), props.scale, props.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let (Some((query, series)), Some(scale)) = (&view.series, scale) else { return };
            let picture = svg(query, series, &scale, &view, zone, &css);
            let said = match download(&picture, "plot.svg", "image/svg+xml") {
                Ok(()) => "Saved plot.svg".to_owned(),
                Err(error) => format!("The plot could not be saved: {error:?}"),
            };
            dispatch.dispatch(Action::Say(said.into()));
        })
    };
    let on_png = {
        let (scale, dispatch) = (props.scale, props.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let caption = scale.map(|scale| caption(&scale, zone)).unwrap_or_default();
            if let Err(error) = save_png(&caption, &dispatch) {
                let why = error.as_string().unwrap_or_else(|| format!("{error:?}"));
                let said = format!("The plot could not be saved: {why}");
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
fn save_png(caption: &str, dispatch: &Dispatch) -> Result<(), JsValue> {
    let drawn = document().query_selector_all(".tracks canvas")?;
    let canvases: Vec<HtmlCanvasElement> =
        (0..drawn.length()).filter_map(|nth| drawn.get(nth)?.dyn_into().ok()).collect();
    let whole: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
    let ratio = window().device_pixel_ratio().max(1.0);
    let width = canvases.iter().map(HtmlCanvasElement::width).max().unwrap_or(1);
    let drawn: u32 = canvases.iter().map(HtmlCanvasElement::height).sum();
    let height = drawn + (CAPTION * ratio) as u32;
    if width.max(height) > LARGEST_CANVAS {
        return Err("it is too large for a PNG: save it as SVG, or take fewer paths".into());
    }
    whole.set_width(width);
    whole.set_height(height);
    let context = whole.get_context("2d")?.ok_or("no canvas")?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    context.set_fill_style_str(&css("--ground"));
    context.fill_rect(0.0, 0.0, whole.width().into(), whole.height().into());
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
    context.set_fill_style_str(&css("--text-dim"));
    context.fill_text(caption, f64::from(width) - 8.0 * ratio, top + 3.0 * ratio)?;
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
    // A browser may take a while until it reads what it was given.
    Timeout::new(ADDRESS_MILLIS, move || {
        // What is revoked already is of no use either.
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    Ok(())
}

/// The time that is seen, its date and its zone.
fn caption(scale: &Scale, zone: Zone) -> String {
    let (from, to) = (scale.from(), scale.to());
    format!("{} {}", zone.stretch(from, to).join(" – "), zone.name_between(from, to))
}

/// A picture in the making: what a canvas shows, as SVG.
struct Svg<'c> {
    out: RefCell<String>,
    width: f64,
    colour: &'c dyn Fn(&str) -> String,
}

impl Svg<'_> {
    fn write(&self, element: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.out.borrow_mut().write_fmt(element);
    }

    fn write_text(&self, colour: &str, style: &str, text: &str, x: f64, y: f64) {
        let (fill, text) = ((self.colour)(colour), escaped(text));
        self.write(format_args!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\" dy=\".35em\" fill=\"{fill}\"{style}>{text}</text>"
        ));
    }
}

impl Surface for Svg<'_> {
    fn width(&self) -> f64 {
        self.width
    }

    fn fill(&self, colour: &str, x: f64, y: f64, width: f64, height: f64) {
        let fill = (self.colour)(colour);
        self.write(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" \
             fill=\"{fill}\"/>"
        ));
    }

    fn text(&self, colour: &str, text: &str, x: f64, y: f64) {
        self.write_text(colour, "", text, x, y);
    }

    fn text_over(&self, text: &str, x: f64, y: f64) {
        let ground = (self.colour)("--ground");
        let rim = format!(" stroke=\"{ground}\" stroke-width=\"3\" paint-order=\"stroke\"");
        self.write_text("--text-dim", &rim, text, x, y);
    }

    fn width_of(&self, text: &str) -> f64 {
        /// What a character of a monospaced type of 11 pixels takes.
        const CHARACTER: f64 = 6.6;
        text.chars().count() as f64 * CHARACTER
    }
}

/// A text as XML may have it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            // No XML holds them, by whichever way they are written.
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            sign if sign.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            sign => out.push(sign),
        }
    }
    out
}

/// The tracks as they are drawn, as a picture; `colour` knows the colours of the styles.
fn svg(
    query: &SeriesQuery,
    series: &Series,
    scale: &Scale,
    view: &PlotView,
    zone: Zone,
    colour: &dyn Fn(&str) -> String,
) -> String {
    let width = scale.width();
    let tracks: f64 = series.tracks.iter().map(height).sum();
    let total = tracks + time_axis::HEIGHT + CAPTION;
    let picture = Svg { out: RefCell::default(), width, colour };
    picture.write(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{total}\" \
         viewBox=\"0 0 {width} {total}\" font-family=\"monospace\" font-size=\"11\">"
    ));
    let names = series.tracks.iter().map(|it| format::path_or_id(it.path.as_deref(), it.id));
    let names: Vec<String> = names.collect();
    picture.write(format_args!("<title>{}</title>", escaped(&names.join(", "))));
    picture.fill("--ground", 0.0, 0.0, width, total);
    let end = |text: &str, y: f64| {
        picture.write_text("--text-dim", " text-anchor=\"end\"", text, width - 8.0, y);
    };
    let columns = columns(query, scale);
    let mut top = 0.0;
    for (nth, track) in series.tracks.iter().enumerate() {
        let shared = if view.shared { &series.tracks[..] } else { std::slice::from_ref(track) };
        draw(&picture, track, shared, columns, (nth, view.log), top);
        end(&names[nth], top + 10.0);
        top += height(track);
    }
    time_axis::draw(&picture, scale, zone, top);
    end(&caption(scale, zone), top + time_axis::HEIGHT + CAPTION / 2.0);
    picture.out.into_inner() + "</svg>\n"
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
        let picture = svg(&query, &series, &scale, &PlotView::default(), Zone::Utc, &name);
        assert!(picture.contains(">/a<") && picture.contains(">/b&lt;script&gt;<"), "{picture}");
        assert!(picture.contains("fill=\"--series-1\"") && picture.contains("00:00:00"));
        assert!(!picture.contains("<script") && !picture.contains('\u{7}'));
        assert!(picture.contains("<title>/a, /b&lt;script&gt;</title>"), "{picture}");
        // Values, dates and the zone, as on the page.
        assert!(
            picture.contains(">1.5<")
                && picture.contains("1970-01-01 00:00:00.000 – 00:00:01.000 UTC")
        );
        let local = svg(&query, &series, &scale, &PlotView::default(), Zone::Local, &name);
        assert!(local.contains("05:30:00.000 – 05:30:01.000 Local, UTC+05:30"), "{local}");
    }

    #[test]
    fn texts_are_no_markup() {
        assert_eq!(escaped("/a]]>b"), "/a]]&gt;b");
        assert_eq!(escaped("/a&amp;<x>\"'"), "/a&amp;amp;&lt;x&gt;\"'");
        assert_eq!(escaped("/\u{b}\u{fffe}\u{ffff}é"), "/\u{fffd}\u{fffd}\u{fffd}é");
    }
}
