//! Native tests of the whole reader, a file per hazard.

#[path = "../common/mod.rs"]
mod common;

mod cursor;
mod differential;
mod golden;
mod layouts;
mod replay;
