//! A file that the real `netidx-archive` records while the page follows it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use e2e::browsers::Test;
use e2e::support::{open, position, record, recorded, same};
use e2e::{Page, picture, table};

pub const TESTS: &[(&str, Test)] = &[("a_recording_is_followed_as_it_is_committed", followed)];

/// The real writer, at work on a file.
struct Recorder {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Recorder {
    fn start(file: &Path) -> Result<Recorder> {
        let mut command = xtask::fixtures::reference()?;
        command.arg("record").arg(file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().context("the real netidx-archive does not start")?;
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().context("it has no output")?);
        Ok(Recorder { process, input, output })
    }

    /// Sends a line; what comes back behind `ok`.
    fn ask(&mut self, line: &str) -> Result<String> {
        let input = self.input.as_mut().context("it has no input")?;
        writeln!(input, "{line}").and_then(|()| input.flush())?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        match answer.trim_end().split_once(' ') {
            Some(("ok", rest)) => Ok(rest.to_owned()),
            _ => bail!("{line:?} is answered {answer:?}"),
        }
    }

    /// Writes batches; the time and the counter of the last.
    fn write(&mut self, count: u32) -> Result<(String, String)> {
        let answer = self.ask(&format!("write {count}"))?;
        let (time, value) = answer.split_once(' ').context("a time and a value")?;
        Ok((time.to_owned(), value.to_owned()))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // The end of its input is the end of a recorder; one that does not see it is ended.
        drop(self.input.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The image's paths and values.
fn values(page: &Page) -> Result<Vec<(String, String)>> {
    let rows = table::window(&page.get("grid", "Image")?)?.rows;
    Ok(rows.iter().map(|it| (it.cell("Path").to_owned(), it.cell("Value").to_owned())).collect())
}

/// Waits for a batch of some second: the writer makes of times what it likes, by microseconds.
fn shows(page: &Page, time: &str, counter: &str) -> Result<()> {
    let second = time.trim_end_matches('Z');
    page.wait(&format!("a position in {second}"), || {
        Ok(position(page)?.starts_with(second).then_some(()))
    })?;
    let wanted = ("/plant/counter".to_owned(), counter.to_owned());
    let mut last = Vec::new();
    page.wait(&format!("{wanted:?}"), || {
        last = values(page)?;
        Ok(last.contains(&wanted).then_some(()))
    })
    .with_context(|| format!("shown is {last:?}"))
}

fn followed(page: &Page) -> Result<()> {
    let file = e2e::root().join("target/e2e/recording");
    std::fs::create_dir_all(file.parent().context("a folder")?)?;
    let mut recorder = Recorder::start(&file)?;
    let (time, value) = recorder.write(5)?;
    recorder.ask("commit")?;
    open(page, &file)?;
    page.get("switch", "Follow")?.click()?;
    shows(page, &time, &value)?;

    // Many small commits, as a recorder does them; one of them with a path that is new.
    let (mut time, mut value) = (time, value);
    for round in 0..12 {
        if round == 6 {
            recorder.ask("paths")?;
        }
        (time, value) = recorder.write(1 + round * 3)?;
        recorder.ask("commit")?;
        if round % 3 == 2 {
            shows(page, &time, &value)?;
        }
        std::thread::sleep(Duration::from_millis(400));
    }
    shows(page, &time, &value)?;
    ensure!(values(page)?.iter().any(|(path, _)| path.starts_with("/plant/later")), "no new path");

    // What is written and not committed is not shown, however often the page looks.
    record(page)?;
    let (newer, newest) = recorder.write(40)?;
    std::thread::sleep(Duration::from_millis(3_500));
    let (seen, second) = (recorded(page)?, time.trim_end_matches('Z'));
    ensure!(seen.iter().all(|it| it.starts_with(second)), "shown uncommitted: {seen:?}");
    shows(page, &time, &value)?;
    recorder.ask("commit")?;
    shows(page, &newer, &newest)?;

    // Thousands at once, across several growths of the file by its writer.
    let (time, value) = recorder.write(30_000)?;
    recorder.ask("commit")?;
    shows(page, &time, &value)?;
    same("what the alert says", page.said("alert")?, String::new())?;
    picture::take(page, "recording")?;

    // The recorder ends: the file stays as it is, and so does what is shown.
    drop(recorder);
    std::thread::sleep(Duration::from_millis(2_500));
    shows(page, &time, &value)?;
    page.get("button", "Beginning")?.click()?;
    shows(page, "2026-03-01T09:30:00Z", "0")
}
