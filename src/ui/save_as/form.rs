//! What is to be made of the open file.

use super::super::format;
use super::super::state::OpenFile;
use crate::export::{Level, Options};
use crate::saver::Task;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Sizes of dictionaries to choose from, in bytes.
const DICTIONARIES: [u64; 5] = [16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20];

/// What the form needs.
#[derive(Properties, PartialEq)]
pub struct FormProps {
    /// The open file.
    pub file: Rc<OpenFile>,
    /// Is told what was chosen.
    pub on_save: Callback<Task>,
}

/// The choices, and the button that saves.
#[component]
pub fn Form(props: &FormProps) -> Html {
    let compresses = use_state(|| false);
    let options = use_state(Options::default);
    let summary = &props.file.summary;
    let compresses_now = *compresses && !summary.compressed;
    let choice = |compress: bool, name: &'static str, disabled: bool, about: &'static str| {
        let chosen = compresses.setter();
        let onchange = Callback::from(move |_: Event| chosen.set(compress));
        let id = if compress { "save-compressed" } else { "save-indexed" };
        html! {
            <div class="save-choice">
                <input
                    {id}
                    type="radio"
                    name="save-as"
                    checked={compresses_now == compress}
                    {disabled}
                    aria-describedby={format!("{id}-about")}
                    {onchange}
                />
                <label for={id}>{ name }</label>
                <p id={format!("{id}-about")}>{ about }</p>
            </div>
        }
    };
    let on_level = {
        let options = options.clone();
        Callback::from(move |event: Event| {
            if let Some(level) = chosen(&event).and_then(|level| Level::new(level as i32)) {
                options.set(Options { level, ..*options });
            }
        })
    };
    let on_dictionary = {
        let options = options.clone();
        Callback::from(move |event: Event| {
            options.set(Options { dictionary: chosen(&event), ..*options });
        })
    };
    let onclick = {
        let (on_save, options) = (props.on_save.clone(), *options);
        Callback::from(move |_: MouseEvent| {
            on_save.emit(if compresses_now { Task::Compress(options) } else { Task::Index });
        })
    };
    let level = |level: i32| {
        let about = match level {
            1 => "1, quickest",
            19 => "19, smallest",
            _ => "",
        };
        let text = if about.is_empty() { level.to_string() } else { about.to_owned() };
        html! {
            <option value={level.to_string()} selected={options.level.get() == level}>
                { text }
            </option>
        }
    };
    let dictionary = |size: &u64| {
        html! {
            <option value={size.to_string()} selected={options.dictionary == Some(*size)}>
                { if *size == 0 { "None".to_owned() } else { format::bytes(*size) } }
            </option>
        }
    };
    // No larger than a tenth of the records.
    let sizes = DICTIONARIES.iter().filter(|size| **size <= summary.committed / 10);
    html! {
        <div class="save">
            <fieldset>
                <legend>{ "What to save" }</legend>
                { choice(false, "Indexed copy", false, INDEXED) }
                {
                    choice(
                        true,
                        "Compressed copy",
                        summary.compressed,
                        if summary.compressed { REFUSED } else { COMPRESSED },
                    )
                }
            </fieldset>
            if compresses_now {
                <div class="save-options">
                    <label>
                        { "Level" }
                        <select class="select" onchange={on_level}>{ for (1..=19).map(level) }</select>
                    </label>
                    <label>
                        { "Dictionary" }
                        <select class="select" onchange={on_dictionary}>
                            <option value="" selected={options.dictionary.is_none()}>
                                { "As large as is worth it" }
                            </option>
                            { dictionary(&0) }
                            { for sizes.map(dictionary) }
                        </select>
                    </label>
                </div>
            }
            <div class="save-buttons">
                <button class="button button-primary" type="button" {onclick}>{ "Save" }</button>
            </div>
        </div>
    }
}

const INDEXED: &str = "Not compressed, in the order of time. Each batch tells which paths are in it, \
                       so that a path is found quickly.";
const COMPRESSED: &str = "Each batch compressed by zstd, with a dictionary made of all of them. An \
                          indexed file stays indexed.";
const REFUSED: &str = "This file is compressed already. Save an indexed copy and open that, to \
                       compress it anew.";

/// The number of what was chosen in a list.
fn chosen(event: &Event) -> Option<u64> {
    event.target()?.dyn_into::<HtmlSelectElement>().ok()?.value().parse().ok()
}
