//! The line at the top: which file is open, what it is, and how to open another.

use super::files::{self, FileButton, Files, Opener};
use super::format;
use super::grid;
use super::icons::{Icon, icon};
use super::state::{Action, Dispatch, OpenFile, View};
use super::theme::Theme;
use super::zone::{Zone, use_zone};
use crate::time::Timestamp;
use std::rc::Rc;
use web_sys::{FileList, HtmlInputElement};
use yew::prelude::*;

/// What the header shows.
#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    /// The open file.
    pub file: Option<Rc<OpenFile>>,
    /// The files at hand.
    pub files: Option<Files>,
    /// Whether the list of them is shown.
    pub list_shown: bool,
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
    let on_files = {
        let opener = props.opener.clone();
        Callback::from(move |files: FileList| opener.chosen(&files))
    };
    let onchange = {
        let on_files = on_files.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let Some(input) = input else { return };
            if let Some(files) = input.files() {
                on_files.emit(files);
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
                { match (&props.files, &props.file) {
                    (Some(files), file) if files.are_several() => {
                        let name = file.as_ref().map(|file| file.summary.name.clone());
                        switch(name, props.list_shown, &props.dispatch)
                    }
                    (_, Some(file)) => html! { <bdi>{ &file.summary.name }</bdi> },
                    (_, None) => "Netidx Archive Viewer".into(),
                } }
            </h1>
            if let Some(file) = &props.file {
                <Facts file={file.clone()} dispatch={props.dispatch.clone()} />
            }
            <div class="top-actions">
                <label class="button" for={files::FILES}>
                    { icon(Icon::Open) }
                    <span>{ "Open archive" }</span>
                    <input
                        id={files::FILES}
                        class="hidden-input"
                        type="file"
                        multiple=true
                        aria-label="Open archive"
                        {onchange}
                    />
                </label>
                <FileButton
                    name="Open folder"
                    id={files::FOLDER}
                    folder=true
                    picture={Icon::Folder}
                    {on_files}
                />
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

/// The name of the open file, which shows or hides the list of those beside it.
fn switch(name: Option<String>, shown: bool, dispatch: &Dispatch) -> Html {
    let onclick = grid::dispatch_with(dispatch, move |_: MouseEvent| Action::ShowRecording(!shown));
    html! {
        <button
            class="button file-button"
            type="button"
            aria-expanded={shown.to_string()}
            {onclick}
        >
            <bdi>{ name.unwrap_or_else(|| "Files".to_owned()) }</bdi>
            <span class="hidden">{ ", files" }</span>
            <span aria-hidden="true">{ "▾" }</span>
        </button>
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
            <li>{ files::layout(summary.compressed, summary.indexed) }</li>
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
