//! What all tests of a run share: chromedriver and the served site.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};
use xtask::browser::Browser;
use xtask::server::Server;
use xtask::site;

/// Where the site appears on its host, to find every link that works only at the root.
const SUB_PATH: &str = "some/where";

/// A running chromedriver and a served site; both end with this value.
pub struct Driver {
    process: Child,
    /// The address that chromedriver answers on.
    pub webdriver: String,
    /// The address of the site's start page.
    pub site: String,
    /// The browser that chromedriver starts.
    pub browser: Browser,
}

impl Driver {
    /// Starts both; the site has to be built already.
    pub fn start() -> Result<Driver> {
        let dist = site::dist();
        if !dist.join("index.html").is_file() {
            bail!("{} has no site; `cargo xtask build` makes it", dist.display());
        }
        Driver::serving(&dist)
    }

    /// Starts both, for the pages of a folder.
    pub fn serving(folder: &Path) -> Result<Driver> {
        let browser = Browser::find()?.context("no Chromium with chromedriver on PATH")?;
        let server = Server::bind(0, SUB_PATH, folder)?;
        let site = server.url();
        thread::spawn(move || server.run());
        let mut process = Command::new(&browser.driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", browser.driver.display()))?;
        let output = process.stdout.take().context("chromedriver has no output")?;
        let mut lines = BufReader::new(output).lines();
        let port = loop {
            let line = lines.next().context("chromedriver ended before it said its port")??;
            if let Some((_, rest)) = line.split_once("started successfully on port ") {
                break rest.trim_end_matches('.').to_owned();
            }
        };
        // Read on, so that chromedriver never waits for somebody to read.
        thread::spawn(move || lines.for_each(drop));
        let webdriver = format!("http://127.0.0.1:{port}");
        Ok(Driver { process, webdriver, site, browser })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
