//! The build tools from crates.io, at pinned versions, in one cache outside every clone.
//!
//! ```text
//! ~/.cache/netidx-archive-viewer/tools/<crate>-<version>/bin/<program>
//! ```
//!
//! What is on PATH at the right version is used as it is. `cargo install` puts a program in its
//! place only when it is complete, so an interrupted set-up is simply gone on with the next time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cmd::{self, cargo, command, on_path, root};

/// A program from crates.io.
pub struct Tool {
    krate: &'static str,
    program: &'static str,
    version: String,
    /// Whether the versions that its authors tested with can be built here.
    locked: bool,
    why: &'static str,
}

impl Tool {
    /// The maker of the JS package and runner of the headless tests.
    pub fn wasm_pack() -> Tool {
        Tool {
            krate: "wasm-pack",
            program: "wasm-pack",
            version: "0.15.1".to_owned(),
            locked: true,
            why: "it makes the JS package and runs the headless tests",
        }
    }

    /// The command line of wasm-bindgen, which has to be of exactly the library's version.
    pub fn wasm_bindgen() -> Result<Tool> {
        let lock = root().join("Cargo.lock");
        let text =
            fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let version = locked_version(&text, "wasm-bindgen")
            .with_context(|| format!("{} does not name wasm-bindgen", lock.display()))?;
        Ok(Tool {
            krate: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: version.to_owned(),
            locked: false,
            why: "wasm-pack joins wasm and JavaScript with it, and runs tests",
        })
    }

    /// What drives Firefox.
    pub fn geckodriver() -> Tool {
        Tool {
            krate: "geckodriver",
            program: "geckodriver",
            version: "0.36.0".to_owned(),
            locked: true,
            why: "it drives Firefox, in which the page is tested, too",
        }
    }

    /// The folder that has the program at the right version, installed first where it is not there.
    pub fn ensure(&self) -> Result<PathBuf> {
        if let Some(program) = self.find()? {
            return Ok(folder_of(&program));
        }
        let home = self.home()?;
        self.install(&home)?;
        let program = self.find()?.with_context(|| {
            format!("{} was installed but is not version {}", self.program, self.version)
        })?;
        Ok(folder_of(&program))
    }

    /// The program at the right version, where it is on PATH or in the cache.
    pub fn find(&self) -> Result<Option<PathBuf>> {
        let name = format!("{}{}", self.program, std::env::consts::EXE_SUFFIX);
        let here = [on_path(self.program), Some(self.home()?.join("bin").join(name))];
        Ok(here.into_iter().flatten().find(|path| self.is(path)))
    }

    fn home(&self) -> Result<PathBuf> {
        Ok(cache()?.join("tools").join(format!("{}-{}", self.krate, self.version)))
    }

    fn is(&self, program: &Path) -> bool {
        cmd::version(program)
            .is_some_and(|line| line.split_whitespace().nth(1) == Some(&self.version))
    }

    fn install(&self, home: &Path) -> Result<()> {
        let (krate, version) = (self.krate, &self.version);
        println!("installing {krate} {version} into {}: {}", home.display(), self.why);
        let mut install = cargo();
        install.args(["install", "--quiet", "--force", "--version", version, krate]);
        install.arg("--root").arg(home);
        if self.locked {
            install.arg("--locked");
        }
        // Each runs for seconds in all, so that optimising it costs more than it saves. What downloads
        // with them is not needed either.
        install.arg("--no-default-features");
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
        install.env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        // A shared target folder would keep gigabytes that nothing uses again.
        install.env_remove("CARGO_TARGET_DIR");
        cmd::run(&mut install).with_context(|| {
            format!("cannot install {krate}; `cargo install {krate}@{version}` by hand is as good")
        })
    }
}

/// The wasm target of the toolchain, added by rustup where it is not there.
pub fn ensure_wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let sysroot = command("rustc").args(["--print", "sysroot"]).output();
    let sysroot = sysroot.context("cannot start rustc; install Rust from https://rustup.rs")?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim());
    if sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    println!("adding Rust's {TARGET} target: the page is wasm");
    cmd::run(command("rustup").args(["target", "add", TARGET])).with_context(|| {
        format!("cannot add the target; where Rust is not by rustup, install its {TARGET} library")
    })
}

/// A `wasm-opt` that makes the output smaller, where one is on PATH; everything works without it.
///
/// Old ones do not know all that today's rustc and wasm-bindgen write: Debian 12's 108 refuses one
/// of the site's programs and turns the other into one that does not start.
pub fn wasm_opt() -> Option<PathBuf> {
    const OLDEST: u32 = 118;
    let path = on_path("wasm-opt")?;
    let line = cmd::version(&path)?;
    let version: u32 = line.split_whitespace().nth(2)?.parse().ok()?;
    (version >= OLDEST).then_some(path)
}

/// The cache of this project, outside the clone so that a second clone is quick.
pub fn cache() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_CACHE_HOME")
        .or_else(|| Some(set("HOME")?.join(".cache")))
        .or_else(|| set("LOCALAPPDATA"))
        .context("no home folder to keep tools in; set XDG_CACHE_HOME")?;
    Ok(base.join("netidx-archive-viewer"))
}

fn folder_of(program: &Path) -> PathBuf {
    program.parent().map(Path::to_path_buf).unwrap_or_default()
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn finds_a_version_by_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm-pack"), None);
    }
}
