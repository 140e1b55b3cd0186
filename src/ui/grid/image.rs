//! The grid of the image: every path with its last value.

use super::heads::{Head, Heads, use_columns};
use super::image_row::Cells;
use super::{Grid, RowAt, notice};
use crate::query::value_filter::{Column, Order};
use crate::time::Span;
use crate::ui::state::{Action, ActiveRow, Dispatch, Shown, State};
use crate::ui::virtual_window::RowWindow;
use std::rc::Rc;
use yew::prelude::*;

const HEADS: [Head; 5] = [
    Head { name: "Path", width: "minmax(160px, 5fr)" },
    Head { name: "Type", width: "92px" },
    Head { name: "Value", width: "minmax(120px, 6fr)" },
    Head { name: "Updated", width: "220px" },
    Head { name: "Age", width: "80px" },
];

/// What the columns sort by.
const SORTS: [Column; 5] =
    [Column::Path, Column::Type, Column::Value, Column::Updated, Column::Updated];
/// Its order is that of the updates, the other way round.
const AGE: usize = 4;

/// What the grid of the image shows.
#[derive(Properties, PartialEq)]
pub struct ImageGridProps {
    /// The serial number of the open file.
    pub file: u32,
    /// The rows that are there.
    pub shown: Option<Rc<Shown>>,
    /// Why there are none.
    pub error: Option<AttrValue>,
    /// Whether the rows are those of another position or filter than is asked for.
    pub behind: bool,
    /// The filter as typed; another one starts from the top.
    pub filter: AttrValue,
    /// The conditions on values as typed; others start from the top too.
    pub values: AttrValue,
    /// The order of the rows.
    pub order: Order,
    /// The row that the keys move.
    pub active: ActiveRow,
    /// The rows that are asked for.
    pub window: Option<RowWindow>,
    /// How much time passes while it can be read, where the playhead moves by itself.
    pub grain: Option<Span>,
    /// Takes actions.
    pub dispatch: Dispatch,
}

impl ImageGridProps {
    /// What the grid shows of the state.
    pub fn of(file: u32, state: &State, dispatch: Dispatch) -> Self {
        Self {
            file,
            shown: state.shown.clone(),
            error: state.image_error.clone(),
            behind: state.is_behind(),
            filter: state.filter.text.clone(),
            values: state.values.text.clone(),
            order: state.order,
            active: state.active,
            window: state.window,
            grain: state.playback.grain(),
            dispatch,
        }
    }
}

/// The grid of the image.
#[component]
pub fn ImageGrid(props: &ImageGridProps) -> Html {
    let rows = props.shown.as_ref().map_or(0, |shown| shown.page.total);
    let (columns, on_change) = use_columns("netidx-archive-viewer.columns.image", HEADS.len());
    let row = {
        let (shown, grain, columns) = (props.shown.clone(), props.grain, columns.clone());
        Callback::from(move |RowAt { index, .. }| {
            html! { <Cells {index} shown={shown.clone()} {grain} columns={columns.clone()} /> }
        })
    };
    let usual = HEADS.map(|head| head.width);
    let dispatch = &props.dispatch;
    let on_sort = {
        let (dispatch, order) = (dispatch.clone(), props.order);
        Callback::from(move |nth: usize| {
            dispatch.dispatch(Action::Sort(SORTS[nth]));
            // The youngest come first, as with every other column the least does.
            if nth == AGE && order.by != Column::Updated {
                dispatch.dispatch(Action::Sort(Column::Updated));
            }
        })
    };
    let on_want = dispatch_with(dispatch, Action::Want);
    let on_activate = dispatch_with(dispatch, Action::Activate);
    html! {
        <Grid
            name="Image"
            prefix="image-row"
            columns={HEADS.len() as u32}
            template={columns.template(&usual)}
            head={html! {
                <Heads heads={&HEADS[..]} {columns} sorted={sorted(props.order)} {on_sort} {on_change} />
            }}
            {rows}
            {row}
            active={props.active.row()}
            reveals={Some(props.active.reveals)}
            window={props.window}
            behind={props.behind}
            dims={props.grain.is_none()}
            at={props.shown.as_ref().map(|shown| AttrValue::from(shown.page.at.to_string()))}
            top_of={format!("{} {} {} {:?}", props.file, props.filter, props.values, props.order)}
            {on_want}
            {on_activate}
            on_open={Callback::noop()}
            notice={said(props, rows)}
        />
    }
}

/// A callback that makes an action of what it gets.
pub fn dispatch_with<T: 'static>(
    dispatch: &Dispatch,
    make: impl Fn(T) -> Action + 'static,
) -> Callback<T> {
    let dispatch = dispatch.clone();
    Callback::from(move |it| dispatch.dispatch(make(it)))
}

/// The columns by which the rows are sorted, and whether downwards.
fn sorted(order: Order) -> Vec<(usize, bool)> {
    // The order of paths is what everyone expects: it needs no arrow.
    let is_by = |(nth, by): (usize, &Column)| {
        let descending = order.descending != (nth == AGE);
        (*by == order.by && order != Order::default()).then_some((nth, descending))
    };
    SORTS.iter().enumerate().filter_map(is_by).collect()
}

/// What is said in place of rows.
fn said(props: &ImageGridProps, rows: u32) -> Html {
    let (title, text) = match (&props.shown, &props.error) {
        (_, Some(error)) => ("The image here cannot be read", error.to_string()),
        (None, None) if props.behind => return Html::default(),
        (None, None) => (
            "No batches in this file",
            "Its records name paths at most; nothing was recorded for them.".to_owned(),
        ),
        (Some(shown), None) if rows == 0 && !shown.page.problems.is_empty() => {
            ("The image here cannot be read", shown.page.problems[0].message.clone())
        }
        (Some(shown), None) if rows == 0 && !shown.values.is_empty() => {
            ("No value matches", format!("No value here matches {}.", shown.values))
        }
        (Some(shown), None) if rows == 0 && shown.filter.is_empty() => (
            "Nothing yet",
            "At this position no path has a value. Go on to a later batch.".to_owned(),
        ),
        (Some(shown), None) if rows == 0 => {
            ("No path matches", format!("No path that has a value here matches {}.", shown.filter))
        }
        _ => return Html::default(),
    };
    notice(title, &text)
}
