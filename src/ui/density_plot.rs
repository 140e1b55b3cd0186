//! The canvas of the timeline.
//!
//! ```text
//! ▁▂▅▇▆▂▁▁▂▃▅▇▇▆▅▃▂▁   bars: delta batches, a slot a CSS pixel
//! ▾        ▾        ▾  marks: images
//! ──┴─────────┴──────  axis
//!  09:30     09:35
//! ```
//!
//! Drawn in device pixels, so it is as sharp as the screen. Colours are those of the styles.

use super::hooks::use_scheme;
use super::overview::part;
use super::scale::Scale;
use super::theme::Theme;
use super::ticks::ticks_in;
use super::zone::Zone;
use crate::protocol::Density;
use gloo::utils::window;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d as Context2d, HtmlCanvasElement};
use yew::prelude::*;

/// Height of the axis, its labels included.
const AXIS: f64 = 20.0;
/// Height of the lane of image marks.
const MARKS: f64 = 8.0;
/// Room for a label and some air.
const TICK_SPACING: f64 = 96.0;

/// What the canvas shows.
#[derive(Properties, PartialEq)]
pub struct DensityPlotProps {
    /// Time to pixels.
    pub scale: Scale,
    /// In CSS pixels.
    pub height: f64,
    /// Batches per slot.
    pub density: Option<Rc<Density>>,
    /// Whether heights are logarithmic.
    pub log: bool,
    /// The zone of the labels.
    pub zone: Zone,
    /// Redraws in its colours.
    pub theme: Theme,
}

/// The canvas of the timeline.
#[component]
pub fn DensityPlot(props: &DensityPlotProps) -> Html {
    let node = use_node_ref();
    let scheme = use_scheme();
    let density = props.density.clone();
    let colours = (props.theme, scheme);
    let what = (props.scale, props.height, density, props.log, props.zone, colours, node.clone());
    use_effect_with(what, |(scale, height, density, log, zone, _, node)| {
        if let Some(canvas) = node.cast::<HtmlCanvasElement>()
            && let Some(plot) = Plot::new(&canvas, *scale, *height, *zone)
        {
            plot.draw(density.as_deref(), *log);
        }
    });
    html! { <canvas class="density" ref={node} aria-hidden="true" /> }
}

struct Plot {
    context: Context2d,
    scale: Scale,
    height: f64,
    zone: Zone,
    colours: Colours,
}

struct Colours {
    bar: String,
    image: String,
    line: String,
    grid: String,
    text: String,
    strong: String,
}

impl Plot {
    fn new(canvas: &HtmlCanvasElement, scale: Scale, height: f64, zone: Zone) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into::<Context2d>().ok()?;
        let style = window().get_computed_style(canvas).ok()??;
        let of = |name| style.get_property_value(name).unwrap_or_default();
        let ratio = window().device_pixel_ratio().max(1.0);
        canvas.set_width((scale.width() * ratio).round() as u32);
        canvas.set_height((height * ratio).round() as u32);
        context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0).ok()?;
        context.set_font(&format!("11px {}", of("font-family")));
        let colours = Colours {
            bar: of("--bar"),
            image: of("--image"),
            line: of("--line-strong"),
            grid: of("--line"),
            text: of("--text-dim"),
            strong: of("--text"),
        };
        Some(Self { context, scale, height, zone, colours })
    }

    fn draw(&self, density: Option<&Density>, log: bool) {
        self.context.clear_rect(0.0, 0.0, self.scale.width(), self.height);
        self.axis();
        if let Some(density) = density {
            // It may be of another time than is visible by now.
            let (left, right) = (self.scale.x(density.from), self.scale.x(density.to));
            let step = (right - left) / density.deltas.len().max(1) as f64;
            self.bars(&density.deltas, (left, step), log);
            self.marks(&density.images, (left, step));
        }
    }

    /// The y that bars stand on.
    fn ground(&self) -> f64 {
        self.height - AXIS - MARKS
    }

    fn axis(&self) {
        let Self { context, scale, colours, .. } = self;
        let axis = self.height - AXIS;
        context.set_fill_style_str(&colours.line);
        context.fill_rect(0.0, axis, scale.width(), 1.0);
        context.set_text_baseline("middle");
        let mut free_from = 0.0;
        for tick in ticks_in(scale, TICK_SPACING, &|time| self.zone.offset_at(time)) {
            let x = scale.x(tick.time).floor().min(scale.width() - 1.0);
            context.set_fill_style_str(&colours.grid);
            context.fill_rect(x, 0.0, 1.0, axis);
            context.set_fill_style_str(&colours.line);
            context.fill_rect(x, axis, 1.0, 5.0);
            let width = context.measure_text(&tick.label).map_or(0.0, |text| text.width());
            let left = (x - width / 2.0).clamp(0.0, (scale.width() - width).max(0.0));
            if left >= free_from {
                context.set_fill_style_str(if tick.major {
                    &colours.strong
                } else {
                    &colours.text
                });
                // A label that cannot be drawn is one less.
                let _ = context.fill_text(&tick.label, left, axis + 13.0);
                free_from = left + width + 8.0;
            }
        }
    }

    fn bars(&self, deltas: &[u32], (left, step): (f64, f64), log: bool) {
        let most = deltas.iter().copied().max().unwrap_or(0);
        if most == 0 {
            return;
        }
        self.context.set_fill_style_str(&self.colours.bar);
        let ground = self.ground();
        // Lone batches between empty slots would be hair lines.
        let busy = deltas.iter().filter(|count| **count > 0).count();
        let width = if busy * 4 < deltas.len() { step.max(2.0) } else { step };
        for (slot, count) in deltas.iter().enumerate().filter(|(_, count)| **count > 0) {
            let height = (part(*count, most, log) * (ground - 4.0)).max(2.0);
            let x = left + (slot as f64 * step).min(step * deltas.len() as f64 - width);
            self.context.fill_rect(x, ground - height, width, height);
        }
    }

    fn marks(&self, images: &[u32], (left, step): (f64, f64)) {
        let context = &self.context;
        context.set_fill_style_str(&self.colours.image);
        let lower = self.height - AXIS - 1.0;
        let upper = lower - (MARKS - 3.0);
        for (slot, _) in images.iter().enumerate().filter(|(_, count)| **count > 0) {
            let x = left + (slot as f64 + 0.5) * step;
            if x < -3.0 || x > self.scale.width() + 3.0 {
                continue;
            }
            let x = x.clamp(3.0, (self.scale.width() - 3.0).max(3.0));
            context.begin_path();
            context.move_to(x - 3.0, lower);
            context.line_to(x + 3.0, lower);
            context.line_to(x, upper);
            context.close_path();
            context.fill();
        }
    }
}
