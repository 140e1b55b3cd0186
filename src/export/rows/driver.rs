//! Which rows come, in which order, and when a piece of the output is full.

use super::{
    RowFormat,
    items::{ShardRows, write_items},
    row::{Row, RowWriter},
    state::State,
};
use crate::{
    export::{Export, PIECE, Progress, Scope, leave_out},
    format::{Error, ErrorKind},
    index::Problems,
    query::{
        Selection,
        pass::{Budget, Merged, Step, Stop},
    },
    time::Timestamp,
    timeline::{FilesReader, Kinds, Place, Timeline},
};

/// An export of rows.
pub struct Rows {
    writer: Box<dyn RowWriter>,
    selections: Vec<Option<Selection>>,
    phase: Phase,
    names_shards: bool,
    merged: Merged,
    /// A batch of which only some items are written, its shard, and how many.
    unfinished: Option<(usize, Place, usize)>,
    has_begun: bool,
    reached: Option<Timestamp>,
    rows: u64,
    out: Vec<u8>,
    left_out: Problems,
}

enum Phase {
    /// The state at the start is read.
    Reading(State),
    /// It is written, from this number on.
    Writing(State, usize),
    Batches,
    Ending,
    Over,
}

impl Rows {
    /// Nothing is read yet. `names_shards` is whether rows tell their shard: those of a recording do, those of
    /// a file by itself do not.
    pub fn new(timeline: &Timeline, scope: &Scope, format: RowFormat, names_shards: bool) -> Self {
        let writer = format.writer(timeline, scope, names_shards);
        let selections = scope.selections(timeline);
        let phase = if scope.initial {
            Phase::Reading(State::at_start(timeline, scope, &selections))
        } else if writer.wants_state() {
            Phase::Reading(State::new(timeline, &selections, scope.before_start()))
        } else {
            Phase::Batches
        };
        Self {
            writer,
            selections,
            phase,
            names_shards,
            merged: Merged::new(&timeline.files(), scope.bounds(), Kinds::Deltas),
            unfinished: None,
            has_begun: false,
            reached: None,
            rows: 0,
            out: Vec::new(),
            left_out: Problems::default(),
        }
    }

    fn write_state(&mut self, timeline: &Timeline, state: &State, from: usize) -> usize {
        for number in from..state.len() {
            if self.out.len() >= PIECE {
                return number;
            }
            let (shard_number, image, place) = state.get(number);
            let (entry, shard) = (&image.entries()[place], &timeline.shards()[shard_number]);
            let row = Row {
                time: entry.time,
                shard: self.names_shards.then(|| shard.name()),
                shard_number,
                path: entry.ordinal.map(|ordinal| shard.paths().path(ordinal)),
                ordinal: entry.ordinal,
                id: entry.id,
                event: image.event(entry),
            };
            if let Err(e) = self.writer.initial(&row, &mut self.out) {
                self.left_out.push(e);
            }
            self.rows += 1;
        }
        state.len()
    }

    /// Writes batches until the piece is full or there is a reason to stop.
    fn write_batches(&mut self, timeline: &Timeline, budget: &Budget) -> Result<Step, Error> {
        let files = timeline.files();
        let mut readers: Vec<_> = files.iter().map(|files| files.reader()).collect();
        loop {
            if self.out.len() >= PIECE {
                return Ok(Step::Stopped(Stop::Budget));
            }
            let (shard, place, from) = match self.unfinished.take() {
                Some(unfinished) => unfinished,
                None => {
                    if let Some(time) = self.merged.next_time()
                        && !self.writer.advance(time, &mut self.out)
                    {
                        return Ok(Step::Stopped(Stop::Budget));
                    }
                    let Self { merged, selections, .. } = self;
                    let selections: Vec<_> = selections.iter().map(Option::as_ref).collect();
                    match merged.next(&mut readers, &selections, budget) {
                        Err(stop) => return Ok(Step::Stopped(stop)),
                        Ok(None) => return Ok(Step::Done),
                        Ok(Some((shard, place))) => (shard, place, 0),
                    }
                }
            };
            // What an index passed over brought the time on.
            if from == 0 && !self.writer.advance(place.key.time, &mut self.out) {
                self.unfinished = Some((shard, place, 0));
                return Ok(Step::Stopped(Stop::Budget));
            }
            self.write_batch(timeline, &mut readers[shard], (shard, place, from))?;
        }
    }

    fn write_batch(
        &mut self,
        timeline: &Timeline,
        reader: &mut FilesReader<'_>,
        (shard_number, place, from): (usize, Place, usize),
    ) -> Result<(), Error> {
        let (shard, time) = (&timeline.shards()[shard_number], place.key.time);
        let record = match reader.record(place.key) {
            Ok(record) => record,
            Err(e) if e.kind() == ErrorKind::Pending => return Err(e),
            Err(e) => return leave_out(e, &mut self.left_out),
        };
        self.reached = Some(time);
        let rows = ShardRows {
            number: shard_number,
            name: self.names_shards.then(|| shard.name()),
            paths: shard.paths(),
            selection: self.selections[shard_number].as_ref(),
        };
        let Self { writer, out, left_out, .. } = self;
        let written =
            write_items(&mut **writer, &rows, place, record.items, (from, PIECE), out, left_out);
        self.rows += written.rows;
        self.unfinished = written.rest.map(|number| (shard_number, place, number));
        self.writer.failure().map_or(Ok(()), Err)
    }
}

impl Export for Rows {
    fn step(&mut self, timeline: &Timeline, budget: &Budget) -> Result<Step, Error> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.writer.begin(&mut self.out);
        }
        loop {
            match std::mem::replace(&mut self.phase, Phase::Over) {
                Phase::Reading(mut state) => {
                    let step = state.step(timeline, &self.selections, budget);
                    if step != Step::Done {
                        self.phase = Phase::Reading(state);
                        return Ok(step);
                    }
                    for problem in state.problems() {
                        leave_out(problem.clone(), &mut self.left_out)?;
                    }
                    self.phase = Phase::Writing(state, 0);
                }
                Phase::Writing(state, from) => {
                    let next = self.write_state(timeline, &state, from);
                    if next < state.len() {
                        self.phase = Phase::Writing(state, next);
                        return Ok(Step::Stopped(Stop::Budget));
                    }
                    self.phase = Phase::Batches;
                }
                Phase::Batches => {
                    self.phase = Phase::Batches;
                    let step = self.write_batches(timeline, budget)?;
                    if step != Step::Done {
                        return Ok(step);
                    }
                    self.phase = Phase::Ending;
                }
                Phase::Ending => {
                    if !self.writer.end(&mut self.out) {
                        self.phase = Phase::Ending;
                        return Ok(Step::Stopped(Stop::Budget));
                    }
                    self.writer.failure().map_or(Ok(()), Err)?;
                }
                Phase::Over => return Ok(Step::Done),
            }
        }
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    fn progress(&self) -> Progress {
        let (done, total) = self.merged.progress();
        Progress { done: done as u64, total: total as u64 }
    }

    fn reached(&self) -> Option<Timestamp> {
        self.reached
    }

    fn left_out(&self) -> &Problems {
        &self.left_out
    }

    fn rows(&self) -> Option<u64> {
        Some(self.rows)
    }
}
