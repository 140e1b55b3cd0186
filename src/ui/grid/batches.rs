//! The grid of the raw rows: every item of every batch, in order.

use super::image_row::{path_cell, pending, time_cell, value_cell};
use super::{Grid, RowAt, dispatch_with, headers, notice};
use crate::protocol::views::{BatchRow, BatchesPage};
use crate::ui::state::{Action, BatchesView, Dispatch};
use crate::ui::zone::use_zone;
use std::rc::Rc;
use yew::prelude::*;

const COLUMNS: [&str; 4] = ["Time", "Kind", "Path", "Value"];

/// What the grid of the raw rows shows.
#[derive(Properties, PartialEq)]
pub struct BatchesGridProps {
    /// The serial number of the open file.
    pub file: u32,
    /// The rows that are there, and where among them the person is.
    pub view: BatchesView,
    /// The filter as typed; another one starts from the top.
    pub filter: AttrValue,
    /// Whether the rows are not those that are asked for.
    pub behind: bool,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The grid of the raw rows.
#[component]
pub fn BatchesGrid(props: &BatchesGridProps) -> Html {
    let BatchesView { page, active, window, .. } = &props.view;
    let rows = page.as_ref().map_or(0, |page| page.total);
    let row = {
        let page = page.clone();
        Callback::from(move |RowAt { index, .. }| html! { <Cells {index} page={page.clone()} /> })
    };
    let dispatch = &props.dispatch;
    html! {
        <Grid
            name="Batches"
            prefix="batch-row"
            columns={COLUMNS.len() as u32}
            head={headers(&COLUMNS)}
            {rows}
            {row}
            active={*active}
            window={*window}
            behind={props.behind}
            at={page.as_ref().map(|page| AttrValue::from(page.find.to_string()))}
            top_of={format!("{} {}", props.file, props.filter)}
            on_want={dispatch_with(dispatch, Action::WantBatches)}
            on_activate={dispatch_with(dispatch, Action::ActivateBatch)}
            on_open={dispatch_with(dispatch, Action::OpenBatch)}
            notice={said(props)}
        />
    }
}

fn said(props: &BatchesGridProps) -> Html {
    match &props.view.page {
        Some(page) if page.total == 0 && page.whole && props.filter.is_empty() => {
            notice("No batches here", "Nothing was recorded in this file, or in this part of it.")
        }
        Some(page) if page.total == 0 && page.whole => {
            notice("No rows", &format!("No item of a path that matches {}.", props.filter))
        }
        _ => Html::default(),
    }
}

#[derive(Properties)]
struct CellsProps {
    index: u32,
    page: Option<Rc<BatchesPage>>,
}

impl CellsProps {
    fn row(&self) -> Option<&BatchRow> {
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
    let zone = use_zone();
    let Some(row) = props.row() else { return pending() };
    let kind = if row.is_image { "image" } else { "delta" };
    html! {
        <>
            { time_cell(row.time, zone) }
            <div class={classes!("cell", "cell-kind", row.is_first.then_some("cell-first"))} role="gridcell">
                <span class={classes!("kind", kind)}>{ kind }</span>
            </div>
            { match (&row.item, &row.problem) {
                (Some(item), _) => html! { <>{ path_cell(item) }{ value_cell(item, None) }</> },
                (None, Some(problem)) => html! {
                    <>
                        <div class="cell cell-path path-none" role="gridcell">{ "(unreadable)" }</div>
                        <div class="cell cell-value value-error" role="gridcell">{ &problem.message }</div>
                    </>
                },
                (None, None) => html! {
                    <>
                        <div class="cell cell-path path-none" role="gridcell">{ "(no items)" }</div>
                        <div class="cell cell-value" role="gridcell" />
                    </>
                },
            } }
        </>
    }
}
