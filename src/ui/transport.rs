//! Moving about: by batch, to either end, to wherever is typed. And where that is.

use super::follow::Follow;
use super::icons::{Icon, icon};
use super::state::{Action, Dispatch, Movement, Playback, Speed};
use super::zone::{Zone, use_zone};
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
    let length = step_length(&props.step);
    let is_wrong = length.is_none();
    let button = |name: &'static str, sign: char, shown: &'static str| {
        let (dispatch, length) = (props.dispatch.clone(), length.clone());
        let disabled = disabled || is_wrong;
        let onclick = Callback::from(move |_: MouseEvent| {
            if let Some(length) = &length {
                let expression = format!("{sign}{length}");
                dispatch.dispatch(Action::Move(Movement::Expression(expression.into())));
            }
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
                title="Step: 10s, 0.5s, 2m, 100u; a number alone is seconds"
                aria-invalid={is_wrong.then_some("true")}
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

/// A length of time as a seek expression takes it; a number alone is seconds, as a step by batches
/// has its own buttons.
fn step_length(text: &str) -> Option<String> {
    let text = text.trim();
    let (number, unit) = match text.char_indices().next_back()? {
        (at, unit @ ('y' | 'M' | 'd' | 'h' | 'm' | 's' | 'u')) => (&text[..at], unit),
        _ => (text, 's'),
    };
    let is_number = number.starts_with(|sign: char| sign.is_ascii_digit() || sign == '.');
    let value: f64 = number.parse().ok().filter(|_| is_number)?;
    (value.is_finite() && value > 0.0).then(|| format!("{number}{unit}"))
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
    let [date, t, clock, fraction] = use_zone().parts(props.position);
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
    let placeholder = match use_zone() {
        Zone::Utc => "+10s, -3, end, a date in UTC",
        Zone::Local => "+10s, -3, end, a date in local time",
    };
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
                {placeholder}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_length_of_time() {
        let length = |text: &str| step_length(text);
        assert_eq!(length(" 10s ").as_deref(), Some("10s"));
        assert_eq!(length("0.5").as_deref(), Some("0.5s"));
        assert_eq!(length("5").as_deref(), Some("5s"), "not five batches");
        assert_eq!(length("2M").as_deref(), Some("2M"));
        for wrong in ["", "s", "-5", "+5s", "5 s x", "fast", "0", "inf", "1é"] {
            assert_eq!(length(wrong), None, "{wrong:?}");
        }
    }
}
