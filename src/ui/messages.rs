//! The live regions: what went wrong at the top, what went well at the bottom, and the notice
//! while files hover over the page.

use super::files::{self, Opener};
use super::format;
use super::icons::{Icon, icon};
use super::progress::Progress;
use super::state::{Action, Dispatch, OpenFile, Opening};
use crate::protocol::ScanState;
use std::rc::Rc;
use yew::prelude::*;

/// What went wrong.
#[derive(Properties, PartialEq)]
pub struct AlertProps {
    /// The sentence.
    pub message: Option<AttrValue>,
    /// Whether it is mended by choosing the file again.
    pub choose_again: bool,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The alert. Its element is always there, so that what is put into it is spoken.
#[component]
pub fn Alert(props: &AlertProps) -> Html {
    let on_dismiss = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Dismiss))
    };
    let on_choose = Callback::from(|_: MouseEvent| files::click(files::FILES));
    html! {
        <div class={classes!("alert", props.message.is_none().then_some("alert-none"))}>
            if props.message.is_some() {
                { icon(Icon::Warning) }
            }
            <p role="alert">{ props.message.clone().unwrap_or_default() }</p>
            if props.message.is_some() && props.choose_again {
                <button class="button" type="button" onclick={on_choose}>{ "Choose again" }</button>
            }
            if props.message.is_some() {
                <button
                    class="button button-icon"
                    type="button"
                    aria-label="Dismiss"
                    title="Dismiss"
                    onclick={on_dismiss}
                >
                    { icon(Icon::Close) }
                </button>
            }
        </div>
    }
}

/// What went well.
#[derive(Properties, PartialEq)]
pub struct StatusProps {
    /// The sentence.
    pub status: AttrValue,
    /// The open file.
    pub file: Option<Rc<OpenFile>>,
    /// Milliseconds that its scan still takes, where that can be told.
    pub left: Option<f64>,
    /// Asks the worker.
    pub opener: Opener,
    /// The file on its way in.
    pub opening: Option<Opening>,
    /// How many rows the view has.
    pub rows: Option<u32>,
}

/// The line at the bottom.
#[component]
pub fn Status(props: &StatusProps) -> Html {
    let scanning = props.file.clone().filter(|file| file.summary.scan != ScanState::Over);
    html! {
        <footer class="bottom">
            <p role="status">{ &props.status }</p>
            if let Some(opening) = &props.opening {
                <p>{ opening.progress() }</p>
                <progress
                    class="reading"
                    aria-label="Reading"
                    max="1"
                    value={opening.part().map(|part| part.to_string())}
                />
            } else if let Some(file) = scanning {
                <Progress {file} left={props.left} opener={props.opener.clone()} />
            } else if let Some(rows) = props.rows {
                <p>{ format::count(u64::from(rows), "row", "rows") }</p>
            } else if props.file.is_none() {
                <p>{ "Nothing leaves this machine" }</p>
            }
        </footer>
    }
}

/// Whether files hover.
#[derive(Properties, PartialEq)]
pub struct DropTargetProps {
    /// Files hover over the page.
    pub hovering: bool,
}

/// The notice while files hover over the page.
#[component]
pub fn DropTarget(props: &DropTargetProps) -> Html {
    if !props.hovering {
        return Html::default();
    }
    html! {
        <div class="drop" aria-hidden="true">
            <div class="drop-frame">
                <p class="drop-title">{ "Drop files or a folder to open" }</p>
                <p>{ "They are read here, in this browser, and go nowhere else" }</p>
            </div>
        </div>
    }
}
