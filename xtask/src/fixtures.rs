//! The real `netidx-archive`, and the golden files that it makes.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cmd::{self, cargo, root};
use crate::debian;

/// What the reference's dependencies (Kerberos among them) are built with.
const PACKAGES: [&str; 3] = ["libkrb5-dev", "libclang-dev", "clang"];

/// Writes `tests/fixtures` again, and what the real crate says of the copies that the viewer makes.
pub fn make() -> Result<()> {
    cmd::run(reference()?.arg("fixtures").arg(root()))?;
    let copies = root().join("target/copies");
    if copies.exists() {
        fs::remove_dir_all(&copies)
            .with_context(|| format!("cannot empty {}", copies.display()))?;
    }
    for folder in ["", "differential"] {
        let from = root().join("tests/fixtures").join(folder);
        let to = copies.join(folder);
        fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
        copy_all(&from, &to)?;
    }
    cmd::run(reference()?.arg("copies").arg(root()).arg(copies))
}

/// Makes every kind of copy of every archive in a folder; see `tests/it/copies.rs`.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    let mut make = cargo();
    make.args(["run", "--release", "--locked", "--example", "copy", "--", "all"]);
    cmd::run(make.arg(from).arg(to))
}

/// Builds the package of the real `netidx-archive`, which takes minutes the first time.
pub fn build() -> Result<()> {
    cmd::run(&mut package("build")?)
}

/// A command that builds and runs the package of the real `netidx-archive`, its arguments to come.
pub fn reference() -> Result<Command> {
    let mut reference = package("run")?;
    reference.arg("--");
    Ok(reference)
}

fn package(verb: &str) -> Result<Command> {
    let manifest = root().join("tests/reference/Cargo.toml");
    if !manifest.is_file() {
        bail!("{} is not there, and with it the real netidx-archive", manifest.display());
    }
    // Elsewhere than on Debian the build itself says what it misses.
    if debian::can_install() {
        let missing: Vec<&str> = PACKAGES.into_iter().filter(|name| !debian::has(name)).collect();
        if !missing.is_empty() {
            debian::install(&missing, "the real netidx-archive links Kerberos")?;
        }
    }
    let mut reference = cargo();
    reference.args([verb, "--release", "--locked", "--manifest-path"]).arg(&manifest);
    Ok(reference)
}
