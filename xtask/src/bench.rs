//! The benchmarks: builds the three sides, and lets `benches/` measure them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::browser::Browser;
use crate::cmd::{self, cargo, root};
use crate::{bindgen, fixtures, site, tools};

const PACKAGE: &str = "netidx-archive-bench";

/// Where the files that are measured are kept, and the page that measures them in the browser.
pub fn folder() -> PathBuf {
    root().join("target/bench")
}

/// Builds everything, and measures; the arguments go to the measuring program.
pub fn run(args: &[&str]) -> Result<()> {
    // Known before the builds, which take minutes.
    if let Some(option) = args.iter().find(|arg| arg.starts_with('-') && **arg != "--rounds") {
        bail!("bench has no option {option}");
    }
    tools::ensure_wasm_target()?;
    Browser::ensure()?;
    let reference = fixtures::reference().and_then(|mut reference| {
        println!(
            "the real netidx-archive and the files that are measured: minutes, the first time"
        );
        cmd::run(reference.arg("bench-files").arg(folder()))
    });
    site::build()?;
    page(&folder().join("page"))?;
    let mut measure = cargo();
    measure.args(["run", "--release", "--locked", "--package", PACKAGE, "--features", "conduct"]);
    measure.args(["--", "conduct"]);
    if let Err(error) = reference {
        measure.arg("--without-reference").arg(format!("{error:#}"));
    }
    cmd::run(measure.args(args))
}

/// Builds the worker that measures, as the site's worker is built, with its page.
fn page(page: &Path) -> Result<()> {
    let target = folder().join("wasm");
    let mut build = cargo();
    build.args(["rustc", "--release", "--locked", "--package", PACKAGE, "--lib"]);
    build.args(["--crate-type", "cdylib", "--target", "wasm32-unknown-unknown", "--target-dir"]);
    cmd::run(build.arg(&target))?;
    let wasm = target.join("wasm32-unknown-unknown/release/netidx_archive_bench.wasm");
    // Written anew, never written into: the cache may be shared with another clone by hard links.
    if page.exists() {
        fs::remove_dir_all(page).with_context(|| format!("cannot empty {}", page.display()))?;
    }
    fs::create_dir_all(page).with_context(|| format!("cannot make {}", page.display()))?;
    bindgen::web(&wasm, "bench", page)?;
    let sources = root().join("benches/www");
    let entries =
        fs::read_dir(&sources).with_context(|| format!("cannot list {}", sources.display()))?;
    for entry in entries {
        let from = entry.context("cannot list the page's files")?.path();
        let to = page.join(from.file_name().unwrap_or_default());
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    site::shrink(page)
}
