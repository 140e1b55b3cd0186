//! A time axis on a canvas of its own.

use super::hooks::use_scheme;
use super::paint::{Paint, Surface};
use super::scale::Scale;
use super::theme::Theme;
use super::ticks::ticks_in;
use super::zone::{Zone, use_zone};
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// In CSS pixels.
pub const HEIGHT: f64 = 20.0;
/// Room for a label and some air.
const SPACING: f64 = 96.0;

/// What the axis shows.
#[derive(Properties, PartialEq)]
pub struct TimeAxisProps {
    /// Time to pixels.
    pub scale: Scale,
    /// Redraws in its colours.
    pub theme: Theme,
}

/// The axis.
#[component]
pub fn TimeAxis(props: &TimeAxisProps) -> Html {
    let node = use_node_ref();
    let scheme = use_scheme();
    let zone = use_zone();
    {
        let node = node.clone();
        use_effect_with((props.scale, zone, props.theme, scheme), move |(scale, zone, ..)| {
            let canvas = node.cast::<HtmlCanvasElement>();
            if let Some(paint) = canvas.and_then(|it| Paint::new(&it, scale.width(), HEIGHT)) {
                draw(&paint, scale, *zone, 0.0);
            }
        });
    }
    html! { <canvas class="track-canvas" ref={node} aria-hidden="true" /> }
}

/// Draws the axis; its upper edge is at `top`.
pub fn draw(paint: &impl Surface, scale: &Scale, zone: Zone, top: f64) {
    paint.fill("--line-strong", 0.0, top, scale.width(), 1.0);
    let mut free_from = 0.0;
    for tick in ticks_in(scale, SPACING, &|time| zone.offset_at(time)) {
        let x = scale.x(tick.time).floor().min(scale.width() - 1.0);
        paint.fill("--line-strong", x, top, 1.0, 5.0);
        let width = paint.width_of(&tick.label);
        let left = (x - width / 2.0).clamp(0.0, (scale.width() - width).max(0.0));
        if left >= free_from {
            let colour = if tick.major { "--text" } else { "--text-dim" };
            paint.text(colour, &tick.label, left, top + 13.0);
            free_from = left + width + 8.0;
        }
    }
}
