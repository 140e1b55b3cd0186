//! The JS package in `pkg/`: what wasm-pack makes of the crate, the module beside it that compresses, and the
//! scripts of `src/js/package` in front of them.
//!
//! ```text
//! netidx_archive_viewer.js          the package: src/js/package/index.js
//! netidx_archive_viewer_worker.js   the worker of openAsync
//! netidx_archive_viewer_core.js     wasm-bindgen's classes, and netidx_archive_viewer_bg.wasm
//! netidx_archive_viewer_encoder.js  what compresses, and netidx_archive_viewer_encoder_bg.wasm
//! ```

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::cmd::{self, cargo, command, path_with, root};
use crate::tools::{self, Tool};
use crate::{bindgen, site};

/// What the package is called, and its files begin with.
const NAME: &str = "netidx_archive_viewer";
/// What the second module is called; `src/js/compress.rs` loads it by this name.
const ENCODER: &str = "netidx_archive_viewer_encoder";

/// Builds `pkg/` with its TypeScript types.
pub fn build() -> Result<()> {
    tools::ensure_wasm_target()?;
    let (pack, bindgen) = (Tool::wasm_pack().ensure()?, Tool::wasm_bindgen()?.ensure()?);
    let pkg = root().join("pkg");
    if pkg.exists() {
        fs::remove_dir_all(&pkg).context("cannot remove the old pkg/")?;
    }
    let mut build = command(pack.join("wasm-pack"));
    build.env("PATH", path_with(&[bindgen])?);
    build.args(["build", "--mode", "no-install", "--release", "--target", "web"]);
    build.args(["--no-typescript", "--out-dir", "pkg", ".", "--", "--locked"]);
    cmd::run(build.args(["--no-default-features", "--features", "package"]))?;

    let mut encoder = cargo();
    encoder.args(["rustc", "--release", "--locked", "--lib", "--crate-type", "cdylib"]);
    encoder.args(["--target", "wasm32-unknown-unknown"]);
    cmd::run(encoder.args(["--no-default-features", "--features", "package-encoder"]))?;
    let wasm = root().join(format!("target/wasm32-unknown-unknown/release/{NAME}.wasm"));
    bindgen::web(&wasm, ENCODER, &pkg)?;
    finish(&pkg)?;
    site::shrink(&pkg)
}

/// Puts the scripts of the package in front of what wasm-bindgen made.
pub fn finish(pkg: &Path) -> Result<()> {
    let name = |end: &str| pkg.join(format!("{NAME}{end}"));
    fs::rename(name(".js"), name("_core.js")).context("wasm-pack made no module")?;
    for (file, to) in [
        ("index.js", name(".js")),
        ("index.d.ts", name(".d.ts")),
        ("worker.js", name("_worker.js")),
        ("README.md", pkg.join("README.md")),
    ] {
        let from = root().join("src/js/package").join(file);
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    load_encoder_at_once(&pkg.join("snippets"))?;
    write_manifest(pkg)
}

/// Bundlers make workers of one file, in which no module is loaded later. So the few kilobytes of script that
/// load the encoder come along at once; its WebAssembly stays where it is until it is asked for.
fn load_encoder_at_once(snippets: &Path) -> Result<()> {
    let later = format!("import(\"../../{ENCODER}.js\")");
    let mut found = false;
    for folder in fs::read_dir(snippets).context("wasm-bindgen made no snippets")? {
        for file in fs::read_dir(folder?.path())? {
            let path = file?.path();
            if !path.is_file() {
                continue;
            }
            let text = fs::read_to_string(&path)?;
            if text.contains(&later) {
                let now = text.replace(&later, "Promise.resolve(encoder)");
                let import = format!("import * as encoder from \"../../{ENCODER}.js\";\n");
                fs::write(&path, import + &now)?;
                found = true;
            }
        }
    }
    if !found {
        bail!("no snippet loads {ENCODER}.js");
    }
    Ok(())
}

/// What npm publishes: the version of the crate, and all files.
fn write_manifest(pkg: &Path) -> Result<()> {
    let made =
        fs::read_to_string(pkg.join("package.json")).context("wasm-pack made no manifest")?;
    let version = made.lines().find(|line| line.contains("\"version\"")).context("no version")?;
    let files = ["", "_worker", "_core", "_encoder"].map(|end| format!("    \"{NAME}{end}.js\","));
    let text = format!(
        r#"{{
  "name": "netidx-archive-viewer",
{version}
  "description": "Read netidx archives and recorders' folders",
  "license": "MIT",
  "type": "module",
  "main": "{NAME}.js",
  "types": "{NAME}.d.ts",
  "exports": {{
    ".": {{ "types": "./{NAME}.d.ts", "default": "./{NAME}.js" }},
    "./*": "./*"
  }},
  "files": [
{}
    "{NAME}.d.ts",
    "{NAME}_bg.wasm",
    "{ENCODER}_bg.wasm",
    "snippets"
  ],
  "engines": {{ "node": ">=20" }},
  "sideEffects": ["./snippets/*", "./{NAME}_worker.js"]
}}
"#,
        files.join("\n")
    );
    let path = pkg.join("package.json");
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}
