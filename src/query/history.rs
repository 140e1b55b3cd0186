//! What happened to one path, from a time back, and where its next change is.

use super::pass::{Budget, Pass, Step};
use crate::{
    format::{Error, Event, Origin, Reader},
    time::Timestamp,
    timeline::{BatchKey, Direction, Files, FilesReader, Kinds},
};
use std::ops::Bound;

/// An event of one path: where it is, and its encoded form or why that cannot be read.
pub type Update = (BatchKey, Result<Vec<u8>, Error>);

/// The last events of one path in delta batches up to a time, the newest first, found a piece at a time.
pub struct History {
    id: u32,
    count: usize,
    pass: Pass,
    updates: Vec<Update>,
}

impl History {
    /// Up to `count` events of an id at or before `at`. Where a batch has several, each counts.
    pub fn new<'a>(files: impl Into<Files<'a>>, id: u32, at: Timestamp, count: usize) -> Self {
        let bounds = (Bound::Unbounded, Bound::Included(at));
        let pass = Pass::new(files.into(), bounds, Kinds::Deltas, Direction::Backward);
        Self { id, count, pass, updates: Vec::new() }
    }

    /// Searches on.
    pub fn step(&mut self, reader: &mut FilesReader<'_>, budget: &Budget) -> Step {
        while self.updates.len() < self.count {
            let place = match self.pass.next_of(reader, self.id, budget) {
                Err(stop) => return Step::Stopped(stop),
                Ok(None) => break,
                Ok(Some(place)) => place,
            };
            let start = self.updates.len();
            match reader.record(place.key) {
                Ok(record) => {
                    for item in record.items {
                        match item {
                            Ok(item) if item.id == self.id => {
                                let event = Ok(item.event.encoded().to_vec());
                                self.updates.push((place.key, event));
                            }
                            Ok(_) => {}
                            Err(e) => self.updates.push((place.key, Err(e))),
                        }
                    }
                }
                Err(e) => self.updates.push((place.key, Err(e))),
            }
            self.updates[start..].reverse();
        }
        self.updates.truncate(self.count);
        Step::Done
    }

    /// What was found by now.
    pub fn updates(&self) -> &[Update] {
        &self.updates
    }

    /// The time of the batch that was looked at last, where there are others before it.
    pub fn searched_to(&self) -> Option<Timestamp> {
        let next = self.pass.peek()?.key;
        Some(self.pass.passed().unwrap_or(next).time)
    }
}

/// The next change of one path, or the one before, found a piece at a time.
pub struct NextChange {
    id: u32,
    pass: Pass,
    found: Option<Timestamp>,
}

impl NextChange {
    /// From the first delta batch after `from` on, or from the last one before it back.
    pub fn new<'a>(files: impl Into<Files<'a>>, id: u32, from: Timestamp, forward: bool) -> Self {
        let (bounds, direction) = match forward {
            true => ((Bound::Excluded(from), Bound::Unbounded), Direction::Forward),
            false => ((Bound::Unbounded, Bound::Excluded(from)), Direction::Backward),
        };
        let pass = Pass::new(files.into(), bounds, Kinds::Deltas, direction);
        Self { id, pass, found: None }
    }

    /// Searches on.
    pub fn step(&mut self, reader: &mut FilesReader<'_>, budget: &Budget) -> Step {
        while self.found.is_none() {
            let place = match self.pass.next_of(reader, self.id, budget) {
                Err(stop) => return Step::Stopped(stop),
                Ok(None) => break,
                Ok(Some(place)) => place,
            };
            let holds = |item: Result<crate::format::BatchItem<'_>, Error>| {
                item.is_ok_and(|item| item.id == self.id)
            };
            if reader.record(place.key).is_ok_and(|mut record| record.items.any(holds)) {
                self.found = Some(place.key.time);
            }
        }
        Step::Done
    }

    /// The time of the change; `None` where there is none.
    pub fn found(&self) -> Option<Timestamp> {
        self.found
    }
}

/// The event of an update.
pub fn event(key: BatchKey, encoded: &[u8]) -> Result<Event<'_>, Error> {
    let origin = Origin::Inflated { record: key.offset, at: 0 };
    Event::read(&mut Reader::new(encoded, origin))
}
