//! How far something is, on standard error, where that is a terminal.

use std::{
    cell::Cell,
    io::{IsTerminal, Write, stderr},
    time::{Duration, Instant},
};

/// How often it is told.
const EVERY: Duration = Duration::from_millis(100);

/// A line that tells how far something is; gone once it is dropped.
pub struct Progress {
    what: &'static str,
    unit: &'static str,
    is_shown: bool,
    told: Cell<Option<Instant>>,
    is_written: Cell<bool>,
}

impl Progress {
    /// Of something, counted in some unit.
    pub fn new(what: &'static str, unit: &'static str) -> Self {
        let is_shown = stderr().is_terminal();
        let told = Cell::new(Some(Instant::now()));
        Self { what, unit, is_shown, told, is_written: Cell::new(false) }
    }

    /// So many are done, of so many.
    pub fn set(&self, done: u64, total: u64) {
        let is_due = self.told.get().is_none_or(|told| told.elapsed() >= EVERY);
        if self.is_shown && is_due {
            self.told.set(Some(Instant::now()));
            self.is_written.set(true);
            let Self { what, unit, .. } = self;
            let _ = write!(stderr().lock(), "\r\x1b[Knav: {what}: {done} of {total} {unit}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_written.get() {
            let _ = write!(stderr().lock(), "\r\x1b[K");
        }
    }
}
