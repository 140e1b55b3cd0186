//! Other files made of an archive: an indexed copy, a compressed one.
//!
//! ```text
//! archive ── batches in the order of time ──▶ BuildIndex ──▶ Writer ── bytes, a piece at a time ──▶
//!                                           Compress ⇄ Encoder
//! ```
//!
//! Nothing here writes to anything: whoever exports asks for the next piece of the file, puts it
//! where it belongs, and stops asking where it is cancelled. At the end the first bytes are written
//! anew ([`Writer::head`]): until then they say that nothing is committed, so that what is broken
//! off does not look whole. Memory holds a piece, not the file.
//!
//! Promises: every batch that can be read is in the copy, byte by byte, also of one time with
//! another, also where it is damaged inside; times to the nanosecond; the paths and their ids. What
//! could not be read is named ([`Problems`]).

mod check;
mod compress;
#[cfg(feature = "encoder")]
mod encode;
mod index;
mod order;
pub mod rows;
mod scope;
pub mod slice;
mod train;
mod verify;
mod writer;

pub use compress::{Chunk, Compress, Doing, Frames, Heads, Level, Options};
#[cfg(feature = "encoder")]
pub use encode::{Encoder, finish_dictionary};
pub use index::BuildIndex;
pub use scope::Scope;
pub use slice::{Depth, Slice};
pub use train::{Lesson, Trainer};
pub use verify::{Counts, Finding, Verify};
pub use writer::Writer;

use crate::{
    format::{Error, ErrorKind},
    index::Problems,
    query::pass::{Budget, Step},
    time::Timestamp,
    timeline::Timeline,
};

/// A file in the making, in pieces.
///
/// Whoever exports calls [`step`](Self::step), [takes](Self::take) what it made, and does so until it says
/// [`Step::Done`]. The timeline is the same each time.
pub trait Export {
    /// Makes the next piece, of about a megabyte. [`Step::Stopped`] means that there is more to do.
    ///
    /// # Errors
    /// Where a file cannot be read. Damage is no error: see [`left_out`](Self::left_out).
    fn step(&mut self, timeline: &Timeline, budget: &Budget) -> Result<Step, Error>;

    /// What was made since the last time.
    fn take(&mut self) -> Vec<u8>;

    /// What belongs at the very start of the file once all of it is written, in place of what is there.
    fn head(&self) -> Option<[u8; 26]> {
        None
    }

    /// How far it is.
    fn progress(&self) -> Progress;

    /// The time of the batch that was dealt with last.
    fn reached(&self) -> Option<Timestamp>;

    /// What could not be read, and is not in the output.
    fn left_out(&self) -> &Problems;

    /// How many updates were written as rows so far; `None` where what is made has none.
    fn rows(&self) -> Option<u64> {
        None
    }
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Batches dealt with.
    pub done: u64,
    /// All batches.
    pub total: u64,
}

/// About so many bytes make a piece of the file.
const PIECE: usize = 1 << 20;

/// Notes a batch that cannot be read. Where the file itself cannot be, that is the end of the copy.
fn leave_out(problem: Error, left_out: &mut Problems) -> Result<(), Error> {
    if problem.kind() == ErrorKind::Source {
        return Err(problem);
    }
    left_out.push(problem);
    Ok(())
}
