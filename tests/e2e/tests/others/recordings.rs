//! What a recorder wrote: single files of it.

use anyhow::{Context, Result};
use e2e::other::Window;

use crate::Test;
use crate::reading::rows;

pub const TESTS: &[(&str, Test)] = &[("current_and_pathindex_have_names_together", together)];

pub const FIREFOX_ONLY: &[(&str, Test)] = &[];

fn together(window: &Window) -> Result<()> {
    let home = e2e::root().join("tests/fixtures/recordings/netidx-test-recorder/0");
    window.choose("Open archive", &[&home.join("current"), &home.join("pathindex")])?;
    window.opened("current")?;
    has_paths(window, &["/test/d0", "/test/d1"])
}

/// Waits until the image at the end has exactly these paths.
fn has_paths(window: &Window, wanted: &[&str]) -> Result<()> {
    window.click("button", "End")?;
    let mut last = Vec::new();
    let seen = window.wait("the paths", || {
        last = rows(window)?.into_iter().map(|[path, ..]| path).collect::<Vec<_>>();
        Ok((last == wanted).then_some(()))
    });
    seen.with_context(|| format!("the grid has {last:?} and not {wanted:?}"))
}
