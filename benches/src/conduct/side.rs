//! The sides: programs that answer lines, and a page that does.

use anyhow::{Context, Result, bail};
use e2e::{Driver, Page};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

/// A round of the page that takes longer is no longer waited for.
const LONGEST_ROUND: Duration = Duration::from_secs(600);

/// What a side says of a round.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// How long it took.
    pub ms: f64,
    /// What it found, to be compared as text.
    pub count: String,
}

/// A process or a page with one file open.
pub trait Side {
    /// Sends a line, and waits for the line that comes back.
    fn ask(&mut self, line: &str) -> Result<String>;

    /// What a file is called for this side.
    fn address(&self, folder: &Path, file: &str) -> String {
        folder.join(file).display().to_string()
    }

    /// Opens a file in place of the one before; how many batches it has.
    fn load(&mut self, folder: &Path, file: &str) -> Result<u64> {
        let line = format!("load {}", self.address(folder, file));
        let answer = ok(self.ask(&line)?)?.context("it cannot load files")?;
        answer.parse().with_context(|| format!("no number of batches: {answer}"))
    }

    /// A round; nothing where this side has no such work.
    fn run(&mut self, work: &str) -> Result<Option<Answer>> {
        let Some(answer) = ok(self.ask(&format!("run {work}"))?)? else { return Ok(None) };
        let (ms, count) = answer.split_once(' ').context("no time and count")?;
        let ms = ms.parse().with_context(|| format!("no time: {ms}"))?;
        Ok(Some(Answer { ms, count: count.to_owned() }))
    }
}

/// What follows `ok`; nothing for `none`.
fn ok(line: String) -> Result<Option<String>> {
    match line.split_once(' ') {
        Some(("ok", rest)) => Ok(Some(rest.to_owned())),
        None if line == "none" => Ok(None),
        _ => bail!("{line}"),
    }
}

/// A program that answers on its standard output.
pub struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Program {
    /// Starts it.
    pub fn start(mut command: Command) -> Result<Program> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("it has no output")?);
        Ok(Program { child, input, output })
    }
}

impl Side for Program {
    fn ask(&mut self, line: &str) -> Result<String> {
        let input = self.input.as_mut().context("it has no input")?;
        writeln!(input, "{line}").and_then(|()| input.flush()).context("it takes no question")?;
        let mut answer = String::new();
        self.output.read_line(&mut answer).context("it does not answer")?;
        match answer.strip_suffix('\n') {
            Some(answer) => Ok(answer.to_owned()),
            None => bail!("it ended at {line:?}"),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The end of its input is the end of a side; one that does not see it is ended.
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The page of `benches/www` in Chromium.
pub struct Browser {
    page: Page,
    // Behind the page: a page ends while its driver is there.
    _driver: Driver,
}

impl Browser {
    /// Starts Chromium with the page of a folder that has it in `page/`.
    pub fn start(folder: &Path) -> Result<Browser> {
        let driver = Driver::serving(folder)?;
        let page = Page::open(&driver)?;
        page.go(&format!("{}page/", driver.site))?;
        let mut browser = Browser { page, _driver: driver };
        // A module script is done after the page is loaded.
        browser.page.wait("the page's script", || {
            Ok((browser.page.eval("return typeof bench")? == "function").then_some(()))
        })?;
        browser.ask("")?;
        Ok(browser)
    }

    /// Bytes of linear memory before the file came into it, and since.
    pub fn memory(&mut self) -> Result<(u64, u64)> {
        let answer = ok(self.ask("memory")?)?.context("the page does not tell its memory")?;
        let (before, after) = answer.split_once(' ').context("no two numbers")?;
        Ok((before.parse()?, after.parse()?))
    }
}

/// How long it takes to read a file in order and to open it, in milliseconds.
pub struct Streamed {
    /// By the file's stream.
    pub stream: f64,
    /// By its stream into the same memory again and again.
    pub memory_of_ours: f64,
    /// In slices, some of them at a time.
    pub slices: f64,
    /// The opening.
    pub open: f64,
    pub batches: u64,
    /// Bytes of linear memory behind it.
    pub memory: u64,
}

impl Browser {
    /// Reads a file of the disk in order, and opens it.
    pub fn stream(&mut self, file: &Path) -> Result<Streamed> {
        self.page.choose_files_in("File", &[file])?;
        let answer = ok(self.ask("stream")?)?.context("the page does not stream")?;
        let numbers: Result<Vec<f64>, _> = answer.split(' ').map(str::parse).collect();
        let [stream, memory_of_ours, slices, open, batches, memory] = numbers?[..] else {
            bail!("{answer}")
        };
        let (batches, memory) = (batches as u64, memory as u64);
        Ok(Streamed { stream, memory_of_ours, slices, open, batches, memory })
    }
}

impl Side for Browser {
    fn ask(&mut self, line: &str) -> Result<String> {
        let answer = self.page.eval_async_within(&format!("bench({line:?})"), LONGEST_ROUND)?;
        answer.as_str().map(str::to_owned).context("the page's answer is no text")
    }

    fn address(&self, _: &Path, file: &str) -> String {
        format!("../{file}")
    }
}
