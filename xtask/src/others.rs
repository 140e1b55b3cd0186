//! Firefox and WebKit with their drivers: the ones that are here, or Debian's.
//!
//! The page is looked at in both. Where one cannot be had, this says which one thing to install.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cmd::on_path;
use crate::debian;
use crate::tools::Tool;

/// A browser and the driver that starts it.
#[derive(Clone, Debug)]
pub struct Other {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

/// Firefox and geckodriver, named by `FIREFOX` and `GECKODRIVER` or found; `None` where one is missing.
pub fn firefox() -> Result<Option<Other>> {
    let browser = named("FIREFOX")
        .or_else(|| ["firefox", "firefox-esr"].iter().find_map(|name| on_path(name)));
    let driver = match named("GECKODRIVER") {
        Some(driver) => Some(driver),
        None => Tool::geckodriver().find()?,
    };
    Ok(browser.zip(driver).map(|(browser, driver)| Other { browser, driver }))
}

/// The small browser of WebKitGTK and its driver, named by `MINIBROWSER` and `WEBKITWEBDRIVER` or found.
pub fn webkit() -> Option<Other> {
    let browser = named("MINIBROWSER").or_else(mini_browser)?;
    let driver = named("WEBKITWEBDRIVER").or_else(|| on_path("WebKitWebDriver"))?;
    // It draws on a display, which a machine without a screen gets from Xvfb.
    let display = std::env::var_os("DISPLAY").is_some() || on_path("Xvfb").is_some();
    display.then_some(Other { browser, driver })
}

/// Finds Firefox and its driver, installing what is missing.
pub fn ensure_firefox() -> Result<Other> {
    if let Some(found) = firefox()? {
        return Ok(found);
    }
    if !["firefox", "firefox-esr"].iter().any(|name| on_path(name).is_some()) {
        debian::install(&["firefox-esr"], "the tests drive the page in Firefox, too")?;
    }
    Tool::geckodriver().ensure()?;
    firefox()?.context("Firefox or geckodriver is not there; name them in FIREFOX and GECKODRIVER")
}

/// Finds WebKit and its driver, installing what is missing.
pub fn ensure_webkit() -> Result<Other> {
    if let Some(found) = webkit() {
        return Ok(found);
    }
    debian::install(&["webkit2gtk-driver", "xvfb"], "the tests drive the page in WebKit, too")?;
    webkit().context(
        "no MiniBrowser of WebKitGTK with its driver; name them in MINIBROWSER and WEBKITWEBDRIVER",
    )
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// No folder of PATH has it: `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser`.
fn mini_browser() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = ["/usr/lib", "/usr/libexec"]
        .iter()
        .flat_map(|folder| folders(Path::new(folder)))
        .flat_map(|folder| folders(&folder).into_iter().chain([folder]))
        .filter(|folder| folder.to_string_lossy().contains("webkit"))
        .map(|folder| folder.join("MiniBrowser"))
        .filter(|program| program.is_file())
        .collect();
    found.sort();
    found.pop()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}
