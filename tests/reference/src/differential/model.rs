//! The documented meaning of the reader's calls, over batches that the real reader decoded, as
//! plainly as it can be written; and beside it what each known departure makes of it.

use crate::decoded::{Batch, Decoded};
use chrono::{DateTime, TimeDelta, Utc};
use netidx::subscriber::Event;
use netidx_archive::logfile::Cursor;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Bound, RangeBounds},
};

/// A moment of a file.
pub type Time = DateTime<Utc>;
/// The ids that a filter lets through.
pub type Ids = BTreeSet<u32>;

/// How a filter picks batches.
#[derive(Clone, Copy, PartialEq)]
pub enum Filtering {
    /// A batch comes if one of its items matches.
    Documented,
    /// Departure 3: also if the number of its distinct ids happens to be a matching id.
    IndexCountIsAnId,
    /// Departure 10: always.
    Ignored,
}

impl Filtering {
    fn takes(self, batch: &Batch, filter: Option<&Ids>) -> bool {
        let Some(ids) = filter else { return true };
        let distinct = || batch.items.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>().len();
        match self {
            Filtering::Ignored => true,
            Filtering::Documented => batch.items.iter().any(|(id, _)| ids.contains(id)),
            Filtering::IndexCountIsAnId => {
                ids.contains(&(distinct() as u32)) || Filtering::Documented.takes(batch, filter)
            }
        }
    }
}

/// The next deltas after the cursor's position, or from its start, up to its end.
pub fn deltas<'a>(
    file: &'a Decoded,
    cursor: &Cursor,
    filter: Option<&Ids>,
    filtering: Filtering,
    n: usize,
) -> Vec<&'a Batch> {
    let from = cursor.current().map_or(*cursor.start(), Bound::Excluded);
    file.deltas
        .iter()
        .filter(|d| (from, *cursor.end()).contains(&d.time))
        .filter(|d| filtering.takes(d, filter))
        .take(n)
        .collect()
}

/// Moves `steps` deltas from the cursor's position, or from its start or end: (moved, position).
pub fn steps(times: &[Time], cursor: &Cursor, steps: i8) -> (i8, Option<Time>) {
    let (start, end) = (*cursor.start(), *cursor.end());
    let n = steps.unsigned_abs() as usize;
    let passed: Vec<&Time> = if steps >= 0 {
        let from = cursor.current().map_or(start, Bound::Excluded);
        times.iter().filter(|t| (from, end).contains(*t)).take(n).collect()
    } else {
        let to = cursor.current().map_or(end, Bound::Excluded);
        times.iter().rev().filter(|t| (start, to).contains(*t)).take(n).collect()
    };
    let moved = passed.len() as i8 * steps.signum();
    // 128 steps back do not fit the sign when multiplied
    let moved = if passed.len() == 128 { i8::MIN } else { moved };
    (moved, passed.last().map(|t| **t).or(cursor.current()))
}

/// Whether departure 2 lets a step backwards find anything at all.
pub fn back_finds_its_bound(times: &[Time], cursor: &Cursor) -> bool {
    match cursor.current().map_or(*cursor.end(), Bound::Excluded) {
        Bound::Unbounded => true,
        Bound::Included(t) | Bound::Excluded(t) => times.binary_search(&t).is_ok(),
    }
}

/// Moves in time: from the position, else from the cursor's start (an end that is nearer in the
/// direction of travel), else from the file's first or last delta. (in the file, position)
pub fn time_relative(times: &[Time], cursor: &Cursor, offset: TimeDelta) -> (bool, Time) {
    let us = TimeDelta::microseconds(1);
    let from = cursor.current().unwrap_or_else(|| {
        let forwards = offset >= TimeDelta::zero();
        let bound = if forwards { cursor.start() } else { cursor.end() };
        match (bound, forwards) {
            (Bound::Included(t), _) => *t,
            (Bound::Excluded(t), true) => *t + us,
            (Bound::Excluded(t), false) => *t - us,
            (Bound::Unbounded, true) => times.first().copied().unwrap_or(no_delta()),
            (Bound::Unbounded, false) => times.last().copied().unwrap_or(no_delta()),
        }
    });
    moved_to(times, cursor, from + offset)
}

/// The same with departure 9: without a position always from the file's first delta.
pub fn time_relative_departing(times: &[Time], cursor: &Cursor, offset: TimeDelta) -> (bool, Time) {
    let first = times.first().copied().unwrap_or(no_delta());
    moved_to(times, cursor, cursor.current().unwrap_or(first) + offset)
}

fn moved_to(times: &[Time], cursor: &Cursor, to: Time) -> (bool, Time) {
    let mut cursor = *cursor;
    cursor.set_current(to);
    let to = cursor.current().expect("it was just set");
    (in_file(times, to), to)
}

/// What a relative seek does with the answer: outside the file it goes to the nearest delta.
pub fn seek_relative(times: &[Time], cursor: &Cursor, (found, to): (bool, Time)) -> Option<Time> {
    let mut cursor = *cursor;
    cursor.set_current(to);
    if let (false, Some(first), Some(last)) = (found, times.first(), times.last()) {
        cursor.set_current(if to < *first { *first } else { *last });
    }
    cursor.current()
}

/// The second second of 1970 is where a file without deltas begins.
fn no_delta() -> Time {
    crate::val::time(1, 0)
}

/// At or after the first delta and at or before the last.
pub fn in_file(times: &[Time], t: Time) -> bool {
    times.first().is_some_and(|first| *first <= t) && times.last().is_some_and(|last| t <= *last)
}

/// The state at the cursor's position, or its start; `None` where that is unbounded.
pub fn image(file: &Decoded, cursor: &Cursor) -> Option<BTreeMap<u32, Event>> {
    let upto = upto(cursor)?;
    let image =
        file.images.iter().filter(|i| upto.contains(&i.time)).max_by_key(|image| image.time);
    let from = image.map_or(Bound::Unbounded, |image| Bound::Included(image.time));
    Some(replay(file, image, (from, upto.1)))
}

/// The same with departure 1: an image counts only where the position is exactly an image's time.
pub fn image_departing(file: &Decoded, cursor: &Cursor) -> Option<BTreeMap<u32, Event>> {
    let upto = upto(cursor)?;
    let (Bound::Included(t) | Bound::Excluded(t)) = upto.1 else { return None };
    match file.images.iter().any(|image| image.time == t) {
        true => image(file, cursor),
        false => Some(replay(file, None, upto)),
    }
}

fn upto(cursor: &Cursor) -> Option<(Bound<Time>, Bound<Time>)> {
    match cursor.current().map_or(*cursor.start(), Bound::Included) {
        Bound::Unbounded => None,
        bound => Some((Bound::Unbounded, bound)),
    }
}

fn replay(
    file: &Decoded,
    image: Option<&Batch>,
    range: (Bound<Time>, Bound<Time>),
) -> BTreeMap<u32, Event> {
    let deltas = file.deltas.iter().filter(|d| range.contains(&d.time));
    image.into_iter().chain(deltas).flat_map(|b| b.items.iter().cloned()).collect()
}
