//! See what is in a netidx archive.
//!
//! One direction of dependency, from bytes to pixels:
//!
//! ```text
//! format ◀ source ◀ index ◀ archive ◀ timeline ◀ query ◀ protocol ◀ session ◀ bin/worker, js, (client ◀ ui ◀ bin/app)
//! ```
//!
//! [`export`] stands on `archive`, beside `query`. [`recording`] stands beside `session`: the answers that the JS
//! package and the native command share.
//! [`error`] and [`limits`] stand below all of it.
//! Everything up to [`session`] is free of the browser and is tested natively.

pub mod archive;
#[cfg(feature = "page")]
pub mod client;
pub mod error;
pub mod export;
pub mod format;
pub mod index;
#[cfg(feature = "package")]
pub mod js;
#[cfg(feature = "package-encoder")]
pub mod js_encoder;
pub mod limits;
pub mod names;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub mod nav;
pub mod protocol;
pub mod query;
pub mod recording;
pub mod saver;
pub mod session;
pub mod sidecar;
pub mod source;
pub mod time;
pub mod timeline;
#[cfg(feature = "page")]
pub mod ui;
pub mod wire;
pub mod worker;
