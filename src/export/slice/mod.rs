//! A new archive of some paths and times: with the paths in it, the state at the start, and the batches between.
//!
//! ```text
//! header │ path mappings │ image of the state at the start │ deltas and images, in the order of the recording
//! ```
//!
//! The file is indexed and not compressed. Ids are those of the shard. Where several shards become one file, ids
//! that two of them use are replaced, and each image holds the state of all shards. A batch that is read in part
//! is written in part.
//!
//! With [`Depth::Sound`] every value is decoded, and those that cannot be are left out: that is how a damaged
//! file is recovered.

mod ids;
mod state;

use super::{
    Export, PIECE, Progress, Scope,
    check::check_event,
    index::push_ids,
    leave_out,
    rows::State,
    writer::{When, Writer},
};
use crate::{
    format::{Error, Event, RecordKind, varints},
    index::Problems,
    query::{
        Selection,
        pass::{Budget, Merged, Step, Stop},
    },
    time::Timestamp,
    timeline::{FilesReader, Kinds, Place, Timeline},
};
use ids::Ids;
use state::JointState;
use std::ops::Bound;

/// How closely values are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// They are copied as they are encoded.
    Copied,
    /// They are decoded, and left out where they cannot be.
    Sound,
}

/// An archive made of a recording.
pub struct Slice {
    depth: Depth,
    start: Option<Timestamp>,
    selections: Vec<Option<Selection>>,
    ids: Ids,
    /// Where several shards become one file.
    joint: Option<JointState>,
    phase: Phase,
    merged: Merged,
    writer: Writer,
    batch: Items,
    reached: Option<Timestamp>,
    left_out: Problems,
}

enum Phase {
    /// The state at the start is read.
    Reading(State),
    Batches,
    Over,
}

/// The items of a batch in the making.
#[derive(Default)]
struct Items {
    count: u64,
    encoded: Vec<u8>,
    ids: Vec<u32>,
}

impl Items {
    fn clear(&mut self) {
        self.count = 0;
        self.encoded.clear();
        self.ids.clear();
    }

    fn push(&mut self, id: u32, event: &[u8]) {
        varints::push(&mut self.encoded, u64::from(id));
        self.encoded.extend_from_slice(event);
        self.ids.push(id);
        self.count += 1;
    }
}

impl Slice {
    /// Nothing is read yet. The paths of the scope, and the ids that no mapping names where it has no filter.
    pub fn new(timeline: &Timeline, scope: &Scope, depth: Depth) -> Self {
        let selections = scope.selections(timeline);
        let start = match scope.start {
            Bound::Included(start) | Bound::Excluded(start) => Some(start),
            Bound::Unbounded => None,
        };
        let is_joint = timeline.shards().len() > 1;
        Self {
            depth,
            start,
            ids: Ids::new(timeline, depth == Depth::Sound),
            joint: is_joint.then(|| JointState::new(timeline.shards().len())),
            phase: Phase::Reading(State::at_start(timeline, scope, &selections)),
            merged: Merged::new(&timeline.files(), scope.bounds(), Kinds::All),
            writer: Writer::new(true, None),
            batch: Items::default(),
            selections,
            reached: None,
            left_out: Problems::default(),
        }
    }

    /// Writes the paths and the state at the start.
    fn begin(&mut self, timeline: &Timeline, state: &State) -> Result<(), Error> {
        self.writer.mappings_of(self.ids.mappings(timeline, &self.selections))?;
        let Some(start) = self.start.filter(|_| state.len() > 0) else { return Ok(()) };
        self.batch.clear();
        for number in 0..state.len() {
            let (shard, image, place) = state.get(number);
            let entry = &image.entries()[place];
            match self.checked(image.event(entry)) {
                Ok(event) => {
                    let id = self.ids.of(shard, entry.id);
                    self.batch.push(id, event.encoded());
                    if let Some(joint) = &mut self.joint {
                        joint.set(shard, id, event.encoded());
                    }
                }
                Err(e) => self.left_out.push(e),
            }
        }
        self.write(RecordKind::ImageBatch, start)
    }

    fn checked<'e>(&self, event: Result<Event<'e>, Error>) -> Result<Event<'e>, Error> {
        let event = event?;
        if self.depth == Depth::Sound {
            check_event(&event)?;
        }
        Ok(event)
    }

    fn batches(&mut self, timeline: &Timeline, budget: &Budget) -> Result<Step, Error> {
        let files = timeline.files();
        let mut readers: Vec<_> = files.iter().map(|files| files.reader()).collect();
        while self.writer.waiting() < PIECE {
            let selections: Vec<_> = self.selections.iter().map(Option::as_ref).collect();
            match self.merged.next(&mut readers, &selections, budget) {
                Err(stop) => return Ok(Step::Stopped(stop)),
                Ok(None) => return Ok(Step::Done),
                Ok(Some((shard, place))) => self.copy(&mut readers[shard], shard, place)?,
            }
        }
        Ok(Step::Stopped(Stop::Budget))
    }

    fn copy(
        &mut self,
        reader: &mut FilesReader<'_>,
        shard: usize,
        place: Place,
    ) -> Result<(), Error> {
        let (kind, time) = (place.kind(), place.key.time);
        let within = |e: Error| e.within(kind.name(), place.key.offset);
        let record = match reader.record(place.key) {
            Ok(record) => record,
            Err(e) => return leave_out(e, &mut self.left_out),
        };
        // An image that lists ids is a delta of which a bit was turned over.
        let mut is_image = place.is_image
            && record.index.is_none_or(|it| it.ids().is_ok_and(|mut ids| ids.next().is_none()));
        let is_empty = record.items.is_empty();
        self.batch.clear();
        for item in record.items {
            let item = match item {
                Ok(item) => item,
                Err(e) => {
                    self.left_out.push(within(e));
                    // What is missing from it would seem to be gone.
                    is_image = false;
                    break;
                }
            };
            let selection = self.selections[shard].as_ref();
            if selection.is_some_and(|selection| !selection.contains_id(item.id)) {
                continue;
            }
            match self.checked(Ok(item.event)) {
                Ok(event) => {
                    let id = self.ids.of(shard, item.id);
                    self.batch.push(id, event.encoded());
                }
                Err(e) => {
                    self.left_out.push(within(e));
                    is_image = false;
                }
            }
        }
        self.reached = Some(time);
        if !is_image && self.batch.count == 0 && (place.is_image || !is_empty) {
            return Ok(());
        }
        if let Some(joint) = &mut self.joint {
            joint.take(shard, &self.batch.encoded, is_image);
            if is_image {
                self.batch.clear();
                joint.each(|id, event| self.batch.push(id, event));
            }
        }
        let kind = if is_image { RecordKind::ImageBatch } else { RecordKind::DeltaBatch };
        self.write(kind, time).map_err(within).or_else(|e| leave_out(e, &mut self.left_out))
    }

    /// Writes the batch that was gathered.
    fn write(&mut self, kind: RecordKind, time: Timestamp) -> Result<(), Error> {
        let (mut count, mut index) = (Vec::new(), Vec::new());
        varints::push(&mut count, self.batch.count);
        if kind == RecordKind::ImageBatch {
            self.batch.ids.clear();
        }
        push_ids(&mut index, &mut self.batch.ids);
        self.writer.batch(kind, When::At(time), &[&index, &count, &self.batch.encoded])
    }
}

impl Export for Slice {
    fn step(&mut self, timeline: &Timeline, budget: &Budget) -> Result<Step, Error> {
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
                    self.begin(timeline, &state)?;
                    self.phase = Phase::Batches;
                }
                Phase::Batches => {
                    self.phase = Phase::Batches;
                    let step = self.batches(timeline, budget)?;
                    if step != Step::Done {
                        return Ok(step);
                    }
                    self.phase = Phase::Over;
                }
                Phase::Over => return Ok(Step::Done),
            }
        }
    }

    fn take(&mut self) -> Vec<u8> {
        self.writer.take()
    }

    fn head(&self) -> Option<[u8; 26]> {
        Some(self.writer.head())
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
}
