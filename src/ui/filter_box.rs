//! The filter: globs or plain text, asked with each keystroke.

use super::icons::{Icon, icon};
use super::recent;
use super::state::FilterInput;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
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
    /// Under which key what was used last is kept, if it is.
    #[prop_or_default]
    pub recent: Option<&'static str>,
    /// What can be asked, by example, and in words.
    #[prop_or_default]
    pub examples: &'static [(&'static str, &'static str)],
    /// Is told what is typed.
    pub on_change: Callback<AttrValue>,
    /// Is told that Enter is pressed.
    #[prop_or_default]
    pub on_enter: Callback<()>,
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
    let onkeydown = {
        let on_enter = props.on_enter.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                on_enter.emit(());
            }
        })
    };
    let error = &props.filter.error;
    let key = props.recent;
    let used = use_state(|| key.map(recent::kept).unwrap_or_default());
    // Told once the text is left or Enter is pressed, not with each letter.
    let onchange = {
        let (used, filter) = (used.setter(), props.filter.clone());
        Callback::from(move |_: Event| {
            if let Some(key) = key.filter(|_| filter.error.is_none()) {
                used.set(recent::keep(key, &filter.text));
            }
        })
    };
    let on_pick = {
        let (on_change, node) = (props.on_change.clone(), node.clone());
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(select) = select.filter(|it| !it.value().is_empty()) {
                on_change.emit(select.value().into());
                select.set_value("");
                if let Some(input) = node.cast::<HtmlInputElement>() {
                    // What was picked is there to be changed.
                    let _ = input.focus();
                }
            }
        })
    };
    let pick = |name: String, shown: &'static str, options: Html| {
        html! {
            <select class="select recent" aria-label={name.clone()} title={name} onchange={on_pick.clone()}>
                // Selected in so many words: options are put in from the last to the first, and the
                // first one put in would be it.
                <option value="" selected=true>{ shown }</option>
                { options }
            </select>
        }
    };
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
                {onchange}
                {onkeydown}
            />
            // A datalist would make another role of the field.
            if !used.is_empty() {
                { pick(
                    format!("Recent {}", props.name.to_lowercase()),
                    "Recent",
                    used.iter().map(|it| html! { <option value={it.clone()}>{ it }</option> }).collect(),
                ) }
            }
            if !props.examples.is_empty() {
                { pick(
                    format!("Examples of {}", props.name.to_lowercase()),
                    "Examples",
                    props.examples.iter().map(|(example, words)| html! {
                        <option value={*example}>{ format!("{example}   {words}") }</option>
                    }).collect(),
                ) }
            }
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
