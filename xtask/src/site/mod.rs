//! The static site in `dist/`: `index.html`, the files of `www/` and the three wasm programs.
//!
//! What comes out must work from any sub-path of any host, so `links` checks that it links to
//! nothing but files of its own. It is made in a folder beside and takes the old one's place when it is whole.

pub mod dev;
mod links;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::bindgen;
use crate::cmd::{self, cargo, command, root};
use crate::tools;

/// Where the site is built.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// How the programs are compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As they are hosted: small.
    Release,
    /// In a few seconds after a change.
    Fast,
}

/// Builds the release site.
pub fn build() -> Result<()> {
    make(Kind::Release, &dist())?;
    announce(&root().join("src/bin/nav.rs"))
}

/// Builds the site into a folder, in place of what is there.
pub fn make(kind: Kind, dist: &Path) -> Result<()> {
    tools::ensure_wasm_target()?;
    let programs = programs(kind)?;
    let new = dist.with_extension("new");
    remove(&new)?;
    copy(&root().join("www"), &new)?;
    let (page, to) = (root().join("index.html"), new.join("index.html"));
    fs::copy(&page, &to).with_context(|| format!("cannot copy {}", page.display()))?;
    for (name, folder) in programs {
        bindgen::web(&folder.join(name).with_extension("wasm"), name, &new)?;
    }
    if kind == Kind::Release {
        shrink(&new)?;
    }
    links::check(&new)?;
    remove(dist)?;
    fs::rename(&new, dist).with_context(|| format!("cannot make {}", dist.display()))
}

/// Compiles the page, the worker that reads, and the worker that saves copies; returns the name of each with the
/// folder that it is in.
fn programs(kind: Kind) -> Result<[(&'static str, PathBuf); 3]> {
    let (page, workers) = match kind {
        // Side by side: each ends with minutes of one thread, and has a folder of its own.
        Kind::Release => std::thread::scope(|scope| {
            let page = scope.spawn(|| compile("page", &["app"], "page"));
            let workers = compile("release", &["worker", "export"], "encoder");
            (page.join().expect("it does not panic"), workers)
        }),
        // All with all features, so that what they have in common is compiled once.
        Kind::Fast => {
            let folder = compile("fast", &["app", "worker", "export"], "page,encoder")?;
            return Ok(["app", "worker", "export"].map(|name| (name, folder.clone())));
        }
    };
    let (page, workers) = (page?, workers?);
    Ok([("app", page), ("worker", workers.clone()), ("export", workers)])
}

/// Compiles programs in a profile with some features, and returns the folder that they are in.
fn compile(profile: &str, programs: &[&str], features: &str) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--locked", "--target", "wasm32-unknown-unknown", "--profile", profile]);
    build.args(programs.iter().flat_map(|name| ["--bin", name]));
    cmd::run(build.args(["--no-default-features", "--features", features]))?;
    Ok(root().join("target/wasm32-unknown-unknown").join(profile))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let from = entry.with_context(|| format!("cannot list {}", from.display()))?.path();
        let to = to.join(from.file_name().unwrap_or_default());
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        }
    }
    Ok(())
}

/// Lets cargo see that the program which has the site in it is to be made anew: it knows of the files that it
/// took the last time, and not of others.
fn announce(embedder: &Path) -> Result<()> {
    let file = fs::File::options().append(true).open(embedder);
    let touched = file.and_then(|file| file.set_modified(std::time::SystemTime::now()));
    touched.with_context(|| format!("cannot touch {}", embedder.display()))
}

/// What rustc and wasm-bindgen use of WebAssembly, all of it in every current browser.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Lets wasm-opt make every wasm file of a folder smaller, where there is a wasm-opt that can.
pub fn shrink(folder: &Path) -> Result<()> {
    let Some(wasm_opt) = tools::wasm_opt() else { return Ok(()) };
    for file in files_with(folder, &["wasm"])? {
        let small = file.with_extension("wasm.small");
        let mut shrink = command(&wasm_opt);
        shrink.arg("-O2").args(FEATURES).arg(&file).arg("-o").arg(&small);
        let output =
            shrink.output().with_context(|| format!("cannot start {}", wasm_opt.display()))?;
        let size = |path: &Path| fs::metadata(path).map(|data| data.len()).unwrap_or(0);
        if output.status.success() && (1..size(&file)).contains(&size(&small)) {
            println!("wasm-opt: {} {} → {} bytes", file.display(), size(&file), size(&small));
            fs::rename(&small, &file)
                .with_context(|| format!("cannot replace {}", file.display()))?;
        } else {
            let why = String::from_utf8_lossy(&output.stderr);
            let why = why.lines().next().unwrap_or("it came out no smaller");
            println!("wasm-opt: {} stays as it is ({why})", file.display());
            let _ = fs::remove_file(&small);
        }
    }
    Ok(())
}

/// The files of a folder and its folders with one of these extensions.
fn files_with(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        if path.is_dir() {
            found.extend(files_with(&path, extensions)?);
        } else if path.extension().is_some_and(|e| extensions.iter().any(|wanted| e == *wanted)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
