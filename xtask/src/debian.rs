//! Debian's packages, where there is apt and it may be used.

use anyhow::{Result, bail};

use crate::cmd::{self, command, on_path};

/// Whether apt is here and this user may install with it.
pub fn can_install() -> bool {
    on_path("apt-get").is_some() && is_root()
}

fn is_root() -> bool {
    let id = command("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Installs packages, or says which command a person has to give.
pub fn install(packages: &[&str], why: &str) -> Result<()> {
    let list = packages.join(" ");
    if !can_install() {
        bail!(
            "{why} needs {list}; as root, `apt-get install {list}` brings it, \
             elsewhere install the same by your system's means"
        );
    }
    println!("installing Debian's {list}: {why}");
    let apt = || {
        let mut apt = command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        apt
    };
    // A stale list still installs what it knows; the install's own failure is the one to report.
    if let Err(error) = cmd::run(apt().arg("update")) {
        eprintln!("xtask: {error:#}; going on with the package lists as they are");
    }
    cmd::run(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))
}

/// Whether dpkg has this package installed.
pub fn has(package: &str) -> bool {
    let query = command("dpkg-query").args(["-W", "-f=${Status}", package]).output();
    query.is_ok_and(|query| query.stdout.ends_with(b"install ok installed"))
}
