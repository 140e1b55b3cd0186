//! How a command ends: its exit code, and what is said of it.

use crate::error::Error;
use std::{fmt, io, process::ExitCode};

/// What came of a command that ran through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// Something is damaged, or nothing was found: exit code 1.
    Lacking,
    /// One of several paths cannot be read, which was said: exit code 2.
    Unreadable,
}

impl Outcome {
    /// [`Lacking`](Self::Lacking) where something is lacking.
    pub fn lacking_if(is_lacking: bool) -> Self {
        if is_lacking { Self::Lacking } else { Self::Done }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Lacking => 1,
            Outcome::Unreadable => 2,
        })
    }
}

/// Why a command ended before it was through.
#[derive(Debug)]
pub enum Fault {
    /// Whoever read the output has enough: no error at all, exit code 0.
    Closed,
    /// Something cannot be read or written, or was asked for wrongly: a sentence, and exit code 2.
    Said(String),
}

impl Fault {
    /// What went wrong with a file, or whatever else has a name.
    pub fn of(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self::Said(format!("{what}: {why}"))
    }

    /// Says it on standard error.
    pub fn say(&self) {
        if let Self::Said(sentence) = self {
            say(sentence);
        }
    }
}

impl From<Fault> for ExitCode {
    fn from(fault: Fault) -> Self {
        Self::from(match fault {
            Fault::Closed => 0,
            Fault::Said(_) => 2,
        })
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Said(error.to_string())
    }
}

/// Failures to write to standard output.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Said(format!("the output cannot be written: {error}")),
        }
    }
}

/// Says a sentence on standard error, where somebody reads that.
pub fn say(sentence: impl fmt::Display) {
    use io::Write;
    let text = format!("nav: {}\n", crate::format::visible(&sentence.to_string()));
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Runs a command for each of several paths; one that cannot be read does not stop the others.
pub fn each<T>(
    paths: &[T],
    mut run: impl FnMut(&T) -> Result<Outcome, Fault>,
) -> Result<Outcome, Fault> {
    let mut all = Outcome::Done;
    for path in paths {
        let outcome = match run(path) {
            Err(fault @ Fault::Said(_)) => {
                fault.say();
                Outcome::Unreadable
            }
            other => other?,
        };
        all = all.max(outcome);
    }
    Ok(all)
}
