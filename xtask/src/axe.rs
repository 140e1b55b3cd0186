//! axe-core, which the end-to-end tests judge the page's accessibility with: one script from npm's
//! registry, pinned, in the same cache as the build tools.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::cmd::{self, command};
use crate::tools;

const VERSION: &str = "4.10.3";

/// Of the script, in hexadecimal. Whoever runs it checks it first: the browser can.
pub const SHA_256: &str = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb";

/// Where the script is, or would be.
pub fn path() -> Result<PathBuf> {
    Ok(home()?.join("package").join("axe.min.js"))
}

fn home() -> Result<PathBuf> {
    Ok(tools::cache()?.join("tools").join(format!("axe-core-{VERSION}")))
}

/// The script, fetched first where it is not there.
pub fn ensure() -> Result<PathBuf> {
    let script = path()?;
    if !script.is_file() {
        let home = home()?;
        let address = format!("https://registry.npmjs.org/axe-core/-/axe-core-{VERSION}.tgz");
        println!("fetching axe-core {VERSION} into {}: it judges accessibility", home.display());
        fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
        let archive = home.join("axe-core.tgz");
        let mut fetch = command("curl");
        fetch.args(["--silent", "--show-error", "--fail", "--location", "--max-time", "60"]);
        let by_hand =
            || format!("cannot fetch {address}; put its package folder into {}", home.display());
        cmd::run(fetch.arg("--output").arg(&archive).arg(&address)).with_context(by_hand)?;
        let mut unpack = command("tar");
        unpack.arg("-xzf").arg(&archive).arg("-C").arg(&home).arg("package/axe.min.js");
        cmd::run(&mut unpack).with_context(by_hand)?;
        // What is left of the archive is no harm.
        let _ = fs::remove_file(&archive);
        if !script.is_file() {
            bail!("{address} has no axe.min.js");
        }
    }
    Ok(script)
}
