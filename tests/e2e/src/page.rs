//! One browser window with the site in it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use fantoccini::key::Key;
use fantoccini::wd::{TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::elsewhere::Elsewhere;
use crate::node::Node;
use crate::{Driver, picture};

/// How long anything on the page may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the browser may take to answer one question.
const ANSWER: Duration = Duration::from_secs(60);
/// How often a wait looks again.
const PAUSE: Duration = Duration::from_millis(40);

/// A window of its own browser, driven without `async`: a test does one thing after another.
pub struct Page {
    runtime: Runtime,
    pub(crate) client: Client,
    elsewhere: Elsewhere,
    /// What the picture of a failure is called.
    failed: String,
    /// The address of the site's start page.
    site: String,
    /// Scripts that run before the page's own, until the test ends.
    scripts: RefCell<Vec<Value>>,
}

impl Page {
    /// Starts a browser.
    pub fn open(driver: &Driver) -> Result<Page> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start a tokio runtime")?;
        let elsewhere = Elsewhere::start()?;
        let mut args: Vec<String> = chromium_args()?;
        // Loopback addresses bypass a proxy unless told otherwise.
        args.push(format!("--proxy-server=http://{}", elsewhere.address));
        args.push(format!("--proxy-bypass-list=<-loopback>;{}", host(&driver.site)));
        let capabilities = json!({
            "goog:chromeOptions": { "args": args, "binary": driver.browser.chrome },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { bail!("capabilities are an object") };
        let client = runtime
            .block_on(
                ClientBuilder::new(HttpConnector::new())
                    .capabilities(capabilities)
                    .connect(&driver.webdriver),
            )
            .context("chromedriver cannot start the browser")?;
        let site = driver.site.clone();
        Ok(Page {
            runtime,
            client,
            elsewhere,
            failed: String::new(),
            site,
            scripts: RefCell::default(),
        })
    }

    /// Loads the site for a test of this name, with nothing left of any test before it.
    pub fn start(&mut self, test: &str) -> Result<()> {
        self.failed = format!("failed-{}", test.replace("::", "-"));
        for script in self.scripts.take() {
            self.cdp("Page.removeScriptToEvaluateOnNewDocument", script)?;
        }
        let origin = self.site.split("/some").next().unwrap_or_default();
        let all = json!({ "origin": origin, "storageTypes": "all" });
        self.cdp("Storage.clearDataForOrigin", all)?;
        self.resize(1440, 900, false)?;
        self.zone("")?;
        // The address of the last test may differ from the site's in its hash only.
        self.go("about:blank")?;
        self.go(&self.site)?;
        // The document is loaded before the program in it runs.
        self.get("button", "Open sample")?;
        Ok(())
    }

    /// The address of the site's start page.
    pub fn site(&self) -> String {
        self.site.clone()
    }

    /// Loads an address.
    pub fn go(&self, url: &str) -> Result<()> {
        self.wd(self.client.goto(url)).with_context(|| format!("cannot load {url}"))
    }

    /// Loads the page again with a script that runs before its own.
    pub fn reload_after(&self, script: &str) -> Result<()> {
        let added =
            self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }))?;
        self.scripts.borrow_mut().push(added);
        self.wd(self.client.refresh()).context("cannot load the page again")
    }

    /// Fails on whatever a test did not look at: errors in the console, violations of the policy,
    /// requests to other hosts.
    pub fn check_quiet(&self) -> Result<()> {
        let complaints = self.complaints()?;
        if !complaints.is_empty() {
            bail!("the page was not quiet:\n  {}", complaints.join("\n  "));
        }
        Ok(())
    }

    /// Errors and warnings of the console, and requests to other hosts.
    pub fn complaints(&self) -> Result<Vec<String>> {
        let mut complaints = self.console(&["SEVERE", "WARNING"])?;
        let asked = self.elsewhere.asked();
        complaints.extend(asked.into_iter().map(|request| format!("asked elsewhere: {request}")));
        Ok(complaints)
    }

    /// What the console got at these levels since the last call.
    fn console(&self, levels: &[&str]) -> Result<Vec<String>> {
        let entries = self.command("se/log", json!({ "type": "browser" }))?;
        let entries = entries.as_array().context("the console log is a list")?;
        Ok(entries
            .iter()
            .filter(|entry| levels.iter().any(|level| entry["level"] == *level))
            .map(|entry| format!("{}: {}", entry["level"], entry["message"]))
            .collect())
    }

    /// Drops files onto the middle of the page, with the events that a file manager causes.
    pub fn drop_files(&self, files: &[&Path]) -> Result<()> {
        let files = absolute(files)?;
        let middle = self.eval("return [innerWidth / 2, innerHeight / 2]")?;
        for event in ["dragEnter", "dragOver", "drop"] {
            let data = json!({ "items": [], "files": files, "dragOperationsMask": 1 });
            let params = json!({ "type": event, "x": middle[0], "y": middle[1], "data": data });
            self.cdp("Input.dispatchDragEvent", params)?;
        }
        Ok(())
    }

    /// Chooses files in the labelled file input.
    pub fn choose_files(&self, files: &[&Path]) -> Result<()> {
        self.choose_files_in("Open archive", files)
    }

    /// Chooses files in the file input of this label.
    pub fn choose_files_in(&self, label: &str, files: &[&Path]) -> Result<()> {
        let input = self.file_input(label)?;
        self.cdp(
            "DOM.setFileInputFiles",
            json!({ "files": absolute(files)?, "objectId": input.object }),
        )?;
        Ok(())
    }

    /// Presses keys in whatever has the focus.
    pub fn press(&self, keys: &[Key]) -> Result<()> {
        let focused = self.wd(self.client.active_element()).context("nothing has the focus")?;
        let keys: String = keys.iter().map(|key| char::from(*key)).collect();
        self.wd(focused.send_keys(&keys)).context("cannot press keys")
    }

    /// Sets the size of the window's inside, and light or dark.
    pub fn resize(&self, width: u32, height: u32, dark: bool) -> Result<()> {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size)?;
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features }))?;
        Ok(())
    }

    /// Is from here on somebody who asked for less motion.
    pub fn reduce_motion(&self) -> Result<()> {
        let features = json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).map(drop)
    }

    /// Is from here on in a time zone; in the machine's own where the name is empty.
    pub fn zone(&self, name: &str) -> Result<()> {
        self.cdp("Emulation.setTimezoneOverride", json!({ "timezoneId": name })).map(drop)
    }

    /// What was copied last.
    pub fn clipboard(&self) -> Result<String> {
        let permissions = json!({ "permissions": ["clipboardReadWrite"] });
        self.cdp("Browser.grantPermissions", permissions)?;
        let text = self.eval_async("navigator.clipboard.readText()")?;
        // What is not granted is denied, for as long as anything is granted.
        self.cdp("Browser.resetPermissions", json!({}))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// A picture of the window, as PNG.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        self.wd(self.client.screenshot()).context("cannot take a picture")
    }

    /// Tries until there is an answer; fails with what the page showed instead.
    pub fn wait<T>(&self, what: &str, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        self.wait_for(what, PATIENCE, look)
    }

    /// The same for what may take longer.
    pub fn wait_for<T>(
        &self,
        what: &str,
        patience: Duration,
        mut look: impl FnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        let started = Instant::now();
        loop {
            // An element that was just replaced is a reason to look again, not to fail.
            let last = match look() {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => None,
                Err(error) => Some(error),
            };
            if started.elapsed() > patience {
                let why = last.map(|error| format!(" ({error:#})")).unwrap_or_default();
                bail!("waited {} s for {what}{why}\n{}", patience.as_secs(), self.state());
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// What a person would see now, for the message of a failure.
    pub fn state(&self) -> String {
        let text = self.eval("return document.body.innerText").unwrap_or_default();
        let text: String = text.as_str().unwrap_or("(nothing)").chars().take(3000).collect();
        let console = self.console(&["SEVERE", "WARNING", "INFO", "DEBUG"]).unwrap_or_default();
        let picture = picture::save(self, &self.failed).map(|path| path.display().to_string());
        let picture = picture.unwrap_or_else(|error| format!("none: {error:#}"));
        format!("--- the page\n{text}\n--- console\n{}\n--- picture: {picture}", console.join("\n"))
    }

    /// Runs the body of a JavaScript function in the page.
    pub fn eval(&self, body: &str) -> Result<Value> {
        self.wd(self.client.execute(body, Vec::new())).with_context(|| format!("in `{body}`"))
    }

    /// Awaits a JavaScript expression in the page, for up to a minute.
    pub fn eval_async(&self, expression: &str) -> Result<Value> {
        self.eval_async_within(expression, ANSWER)
    }

    /// Awaits a JavaScript expression in the page, for so long.
    pub fn eval_async_within(&self, expression: &str, patience: Duration) -> Result<Value> {
        let timeouts = TimeoutConfiguration::new(Some(patience), None, None);
        self.wd(self.client.update_timeouts(timeouts)).context("cannot set a timeout")?;
        let body = format!("const done = arguments[0]; ({expression}).then(done)");
        let answer = self.wd_within(self.client.execute_async(&body, Vec::new()), patience);
        answer.with_context(|| format!("in `{expression}`"))
    }

    /// A command of the Chrome DevTools Protocol.
    pub fn cdp(&self, method: &str, params: Value) -> Result<Value> {
        let answer = self.command("goog/cdp/execute", json!({ "cmd": method, "params": params }));
        answer.with_context(|| format!("in {method}"))
    }

    /// The objects of the page for a JavaScript expression that gives a list of elements.
    pub(crate) fn objects(&self, expression: &str) -> Result<Vec<Node<'_>>> {
        let list = self.cdp("Runtime.evaluate", json!({ "expression": expression }))?;
        let list = list["result"]["objectId"].as_str().context("not a list of elements")?;
        let own = json!({ "objectId": list, "ownProperties": true });
        let entries = self.cdp("Runtime.getProperties", own)?;
        let entries = entries["result"].as_array().cloned().unwrap_or_default();
        let objects = entries.iter().filter(|entry| entry["enumerable"] == true);
        Ok(objects
            .filter_map(|entry| Node::new(self, entry["value"]["objectId"].as_str()?))
            .collect())
    }

    /// The elements of a CSS selector, for what has no role and name of its own.
    pub fn objects_of(&self, selector: &str) -> Result<Vec<Node<'_>>> {
        self.objects(&format!("[...document.querySelectorAll({selector:?})]"))
    }

    fn command(&self, path: &'static str, body: Value) -> Result<Value> {
        self.wd(self.client.issue_cmd(Extension { path, body }))
    }

    pub(crate) fn wd<T, E>(&self, call: impl Future<Output = Result<T, E>>) -> Result<T>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        self.wd_within(call, ANSWER)
    }

    fn wd_within<T, E>(
        &self,
        call: impl Future<Output = Result<T, E>>,
        patience: Duration,
    ) -> Result<T>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        self.runtime.block_on(async {
            match tokio::time::timeout(patience, call).await {
                Ok(answer) => answer.map_err(anyhow::Error::from),
                Err(_) => Err(anyhow!("the browser did not answer for {patience:?}")),
            }
        })
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // A browser that does not end by itself ends with the driver.
        let _ = self.wd(self.client.clone().close());
    }
}

/// The arguments that the headless tests start Chromium with, too.
fn chromium_args() -> Result<Vec<String>> {
    let path = crate::root().join("webdriver.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let mut file: HashMap<String, HashMap<String, Vec<String>>> = serde_json::from_str(&text)
        .with_context(|| format!("{} is not as expected", path.display()))?;
    file.remove("goog:chromeOptions")
        .and_then(|mut options| options.remove("args"))
        .with_context(|| format!("{} has no goog:chromeOptions.args", path.display()))
}

fn host(url: &str) -> &str {
    url.trim_start_matches("http://").split('/').next().unwrap_or_default()
}

fn absolute(files: &[&Path]) -> Result<Vec<PathBuf>> {
    files
        .iter()
        .map(|file| file.canonicalize().with_context(|| format!("no file {}", file.display())))
        .collect()
}

/// A command of one driver's own.
#[derive(Debug)]
pub(crate) struct Extension {
    pub(crate) path: &'static str,
    pub(crate) body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
