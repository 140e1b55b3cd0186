//! Many files as one: the shards of a recording side by side, the files of a shard in order.
//!
//! ```text
//! shard 0   [ file ][ file ][ current ]      one order: file, then offset
//! shard 1   [ file ][ current ]              between shards: time
//! ```
//!
//! Questions work on the [`Files`] of one shard, of which a file by itself is the simplest. State carries
//! over from earlier files, and order is that in which batches were written.

mod file_kind;
mod files;
mod shards;
mod walk;

pub use file_kind::FileKind;
pub(crate) use files::release;
pub use files::{BatchKey, Files, FilesReader, Place};
pub use shards::{LeftOut, Look, Shard, Timeline};
pub use walk::{ALL, Direction, Kinds, TimeBounds, Walk};
