//! When a condition held: how often and how long, the hits as a grid, and ways from one to the next.

use super::format;
use super::grid::{
    Grid, RowAt, dispatch_with, headers, notice, path_parts, text_cell, time_cell, typed_cell,
};
use super::state::{Action, Dispatch, FindView};
use super::zone::{Zone, use_zone};
use crate::protocol::find::{FindPage, HitRow};
use crate::time::{Span, Timestamp};
use std::rc::Rc;
use yew::prelude::*;

const COLUMNS: [&str; 6] = ["Time", "Path", "Value", "Until", "Held", "Updates"];

/// Conditions over time, each as it is typed and in words.
pub const EXAMPLES: [(&str, &str); 7] = [
    ("> 100", "while it is greater than a number"),
    ("= \"failed\"", "while it is a text"),
    ("changed", "each update with another value"),
    ("changed by > 5", "each step of more than a number"),
    ("no update for 10s", "while it is silent"),
    ("unsubscribed", "while it is not published"),
    ("null", "while it is null"),
];

/// What the view of the hits shows.
#[derive(Properties, PartialEq)]
pub struct FindPanelProps {
    /// The serial number of the open file.
    pub file: u32,
    /// The condition and its hits.
    pub view: FindView,
    /// The filter as typed; another one starts from the top.
    pub filter: AttrValue,
    /// Whether the hits are not those that are asked for.
    pub behind: bool,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The view of the hits.
#[component]
pub fn FindPanel(props: &FindPanelProps) -> Html {
    let FindPanelProps { view, dispatch, .. } = props;
    let page = view.page().cloned();
    let row = {
        let page = page.clone();
        Callback::from(move |RowAt { index, .. }| html! { <Cells {index} page={page.clone()} /> })
    };
    html! {
        <div class="find">
            <div class="find-head">
                <p class="find-said">{ page.as_deref().map(said).unwrap_or_default() }</p>
                { hit_buttons(dispatch) }
            </div>
            <Grid
                name="Hits"
                prefix="hit-row"
                columns={COLUMNS.len() as u32}
                head={headers(&COLUMNS)}
                rows={page.as_ref().map_or(0, |page| page.total)}
                {row}
                active={view.active}
                window={view.window}
                behind={props.behind}
                at={None::<AttrValue>}
                top_of={format!("{} {} {}", props.file, props.filter, view.input.text)}
                on_want={dispatch_with(dispatch, Action::WantHits)}
                on_activate={dispatch_with(dispatch, Action::ActivateHit)}
                on_open={dispatch_with(dispatch, Action::OpenHit)}
                notice={nothing(props, page.as_deref())}
            />
        </div>
    }
}

/// Lead from hit to hit.
pub fn hit_buttons(dispatch: &Dispatch) -> Html {
    let button = |name: &'static str, keys: &'static str, forward: bool| {
        let onclick = dispatch_with(dispatch, move |_: MouseEvent| Action::Hit { forward });
        html! {
            <button class="button" type="button" title={format!("{name} ({keys})")} {onclick}>{ name }</button>
        }
    };
    html! {
        <div class="find-buttons">
            { button("Previous hit", "N", false) }
            { button("Next hit", "n", true) }
        </div>
    }
}

/// How often and how long, and how far the search is.
fn said(page: &FindPage) -> String {
    let hits = format::count(page.total.into(), "hit", "hits");
    let held = i64::try_from(page.held).unwrap_or(i64::MAX);
    let mut said = match held {
        0 => hits,
        held => format!("{hits}, together {}", format::duration(Span::from_nanos(held))),
    };
    let (done, of) = page.progress;
    if page.is_cut {
        said +=
            ". More are not searched for: choose a shorter time, a filter or a narrower condition";
    } else if !page.is_whole() {
        said += &format!(
            "; searched {} of {}",
            format::thousands(done),
            format::count(of, "batch", "batches")
        );
    }
    said
}

fn nothing(props: &FindPanelProps, page: Option<&FindPage>) -> Html {
    match page {
        _ if props.view.input.error.is_some() => Html::default(),
        None if props.view.input.text.trim().is_empty() => notice(
            "Nothing to find yet",
            "Type a condition into Find: > 100, = \"failed\", changed by > 5, no update for 10s.",
        ),
        Some(page) if page.total == 0 && page.is_whole() => {
            notice("No hits", "The condition held for no path of the filter in the selected time.")
        }
        _ => Html::default(),
    }
}

#[derive(Properties)]
struct CellsProps {
    index: u32,
    page: Option<Rc<FindPage>>,
}

impl CellsProps {
    fn row(&self) -> Option<&HitRow> {
        self.page.as_ref()?.row(self.index)
    }
}

impl PartialEq for CellsProps {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.row() == other.row()
    }
}

/// When a hit ended: the clock alone, where it is of the day on which it began.
fn until(from: Timestamp, to: Timestamp, zone: Zone) -> Html {
    let [from_date, ..] = zone.parts(from);
    let [date, t, clock, fraction] = zone.parts(to);
    let day = if from_date == date { String::new() } else { date + &t };
    html! {
        <div class="cell cell-updated" role="gridcell" title={zone.text(to)}>
            <span class="dim">{ day }</span>{ clock }<span class="dim">{ fraction }</span>
        </div>
    }
}

#[component]
fn Cells(props: &CellsProps) -> Html {
    let zone = use_zone();
    let Some(row) = props.row() else {
        return html! { <div class="cell cell-path cell-pending" role="gridcell" /> };
    };
    let held = row.to.map(|to| format::duration(to.since(row.from)));
    html! {
        <>
            { time_cell(row.from, zone) }
            <div class="cell cell-path" role="gridcell" title={format::shown(&row.path)}>{ path_parts(&row.path) }</div>
            { typed_cell(&row.kind, &row.value) }
            { match row.to {
                Some(to) => until(row.from, to, zone),
                None => text_cell("still true".to_owned()),
            } }
            { text_cell(held.unwrap_or_default()) }
            { text_cell(format::thousands(row.updates)) }
        </>
    }
}
