//! One open file and the work on it. Knows neither clock nor disk: both are handed in.

use crate::Work;
use netidx_archive_viewer::{
    archive::Archive,
    export::{BuildIndex, Compress, Encoder, Options, finish_dictionary},
    format::{Event, Kind, Value},
    query::{Cursor, Deltas, Filter, Selection, image},
    time::{Span, Timestamp},
};
use std::{fmt, hint::black_box, ops::Bound};

/// A round of less is repeated and its mean taken: the browser's clock has steps of 0.1 ms.
const SHORTEST_MS: f64 = 20.0;
const RARE: &str = "/market/notice";
const GLOB: &str = "/market/*/sym0012?/{bid,ask,last,volume,updated}";

/// What was found: items, how many of them unsubscribed, and a sum that the work explains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    items: u64,
    unsubscribed: u64,
    total: u64,
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.items, self.unsubscribed, self.total)
    }
}

impl std::ops::Add for Count {
    type Output = Count;

    fn add(self, other: Count) -> Count {
        Count {
            items: self.items + other.items,
            unsubscribed: self.unsubscribed + other.unsubscribed,
            total: self.total.wrapping_add(other.total),
        }
    }
}

impl Count {
    /// The total counts floats.
    #[inline(always)]
    fn see(&mut self, event: &Event<'_>) {
        self.items += 1;
        match event.kind() {
            None => self.unsubscribed += 1,
            Some(Kind::F64) => self.total += 1,
            Some(_) => {}
        }
    }

    /// The total adds up floats, in hundredths.
    fn see_value(&mut self, event: &Event<'_>) -> Result<()> {
        self.items += 1;
        match event.value()? {
            None => self.unsubscribed += 1,
            Some(Value::F64(value)) => {
                self.total = self.total.wrapping_add((value * 100.0).round() as i64 as u64);
            }
            Some(value) => {
                black_box(value);
            }
        }
        Ok(())
    }
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Milliseconds since some moment.
pub type Clock = fn() -> f64;

/// An open file.
pub struct Bench {
    /// The bytes of the file, anew for every opening.
    bytes: Box<dyn Fn() -> Result<Vec<u8>>>,
    clock: Clock,
    /// Closed only while it is opened again, so that memory never holds it twice.
    archive: Option<Archive>,
    rare: Option<Selection>,
    glob: Option<Selection>,
}

impl Bench {
    /// Opens a file.
    pub fn open(bytes: impl Fn() -> Result<Vec<u8>> + 'static, clock: Clock) -> Result<Bench> {
        let archive = Archive::open(bytes()?)?;
        let select = |glob| Filter::from_globs([glob]).map(|f| f.select(&archive.index().paths));
        Ok(Bench {
            rare: select(RARE)?,
            glob: select(GLOB)?,
            bytes: Box::new(bytes),
            clock,
            archive: Some(archive),
        })
    }

    /// How many delta batches the file has.
    pub fn batches(&self) -> usize {
        self.archive.as_ref().map_or(0, |archive| archive.index().deltas.len())
    }

    /// Does the work, again and again until it took long enough for the clock, and says how many
    /// milliseconds it took once and what it found.
    pub fn run(&mut self, work: Work) -> Result<(f64, Count)> {
        let (mut spent, mut rounds) = (0.0, 0);
        loop {
            let (ms, count) = self.once(work)?;
            spent += ms;
            rounds += 1;
            // Halves are timed from outside, where they start and end together.
            if spent >= SHORTEST_MS || matches!(work, Work::Half(_)) {
                return Ok((spent / f64::from(rounds), count));
            }
        }
    }

    fn once(&mut self, work: Work) -> Result<(f64, Count)> {
        if work == Work::Open {
            self.archive = None;
            let bytes = (self.bytes)()?;
            let started = (self.clock)();
            let archive = Archive::open(bytes)?;
            let ms = (self.clock)() - started;
            let index = archive.index();
            let (items, total) = (index.deltas.len() as u64, index.paths.len() as u64);
            self.archive = Some(archive);
            return Ok((ms, Count { items, total, ..Count::default() }));
        }
        let archive = self.archive.as_ref().ok_or("the file was not opened again")?;
        let started = (self.clock)();
        let count = match work {
            Work::Read => read(archive, None, &Cursor::default())?,
            Work::Values => values(archive)?,
            Work::Half(half) => read(archive, None, &half_of(archive, half))?,
            Work::Halves => return Err("two workers are asked for half each".into()),
            Work::Rare => read(archive, self.rare.as_ref(), &Cursor::default())?,
            Work::Glob => read(archive, self.glob.as_ref(), &Cursor::default())?,
            Work::Images => images(archive, &scattered(archive))?,
            Work::Replay => images(archive, archive.index().deltas.last().as_slice())?,
            Work::Index => index(archive)?,
            Work::Compress => compress(archive)?,
            Work::Open => unreachable!("handled above"),
        };
        Ok(((self.clock)() - started, count))
    }
}

fn read(archive: &Archive, selection: Option<&Selection>, cursor: &Cursor) -> Result<Count> {
    let mut count = Count::default();
    let mut deltas = Deltas::new(archive, selection, cursor);
    while let Some(batch) = deltas.next_batch() {
        batch?.visit(|item| count.see(&item.event))?;
    }
    Ok(count)
}

/// By items: where each value is decoded, visiting them takes longer.
fn values(archive: &Archive) -> Result<Count> {
    let (mut count, everything) = (Count::default(), Cursor::default());
    let mut deltas = Deltas::new(archive, None, &everything);
    while let Some(batch) = deltas.next_batch() {
        for item in batch?.items() {
            count.see_value(&item?.event)?;
        }
    }
    Ok(count)
}

/// The batches of a copy, and how many of them are images.
fn copied(archive: &Archive, copy: u64) -> Count {
    black_box(copy);
    let index = archive.index();
    Count { items: index.deltas.len() as u64, total: index.images.len() as u64, ..Count::default() }
}

fn index(archive: &Archive) -> Result<Count> {
    let (mut export, mut bytes) = (BuildIndex::new(archive), 0);
    while export.step()? {
        bytes += black_box(export.take()).len() as u64;
    }
    Ok(copied(archive, bytes))
}

fn compress(archive: &Archive) -> Result<Count> {
    let options = Options::default();
    let mut export = Compress::new(archive, &options)?;
    while export.train()? {}
    let dictionary = export.lesson().and_then(|lesson| finish_dictionary(&lesson));
    let dictionary = dictionary.unwrap_or_default();
    let mut encoder = Encoder::new(&dictionary, options.level)?;
    export.begin(&dictionary)?;
    while let Some((heads, chunk)) = export.chunk()? {
        export.write(heads, &encoder.encode(&chunk)?)?;
        black_box(export.take());
    }
    Ok(copied(archive, export.written()))
}

/// The first or the second half of the batches.
fn half_of(archive: &Archive, half: u8) -> Cursor {
    let deltas = &archive.index().deltas;
    let middle = deltas.times().nth(deltas.len() / 2);
    match (middle, half) {
        (None, _) => Cursor::default(),
        (Some(middle), 0) => Cursor::new(Bound::Unbounded, Bound::Excluded(middle)),
        (Some(middle), _) => Cursor::new(Bound::Included(middle), Bound::Unbounded),
    }
}

fn images(archive: &Archive, times: &[Timestamp]) -> Result<Count> {
    let mut count = Count::default();
    for time in times {
        let image = image(archive, None, Bound::Included(*time));
        for entry in image.entries() {
            count.see(&image.event(entry)?);
        }
    }
    Ok(count)
}

/// 100 times over all of the file but its beginning, where the real reader lacks what only an
/// image has. The reference's side asks for the same.
fn scattered(archive: &Archive) -> Vec<Timestamp> {
    let deltas = &archive.index().deltas;
    let (Some(first), Some(last)) = (deltas.first(), deltas.last()) else { return Vec::new() };
    let span = last.nanos() - first.nanos();
    let after = |i: i64| Span::from_nanos(span / 1_000 * (50 + i * 587 % 950));
    (1..=100).map(|i| first.saturating_add(after(i))).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::work::ROWS;

    fn sample() -> Bench {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/sample.archive");
        Bench::open(move || Ok(std::fs::read(file)?), || 0.0).expect("the sample opens")
    }

    #[test]
    fn halves_are_the_whole() {
        let mut bench = sample();
        let mut count = |work| bench.once(work).expect("the sample is sound").1;
        let whole = count(Work::Read);
        assert!(whole.items > 0 && whole.total > 0);
        assert_eq!(count(Work::Half(0)) + count(Work::Half(1)), whole);
        assert_eq!(count(Work::Values).items, whole.items);
    }

    #[test]
    fn every_work_of_the_table_runs() {
        let mut bench = sample();
        for row in ROWS.iter().filter(|row| row.work != Work::Halves) {
            bench.once(row.work).unwrap_or_else(|error| panic!("{:?}: {error}", row.work));
        }
    }
}
