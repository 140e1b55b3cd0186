//! How far the scan of the open file is, and how to stop it and go on with it.

use super::files::Opener;
use super::format;
use super::state::{OpenFile, part, to_scan};
use super::zone::{Zone, use_zone};
use crate::protocol::{Request, ScanState, Summary};
use crate::time::Span;
use std::rc::Rc;
use yew::prelude::*;

/// What the progress shows.
#[derive(Properties, PartialEq)]
pub struct ProgressProps {
    /// The open file.
    pub file: Rc<OpenFile>,
    /// Milliseconds that are left, where that can be told.
    pub left: Option<f64>,
    /// Asks the worker.
    pub opener: Opener,
}

/// The progress, at the bottom.
#[component]
pub fn Progress(props: &ProgressProps) -> Html {
    let summary = &props.file.summary;
    let zone = use_zone();
    let button = |name: &'static str, request: Request| {
        let opener = props.opener.clone();
        let onclick = Callback::from(move |_: MouseEvent| opener.ask(request.clone()));
        html! { <button class="button button-small" type="button" {onclick}>{ name }</button> }
    };
    html! {
        <div class="progress">
            if summary.scan == ScanState::Stopped {
                <p>{ stopped(summary, zone) }</p>
                { button("Read the rest", Request::Resume) }
            } else {
                <p>{ going(summary, props.left) }</p>
                { button("Cancel", Request::Stop) }
            }
            <progress
                class="reading"
                aria-label="Reading"
                max="1"
                value={part(summary).to_string()}
            />
        </div>
    }
}

fn going(summary: &Summary, left: Option<f64>) -> String {
    let mut words = format!(
        "{} of {}, {}",
        format::bytes(summary.scanned),
        format::bytes(to_scan(summary)),
        format::count(summary.delta_batches, "batch", "batches"),
    );
    if let Some(left) = left {
        // A clock that runs down by whole seconds.
        let seconds = (left / 1_000.0).ceil().clamp(1.0, 1e9) as i64;
        let left = format::duration(Span::from_nanos(seconds * 1_000_000_000));
        words += &format!(", about {left} left");
    }
    words
}

fn stopped(summary: &Summary, zone: Zone) -> String {
    let read = format!("{} of {}", format::bytes(summary.scanned), format::bytes(to_scan(summary)));
    match summary.last {
        Some(last) => {
            let shown = format::time_short(zone.wall(last), Span::from_nanos(1_000_000_000));
            format!("Shown up to {shown} {}: {read}", zone.name_between(last, last))
        }
        None => format!("{read} read"),
    }
}
