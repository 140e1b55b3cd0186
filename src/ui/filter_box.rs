//! The filter: globs or plain text, asked with each keystroke.

use super::icons::{Icon, icon};
use super::state::FilterInput;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the filter shows.
#[derive(Properties, PartialEq)]
pub struct FilterBoxProps {
    /// What it is called.
    pub name: &'static str,
    /// The id of its element.
    pub id: &'static str,
    /// What is said while it is empty.
    pub placeholder: &'static str,
    /// As typed, and what is wrong with it.
    pub filter: FilterInput,
    /// Is told what is typed.
    pub on_change: Callback<AttrValue>,
}

/// The filter.
#[component]
pub fn FilterBox(props: &FilterBoxProps) -> Html {
    let node = use_node_ref();
    let oninput = {
        let on_change = props.on_change.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                on_change.emit(input.value().into());
            }
        })
    };
    let on_clear = {
        let on_change = props.on_change.clone();
        let node = node.clone();
        Callback::from(move |_: MouseEvent| {
            on_change.emit(AttrValue::default());
            if let Some(input) = node.cast::<HtmlInputElement>() {
                // The button goes away with the text; the focus must not.
                let _ = input.focus();
            }
        })
    };
    let error = &props.filter.error;
    html! {
        <div class="field filter">
            <label for={props.id}>{ props.name }</label>
            <input
                id={props.id}
                ref={node}
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder={props.placeholder}
                value={props.filter.text.clone()}
                aria-invalid={error.is_some().then_some("true")}
                aria-describedby={format!("{}-error", props.id)}
                {oninput}
            />
            if !props.filter.text.is_empty() {
                <button
                    class="button button-icon"
                    type="button"
                    aria-label={format!("Clear {}", props.name.to_lowercase())}
                    title={format!("Clear {}", props.name.to_lowercase())}
                    onclick={on_clear}
                >
                    { icon(Icon::Close) }
                </button>
            }
            <p id={format!("{}-error", props.id)} class="field-error" role="alert">
                { error.clone().unwrap_or_default() }
            </p>
        </div>
    }
}
