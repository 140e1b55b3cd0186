//! Drives the built site in Chromium as a person would: with a pointer, a keyboard, dropped files,
//! and everything found by the role and name that a screen reader is told.
//!
//! ```text
//! tests/page ─▶ Page ─ WebDriver ─▶ chromedriver ─▶ Chromium ─ HTTP ─▶ xtask::server (dist/)
//!                └▶ Node, Table              └─ everything else ─▶ Elsewhere (refuses, remembers)
//! ```
//!
//! The site is served from a sub-path, without any header that a plain file host would not send. A
//! test ends with [`Page::check_quiet`], which fails it on any error in the console, on any violation of
//! the page's Content-Security-Policy and on any request to another host.

pub mod browsers;
pub mod driver;
pub mod elsewhere;
pub mod golden;
pub mod growing;
pub mod node;
pub mod other;
pub mod page;
pub mod picture;
pub mod recording;
pub mod sparse;
pub mod support;
pub mod table;
pub mod time;
pub mod writer;

pub use driver::Driver;
pub use node::Node;
pub use page::Page;

use std::path::PathBuf;

/// The root of the clone.
pub fn root() -> PathBuf {
    xtask::cmd::root()
}
