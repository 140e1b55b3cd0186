//! Native tests of the whole reader, a file per hazard.

#![cfg(not(target_arch = "wasm32"))]

#[path = "../common/mod.rs"]
mod common;

mod allocations;
mod answers;
mod copies;
mod cursor;
mod differential;
mod export;
mod filter;
mod golden;
mod growing;
mod hostile;
mod layouts;
mod moved;
mod names;
mod paged;
mod pending;
mod recordings;
mod replay;
mod rows;
mod scripts;
mod sidecars;
mod slices;
mod timeline;
mod views;
mod writer;
