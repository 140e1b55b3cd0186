//! Every golden file, dropped, and every image in it compared with what the reference read.

use anyhow::Result;
use e2e::Page;
use e2e::golden::Golden;

use crate::support::{at, open, seek, shows_state};

pub fn reads_like_the_reference(page: &Page, golden: &Golden) -> Result<()> {
    open(page, &golden.file)?;
    if golden.deltas.is_empty() {
        return Ok(());
    }
    page.get("button", "End")?.click()?;
    if let Some(last) = golden.states.last() {
        shows_state(page, last)?;
    }
    for state in &golden.states {
        seek(page, &state.at)?;
        at(page, &state.at)?;
        shows_state(page, state)?;
    }
    Ok(())
}
