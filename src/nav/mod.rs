//! `nav`: one native command for archives and recorders' folders of any size.
//!
//! Thin over what page and package use: a command opens its paths (`open`) and prints or writes what the
//! rooms below answer. Here are the files of the operating system, arguments, exit codes and the server.
//!
//! Promises: standard output has data only; what went wrong is a sentence on standard error; a file appears
//! under its name when it is whole, or not at all; nothing is written into a folder that is read, and no lock
//! is taken, so that a recorder never notices. Exit codes are those of [`Outcome`] and [`Fault`].

mod args;
mod cat;
mod destination;
mod embedded;
mod export;
mod fault;
mod file;
mod folder;
mod image;
mod info;
mod interrupt;
mod open;
mod out;
mod paths;
mod progress;
mod recover;
mod serve;
mod sidecar;
mod table;
mod threads;
mod times;
mod verify;

use args::{Args, Command};
use clap::Parser;
pub use embedded::{EmbeddedSite, SiteFile};
pub use fault::{Fault, Outcome};
use std::{ffi::OsString, process::ExitCode};

/// Runs the command that the arguments name, the name of the program among them.
pub fn run(args: impl IntoIterator<Item = OsString>, site: EmbeddedSite) -> ExitCode {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(e) => {
            // Where not even this can be said, nothing can.
            let _ = e.print();
            return ExitCode::from(u8::try_from(e.exit_code()).unwrap_or(2));
        }
    };
    let threads = args.threads();
    let outcome = match args.command {
        Command::Info(args) => info::run(&args, threads),
        Command::Paths(args) => paths::run(&args, threads),
        Command::Image(args) => image::run(&args, threads),
        Command::Cat(args) => cat::run(&args, threads),
        Command::Export(args) => export::run(&args, threads),
        Command::Verify(args) => verify::run(&args, threads),
        Command::Recover(args) => recover::run(&args, threads),
        Command::Sidecar(args) => sidecar::run(&args, threads),
        Command::Serve(args) => serve::run(&args, site),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(fault) => {
            fault.say();
            fault.into()
        }
    }
}
