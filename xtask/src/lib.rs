//! The commands of this repository, in Rust so that they need nothing but cargo.
//!
//! A library as well as a binary, because the end-to-end tests serve the site with the same
//! [`server`] and find the browser with the same [`browser`] as the commands do.
//!
//! ```text
//! main ─▶ site, pkg, suite, bench, fixtures ─▶ tools, bindgen, browser, others, debian, axe ─▶ cmd
//!                 └▶ server
//! ```
//!
//! Every command sets up only what it needs, says in one line what it installs and why, and where it
//! cannot install something names that one thing.

pub mod axe;
pub mod bench;
pub mod bindgen;
pub mod browser;
pub mod cmd;
pub mod debian;
pub mod fixtures;
pub mod layers;
pub mod others;
pub mod pkg;
pub mod server;
pub mod site;
pub mod suite;
pub mod tally;
pub mod tools;
