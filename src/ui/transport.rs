//! Moving about: by batch, to either end, to wherever is typed. And where that is.

use super::format;
use super::icons::{Icon, icon};
use super::state::{Action, Dispatch, Movement};
use crate::time::Timestamp;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the transport shows.
#[derive(Properties, PartialEq)]
pub struct TransportProps {
    /// Where the playhead is; `None` without batches.
    pub position: Option<Timestamp>,
    /// Why the text in the seek box goes nowhere.
    pub error: Option<AttrValue>,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The transport.
#[component]
pub fn Transport(props: &TransportProps) -> Html {
    let dispatch = &props.dispatch;
    let disabled = props.position.is_none();
    let button = |name: &'static str, picture: Icon, action: Action| {
        let dispatch = dispatch.clone();
        let onclick = Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()));
        html! {
            <button
                class="button button-icon"
                type="button"
                aria-label={name}
                title={name}
                {disabled}
                {onclick}
            >
                { icon(picture) }
            </button>
        }
    };
    let end = Movement::Expression("end".into());
    html! {
        <section class="transport" aria-label="Transport">
            <div class="buttons">
                { button("Beginning", Icon::Beginning, Action::GoToBeginning) }
                { button("Previous batch", Icon::Previous, Action::Move(Movement::Batches(-1))) }
                { button("Next batch", Icon::Next, Action::Move(Movement::Batches(1))) }
                { button("End", Icon::End, Action::Move(end)) }
            </div>
            if let Some(position) = props.position {
                <Now {position} />
            }
            <SeekBox error={props.error.clone()} {disabled} dispatch={dispatch.clone()} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct NowProps {
    position: Timestamp,
}

/// The position in full. The parts together are the text of the time.
#[component]
fn Now(props: &NowProps) -> Html {
    let [date, t, clock, fraction] = format::time_parts(props.position);
    html! {
        <time class="now" datetime={props.position.to_string()}>
            <span class="now-date">{ date }</span>
            <span class="now-t">{ t }</span>
            <span class="now-clock">{ clock }</span>
            <span class="now-fraction">{ fraction }</span>
        </time>
    }
}

#[derive(Properties, PartialEq)]
struct SeekBoxProps {
    error: Option<AttrValue>,
    disabled: bool,
    dispatch: Dispatch,
}

/// The seek box. What is typed stays, so that it can be mended or repeated.
#[component]
fn SeekBox(props: &SeekBoxProps) -> Html {
    let node = use_node_ref();
    let go = {
        let dispatch = props.dispatch.clone();
        let node = node.clone();
        move || {
            let text = node.cast::<HtmlInputElement>().map(|input| input.value());
            let text = text.unwrap_or_default().trim().to_owned();
            if !text.is_empty() {
                let movement = Movement::Expression(text.into());
                dispatch.dispatch(Action::Move(movement));
            }
        }
    };
    let onkeydown = {
        let go = go.clone();
        Callback::from(move |event: KeyboardEvent| {
            // Enter that picks a word in an input method is not meant for us.
            if event.key() == "Enter" && !event.is_composing() {
                event.prevent_default();
                go();
            }
        })
    };
    let onclick = Callback::from(move |_: MouseEvent| go());
    let oninput = {
        let dispatch = props.dispatch.clone();
        let had_error = props.error.is_some();
        Callback::from(move |_: InputEvent| {
            if had_error {
                dispatch.dispatch(Action::EditSeek);
            }
        })
    };
    html! {
        <div class="field seek">
            <label for="seek">{ "Seek" }</label>
            <input
                id="seek"
                ref={node}
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                placeholder="+10s, -3, end, a date"
                aria-invalid={props.error.is_some().then_some("true")}
                aria-describedby="seek-error"
                disabled={props.disabled}
                {onkeydown}
                {oninput}
            />
            <button class="button" type="button" disabled={props.disabled} {onclick}>{ "Go" }</button>
            <p id="seek-error" class="seek-error" role="alert">
                { props.error.clone().unwrap_or_default() }
            </p>
        </div>
    }
}
