//! The line at the top: which file is open, what it is, and how to open another.

use super::format;
use super::icons::{Icon, icon};
use super::source::Opener;
use super::state::{Action, Chosen, Dispatch, OpenFile, View};
use super::theme::Theme;
use super::zone::{Zone, use_zone};
use crate::protocol::Summary;
use crate::time::Timestamp;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Where the file input is found.
pub const INPUT_ID: &str = "open-archive";

/// What the header shows.
#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    /// The open file.
    pub file: Option<Rc<OpenFile>>,
    /// The files that were chosen together, where they are several.
    pub chosen: Option<Chosen>,
    /// The theme.
    pub theme: Theme,
    /// Opens files.
    pub opener: Opener,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The line at the top.
#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let onchange = {
        let opener = props.opener.clone();
        Callback::from(move |event: Event| {
            let input =
                event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(input) = input else { return };
            if let Some(files) = input.files() {
                opener.files(&files);
            }
            // So that the same file can be chosen again, after it grew.
            input.set_value("");
        })
    };
    let on_sample = {
        let opener = props.opener.clone();
        Callback::from(move |_| opener.sample())
    };
    let on_theme = {
        let dispatch = props.dispatch.clone();
        let theme = props.theme;
        Callback::from(move |_| dispatch.dispatch(Action::Theme(theme.next())))
    };
    let on_keys = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Help(true)))
    };
    let on_save = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::SaveAs(true)))
    };
    let theme_icon = match props.theme {
        Theme::System => Icon::System,
        Theme::Light => Icon::Light,
        Theme::Dark => Icon::Dark,
    };
    let name = props.file.as_ref().map(|file| file.summary.name.clone());
    let theme_name = format!("Theme: {}", props.theme.name());
    html! {
        <header class="top">
            <img class="mark" src="icon.svg" alt="" width="24" height="24" />
            <h1 class="file-name" title={name}>
                { match (&props.chosen, &props.file) {
                    (Some(chosen), _) => switch(chosen, &props.opener),
                    (None, Some(file)) => html! { <bdi>{ &file.summary.name }</bdi> },
                    (None, None) => "Netidx Archive Viewer".into(),
                } }
            </h1>
            if let Some(file) = &props.file {
                <Facts file={file.clone()} dispatch={props.dispatch.clone()} />
            }
            <div class="top-actions">
                <label class="button" for={INPUT_ID}>
                    { icon(Icon::Open) }
                    <span>{ "Open archive" }</span>
                    <input
                        id={INPUT_ID}
                        class="hidden-input"
                        type="file"
                        multiple=true
                        aria-label="Open archive"
                        {onchange}
                    />
                </label>
                <button class="button" type="button" title="Open sample" onclick={on_sample}>
                    { icon(Icon::Sample) }
                    <span>{ "Open sample" }</span>
                </button>
                if props.file.is_some() {
                    <button class="button" type="button" title="Save as (e)" onclick={on_save}>
                        { icon(Icon::Save) }
                        <span>{ "Save as…" }</span>
                    </button>
                }
                <button
                    class="button button-icon"
                    type="button"
                    aria-label="Keys"
                    title="Keys (?)"
                    onclick={on_keys}
                >
                    { "?" }
                </button>
                <button
                    class="button button-icon"
                    type="button"
                    aria-label={theme_name.clone()}
                    title={theme_name}
                    onclick={on_theme}
                >
                    { icon(theme_icon) }
                </button>
            </div>
        </header>
    }
}

/// Which of the files that were chosen together is shown.
fn switch(chosen: &Chosen, opener: &Opener) -> Html {
    let onchange = {
        let (chosen, opener) = (chosen.clone(), opener.clone());
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let nth = select.and_then(|it| usize::try_from(it.selected_index()).ok());
            if let Some(nth) = nth {
                opener.switch(&chosen, nth);
            }
        })
    };
    html! {
        // The property: what a person chose no attribute changes any more.
        <select
            class="select"
            aria-label="File"
            ~selectedIndex={JsValue::from(chosen.nth as f64)}
            {onchange}
        >
            { for chosen.names.iter().enumerate().map(|(nth, name)| html! {
                <option selected={nth == chosen.nth}>
                    { format!("{name} ({} of {})", nth + 1, chosen.names.len()) }
                </option>
            }) }
        </select>
    }
}

#[derive(Properties, PartialEq)]
struct FactsProps {
    file: Rc<OpenFile>,
    dispatch: Dispatch,
}

/// What the file is, in a line.
#[component]
fn Facts(props: &FactsProps) -> Html {
    let zone = use_zone();
    let summary = &props.file.summary;
    let on_problems = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Show(View::Problems)))
    };
    let images = format::count(summary.image_batches, "image", "images");
    html! {
        <ul class="facts">
            <li title={format::count(summary.length, "byte", "bytes")}>
                { format::bytes(summary.length) }
            </li>
            <li>{ layout(summary) }</li>
            <li>{ format::count(summary.delta_batches, "batch", "batches") }</li>
            <li>{ images }</li>
            <li>{ format::count(summary.paths, "path", "paths") }</li>
            if let (Some(first), Some(last)) = (summary.first, summary.last) {
                <li title={format!("{} to {}", zone.text(first), zone.text(last))}>
                    { extent(first, last, zone) }
                </li>
            }
            if summary.problem_count > 0 {
                <li>
                    <button class="button button-warn" type="button" onclick={on_problems}>
                        { icon(Icon::Warning) }
                        { format::count(summary.problem_count, "problem", "problems") }
                    </button>
                </li>
            }
        </ul>
    }
}

/// The first and the last time.
fn extent(first: Timestamp, last: Timestamp, zone: Zone) -> String {
    let name = zone.name_between(first, last);
    let [from, to] = zone.stretch(first, last);
    if first == last {
        format!("{from} {name}")
    } else {
        format!("{from} – {to} {name} ({})", format::duration(last.since(first)))
    }
}

/// The layout, in the format's words.
fn layout(summary: &Summary) -> &'static str {
    match (summary.compressed, summary.indexed) {
        (false, false) => "plain",
        (false, true) => "indexed",
        (true, false) => "compressed",
        (true, true) => "compressed, indexed",
    }
}
