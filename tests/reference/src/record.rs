//! Records a file while somebody watches: so many batches at a time, as the lines of standard input say.
//!
//! ```text
//! write <n>      n more batches, a second apart, not committed      ok <last time> <last value>
//! commit         what was written is committed                      ok <committed>
//! paths          one more path is there from the next batch on      ok <its name>
//! ```
//!
//! The writer holds the file as a recorder does: mapped, locked, longer than what is committed.

use crate::archive::Archive;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use netidx::{publisher::Value, subscriber::Event};
use std::{
    io::{self, BufRead, Write},
    path::Path as FilePath,
};

/// Every batch is an update of each of the paths that are there by then.
const FIRST_PATHS: [&str; 2] = ["/plant/counter", "/plant/text"];
/// 2026-03-01T09:30:00Z.
const START: i64 = 1_772_357_400;

struct Recording {
    archive: Archive,
    paths: Vec<String>,
    written: u64,
}

/// Answers lines until the input ends.
pub fn record(file: &FilePath) -> Result<()> {
    let mut archive = Archive::create(file)?;
    archive.paths(&FIRST_PATHS)?;
    archive.flush()?;
    let paths = FIRST_PATHS.map(str::to_owned).to_vec();
    let mut recording = Recording { archive, paths, written: 0 };
    for line in io::stdin().lock().lines() {
        let answer = recording.answer(&line?);
        let mut out = io::stdout().lock();
        writeln!(out, "{}", answer.unwrap_or_else(|error| format!("error {error:#}")))?;
        out.flush()?;
    }
    Ok(())
}

impl Recording {
    fn answer(&mut self, line: &str) -> Result<String> {
        match line.split_once(' ') {
            Some(("write", count)) => {
                let (time, value) = self.write(count.parse().context("how many?")?)?;
                Ok(format!("ok {} {value}", time.to_rfc3339_opts(SecondsFormat::Secs, true)))
            }
            None if line == "commit" => {
                self.archive.flush()?;
                Ok(format!("ok {}", self.archive.written()))
            }
            None if line == "paths" => {
                let path = format!("/plant/later{}", self.paths.len());
                self.archive.paths(&[&path])?;
                self.paths.push(path.clone());
                Ok(format!("ok {path}"))
            }
            _ => bail!("no such command: {line}"),
        }
    }

    /// The time and the value of the last batch.
    fn write(&mut self, count: u64) -> Result<(DateTime<Utc>, u64)> {
        let start = DateTime::from_timestamp(START, 0).context("a time")?;
        let mut last = None;
        for _ in 0..count {
            let time = start + TimeDelta::seconds(i64::try_from(self.written)?);
            let value = self.written * 7;
            let items: Vec<(&str, Event)> = self
                .paths
                .iter()
                .map(|path| {
                    let value = match path.as_str() {
                        "/plant/text" => Value::from(format!("batch {}", self.written)),
                        _ => Value::U64(value),
                    };
                    (path.as_str(), Event::Update(value))
                })
                .collect();
            // As a recorder does now and then.
            if self.written.is_multiple_of(512) {
                self.archive.image(time, &items)?;
            }
            self.archive.delta(time, &items)?;
            self.written += 1;
            last = Some((time, value));
        }
        last.context("no batch at all")
    }
}
