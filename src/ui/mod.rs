//! The page.
//!
//! ```text
//! Action ──▶ State (one reducer) ──▶ components ──▶ DOM
//!    ▲             │
//!    └── worker ◀──┘ hooks ask for what the state wants
//! ```
//!
//! | what | where |
//! |---|---|
//! | pure view logic, tested natively | [`scale`], [`ticks`], [`virtual_window`], [`mod@format`], [`url`], [`state`] |
//! | files, from drop to list | `files` |
//! | joins to the browser | `hooks`, `theme` |
//! | components, one a file | everything else |
//!
//! Text from a file is only ever put into text nodes. The Content-Security-Policy forbids inline
//! styles: the few dynamic sizes are set as properties (`~style`), which it allows.

pub mod by_pointer;
pub mod chart;
pub mod format;
pub mod gaps;
pub mod hand;
pub mod hex;
pub mod keys;
pub mod scale;
pub mod state;
pub mod ticks;
pub mod url;
pub mod virtual_window;
pub mod wall;
pub mod zone;
pub mod zoom;

mod app;
mod clipboard;
mod compare;
mod density_plot;
mod details;
mod dialogs;
mod empty;
mod files;
mod filter_box;
mod find;
mod focus;
mod follow;
mod grid;
mod header;
mod hooks;
mod icons;
mod marked;
mod messages;
mod namespace;
mod overview;
mod paint;
mod pinned;
mod plot;
mod position;
mod problems;
mod progress;
mod recent;
mod save_as;
mod splitter;
mod statistics;
mod storage;
mod theme;
mod time_axis;
mod timeline;
mod transport;
mod value_tree;
mod verify;
mod views;

/// Starts the page in the element `app`.
pub fn run() {
    yew::set_custom_panic_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        let notice = gloo::utils::document().get_element_by_id("bug");
        if let Some(notice) = notice {
            notice.set_text_content(Some(
                "This page hit a bug and stopped. Reload it to go on; the browser's console has the details.",
            ));
            // Where this fails there is nothing left to try.
            let _ = notice.remove_attribute("hidden");
            let _ = notice.set_attribute("role", "alert");
        }
    }));
    if let Some(root) = gloo::utils::document().get_element_by_id("app") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
