//! What differs between two times.

use super::{Recording, Typed};
use crate::{
    error::Error,
    format::{Event, Value},
    protocol::Failure,
    query::{
        self, Difference, Image, ImageEntry,
        diff::{Change, Differing, diff},
    },
    time::Timestamp,
};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::ops::Bound;

/// The paths whose events differ between two times, in path order.
///
/// Serialized: a list of `{ path, shard, change, before, after, delta }`.
pub struct DiffAnswer<'r> {
    recording: &'r Recording,
    /// Of each shard, at both times.
    images: Vec<[Image; 2]>,
    rows: Vec<Row>,
}

struct Row {
    rank: u32,
    shard: usize,
    ordinal: u32,
    change: Change,
    entries: [Option<ImageEntry>; 2],
}

/// A path whose event differs.
pub struct DiffRow<'a> {
    /// The path.
    pub path: &'a str,
    /// Its shard; `None` in a file by itself.
    pub shard: Option<&'a str>,
    /// What became of it.
    pub change: Change,
    /// The event by the first time.
    pub before: Option<State<'a>>,
    /// The event by the second time.
    pub after: Option<State<'a>>,
    /// After less before, where both are numbers.
    pub delta: Option<Difference>,
}

/// An event and its time.
///
/// Serialized: `{ time, type, value, text }`.
pub struct State<'a> {
    /// When it happened.
    pub time: Timestamp,
    /// What happened.
    pub event: Result<Event<'a>, Error>,
}

impl Recording {
    /// Compares the states at two times.
    ///
    /// Equal events are left out: `NaN` is equal to `NaN`, and `-0.` to `0.`.
    ///
    /// # Errors
    /// Of kind `filter` where a glob is none.
    pub fn diff(
        &self,
        [before, after]: [Timestamp; 2],
        filter: Option<&[String]>,
    ) -> Result<DiffAnswer<'_>, Failure> {
        let selections = self.select(filter)?;
        let (mut images, mut rows) = (Vec::new(), Vec::new());
        for (shard, (files, selection)) in
            self.timeline.files().into_iter().zip(&selections).enumerate()
        {
            let both = [before, after]
                .map(|at| query::image(files, selection.as_ref(), Bound::Included(at)));
            both.iter().for_each(|image| self.note(&image.problems));
            for Differing { ordinal, change, entries } in diff(&both, files.paths().len()) {
                let rank = self.ranks()[shard][ordinal as usize];
                rows.push(Row { rank, shard, ordinal, change, entries });
            }
            images.push(both);
        }
        rows.sort_by_key(|row| row.rank);
        Ok(DiffAnswer { recording: self, images, rows })
    }
}

impl DiffAnswer<'_> {
    /// How many paths differ.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none differs.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The paths that differ, in order.
    pub fn rows(&self) -> impl Iterator<Item = DiffRow<'_>> {
        self.rows.iter().map(|row| {
            let shard = &self.recording.timeline.shards()[row.shard];
            let state = |nth: usize| {
                let entry = row.entries[nth].as_ref()?;
                let event = self.images[row.shard][nth].event(entry);
                Some(State { time: entry.time, event })
            };
            let [before, after] = [0, 1].map(state);
            let values =
                before.as_ref().and_then(State::value).zip(after.as_ref().and_then(State::value));
            let delta = values.and_then(|(before, after)| Difference::of(&before, &after));
            DiffRow {
                path: shard.paths().path(row.ordinal),
                shard: self.recording.shard_name(row.shard),
                change: row.change,
                before,
                after,
                delta,
            }
        })
    }
}

impl<'a> State<'a> {
    fn value(&self) -> Option<Value<'a>> {
        self.event.as_ref().ok()?.value().ok().flatten()
    }
}

impl Serialize for DiffAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows())
    }
}

impl Serialize for DiffRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", self.path)?;
        if let Some(shard) = self.shard {
            map.serialize_entry("shard", shard)?;
        }
        map.serialize_entry("change", self.change.name())?;
        for (name, state) in [("before", &self.before), ("after", &self.after)] {
            if let Some(state) = state {
                map.serialize_entry(name, state)?;
            }
        }
        if let Some(delta) = self.delta {
            map.serialize_entry("delta", &plain(delta))?;
        }
        map.end()
    }
}

impl Serialize for State<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("time", &self.time.to_string())?;
        Typed::of(&self.event).serialize_into(&mut map)?;
        map.end()
    }
}

fn plain(delta: Difference) -> super::PlainValue {
    match delta {
        Difference::Integer(n) => super::PlainValue::Integer(n),
        Difference::Decimal(n) => super::PlainValue::Text(Decimal::to_string(&n)),
        Difference::Float(n) => super::PlainValue::Number(n),
    }
}
