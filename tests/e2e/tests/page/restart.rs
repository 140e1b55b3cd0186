//! The worker breaks: another one is started, the person is told, the page stays.

use anyhow::{Result, ensure};
use e2e::Page;

use crate::Test;
use crate::support::{alerted, golden, opened, shows_state};

pub const TESTS: &[(&str, Test)] =
    &[("a_call_that_breaks_the_worker", unreadable_call), ("a_trap_in_the_worker", trap)];

/// Keeps hold of the workers that the page starts. A browser serves several tests, and keeps such
/// scripts: each finds the ones of before in place.
const HOLD: &str = "if (!globalThis.held) { \
        globalThis.held = []; const Plain = Worker; \
        globalThis.Worker = class extends Plain { \
            constructor(...args) { super(...args); held.push(this); } }; }";

fn unreadable_call(page: &Page) -> Result<()> {
    breaks(page, "held[0].postMessage('no call at all')", "unreadable call")
}

fn trap(page: &Page) -> Result<()> {
    let event = "new ErrorEvent('error', { message: 'RuntimeError: unreachable' })";
    breaks(page, &format!("held[0].dispatchEvent({event})"), "unreachable")
}

fn breaks(page: &Page, how: &str, said: &str) -> Result<()> {
    page.reload_after(HOLD)?;
    page.wait("the page with its worker", || {
        Ok((page.eval("return globalThis.held?.length ?? 0")? == 1).then_some(()))
    })?;
    let golden = golden("indexed-images")?;
    page.drop_files(&[&golden.file])?;
    opened(page, "indexed-images")?;
    page.eval(how)?;
    alerted(page, &["restarted", said])?;
    ensure!(page.eval("return held.length")? == 2, "no other worker was started");
    // The file is open again, and answers.
    page.wait("the buttons", || Ok(page.all("button", Some("End"))?.into_iter().next()))?
        .click()?;
    let last = golden.states.last().expect("golden files have states");
    shows_state(page, last)
}
