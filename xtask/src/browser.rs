//! Chromium and its driver: the ones that are here, or Debian's.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{cmd, debian};

/// A browser and the driver that fits it.
pub struct Browser {
    pub chrome: PathBuf,
    pub driver: PathBuf,
}

const CHROMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

impl Browser {
    /// Finds the browser, installing Debian's where there is none.
    pub fn ensure() -> Result<Browser> {
        if let Some(browser) = Browser::find()? {
            return Ok(browser);
        }
        let why = "the tests drive the page in a real browser";
        debian::install(&["chromium", "chromium-driver"], why).context(
            "no Chromium with chromedriver; put both on PATH or name them in CHROME and CHROMEDRIVER",
        )?;
        Browser::find()?.context("apt installed Chromium, but it and its driver do not run")
    }

    /// The browser that `CHROME` and `CHROMEDRIVER` name, or the one on PATH.
    pub fn find() -> Result<Option<Browser>> {
        let chrome = named("CHROME")?.or_else(|| CHROMES.iter().find_map(|name| working(name)));
        let driver = named("CHROMEDRIVER")?.or_else(|| working("chromedriver"));
        let (Some(chrome), Some(driver)) = (chrome, driver) else {
            return Ok(None);
        };
        if let (Some(ours), Some(theirs)) = (major(&chrome), major(&driver))
            && ours != theirs
        {
            bail!(
                "{} is version {ours} and {} version {theirs}; they have to be of one version",
                chrome.display(),
                driver.display()
            );
        }
        Ok(Some(Browser { chrome, driver }))
    }
}

fn named(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    let path = PathBuf::from(path);
    if cmd::version(&path).is_none() {
        bail!("{variable} names {}, which does not run", path.display());
    }
    Ok(Some(path))
}

fn working(name: &str) -> Option<PathBuf> {
    cmd::on_path(name).filter(|path| cmd::version(path).is_some())
}

/// The number before the first dot: `Chromium 156.0.8078.79 built on …` is 156.
fn major(program: &Path) -> Option<u32> {
    let line = cmd::version(program)?;
    let version =
        line.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split('.').next()?.parse().ok()
}
