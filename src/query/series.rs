//! What a few paths were over a time, a column a pixel.
//!
//! ```text
//! value      ┌──┐   ┌───          the last value holds until the next
//!        ────┘  │   │
//!               └───┘
//! column |    |    |    |         of each: the lowest and the highest value, that which held when
//!                                 it began included; so no spike is lost, however short
//! ```
//!
//! What is no number is a state: of each change the column and what the state became. The work is
//! done in pieces, in the order of time; what is not reached yet is empty.

use super::{Selection, image, number};
use crate::{
    archive::Archive,
    format::{Batch, Event, Kind, Naming, write_value_start},
    index::{Index, Mark},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, ops::Bound, ops::Range};

/// What a batch costs beside its bytes, in bytes.
const BATCH_COST: usize = 64;
/// Distinct states of one track that are told apart.
const MAX_STATES: usize = 1_000;
/// Bytes of the text of a state.
const MAX_TEXT: usize = 200;

/// Some paths over a time.
pub struct Series {
    from: Timestamp,
    to: Timestamp,
    deltas: Range<usize>,
    images: Range<usize>,
    batches: usize,
    selection: Option<Selection>,
    tracks: Vec<Track>,
}

/// One path over the time.
#[derive(Debug, Clone)]
pub struct Track {
    /// The id of the path.
    pub id: u32,
    /// The lowest value of each column; NaN where there is no number.
    pub min: Vec<f64>,
    /// The highest value of each column.
    pub max: Vec<f64>,
    /// Where the state changes.
    pub runs: Vec<Run>,
    /// The states that are no numbers: type and text.
    pub states: Vec<(&'static str, String)>,
    /// Events of the path in the time, images not counted.
    pub updates: u64,
    /// Those that are numbers.
    pub numbers: u64,
    /// Their sum.
    pub sum: f64,
    /// The lowest of them; infinite where there is none.
    pub lowest: f64,
    /// The highest of them.
    pub highest: f64,
    /// The last of them.
    pub last: Option<f64>,
    held: Held,
    /// The column that was reached.
    column: usize,
    by_text: HashMap<String, u32>,
}

/// From a column on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The column.
    pub column: u32,
    /// What holds at its end.
    pub held: State,
    /// How often the state changed within the column.
    pub changes: u32,
}

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Not seen yet, or unreadable.
    Nothing,
    /// Some number.
    Number,
    /// One of the states that are no numbers, by its place in [`Track::states`].
    Other(u32),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Held {
    Number(f64),
    State(State),
}

impl Held {
    const fn state(self) -> State {
        match self {
            Self::Number(_) => State::Number,
            Self::State(state) => state,
        }
    }
}

impl Series {
    /// The paths of some ids between two times, both included; nothing is read yet but what held
    /// before.
    pub fn new(
        archive: &Archive,
        ids: &[u32],
        (from, to): (Timestamp, Timestamp),
        columns: usize,
    ) -> Self {
        let index = archive.index();
        let selection = Selection::only(&index.paths, ids.iter().copied());
        // An id without a path is in no selection.
        let selection = (selection.len() == ids.len()).then_some(selection);
        let before = image(archive, selection.as_ref(), Bound::Excluded(from));
        let tracks = ids.iter().map(|id| {
            let mut track = Track::new(*id, columns);
            if let Some(entry) = before.entries().iter().find(|entry| entry.id == *id) {
                track.hold(before.event(entry).ok());
            }
            track.runs.push(Run { column: 0, held: track.held.state(), changes: 0 });
            track
        });
        let tracks = tracks.collect();
        let (deltas, images) = (index.deltas.range(from..=to), index.images.range(from..=to));
        let batches = deltas.len() + images.len();
        Self { from, to, deltas, images, batches, selection, tracks }
    }

    /// The tracks, as far as they are read.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// How many batches are read, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.batches - self.deltas.len() - self.images.len(), self.batches)
    }

    /// Whether all is read.
    pub fn is_whole(&self) -> bool {
        self.deltas.is_empty() && self.images.is_empty()
    }

    /// Reads on, for about so many bytes of batches.
    pub fn advance(&mut self, archive: &Archive, budget: usize) {
        let index = archive.index();
        let mut batches = archive.batches();
        let mut left = budget;
        while left > 0
            && let Some((mark, is_image)) = self.next(index)
        {
            match is_image {
                true => self.images.start += 1,
                false => self.deltas.start += 1,
            }
            let mut cost = BATCH_COST;
            let wanted = match (batches.payload(mark.offset), &self.selection) {
                (Ok((record, payload)), Some(selection)) if !is_image => {
                    cost += record.length as usize / 4;
                    match payload.index.map(|index| index.ids()) {
                        Some(Ok(mut ids)) => {
                            ids.any(|id| id.map_or(true, |id| selection.contains_id(id)))
                        }
                        // What cannot be told from the index is told by the batch.
                        None | Some(Err(_)) => true,
                    }
                }
                (Ok((record, _)), _) => {
                    cost += record.length as usize;
                    true
                }
                (Err(_), _) => false,
            };
            if wanted && let Ok(items) = batches.batch(mark.offset) {
                let column = self.column(mark.time);
                self.take(items, column, is_image);
            }
            left = left.saturating_sub(cost);
        }
        let done = match self.next(index) {
            Some((mark, _)) => self.column(mark.time),
            None => self.tracks.first().map_or(0, |track| track.min.len()),
        };
        self.tracks.iter_mut().for_each(|track| track.reach(done));
    }

    /// The next batch. At one time an image comes before deltas, as in an image of that time.
    fn next(&mut self, index: &Index) -> Option<(Mark, bool)> {
        let delta = self.deltas.clone().next().map(|number| index.deltas.get(number));
        let image = self.images.clone().next().map(|number| index.images.get(number));
        match (delta, image) {
            (Some(delta), Some(image)) if image.time <= delta.time => Some((image, true)),
            (Some(delta), _) => Some((delta, false)),
            (None, Some(image)) => Some((image, true)),
            (None, None) => None,
        }
    }

    fn take(&mut self, items: Batch<'_>, column: usize, is_image: bool) {
        let mut seen = vec![false; self.tracks.len()];
        let all = items.visit(|item| {
            if let Some(nth) = self.tracks.iter().position(|track| track.id == item.id) {
                self.tracks[nth].take(Some(item.event), column, is_image);
                seen[nth] = true;
            }
        });
        // What is behind damage is not known to be missing.
        if all.is_err() {
            return;
        }
        // What an image has not is not there, whatever was before.
        for (track, seen) in self.tracks.iter_mut().zip(seen) {
            if is_image && !seen {
                track.take(None, column, is_image);
            }
        }
    }

    /// The column of a time; the last one for the end.
    fn column(&self, time: Timestamp) -> usize {
        let columns = self.tracks.first().map_or(0, |track| track.min.len());
        let span = self.to.since(self.from).nanos().max(1) as f64;
        let part = time.since(self.from).nanos() as f64 / span;
        ((part * columns as f64) as usize).min(columns.saturating_sub(1))
    }
}

impl Track {
    fn new(id: u32, columns: usize) -> Self {
        Self {
            id,
            min: vec![f64::NAN; columns],
            max: vec![f64::NAN; columns],
            runs: Vec::new(),
            states: Vec::new(),
            updates: 0,
            numbers: 0,
            sum: 0.0,
            lowest: f64::INFINITY,
            highest: f64::NEG_INFINITY,
            last: None,
            held: Held::State(State::Nothing),
            column: 0,
            by_text: HashMap::new(),
        }
    }

    fn take(&mut self, event: Option<Event<'_>>, column: usize, is_image: bool) {
        self.reach(column);
        // What holds when a column begins counts in it.
        self.mark(column);
        let before = self.held.state();
        self.hold(event);
        self.mark(column);
        if !is_image {
            self.updates += 1;
            if let Held::Number(number) = self.held {
                self.numbers += 1;
                self.sum += number;
                self.lowest = self.lowest.min(number);
                self.highest = self.highest.max(number);
                self.last = Some(number);
            }
        }
        let now = self.held.state();
        if now != before {
            let column = column as u32;
            match self.runs.last_mut().filter(|run| run.column == column) {
                Some(run) => {
                    run.held = now;
                    run.changes += 1;
                }
                None => self.runs.push(Run { column, held: now, changes: 1 }),
            }
        }
    }

    /// Fills the columns before one with what holds.
    fn reach(&mut self, column: usize) {
        if let Held::Number(number) = self.held {
            for at in self.column..column.min(self.min.len()) {
                self.min[at] = self.min[at].min(number);
                self.max[at] = self.max[at].max(number);
            }
        }
        self.column = self.column.max(column);
    }

    fn mark(&mut self, column: usize) {
        if let (Held::Number(number), Some(min), Some(max)) =
            (self.held, self.min.get_mut(column), self.max.get_mut(column))
        {
            *min = min.min(number);
            *max = max.max(number);
        }
    }

    fn hold(&mut self, event: Option<Event<'_>>) {
        self.held = match event.map(|event| event.value()) {
            None | Some(Err(_)) => Held::State(State::Nothing),
            Some(Ok(None)) => Held::State(self.state("unsubscribed", "unsubscribed".to_owned())),
            Some(Ok(Some(value))) => match number(&value) {
                Some(number) => Held::Number(number),
                None => {
                    let mut text = String::new();
                    // Of what cannot be read to its end the beginning is a state.
                    if let Ok(false) = write_value_start(&value, Naming::Plain, MAX_TEXT, &mut text)
                    {
                        text.push('…');
                    }
                    Held::State(self.state(value.kind().name(), text))
                }
            },
        };
    }

    fn state(&mut self, kind: &'static str, text: String) -> State {
        if let Some(known) = self.by_text.get(&text) {
            return State::Other(*known);
        }
        let (kind, text) = match self.states.len() {
            len if len < MAX_STATES => (kind, text),
            len if len == MAX_STATES => (Kind::String.name(), "(other)".to_owned()),
            _ => return State::Other(MAX_STATES as u32),
        };
        let number = self.states.len() as u32;
        self.by_text.insert(text.clone(), number);
        self.states.push((kind, text));
        State::Other(number)
    }
}
