//! The bytes of an archive: what each structure of the file looks like, and nothing of what a
//! person asks of it.
//!
//! Promises: no input panics; no allocation is larger than the input justifies (see [`limits`]);
//! every error knows its absolute offset and what was being read. Imports nothing of ours but
//! [`crate::error`], [`crate::limits`] and [`crate::time`].

mod batch;
mod decimal_text;
mod header;
mod kind;
mod order;
mod path;
mod reader;
mod record;
mod text;
mod value;
pub(crate) mod varints;
mod visible;
mod walk;
mod zstd;

pub use crate::{
    error::{Error, ErrorKind},
    limits,
};
pub use batch::{Batch, BatchItem, Event, Payload, RecordIndex};

pub use header::{CompressionHeader, FileHeader};
pub use kind::Kind;
pub use order::{Key, is_same, sorted_entries};
pub use path::{
    Separators, canonical_path, component_end, is_escaped, split_last, unescape_component,
};
pub(crate) use reader::passes_the_end;
pub use reader::{Origin, Reader};
pub use record::{
    LARGEST_OFFSET, PathMapping, PathMappings, RawBasis, RecordHeader, RecordKind, TIME_BASIS_LEN,
    read_time_basis,
};
pub use text::{Bounded, Naming, Stop, write_value, write_value_start};
pub use value::{Entries, Value, Values};
pub use visible::visible;
pub use walk::{Holder, Visitor, walk};
pub use zstd::{Dictionary, Inflater};
pub(crate) use zstd::{is_whole_frame, starts_frame};
