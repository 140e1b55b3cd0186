//! What is there before any file is: what this is, and what to do.

use super::header::INPUT_ID;
use super::recent;
use super::source::Opener;
use super::state::Opening;
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// What the empty page needs.
#[derive(Properties, PartialEq)]
pub struct EmptyProps {
    /// Opens files.
    pub opener: Opener,
    /// The file on its way in.
    pub opening: Option<Opening>,
}

/// The empty page.
#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    let on_sample = {
        let opener = props.opener.clone();
        Callback::from(move |_| opener.sample())
    };
    let on_choose = Callback::from(|_: MouseEvent| {
        let input = document().get_element_by_id(INPUT_ID);
        if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
            input.click();
        }
    });
    let opened = recent::kept(recent::FILES);
    html! {
        <section class="empty" aria-label="Start">
            <div class="empty-drop">
                <img src="empty.svg" alt="" width="288" height="96" />
                if let Some(opening) = &props.opening {
                    <h2>{ "Opening " }<bdi>{ &opening.name }</bdi></h2>
                    <p>{ opening.progress() }</p>
                } else {
                    <h2>{ "Drop a netidx archive anywhere on this page" }</h2>
                    <p>
                        { "The recorder writes them as " }
                        <code>{ "<archive_directory>/<shard>/current" }</code>
                        { " and under the time of each rotation. Any name will do: a file is known by what is in it." }
                    </p>
                    <div class="empty-actions">
                        <button class="button button-primary" type="button" onclick={on_choose}>
                            { "Choose a file" }
                        </button>
                        <button class="button" type="button" onclick={on_sample}>
                            { "Try the sample" }
                        </button>
                    </div>
                    if !opened.is_empty() {
                        <p class="empty-recent">{ format!("Opened here before: {}", opened.join(", ")) }</p>
                    }
                }
            </div>
            <ul class="promises">
                <li>
                    <strong>{ "It stays here." }</strong>
                    { " The file is read by this browser. Nothing of it leaves this machine, and nothing is asked of any other." }
                </li>
                <li>
                    <strong>{ "Every digit." }</strong>
                    { " Times to the nanosecond and values in netidx's own text, exactly as they were recorded." }
                </li>
                <li>
                    <strong>{ "Damaged files too." }</strong>
                    { " What can be read is shown; what cannot is listed with its place in the file." }
                </li>
            </ul>
        </section>
    }
}
