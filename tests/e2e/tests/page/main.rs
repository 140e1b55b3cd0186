//! The page, end to end. `cargo test -p e2e -- name` runs one test; the site has to be built.

mod broken;
mod filter;
mod large;
mod open;
mod recorded;
mod restart;
mod steps;
mod support;

use anyhow::Result;
use e2e::{Driver, Page};
use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;
use std::sync::Arc;

/// A test drives a window of its own and may leave it in any state.
type Test = fn(&Page) -> Result<()>;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Each has a browser to itself, and a wait measures the page only if the page gets to run.
    arguments.test_threads = arguments.test_threads.or(Some(2));
    let (driver, goldens) = match Driver::start().and_then(|d| Ok((d, e2e::golden::all()?))) {
        Ok((driver, goldens)) => (Arc::new(driver), goldens),
        Err(error) => {
            eprintln!("the end-to-end tests cannot start: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    let groups = [
        ("open", open::TESTS),
        ("steps", steps::TESTS),
        ("filter", filter::TESTS),
        ("broken", broken::TESTS),
        ("large", large::TESTS),
        ("restart", restart::TESTS),
    ];
    for (group, tests) in groups {
        for (name, test) in tests {
            trials.push(trial(&driver, format!("{group}::{name}"), test));
        }
    }
    for golden in goldens {
        let name = format!("recorded::{}", golden.name);
        trials.push(trial(&driver, name, move |page| {
            recorded::reads_like_the_reference(page, &golden)
        }));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // The trials are gone, so this ends chromedriver.
    drop(driver);
    conclusion.exit_code()
}

fn trial(
    driver: &Arc<Driver>,
    name: String,
    test: impl FnOnce(&Page) -> Result<()> + Send + 'static,
) -> Trial {
    let driver = Arc::clone(driver);
    Trial::test(name.clone(), move || {
        let run = || {
            let page = Page::open(&driver, &name)?;
            test(&page)?;
            page.close()
        };
        run().map_err(|error: anyhow::Error| Failed::from(format!("{error:#}")))
    })
}
