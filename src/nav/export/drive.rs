//! Drives an export to its end.

use crate::{
    export::Export,
    nav::{
        fault::{Fault, say},
        progress::Progress,
    },
    query::pass::{Budget, Step, Stop},
    timeline::Timeline,
};

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

/// Says what an export left out. Returns whether anything was.
pub fn say_left_out(export: &dyn Export) -> bool {
    let left_out = export.left_out();
    left_out.listed().iter().take(20).for_each(say);
    if left_out.count() > 20 {
        say(format!("{} more could not be read", left_out.count() - 20));
    }
    left_out.count() > 0
}
