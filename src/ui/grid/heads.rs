//! The heads of columns that sort, and that can be moved and made wider, by a pointer and by keys.
//!
//! ```text
//! │ Path      ┊│ Type ┊│ Value      ┊│      ┊ the edge: drag for the width, twice for the usual one
//!   click sorts, drag moves                  Shift+arrows for the width, Alt+arrows to move
//! ```

use super::columns::Columns;
use crate::ui::storage;
use gloo::utils::document;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// So near to its right edge a pointer takes hold of it, in CSS pixels.
const EDGE: f64 = 8.0;
/// So far a pointer may go, and it is a click.
const CLICK: f64 = 4.0;
/// What a key adds to a width.
const STEP: f64 = 16.0;

/// A column that sorts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    /// What it is called.
    pub name: &'static str,
    /// Its usual width, as the styles say it.
    pub width: &'static str,
}

/// The columns as they were kept under a key, and what keeps others.
#[hook]
pub fn use_columns(key: &'static str, count: usize) -> (Rc<Columns>, Callback<Columns>) {
    let columns =
        use_state_eq(|| Rc::new(Columns::parse(&storage::kept(key).unwrap_or_default(), count)));
    let setter = columns.setter();
    let keep = use_callback((), move |columns: Columns, ()| {
        storage::keep(key, &columns.to_string());
        setter.set(Rc::new(columns));
    });
    ((*columns).clone(), keep)
}

/// What the heads show.
#[derive(Properties, PartialEq)]
pub struct HeadsProps {
    /// The columns by their numbers.
    pub heads: &'static [Head],
    /// How they stand.
    pub columns: Rc<Columns>,
    /// By which of them the rows are sorted, and whether downwards.
    pub sorted: Vec<(usize, bool)>,
    /// Is told by which column to sort.
    pub on_sort: Callback<usize>,
    /// Is told how they are to stand.
    pub on_change: Callback<Columns>,
}

/// What a pointer holds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Held {
    /// The edge of a column: where it was taken, and the width then.
    Edge { nth: usize, at: f64, width: f64 },
    /// A column: where it was taken, and whether it went further than a click does.
    Column { nth: usize, at: f64, moved: bool },
}

/// The heads.
#[component]
pub fn Heads(props: &HeadsProps) -> Html {
    let held = use_mut_ref(|| None::<Held>);
    // Which column is moved, and the one whose place it would take.
    let moving = use_state_eq(|| None::<(usize, usize)>);
    let focus = use_mut_ref(|| None::<usize>);
    {
        let (focus, heads) = (focus.clone(), props.heads);
        // A browser takes the focus from an element that is put elsewhere.
        use_effect_with(props.columns.clone(), move |_| {
            let name = focus.take().and_then(|nth| heads.get(nth)).map(|head| id(head.name));
            let button = name.and_then(|name| document().get_element_by_id(&name));
            if let Some(button) = button.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                let _ = button.focus();
            }
        });
    }
    let head = |nth: usize| {
        let head = props.heads.get(nth)?;
        let onpointerdown = {
            let held = held.clone();
            Callback::from(move |event: PointerEvent| {
                let Some((cell, left, right)) = cell_of(&event) else { return };
                let at = f64::from(event.client_x());
                if event.button() != 0 {
                    return;
                }
                if right - at < EDGE {
                    // Without capture a drag ends at the edge of the heads.
                    let _ = cell.set_pointer_capture(event.pointer_id());
                    *held.borrow_mut() = Some(Held::Edge { nth, at, width: right - left });
                } else {
                    *held.borrow_mut() = Some(Held::Column { nth, at, moved: false });
                }
            })
        };
        let onpointermove = {
            let (held, moving) = (held.clone(), moving.setter());
            let (columns, on_change) = (props.columns.clone(), props.on_change.clone());
            Callback::from(move |event: PointerEvent| {
                let x = f64::from(event.client_x());
                let mut held = held.borrow_mut();
                if event.buttons() & 1 == 0 {
                    *held = None;
                }
                match &mut *held {
                    Some(Held::Edge { nth, at, width }) => {
                        on_change.emit(columns.sized(*nth, Some(*width + x - *at)));
                    }
                    Some(Held::Column { nth: taken, at, moved }) => {
                        *moved |= (x - *at).abs() > CLICK;
                        moving.set(moved.then_some((*taken, nth)));
                    }
                    None => moving.set(None),
                }
            })
        };
        let onpointerup = {
            let (held, moving) = (held.clone(), moving.setter());
            let (columns, on_change) = (props.columns.clone(), props.on_change.clone());
            Callback::from(move |_: PointerEvent| {
                moving.set(None);
                let mut held = held.borrow_mut();
                match *held {
                    // Known until the click that follows, which then sorts nothing.
                    Some(Held::Column { nth: taken, moved: true, .. }) if taken != nth => {
                        on_change.emit(columns.moved(taken, nth));
                    }
                    Some(Held::Column { moved: true, .. }) => {}
                    _ => *held = None,
                }
            })
        };
        let ondblclick = {
            let (columns, on_change) = (props.columns.clone(), props.on_change.clone());
            Callback::from(move |event: MouseEvent| {
                let edge = cell_of(&event).map(|(.., right)| right - f64::from(event.client_x()));
                if edge.is_some_and(|edge| edge < EDGE) {
                    on_change.emit(columns.sized(nth, None));
                }
            })
        };
        let onclick = {
            let (held, on_sort) = (held.clone(), props.on_sort.clone());
            Callback::from(move |_: MouseEvent| {
                if held.take().is_none() {
                    on_sort.emit(nth);
                }
            })
        };
        let onkeydown = {
            let (focus, columns, on_change) =
                (focus.clone(), props.columns.clone(), props.on_change.clone());
            Callback::from(move |event: KeyboardEvent| {
                let right = match &*event.key() {
                    "ArrowLeft" => false,
                    "ArrowRight" => true,
                    _ => return,
                };
                let wanted = match (event.alt_key(), event.shift_key(), cell_of(&event)) {
                    (true, false, _) => columns.stepped(nth, right),
                    (false, true, Some((_, left, edge))) => {
                        let by = if right { STEP } else { -STEP };
                        columns.sized(nth, Some(edge - left + by))
                    }
                    _ => return,
                };
                event.prevent_default();
                *focus.borrow_mut() = Some(nth);
                on_change.emit(wanted);
            })
        };
        let direction = |descending| if descending { "descending" } else { "ascending" };
        let sorted = props.sorted.iter().find(|(by, _)| *by == nth);
        let class = moving.and_then(|(taken, over)| match nth {
            _ if nth == taken => Some("head-taken"),
            _ if nth == over => Some("head-over"),
            _ => None,
        });
        Some(html! {
            <div
                key={nth}
                role="columnheader"
                {class}
                aria-sort={sorted.map(|(_, descending)| direction(*descending))}
                {onpointerdown}
                {onpointermove}
                {onpointerup}
                {ondblclick}
                {onkeydown}
            >
                <button
                    id={id(head.name)}
                    class="sort"
                    type="button"
                    title="Sorts. Drag to move; drag the right edge for the width. Keys: Alt and Shift with ← →"
                    {onclick}
                >
                    { head.name }
                </button>
            </div>
        })
    };
    props.columns.order().filter_map(head).collect()
}

fn id(name: &str) -> String {
    ["head-", name].concat()
}

/// The head that an event is about, with its left and right edges.
fn cell_of(event: &Event) -> Option<(Element, f64, f64)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let cell = target.closest("[role=columnheader]").ok()??;
    let at = cell.get_bounding_client_rect();
    Some((cell, at.left(), at.right()))
}
