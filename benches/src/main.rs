//! `answer`: one side of the benchmarks, natively. `conduct`: all sides, their table and their JSON.
//!
//! `cargo xtask bench` builds what `conduct` needs and starts it.

mod answer;
mod conduct;

use anyhow::{Result, bail};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    match args.split_first() {
        Some((command, [])) if command == "answer" => answer::lines(),
        Some((command, rest)) if command == "conduct" => conduct::run(conduct::Plan::parse(rest)?),
        _ => bail!(
            "usage: answer, or conduct [--rounds N] [words]; `cargo xtask bench` builds it all"
        ),
    }
}
