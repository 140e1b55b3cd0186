//! The selected path: its value in full, and what happened to it.

use super::clipboard::copy;
use super::focus;
use super::format;
use super::grid::value_class;
use super::hex;
use super::icons::{Icon, icon};
use super::state::{Action, DetailsView, Dispatch, View};
use super::value_tree::value_tree;
use super::zone::{Zone, use_zone};
use crate::protocol::views::{Details, Extent, Subject, Update, WholeEvent};
use crate::time::Timestamp;
use std::rc::Rc;
use yew::prelude::*;

/// What the details show.
#[derive(Properties, PartialEq)]
pub struct DetailsPaneProps {
    /// The path that is selected.
    pub selected: Option<Subject>,
    /// What is known of it.
    pub view: DetailsView,
    /// The paths in the plot.
    pub plotted: Rc<Vec<Subject>>,
    /// The pinned paths.
    pub pins: Rc<Vec<(u32, String)>>,
    /// Whether they are shown.
    pub open: bool,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The details.
#[component]
pub fn DetailsPane(props: &DetailsPaneProps) -> Html {
    let zone = use_zone();
    if !props.open {
        return Html::default();
    }
    let on_close = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            focus::give(".pane-button[aria-label=Details]");
            dispatch.dispatch(Action::ShowDetails(false));
        })
    };
    html! {
        <section class="pane pane-right" aria-label="Details" id="details">
            <div class="pane-head">
                <h2>{ "Details" }</h2>
                <button
                    class="button button-icon button-bare"
                    type="button"
                    aria-label="Close details"
                    title="Close details"
                    onclick={on_close}
                >
                    { icon(Icon::Close) }
                </button>
            </div>
            // Scrolls, so the keys have to reach it.
            <div class="pane-body" tabindex="0" role="group" aria-label="Selected path">
                { match (&props.view.shown, &props.view.error) {
                    (Some(details), _) => body(details, props, zone),
                    (None, Some(error)) => html! { <p class="pane-none">{ error }</p> },
                    (None, None) if props.selected.is_some() => {
                        html! { <p class="pane-none">{ "Looking…" }</p> }
                    }
                    (None, None) => html! {
                        <p class="pane-none">{ "Select a row to see its value in full and what happened to it." }</p>
                    },
                } }
            </div>
        </section>
    }
}

fn body(details: &Details, props: &DetailsPaneProps, zone: Zone) -> Html {
    let path = details.path.clone().unwrap_or_else(|| format!("#{} (no path)", details.id));
    html! {
        <>
            <div class="detail-path">
                <p>{ format::shown(&path) }</p>
            </div>
            <div class="detail-actions">
                { copy_button("Copy path", "the path", path, &props.dispatch) }
                { plot_button(details, props) }
                { pin_button(details, props) }
            </div>
            { match &details.last {
                Some(last) => value(last, details.at, &props.dispatch, zone),
                None => html! {
                    <p class="pane-none">{ "Not yet seen at this position: it has no value before its first update." }</p>
                },
            } }
            { history(details, &props.dispatch, zone) }
        </>
    }
}

fn pin_button(details: &Details, props: &DetailsPaneProps) -> Html {
    let Some(path) = details.path.clone() else { return Html::default() };
    let (id, dispatch) = (details.id, props.dispatch.clone());
    let is_pinned = props.pins.iter().any(|(pinned, _)| *pinned == id);
    let onclick = Callback::from(move |_: MouseEvent| {
        dispatch.dispatch(Action::TogglePin(id, path.clone().into()));
    });
    html! {
        <button class="button button-small" type="button" {onclick}>
            { if is_pinned { "Unpin" } else { "Pin" } }
        </button>
    }
}

fn plot_button(details: &Details, props: &DetailsPaneProps) -> Html {
    let subject = Subject::Id(details.id);
    let is_it = |plotted: &Subject| plotted.is(details.id, details.path.as_deref());
    let is_plotted = props.plotted.iter().any(is_it);
    let dispatch = props.dispatch.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        dispatch.dispatch(Action::TogglePlotted(subject.clone()));
        if !is_plotted {
            dispatch.dispatch(Action::Show(View::Plot));
        }
    });
    html! {
        <button class="button button-small" type="button" {onclick}>
            { if is_plotted { "Remove from plot" } else { "Add to plot" } }
        </button>
    }
}

fn copy_button(name: &'static str, what: &'static str, text: String, dispatch: &Dispatch) -> Html {
    let dispatch = dispatch.clone();
    let onclick = Callback::from(move |_: MouseEvent| copy(text.clone(), what, dispatch.clone()));
    html! {
        <button class="button button-small" type="button" {onclick}>{ icon(Icon::Copy) }{ name }</button>
    }
}

fn value(last: &WholeEvent, at: Timestamp, dispatch: &Dispatch, zone: Zone) -> Html {
    html! {
        <>
            <div class={classes!("detail-value", value_class(&last.kind))}>{ &last.plain }</div>
            if let Some(extent) = last.cut {
                <p class="dim">{ format!("Only the start is shown; in all it holds {}", held(extent)) }</p>
            }
            <dl class="facts-list">
                <dt>{ "Type" }</dt><dd>{ &last.kind }</dd>
                <dt>{ "Updated" }</dt><dd>{ zone.text(last.updated) }</dd>
                <dt>{ "Age" }</dt><dd>{ format::duration(at.since(last.updated)) }</dd>
                if let Some(time) = last.time {
                    <dt>{ "Local time" }</dt><dd>{ Zone::Local.text(time) }</dd>
                }
                { for last.notations.iter().map(|(name, text)| html! {
                    <><dt>{ name }</dt><dd>{ text }</dd></>
                }) }
            </dl>
            <div class="detail-actions">
                { copy_button("Copy text", "the value as text", last.typed.clone(), dispatch) }
                if let Some(json) = &last.json {
                    { copy_button("Copy JSON", "the value as JSON", json.clone(), dispatch) }
                }
            </div>
            if let Some(parts) = &last.parts {
                <h3>{ "Parts" }<span class="dim">{ format!(" {}", parts.text) }</span></h3>
                { value_tree(parts) }
            }
            if let Some(bytes) = &last.bytes {
                <h3>{ "Bytes" }<span class="dim">{ format!(" {}", format::bytes(bytes.length)) }</span></h3>
                <pre class="hex">{ hex::dump(&bytes.shown) }</pre>
                if bytes.length > bytes.shown.len() as u64 {
                    <p class="dim">{ format!("The first {} are shown", format::bytes(bytes.shown.len() as u64)) }</p>
                }
            }
        </>
    }
}

fn held(extent: Extent) -> String {
    match extent {
        Extent::Bytes(bytes) => format::bytes(bytes),
        Extent::Values(values) => format::count(values, "value", "values"),
        Extent::Entries(entries) => format::count(entries, "entry", "entries"),
    }
}

fn history(details: &Details, dispatch: &Dispatch, zone: Zone) -> Html {
    let on_more = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::MoreUpdates))
    };
    let mut same_time = 0;
    let rows = details.history.iter().enumerate().map(|(nth, update)| {
        let older = details.history.get(nth + 1);
        let newer = nth.checked_sub(1).and_then(|newer| details.history.get(newer));
        // A path may have several updates at one time: their place among them tells them apart.
        let is_same_time = newer.is_some_and(|newer| newer.time == update.time);
        same_time = if is_same_time { same_time + 1 } else { 0 };
        update_row(update, older, same_time, dispatch, zone)
    });
    html! {
        <>
            <h3>{ "History" }</h3>
            if details.history.is_empty() {
                <p class="pane-none">{ "No updates up to this position." }</p>
            } else {
                <table class="history" aria-label="History">
                    <thead>
                        <tr>
                            <th scope="col">{ "Time" }</th>
                            <th scope="col">{ "Value" }</th>
                            <th scope="col">{ "Change" }</th>
                        </tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
            }
            if let Some(time) = details.searched_to {
                <p class="dim">{ format!("Back to {}", zone.text(time)) }</p>
                <button class="button button-small" type="button" onclick={on_more}>
                    { "Show more updates" }
                </button>
            }
        </>
    }
}

fn update_row(
    update: &Update,
    older: Option<&Update>,
    same_time: u32,
    dispatch: &Dispatch,
    zone: Zone,
) -> Html {
    let time = update.time;
    let onclick = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::GoTo(time)))
    };
    let [date, t, clock, fraction] = zone.parts(time);
    let pause = older.map(|older| format!("+{}", format::duration(time.since(older.time))));
    html! {
        <tr key={format!("{} {same_time}", time.nanos())}>
            <td>
                <button class="link" type="button" title={format!("Go to {time}")} {onclick}>
                    <span class="hidden">{ date }{ t }</span>{ clock }<span class="dim">{ fraction }</span>
                </button>
                if let Some(pause) = pause {
                    <span class="history-pause">{ pause }</span>
                }
            </td>
            <td class={classes!("history-value", value_class(&update.kind))}>{ &update.value }</td>
            <td class="history-change">{ update.change.clone().unwrap_or_default() }</td>
        </tr>
    }
}
