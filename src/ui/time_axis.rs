//! A time axis on a canvas of its own.

use super::hooks::use_scheme;
use super::paint::Paint;
use super::scale::Scale;
use super::theme::Theme;
use super::ticks::ticks_ahead;
use super::zone::{self, use_local};
use crate::time::Span;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

const HEIGHT: f64 = 20.0;
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
    let local = use_local();
    {
        let node = node.clone();
        let ahead = zone::shown_ahead(props.scale.from(), local);
        use_effect_with((props.scale, ahead, props.theme, scheme), move |(scale, ahead, ..)| {
            let canvas = node.cast::<HtmlCanvasElement>();
            if let Some(paint) = canvas.and_then(|it| Paint::new(&it, scale.width(), HEIGHT)) {
                draw(&paint, scale, *ahead);
            }
        });
    }
    html! { <canvas class="track-canvas" ref={node} aria-hidden="true" /> }
}

fn draw(paint: &Paint, scale: &Scale, ahead: Span) {
    paint.fill("--line-strong", 0.0, 0.0, scale.width(), 1.0);
    let mut free_from = 0.0;
    for tick in ticks_ahead(scale, SPACING, ahead) {
        let x = scale.x(tick.time).floor().min(scale.width() - 1.0);
        paint.fill("--line-strong", x, 0.0, 1.0, 5.0);
        let width = paint.width_of(&tick.label);
        let left = (x - width / 2.0).clamp(0.0, (scale.width() - width).max(0.0));
        if left >= free_from {
            let colour = if tick.major { "--text" } else { "--text-dim" };
            paint.text(colour, &tick.label, left, 13.0);
            free_from = left + width + 8.0;
        }
    }
}
