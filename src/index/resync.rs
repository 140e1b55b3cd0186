//! Finding the way on in a damaged file.
//!
//! Every eight bytes are a record header, so damage shows late: when a length leads past the end,
//! or into zeros. Then the records read last are looked at in full, back to one that is sound
//! throughout, and from behind it the next run of sound records is searched.

use super::Scan;
use crate::{
    format::{Batch, PathMappings, Payload, RecordHeader, RecordKind, limits, read_time_basis},
    time::{Span, Timestamp},
};

/// How many of the last records are remembered. A wrong length leads astray, and by chance a few
/// steps can follow before it shows.
const REMEMBERED: usize = 64;

/// How many sound records in a row make a way on.
const RUN: usize = 3;

/// The largest offset that the writer writes; more is not believed while searching.
const LARGEST_OFFSET: Span = Span::from_micros(0x03ff_ffff);

/// A record that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub offset: u64,
    /// The time basis before the record.
    pub basis: Option<Timestamp>,
}

/// The last records read, in a ring.
#[derive(Debug)]
pub(super) struct Recent {
    steps: [Step; REMEMBERED],
    pushed: usize,
}

impl Default for Recent {
    fn default() -> Self {
        Self { steps: [Step { offset: 0, basis: None }; REMEMBERED], pushed: 0 }
    }
}

impl Recent {
    #[inline]
    pub fn push(&mut self, step: Step) {
        self.steps[self.pushed % REMEMBERED] = step;
        self.pushed += 1;
    }

    /// Where the first record that is not sound begins, and the time basis there, when no record
    /// can be at `end`. Forgets the records from there on.
    pub fn last_sound(
        &mut self,
        scan: &Scan<'_>,
        end: u64,
        basis: Option<Timestamp>,
    ) -> (u64, Option<Timestamp>) {
        let mut damaged = (end, basis);
        let oldest = self.pushed.saturating_sub(REMEMBERED);
        while self.pushed > oldest {
            let step = self.steps[(self.pushed - 1) % REMEMBERED];
            if sound_record(scan, step.offset).is_some() {
                break;
            }
            damaged = (step.offset, step.basis);
            self.pushed -= 1;
        }
        // What is left in the ring may be older than it looks; it is not to be trusted twice.
        self.pushed = 0;
        damaged
    }
}

/// The first offset behind `damaged` from which sound records follow each other.
pub(super) fn next_record(scan: &Scan<'_>, damaged: u64) -> Option<u64> {
    let last = scan.end().min(damaged.saturating_add(limits::RESYNC_WINDOW));
    (damaged + 1..last).find(|candidate| {
        let mut offset = *candidate;
        for _ in 0..RUN {
            match sound_record(scan, offset) {
                Some(next) => offset = next,
                None => return false,
            }
            if offset == scan.end() {
                return true;
            }
        }
        true
    })
}

/// The offset behind the record at `offset`, if that is sound throughout and as the writer writes
/// them. Of compressed batches only the outside is looked at.
fn sound_record(scan: &Scan<'_>, offset: u64) -> Option<u64> {
    let (header, mut payload) = scan.split(offset).ok()?;
    let sound = match header.kind {
        RecordKind::Timestamp => {
            header.offset == Span::default()
                && u64::from(header.length) == 12
                && matches!(read_time_basis(&mut payload), Ok((_, None)))
        }
        RecordKind::PathMappings => {
            let mut mappings = PathMappings::new(payload).ok()?;
            header.offset == Span::default()
                && mappings.by_ref().all(|mapping| mapping.is_ok())
                && mappings.rest().is_empty()
        }
        RecordKind::DeltaBatch | RecordKind::ImageBatch => {
            header.offset <= LARGEST_OFFSET && {
                let payload = Payload::read(payload, scan.header).ok()?;
                let indexed = match payload.index {
                    Some(index) => index.ids().ok()?.all(|id| id.is_ok()),
                    None => true,
                };
                indexed
                    && match payload.bound {
                        Some(_) => payload.body.rest().starts_with(b"\x28\xb5\x2f\xfd"),
                        None => {
                            let mut batch = Batch::new(payload.body).ok()?;
                            !batch.is_empty()
                                && batch.by_ref().all(|item| item.is_ok())
                                && batch.rest().is_empty()
                        }
                    }
            }
        }
    };
    sound.then(|| offset + RecordHeader::LEN + u64::from(header.length))
}
