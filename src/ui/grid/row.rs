//! One row of the grid.

use crate::protocol::ImageRow;
use crate::ui::format;
use crate::ui::state::{Action, Dispatch, Shown};
use std::rc::Rc;
use yew::prelude::*;

/// A longer text is not repeated for the pointer to hover over.
const LONGEST_TITLE: usize = 1_000;

/// The element of a row.
pub fn id(index: u32) -> String {
    format!("row-{index}")
}

/// Which row of what is shown.
#[derive(Properties)]
pub struct RowProps {
    /// Counted from 0.
    pub index: u32,
    /// The rows that are there; this one may not be among them yet.
    pub shown: Option<Rc<Shown>>,
    /// Whether it is the active row.
    pub active: bool,
    /// Takes actions.
    pub dispatch: Dispatch,
}

impl RowProps {
    fn row(&self) -> Option<&ImageRow> {
        let page = &self.shown.as_ref()?.page;
        page.rows.get(usize::try_from(self.index.checked_sub(page.first)?).ok()?)
    }
}

impl PartialEq for RowProps {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
            && self.active == other.active
            && self.dispatch == other.dispatch
            && self.row() == other.row()
    }
}

/// A row. Before its values are there it is empty.
#[component]
pub fn Row(props: &RowProps) -> Html {
    let onclick = {
        let dispatch = props.dispatch.clone();
        let index = props.index;
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Activate(index)))
    };
    html! {
        <div
            id={id(props.index)}
            class={classes!("grid-row", props.active.then_some("grid-row-active"))}
            role="row"
            aria-rowindex={(u64::from(props.index) + 1).to_string()}
            aria-selected={props.active.to_string()}
            {onclick}
        >
            { props.row().map_or_else(pending, cells) }
        </div>
    }
}

fn pending() -> Html {
    html! {
        <>
            <div class="cell cell-path cell-pending" role="gridcell" />
            <div class="cell cell-type" role="gridcell" />
            <div class="cell cell-value" role="gridcell" />
            <div class="cell cell-updated" role="gridcell" />
        </>
    }
}

fn cells(row: &ImageRow) -> Html {
    let value_class = match row.kind.as_str() {
        "unsubscribed" => Some("value-unsubscribed"),
        "null" => Some("value-null"),
        kind if kind.starts_with("error") => Some("value-error"),
        _ => None,
    };
    let [date, t, clock, fraction] = format::time_parts(row.updated);
    html! {
        <>
            <div class="cell cell-path" role="gridcell" title={row.path.as_deref().and_then(title)}>
                { path(row) }
            </div>
            <div class="cell cell-type" role="gridcell">{ &row.kind }</div>
            <div
                class={classes!("cell", "cell-value", value_class)}
                role="gridcell"
                title={title(&row.value)}
            >
                { &row.value }
            </div>
            <div class="cell cell-updated" role="gridcell">
                <span class="dim">{ date }{ t }</span>
                { clock }
                <span class="dim">{ fraction }</span>
            </div>
        </>
    }
}

/// The last component stays readable where there is no room for all of the path.
fn path(row: &ImageRow) -> Html {
    match &row.path {
        Some(path) => {
            let (parent, name) = format::split_path(path);
            html! {
                <>
                    <span class="path-parent">{ parent }</span>
                    <span class="path-name">{ name }</span>
                </>
            }
        }
        None => html! { <span class="path-none">{ format!("#{} (no path)", row.id) }</span> },
    }
}

fn title(text: &str) -> Option<AttrValue> {
    (text.len() <= LONGEST_TITLE).then(|| text.to_owned().into())
}
