//! What the viewer's benchmarks are held against: the same questions, answered by the real reader.
//!
//! A process answers lines until its input ends, so that its rounds can alternate with those of
//! others (`benches/src/lib.rs` has the other side of it):
//!
//! ```text
//! load <file>   ok <batches>
//! run <work>    ok <milliseconds> <items> <unsubscribed> <total>
//!               none                     the real reader has no such work
//!               error <why>
//! ```
//!
//! The counts tell that both did the same work.

mod dictionary;
pub mod files;
mod market;

use crate::archive;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use globset::Glob;
use netidx::{path::Path, publisher::Value, subscriber::Event};
use netidx_archive::logfile::{ArchiveReader, BatchItem, Cursor, Id};
use nohash::IntSet;
use std::{
    env, fs,
    io::{self, BufRead, Write},
    path::Path as FilePath,
    process,
    time::{Duration, Instant},
};

/// How many batches are read in one go. The quickest of 10, 100, 1,000, 10,000 and all.
const PAGE: usize = 100;
/// A round of less is repeated and its mean taken: the browser's clock has steps of 0.1 ms.
const SHORTEST: Duration = Duration::from_millis(20);
const RARE: &str = "/market/notice";
const GLOB: &str = "/market/*/sym0012?/{bid,ask,last,volume,updated}";

/// Answers lines until the input ends.
pub fn answer() -> Result<()> {
    let mut bench = None;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let answer = match line.split_once(' ') {
            Some(("load", file)) => Bench::load(file).map(|loaded| {
                let batches = loaded.reader.delta_batches();
                bench = Some(loaded);
                format!("ok {batches}")
            }),
            Some(("run", work)) => {
                bench.as_mut().context("no file is loaded").and_then(|bench| bench.run(work))
            }
            _ => Err(anyhow::anyhow!("no such command: {line}")),
        };
        let mut out = io::stdout().lock();
        writeln!(out, "{}", answer.unwrap_or_else(|error| format!("error {error:#}")))?;
        out.flush()?;
    }
    Ok(())
}

/// What was found: items, how many of them unsubscribed, and a sum that the work explains.
#[derive(Clone, Copy, Default)]
struct Count {
    items: u64,
    unsubscribed: u64,
    total: u64,
}

impl Count {
    /// The total counts floats.
    fn see(&mut self, event: &Event) {
        self.items += 1;
        match event {
            Event::Unsubscribed => self.unsubscribed += 1,
            Event::Update(Value::F64(_)) => self.total += 1,
            Event::Update(_) => {}
        }
    }

    /// The total adds up floats, in hundredths.
    fn see_value(&mut self, event: &Event) {
        self.items += 1;
        match event {
            Event::Unsubscribed => self.unsubscribed += 1,
            Event::Update(Value::F64(value)) => {
                self.total = self.total.wrapping_add((value * 100.0).round() as i64 as u64);
            }
            Event::Update(value) => {
                std::hint::black_box(value);
            }
        }
    }
}

struct Bench {
    file: String,
    reader: ArchiveReader,
    rare: IntSet<Id>,
    glob: IntSet<Id>,
    times: Vec<DateTime<Utc>>,
    last: DateTime<Utc>,
}

impl Bench {
    fn load(file: &str) -> Result<Self> {
        let reader = ArchiveReader::open(file).with_context(|| format!("open {file}"))?;
        let index = reader.index();
        let rare = index.id_for_path(&Path::from(RARE)).copied().into_iter().collect();
        let glob = Glob::new(GLOB)?.compile_matcher();
        let glob = index
            .iter_pathmap()
            .filter(|(_, path)| glob.is_match(path.as_ref() as &str))
            .map(|(id, _)| *id)
            .collect();
        let first = *index.deltamap().keys().next().context("no batches")?;
        let last = *index.deltamap().keys().next_back().context("no batches")?;
        drop(index);
        // Scattered over the file but for its beginning; the viewer's side asks for the same.
        let span = (last - first).num_nanoseconds().context("a span that i64 holds")?;
        let times = (1..=100)
            .map(|i| first + chrono::Duration::nanoseconds(span / 1_000 * (50 + i * 587 % 950)))
            .collect();
        Ok(Bench { file: file.to_owned(), reader, rare, glob, times, last })
    }

    fn run(&mut self, work: &str) -> Result<String> {
        let (mut spent, mut rounds) = (Duration::ZERO, 0);
        loop {
            let started = Instant::now();
            let count = match work {
                "open" => {
                    let reader = ArchiveReader::open(&self.file)?;
                    spent += started.elapsed();
                    let items = reader.delta_batches() as u64;
                    let total = reader.index().iter_pathmap().count() as u64;
                    Count { items, total, ..Count::default() }
                }
                "read" => self.read(None, Count::see)?,
                "values" => self.read(None, Count::see_value)?,
                "rare" => self.read(Some(&self.rare), Count::see)?,
                "glob" => self.read(Some(&self.glob), Count::see)?,
                "images" => self.images(&self.times)?,
                "replay" => self.images(&[self.last])?,
                "compress" => self.compress()?,
                _ => return Ok("none".to_owned()),
            };
            if work != "open" {
                spent += started.elapsed();
            }
            rounds += 1;
            if spent >= SHORTEST {
                let ms = spent.as_secs_f64() * 1_000.0 / f64::from(rounds);
                let Count { items, unsubscribed, total } = count;
                return Ok(format!("ok {ms} {items} {unsubscribed} {total}"));
            }
        }
    }

    fn read(&self, filter: Option<&IntSet<Id>>, see: fn(&mut Count, &Event)) -> Result<Count> {
        let mut count = Count::default();
        let mut cursor = Cursor::new();
        loop {
            let (_, page) = self.reader.read_deltas(filter, &mut cursor, PAGE)?;
            if page.is_empty() {
                return Ok(count);
            }
            for (_, batch) in page.iter() {
                for BatchItem(id, event) in batch.iter() {
                    // Batches come whole, and some without anything of the filter.
                    if filter.is_none_or(|filter| filter.contains(id)) {
                        see(&mut count, event);
                    }
                }
            }
        }
    }

    fn compress(&self) -> Result<Count> {
        let copy = env::temp_dir().join(format!("compressed-{}", process::id()));
        archive::compress(FilePath::new(&self.file), &copy)?;
        fs::remove_file(copy)?;
        let items = self.reader.delta_batches() as u64;
        Ok(Count { items, total: self.reader.image_batches() as u64, ..Count::default() })
    }

    fn images(&self, times: &[DateTime<Utc>]) -> Result<Count> {
        let mut count = Count::default();
        for time in times {
            let mut cursor = Cursor::new();
            cursor.set_current(*time);
            for event in self.reader.build_image(None, &cursor)?.values() {
                count.see(event);
            }
        }
        Ok(count)
    }
}
