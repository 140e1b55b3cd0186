//! The JS package in `pkg/`: what wasm-pack makes of the crate, and the module beside it that
//! compresses, which is loaded when it is asked for.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::cmd::{self, cargo, command, path_with, root};
use crate::site;
use crate::tools::{self, Tool};

/// What the second module is called; `src/js/compress.rs` loads it by this name.
const ENCODER: &str = "netidx_archive_viewer_encoder";

/// Builds `pkg/` with its TypeScript types.
pub fn build() -> Result<()> {
    tools::ensure_wasm_target()?;
    let (pack, bindgen) = (Tool::wasm_pack().ensure()?, Tool::wasm_bindgen()?.ensure()?);
    let mut build = command(pack.join("wasm-pack"));
    build.env("PATH", path_with(std::slice::from_ref(&bindgen))?);
    build.args(["build", "--mode", "no-install", "--release", "--target", "web"]);
    build.args(["--out-dir", "pkg", ".", "--", "--locked"]);
    cmd::run(build.args(["--no-default-features", "--features", "package"]))?;

    let mut encoder = cargo();
    encoder.args(["rustc", "--release", "--locked", "--lib", "--crate-type", "cdylib"]);
    encoder.args(["--target", "wasm32-unknown-unknown"]);
    cmd::run(encoder.args(["--no-default-features", "--features", "package-encoder"]))?;
    let wasm = root().join("target/wasm32-unknown-unknown/release/netidx_archive_viewer.wasm");
    let mut bind = command(bindgen.join("wasm-bindgen"));
    bind.args(["--target", "web", "--no-typescript", "--out-name", ENCODER, "--out-dir"]);
    cmd::run(bind.arg(root().join("pkg")).arg(&wasm))?;
    list_files()?;
    site::shrink(&root().join("pkg"))
}

/// Lets npm take the second module along.
fn list_files() -> Result<()> {
    let path = root().join("pkg/package.json");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let listed = "\"files\": [\n";
    if !text.contains(listed) {
        bail!("{} lists no files", path.display());
    }
    let more = ["_bg.wasm", ".js"].map(|end| format!("    \"{ENCODER}{end}\",\n")).concat();
    let text = text.replacen(listed, &format!("{listed}{more}"), 1);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}
