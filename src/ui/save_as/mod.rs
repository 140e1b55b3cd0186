//! Saving a copy of the open file: what is to be made of it, how far that is, and what came of it.
//!
//! The dialog can be closed while a copy is being made, and shows how far it is when it is opened
//! again.

mod form;

use super::dialogs::Dialog;
use super::format;
use super::plot::hand_over;
use super::state::{Action, Dispatch, OpenFile};
use crate::client::{Client, Place, Saving};
use crate::export::Doing;
use crate::saver::{Left, Task, Told};
use crate::time::Span;
use form::Form;
use js_sys::Date;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// No time left is told of work that has gone for fewer milliseconds.
const TELLING_MILLIS: f64 = 1_500.0;

/// What the dialog needs.
#[derive(Properties, PartialEq)]
pub struct SaveAsProps {
    /// Whether it is shown.
    pub shown: bool,
    /// The open file.
    pub file: Option<Rc<OpenFile>>,
    /// Knows the open file's bytes.
    pub client: Client,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// What is going on.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// Nothing yet.
    Asking,
    /// A copy is being made.
    Going(Going),
    /// It was made.
    Done {
        name: AttrValue,
        /// Its length, and that of the file that it is made of.
        lengths: (u64, u64),
        left: Left,
    },
    /// It could not be made.
    Failed(AttrValue),
}

#[derive(Debug, Clone, PartialEq)]
struct Going {
    name: AttrValue,
    doing: Doing,
    part: f64,
    written: u64,
    /// When it began to do this, in milliseconds.
    since: f64,
}

/// The dialog, and the work behind it.
#[component]
pub fn SaveAs(props: &SaveAsProps) -> Html {
    let stage = use_state(|| Stage::Asking);
    let going = use_mut_ref(|| None::<Going>);
    let saving = use_mut_ref(|| None::<Saving>);
    let on_close = {
        let (dispatch, stage) = (props.dispatch.clone(), stage.clone());
        Callback::from(move |()| {
            dispatch.dispatch(Action::SaveAs(false));
            if !matches!(*stage, Stage::Going(_)) {
                stage.set(Stage::Asking);
            }
        })
    };
    let on_save = {
        let (client, dispatch, file) =
            (props.client.clone(), props.dispatch.clone(), props.file.clone());
        let (stage, saving, going) = (stage.setter(), saving.clone(), going.clone());
        Callback::from(move |task: Task| {
            let Some(file) = file.clone() else { return };
            let (client, dispatch, stage) = (client.clone(), dispatch.clone(), stage.clone());
            let (saving, going) = (saving.clone(), going.clone());
            let name = AttrValue::from(copy_name(&file.summary.name, task));
            spawn_local(async move {
                let chosen = Place::choose(&name).await;
                let place = match chosen {
                    Ok(None) => return,
                    Ok(Some(place)) => place,
                    Err(reason) => {
                        return stage.set(failed(&format!("no file could be chosen: {reason}")));
                    }
                };
                // Not even ended, which would remove an empty file: this one is to stay.
                if client.is_open_file(&place).await {
                    let reason = "that is the file that is open. Choose another name for the copy";
                    return stage.set(failed(reason));
                }
                let bytes = match client.file().await {
                    Ok(bytes) => bytes,
                    Err(reason) => return stage.set(failed(&reason)),
                };
                // `size` is a whole number below 2^53.
                let length = bytes.size() as u64;
                let first = Going {
                    name: name.clone(),
                    doing: Doing::Counting,
                    part: 0.0,
                    written: 0,
                    since: Date::now(),
                };
                *going.borrow_mut() = Some(first.clone());
                stage.set(Stage::Going(first));
                let told = {
                    let (saving, stage) = (saving.clone(), stage.clone());
                    Callback::from(move |told| {
                        let next = heard(told, &mut going.borrow_mut(), &name, length);
                        if let Stage::Done { .. } = next {
                            let said = format!("Saved {name}");
                            dispatch.dispatch(Action::Say(said.into()));
                        }
                        if !matches!(next, Stage::Going(_)) {
                            saving.borrow().iter().for_each(Saving::end);
                        }
                        stage.set(next);
                    })
                };
                match Saving::start(task, &bytes, place, told) {
                    Ok(started) => *saving.borrow_mut() = Some(started),
                    Err(reason) => stage.set(failed(&reason)),
                }
            });
        })
    };
    let on_cancel = {
        let (stage, saving) = (stage.setter(), saving.clone());
        Callback::from(move |_: MouseEvent| {
            saving.borrow().iter().for_each(Saving::end);
            stage.set(Stage::Asking);
        })
    };
    let Some(file) = props.file.as_ref().filter(|_| props.shown) else { return html! {} };
    let on_again = {
        let stage = stage.setter();
        Callback::from(move |_: MouseEvent| stage.set(Stage::Asking))
    };
    let content = match &*stage {
        Stage::Asking => html! { <Form file={file.clone()} {on_save} /> },
        Stage::Going(going) => html! {
            <div class="save">
                <p>{ progress_text(going, Date::now()) }</p>
                <progress
                    class="save-progress"
                    aria-label="Saving"
                    max="1"
                    value={going.part.to_string()}
                />
                <div class="save-buttons">
                    <button class="button" type="button" onclick={on_cancel}>{ "Cancel" }</button>
                </div>
            </div>
        },
        Stage::Done { name, lengths, left } => html! {
            <div class="save">
                <p>{ done_text(name, *lengths) }</p>
                { left_text(left) }
                <div class="save-buttons">
                    <button class="button" type="button" onclick={on_again}>
                        { "Save another" }
                    </button>
                </div>
            </div>
        },
        Stage::Failed(message) => html! {
            <div class="save">
                <p role="alert">{ message.clone() }</p>
                <div class="save-buttons">
                    <button class="button" type="button" onclick={on_again}>{ "Back" }</button>
                </div>
            </div>
        },
    };
    html! { <Dialog name="Save as" {on_close}>{ content }</Dialog> }
}

fn failed(reason: &str) -> Stage {
    Stage::Failed(format!("The copy could not be saved: {reason}").into())
}

/// What the worker's word makes of what is going on.
fn heard(told: Told, going: &mut Option<Going>, name: &AttrValue, length: u64) -> Stage {
    match told {
        Told::Going { doing, part, written } => {
            let since = going.as_ref().filter(|it| it.doing == doing).map(|it| it.since);
            let since = since.unwrap_or_else(Date::now);
            let next = Going { name: name.clone(), doing, part, written, since };
            *going = Some(next.clone());
            Stage::Going(next)
        }
        Told::Done { written, left, blob } => match blob.map(|blob| hand_over(&blob, name)) {
            Some(Err(error)) => failed(&format!("{error:?}")),
            _ => Stage::Done { name: name.clone(), lengths: (written, length), left },
        },
        Told::Failed { message } => failed(&message),
    }
}

/// What a copy is called before a person says otherwise.
fn copy_name(name: &str, task: Task) -> String {
    let kind = match task {
        Task::Index => "indexed",
        Task::Compress(_) => "compressed",
    };
    format!("{name}-{kind}")
}

fn progress_text(going: &Going, now: f64) -> String {
    let percent = (going.part * 100.0).floor();
    match going.doing {
        Doing::Counting => format!("Learning what the batches have in common: {percent}%"),
        Doing::Choosing => format!("Making a dictionary: {percent}%"),
        Doing::Compressing => {
            let mut text = format!("{percent}%, {} written", format::bytes(going.written));
            let millis = now - going.since;
            if millis >= TELLING_MILLIS && going.part > 0.0 {
                let left = millis * (1.0 - going.part) / going.part;
                // A clock that runs down by whole seconds.
                let seconds = (left / 1_000.0).ceil().clamp(1.0, 1e9) as i64;
                let left = format::duration(Span::from_nanos(seconds * 1_000_000_000));
                text += &format!(", about {left} left");
            }
            text
        }
    }
}

fn done_text(name: &str, (written, length): (u64, u64)) -> String {
    let percent = written as f64 * 100.0 / length.max(1) as f64;
    format!("Saved {name}: {}, {percent:.0}% of this file.", format::bytes(written))
}

fn left_text(left: &Left) -> Html {
    if left.count == 0 {
        return html! {};
    }
    let more = left.count.saturating_sub(left.first.len() as u64);
    html! {
        <>
            <p>
                { format::count(left.count, "batch", "batches") }
                { " could not be read and left out:" }
            </p>
            <ul class="save-left">
                { for left.first.iter().map(|it| html! { <li>{ it }</li> }) }
                if more > 0 {
                    <li>{ format!("and {} more", format::thousands(more)) }</li>
                }
            </ul>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::Options;

    #[test]
    fn copies_say_what_they_are() {
        assert_eq!(copy_name("current", Task::Index), "current-indexed");
        let compress = Task::Compress(Options::default());
        assert_eq!(copy_name("current", compress), "current-compressed");
    }

    #[test]
    fn the_time_left_is_told_once_it_can_be() {
        let at = |doing, part| Going {
            name: "it".into(),
            doing,
            part,
            written: 1_500_000,
            since: 1_000.0,
        };
        let text = |doing, part, now| progress_text(&at(doing, part), now);
        assert_eq!(
            text(Doing::Counting, 0.5, 9_000.0),
            "Learning what the batches have in common: 50%"
        );
        assert_eq!(text(Doing::Compressing, 0.25, 1_100.0), "25%, 1.50 MB written");
        let told = text(Doing::Compressing, 0.25, 11_000.0);
        assert!(told.contains("about 30") && told.ends_with("left"), "{told}");
    }

    #[test]
    fn the_size_is_told_beside_the_files() {
        assert_eq!(done_text("it", (250, 1_000)), "Saved it: 250 bytes, 25% of this file.");
    }
}
