//! The JS package in `pkg/`.

use anyhow::Result;

use crate::cmd::{self, command, path_with, root};
use crate::site;
use crate::tools::{self, Tool};

/// Builds `pkg/` with its TypeScript types.
pub fn build() -> Result<()> {
    tools::ensure_wasm_target()?;
    let (pack, bindgen) = (Tool::wasm_pack().ensure()?, Tool::wasm_bindgen()?.ensure()?);
    let mut build = command(pack.join("wasm-pack"));
    build.env("PATH", path_with(&[bindgen])?);
    build.args(["build", "--mode", "no-install", "--release", "--target", "web"]);
    build.args(["--out-dir", "pkg", ".", "--", "--locked"]);
    cmd::run(build.args(["--no-default-features", "--features", "package"]))?;
    site::shrink(&root().join("pkg"))
}
