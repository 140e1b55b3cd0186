//! Everything that CI runs, in one go.
//!
//! A step that fails stops nothing: one run tells all that is wrong. The order is from quick to
//! slow, and steps that build alike stand together so that they share what is built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::axe;
use crate::browser::Browser;
use crate::cmd::{self, Output, cargo, command, path_with, root};
use crate::fixtures;
use crate::layers;
use crate::others;
use crate::pkg;
use crate::site;
use crate::tally::Tally;
use crate::tools::{self, Tool};

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

/// Runs every step, and those that take gigabytes and minutes where they are wanted; the last line
/// printed is `N passed, N failed`.
pub fn run(long: bool) -> Result<ExitCode> {
    let started = Instant::now();
    tools::ensure_wasm_target()?;
    let browser = Browser::ensure()?;
    let (pack, bindgen) = (Tool::wasm_pack().ensure()?, Tool::wasm_bindgen()?.ensure()?);
    for (name, found) in
        [("Firefox", others::ensure_firefox()), ("WebKit", others::ensure_webkit())]
    {
        if let Err(error) = found {
            println!("the page is not tested in {name} this time: {error:#}");
        }
    }
    if let Err(error) = axe::ensure() {
        println!("accessibility is not judged by axe-core this time: {error:#}");
    }

    let mut report = Report::default();
    report.step("layers", layers::check);
    report.check("format", cargo().args(["fmt", "--all", "--check"]));
    report.check("clippy, native", lint(cargo().args(["clippy", "--workspace", "--all-targets"])));
    report.check(
        "clippy, wasm32",
        lint(cargo().args(["clippy", "--lib", "--bins", "--test", "browser"]).args(WASM)),
    );
    report.check(
        "documentation",
        cargo().env("RUSTDOCFLAGS", "-D warnings").args([
            "doc",
            "--locked",
            "--workspace",
            "--no-deps",
            "--all-features",
        ]),
    );
    report.tests(
        "native tests",
        cargo()
            .args(["test", "--locked", "--workspace", "--exclude", "e2e", "--no-fail-fast"])
            .args(["--features", "netidx-archive-viewer/native"]),
    );
    report.tests("headless tests", headless(&pack, &bindgen, &browser)?);
    report.step("site", || site::build().map(|()| Tally::one(true)));
    report.tests("end-to-end tests", end_to_end(&browser));
    report.step("package", || pkg::build().map(|()| Tally::one(true)));
    let mut tests = end_to_end(&browser);
    report.tests("package tests", tests.args(["--features", "package", "--test", "package"]));
    if long {
        report.step("real netidx-archive", || fixtures::build().map(|()| Tally::one(true)));
        let mut tests = end_to_end(&browser);
        report.tests("long tests", tests.args(["--features", "long", "--test", "long"]));
    }
    Ok(report.finish(started))
}

/// The built site in the browser.
fn end_to_end(browser: &Browser) -> Command {
    let mut test = cargo();
    test.env("CHROME", &browser.chrome).env("CHROMEDRIVER", &browser.driver);
    test.args(["test", "--locked", "--package", "e2e", "--no-fail-fast"]);
    test
}

fn lint(clippy: &mut Command) -> &mut Command {
    clippy.args(["--locked", "--all-features", "--", "-D", "warnings"])
}

/// `tests/browser.rs` in the browser, without the page: the page has its own tests.
fn headless(pack: &Path, bindgen: &Path, browser: &Browser) -> Result<Command> {
    let mut test = command(pack.join("wasm-pack"));
    test.env("PATH", path_with(&[bindgen.to_path_buf()])?);
    test.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(browser)?);
    // It builds in the dev profile before it tests in the test profile. Where the two are alike,
    // everything is built once. A browser makes nothing of Rust's debug information.
    for profile in ["DEV", "TEST"] {
        test.env(format!("CARGO_PROFILE_{profile}_OPT_LEVEL"), "1");
        test.env(format!("CARGO_PROFILE_{profile}_DEBUG"), "0");
    }
    test.args(["test", "--mode", "no-install", "--headless", "--chrome", "--chromedriver"]);
    test.arg(&browser.driver).args([".", "--locked", "--test", "browser"]);
    test.args(["--no-default-features", "--features", "package"]);
    Ok(test)
}

/// `webdriver.json` with the browser that was found here in it.
fn capabilities(browser: &Browser) -> Result<PathBuf> {
    let (from, to) = (root().join("webdriver.json"), root().join("target/webdriver.json"));
    let text =
        fs::read_to_string(&from).with_context(|| format!("cannot read {}", from.display()))?;
    let binary = format!("\"binary\": {:?}, \"args\"", browser.chrome.to_string_lossy());
    fs::create_dir_all(root().join("target")).context("cannot make target/")?;
    fs::write(&to, text.replacen("\"args\"", &binary, 1))
        .with_context(|| format!("cannot write {}", to.display()))?;
    Ok(to)
}

#[derive(Default)]
struct Report {
    total: Tally,
    lines: Vec<String>,
}

impl Report {
    /// A step that passes or fails as one.
    fn check(&mut self, name: &str, command: &mut Command) {
        self.step(name, || Ok(Tally::one(cmd::run_and_keep(command)?.success)));
    }

    /// A step that runs tests.
    fn tests(&mut self, name: &str, mut command: impl std::borrow::BorrowMut<Command>) {
        self.step(name, || {
            let Output { success, text } = cmd::run_and_keep(command.borrow_mut())?;
            Ok(Tally::of_runner(success, &text))
        });
    }

    fn step(&mut self, name: &str, run: impl FnOnce() -> Result<Tally>) {
        println!("\n=== {name} ===");
        let started = Instant::now();
        let tally = run().unwrap_or_else(|error| {
            eprintln!("xtask: {error:#}");
            Tally::one(false)
        });
        let verdict = if tally.failed == 0 { "ok" } else { "FAILED" };
        let line = format!(
            "{name:<18} {verdict:<6} {:>5} passed {:>3} failed {:>7.1} s",
            tally.passed,
            tally.failed,
            started.elapsed().as_secs_f64()
        );
        println!("=== {line}");
        self.lines.push(line);
        self.total += tally;
    }

    fn finish(self, started: Instant) -> ExitCode {
        println!("\n{}", self.lines.join("\n"));
        println!("{:.0} s in all", started.elapsed().as_secs_f64());
        println!("{} passed, {} failed", self.total.passed, self.total.failed);
        if self.total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
