//! The grid of the image: every path with its last value.

use super::image_row::Cells;
use super::{Grid, RowAt, notice};
use crate::query::value_filter::{Column, Order};
use crate::ui::state::{Action, Dispatch, Shown, State};
use crate::ui::virtual_window::RowWindow;
use std::rc::Rc;
use yew::prelude::*;

const COLUMNS: [(&str, Column); 4] = [
    ("Path", Column::Path),
    ("Type", Column::Type),
    ("Value", Column::Value),
    ("Updated", Column::Updated),
];

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
    pub active: Option<u32>,
    /// The rows that are asked for.
    pub window: Option<RowWindow>,
    /// Whether the playhead moves by itself: then changes light up.
    pub playing: bool,
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
            active: state.active_row,
            window: state.window,
            playing: state.playback.playing,
            dispatch,
        }
    }
}

/// The grid of the image.
#[component]
pub fn ImageGrid(props: &ImageGridProps) -> Html {
    let rows = props.shown.as_ref().map_or(0, |shown| shown.page.total);
    let row = {
        let (shown, flash) = (props.shown.clone(), props.playing);
        Callback::from(move |RowAt { index, .. }| {
            html! { <Cells {index} shown={shown.clone()} {flash} /> }
        })
    };
    let dispatch = &props.dispatch;
    let on_want = dispatch_with(dispatch, Action::Want);
    let on_activate = dispatch_with(dispatch, Action::Activate);
    html! {
        <Grid
            name="Image"
            prefix="image-row"
            columns={COLUMNS.len() as u32 + 1}
            head={head(props)}
            {rows}
            {row}
            active={props.active}
            window={props.window}
            behind={props.behind}
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

/// The column headers, each of which sorts.
fn head(props: &ImageGridProps) -> Html {
    let header = |(name, by): &(&'static str, Column)| {
        let by = *by;
        let onclick = dispatch_with(&props.dispatch, move |_: MouseEvent| Action::Sort(by));
        let direction = if props.order.descending { "descending" } else { "ascending" };
        // The order of paths is what everyone expects: it needs no arrow.
        let is_it = props.order.by == by && props.order != Order::default();
        html! {
            <div role="columnheader" aria-sort={is_it.then_some(direction)}>
                <button class="sort" type="button" {onclick}>{ *name }</button>
            </div>
        }
    };
    // The age is the order of the updates, the other way round: it needs no order of its own.
    html! { <>{ for COLUMNS.iter().map(header) }<div role="columnheader">{ "Age" }</div></> }
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
