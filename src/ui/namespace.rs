//! The paths as a tree, of which only the rows in view exist.

use super::grid::{ScrollAction, key_row, use_from_the_top, use_scroll, use_wanted_rows};
use super::hooks::use_size;
use super::icons::{Icon, icon};
use super::marked::marked;
use super::state::{Action, Dispatch, NamespaceView};
use super::virtual_window::VirtualWindow;
use super::{format, grid};
use crate::protocol::views::{Subject, TreeRow};
use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::prelude::*;

const ROW: f64 = 26.0;
const TOUCH_ROW: f64 = 40.0;

/// What the tree shows.
#[derive(Properties, PartialEq)]
pub struct NamespaceProps {
    /// The serial number of the open file.
    pub file: u32,
    /// The rows that are there.
    pub view: NamespaceView,
    /// The filter as typed.
    pub filter: AttrValue,
    /// The path that is selected.
    pub selected: Option<AttrValue>,
    /// Whether there is room for it beside the view.
    pub wide: bool,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The part with the tree.
#[component]
pub fn NamespacePane(props: &NamespaceProps) -> Html {
    let on_close =
        grid::dispatch_with(&props.dispatch, |_: MouseEvent| Action::ShowNamespace(false));
    let paths = props.view.page.as_ref().map(|page| page.paths);
    html! {
        <section class="pane pane-left" aria-label="Paths">
            <div class="pane-head">
                <h2>
                    { "Paths" }
                    if let Some(paths) = paths {
                        <span class="pane-count">{ format::thousands(paths.into()) }</span>
                    }
                </h2>
                <button
                    class="button button-icon button-bare"
                    type="button"
                    aria-label="Close paths"
                    title="Close paths"
                    onclick={on_close}
                >
                    { icon(Icon::Close) }
                </button>
            </div>
            <Namespace ..props.clone() />
        </section>
    }
}

impl Clone for NamespaceProps {
    fn clone(&self) -> Self {
        Self {
            file: self.file,
            view: self.view.clone(),
            filter: self.filter.clone(),
            selected: self.selected.clone(),
            wide: self.wide,
            dispatch: self.dispatch.clone(),
        }
    }
}

/// The tree.
#[component]
fn Namespace(props: &NamespaceProps) -> Html {
    let node = use_node_ref();
    let size = use_size(&node);
    let rows = props.view.page.as_ref().map_or(0, |page| page.total);
    let row_height = if props.wide { ROW } else { TOUCH_ROW };
    let table = VirtualWindow { rows, row_height, viewport: size.height };
    let scroll = use_scroll(&node, table);
    let top = scroll.top.min(table.max_top());
    let on_want = grid::dispatch_with(&props.dispatch, Action::WantTree);
    use_wanted_rows(table, top, props.view.window, on_want);
    let top_of = format!("{} {}", props.file, props.filter);
    use_from_the_top(top_of.into(), &node, None, scroll.dispatcher());
    {
        let dispatch = scroll.dispatcher();
        let node = node.clone();
        use_effect_with(props.view.active, move |active| {
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
        let view = props.view.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.alt_key() || event.ctrl_key() || event.meta_key() {
                return;
            }
            if let Some(action) = key_action(&event.key(), &view, table) {
                event.prevent_default();
                dispatch.dispatch(action);
            }
        })
    };
    let rendered = table.rendered(top);
    let active = props.view.active.filter(|row| rendered.contains(row));
    let y = table.y(rendered.start, top, scroll.scroll);
    html! {
        <div
            class="tree"
            ref={node}
            role="tree"
            tabindex="0"
            aria-label="Namespace"
            aria-activedescendant={active.map(id)}
            ~style={JsValue::from(format!("--row: {row_height}px"))}
            {onscroll}
            {onkeydown}
        >
            <div
                class="grid-space"
                role="presentation"
                ~style={JsValue::from(format!("height: {}px", table.space()))}
            >
                <div
                    class="grid-rows"
                    role="presentation"
                    ~style={JsValue::from(format!("transform: translateY({y}px)"))}
                >
                    { for rendered.map(|index| {
                        let found = props.view.page.as_ref().and_then(|page| page.row(index));
                        match found {
                            Some(found) => item(index, found, props, active == Some(index)),
                            None => html! { <div key={index} class="tree-row" /> },
                        }
                    }) }
                </div>
            </div>
            if rows == 0 && props.view.page.is_some() {
                // A tree without items is none to a screen reader: this is its only one.
                <p class="pane-none tree-none" role="treeitem" aria-disabled="true" aria-selected="false">
                    { if props.filter.is_empty() { "This file has no paths." } else { "No path matches." } }
                </p>
            }
        </div>
    }
}

fn id(index: u32) -> String {
    format!("tree-row-{index}")
}

fn item(index: u32, row: &TreeRow, props: &NamespaceProps, active: bool) -> Html {
    let is_selected = props.selected.as_deref() == Some(&*row.prefix) && row.id.is_some();
    let onclick = {
        let dispatch = props.dispatch.clone();
        let open = open_action(row);
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::ActivateTree(index));
            dispatch.dispatch(open.clone());
        })
    };
    let on_mark = row.open.map(|_| {
        let dispatch = props.dispatch.clone();
        let toggle = toggle_action(row);
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            dispatch.dispatch(Action::ActivateTree(index));
            dispatch.dispatch(toggle.clone());
        })
    });
    let indent = format!("padding-left: {}px", 8 + row.depth.min(24) * 14);
    html! {
        <div
            key={index}
            id={id(index)}
            class={classes!(
                "tree-row",
                active.then_some("grid-row-active"),
                is_selected.then_some("tree-row-selected"),
            )}
            role="treeitem"
            aria-level={(row.depth + 1).to_string()}
            aria-setsize={row.siblings.to_string()}
            aria-posinset={(row.nth + 1).to_string()}
            aria-expanded={row.open.map(|open| open.to_string())}
            aria-selected={is_selected.to_string()}
            title={format::shown(&row.prefix)}
            ~style={JsValue::from(indent)}
            {onclick}
        >
            <span class="tree-mark" aria-hidden="true" onclick={on_mark}>
                { match row.open { Some(true) => "▾", Some(false) => "▸", None => "" } }
            </span>
            <span class="tree-name">{ marked(&row.name, row.depth, &props.filter) }</span>
            if row.open.is_some() {
                <span class="tree-count">{ format::thousands(row.paths.into()) }</span>
            }
        </div>
    }
}

/// What a click or Enter does to a row. A branch that is a path as well is opened by its mark.
fn open_action(row: &TreeRow) -> Action {
    row.id.map_or_else(|| toggle_action(row), |id| Action::Select(Subject::Id(id)))
}

/// Opens a branch that is closed, or closes it.
fn toggle_action(row: &TreeRow) -> Action {
    Action::ToggleBranch(row.prefix.clone().into())
}

/// What a key does to the tree.
fn key_action(key: &str, view: &NamespaceView, table: VirtualWindow) -> Option<Action> {
    if let Some(row) = key_row(key, view.active, table) {
        return Some(Action::ActivateTree(row));
    }
    let index = view.active?;
    let row = view.page.as_ref()?.row(index)?;
    match (key, row.open) {
        ("Enter" | " ", _) => Some(open_action(row)),
        ("ArrowRight", Some(false)) | ("ArrowLeft", Some(true)) => Some(toggle_action(row)),
        ("ArrowRight", Some(true)) => Some(Action::ActivateTree(index + 1)),
        ("ArrowLeft", _) => {
            // To the parent: the nearest row above that is less deep, as far as it is here.
            let page = view.page.as_ref()?;
            let is_above = |at: &u32| page.row(*at).is_some_and(|it| it.depth < row.depth);
            (page.first..index).rev().find(is_above).map(Action::ActivateTree)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::views::TreePage;
    use std::rc::Rc;

    #[test]
    fn keys_open_close_and_climb() {
        let row = |name: &str, depth, open: Option<bool>| TreeRow {
            prefix: format!("/{name}"),
            name: name.to_owned(),
            depth,
            nth: 0,
            siblings: 1,
            paths: 1,
            id: open.is_none().then_some(7),
            open,
        };
        let rows = vec![row("a", 0, Some(true)), row("b", 1, Some(false)), row("c", 1, None)];
        let page = TreePage { total: 3, paths: 3, first: 0, rows };
        let table = VirtualWindow { rows: 3, row_height: 26.0, viewport: 260.0 };
        let key = |key: &str, active| {
            let view = NamespaceView {
                page: Some(Rc::new(page.clone())),
                active: Some(active),
                ..NamespaceView::default()
            };
            key_action(key, &view, table)
        };
        assert_eq!(key("ArrowRight", 0), Some(Action::ActivateTree(1)));
        assert_eq!(key("ArrowRight", 1), Some(Action::ToggleBranch("/b".into())));
        assert_eq!(key("ArrowLeft", 0), Some(Action::ToggleBranch("/a".into())));
        assert_eq!(key("ArrowLeft", 2), Some(Action::ActivateTree(0)));
        assert_eq!(key("Enter", 2), Some(Action::Select(Subject::Id(7))));
        assert_eq!(key("ArrowDown", 2), Some(Action::ActivateTree(2)));
        assert_eq!(key("ArrowRight", 2), None);
    }
}
