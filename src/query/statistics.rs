//! What a file is made of, and how much each of its paths says.
//!
//! Counted in one pass over the delta batches, in pieces. Images repeat what the deltas said, so
//! they count for the file and not for the paths.

use super::number;
use crate::{
    archive::Archive,
    format::{BatchItem, Kind},
    index::Index,
    time::Timestamp,
};
use std::ops::{Bound, Range};

/// What a batch costs beside its bytes, in bytes.
const BATCH_COST: usize = 64;

/// The counts of an archive between two times.
#[derive(Debug)]
pub struct Statistics {
    deltas: Range<usize>,
    images: Range<usize>,
    batches: usize,
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
    pub fn new(index: &Index, bounds: Option<(Timestamp, Timestamp)>) -> Self {
        let range = bounds.map_or((Bound::Unbounded, Bound::Unbounded), |(from, to)| {
            (Bound::Included(from), Bound::Included(to))
        });
        let (deltas, images) = (index.deltas.range(range), index.images.range(range));
        let mut statistics = Self {
            batches: deltas.len() + images.len(),
            paths: vec![PathCounts::default(); index.paths.len()],
            delta: RecordCounts::default(),
            image: RecordCounts::default(),
            sizes: [0; 32],
            gaps: [0; 20],
            longest_gap: None,
            deltas,
            images,
        };
        let mut times = statistics.deltas.clone().map(|number| index.deltas.get(number).time);
        let mut before = times.next();
        for (before, time) in times.filter_map(|time| Some((before.replace(time)?, time))) {
            let gap = time.since(before).nanos();
            let bucket = if gap <= 0 { 0 } else { 1 + gap.ilog10() as usize };
            statistics.gaps[bucket.min(19)] += 1;
            if statistics.longest_gap.is_none_or(|(longest, _)| gap > longest) {
                statistics.longest_gap = Some((gap, before));
            }
        }
        statistics
    }

    /// How many batches are counted, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.batches - self.deltas.len() - self.images.len(), self.batches)
    }

    /// Whether all are.
    pub fn is_whole(&self) -> bool {
        self.deltas.is_empty() && self.images.is_empty()
    }

    /// The counts of each path, by ordinal.
    pub fn paths(&self) -> &[PathCounts] {
        &self.paths
    }

    /// Counts on, for about so many bytes of batches.
    pub fn advance(&mut self, archive: &Archive, budget: usize) {
        let index = archive.index();
        let mut batches = archive.batches();
        let mut left = budget;
        while left > 0 {
            let (mark, is_image) = match (self.images.next(), &mut self.deltas) {
                (Some(number), _) => (index.images.get(number), true),
                (None, deltas) => match deltas.next() {
                    Some(number) => (index.deltas.get(number), false),
                    None => return,
                },
            };
            let counts = if is_image { &mut self.image } else { &mut self.delta };
            counts.records += 1;
            let length = match batches.payload(mark.offset) {
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
            let Ok(items) = batches.batch(mark.offset) else {
                counts.unreadable += 1;
                continue;
            };
            for item in items {
                let Ok(item) = item else {
                    counts.unreadable += 1;
                    break;
                };
                counts.items += 1;
                if let Some(ordinal) = index.paths.ordinal(item.id).filter(|_| !is_image) {
                    self.paths[ordinal as usize].take(&item, mark.time);
                }
            }
            left = left.saturating_sub(length as usize + BATCH_COST);
        }
    }
}
