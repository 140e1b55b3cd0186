//! What differs between the position and another time.

use super::format;
use super::grid::{Grid, RowAt, dispatch_with, headers, notice, path_parts, text_cell, typed_cell};
use super::state::{Action, CompareView, Dispatch};
use super::zone::use_zone;
use crate::protocol::compare::{ComparePage, CompareRow};
use crate::time::Timestamp;
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

const COLUMNS: [&str; 6] = ["Path", "Change", "Before", "After", "Δ", "%"];
const CHANGES: [(&str, &str); 5] = [
    ("", "Every change"),
    ("value", "Another value"),
    ("type", "Another type only"),
    ("appeared", "Appeared"),
    ("vanished", "Vanished"),
];

/// What the view of the differences shows.
#[derive(Properties, PartialEq)]
pub struct ComparePanelProps {
    /// The serial number of the open file.
    pub file: u32,
    /// The other time and what differs.
    pub view: CompareView,
    /// The playhead.
    pub position: Option<Timestamp>,
    /// The filter as typed; another one starts from the top.
    pub filter: AttrValue,
    /// Whether the rows are not those that are asked for.
    pub behind: bool,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The view of the differences.
#[component]
pub fn ComparePanel(props: &ComparePanelProps) -> Html {
    let ComparePanelProps { view, dispatch, .. } = props;
    let zone = use_zone();
    let page = view.page().cloned();
    let row = {
        let page = page.clone();
        Callback::from(move |RowAt { index, .. }| html! { <Cells {index} page={page.clone()} /> })
    };
    let position = props.position;
    let button = |name: &'static str, title: &'static str, action: Action| {
        let onclick = dispatch_with(dispatch, move |_: MouseEvent| action.clone());
        html! { <button class="button" type="button" {title} {onclick}>{ name }</button> }
    };
    let on_change = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                dispatch.dispatch(Action::CompareOnly(select.value().into()));
            }
        })
    };
    let option = |(value, name): (&'static str, &'static str)| {
        html! { <option {value} selected={*view.change == *value}>{ name }</option> }
    };
    html! {
        <div class="find">
            <div class="find-head">
                <p class="find-said">
                    if let (Some(with), Some(position)) = (view.with, position) {
                        { format!("{} → {}", zone.text(with), zone.text(position)) }
                        { page.as_deref().map(said).unwrap_or_default() }
                    } else {
                        { "Compare the position with another time" }
                    }
                </p>
                <div class="find-buttons">
                    { button("Compare with here", "Keeps this time to compare others with", Action::CompareHere) }
                    if view.with.is_some() {
                        { button("Swap times", "The playhead goes to the other time, and that comes here", Action::CompareSwap) }
                        <select class="select" aria-label="Kind of change" onchange={on_change}>
                            { for CHANGES.into_iter().map(option) }
                        </select>
                    }
                </div>
            </div>
            <Grid
                name="Compare"
                prefix="compare-row"
                columns={COLUMNS.len() as u32}
                head={headers(&COLUMNS)}
                rows={page.as_ref().map_or(0, |page| page.total)}
                {row}
                active={view.active}
                window={view.window}
                behind={props.behind}
                at={position.map(|at| AttrValue::from(at.to_string()))}
                top_of={format!("{} {} {}", props.file, props.filter, view.change)}
                on_want={dispatch_with(dispatch, Action::WantDifferences)}
                on_activate={dispatch_with(dispatch, Action::ActivateDifference)}
                on_open={Callback::noop()}
                notice={nothing(view, page.as_deref())}
            />
        </div>
    }
}

/// How many paths differ, by kind.
fn said(page: &ComparePage) -> String {
    let counts = page.counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(kind, count)| format!("{} {kind}", format::thousands((*count).into())))
        .collect();
    match counts.is_empty() {
        true => ": nothing differs".to_owned(),
        false => format!(": {}", counts.join(", ")),
    }
}

fn nothing(view: &CompareView, page: Option<&ComparePage>) -> Html {
    match page {
        None if view.with.is_none() => notice(
            "Nothing to compare yet",
            "Go to a time, choose “Compare with here”, and go to another one.",
        ),
        Some(page) if page.total == 0 => {
            notice("Nothing differs", "Every path of the filter has the same event at both times.")
        }
        _ => Html::default(),
    }
}

#[derive(Properties)]
struct CellsProps {
    index: u32,
    page: Option<Rc<ComparePage>>,
}

impl CellsProps {
    fn row(&self) -> Option<&CompareRow> {
        self.page.as_ref()?.row(self.index)
    }
}

impl PartialEq for CellsProps {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.row() == other.row()
    }
}

#[component]
fn Cells(props: &CellsProps) -> Html {
    let Some(row) = props.row() else {
        return html! { <div class="cell cell-path cell-pending" role="gridcell" /> };
    };
    let state = |state: &Option<(String, String)>| match state {
        Some((kind, value)) => typed_cell(kind, value),
        None => text_cell("—".to_owned()),
    };
    let change = match (&row.before, &row.after) {
        (Some((before, _)), Some((after, _))) if row.change == "type" => {
            format!("type: {before} → {after}")
        }
        _ => row.change.clone(),
    };
    let percent = row.percent.map(|percent| format!("{percent:+.2} %"));
    html! {
        <>
            <div class="cell cell-path" role="gridcell" title={format::shown(&row.path)}>{ path_parts(&row.path) }</div>
            { text_cell(change) }
            { state(&row.before) }
            { state(&row.after) }
            { text_cell(row.delta.clone().unwrap_or_default()) }
            { text_cell(percent.unwrap_or_default()) }
        </>
    }
}
