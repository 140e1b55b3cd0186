//! Files: how they come onto the page, what lies beside the open one, and how another is opened.
//!
//! ```text
//! drop ─┐
//! input ┼─▶ Opener ── list of paths ──▶ Recording: shards and files, by their names alone
//! fetch ┘      │                           │
//!              │ File, made when needed    └─▶ RecordingPane
//!              └──▶ client ──▶ worker
//! ```

mod drop;
mod fetch;
mod input;
mod list;
mod notice;
mod opener;
mod pane;
mod place;
mod recording;
mod watch;

pub use drop::Dropped;
pub use input::{FILES, FOLDER, FileButton, click};
pub use list::{Fact, Files, layout};
pub use notice::Notices;
pub use opener::Opener;
pub use pane::RecordingPane;
pub use place::Place;
pub use recording::Listed;
pub use watch::Watch;
