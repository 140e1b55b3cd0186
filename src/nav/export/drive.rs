//! Drives an export to its end.

use crate::{
    export::Export,
    index::Problems,
    nav::{
        fault::{Fault, say},
        progress::Progress,
    },
    query::pass::{Budget, Step, Stop},
    timeline::Timeline,
};

/// Problems that are said in full.
const MAX_SAID: usize = 20;

/// How much is read between two looks at how far it is.
const READ_AT_ONCE: u64 = 64 << 20;

/// Hands the pieces of an export on, one after the other.
///
/// # Errors
/// Where a file cannot be read, with the time up to which it was, and those of `write`.
pub fn drive(
    export: &mut dyn Export,
    timeline: &Timeline,
    mut write: impl FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let progress = Progress::new("exporting", "batches");
    loop {
        let stepped = export.step(timeline, &Budget::bytes(READ_AT_ONCE));
        let step = stepped.map_err(|e| match export.reached() {
            Some(time) => Fault::Said(format!("{e}; up to {time} all was read")),
            None => e.into(),
        })?;
        let piece = export.take();
        if !piece.is_empty() {
            write(&piece)?;
        }
        let done = export.progress();
        progress.set(done.done, done.total);
        match step {
            Step::Done => return Ok(()),
            Step::Stopped(Stop::Budget) => {}
            Step::Stopped(Stop::Pending(e)) => return Err(e.into()),
        }
    }
}

/// Says what could not be read. Returns whether there was anything.
pub fn say_problems(left_out: &Problems) -> bool {
    left_out.listed().iter().take(MAX_SAID).for_each(say);
    if let Some(more) = left_out.count().checked_sub(MAX_SAID as u64).filter(|more| *more > 0) {
        say(format!("{more} more could not be read"));
    }
    left_out.count() > 0
}
