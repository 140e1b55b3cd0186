//! The real `netidx-archive`, and the golden files that it makes.

use std::process::Command;

use anyhow::{Result, bail};

use crate::cmd::{self, cargo, root};
use crate::debian;

/// What the reference's dependencies (Kerberos among them) are built with.
const PACKAGES: [&str; 3] = ["libkrb5-dev", "libclang-dev", "clang"];

/// Writes `tests/fixtures` again.
pub fn make() -> Result<()> {
    cmd::run(reference()?.arg("fixtures").arg(root()))
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
