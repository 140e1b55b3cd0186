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

use super::{
    ImageJob, Selection,
    pass::{Budget, Pass, Step},
};
use crate::{
    format::{Batch, Event, Kind, Naming, write_value_start},
    query::{between, number},
    time::Timestamp,
    timeline::{Direction, Files, FilesReader, Kinds},
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, ops::Bound};

/// Distinct states of one track that are told apart.
const MAX_STATES: usize = 1_000;
/// Bytes of the text of a state.
const MAX_TEXT: usize = 200;

/// Some paths of one shard over a time.
pub struct Series {
    from: Timestamp,
    to: Timestamp,
    /// What held before, until it is known.
    before: Option<ImageJob>,
    pass: Pass,
    selection: Selection,
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
    /// The paths of some ids between two times, both included; nothing is read yet.
    pub fn new<'a>(
        files: impl Into<Files<'a>>,
        ids: &[u32],
        (from, to): (Timestamp, Timestamp),
        columns: usize,
    ) -> Self {
        let files = files.into();
        let selection = Selection::of_ids(files.paths(), ids.iter().copied());
        let bound = Bound::Excluded(from);
        let before = ImageJob::new(files, Some(&selection), bound, (None, None));
        let pass = Pass::new(files, between(Some((from, to))), Kinds::All, Direction::Forward);
        let tracks = ids.iter().map(|id| Track::new(*id, columns)).collect();
        Self { from, to, before: Some(before), pass, selection, tracks }
    }

    /// The tracks, as far as they are read.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// How many batches are read, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        self.pass.progress()
    }

    /// Whether all is read.
    pub fn is_whole(&self) -> bool {
        self.before.is_none() && self.pass.is_over()
    }

    /// Reads on.
    pub fn step(&mut self, reader: &mut FilesReader<'_>, budget: &Budget) -> Step {
        if let Some(job) = &mut self.before {
            let step = job.step(reader, Some(&self.selection), budget);
            if step != Step::Done {
                return step;
            }
        }
        if let Some(job) = self.before.take() {
            let before = job.finish(Some(&self.selection));
            for track in &mut self.tracks {
                if let Some(entry) = before.entries().iter().find(|entry| entry.id == track.id) {
                    track.hold(before.event(entry).ok());
                }
                track.runs.push(Run { column: 0, held: track.held.state(), changes: 0 });
            }
        }
        let step = self.read(reader, budget);
        let done = match self.pass.peek() {
            Some(place) => self.column(place.key.time),
            None => self.tracks.first().map_or(0, |track| track.min.len()),
        };
        self.tracks.iter_mut().for_each(|track| track.reach(done));
        step
    }

    fn read(&mut self, reader: &mut FilesReader<'_>, budget: &Budget) -> Step {
        loop {
            match self.pass.next(reader, Some(&self.selection), budget) {
                Err(stop) => return Step::Stopped(stop),
                Ok(None) => return Step::Done,
                Ok(Some(place)) => {
                    let column = self.column(place.key.time);
                    if let Ok(record) = reader.record(place.key) {
                        self.take(record.items, column, place.is_image);
                    }
                }
            }
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
