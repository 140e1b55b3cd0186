//! What takes gigabytes, minutes, or the real `netidx-archive`: `cargo xtask test --long` runs it.

mod huge;
mod recorded;

use e2e::browsers::{Browsers, trial};
use libtest_mimic::Arguments;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Times are measured, so one after the other.
    arguments.test_threads = Some(1);
    let browsers = match Browsers::start() {
        Ok(browsers) => browsers,
        Err(error) => {
            eprintln!("the long tests cannot start: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let groups = [("huge", huge::TESTS), ("recorded", recorded::TESTS)];
    let tests = groups.iter().flat_map(|(group, tests)| {
        tests.iter().map(move |(name, test)| (format!("{group}::{name}"), *test))
    });
    let trials = tests.map(|(name, test)| trial(&browsers, name, test)).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(browsers);
    conclusion.exit_code()
}
