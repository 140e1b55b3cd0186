//! What joins the state to the browser: each hook holds its listeners, timers and frames, and
//! lets go of them when its component goes.

mod file_drop;
mod follow;
mod hash;
mod keys;
mod later;
mod playback;
mod requests;
mod scheme;
mod size;
mod wide;

pub use file_drop::use_file_drop;
pub use follow::use_follow;
pub use hash::use_hash;
pub use keys::{keep_single_keys_off, single_keys_off, use_keys};
pub use later::use_later;
pub use playback::use_playback;
pub use requests::use_requests;
pub use scheme::use_scheme;
pub use size::use_size;
pub use wide::use_wide;
