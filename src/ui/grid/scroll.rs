//! Where the grid is scrolled to, in its scroll space and in its full height.

use crate::ui::virtual_window::VirtualWindow;
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// After this long without movement a cut space is brought back in line.
const QUIET_MILLIS: u32 = 200;

/// A position; see [`virtual_window`](crate::ui::virtual_window) for the two coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scroll {
    /// In the full height.
    pub top: f64,
    /// In the scroll space.
    pub scroll: f64,
}

/// What moves it.
pub enum ScrollAction {
    /// The browser scrolled.
    Scrolled {
        /// To here, in the scroll space.
        now: f64,
        /// What is scrolled.
        table: VirtualWindow,
    },
    /// A row should be in view.
    Reveal {
        /// The row.
        row: u32,
        /// What is scrolled.
        table: VirtualWindow,
        /// Where it is shown.
        element: Element,
    },
    /// The scroll space should be in line with the full height again.
    Align {
        /// What is scrolled.
        table: VirtualWindow,
        /// Where it is shown.
        element: Element,
    },
    /// To a place in the full height.
    To {
        /// Where.
        top: f64,
        /// What is scrolled.
        table: VirtualWindow,
        /// Where it is shown.
        element: Element,
    },
    /// Back to the first row.
    ToTop {
        /// Where it is shown.
        element: Element,
    },
}

impl Reducible for Scroll {
    type Action = ScrollAction;

    fn reduce(self: Rc<Self>, action: ScrollAction) -> Rc<Self> {
        let next = match action {
            ScrollAction::Scrolled { now, table } => {
                Self { top: table.scrolled(self.top, self.scroll, now), scroll: now }
            }
            ScrollAction::Reveal { row, table, element } => {
                let top = table.reveal(self.top, row);
                if top == self.top { *self } else { Self::put(top, table, &element) }
            }
            ScrollAction::To { top, table, element } => Self::put(top, table, &element),
            ScrollAction::Align { table, element } => Self::put(self.top, table, &element),
            ScrollAction::ToTop { element } => {
                element.set_scroll_top(0);
                Self::default()
            }
        };
        Rc::new(next)
    }
}

impl Scroll {
    /// Scrolls the element; takes what the browser made of it, so that the event which follows
    /// is no movement.
    fn put(top: f64, table: VirtualWindow, element: &Element) -> Self {
        element.set_scroll_top(table.scroll_of(top).round() as i32);
        Self { top, scroll: f64::from(element.scroll_top()) }
    }
}

/// The scroll position of the element that `node` refers to.
#[hook]
pub fn use_scroll(node: &NodeRef, table: VirtualWindow) -> UseReducerHandle<Scroll> {
    let scroll = use_reducer_eq(Scroll::default);
    let dispatch = scroll.dispatcher();
    let node = node.clone();
    let is_off = table.is_cut() && (table.scroll_of(scroll.top) - scroll.scroll).abs() > 1.0;
    use_effect_with((is_off, *scroll), move |(is_off, _)| {
        let timer = is_off.then(|| {
            Timeout::new(QUIET_MILLIS, move || {
                if let Some(element) = node.cast::<Element>() {
                    dispatch.dispatch(ScrollAction::Align { table, element });
                }
            })
        });
        move || drop(timer)
    });
    scroll
}
