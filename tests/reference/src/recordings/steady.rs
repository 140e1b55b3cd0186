//! Recordings in which nothing went wrong.

use super::{Recorded, Recording, Shard, shard::compress_in_place};
use crate::{
    rng::Rng,
    val::{self, arr, dec, s, up},
};
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use netidx::{publisher::Value, subscriber::Event};
use std::{fs, ops::Range, path::Path as FilePath};

/// A second in microseconds.
pub const S: i64 = 1_000_000;

/// Values that come at a steady pace.
pub struct Feed {
    start: DateTime<Utc>,
    paths: Vec<&'static str>,
    rng: Rng,
    count: u64,
}

impl Feed {
    /// A feed whose time 0 is `start`.
    pub fn new(start: DateTime<Utc>, paths: &[&'static str], seed: u64) -> Self {
        Feed { start, paths: paths.to_vec(), rng: Rng::new(seed), count: 0 }
    }

    /// A time of the feed.
    pub fn at(&self, us: i64) -> DateTime<Utc> {
        self.start + TimeDelta::microseconds(us)
    }

    /// Makes one more path known.
    pub fn add(&mut self, shard: &mut Shard, path: &'static str) -> Result<()> {
        self.paths.push(path);
        shard.paths(&[path])
    }

    /// The first event of every path, in one batch.
    pub fn begin(&mut self, shard: &mut Shard, us: i64) -> Result<()> {
        shard.paths(&self.paths)?;
        let items: Vec<_> = (0..self.paths.len()).map(|n| (self.paths[n], self.event(n))).collect();
        shard.delta(self.at(us), &items)
    }

    /// Batches of one to three paths, one every `step` microseconds.
    pub fn run(&mut self, shard: &mut Shard, span: Range<i64>, step: usize) -> Result<()> {
        span.step_by(step).try_for_each(|us| self.tick(shard, us))
    }

    /// One batch.
    pub fn tick(&mut self, shard: &mut Shard, us: i64) -> Result<()> {
        let paths = self.paths.len();
        let count = 1 + self.rng.below(3) as usize;
        let first = self.rng.below(paths as u64) as usize;
        let items: Vec<_> = (first..first + count.min(paths))
            .map(|n| (self.paths[n % paths], self.event(n % paths)))
            .collect();
        shard.delta(self.at(us), &items)
    }

    fn event(&mut self, path: usize) -> Event {
        self.count += 1;
        let (n, rng) = (self.count, &mut self.rng);
        if rng.one_in(25) {
            return if rng.one_in(2) { Event::Unsubscribed } else { up(Value::Null) };
        }
        up(match path % 6 {
            0 => Value::F64(rng.between(-400, 400) as f64 / 8.),
            1 => Value::U64(n),
            2 => s(["idle", "running", "stopped"][rng.below(3) as usize]),
            3 => dec(&format!("{}.{:02}", n, rng.below(100))),
            4 => Value::Bool(rng.one_in(2)),
            _ => arr([Value::I64(-(n as i64)), s("x"), Value::Null]),
        })
    }
}

const PUMPS: [&str; 5] = [
    "/plant/pump1/pressure",
    "/plant/pump1/strokes",
    "/plant/pump1/state",
    "/plant/pump2/flow",
    "/plant/pump2/open",
];
const QUOTES: [&str; 4] =
    ["/market/AAA/bid", "/market/AAA/volume", "/market/AAA/state", "/market/BBB/bid"];

/// Half past nine, with the nanoseconds of a real clock.
fn odd_start() -> DateTime<Utc> {
    val::time(1_772_357_400, 123_456_789)
}

pub fn plain(root: &FilePath) -> Result<Recording> {
    let mut plant = Shard::open(root, "0")?;
    let mut feed = Feed::new(val::start(), &PUMPS, 40);
    feed.begin(&mut plant, 0)?;
    feed.run(&mut plant, S / 4..10 * S, 150_000)?;
    plant.image(feed.at(10 * S))?;
    feed.run(&mut plant, 10 * S + S / 4..20 * S, 150_000)?;
    plant.rotate_and_compress(feed.at(20 * S))?;
    plant.image(feed.at(20 * S))?;
    feed.run(&mut plant, 20 * S + S / 4..40 * S, 150_000)?;
    let later_compressed = plant.rotate_with_image(feed.at(40 * S + 500_000))?;
    feed.run(&mut plant, 41 * S..45 * S, 500_000)?;
    feed.add(&mut plant, "/plant/late")?;
    feed.run(&mut plant, 45 * S..61 * S, 500_000)?;
    plant.rotate_with_image(feed.at(61 * S + 250))?;
    feed.run(&mut plant, 62 * S..80 * S, S as usize)?;
    plant.rotate_with_image(feed.at(80 * S))?;
    feed.run(&mut plant, 81 * S..90 * S, S as usize)?;
    plant.image(feed.at(90 * S))?;
    feed.run(&mut plant, 91 * S..95 * S, S as usize)?;
    let plant = plant.finish()?;
    compress_in_place(&later_compressed)?;

    let mut market = Shard::open(root, "1")?;
    let mut feed = Feed::new(odd_start(), &QUOTES, 41);
    feed.begin(&mut market, 0)?;
    feed.run(&mut market, 250_000..30 * S, 250_000)?;
    let later_compressed = market.rotate_with_image(feed.at(30 * S))?;
    feed.run(&mut market, 31 * S..70 * S, S as usize)?;
    market.rotate_with_image(feed.at(70 * S))?;
    feed.run(&mut market, 71 * S..96 * S, S as usize)?;
    let market = market.finish()?;
    compress_in_place(&later_compressed)?;

    Ok(Recording::new(
        "two shards that use the same ids for different paths; rotated at different times, an image after \
         each rotation; compressed at the rotation, later, and not; /plant/late is added late",
        vec![Recorded::new("0", plant), Recorded::new("1", market)],
    ))
}

pub fn deltas_only(root: &FilePath) -> Result<Recording> {
    let mut shard = Shard::open(root, "0")?;
    let mut feed = Feed::new(odd_start(), &PUMPS, 42);
    feed.begin(&mut shard, 0)?;
    for rotation in 1..=4 {
        feed.run(&mut shard, (rotation - 1) * 10 * S + S / 2..rotation * 10 * S, 500_000)?;
        shard.rotate(feed.at(rotation * 10 * S))?;
        if rotation == 2 {
            feed.add(&mut shard, "/plant/late")?;
        }
    }
    feed.run(&mut shard, 41 * S..46 * S, S as usize)?;
    Ok(Recording::new(
        "no image at all: the state comes from the deltas of all files before",
        vec![Recorded::new("0", shard.finish()?)],
    ))
}

pub fn no_current(root: &FilePath) -> Result<Recording> {
    let files = two_files_and_current(root, 43)?;
    fs::remove_file(root.join("0/current"))?;
    Ok(Recording::new("rotated files that were copied away: no current", rotated_only(files)))
}

pub fn no_pathindex(root: &FilePath) -> Result<Recording> {
    let files = two_files_and_current(root, 44)?;
    fs::remove_file(root.join("0/pathindex"))?;
    Ok(Recording::new(
        "data files without their pathindex: ids, and no path",
        vec![Recorded::new("0", files)],
    ))
}

type Files = Vec<super::shard::DataFile>;

fn two_files_and_current(root: &FilePath, seed: u64) -> Result<Files> {
    let mut shard = Shard::open(root, "0")?;
    let mut feed = Feed::new(val::start(), &PUMPS, seed);
    feed.begin(&mut shard, 0)?;
    for rotation in 1..=2 {
        feed.run(&mut shard, (rotation - 1) * 10 * S + S / 2..rotation * 10 * S, 500_000)?;
        shard.rotate_with_image(feed.at(rotation * 10 * S))?;
    }
    feed.run(&mut shard, 21 * S..26 * S, S as usize)?;
    shard.finish()
}

fn rotated_only(mut files: Files) -> Vec<Recorded> {
    files.retain(|file| file.rotated.is_some());
    vec![Recorded::new("0", files)]
}

pub fn two_shards_one_path(root: &FilePath) -> Result<Recording> {
    const EAST: [&str; 3] = ["/shared/level", "/east/rate", "/east/state"];
    const WEST: [&str; 3] = ["/west/rate", "/west/count", "/shared/level"];
    let mut shards = Vec::new();
    for (name, paths, seed) in [("east", EAST, 45), ("west", WEST, 46)] {
        let mut shard = Shard::open(root, name)?;
        let mut feed = Feed::new(odd_start(), &paths, seed);
        let shift = if name == "west" { 100_000 } else { 0 };
        feed.begin(&mut shard, shift)?;
        feed.run(&mut shard, shift + S / 2..shift + 10 * S, 500_000)?;
        shard.rotate_with_image(feed.at(shift + 10 * S))?;
        feed.run(&mut shard, shift + 11 * S..shift + 20 * S, S as usize)?;
        shards.push(Recorded::new(name, shard.finish()?));
    }
    Ok(Recording::new(
        "two shards that both have /shared/level, by different ids and with different values",
        shards,
    ))
}
