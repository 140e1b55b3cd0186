//! The static site in `dist/`.
//!
//! What comes out must work from any sub-path of any host, so it is checked here that it links to
//! nothing but files of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cmd::{self, cargo, command, path_with, root};
use crate::tools::{self, Tool};

/// Where the site is built.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Builds the release site.
pub fn build() -> Result<()> {
    tools::ensure_wasm_target()?;
    let (trunk, bindgen) = (Tool::trunk().ensure()?, Tool::wasm_bindgen()?.ensure()?);
    // trunk builds offline so that it cannot fetch tools of its own; the crates come here.
    cmd::run(cargo().args(["fetch", "--quiet", "--locked"]))?;
    let mut build = command(trunk.join("trunk"));
    build.env("PATH", path_with(&[trunk, bindgen])?);
    // trunk takes only "true" or "false" for what everyone else takes as set or not set.
    build.env_remove("NO_COLOR");
    build.args(["build", "--release", "--offline", "--locked", "--public-url", "./"]);
    cmd::run(build.arg("--dist").arg(dist()))?;
    shrink(&dist())?;
    check(&dist())?;
    announce(&root().join("src/bin/nav.rs"))
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

/// Fails where a page or style sheet links to anything but a file of the site.
fn check(dist: &Path) -> Result<()> {
    if !dist.join("index.html").is_file() {
        bail!("{} has no index.html", dist.display());
    }
    for file in files_with(dist, &["html", "css", "webmanifest"])? {
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let folder = file.parent().unwrap_or(dist);
        for link in links(&text) {
            if let Some(problem) = problem(folder, link) {
                bail!("{} links to {link:?}, which {problem}", file.display());
            }
        }
    }
    Ok(())
}

/// What is wrong with a link, if anything.
fn problem(folder: &Path, link: &str) -> Option<&'static str> {
    let path = link.split(['?', '#']).next().unwrap_or("");
    if link.starts_with('/') {
        Some("works only at the root of a host")
    } else if link.starts_with("data:") || link.starts_with("blob:") || path.is_empty() {
        None
    } else if path.split('/').next().is_some_and(|start| start.contains(':')) {
        Some("is on another origin")
    } else if !folder.join(path).exists() {
        Some("is not a file of the site")
    } else {
        None
    }
}

/// What follows `href=`, `src=`, `url(` and the like, without its quotes.
fn links(text: &str) -> Vec<&str> {
    const BEFORE: [&str; 9] = [
        "href=",
        "src=",
        "srcset=",
        "action=",
        "url(",
        "@import ",
        "from ",
        "\"src\":",
        "\"start_url\":",
    ];
    let mut found = Vec::new();
    for before in BEFORE {
        for (at, _) in text.match_indices(before) {
            let rest = text[at + before.len()..].trim_start();
            let quoted = rest.strip_prefix(['"', '\'']);
            let link = match quoted {
                Some(inner) => inner.split(['"', '\'']).next(),
                // Unquoted attributes are legal HTML; unquoted words after `from` are prose.
                None if before == "from " || before == "@import " => continue,
                None => rest.split([' ', '>', ')', '\n']).next(),
            };
            // `url(` twice: the import's own, and the one inside it.
            found.extend(link.filter(|link| !link.starts_with("url(")));
        }
    }
    found
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

#[cfg(test)]
mod tests {
    use super::{links, problem};
    use std::path::Path;

    #[test]
    fn finds_links_in_html_css_and_manifests() {
        let text = "<link href=\"./a.css\"><script src=b.js></script> \
                    @import url('c.css'); x { y: url(d.svg) } import init from '/e.js'; \
                    a word from here {\"src\": \"icon.png\"}";
        let mut found = links(text);
        found.sort_unstable();
        assert_eq!(found, ["./a.css", "/e.js", "b.js", "c.css", "d.svg", "icon.png"]);
    }

    #[test]
    fn only_files_of_the_site_may_be_linked() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        for good in ["Cargo.toml", "./src/main.rs?v=1", "#top", "data:image/png;base64,AA"] {
            assert_eq!(problem(folder, good), None, "{good}");
        }
        for bad in ["/Cargo.toml", "//host/x", "https://host/x", "javascript:x()", "missing.js"] {
            assert!(problem(folder, bad).is_some(), "{bad}");
        }
    }
}
