//! The grid of the image: every path with its last value, only the rows in view existing.
//!
//! The element that has the role `grid` is also what scrolls, so that a header that sticks to its
//! top is in the same columns. It keeps the focus; the keys move an active row
//! (`aria-activedescendant`).

mod row;
mod scroll;

use super::hooks::use_size;
use super::state::{Action, Dispatch, Shown};
use super::virtual_window::{RowWindow, VirtualWindow};
use row::Row;
use scroll::{ScrollAction, use_scroll};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::prelude::*;

/// Below this width a row takes two lines.
const COMPACT_BELOW: f64 = 720.0;
const ROW: f64 = 28.0;
const COMPACT_ROW: f64 = 52.0;
/// The header line, its border included.
const HEAD: f64 = 32.0;

/// What the grid shows.
#[derive(Properties, PartialEq)]
pub struct GridProps {
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
    /// The row that the keys move.
    pub active: Option<u32>,
    /// The rows that are asked for.
    pub window: Option<RowWindow>,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The grid of the image.
#[component]
pub fn Grid(props: &GridProps) -> Html {
    let node = use_node_ref();
    let size = use_size(&node);
    let is_compact = size.width > 0.0 && size.width < COMPACT_BELOW;
    let row_height = if is_compact { COMPACT_ROW } else { ROW };
    let rows = props.shown.as_ref().map_or(0, |shown| shown.page.total);
    let head = if is_compact { 0.0 } else { HEAD };
    let table = VirtualWindow { rows, row_height, viewport: (size.height - head).max(0.0) };
    let scroll = use_scroll(&node, table);
    let top = scroll.top.min(table.max_top());

    use_wanted_rows(props, table, top);
    use_from_the_top(props, &node, scroll.dispatcher());
    {
        // Keys and clicks change the active row; here it comes into view.
        let dispatch = scroll.dispatcher();
        let node = node.clone();
        use_effect_with(props.active, move |active| {
            if let (Some(row), Some(element)) = (active, node.cast::<Element>()) {
                dispatch.dispatch(ScrollAction::Reveal { row: *row, table, element });
            }
        });
    }

    let onscroll = {
        let dispatch = scroll.dispatcher();
        let node = node.clone();
        Callback::from(move |_: Event| {
            if let Some(element) = node.cast::<Element>() {
                let now = f64::from(element.scroll_top());
                dispatch.dispatch(ScrollAction::Scrolled { now, table });
            }
        })
    };
    let onkeydown = {
        let dispatch = props.dispatch.clone();
        let active = props.active;
        Callback::from(move |event: KeyboardEvent| {
            let is_plain = !(event.alt_key() || event.ctrl_key() || event.meta_key());
            if let Some(row) = key_row(&event.key(), active, table).filter(|_| is_plain) {
                event.prevent_default();
                dispatch.dispatch(Action::Activate(row));
            }
        })
    };

    let rendered = table.rendered(top);
    let active = props.active.filter(|row| rendered.contains(row));
    let y = table.y(rendered.start, top, scroll.scroll);
    html! {
        <div class={classes!("grid-box", props.behind.then_some("grid-behind"))}>
            <div
                class={classes!("grid", is_compact.then_some("grid-compact"))}
                ref={node}
                role="grid"
                tabindex="0"
                aria-label="Image"
                aria-rowcount={rows.to_string()}
                aria-colcount="4"
                aria-busy={props.behind.to_string()}
                aria-activedescendant={active.map(row::id)}
                data-at={props.shown.as_ref().map(|shown| shown.page.at.to_string())}
                ~style={JsValue::from(format!("--row: {row_height}px"))}
                {onscroll}
                {onkeydown}
            >
                <div class="grid-head" role="rowgroup">
                    <div class="grid-row" role="row">
                        { for COLUMNS.iter().map(|name| html! {
                            <div role="columnheader">{ *name }</div>
                        }) }
                    </div>
                </div>
                <div
                    class="grid-space"
                    role="rowgroup"
                    ~style={JsValue::from(format!("height: {}px", table.space()))}
                >
                    <div
                        class="grid-rows"
                        role="presentation"
                        ~style={JsValue::from(format!("transform: translateY({y}px)"))}
                    >
                        { for rendered.map(|index| html! {
                            <Row
                                key={index}
                                {index}
                                shown={props.shown.clone()}
                                active={active == Some(index)}
                                dispatch={props.dispatch.clone()}
                            />
                        }) }
                    </div>
                </div>
            </div>
            { notice(props, rows) }
        </div>
    }
}

const COLUMNS: [&str; 4] = ["Path", "Type", "Value", "Updated"];

/// What is said in place of rows.
fn notice(props: &GridProps, rows: u32) -> Html {
    let (title, text) = match (&props.shown, &props.error) {
        (_, Some(error)) => ("The image here cannot be read", error.to_string()),
        (None, None) if props.behind => return Html::default(),
        (None, None) => (
            "No batches in this file",
            "Its records name paths at most; nothing was recorded for them.".to_owned(),
        ),
        (Some(shown), None) if rows == 0 && shown.filter.is_empty() => (
            "Nothing yet",
            "At this position no path has a value. Go on to a later batch.".to_owned(),
        ),
        (Some(shown), None) if rows == 0 => {
            ("No path matches", format!("No path that has a value here matches {}.", shown.filter))
        }
        _ => return Html::default(),
    };
    html! {
        <div class="notice">
            <p class="notice-title">{ title }</p>
            <p>{ text }</p>
        </div>
    }
}

/// Asks for other rows when others come into view.
#[hook]
fn use_wanted_rows(props: &GridProps, table: VirtualWindow, top: f64) {
    let wanted = (table.rows > 0 && table.viewport > 0.0)
        .then(|| RowWindow::around(table.in_view(top)))
        .filter(|wanted| Some(*wanted) != props.window);
    let dispatch = props.dispatch.clone();
    use_effect_with(wanted, move |wanted| {
        if let Some(wanted) = wanted {
            dispatch.dispatch(Action::Want(*wanted));
        }
    });
}

/// Starts from the top for another file or filter.
#[hook]
fn use_from_the_top(
    props: &GridProps,
    node: &NodeRef,
    dispatch: UseReducerDispatcher<scroll::Scroll>,
) {
    let node = node.clone();
    use_effect_with((props.file, props.filter.clone()), move |_| {
        if let Some(element) = node.cast::<Element>() {
            dispatch.dispatch(ScrollAction::ToTop { element });
        }
    });
}

/// The row that a key goes to.
fn key_row(key: &str, active: Option<u32>, table: VirtualWindow) -> Option<u32> {
    let last = table.rows.checked_sub(1)?;
    let row = match (key, active) {
        ("ArrowDown" | "ArrowUp" | "PageDown" | "PageUp" | "Home", None) => 0,
        ("ArrowDown", Some(row)) => row.saturating_add(1),
        ("ArrowUp", Some(row)) => row.saturating_sub(1),
        ("PageDown", Some(row)) => row.saturating_add(table.page()),
        ("PageUp", Some(row)) => row.saturating_sub(table.page()),
        ("Home", _) => 0,
        ("End", _) => last,
        _ => return None,
    };
    Some(row.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_reach_every_row_and_no_other() {
        let table = VirtualWindow { rows: 100, row_height: 28.0, viewport: 280.0 };
        assert_eq!(key_row("ArrowDown", None, table), Some(0));
        assert_eq!(key_row("ArrowDown", Some(99), table), Some(99));
        assert_eq!(key_row("ArrowUp", Some(0), table), Some(0));
        assert_eq!(key_row("PageDown", Some(5), table), Some(15));
        assert_eq!(key_row("PageUp", Some(5), table), Some(0));
        assert_eq!(key_row("End", None, table), Some(99));
        assert_eq!(key_row("Home", Some(50), table), Some(0));
        // After a filter left fewer rows.
        assert_eq!(key_row("ArrowUp", Some(1_000), table), Some(99));
        assert_eq!(key_row("a", Some(1), table), None);
        assert_eq!(key_row("End", None, VirtualWindow { rows: 0, ..table }), None);
    }
}
