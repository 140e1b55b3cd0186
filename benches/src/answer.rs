//! The native side.

use anyhow::{Context, Result, anyhow, bail};
use netidx_archive_bench::{Bench, Work};
use std::{
    fs,
    io::{self, BufRead, Write},
    sync::LazyLock,
    time::Instant,
};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn now() -> f64 {
    START.elapsed().as_secs_f64() * 1_000.0
}

/// Answers lines until the input ends.
pub fn lines() -> Result<()> {
    let mut bench = None;
    for line in io::stdin().lock().lines() {
        let answer = answer(&mut bench, &line?);
        let mut out = io::stdout().lock();
        writeln!(out, "{}", answer.unwrap_or_else(|error| format!("error {error:#}")))?;
        out.flush()?;
    }
    Ok(())
}

fn answer(bench: &mut Option<Bench>, line: &str) -> Result<String> {
    let text = |error: Box<dyn std::error::Error>| anyhow!("{error}");
    match line.split_once(' ') {
        Some(("load", file)) => {
            // What was open before takes no memory from what comes.
            *bench = None;
            let file = file.to_owned();
            let loaded =
                bench.insert(Bench::open(move || Ok(fs::read(&file)?), now).map_err(text)?);
            Ok(format!("ok {}", loaded.batches()))
        }
        Some(("run", work)) => {
            let work = Work::from_name(work).with_context(|| format!("no work {work}"))?;
            if work == Work::Halves {
                // An archive stays in one thread. What two workers gain is the browser's to show.
                return Ok("none".to_owned());
            }
            let (ms, count) =
                bench.as_mut().context("no file is loaded")?.run(work).map_err(text)?;
            Ok(format!("ok {ms} {count}"))
        }
        _ => bail!("no such command: {line}"),
    }
}
