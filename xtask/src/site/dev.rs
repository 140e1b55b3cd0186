//! `cargo xtask dev`: the site, made again and loaded again after each save.
//!
//! The page of it has one script more, which asks for `dev.txt` and loads the page again when that has changed.
//! The site that is hosted has neither.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result};

use super::{Kind, make};
use crate::cmd::root;
use crate::server::Server;

/// What the site is made of.
const SOURCES: [&str; 5] = ["src", "www", "index.html", "Cargo.toml", "Cargo.lock"];
/// How often the sources are looked at.
const PAUSE: Duration = Duration::from_millis(300);

const RELOAD: &str = r#"// Loads the page again after a build.
const build = async () => (await fetch("dev.txt", { cache: "no-store" })).text();
const first = await build();
setInterval(async () => {
  // The server may be gone for a while.
  const now = await build().catch(() => first);
  if (now !== first) location.reload();
}, 500);
"#;

/// Serves the site and follows the sources until the process ends.
pub fn run(port: u16) -> Result<()> {
    // Beside dist/, which keeps the site that is hosted.
    let site = root().join("target/dev-site");
    let server = Server::bind(port, "/", &site)?;
    let url = server.url();
    let mut seen = BTreeMap::new();
    thread::spawn(move || server.run());
    loop {
        let now = times()?;
        if now == seen {
            thread::sleep(PAUSE);
            continue;
        }
        seen = now;
        let started = Instant::now();
        match make(Kind::Fast, &site).and_then(|()| add_reload(&site)) {
            Ok(()) => println!("{url}  built in {:.1} s", started.elapsed().as_secs_f64()),
            // The next save mends it.
            Err(error) => eprintln!("xtask: {error:#}"),
        }
    }
}

/// Lets the page load itself again.
fn add_reload(site: &Path) -> Result<()> {
    let page = site.join("index.html");
    let text = fs::read_to_string(&page).context("the site has no index.html")?;
    let text = text.replace("</head>", "<script type=\"module\" src=\"dev.js\"></script></head>");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    for (name, text) in
        [("dev.js", RELOAD), ("dev.txt", &format!("{now:?}")), ("index.html", &text)]
    {
        fs::write(site.join(name), text).with_context(|| format!("cannot write {name}"))?;
    }
    Ok(())
}

/// When each source was saved last.
fn times() -> Result<BTreeMap<PathBuf, SystemTime>> {
    let mut found = BTreeMap::new();
    let mut ahead: Vec<PathBuf> = SOURCES.iter().map(|name| root().join(name)).collect();
    while let Some(path) = ahead.pop() {
        // An editor may take a file away for a moment.
        let Ok(data) = fs::metadata(&path) else { continue };
        if data.is_dir() {
            let Ok(entries) = fs::read_dir(&path) else { continue };
            ahead.extend(entries.flatten().map(|entry| entry.path()));
        } else {
            found.insert(path, data.modified().context("this system keeps no times of files")?);
        }
    }
    Ok(found)
}
