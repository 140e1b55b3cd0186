//! What is there before any file is: what this is, and what to do.

use super::files::{self, Opener};
use super::recent;
use super::state::Opening;
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
    let on_folder = Callback::from(|_: MouseEvent| files::click(files::FOLDER));
    let on_choose = Callback::from(|_: MouseEvent| files::click(files::FILES));
    let opened = recent::kept(recent::FILES);
    html! {
        <section class="empty" aria-label="Start">
            <div class="empty-drop">
                <img src="empty.svg" alt="" width="288" height="96" />
                if let Some(opening) = &props.opening {
                    <h2>{ "Opening " }<bdi>{ &opening.name }</bdi></h2>
                    <p>{ opening.progress() }</p>
                } else {
                    <h2>{ "Drop the folder of a netidx recorder anywhere on this page" }</h2>
                    <p>
                        { "Its " }
                        <code>{ "archive_directory" }</code>
                        { ", or the folder of one shard in it. Files alone are fine too: " }
                        <code>{ "current" }</code>
                        { " or a rotated file, with the " }
                        <code>{ "pathindex" }</code>
                        { " beside it, which has the paths." }
                    </p>
                    <div class="empty-actions">
                        <button class="button button-primary" type="button" onclick={on_folder}>
                            { "Choose a folder" }
                        </button>
                        <button class="button" type="button" onclick={on_choose}>
                            { "Choose files" }
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
