//! The filter: globs or plain text, asked with each keystroke.

use super::icons::{Icon, icon};
use super::state::{Action, Dispatch, FilterInput};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the filter shows.
#[derive(Properties, PartialEq)]
pub struct FilterBoxProps {
    /// As typed, and what is wrong with it.
    pub filter: FilterInput,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The filter.
#[component]
pub fn FilterBox(props: &FilterBoxProps) -> Html {
    let node = use_node_ref();
    let oninput = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                dispatch.dispatch(Action::Filter(input.value().into()));
            }
        })
    };
    let on_clear = {
        let dispatch = props.dispatch.clone();
        let node = node.clone();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::Filter(AttrValue::default()));
            if let Some(input) = node.cast::<HtmlInputElement>() {
                // The button goes away with the text; the focus must not.
                let _ = input.focus();
            }
        })
    };
    let error = &props.filter.error;
    html! {
        <div class="field filter">
            <label for="filter">{ "Filter" }</label>
            <input
                id="filter"
                ref={node}
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder="/market/** or part of a path"
                value={props.filter.text.clone()}
                aria-invalid={error.is_some().then_some("true")}
                aria-describedby="filter-error"
                {oninput}
            />
            if !props.filter.text.is_empty() {
                <button
                    class="button button-icon"
                    type="button"
                    aria-label="Clear filter"
                    title="Clear filter"
                    onclick={on_clear}
                >
                    { icon(Icon::Close) }
                </button>
            }
            <p id="filter-error" class="field-error" role="alert">
                { error.clone().unwrap_or_default() }
            </p>
        </div>
    }
}
