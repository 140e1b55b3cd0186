//! Pictures of the page, for people to look at: `target/screenshots/<name>-<width>-<theme>.png`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::Page;

/// A desktop and a phone.
const SIZES: [(u32, u32); 2] = [(1440, 900), (390, 844)];

/// Takes the four pictures of a state, and leaves the window as it was.
pub fn take(page: &Page, name: &str) -> Result<()> {
    for (width, height) in SIZES {
        for (dark, theme) in [(false, "light"), (true, "dark")] {
            page.resize(width, height, dark)?;
            settle(page)?;
            save(page, &format!("{name}-{width}-{theme}"))?;
        }
    }
    page.resize(1440, 900, false)?;
    settle(page)
}

/// Writes a picture of the page as it is.
pub fn save(page: &Page, name: &str) -> Result<PathBuf> {
    let folder = crate::root().join("target/screenshots");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(format!("{name}.png"));
    fs::write(&path, page.screenshot()?)
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// Waits until a resize has been drawn and what it asked of the worker has come back.
fn settle(page: &Page) -> Result<()> {
    std::thread::sleep(std::time::Duration::from_millis(300));
    let frames = "const done = arguments[arguments.length - 1]; \
                  requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
    page.wd(page.client.execute_async(frames, Vec::new())).context("the page does not draw")?;
    Ok(())
}
