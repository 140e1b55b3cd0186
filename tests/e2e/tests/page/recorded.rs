//! Every golden file, dropped, and every image in it compared with what the reference read.

use anyhow::Result;
use e2e::Page;
use e2e::golden::Golden;

use crate::support::{at, open, seek, shows_state};

pub fn reads_like_the_reference(page: &Page, golden: &Golden) -> Result<()> {
    open(page, &golden.file)?;
    let mut times: Vec<&str> = golden.deltas.iter().map(|batch| batch.time.as_str()).collect();
    times.sort_unstable();
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Ok(()) };
    // A seek goes no further than to the first and the last delta.
    let reachable = golden.states.iter().filter(|state| (*first..=*last).contains(&&*state.at));
    for state in reachable.rev() {
        if state.at == *last {
            page.get("button", "End")?.click()?;
        } else {
            seek(page, &state.at)?;
        }
        at(page, &state.at)?;
        shows_state(page, state)?;
    }
    Ok(())
}
