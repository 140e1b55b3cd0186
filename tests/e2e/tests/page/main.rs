//! The page, end to end. `cargo test -p e2e -- name` runs one test; the site has to be built.

mod accessible;
mod batches;
mod broken;
mod details;
mod filter;
mod growing;
mod habits;
mod large;
mod namespace;
mod open;
mod playback;
mod plot;
mod recorded;
mod restart;
mod steps;
mod support;
mod timeline;

use anyhow::Result;
use e2e::{Driver, Page};
use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

/// A test has a page to itself and may leave it in any state.
type Test = fn(&Page) -> Result<()>;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // A wait measures the page only if the page gets to run.
    arguments.test_threads = arguments.test_threads.or(Some(2));
    let (driver, goldens) = match Driver::start().and_then(|d| Ok((d, e2e::golden::all()?))) {
        Ok(started) => started,
        Err(error) => {
            eprintln!("the end-to-end tests cannot start: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let browsers = Arc::new(Browsers { idle: Mutex::default(), driver });
    let mut trials = Vec::new();
    let groups = [
        ("open", open::TESTS),
        ("steps", steps::TESTS),
        ("filter", filter::TESTS),
        ("broken", broken::TESTS),
        ("batches", batches::TESTS),
        ("details", details::TESTS),
        ("namespace", namespace::TESTS),
        ("plot", plot::TESTS),
        ("playback", playback::TESTS),
        ("habits", habits::TESTS),
        ("timeline", timeline::TESTS),
        ("growing", growing::TESTS),
        ("large", large::TESTS),
        ("restart", restart::TESTS),
    ];
    for (group, tests) in groups {
        for (name, test) in tests {
            trials.push(trial(&browsers, format!("{group}::{name}"), test));
        }
    }
    let axe = xtask::axe::path().ok().filter(|script| script.is_file());
    if axe.is_none() {
        eprintln!("no axe-core here, so its tests are ignored; `cargo xtask test` fetches it");
    }
    for (name, test) in accessible::TESTS {
        let trial = trial(&browsers, format!("accessible::{name}"), test);
        trials.push(trial.with_ignored_flag(axe.is_none()));
    }
    for golden in goldens {
        let name = format!("recorded::{}", golden.name);
        let test = move |page: &Page| recorded::reads_like_the_reference(page, &golden);
        trials.push(trial(&browsers, name, test));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // The trials are gone, so this ends the browsers and chromedriver.
    drop(browsers);
    conclusion.exit_code()
}

fn trial(
    browsers: &Arc<Browsers>,
    name: String,
    test: impl FnOnce(&Page) -> Result<()> + Send + 'static,
) -> Trial {
    let browsers = Arc::clone(browsers);
    Trial::test(name.clone(), move || {
        browsers.run(&name, test).map_err(|error| Failed::from(format!("{error:#}")))
    })
}

/// Browsers that a test can have, because starting one takes longer than most tests.
struct Browsers {
    /// Those of tests that passed. Declared first, as it has to end before the driver.
    idle: Mutex<Vec<Page>>,
    driver: Driver,
}

impl Browsers {
    fn run(&self, name: &str, test: impl FnOnce(&Page) -> Result<()>) -> Result<()> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let page = idle().pop();
        let mut page = page.map_or_else(|| Page::open(&self.driver), Ok)?;
        page.start(name)?;
        test(&page)?;
        page.check_quiet()?;
        // After a failure the browser ends here, whatever state it is in.
        idle().push(page);
        Ok(())
    }
}
