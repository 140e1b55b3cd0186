//! How cursors, batches and images are written down in a script.

use super::model::{Ids, Time};
use crate::{decoded::Batch, json::event_text};
use netidx::subscriber::Event;
use netidx_archive::logfile::Cursor;
use std::ops::Bound;

/// Up to so many batches are listed one by one.
const LISTED: usize = 6;

/// 64-bit FNV-1a.
pub struct Fnv(u64);

impl Fnv {
    /// The hash of nothing.
    pub fn new() -> Self {
        Fnv(0xCBF2_9CE4_8422_2325)
    }

    /// Takes more bytes in.
    pub fn write(&mut self, text: &str) {
        self.take(text.as_bytes());
    }

    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> String {
        let mut fnv = Self::new();
        fnv.take(bytes);
        fnv.finish()
    }

    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    /// 16 hexadecimal digits.
    pub fn finish(&self) -> String {
        format!("{:016x}", self.0)
    }
}

/// Writes times as nanoseconds after a base.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Nanoseconds since 1970.
    pub base: i64,
}

impl Clock {
    /// Nanoseconds after the base.
    pub fn time(self, t: Time) -> i64 {
        t.timestamp_nanos_opt().expect("the times here are near 2026") - self.base
    }

    /// The same, or `null`.
    pub fn option(self, t: Option<Time>) -> String {
        t.map_or("null".into(), |t| self.time(t).to_string())
    }

    /// `null`, `"i<time>"` or `"e<time>"`.
    pub fn bound(self, bound: &Bound<Time>) -> String {
        match bound {
            Bound::Unbounded => "null".into(),
            Bound::Included(t) => format!("\"i{}\"", self.time(*t)),
            Bound::Excluded(t) => format!("\"e{}\"", self.time(*t)),
        }
    }

    /// `[start, end, position]`.
    pub fn cursor(self, cursor: &Cursor) -> String {
        let (start, end) = (self.bound(cursor.start()), self.bound(cursor.end()));
        format!("[{start},{end},{}]", self.option(cursor.current()))
    }

    /// What `read_deltas` answers: how many, their bytes, themselves, and the position afterwards.
    pub fn deltas(
        self,
        batches: &[(Time, String)],
        bytes: usize,
        position: Option<Time>,
    ) -> String {
        let contents = if batches.len() <= LISTED {
            let listed: Vec<_> =
                batches.iter().map(|(t, hash)| format!("[{},\"{hash}\"]", self.time(*t))).collect();
            format!("\"batches\":[{}]", listed.join(","))
        } else {
            let mut all = Fnv::new();
            for (t, hash) in batches {
                all.write(&format!("{}|{hash}\n", self.time(*t)));
            }
            format!("\"hash\":\"{}\"", all.finish())
        };
        let (count, position) = (batches.len(), self.option(position));
        format!("\"count\":{count},\"bytes\":{bytes},{contents},\"r\":{position}")
    }

    /// A batch that may be none.
    pub fn next(self, batch: Option<(Time, String)>) -> String {
        let batch =
            batch.map_or("null".into(), |(t, hash)| format!("[{},\"{hash}\"]", self.time(t)));
        format!("\"batch\":{batch}")
    }
}

/// The hash of those items that match.
pub fn items_hash<'a>(
    items: impl Iterator<Item = (u32, &'a Event)>,
    filter: Option<&Ids>,
) -> (usize, String) {
    let mut fnv = Fnv::new();
    let mut count = 0;
    for (id, event) in items.filter(|(id, _)| filter.is_none_or(|ids| ids.contains(id))) {
        fnv.write(&format!("{id}|{}\n", event_text(event).1));
        count += 1;
    }
    (count, fnv.finish())
}

/// A decoded batch as it is written down.
pub fn batch(batch: &Batch, filter: Option<&Ids>) -> (Time, String) {
    (batch.time, items_hash(batch.items.iter().map(|(id, e)| (*id, e)), filter).1)
}

/// An image as it is written down: sorted by id.
pub fn image<'a>(items: impl Iterator<Item = (u32, &'a Event)>, filter: Option<&Ids>) -> String {
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|(id, _)| *id);
    let (count, hash) = items_hash(items.into_iter(), filter);
    format!("\"count\":{count},\"hash\":\"{hash}\"")
}
