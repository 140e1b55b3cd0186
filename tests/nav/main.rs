//! The native command, end to end: the program itself on the golden files and recordings.

#![cfg(not(target_arch = "wasm32"))]

mod export;
mod live;
mod read;
mod rows;
mod serve;
mod server;
mod support;
mod writer;
