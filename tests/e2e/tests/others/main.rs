//! The page in Firefox and in WebKit: what a person does first, in each. `cargo test -p e2e --test others -- firefox`
//! runs those of one browser; the site has to be built. A browser that is not here has its tests ignored.

mod reading;
mod recordings;
mod views;

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use e2e::other::{Kind, Window};
use libtest_mimic::{Arguments, Failed, Trial};

/// A test has the window to itself, with the start page in it, and may leave it in any state.
type Test = fn(&Window) -> Result<()>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let mut shared = Vec::new();
    for (kind, name) in [(Kind::Firefox, "firefox"), (Kind::WebKit, "webkit")] {
        let here = kind.find().is_ok_and(|found| found.is_some());
        if !here {
            eprintln!(
                "no {name} with its driver here, so its tests are ignored; `cargo xtask test` installs them"
            );
        }
        let window = Arc::new(Mutex::new(None));
        let groups = [
            ("reading", reading::TESTS, reading::FIREFOX_ONLY),
            ("recordings", recordings::TESTS, recordings::FIREFOX_ONLY),
            ("views", views::TESTS, views::FIREFOX_ONLY),
        ];
        for (group, tests, firefox_only) in groups {
            let more = if kind == Kind::Firefox { firefox_only } else { &[] };
            for (test_name, test) in tests.iter().chain(more) {
                let window = Arc::clone(&window);
                let name = format!("{name}::{group}::{test_name}");
                let run = move || {
                    run(kind, &window, *test).map_err(|error| Failed::from(format!("{error:#}")))
                };
                trials.push(Trial::test(name, run).with_ignored_flag(!here));
            }
        }
        shared.push(window);
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // Ends the browsers, their drivers and displays.
    drop(shared);
    conclusion.exit_code()
}

/// Runs a test in the browser that the last one left, or in a new one after a failure.
fn run(kind: Kind, window: &Mutex<Option<Window>>, test: Test) -> Result<()> {
    let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
    match &*window {
        Some(window) => window.load()?,
        None => *window = Some(Window::open(kind)?),
    }
    let result = test(window.as_ref().context("a window")?);
    if result.is_err() {
        *window = None;
    }
    result
}
