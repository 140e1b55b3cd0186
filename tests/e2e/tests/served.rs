//! The page over `nav serve`: the one link that it prints opens a recorder's folder, live.
//!
//! The program is `target/debug/nav`, as `cargo test --features netidx-archive-viewer/native` leaves it, or the
//! one that `NAV` names.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use e2e::support::{opened, seek};
use e2e::{Driver, Page, recording, table};

/// A server that ends with the test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Serves a folder, and returns the link.
fn serve(folder: &Path) -> Result<(Served, String)> {
    let default = || e2e::root().join("target/debug/nav");
    let nav = std::env::var_os("NAV").map_or_else(default, PathBuf::from);
    ensure!(
        nav.is_file(),
        "{} is not there; `cargo build --bin nav --features native` makes it",
        nav.display()
    );
    let mut child = Command::new(&nav)
        .arg("serve")
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", nav.display()))?;
    let out = child.stdout.take().context("it has no output")?;
    let served = Served(child);
    let mut link = String::new();
    BufReader::new(out).read_line(&mut link)?;
    let link = link.trim_end().to_owned();
    ensure!(link.starts_with("http://127.0.0.1:"), "it printed {link:?}");
    Ok((served, link))
}

#[test]
fn the_link_opens_a_recorders_folder_by_name() -> Result<()> {
    let folder = recording::copy("served", "plain")?;
    let (_served, link) = serve(&folder)?;
    let mut driver = Driver::start()?;
    // The site out of the program itself.
    driver.site = link.split('?').next().unwrap_or_default().to_owned();
    let mut page = Page::open(&driver)?;
    page.start("served")?;
    page.go(&link)?;
    opened(&page, "0/current")?;
    seek(&page, "end")?;
    page.wait("rows with paths", || {
        let rows = table::window(&page.get("grid", "Image")?)?.rows;
        let named = rows.iter().all(|row| row.cell("Path").starts_with('/'));
        Ok((!rows.is_empty() && named).then_some(()))
    })?;
    let listed = page.eval("return document.querySelector('[aria-label=Recording]').innerText")?;
    let listed = listed.as_str().unwrap_or_default();
    ensure!(listed.contains("2026-03-01T09:30:20+00:00"), "{listed}");
    page.check_quiet()
}
