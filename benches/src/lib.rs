//! What is measured, declared once and run alike natively and in the browser's worker.
//!
//! ```text
//!                       ┌ netidx-archive-bench answer          ours, native
//! conduct ── a line ──▶ ┤ www/page.js ─▶ worker.js ─▶ web      ours, in Chromium
//!  rounds in turn       └ tests/reference … bench              the real netidx-archive
//! ```
//!
//! Each side is a process that stays, holds one file, and answers lines:
//!
//! ```text
//! load <file>   ok <batches>
//! run <work>    ok <milliseconds> <items> <unsubscribed> <total>
//!               none | error <why>
//! ```
//!
//! The three counts have to be the same on every side: they tell that the sides did the same work.
//! A new row is a line of [`work::ROWS`]; a new kind of work is a variant of [`Work`], and a word in
//! `tests/reference/src/bench` where the real reader has something to compare.

pub mod bench;
#[cfg(target_arch = "wasm32")]
mod web;
pub mod work;

pub use bench::{Bench, Count};
pub use work::{ROWS, Row, Work};
