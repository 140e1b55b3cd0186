//! Saving another file made of the open one: a worker of its own, started when it is asked for.
//!
//! ```text
//! page ── Task, File, where to ──▶ lead ── batches ──▶ encoder, encoder, …   (the same program)
//!      ◀── Told: how far, done ──       ◀── frames ──
//!                                   │ a piece at a time
//!                                   ▼ the file that was chosen, or a Blob for the page
//! ```
//!
//! The lead reads and writes, the encoders compress; one is started for each processor. Whoever wants
//! no more of it ends the lead: the encoders end with it, and so does the file, which the browser
//! puts in its place only when it is closed.

#[cfg(feature = "encoder")]
mod encoders;
#[cfg(feature = "encoder")]
mod lead;
mod message;
#[cfg(feature = "encoder")]
mod sink;

#[cfg(feature = "encoder")]
pub use lead::run;
pub use message::{Left, Task, Told};
