//! Firefox and WebKit with the site in them, by what all WebDrivers have in common.
//!
//! Chromium's window ([`Page`](crate::Page)) sees more: its console, its accessibility tree, other hosts. Here
//! things are found by their role and name too, as far as a script can tell them.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::{Capabilities, TimeoutConfiguration};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use xtask::others;
use xtask::server::Server;
use xtask::site;

/// How long anything may take: these browsers start slowly on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(60);

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Firefox,
    WebKit,
}

impl Kind {
    /// The browser and its driver, where both are here.
    pub fn find(self) -> Result<Option<others::Other>> {
        match self {
            Kind::Firefox => others::firefox(),
            Kind::WebKit => Ok(others::webkit()),
        }
    }
}

/// A browser of its own, with its driver and, for WebKit, its display. All end with this value.
pub struct Window {
    runtime: Runtime,
    client: Client,
    /// Declared after the client, as they have to end later.
    started: Vec<Ended>,
    /// The address of the site's start page.
    site: String,
}

/// A process that ends with this value.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Window {
    /// Starts the browser and loads the site; both have to be there.
    pub fn open(kind: Kind) -> Result<Window> {
        let other = kind.find()?.with_context(|| format!("no {kind:?} here"))?;
        let server = Server::bind(0, "some/where", &site::dist())?;
        let site = server.url();
        thread::spawn(move || server.run());
        let mut started = Vec::new();
        let mut driver = Command::new(&other.driver);
        let port = free_port()?;
        match kind {
            Kind::Firefox => driver.arg("--port").arg(port.to_string()).env("MOZ_HEADLESS", "1"),
            Kind::WebKit => driver
                .arg(format!("--port={port}"))
                // Sandboxes need rights that containers do not have.
                .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1"),
        };
        if kind == Kind::WebKit && std::env::var_os("DISPLAY").is_none() {
            let (display, number) = display()?;
            started.push(display);
            driver.env("DISPLAY", format!(":{number}"));
        }
        started.insert(0, Ended(quiet(&mut driver)?));
        let capabilities = capabilities(kind, &other.browser)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start a tokio runtime")?;
        let address = format!("http://127.0.0.1:{port}");
        let client = connect(&runtime, &address, &capabilities)?;
        let window = Window { runtime, client, started, site };
        window.load()?;
        Ok(window)
    }

    /// Loads the site anew, with nothing left of what was there.
    pub fn load(&self) -> Result<()> {
        self.wd(self.client.goto("about:blank"))?;
        self.wd(self.client.goto(&self.site)).context("cannot load the site")?;
        self.get("button", "Open sample").map(drop)
    }

    /// The site with this behind its address.
    pub fn go(&self, end: &str) -> Result<()> {
        self.wd(self.client.goto("about:blank"))?;
        self.wd(self.client.goto(&format!("{}{end}", self.site))).context("cannot load the site")
    }

    /// Runs the body of a JavaScript function in the page.
    pub fn eval(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        let call = self.client.execute(body, arguments.to_vec());
        self.wd(call).with_context(|| format!("in `{body}`"))
    }

    /// Awaits a JavaScript expression in the page.
    pub fn eval_async(&self, expression: &str) -> Result<Value> {
        let timeouts = TimeoutConfiguration::new(Some(PATIENCE), None, None);
        self.wd(self.client.update_timeouts(timeouts)).context("cannot set a timeout")?;
        let body =
            format!("const done = arguments[arguments.length - 1]; ({expression}).then(done)");
        self.wd(self.client.execute_async(&body, Vec::new()))
            .with_context(|| format!("in `{expression}`"))
    }

    /// Tries until there is an answer; fails with what the page showed instead.
    pub fn wait<T>(&self, what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        let started = Instant::now();
        loop {
            let last = match look() {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => None,
                Err(error) => Some(error),
            };
            if started.elapsed() > PATIENCE {
                let why = last.map(|error| format!(" ({error:#})")).unwrap_or_default();
                bail!("waited {} s for {what}{why}\n{}", PATIENCE.as_secs(), self.text());
            }
            thread::sleep(PAUSE);
        }
    }

    /// The text of the page.
    pub fn text(&self) -> String {
        let text = self.eval("return document.body.innerText", &[]).unwrap_or_default();
        text.as_str().unwrap_or_default().chars().take(3000).collect()
    }

    /// The one thing of this role and name, waited for.
    pub fn get(&self, role: &str, name: &str) -> Result<Element> {
        self.wait(&format!("{role} {name:?}"), || {
            let found = self.eval(FIND, &[role.into(), name.into()])?;
            let found = found.as_array().context("a list")?;
            match found.as_slice() {
                [] => Ok(None),
                [one] => self.element(one).map(Some),
                several => bail!("{} things are {role} {name:?}", several.len()),
            }
        })
    }

    /// Clicks the thing of this role and name.
    pub fn click(&self, role: &str, name: &str) -> Result<()> {
        let element = self.get(role, name)?;
        self.wd(element.click()).with_context(|| format!("cannot click {name}"))
    }

    /// Replaces the text of a box, key by key.
    pub fn fill(&self, name: &str, text: &str) -> Result<()> {
        let element = self.get("textbox", name)?;
        self.wd(element.clear()).with_context(|| format!("cannot empty {name}"))?;
        self.wd(element.send_keys(text)).with_context(|| format!("cannot type into {name}"))
    }

    /// Presses keys in whatever has the focus.
    pub fn press(&self, keys: &str) -> Result<()> {
        let focused = self.wd(self.client.active_element()).context("nothing has the focus")?;
        self.wd(focused.send_keys(keys)).context("cannot press keys")
    }

    /// Chooses files in the file input of this label.
    pub fn choose(&self, label: &str, files: &[&Path]) -> Result<()> {
        let script = "return [...document.querySelectorAll('input[type=file]')].find(input =>
            (input.ariaLabel ?? input.labels[0]?.textContent.trim()) === arguments[0])";
        let input = self.wait(&format!("the file input {label}"), || {
            let found = self.eval(script, &[label.into()])?;
            if found.is_null() { Ok(None) } else { self.element(&found).map(Some) }
        })?;
        let paths: Result<Vec<String>> = files
            .iter()
            .map(|file| Ok(file.canonicalize()?.to_string_lossy().into_owned()))
            .collect();
        self.wd(input.send_keys(&paths?.join("\n"))).context("cannot choose files")
    }

    /// Lets the system's dialog of Firefox answer with a folder. It is the one part that no script can reach; the
    /// browser's own question, and how it reads the folder, are as they are.
    pub fn answer_folder_dialog(&self, folder: &Path) -> Result<()> {
        let folder = folder.canonicalize()?;
        self.context("chrome")?;
        let answer = self.eval(FOLDER_DIALOG, &[folder.to_string_lossy().into()]);
        self.context("content")?;
        answer.map(drop)
    }

    /// Says yes to the browser's own question.
    pub fn accept(&self) -> Result<()> {
        // A question that is answered while it is being drawn is never done with.
        thread::sleep(Duration::from_secs(2));
        self.wait("the browser's question", || {
            Ok(self.wd(self.client.accept_alert()).map(Some).unwrap_or_default())
        })
    }

    /// Where Firefox runs scripts: the page or the browser itself.
    fn context(&self, name: &str) -> Result<()> {
        let body = json!({ "context": name });
        self.wd(self.client.issue_cmd(crate::page::Extension { path: "moz/context", body }))
            .map(drop)
    }

    /// What all live regions of this role say now.
    pub fn said(&self, role: &str) -> Result<String> {
        let script = "return [...document.querySelectorAll(`[role=${arguments[0]}]`)]
            .map(region => region.textContent).join('\\n').trim()";
        Ok(self.eval(script, &[role.into()])?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page says that it has opened a file.
    pub fn opened(&self, name: &str) -> Result<String> {
        let wanted = format!("Opened {name}");
        self.wait(&wanted, || {
            let said = self.said("status")?;
            Ok(said.contains(&wanted).then_some(said))
        })
    }

    fn element(&self, value: &Value) -> Result<Element> {
        let id = value.as_object().and_then(|object| object.values().next()?.as_str());
        let id = ElementRef::from(id.context("no element")?.to_owned());
        Ok(Element::from_element_id(self.client.clone(), id))
    }

    fn wd<T, E>(&self, call: impl Future<Output = Result<T, E>>) -> Result<T>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        within(&self.runtime, call)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // A browser that does not end by itself ends with its driver.
        let _ = self.wd(self.client.clone().close());
        // The driver before its display.
        while !self.started.is_empty() {
            self.started.remove(0);
        }
    }
}

fn within<T, E>(runtime: &Runtime, call: impl Future<Output = Result<T, E>>) -> Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    runtime.block_on(async {
        match tokio::time::timeout(PATIENCE * 2, call).await {
            Ok(answer) => answer.map_err(anyhow::Error::from),
            Err(_) => Err(anyhow!("the browser did not answer for {:?}", PATIENCE * 2)),
        }
    })
}

fn capabilities(kind: Kind, browser: &Path) -> Result<Capabilities> {
    let value = match kind {
        Kind::Firefox => json!({
            "moz:firefoxOptions": {
                "binary": browser,
                "args": ["-headless", "-remote-allow-system-access", "-width", "1440", "-height", "900"],
            },
        }),
        Kind::WebKit => json!({
            "webkitgtk:browserOptions": { "binary": browser, "args": ["--automation"] },
        }),
    };
    serde_json::from_value(value).context("capabilities are an object")
}

/// Connects as soon as the driver listens.
fn connect(runtime: &Runtime, address: &str, capabilities: &Capabilities) -> Result<Client> {
    let started = Instant::now();
    let host = address.trim_start_matches("http://");
    while std::net::TcpStream::connect(host).is_err() {
        if started.elapsed() > PATIENCE {
            bail!("the driver does not listen on {address}");
        }
        thread::sleep(PAUSE);
    }
    let mut builder = ClientBuilder::new(HttpConnector::new());
    let connecting = builder.capabilities(capabilities.clone()).connect(address);
    within(runtime, connecting).context("the driver cannot start the browser")
}

/// Starts a screen of nothing, and waits until it is there.
fn display() -> Result<(Ended, u32)> {
    let mut xvfb = Command::new("Xvfb");
    xvfb.args(["-displayfd", "1", "-screen", "0", "1440x1000x24", "-nolisten", "tcp"]);
    let child = xvfb.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.context("cannot start Xvfb")?;
    let mut line = String::new();
    let output = child.stdout.take().context("Xvfb has no output")?;
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line)?;
    let number = line.trim().parse().context("Xvfb does not say its display")?;
    Ok((Ended(child), number))
}

fn quiet(command: &mut Command) -> Result<Child> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().with_context(|| format!("cannot start {:?}", command.get_program()))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// The things of a role and a name that can be seen.
const FIND: &str = "
    const [role, name] = arguments;
    const own = {
        button: 'button, summary', textbox: 'input:not([type]), input[type=text], input[type=search], textarea',
        combobox: 'select', dialog: 'dialog', radio: 'input[type=radio]', slider: 'input[type=range]',
    };
    const nameOf = element => {
        const by = element.getAttribute('aria-labelledby');
        const text = by ? by.split(' ').map(id => document.getElementById(id)?.textContent).join(' ')
            : element.getAttribute('aria-label')
            ?? (element.labels?.length ? element.labels[0].textContent : element.textContent || element.title);
        return (text ?? '').trim().replace(/\\s+/g, ' ');
    };
    const selector = [`[role=${role}]`].concat(own[role] ?? []).join(', ');
    return [...document.querySelectorAll(selector)].filter(element =>
        (element.getAttribute('role') ?? role) === role && nameOf(element) === name
            && element.checkVisibility({ visibilityProperty: true }));";

/// Runs in Firefox itself: from here on its dialog for folders answers with this one.
const FOLDER_DIALOG: &str = r#"
    const folder = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
    folder.initWithPath(arguments[0]);
    const dialog = {
        QueryInterface: ChromeUtils.generateQI(["nsIFilePicker"]),
        init() {}, appendFilter() {}, appendFilters() {}, appendRawFilter() {},
        isModeSupported: async () => true,
        open(callback) {
            Services.tm.dispatchToMainThread(() => callback.done(Ci.nsIFilePicker.returnOK));
        },
        get file() { return folder },
        get fileURL() { return Services.io.newFileURI(folder) },
        domFileOrDirectory: null, domFileOrDirectoryEnumerator: null, files: null,
        defaultString: "", defaultExtension: "", filterIndex: 0, displayDirectory: null,
        displaySpecialDirectory: "", addToRecentDocs: false, okButtonLabel: "", capture: 0,
    };
    const id = Components.ID(Services.uuid.generateUUID().toString());
    const factory = {
        QueryInterface: ChromeUtils.generateQI(["nsIFactory"]),
        createInstance: iid => dialog.QueryInterface(iid),
    };
    Components.manager.QueryInterface(Ci.nsIComponentRegistrar)
        .registerFactory(id, "", "@mozilla.org/filepicker;1", factory);"#;
