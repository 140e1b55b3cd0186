//! Moving about: by batch, to either end, to wherever is typed. And where that is.

use super::follow::Follow;
use super::icons::{Icon, icon};
use super::state::{Action, Dispatch, Movement, Playback, Speed};
use super::zone::{self, use_local};
use crate::time::Timestamp;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What the transport shows.
#[derive(Properties, PartialEq)]
pub struct TransportProps {
    /// Where the playhead is; `None` without batches.
    pub position: Option<Timestamp>,
    /// Why the text in the seek box goes nowhere.
    pub error: Option<AttrValue>,
    /// Whether and how the playhead moves by itself.
    pub playback: Playback,
    /// How far a step by time goes.
    pub step: AttrValue,
    /// Whether a path is selected.
    pub has_path: bool,
    /// Whether the playhead stays at the end.
    pub follows: bool,
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
    let change = |name: &'static str, picture: Icon, forward: bool| {
        let dispatch = dispatch.clone();
        let action = Action::Move(Movement::Change { forward });
        let onclick = Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()));
        html! {
            <button
                class="button button-icon"
                type="button"
                aria-label={name}
                title={format!("{name} of the selected path")}
                disabled={!props.has_path}
                {onclick}
            >
                { icon(picture) }
            </button>
        }
    };
    let playback = &props.playback;
    let end = Movement::Expression("end".into());
    html! {
        <section class="transport" aria-label="Transport">
            <div class="buttons">
                { button("Beginning", Icon::Beginning, Action::GoToBeginning) }
                { button("Previous batch", Icon::Previous, Action::Move(Movement::Batches(-1))) }
                { if playback.playing {
                    button("Pause", Icon::Pause, Action::Play(false))
                } else {
                    button("Play", Icon::Play, Action::Play(true))
                } }
                { button("Next batch", Icon::Next, Action::Move(Movement::Batches(1))) }
                { button("End", Icon::End, Action::Move(end)) }
            </div>
            <div class="buttons">
                { change("Previous change", Icon::PreviousChange, false) }
                { change("Next change", Icon::NextChange, true) }
            </div>
            { step_field(props, disabled) }
            <Tempo playback={playback.clone()} dispatch={dispatch.clone()} />
            <Follow on={props.follows} dispatch={dispatch.clone()} />
            if let Some(position) = props.position {
                <Now {position} />
            }
            <SeekBox error={props.error.clone()} {disabled} dispatch={dispatch.clone()} />
        </section>
    }
}

/// Steps by a time that is chosen, in the words of a seek expression: `250ms` is `0.25s`.
fn step_field(props: &TransportProps, disabled: bool) -> Html {
    let button = |name: &'static str, sign: char, shown: &'static str| {
        let (dispatch, step) = (props.dispatch.clone(), props.step.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            let expression = format!("{sign}{}", step.trim());
            dispatch.dispatch(Action::Move(Movement::Expression(expression.into())));
        });
        html! {
            <button class="button" type="button" aria-label={name} title={name} {disabled} {onclick}>
                { shown }
            </button>
        }
    };
    let oninput = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                dispatch.dispatch(Action::Step(input.value().into()));
            }
        })
    };
    html! {
        <div class="field step">
            { button("Back by the step", '-', "−") }
            <input
                type="text"
                aria-label="Step"
                title="Step: 10s, 0.5s, 2m, 100u"
                autocomplete="off"
                spellcheck="false"
                value={props.step.clone()}
                {disabled}
                {oninput}
            />
            { button("Forward by the step", '+', "+") }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct TempoProps {
    playback: Playback,
    dispatch: Dispatch,
}

/// How fast, and whether again and again.
#[component]
fn Tempo(props: &TempoProps) -> Html {
    let Playback { speed, looped, .. } = props.playback;
    let onchange = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: Event| {
            let select = event.target().and_then(|it| it.dyn_into::<HtmlSelectElement>().ok());
            if let Some(speed) = select.and_then(|it| Speed::from_name(&it.value())) {
                dispatch.dispatch(Action::Speed(speed));
            }
        })
    };
    let on_loop = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Loop(!looped)))
    };
    html! {
        <div class="tempo">
            <select class="select" aria-label="Speed" title="Speed" {onchange}>
                { for Speed::ALL.into_iter().map(|it| {
                    let name = it.name();
                    html! { <option value={name.clone()} selected={it == speed}>{ name }</option> }
                }) }
            </select>
            <button
                class="button button-icon"
                type="button"
                aria-label="Loop"
                title="Loop"
                aria-pressed={looped.to_string()}
                onclick={on_loop}
            >
                { icon(Icon::Loop) }
            </button>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NowProps {
    position: Timestamp,
}

/// The position in full. The parts together are the text of the time.
#[component]
fn Now(props: &NowProps) -> Html {
    let [date, t, clock, fraction] = zone::parts(props.position, use_local());
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
