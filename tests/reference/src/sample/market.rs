//! Two venues whose prices walk at random.

use crate::{
    rng::Rng,
    val::{arr, dec, dt, map, s, up},
};
use chrono::{DateTime, Utc};
use netidx::{publisher::Value, subscriber::Event};

/// London: symbol and price in hundredths.
pub const LSE: &[(&str, i64)] = &[
    ("ALDB", 41_250),
    ("BRWK", 8_775),
    ("CRNL", 129_400),
    ("DOVE", 2_310),
    ("ESKM", 56_120),
    ("FENN", 17_945),
    ("GLNH", 93_060),
    ("HALM", 6_482),
    ("ILFC", 31_005),
    ("KESW", 74_880),
    ("LOCH", 11_215),
    ("MERC", 22_630),
    ("NORF", 4_919),
];

/// New York.
pub const NYSE: &[(&str, i64)] = &[
    ("ABQX", 10_137),
    ("BLUF", 25_402),
    ("CDRA", 5_518),
    ("DKTA", 87_364),
    ("ELKO", 3_291),
    ("FRMT", 14_076),
    ("GRND", 46_650),
    ("HDSN", 19_833),
    ("IRON", 7_245),
    ("JNPR", 62_910),
    ("KNXV", 2_884),
    ("LRMI", 33_347),
];

/// What a venue does.
#[derive(Clone, Copy, PartialEq)]
pub enum Phase {
    /// Nothing moves.
    Closed,
    /// Orders gather: quotes, no trades.
    Auction,
    /// Quotes and trades.
    Open,
    /// Nobody listens.
    Lost,
}

struct Symbol {
    name: String,
    hundredths: i64,
    opened_at: i64,
    halted: bool,
    volume: u64,
}

/// A market and its symbols.
pub struct Venue {
    /// The path component.
    pub name: &'static str,
    phase: Phase,
    symbols: Vec<Symbol>,
}

type Items = Vec<(String, Event)>;

impl Venue {
    /// A venue before its first quote.
    pub fn new(name: &'static str, symbols: &[(&str, i64)], phase: Phase) -> Self {
        let symbols = symbols.iter().map(|(name, price)| Symbol::new(name, *price)).collect();
        Venue { name, phase, symbols }
    }

    /// All paths of the venue.
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<_> =
            ["status", "summary", "opened"].map(|p| format!("/market/{}/{p}", self.name)).into();
        for symbol in &self.symbols {
            paths.extend(FIELDS.map(|f| self.path(symbol, f)));
        }
        paths
    }

    fn path(&self, symbol: &Symbol, field: &str) -> String {
        format!("/market/{}/{}/{field}", self.name, symbol.name)
    }

    /// Adds a symbol and says which paths that makes.
    pub fn list(&mut self, name: &str, hundredths: i64) -> Vec<String> {
        let symbol = Symbol::new(name, hundredths);
        let paths = FIELDS.map(|f| self.path(&symbol, f)).into();
        self.symbols.push(symbol);
        paths
    }

    /// The state of the venue and of each symbol.
    pub fn snapshot(&mut self, rng: &mut Rng) -> Items {
        let mut items = vec![(format!("/market/{}/status", self.name), up(s(self.phase.text())))];
        for n in 0..self.symbols.len() {
            items.extend(self.quote(n, rng));
        }
        items
    }

    /// One to three symbols move; a closed venue only sometimes repeats its state.
    pub fn tick(&mut self, now: DateTime<Utc>, rng: &mut Rng) -> Items {
        match self.phase {
            Phase::Lost => vec![],
            Phase::Closed if !rng.one_in(8) => vec![],
            Phase::Closed => vec![(format!("/market/{}/opened", self.name), up(Value::Null))],
            Phase::Auction | Phase::Open => {
                let mut items = vec![];
                for _ in 0..1 + rng.below(3) {
                    let n = rng.below(self.symbols.len() as u64) as usize;
                    if !self.symbols[n].halted {
                        items.extend(self.move_one(n, rng));
                    }
                }
                if rng.one_in(60) {
                    items.push((format!("/market/{}/opened", self.name), up(dt(now))));
                }
                items
            }
        }
    }

    fn move_one(&mut self, n: usize, rng: &mut Rng) -> Items {
        let trades = self.phase == Phase::Open && rng.one_in(3);
        let symbol = &mut self.symbols[n];
        let step = 1 + symbol.hundredths / 8_000;
        // a weak pull to where it started keeps the walk believable
        let pull = (symbol.opened_at - symbol.hundredths).signum() * i64::from(rng.one_in(6));
        symbol.hundredths += step * (rng.between(-2, 2) + pull);
        let spread = 1 + symbol.hundredths / 10_000;
        let (bid, ask) = (symbol.hundredths - spread, symbol.hundredths + spread);
        let size = rng.between(1, 40) as u64 * 25;
        if trades {
            symbol.volume += size;
        }
        let symbol = &self.symbols[n];
        let mut items = vec![];
        if rng.one_in(2) {
            items.push((self.path(symbol, "bid"), up(price(bid))));
        }
        if items.is_empty() || rng.one_in(2) {
            items.push((self.path(symbol, "ask"), up(price(ask))));
        }
        if trades {
            let last = if rng.one_in(2) { bid } else { ask };
            items.push((self.path(symbol, "last"), up(price(last))));
            items.push((self.path(symbol, "size"), up(Value::V64(size))));
        }
        items
    }

    fn quote(&mut self, n: usize, rng: &mut Rng) -> Items {
        let mut items = self.move_one(n, rng);
        let symbol = &self.symbols[n];
        items.retain(|(path, _)| !path.ends_with("/bid") && !path.ends_with("/ask"));
        let spread = 1 + symbol.hundredths / 10_000;
        items.push((self.path(symbol, "bid"), up(price(symbol.hundredths - spread))));
        items.push((self.path(symbol, "ask"), up(price(symbol.hundredths + spread))));
        items.push((self.path(symbol, "state"), up(s(symbol.state(self.phase)))));
        items
    }

    /// A first full quote of one symbol.
    pub fn quote_all(&mut self, name: &str, rng: &mut Rng) -> Items {
        let n = self.find(name);
        let mut items = self.quote(n, rng);
        let symbol = &self.symbols[n];
        items.retain(|(path, _)| !path.ends_with("/last") && !path.ends_with("/size"));
        items.push((self.path(symbol, "last"), up(Value::Null)));
        items
    }

    /// The venue goes into another phase and its symbols with it.
    pub fn enter(&mut self, phase: Phase, now: DateTime<Utc>) -> Items {
        self.phase = phase;
        let mut items = vec![(format!("/market/{}/status", self.name), up(s(phase.text())))];
        if phase == Phase::Open {
            items.push((format!("/market/{}/opened", self.name), up(dt(now))));
        }
        items.extend(
            self.symbols.iter().map(|y| (self.path(y, "state"), up(s(y.state(self.phase))))),
        );
        items
    }

    /// Trading in one symbol stops.
    pub fn halt(&mut self, name: &str) -> Items {
        self.set_halted(name, true)
    }

    /// Trading in one symbol goes on.
    pub fn resume(&mut self, name: &str) -> Items {
        self.set_halted(name, false)
    }

    fn set_halted(&mut self, name: &str, halted: bool) -> Items {
        let n = self.find(name);
        self.symbols[n].halted = halted;
        let symbol = &self.symbols[n];
        vec![(self.path(symbol, "state"), up(s(symbol.state(self.phase))))]
    }

    fn find(&self, name: &str) -> usize {
        self.symbols.iter().position(|s| s.name == name).expect("the script knows its symbols")
    }

    /// The feed is gone: every path but the status is unsubscribed.
    pub fn unsubscribe(&mut self) -> Items {
        self.phase = Phase::Lost;
        let mut items = vec![(format!("/market/{}/summary", self.name), Event::Unsubscribed)];
        for symbol in &self.symbols {
            items.extend(FIELDS.map(|f| (self.path(symbol, f), Event::Unsubscribed)));
        }
        items
    }

    /// The feed is back, a little away from where it was.
    pub fn resubscribe(&mut self, rng: &mut Rng) -> Items {
        self.phase = Phase::Open;
        for symbol in &mut self.symbols {
            symbol.hundredths += symbol.hundredths * rng.between(-9, 7) / 1_000;
        }
        let mut items = vec![];
        for n in 0..self.symbols.len() {
            items.extend(self.quote(n, rng));
        }
        items
    }

    /// Numbers over all symbols: a map with a decimal, an array and a null in it.
    pub fn summary(&self) -> Event {
        if self.phase == Phase::Lost {
            return Event::Unsubscribed;
        }
        let up_count = self.symbols.iter().filter(|s| s.hundredths > s.opened_at).count();
        let down_count = self.symbols.iter().filter(|s| s.hundredths < s.opened_at).count();
        let volume: u64 = self.symbols.iter().map(|s| s.volume).sum();
        let index: i64 = self.symbols.iter().map(|s| s.hundredths * 100_000 / s.opened_at).sum();
        let index = index / self.symbols.len() as i64;
        let leader = self.symbols.iter().max_by_key(|s| s.volume).filter(|s| s.volume > 0);
        let leader = leader.map_or(Value::Null, |y| arr([s(&y.name), Value::V64(y.volume)]));
        up(map([
            (s("advancing"), Value::V32(up_count as u32)),
            (s("declining"), Value::V32(down_count as u32)),
            (s("index"), dec(&format!("{}.{:03}", index / 1_000, index % 1_000))),
            (s("leader"), leader),
            (s("volume"), Value::V64(volume)),
        ]))
    }
}

const FIELDS: [&str; 5] = ["bid", "ask", "last", "size", "state"];

fn price(hundredths: i64) -> Value {
    Value::F64(hundredths as f64 / 100.)
}

impl Symbol {
    fn new(name: &str, hundredths: i64) -> Self {
        Symbol { name: name.into(), hundredths, opened_at: hundredths, halted: false, volume: 0 }
    }

    fn state(&self, phase: Phase) -> &'static str {
        if self.halted { "halted" } else { phase.text() }
    }
}

impl Phase {
    fn text(self) -> &'static str {
        match self {
            Phase::Closed => "closed",
            Phase::Auction => "auction",
            Phase::Open | Phase::Lost => "open",
        }
    }
}
