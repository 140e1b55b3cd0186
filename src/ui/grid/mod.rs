//! Grids of many rows, of which only those in view exist.
//!
//! The element that has the role `grid` is also what scrolls, so that a header that sticks to its
//! top is in the same columns. It keeps the focus; the keys move an active row
//! (`aria-activedescendant`).

mod batches;
mod columns;
mod heads;
mod image;
mod image_row;
mod scroll;

pub use batches::BatchesGrid;
pub use image::{ImageGrid, ImageGridProps, dispatch_with};
pub use image_row::{path_parts, text_cell, time_cell, typed_cell, value_class};
pub use scroll::{ScrollAction, use_scroll};

use super::hooks::use_size;
use super::virtual_window::{RowWindow, VirtualWindow};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::prelude::*;

/// Below this width a row takes two lines.
const COMPACT_BELOW: f64 = 600.0;
const ROW: f64 = 28.0;
const COMPACT_ROW: f64 = 52.0;
/// The header line, its border included.
const HEAD: f64 = 32.0;

/// A row that should exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowAt {
    /// Counted from 0.
    pub index: u32,
    /// Whether it is the active row.
    pub active: bool,
}

/// What a grid shows.
#[derive(Properties, PartialEq)]
pub struct GridProps {
    /// What it is called.
    pub name: &'static str,
    /// Tells its rows from those of other grids.
    pub prefix: &'static str,
    /// How many columns there are.
    pub columns: u32,
    /// The column headers.
    pub head: Html,
    /// How wide the columns are, where the styles do not say it.
    #[prop_or_default]
    pub template: Option<AttrValue>,
    /// How many rows there are.
    pub rows: u32,
    /// Shows a row.
    pub row: Callback<RowAt, Html>,
    /// The row that the keys move.
    pub active: Option<u32>,
    /// Counts the rows that a person activated: each comes into view. Without it, each row that
    /// becomes the active one does.
    #[prop_or_default]
    pub reveals: Option<u32>,
    /// The rows that are asked for.
    pub window: Option<RowWindow>,
    /// Whether the rows are not those that are asked for.
    pub behind: bool,
    /// Whether that shows after a while.
    #[prop_or(true)]
    pub dims: bool,
    /// The time of what is shown, for whoever waits for it.
    pub at: Option<AttrValue>,
    /// What starts from the top when it changes.
    pub top_of: AttrValue,
    /// Is told which rows are wanted.
    pub on_want: Callback<RowWindow>,
    /// Is told which row becomes the active one.
    pub on_activate: Callback<u32>,
    /// Is told which row Enter or a double click opens.
    pub on_open: Callback<u32>,
    /// What is said in place of rows.
    pub notice: Html,
}

/// A grid.
#[component]
pub fn Grid(props: &GridProps) -> Html {
    let node = use_node_ref();
    let size = use_size(&node);
    let is_compact = size.width > 0.0 && size.width < COMPACT_BELOW;
    let row_height = if is_compact { COMPACT_ROW } else { ROW };
    let head = if is_compact { 0.0 } else { HEAD };
    let table =
        VirtualWindow { rows: props.rows, row_height, viewport: (size.height - head).max(0.0) };
    let scroll = use_scroll(&node, table);
    let top = scroll.top.min(table.max_top());

    use_wanted_rows(table, top, props.window, props.on_want.clone());
    let (kept, keep) = use_kept(props.prefix, &props.top_of);
    use_from_the_top(
        props.top_of.clone(),
        &node,
        kept.map(|top| (top, table)),
        scroll.dispatcher(),
    );
    use_effect_with(scroll.top, move |top| keep.emit(*top));
    {
        // Keys and clicks change the active row; here it comes into view.
        let dispatch = scroll.dispatcher();
        let (node, active) = (node.clone(), props.active);
        // In a grid that is shown again the rows are in view that were.
        let is_shown_again = use_mut_ref(|| kept.is_some());
        let cause = match props.reveals {
            Some(reveals) => (None, reveals),
            None => (active, 0),
        };
        use_effect_with(cause, move |_| {
            let is_shown_again = is_shown_again.replace(false);
            let row = active.filter(|_| !is_shown_again);
            if let (Some(row), Some(element)) = (row, node.cast::<Element>()) {
                dispatch.dispatch(ScrollAction::Reveal { row, table, element });
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
        let (on_activate, on_open) = (props.on_activate.clone(), props.on_open.clone());
        let active = props.active;
        Callback::from(move |event: KeyboardEvent| {
            // What has the focus inside, a head that sorts, takes Enter itself.
            let is_inside =
                event.target_dyn_into::<Element>().is_some_and(|it| it.tag_name() == "BUTTON");
            if is_inside || event.alt_key() || event.ctrl_key() || event.meta_key() {
                return;
            }
            if let Some(row) = key_row(&event.key(), active, table) {
                event.prevent_default();
                on_activate.emit(row);
            } else if let Some(row) = active.filter(|_| event.key() == "Enter") {
                event.prevent_default();
                on_open.emit(row);
            }
        })
    };

    // One listener for all rows: a row that knows its number is enough.
    let on_row = |act: &Callback<u32>| {
        let act = act.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(row) = row_of(&event) {
                act.emit(row);
            }
        })
    };
    let (onclick, ondblclick) = (on_row(&props.on_activate), on_row(&props.on_open));

    let rendered = table.rendered(top);
    let active = props.active.filter(|row| rendered.contains(row));
    let y = table.y(rendered.start, top, scroll.scroll);
    let mut style = format!("--row: {row_height}px");
    if let Some(template) = &props.template {
        style += &["; --columns: ", template].concat();
    }
    html! {
        <div class={classes!("grid-box", (props.behind && props.dims).then_some("grid-behind"))}>
            <div
                class={classes!("grid", props.prefix, is_compact.then_some("grid-compact"))}
                ref={node}
                role="grid"
                tabindex="0"
                aria-label={props.name}
                aria-rowcount={props.rows.to_string()}
                aria-colcount={props.columns.to_string()}
                aria-busy={props.behind.to_string()}
                aria-activedescendant={active.map(|row| format!("{}-{row}", props.prefix))}
                data-at={props.at.clone()}
                ~style={JsValue::from(style)}
                {onscroll}
                {onkeydown}
            >
                <div class="grid-head" role="rowgroup">
                    <div class="grid-row" role="row">{ props.head.clone() }</div>
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
                        {onclick}
                        {ondblclick}
                    >
                        { for rendered.map(|index| {
                            let at = RowAt { index, active: active == Some(index) };
                            row(props, index % table.slots(), at)
                        }) }
                    </div>
                </div>
            </div>
            { props.notice.clone() }
        </div>
    }
}

/// The row that is clicked at.
fn row_of(event: &MouseEvent) -> Option<u32> {
    let target = event.target_dyn_into::<Element>()?;
    let row = target.closest("[aria-rowindex]").ok()??;
    row.get_attribute("aria-rowindex")?.parse::<u32>().ok()?.checked_sub(1)
}

fn row(props: &GridProps, slot: u32, at: RowAt) -> Html {
    let index = at.index;
    html! {
        <div
            key={slot}
            id={format!("{}-{index}", props.prefix)}
            class={classes!("grid-row", at.active.then_some("grid-row-active"))}
            role="row"
            aria-rowindex={(u64::from(index) + 1).to_string()}
            aria-selected={at.active.to_string()}
        >
            { props.row.emit(at) }
        </div>
    }
}

/// Plain column headers.
pub fn headers(names: &[&'static str]) -> Html {
    names.iter().map(|name| html! { <div role="columnheader">{ *name }</div> }).collect()
}

/// Said in place of rows.
pub fn notice(title: &str, text: &str) -> Html {
    html! {
        <div class="notice">
            <p class="notice-title">{ title }</p>
            <p>{ text }</p>
        </div>
    }
}

/// Asks for other rows when others come into view.
#[hook]
pub fn use_wanted_rows(
    table: VirtualWindow,
    top: f64,
    asked: Option<RowWindow>,
    on_want: Callback<RowWindow>,
) {
    let wanted = (table.rows > 0 && table.viewport > 0.0)
        .then(|| RowWindow::around(table.in_view(top)))
        .filter(|wanted| Some(*wanted) != asked);
    use_effect_with(wanted, move |wanted| {
        if let Some(wanted) = wanted {
            on_want.emit(*wanted);
        }
    });
}

/// Starts from the top for another file or filter; at first from where it was left, if it was.
#[hook]
pub fn use_from_the_top(
    top_of: AttrValue,
    node: &NodeRef,
    kept: Option<(f64, VirtualWindow)>,
    dispatch: UseReducerDispatcher<scroll::Scroll>,
) {
    let node = node.clone();
    let kept = use_mut_ref(|| kept);
    use_effect_with(top_of, move |_| {
        if let Some(element) = node.cast::<Element>() {
            dispatch.dispatch(match kept.take() {
                Some((top, table)) => ScrollAction::To { top, table, element },
                None => ScrollAction::ToTop { element },
            });
        }
    });
}

/// Where the grids of the page were scrolled to, by their names, and of what.
#[derive(Clone, Default)]
pub struct Tops(Rc<RefCell<HashMap<&'static str, (AttrValue, f64)>>>);

impl PartialEq for Tops {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Where a grid was scrolled to when it was last shown, of the same rows; and a place to keep it.
#[hook]
fn use_kept(name: &'static str, top_of: &AttrValue) -> (Option<f64>, Callback<f64>) {
    let tops = use_context::<Tops>().unwrap_or_default();
    let kept = use_mut_ref(|| {
        let found = tops.0.borrow().get(name).cloned();
        found.filter(|(of, _)| of == top_of).map(|(_, top)| top)
    });
    let keep = {
        let top_of = top_of.clone();
        Callback::from(move |top: f64| {
            tops.0.borrow_mut().insert(name, (top_of.clone(), top));
        })
    };
    let kept = *kept.borrow();
    (kept, keep)
}

/// The row that a key goes to.
pub fn key_row(key: &str, active: Option<u32>, table: VirtualWindow) -> Option<u32> {
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
