//! The page, end to end. `cargo test -p e2e -- name` runs one test; the site has to be built.

mod accessible;
mod batches;
mod broken;
mod compare;
mod details;
mod filter;
mod find;
mod growing;
mod habits;
mod hands;
mod image;
mod large;
mod namespace;
mod open;
mod playback;
mod plot;
mod recorded;
mod recording;
mod restart;
mod rotating;
mod saving;
mod several;
mod steps;
mod timeline;
mod zones;

use e2e::browsers::{Browsers, Test, trial};
use e2e::{Page, support};
use libtest_mimic::Arguments;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // A wait measures the page only if the page gets to run.
    arguments.test_threads = arguments.test_threads.or(Some(2));
    let started = Browsers::start().and_then(|b| Ok((b, e2e::golden::all()?)));
    let (browsers, goldens) = match started {
        Ok(started) => started,
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
        ("find", find::TESTS),
        ("compare", compare::TESTS),
        ("broken", broken::TESTS),
        ("batches", batches::TESTS),
        ("details", details::TESTS),
        ("namespace", namespace::TESTS),
        ("plot", plot::TESTS),
        ("playback", playback::TESTS),
        ("habits", habits::TESTS),
        ("hands", hands::TESTS),
        ("image", image::TESTS),
        ("several", several::TESTS),
        ("recording", recording::TESTS),
        ("timeline", timeline::TESTS),
        ("zones", zones::TESTS),
        ("growing", growing::TESTS),
        ("rotating", rotating::TESTS),
        ("large", large::TESTS),
        ("restart", restart::TESTS),
        ("saving", saving::TESTS),
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
