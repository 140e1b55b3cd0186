//! What the files of a shard are made of, and how much each of its paths says.
//!
//! Counted in one pass over the batches, in pieces. Images repeat what the deltas said, so
//! they count for the file and not for the paths.

use super::{
    between, number,
    pass::{Budget, Pass, Step},
};
use crate::{
    format::{BatchItem, Kind},
    time::Timestamp,
    timeline::{Direction, Files, FilesReader, Kinds},
};

/// The counts of a shard between two times.
#[derive(Debug)]
pub struct Statistics {
    pass: Pass,
    /// By ordinal.
    paths: Vec<PathCounts>,
    /// Of the delta batches.
    pub delta: RecordCounts,
    /// Of the image batches.
    pub image: RecordCounts,
    /// Delta batches by their size in bytes, a bucket for each power of two.
    pub sizes: [u64; 32],
    /// Pauses between delta batches by their length in nanoseconds, a bucket for each power of
    /// ten, the first of none at all.
    pub gaps: [u64; 20],
    /// The longest pause, and when it began.
    pub longest_gap: Option<(i64, Timestamp)>,
}

/// What the records of one kind take.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct RecordCounts {
    /// How many there are.
    pub records: u64,
    /// In the file, in bytes.
    pub bytes: u64,
    /// What they are inflated, at most; the same where nothing is compressed.
    pub inflated: u64,
    /// Their items.
    pub items: u64,
    /// Those that cannot be read to their end.
    pub unreadable: u64,
}

/// What one path says.
#[derive(Debug, Clone, Copy)]
pub struct PathCounts {
    /// Events.
    pub updates: u64,
    /// Bytes of their encoding.
    pub bytes: u64,
    /// When the first was.
    pub first: Timestamp,
    /// When the last was.
    pub last: Timestamp,
    /// The lowest number; infinite where there is none.
    pub min: f64,
    /// The highest number.
    pub max: f64,
    /// A bit for each type, by its place among the types; the highest bit for unsubscribed.
    kinds: u32,
}

impl Default for PathCounts {
    fn default() -> Self {
        Self {
            updates: 0,
            bytes: 0,
            first: Timestamp::MIN,
            last: Timestamp::MIN,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            kinds: 0,
        }
    }
}

const UNSUBSCRIBED: u32 = 1 << 31;

impl PathCounts {
    /// The names of the types.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        let kinds = self.kinds;
        let typed = (0..=u8::MAX).filter_map(Kind::from_tag);
        let mut named: Vec<_> = typed.filter(move |kind| kinds & bit(*kind) != 0).collect();
        named.sort_unstable();
        named.dedup();
        let gone = (kinds & UNSUBSCRIBED != 0).then_some("unsubscribed");
        named.into_iter().map(Kind::name).chain(gone)
    }

    fn take(&mut self, item: &BatchItem<'_>, time: Timestamp) {
        if self.updates == 0 {
            self.first = time;
        }
        self.last = time;
        self.updates += 1;
        self.bytes += item.event.encoded().len() as u64;
        self.kinds |= item.event.kind().map_or(UNSUBSCRIBED, bit);
        if let Ok(Some(value)) = item.event.value()
            && let Some(number) = number(&value)
        {
            self.min = self.min.min(number);
            self.max = self.max.max(number);
        }
    }
}

fn bit(kind: Kind) -> u32 {
    1 << (kind as u32)
}

impl Statistics {
    /// Nothing is counted yet but the pauses, which the index knows.
    pub fn new<'a>(files: impl Into<Files<'a>>, bounds: Option<(Timestamp, Timestamp)>) -> Self {
        let files = files.into();
        let range = between(bounds);
        let mut statistics = Self {
            pass: Pass::new(files, range, Kinds::All, Direction::Forward),
            paths: vec![PathCounts::default(); files.paths().len()],
            delta: RecordCounts::default(),
            image: RecordCounts::default(),
            sizes: [0; 32],
            gaps: [0; 20],
            longest_gap: None,
        };
        let times = files.archives().iter().flat_map(|archive| {
            let deltas = &archive.index().deltas;
            let numbers = deltas.range(range);
            let numbers = numbers.ranges().to_vec().into_iter().flatten();
            numbers.map(|number| deltas.get(number).time)
        });
        let mut before: Option<Timestamp> = None;
        for time in times {
            if let Some(before) = before.replace(time) {
                statistics.note_gap(before, time);
            }
        }
        statistics
    }

    fn note_gap(&mut self, before: Timestamp, time: Timestamp) {
        let gap = time.since(before).nanos();
        let bucket = if gap <= 0 { 0 } else { 1 + gap.ilog10() as usize };
        self.gaps[bucket.min(19)] += 1;
        if self.longest_gap.is_none_or(|(longest, _)| gap > longest) {
            self.longest_gap = Some((gap, before));
        }
    }

    /// How many batches are counted, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        self.pass.progress()
    }

    /// Whether all are.
    pub fn is_whole(&self) -> bool {
        self.pass.is_over()
    }

    /// The counts of each path, by ordinal.
    pub fn paths(&self) -> &[PathCounts] {
        &self.paths
    }

    /// Counts on.
    pub fn step(&mut self, reader: &mut FilesReader<'_>, budget: &Budget) -> Step {
        let paths = reader.files().paths();
        loop {
            let place = match self.pass.next(reader, None, budget) {
                Err(stop) => return Step::Stopped(stop),
                Ok(None) => return Step::Done,
                Ok(Some(place)) => place,
            };
            let (key, is_image) = (place.key, place.is_image);
            let counts = if is_image { &mut self.image } else { &mut self.delta };
            counts.records += 1;
            let length = match reader.payload(key) {
                Ok((record, payload)) => {
                    counts.bytes += u64::from(record.length);
                    counts.inflated += u64::from(payload.bound.unwrap_or(record.length));
                    record.length
                }
                Err(_) => 0,
            };
            if !is_image {
                self.sizes[(length.max(1).ilog2() as usize).min(31)] += 1;
            }
            let Ok(record) = reader.record(key) else {
                counts.unreadable += 1;
                continue;
            };
            for item in record.items {
                let Ok(item) = item else {
                    counts.unreadable += 1;
                    break;
                };
                counts.items += 1;
                if let Some(ordinal) = paths.ordinal(item.id).filter(|_| !is_image)
                    && let Some(path) = self.paths.get_mut(ordinal as usize)
                {
                    path.take(&item, key.time);
                }
            }
        }
    }
}
