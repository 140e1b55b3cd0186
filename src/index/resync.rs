//! Finding the way on in a damaged file.
//!
//! Every eight bytes are a record header, so damage shows late: when a length leads past the end,
//! or into zeros. Then the records read last are looked at in full, back to one that is sound
//! throughout, and from behind it the next sound record is searched:
//!
//! ```text
//! sound │ damaged │ what the damage led to … ✗ no record      sound │ …
//!       ^ search from here, byte by byte ─────────────────────▶
//! ```
//!
//! Damage can be long, so the search stops and goes on as the scan does. Costs time in proportion to
//! the file, whatever is in it: records can begin in the middle of others, so what is read of them is
//! counted, and there is an end to it.

use super::{RecordReader, paths::PathsMark};
use crate::{
    format::{
        Batch, Error, FileHeader, LARGEST_OFFSET, PathMappings, Payload, Reader, RecordHeader,
        RecordKind, TIME_BASIS_LEN, is_whole_frame, limits, read_time_basis, starts_frame,
    },
    source::Window,
    time::{Span, Timestamp},
};
use std::collections::VecDeque;

/// How many of the last records are remembered. A wrong length leads astray, and by chance a few
/// steps can follow before it shows.
const REMEMBERED: usize = 64;

/// How many records in a row make a way on where the first alone could be chance.
const RUN: usize = 3;

/// A sound batch or path mappings record of so many bytes is no chance.
const TELLING: u32 = 24;

/// A record that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub offset: u64,
    /// The time basis before the record.
    pub basis: Option<Timestamp>,
}

/// What there was before a record that left more in the index than its batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trace {
    /// Where the record begins.
    pub offset: u64,
    /// How many problems there were.
    pub problems: u64,
    pub paths: PathsMark,
}

/// The last records read, in a ring.
#[derive(Debug)]
pub(super) struct Recent {
    steps: [Step; REMEMBERED],
    pushed: usize,
    /// Those of them that left more than a batch, in order.
    traces: VecDeque<Trace>,
}

impl Default for Recent {
    fn default() -> Self {
        let steps = [Step { offset: 0, basis: None }; REMEMBERED];
        Self { steps, pushed: 0, traces: VecDeque::new() }
    }
}

impl Recent {
    pub fn push(&mut self, step: Step) {
        self.steps[self.pushed % REMEMBERED] = step;
        self.pushed += 1;
    }

    /// Remembers what there was before the last record.
    pub fn trace(&mut self, trace: Trace) {
        let oldest = self.steps[self.pushed.saturating_sub(REMEMBERED) % REMEMBERED].offset;
        while self.traces.pop_front_if(|trace| trace.offset < oldest).is_some() {}
        self.traces.push_back(trace);
    }

    /// Forgets the traces up to here: no record before this one is looked at again.
    pub fn settle(&mut self) {
        self.traces.clear();
    }

    /// What there was before the first of the last records, from `offset` on, that left more than a
    /// batch. Forgets this and later traces.
    pub fn take_trace(&mut self, offset: u64) -> Option<Trace> {
        let from = self.traces.partition_point(|trace| trace.offset < offset);
        let trace = self.traces.get(from).copied();
        self.traces.truncate(from);
        trace
    }

    /// The last records that are not sound, in order.
    pub fn unsound(&self, records: &mut RecordReader<'_>, effort: &mut Effort) -> Vec<Step> {
        let oldest = self.pushed.saturating_sub(REMEMBERED);
        let mut unsound: Vec<_> = (oldest..self.pushed)
            .rev()
            .map(|i| self.steps[i % REMEMBERED])
            .take_while(|step| {
                effort.is_left(step.offset) && !is_sound(records, step.offset, effort)
            })
            .collect();
        unsound.reverse();
        unsound
    }

    /// Forgets all records but not what they left: what is in the ring may be older than it looks,
    /// and is not to be looked at twice.
    pub fn forget(&mut self) {
        self.pushed = 0;
    }
}

/// How many bytes the search for ways on has read, and places it has tried. How many it may grows with
/// what was scanned.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Effort {
    spent: u64,
}

impl Effort {
    /// Whether more may be read by a search that has come to `offset`.
    pub fn is_left(&self, offset: u64) -> bool {
        let grown = offset.saturating_mul(limits::RESYNC_WORK_PER_BYTE);
        self.spent < limits::RESYNC_WORK.saturating_add(grown)
    }

    /// Counts so many bytes as read.
    pub fn spend(&mut self, bytes: u64) {
        self.spent += bytes;
    }
}

/// The search for the first sound records after a place where no record can be. It goes on in pieces,
/// as the scan does, and from where it was when the file grows.
#[derive(Debug)]
pub(super) struct Search {
    /// Where no record can be.
    stuck: u64,
    /// Why none can be there.
    pub problem: Error,
    /// The records before that which are damaged and keep their place, unless another begins within.
    pub damaged: Vec<Step>,
    /// The first place that was tried.
    first: u64,
    /// The place that is tried next.
    pub next: u64,
    /// The end of the file as far as it is known.
    end: u64,
}

/// What came of a piece of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Searched {
    /// Sound records begin at the place that comes next.
    Found,
    /// There is more to search.
    Stopped,
    /// None are found up to the end of the file, or the search costs too much.
    Nothing,
}

impl Search {
    /// Starts a search after `first`, for the end at `stuck` of some damaged records.
    pub fn new(stuck: u64, problem: Error, damaged: Vec<Step>, first: u64, end: u64) -> Self {
        Self { stuck, problem, damaged, first: first + 1, next: first + 1, end }
    }

    /// Learns that the file grew. Returns whether a record can be now where none could.
    pub fn grow(&mut self, records: &mut RecordReader<'_>) -> bool {
        let end = records.end();
        if end == self.end {
            return false;
        }
        let header = records.record_header(self.stuck);
        if !records.failed() {
            // Records that passed the end may lie in the file now.
            let again = self.end.saturating_sub(limits::RESYNC_AGAIN).max(self.first);
            (self.next, self.end) = (self.next.min(again), end);
        }
        header.is_ok_and(|header| !is_zero(&header))
    }

    /// Tries the places before `until`. Stops where the file cannot be read.
    pub fn run(
        &mut self,
        records: &mut RecordReader<'_>,
        until: u64,
        effort: &mut Effort,
    ) -> Searched {
        let (mut window, end) = (Window::default(), records.end());
        while self.next < end && effort.is_left(self.next) {
            if self.next >= until {
                return Searched::Stopped;
            }
            let rest = records.some(self.next, &mut window);
            if rest.starts_with(&[0; RecordHeader::LEN as usize]) {
                // Nothing begins with so many zeros; a hole can be long.
                let zeros = count_zeros(rest);
                self.next += zeros - (RecordHeader::LEN - 1);
                continue;
            }
            let before = *effort;
            effort.spend(1);
            if can_start(rest, end - self.next) && is_way_on(records, self.next, effort) {
                return Searched::Found;
            }
            if records.failed() {
                *effort = before;
                return Searched::Stopped;
            }
            self.next += 1;
        }
        Searched::Nothing
    }
}

/// Whether a header is zeros, which no record begins with.
pub(super) fn is_zero(header: &RecordHeader) -> bool {
    header.kind == RecordKind::Timestamp && header.length == 0
}

/// Whether the first eight bytes are a header as the writer writes them, of a record that fits.
/// Turns away nearly all places at once, without wording an error for each.
fn can_start(bytes: &[u8], left: u64) -> bool {
    let Some((header, _)) = bytes.split_first_chunk() else { return false };
    let header = RecordHeader::from_bytes(*header);
    header.record_len() <= left
        && match header.kind {
            RecordKind::Timestamp => {
                header.offset == Span::default() && header.length as usize == TIME_BASIS_LEN
            }
            RecordKind::PathMappings => header.offset == Span::default(),
            RecordKind::DeltaBatch | RecordKind::ImageBatch => header.offset <= LARGEST_OFFSET,
        }
}

fn count_zeros(bytes: &[u8]) -> u64 {
    const CHUNK: usize = 64;
    let all_zero = |chunk: &&[u8]| chunk.iter().fold(0, |any, byte| any | byte) == 0;
    let whole = bytes.chunks_exact(CHUNK).take_while(all_zero).count() * CHUNK;
    (whole + bytes[whole..].iter().take_while(|byte| **byte == 0).count()) as u64
}

fn is_way_on(records: &mut RecordReader<'_>, candidate: u64, effort: &mut Effort) -> bool {
    if !is_sound(records, candidate, effort) {
        return false;
    }
    let mut offset = candidate;
    for number in 0..RUN {
        if offset == records.end() {
            return true;
        }
        let Ok(header) = records.record_header(offset) else { return false };
        // Of the first it is known that it is sound; of the others only one that tells is read.
        let tells = header.kind != RecordKind::Timestamp && header.length >= TELLING;
        if tells && (number == 0 || is_sound(records, offset, effort)) {
            return true;
        }
        if !starts_well(records, offset) {
            return false;
        }
        offset += header.record_len();
    }
    true
}

fn is_sound(records: &mut RecordReader<'_>, offset: u64, effort: &mut Effort) -> bool {
    let file = records.header;
    let Ok((header, payload)) = records.split(offset) else { return false };
    let read = check(file, &header, payload, Depth::Whole);
    effort.spend(read.bytes);
    read.sound
}

/// Whether the record at `offset` starts as a record of its kind does, whatever its rest is.
pub(super) fn starts_well(records: &mut RecordReader<'_>, offset: u64) -> bool {
    let file = records.header;
    records
        .split(offset)
        .is_ok_and(|(header, payload)| check(file, &header, payload, Depth::Start).sound)
}

/// How much of a record is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// The first of the things in it.
    Start,
    /// All of it, so that it must end where it says. Of compressed batches only the outside.
    Whole,
}

/// What came of looking at a record.
struct Read {
    sound: bool,
    /// How many bytes were looked at.
    bytes: u64,
}

/// Looks at a record, which must be as the writer writes them.
fn check(file: &FileHeader, header: &RecordHeader, payload: Reader<'_>, depth: Depth) -> Read {
    let mut rest = payload;
    let sound = match header.kind {
        RecordKind::Timestamp => {
            header.offset == Span::default()
                && header.length as usize == TIME_BASIS_LEN
                && matches!(read_time_basis(&mut rest), Ok((_, None)))
        }
        RecordKind::PathMappings => {
            header.offset == Span::default() && mappings_are_sound(&mut rest, depth)
        }
        RecordKind::DeltaBatch | RecordKind::ImageBatch => {
            header.offset <= LARGEST_OFFSET && batch_is_sound(file, &mut rest, depth)
        }
    };
    Read { sound, bytes: (payload.remaining() - rest.remaining()) as u64 }
}

/// Leaves `payload` at what was not looked at.
fn mappings_are_sound(payload: &mut Reader<'_>, depth: Depth) -> bool {
    let Ok(mut mappings) = PathMappings::new(*payload) else { return false };
    let sound = match depth {
        Depth::Start => mappings.next().is_none_or(|mapping| mapping.is_ok()),
        Depth::Whole => mappings.by_ref().all(|mapping| mapping.is_ok()),
    };
    *payload = *mappings.rest();
    sound && (depth == Depth::Start || payload.is_empty())
}

/// Leaves `payload` at what was not looked at.
fn batch_is_sound(file: &FileHeader, payload: &mut Reader<'_>, depth: Depth) -> bool {
    let Ok(parts) = Payload::read(*payload, file) else { return false };
    *payload = parts.body;
    let few = if depth == Depth::Start { 1 } else { usize::MAX };
    let indexed = match parts.index.map(|index| index.ids()) {
        None => true,
        Some(Err(_)) => false,
        Some(Ok(ids)) => ids.take(few).all(|id| id.is_ok()),
    };
    if !indexed {
        return false;
    }
    if parts.bound.is_some() {
        let frame = payload.rest();
        if depth == Depth::Start || !starts_frame(frame) {
            return starts_frame(frame);
        }
        // Of a frame of empty blocks every byte is looked at.
        *payload = Reader::new(&[], payload.origin());
        return is_whole_frame(frame);
    }
    let Ok(mut batch) = Batch::new(*payload) else { return false };
    let sound = !batch.is_empty() && batch.by_ref().take(few).all(|item| item.is_ok());
    *payload = *batch.rest();
    sound && (depth == Depth::Start || payload.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_counted_to_the_byte() {
        for length in [8, 9, 63, 64, 65, 128, 200] {
            let mut bytes = vec![0; length];
            assert_eq!(count_zeros(&bytes), length as u64);
            bytes.extend([1, 0, 0]);
            assert_eq!(count_zeros(&bytes), length as u64);
        }
    }
}
