//! A market of any size: prices that walk at random, volumes, times and states of symbols.
//!
//! ```text
//! /market/{lse,nyse,xetra}/symNNNNN/{bid,ask,last,volume,updated,status}
//! /market/notice, /market/holiday      rare: about 20 updates in a file
//! ```
//!
//! Every path is updated in the first batches, one after the other. From there on the state that
//! the real reader replays from the start is also what it would read from an image.

use super::files::Plan;
use crate::{
    archive::Archive,
    rng::Rng,
    val::{s, start, up},
};
use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use netidx::{publisher::Value, subscriber::Event};
use netidx_archive::logfile::Id;
use std::path::Path;

const EXCHANGES: [&str; 3] = ["lse", "nyse", "xetra"];
const FIELDS: [&str; 6] = ["bid", "ask", "last", "volume", "updated", "status"];
const STATES: [&str; 4] = ["open", "halted", "auction", "closed"];
const RARE: [&str; 2] = ["/market/notice", "/market/holiday"];
/// How long a file goes on, in microseconds: a day at the exchange.
const DAY: i64 = 30_600_000_000;

/// A file of a plan in the making.
pub struct Market<'a> {
    plan: &'a Plan,
    rng: Rng,
    symbols: Vec<Symbol>,
    now: DateTime<Utc>,
    /// The last event of every path, where there are images.
    state: Vec<Event>,
}

struct Symbol {
    hundredths: i64,
    volume: u64,
}

impl<'a> Market<'a> {
    /// The market before its first batch.
    pub fn new(plan: &'a Plan) -> Self {
        let mut rng = Rng::new(plan.seed);
        let symbols = (0..plan.symbols)
            .map(|_| Symbol { hundredths: rng.between(200, 150_000), volume: 0 })
            .collect();
        let state = vec![Event::Unsubscribed; paths_of(plan)];
        Self { plan, rng, symbols, now: start(), state }
    }

    /// Writes all of the file.
    pub fn write(mut self, file: &Path) -> Result<()> {
        let mut archive = Archive::create(file)?;
        let paths: Vec<String> = (0..paths_of(self.plan)).map(|path| self.name(path)).collect();
        archive.paths(&paths)?;
        let ids = paths.iter().map(|path| archive.id(path).context("a path has an id"));
        let ids: Vec<Id> = ids.collect::<Result<_>>()?;
        let step = DAY / self.plan.batches as i64;
        for number in 0..self.plan.batches {
            self.tick(step);
            if let Some(every) = self.plan.image_every
                && number > 0
                && number % every == 0
            {
                let image = ids.iter().copied().zip(self.state.iter().cloned());
                archive.batch_by_id(true, self.now, image)?;
                self.tick(step);
            }
            let (now, wanted) = (self.now, self.chosen(number));
            let items = wanted.into_iter().map(|path| {
                let event = self.event(path);
                if self.plan.image_every.is_some() {
                    self.state[path] = event.clone();
                }
                (ids[path], event)
            });
            archive.batch_by_id(false, now, items)?;
        }
        archive.finish()
    }

    fn tick(&mut self, step: i64) {
        self.now += TimeDelta::microseconds(self.rng.between(step / 2 + 1, step * 3 / 2));
    }

    fn name(&self, path: usize) -> String {
        let (symbol, field) = (path / FIELDS.len(), path % FIELDS.len());
        match self.symbols.get(symbol) {
            Some(_) => {
                let exchange = EXCHANGES[symbol % EXCHANGES.len()];
                format!("/market/{exchange}/sym{symbol:05}/{}", FIELDS[field])
            }
            None => RARE[field].to_owned(),
        }
    }

    /// The paths of a batch.
    fn chosen(&mut self, number: usize) -> Vec<usize> {
        let (fewest, most) = self.plan.items;
        let count = self.rng.between(fewest as i64, most as i64) as usize;
        let all = paths_of(self.plan);
        let first = number * most;
        if first < all {
            return (first..all.min(first + most)).collect();
        }
        if count * 2 > all {
            // Nearly every path: those that are left out are the exception.
            let left_out = all - count;
            let from = self.rng.below(all as u64) as usize;
            return (0..all).filter(|path| (path + from) % all >= left_out).collect();
        }
        let mut paths: Vec<usize> = (0..count).map(|_| self.path()).collect();
        // Each of the two in turn.
        let every = self.plan.batches / 40;
        if number % every == 7 {
            *paths.last_mut().expect("no batch is empty") = all - 1 - number / every % RARE.len();
        }
        paths
    }

    /// A path of some symbol, of those in front more often.
    fn path(&mut self) -> usize {
        let symbols = self.symbols.len() as u64;
        let symbol = self.rng.below(symbols).min(self.rng.below(symbols)) as usize;
        let field = match self.rng.below(100) {
            0..36 => 0,
            36..72 => 1,
            72..90 => 2,
            90..96 => 3,
            96..99 => 4,
            _ => 5,
        };
        symbol * FIELDS.len() + field
    }

    fn event(&mut self, path: usize) -> Event {
        if self.rng.one_in(2_000) {
            return Event::Unsubscribed;
        }
        let Some(symbol) = self.symbols.get_mut(path / FIELDS.len()) else {
            return up(s(&format!("notice {} of the day", self.rng.below(1_000))));
        };
        symbol.hundredths = (symbol.hundredths + self.rng.between(-9, 9)).max(100);
        let price = |ticks: i64| up(Value::F64(ticks as f64 / 100.0));
        match FIELDS[path % FIELDS.len()] {
            "bid" => price(symbol.hundredths - 2),
            "ask" => price(symbol.hundredths + 2),
            "last" => price(symbol.hundredths),
            "volume" => {
                symbol.volume += 100 * (1 + self.rng.below(40));
                up(Value::V64(symbol.volume))
            }
            "updated" => up(Value::from(self.now)),
            _ => up(s(STATES[self.rng.below(STATES.len() as u64) as usize])),
        }
    }
}

fn paths_of(plan: &Plan) -> usize {
    plan.symbols * FIELDS.len() + RARE.len()
}
