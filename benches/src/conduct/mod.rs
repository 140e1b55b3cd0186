//! Asks all sides in turn, and tells what came out.
//!
//! ```text
//! file by file:   load, load, load
//! work by work:   warm up each; then rounds of  native │ wasm │ reference
//! ```
//!
//! What else goes on at the machine so weighs on each side alike, and medians forget the worst of it.

mod frames;
mod machine;
mod report;
mod side;
mod sizes;

use anyhow::{Context, Result, bail};
use netidx_archive_bench::{
    ROWS, Row,
    work::{FIRST_LOAD_TARGET, INDEX_TARGET, MEMORY},
};
use report::{File, Memory, Report, Times};
use side::{Browser, Program, Side};
use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

const ROUNDS: usize = 9;
const FEWEST_ROUNDS: usize = 3;
/// A row whose rounds take longer has fewer of them; one whose first alone does has no other.
const PATIENCE: Duration = Duration::from_secs(20);

/// Files of 1 GB, of small records and of large ones, that are opened from the disk; the most that
/// may take, as a part of what a plain read of them takes.
const STREAMED: [&str; 2] = ["S", "L"];
const STREAMED_TARGET: f64 = 1.3;

/// What is wanted.
pub struct Plan {
    rounds: usize,
    /// Why there is no reference, where there is none.
    without_reference: Option<String>,
    /// Rows whose file is one of these or whose title has one of these; all where there are none.
    words: Vec<String>,
}

impl Plan {
    /// Reads arguments.
    pub fn parse(args: &[String]) -> Result<Plan> {
        let mut plan = Plan { rounds: ROUNDS, without_reference: None, words: Vec::new() };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--rounds" => {
                    let rounds = args.next().context("--rounds takes a number")?;
                    plan.rounds = rounds.parse().context("--rounds takes a number")?;
                }
                "--without-reference" => plan.without_reference = args.next().cloned(),
                option if option.starts_with('-') => bail!("no such option: {option}"),
                word => plan.words.push(word.to_owned()),
            }
        }
        Ok(plan)
    }

    fn wants(&self, file: &str, title: &str) -> bool {
        let wanted = |word: &String| word == file || title.contains(word.as_str());
        self.words.is_empty() || self.words.iter().any(wanted)
    }
}

/// Measures, prints the table, and writes `target/bench.json`.
pub fn run(plan: Plan) -> Result<()> {
    let folder = xtask::bench::folder();
    let machine = machine::facts();
    let sample = xtask::cmd::root().join("www/sample.archive");
    let copy = folder.join("sample.archive");
    if copy.exists() {
        std::fs::remove_file(&copy)
            .with_context(|| format!("cannot replace {}", copy.display()))?;
    }
    std::fs::copy(&sample, &copy).with_context(|| format!("cannot copy {}", sample.display()))?;

    let mut report = Report::new(machine, plan.without_reference.clone());
    let rows: Vec<&Row> =
        ROWS.iter().filter(|row| plan.wants(row.file, row.work.title())).collect();
    let streamed = STREAMED.into_iter().filter(|name| plan.wants(name, "open from the disk"));
    let streamed: Vec<&str> = streamed.collect();
    if !(rows.is_empty() && streamed.is_empty()) {
        // The sides end with this: the page has the machine to itself.
        archives(Sides::start(&folder, &plan)?, &folder, &plan, &rows, &streamed, &mut report)?;
    }
    // What was measured before is told whatever comes of the page.
    let frames = frames::run(&folder, |file, title| plan.wants(file, title), &mut report)
        .context("frames of the page");
    if plan.wants("dist", "size") {
        report.sizes(sizes::of_site(&xtask::site::dist())?, FIRST_LOAD_TARGET);
    }
    report.finish(&xtask::cmd::root().join("target/bench.json"))?;
    frames
}

/// The work on the archives themselves, on every side.
fn archives(
    mut sides: Sides,
    folder: &Path,
    plan: &Plan,
    rows: &[&'static Row],
    streamed: &[&str],
    report: &mut Report,
) -> Result<()> {
    for rows in rows.chunk_by(|one, two| one.file == two.file) {
        let name = rows[0].file;
        let Ok(metadata) = std::fs::metadata(folder.join(format!("{name}.archive"))) else {
            report.miss(name);
            continue;
        };
        let batches = sides.load(folder, name).with_context(|| format!("file {name}"))?;
        let file = File { name, bytes: metadata.len(), batches };
        if MEMORY.contains(&name) {
            let (before, after) = sides.wasm.memory()?;
            let target = (INDEX_TARGET.0 == name).then_some(INDEX_TARGET.1);
            report.memory(&file, Memory { before, after, target });
        }
        for row in rows {
            match sides.measure(row, plan.rounds) {
                Ok(times) => report.row(row, &file, times),
                Err(error) => report.fail(row, &error),
            }
        }
    }
    for name in streamed {
        let file = folder.join(format!("{name}.archive"));
        match std::fs::metadata(&file) {
            Ok(metadata) => {
                let times = sides.wasm.stream(&file).with_context(|| format!("file {name}"))?;
                report.streamed(name, metadata.len(), &times, STREAMED_TARGET);
            }
            Err(_) => report.miss(name),
        }
    }
    Ok(())
}

struct Sides {
    native: Program,
    wasm: Browser,
    reference: Option<Program>,
}

impl Sides {
    fn start(folder: &Path, plan: &Plan) -> Result<Sides> {
        let mut native = Command::new(std::env::current_exe().context("where is this program?")?);
        native.arg("answer");
        let reference = match plan.without_reference {
            Some(_) => None,
            None => {
                let mut reference = xtask::fixtures::reference()?;
                reference.arg("bench");
                Some(Program::start(reference).context("the reference")?)
            }
        };
        let wasm = Browser::start(folder).context("the browser")?;
        Ok(Sides { native: Program::start(native)?, wasm, reference })
    }

    fn load(&mut self, folder: &Path, file: &str) -> Result<u64> {
        let file = format!("{file}.archive");
        let batches = self.native.load(folder, &file).context("native")?;
        let wasm = self.wasm.load(folder, &file).context("wasm")?;
        let theirs = self.reference.as_mut().map(|reference| reference.load(folder, &file));
        let theirs = theirs.transpose().context("reference")?.unwrap_or(batches);
        if (wasm, theirs) != (batches, batches) {
            bail!("native sees {batches} batches, wasm {wasm}, the reference {theirs}");
        }
        Ok(batches)
    }

    /// Rounds of each side in turn. The first of each warms up and is not counted, unless it is so long
    /// that what warming up gains is lost in it.
    fn measure(&mut self, row: &Row, rounds: usize) -> Result<Times> {
        let (ours, theirs) = (row.work.name(), row.work.for_reference().name());
        let mut times = Times::default();
        let started = Instant::now();
        let mut round = 0;
        while round <= rounds {
            // There is none where two workers share the work.
            let native = self.native.run(ours).context("native")?;
            let wasm = self.wasm.run(ours).context("wasm")?.context("no such work in wasm")?;
            let reference = match &mut self.reference {
                Some(reference) => reference.run(theirs).context("reference")?,
                None => None,
            };
            for (side, answer) in [("natively", &native), ("the reference", &reference)] {
                if let Some(answer) = answer
                    && answer.count != wasm.count
                {
                    bail!("in wasm it counts {}, {side} {}", wasm.count, answer.count);
                }
            }
            times.count = wasm.count;
            let is_long = round == 0 && started.elapsed() > PATIENCE;
            if round > 0 || is_long {
                times.native.extend(native.map(|answer| answer.ms));
                times.wasm.push(wasm.ms);
                times.reference.extend(reference.map(|answer| answer.ms));
            }
            round += 1;
            if is_long || round > FEWEST_ROUNDS && started.elapsed() > PATIENCE {
                break;
            }
        }
        Ok(times)
    }
}
