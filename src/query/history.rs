//! What happened to one path, from a time back.

use crate::{
    archive::{Archive, Batches},
    format::{Error, Event},
    index::Mark,
    time::Timestamp,
};
use std::ops::Bound;

/// Updates of one path, the newest first.
#[derive(Debug, Default)]
pub struct History {
    /// When each was, and the encoded event or why it cannot be read.
    pub updates: Vec<(Mark, Result<Vec<u8>, Error>)>,
    /// The earliest time that was looked at, if there are batches before it.
    pub searched_to: Option<Timestamp>,
}

/// The last `count` events of an id in delta batches at or before `at`, looking at no more than
/// `batches` batches. Where a batch has several events of the id, each counts.
pub fn history(archive: &Archive, id: u32, at: Timestamp, count: usize, batches: usize) -> History {
    let index = archive.index();
    let numbers = index.deltas.range((Bound::Unbounded, Bound::Included(at)));
    let mut reader = archive.batches();
    let mut history = History::default();
    for (looked, number) in numbers.rev().enumerate() {
        if looked == batches || history.updates.len() >= count {
            history.searched_to = Some(index.deltas.get(number + 1).time);
            break;
        }
        let mark = index.deltas.get(number);
        if !may_hold(&mut reader, mark, id) {
            continue;
        }
        let start = history.updates.len();
        match reader.batch(mark.offset) {
            Ok(items) => {
                for item in items {
                    match item {
                        Ok(item) if item.id == id => {
                            history.updates.push((mark, Ok(item.event.encoded().to_vec())));
                        }
                        Ok(_) => {}
                        Err(e) => history.updates.push((mark, Err(e))),
                    }
                }
            }
            Err(e) => history.updates.push((mark, Err(e))),
        }
        history.updates[start..].reverse();
    }
    history.updates.truncate(count);
    history
}

/// Whether the batch can hold an event of the id, by its index.
fn may_hold(reader: &mut Batches<'_>, mark: Mark, id: u32) -> bool {
    let Ok((_, payload)) = reader.payload(mark.offset) else { return true };
    // What cannot be told from the index is told by the batch.
    payload.index.is_none_or(|index| index.lists_id(id).unwrap_or(true))
}

/// The time of the first delta batch behind `from`, or of the last one before it, that has an event
/// of the id.
pub fn step(archive: &Archive, id: u32, from: Timestamp, forward: bool) -> Option<Timestamp> {
    let deltas = &archive.index().deltas;
    let mut reader = archive.batches();
    let mut holds = |number: &usize| {
        let mark = deltas.get(*number);
        may_hold(&mut reader, mark, id)
            && reader
                .batch(mark.offset)
                .is_ok_and(|mut items| items.any(|item| item.is_ok_and(|item| item.id == id)))
    };
    let found = if forward {
        deltas.range((Bound::Excluded(from), Bound::Unbounded)).find(&mut holds)
    } else {
        deltas.range(..from).rev().find(&mut holds)
    };
    found.map(|number| deltas.get(number).time)
}

/// The event of an update.
pub fn event(mark: Mark, encoded: &[u8]) -> Result<Event<'_>, Error> {
    use crate::format::{Origin, Reader};
    let origin = Origin::Inflated { record: mark.offset, at: 0 };
    Event::read(&mut Reader::new(encoded, origin))
}
