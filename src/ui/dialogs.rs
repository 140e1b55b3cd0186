//! The keys, and the command palette: over the page, until they are closed.

use super::icons::{Icon, icon};
use super::keys::{COMMANDS, Command, FIELDS, found};
use super::state::{Action, Dispatch, State};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, HtmlDialogElement, HtmlInputElement, ScrollIntoViewOptions, ScrollLogicalPosition,
};
use yew::prelude::*;

/// What a dialog needs.
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// What it is called.
    pub name: &'static str,
    /// Is told that it is to be shown no more.
    pub on_close: Callback<()>,
    /// What is in it.
    pub children: Children,
}

/// A dialog of the browser: it keeps the focus, and Escape closes it.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        let dialog = node.cast::<HtmlDialogElement>();
        if let Some(dialog) = &dialog {
            // It is shown once only, so this cannot fail.
            let _ = dialog.show_modal();
        }
        // Closed by whichever way: the browser gives the focus back to what had it before.
        move || {
            if let Some(dialog) = dialog.filter(HtmlDialogElement::open) {
                dialog.close();
            }
        }
    });
    let onclose = props.on_close.reform(|_: Event| ());
    let onclick = {
        let (node, on_close) = (node.clone(), props.on_close.clone());
        Callback::from(move |event: MouseEvent| {
            // Beside the dialog is the dialog itself; what is in it is in it.
            let target = event.target().and_then(|it| it.dyn_into::<HtmlDialogElement>().ok());
            if target.is_some() && target == node.cast() {
                on_close.emit(());
            }
        })
    };
    let on_button = props.on_close.reform(|_: MouseEvent| ());
    html! {
        <dialog class="dialog" ref={node} aria-label={props.name} {onclose} {onclick}>
            <div class="dialog-head">
                <h2>{ props.name }</h2>
                <button
                    class="button button-icon button-bare"
                    type="button"
                    aria-label="Close"
                    title="Close"
                    onclick={on_button}
                >
                    { icon(Icon::Close) }
                </button>
            </div>
            { for props.children.iter() }
        </dialog>
    }
}

/// What the dialogs need.
#[derive(Properties, PartialEq)]
pub struct DialogsProps {
    /// What the page shows.
    pub state: State,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// Whichever dialog is open.
#[component]
pub fn Dialogs(props: &DialogsProps) -> Html {
    let close = |action: fn(bool) -> Action| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |()| dispatch.dispatch(action(false)))
    };
    html! {
        <>
            if props.state.help {
                <Dialog name="Keys" on_close={close(Action::Help)}>{ keys(props) }</Dialog>
            }
            if props.state.palette {
                <Dialog name="Commands" on_close={close(Action::Palette)}>
                    <Palette state={props.state.clone()} dispatch={props.dispatch.clone()} />
                </Dialog>
            }
        </>
    }
}

fn keys(props: &DialogsProps) -> Html {
    let onchange = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: Event| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                dispatch.dispatch(Action::SingleKeys(input.checked()));
            }
        })
    };
    let row = |(keys, name): (&'static str, &'static str)| {
        html! { <tr key={keys}><td><kbd>{ keys }</kbd></td><td>{ name }</td></tr> }
    };
    let commands = COMMANDS.iter().map(|command| (command.keys, command.name));
    html! {
        <>
            <label class="check keys-check">
                <input type="checkbox" checked={!props.state.single_keys_off} {onchange} />
                { "Single keys do something; those with Ctrl always do" }
            </label>
            <table class="keys">
                <tbody>{ for FIELDS.into_iter().chain(commands).map(row) }</tbody>
            </table>
        </>
    }
}

/// The command palette: what is typed finds commands, Enter does the chosen one.
#[component]
fn Palette(props: &DialogsProps) -> Html {
    let text = use_state(String::new);
    let chosen = use_state(|| 0_usize);
    let commands = found(&text);
    let at = (*chosen).min(commands.len().saturating_sub(1));
    let run = {
        let (dispatch, state) = (props.dispatch.clone(), props.state.clone());
        move |command: &Command| {
            dispatch.dispatch(Action::Palette(false));
            dispatch.dispatch((command.action)(&state));
        }
    };
    let oninput = {
        let (text, chosen) = (text.setter(), chosen.setter());
        Callback::from(move |event: InputEvent| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                text.set(input.value());
                chosen.set(0);
            }
        })
    };
    let onkeydown = {
        let (run, chosen, commands) = (run.clone(), chosen.setter(), found(&text));
        Callback::from(move |event: KeyboardEvent| {
            let last = commands.len().saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" => chosen.set((at + 1).min(last)),
                "ArrowUp" => chosen.set(at.saturating_sub(1)),
                "Enter" => {
                    if let Some(command) = commands.get(at) {
                        run(command);
                    }
                }
                _ => return,
            }
            event.prevent_default();
        })
    };
    let list = use_node_ref();
    use_effect_with((at, (*text).clone(), list.clone()), |(at, _, list)| {
        let options = list.cast::<Element>().map(|list| list.children());
        if let Some(option) = options.and_then(|it| it.item(u32::try_from(*at).ok()?)) {
            let into_view = ScrollIntoViewOptions::new();
            into_view.set_block(ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&into_view);
        }
    });
    let active = (!commands.is_empty()).then(|| format!("command-{at}"));
    let option = |(nth, command): (usize, &&'static Command)| {
        let (run, command) = (run.clone(), *command);
        let onclick = Callback::from(move |_: MouseEvent| run(command));
        html! {
            <li
                key={command.name}
                id={format!("command-{nth}")}
                class={classes!("command", (nth == at).then_some("grid-row-active"))}
                role="option"
                aria-selected={(nth == at).to_string()}
                {onclick}
            >
                <span>{ command.name }</span><kbd>{ command.keys }</kbd>
            </li>
        }
    };
    html! {
        <>
            <div class="field">
                // The dialog gives it the focus as it opens.
                <input
                    autofocus=true
                    type="text"
                    role="combobox"
                    aria-label="Find a command"
                    aria-expanded="true"
                    aria-controls="commands"
                    aria-activedescendant={active}
                    autocomplete="off"
                    placeholder="Find a command"
                    {oninput}
                    {onkeydown}
                />
            </div>
            <ul ref={list} class="commands" id="commands" role="listbox" aria-label="Commands found">
                { for commands.iter().enumerate().map(option) }
            </ul>
        </>
    }
}
