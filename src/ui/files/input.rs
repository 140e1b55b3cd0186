//! Buttons by which a person chooses files or a folder.

use crate::ui::icons::{Icon, icon};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{FileList, HtmlElement, HtmlInputElement};
use yew::prelude::*;

/// The input that takes files.
pub const FILES: &str = "open-archive";
/// The input that takes a folder.
pub const FOLDER: &str = "open-folder";

/// What a button is.
#[derive(Properties, PartialEq)]
pub struct FileButtonProps {
    /// What it says.
    pub name: &'static str,
    /// The id of its input.
    pub id: &'static str,
    /// Whether a folder is chosen, with everything in it.
    #[prop_or_default]
    pub folder: bool,
    /// The picture before the words.
    #[prop_or_default]
    pub picture: Option<Icon>,
    /// Is given what was chosen.
    pub on_files: Callback<FileList>,
}

/// A button that lets a person choose. Its input is hidden from everyone: the browser's own button
/// would say "No file chosen".
#[component]
pub fn FileButton(props: &FileButtonProps) -> Html {
    let onclick = {
        let id = props.id;
        Callback::from(move |_: MouseEvent| click(id))
    };
    let onchange = {
        let on_files = props.on_files.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let Some(input) = input else { return };
            if let Some(files) = input.files() {
                on_files.emit(files);
            }
            // So that the same can be chosen again, after it grew.
            input.set_value("");
        })
    };
    html! {
        <>
            <button class="button" type="button" title={props.name} {onclick}>
                if let Some(picture) = props.picture {
                    { icon(picture) }
                }
                <span>{ props.name }</span>
            </button>
            <input
                id={props.id}
                hidden=true
                type="file"
                multiple={props.folder}
                webkitdirectory={props.folder}
                aria-label={props.name}
                {onchange}
            />
        </>
    }
}

/// Lets a person choose by the input of this id. To be called while a click is under way.
pub fn click(id: &str) {
    let input = document().get_element_by_id(id);
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
        input.click();
    }
}
