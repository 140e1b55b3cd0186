//! Following a file that grows: the switch, and what to do where the browser cannot look at a
//! file again by itself.

use super::files::Opener;
use super::state::{Action, Dispatch};
use crate::client::Handle;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the switch shows.
#[derive(Properties, PartialEq)]
pub struct FollowProps {
    /// Whether the playhead stays at the end.
    pub on: bool,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The switch.
#[component]
pub fn Follow(props: &FollowProps) -> Html {
    let on = props.on;
    let onclick = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::FollowEnd(!on)))
    };
    html! {
        <button
            class="button switch"
            type="button"
            role="switch"
            aria-checked={on.to_string()}
            title="Stay at the end as the file grows"
            {onclick}
        >
            <span class="switch-knob" aria-hidden="true" />
            { "Follow" }
        </button>
    }
}

/// What the notice needs.
#[derive(Properties, PartialEq)]
pub struct ChooseAgainProps {
    /// The name of the open file.
    pub name: AttrValue,
    /// Whether it lies in a folder that was chosen.
    pub in_folder: bool,
    /// Reads on in files.
    pub opener: Opener,
}

/// Said of a folder that was chosen and not dropped.
const OF_FOLDER: &str = " Drop the folder onto the page, and all of it is followed: files that are rotated, and new \
                         ones, too.";

/// Says that the page cannot look at the file by itself, and lets a person choose it again.
#[component]
pub fn ChooseAgain(props: &ChooseAgainProps) -> Html {
    let opener = props.opener.clone();
    let (why, choose) = if Handle::can_be_chosen() {
        let onclick = Callback::from(move |_: MouseEvent| opener.choose_again());
        let why = "was given to this page as it was then. Choose it once more, and it is looked at \
                   every second.";
        let choose = html! {
            <button class="button" type="button" {onclick}>{ "Choose the file again" }</button>
        };
        (why, choose)
    } else {
        let onchange = Callback::from(move |event: Event| {
            let input =
                event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(input) = input else { return };
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                opener.again(file, None);
            }
            input.set_value("");
        });
        let why = "cannot be looked at again by itself in this browser. Choose it again to see what \
                   was added; the view stays as it is.";
        let choose = html! {
            <label class="button">
                { "Choose the file again" }
                <input
                    class="hidden-input"
                    type="file"
                    aria-label="Choose the file again"
                    {onchange}
                />
            </label>
        };
        (why, choose)
    };
    html! {
        <section class="choose-again" aria-label="Follow">
            <p>
                <bdi>{ &props.name }</bdi>{ " " }{ why }
                if props.in_folder {
                    { OF_FOLDER }
                }
            </p>
            { choose }
        </section>
    }
}
