//! What the numbers of each path come to: updates, first and last time, minimum, maximum and mean.
//!
//! Sums are exact, so that answers are equal bit for bit however the batches are split.

use super::{
    Selection,
    change::float,
    pass::{Budget, Pass, Step},
    sum::Sum,
};
use crate::{
    format::BatchItem,
    index::Problems,
    time::Timestamp,
    timeline::{Direction, Files, FilesReader, Kinds, TimeBounds},
};

/// What the updates of one path come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Aggregate {
    /// How many updates there are, those that the path was unsubscribed among them.
    pub updates: u64,
    /// When the first was; 1970 where there are none.
    pub first: Timestamp,
    /// When the last was.
    pub last: Timestamp,
    numbers: u64,
    minimum: f64,
    maximum: f64,
    sum: Sum,
}

impl Aggregate {
    /// The lowest number, the highest number and the mean; `None` where no update was a number. Durations count
    /// in seconds, `NaN` is none.
    pub fn numbers(&self) -> Option<(f64, f64, f64)> {
        let mean = || self.sum.mean(self.numbers);
        (self.numbers > 0).then(|| (self.minimum, self.maximum, mean()))
    }

    fn take(&mut self, item: &BatchItem<'_>, time: Timestamp) {
        if self.updates == 0 {
            self.first = time;
        }
        self.last = time;
        self.updates += 1;
        let value = item.event.value().ok().flatten();
        let Some(number) = value.as_ref().and_then(float) else { return };
        if self.numbers == 0 || number < self.minimum {
            self.minimum = number;
        }
        if self.numbers == 0 || number > self.maximum {
            self.maximum = number;
        }
        self.numbers += 1;
        self.sum.add(number);
    }
}

/// The aggregates of the paths of a shard, counted in pieces over its delta batches.
#[derive(Debug)]
pub struct Aggregates {
    pass: Pass,
    /// By ordinal.
    paths: Vec<Aggregate>,
    problems: Problems,
}

impl Aggregates {
    /// Between two bounds; nothing is counted yet.
    pub fn new(files: Files<'_>, bounds: TimeBounds) -> Self {
        let pass = Pass::new(files, bounds, Kinds::Deltas, Direction::Forward);
        let paths = vec![Aggregate::default(); files.paths().len()];
        Self { pass, paths, problems: Problems::default() }
    }

    /// Counts on. `selection` is the same for every step.
    pub fn step(
        &mut self,
        reader: &mut FilesReader<'_>,
        selection: Option<&Selection>,
        budget: &Budget,
    ) -> Step {
        let paths = reader.files().paths();
        loop {
            let place = match self.pass.next(reader, selection, budget) {
                Err(stop) => return Step::Stopped(stop),
                Ok(None) => return Step::Done,
                Ok(Some(place)) => place,
            };
            let Self { paths: counted, problems, .. } = self;
            let record = match reader.record(place.key) {
                Ok(record) => record,
                Err(e) => {
                    problems.push(e);
                    continue;
                }
            };
            let visited = record.items.visit(|item| {
                if selection.is_none_or(|wanted| wanted.contains_id(item.id))
                    && let Some(ordinal) = paths.ordinal(item.id)
                    && let Some(path) = counted.get_mut(ordinal as usize)
                {
                    path.take(&item, place.key.time);
                }
            });
            if let Err(e) = visited {
                problems.push(e.within(place.kind().name(), place.key.offset));
            }
        }
    }

    /// The aggregates by ordinal.
    pub fn paths(&self) -> &[Aggregate] {
        &self.paths
    }

    /// What could not be read.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// Batches counted, and of how many.
    pub const fn progress(&self) -> (usize, usize) {
        self.pass.progress()
    }
}
