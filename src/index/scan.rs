//! The pass over the record headers.
//!
//! A record says its own length, so that damage inside one does not hide the next. Only where a
//! header itself cannot be right is the way on searched for (see [`super::resync`]).

use super::{
    BatchTimes, Index, Mark,
    paths::Mapped,
    resync::{self, Step},
};
use crate::{
    format::{
        Error, ErrorKind, FileHeader, Origin, PathMappings, RawBasis, Reader, RecordHeader,
        RecordKind, TIME_BASIS_LEN, canonical_path, passes_the_end, read_time_basis,
    },
    source::{Held, Pages},
    time::Timestamp,
};

/// So many batches are looked at before the index is touched.
const RUN: usize = 64;

/// At least so many bytes are brought close at a time, where batches have less than [`LONG_STEP`]
/// bytes. Where the next record begins is known only when this one is read, so that a processor waits
/// for each; longer steps pass over more than they need.
const WARMED: u64 = 16 << 10;
const LONG_STEP: u64 = 2048;

/// Bytes of a path and its id that are hardly fewer. Room is made for no more mappings than that.
const LIKELY_MAPPING: usize = 16;

/// Looks at the records of a file.
pub(crate) struct Scan<'a> {
    pages: &'a Pages,
    /// What the header of the file says.
    pub header: &'a FileHeader,
    held: Held,
    /// Bytes before this offset were brought close.
    warmed: u64,
    /// Why the file could not be read, if it could not. No finding of a scan counts then.
    failure: Option<Error>,
}

impl<'a> Scan<'a> {
    /// A scan of a file with this header.
    pub fn new(pages: &'a Pages, header: &'a FileHeader) -> Self {
        Self { pages, header, held: Held::default(), warmed: 0, failure: None }
    }

    /// Reads the records that begin between `index.end()` and `until` into `index`. Returns
    /// whether that was all: there are no more, or none that can be read.
    pub fn run(&mut self, index: &mut Index, until: u64) -> bool {
        index.tail.clear();
        let end = self.end();
        let mut is_over = end <= until;
        while index.end < end.min(until) {
            self.batches_in_order(index, end.min(until));
            if index.end >= end.min(until) {
                break;
            }
            let Err(problem) = self.record(index) else { continue };
            if let Some(skipped) = self.recover(index) {
                index.problems.push(skipped);
                continue;
            }
            is_over = true;
            match self.failure.take() {
                Some(failure) => index.tail.push(failure),
                // Nothing more can be read, unless the file grows.
                None => {
                    index.tail.push(problem);
                    index.tail.extend(self.left_out(index.end));
                }
            }
            break;
        }
        index.deltas.restore_order();
        index.images.restore_order();
        if is_over {
            index.tail.extend(self.end_of_file());
        }
        is_over
    }

    /// Offset of the end of what may be read as records.
    pub fn end(&self) -> u64 {
        self.header.committed.min(self.pages.length())
    }

    /// The header and payload of the record at `offset`.
    #[inline(always)]
    pub fn split(&mut self, offset: u64) -> Result<(RecordHeader, Reader<'_>), Error> {
        let header = self.record_header(offset)?;
        let (start, length) = (offset + RecordHeader::LEN, header.length as usize);
        let payload =
            self.bytes(start, length).map_err(|e| e.within(header.kind.name(), offset))?;
        Ok((header, Reader::new(payload, Origin::File(start))))
    }

    /// The header of the record at `offset`, whose payload lies in the file.
    #[inline(always)]
    pub fn record_header(&mut self, offset: u64) -> Result<RecordHeader, Error> {
        let left = self.end().saturating_sub(offset);
        if left < RecordHeader::LEN {
            let detail = passes_the_end("record header", RecordHeader::LEN, left);
            return Err(Error::new(ErrorKind::Truncated, offset, detail));
        }
        let bytes = self.bytes(offset, RecordHeader::LEN as usize)?;
        let header = RecordHeader::from_bytes(*bytes.first_chunk().expect("eight bytes"));
        if header.record_len() > left {
            let left = left - RecordHeader::LEN;
            let detail = passes_the_end("payload", u64::from(header.length), left);
            return Err(Error::new(ErrorKind::Truncated, offset + RecordHeader::LEN, detail)
                .within(header.kind.name(), offset));
        }
        Ok(header)
    }

    /// As many of the committed bytes from `offset` on as are at hand, eight at least if there are
    /// so many.
    pub fn some<'h>(&mut self, offset: u64, held: &'h mut Held) -> &'h [u8] {
        let (end, pages) = (self.end(), self.pages);
        pages.some(offset, end, RecordHeader::LEN as usize, held).unwrap_or_else(|failure| {
            self.failure = Some(failure);
            &[]
        })
    }

    /// The bytes at hand.
    pub fn held(&self) -> &Held {
        &self.held
    }

    /// Whether the file could not be read.
    pub fn failed(&self) -> bool {
        self.failure.is_some()
    }

    #[inline(always)]
    fn bytes(&mut self, offset: u64, len: usize) -> Result<&[u8], Error> {
        let Self { pages, held, failure, .. } = self;
        match pages.bytes(offset, len, held) {
            Ok(bytes) => Ok(bytes),
            Err(e) => {
                if e.kind() == ErrorKind::Source {
                    *failure = Some(e.clone());
                }
                Err(e)
            }
        }
    }

    /// Reads batches of the page at hand for as long as there is nothing to say about them: what
    /// nearly all records are, at a small part of what [`record`](Self::record) costs.
    fn batches_in_order(&mut self, index: &mut Index, until: u64) {
        let Some(basis) = index.basis else { return };
        // How many bytes the last run had, where it is worth it to bring the next close.
        let mut run = 0;
        loop {
            let start = index.end;
            let (ahead, warmed) = ((2 * run).max(WARMED), self.warmed.max(start));
            if run > 0 && warmed < start + ahead / 2 {
                self.warmed = start + ahead;
                self.held.warm_all(warmed..self.warmed);
            }
            let batches = self.run_of_batches(index, basis, until) as u64;
            if batches == 0 {
                return;
            }
            let len = index.end - start;
            run = if len / batches < LONG_STEP { len } else { 0 };
        }
    }

    /// Reads up to [`RUN`] batches of one kind from `index.end` on, and says how many.
    fn run_of_batches(&self, index: &mut Index, basis: Timestamp, until: u64) -> usize {
        let (start, committed) = (index.end, self.end());
        let page = self.held.at_hand(start);
        let Some(first) = page.first_chunk() else { return 0 };
        let kind = RecordHeader::from_bytes(*first).kind;
        // No sum with this basis runs over, and may be taken without a look.
        let is_sound = basis.saturating_add(RecordHeader::FARTHEST) < Timestamp::MAX;
        if !matches!(kind, RecordKind::DeltaBatch | RecordKind::ImageBatch) || !is_sound {
            return 0;
        }
        let mut last = index.previous.unwrap_or(Timestamp::MIN);
        let mut marks = [Mark { time: last, offset: start }; RUN];
        let (mut count, mut end) = (0, start);
        for mark in &mut marks {
            let Ok(at) = usize::try_from(end - start) else { break };
            let Some(header) = page.get(at..).and_then(<[u8]>::first_chunk) else { break };
            let header = RecordHeader::from_bytes(*header);
            let after = end + header.record_len();
            let time = Timestamp::from_nanos(basis.nanos() + header.offset.nanos());
            if header.kind != kind || after > committed || time < last || end >= until {
                break;
            }
            *mark = Mark { time, offset: end };
            (last, end) = (time, after);
            count += 1;
        }
        if count > 0 {
            index.batches_mut(kind).extend(&marks[..count]);
            for mark in &marks[..count] {
                index.recent.push(Step { offset: mark.offset, basis: Some(basis) });
            }
            (index.previous, index.end) = (Some(last), end);
        }
        count
    }

    /// Reads the record at `index.end()`. `Err` where no record can be.
    #[inline]
    fn record(&mut self, index: &mut Index) -> Result<(), Error> {
        let offset = index.end;
        let header = self.record_header(offset)?;
        if header.kind == RecordKind::Timestamp && header.length == 0 {
            let detail = "zeros where a record should start".to_owned();
            return Err(Error::new(ErrorKind::NotARecord, offset, detail));
        }
        let step = Step { offset, basis: index.basis };
        match header.kind {
            kind @ (RecordKind::DeltaBatch | RecordKind::ImageBatch) => {
                let time = batch_time(index, offset, &header);
                index.batches_mut(kind).push(Mark { time, offset });
            }
            RecordKind::Timestamp if header.length as usize > TIME_BASIS_LEN => {
                // Of a batch whose kind was damaged, say; the basis of before is the likelier one.
                let detail = format!(
                    "{} bytes where a time basis has {TIME_BASIS_LEN}; not taken,",
                    header.length
                );
                let problem = Error::new(ErrorKind::Length, offset + RecordHeader::LEN, detail);
                index.problems.push(problem.within(header.kind.name(), offset));
            }
            kind => match self.split(offset) {
                Ok((_, payload)) if kind == RecordKind::Timestamp => {
                    time_basis(index, offset, payload);
                }
                Ok((_, payload)) => path_mappings(index, offset, payload),
                Err(e) if e.kind() == ErrorKind::Limit => index.problems.push(e),
                Err(e) => return Err(e),
            },
        }
        index.recent.push(step);
        index.end = offset + header.record_len();
        Ok(())
    }

    /// Searches the way on from where no record can be, and takes back what was read wrongly on
    /// the way there. Says what is skipped; `None` where nothing more can be read.
    fn recover(&mut self, index: &mut Index) -> Option<Error> {
        let unsound = index.recent.take_unsound(self, &mut index.effort);
        let damaged = unsound.first().map_or(index.end, |step| step.offset);
        let next = resync::next_record(self, damaged, &mut index.effort);
        if self.failure.is_some() {
            return None;
        }
        // A record that is damaged inside keeps its place unless another begins within it.
        let mut ends = unsound.iter().skip(1).map(|step| step.offset).chain([index.end]);
        let wrong = unsound.iter().find(|step| {
            let end = ends.next().unwrap_or(u64::MAX);
            next.is_some_and(|next| next < end) || !resync::starts_well(self, step.offset)
        });
        if let Some(step) = wrong {
            for batches in [&mut index.deltas, &mut index.images] {
                batches.forget_from(step.offset);
            }
            index.basis = step.basis;
            index.end = step.offset;
            index.odd_bases.retain(|(start, _)| *start < step.offset);
            let last = [&index.deltas, &index.images].map(BatchTimes::last_in_file);
            let last = last.into_iter().flatten().max_by_key(|mark| mark.offset);
            index.previous = last.map(|mark| mark.time);
        }
        let (skipped, next) = (index.end, next?);
        index.end = next;
        let detail = format!(
            "{} bytes that are no records are skipped; if a time basis was among them, the times \
             up to the next one are wrong",
            next - skipped
        );
        Some(Error::new(ErrorKind::NotARecord, skipped, detail))
    }

    /// What to say of the bytes behind the last record that can be read. Of a file that was cut
    /// short it is said that it was.
    fn left_out(&self, end: u64) -> Option<Error> {
        if self.header.committed > self.pages.length() {
            return None;
        }
        let detail = format!("{} bytes in which no record is found are not read", self.end() - end);
        Some(Error::new(ErrorKind::NotARecord, end, detail))
    }

    /// What the end of the file says about the file.
    fn end_of_file(&self) -> Option<Error> {
        let (committed, length) = (self.header.committed, self.pages.length());
        if committed > length {
            let detail = format!(
                "the header says that records end at {committed:#x}, {} bytes past the end of the \
                 file: it was cut short, or is still being copied",
                committed - length
            );
            return Some(Error::without_offset(ErrorKind::Committed, detail));
        }
        let behind = length - committed;
        let first = self.pages.read(committed, RecordHeader::LEN as usize);
        let started = first.is_ok_and(|first| first.iter().any(|byte| *byte != 0));
        started.then(|| {
            let detail = format!(
                "{behind} bytes behind the committed end are not read: they were never said to be \
                 whole"
            );
            Error::new(ErrorKind::Uncommitted, committed, detail)
        })
    }
}

fn time_basis(index: &mut Index, offset: u64, payload: Reader<'_>) {
    let name = RecordKind::Timestamp.name();
    match read_time_basis(&mut payload.clone()) {
        Ok((basis, outside)) => {
            index.basis = Some(basis);
            index.note_basis(offset, RawBasis::read(payload).filter(|raw| !raw.is_exact(basis)));
            if let Some(outside) = outside {
                index.problems.push(outside.within(name, offset));
            }
        }
        // The old basis stays: of two wrong times it is the nearer one.
        Err(e) => index.problems.push(e.within(name, offset)),
    }
}

fn path_mappings(index: &mut Index, offset: u64, payload: Reader<'_>) {
    let name = RecordKind::PathMappings.name();
    let payload_len = payload.remaining();
    index.effort.spend(payload_len as u64);
    let mut mappings = match PathMappings::new(payload) {
        Ok(mappings) => mappings,
        Err(e) => return index.problems.push(e.within(name, offset)),
    };
    index.paths.reserve(mappings.left().min(payload_len / LIKELY_MAPPING));
    let mut sound = true;
    for mapping in mappings.by_ref() {
        match mapping {
            Ok(mapping) => {
                let path = canonical_path(mapping.path);
                let mapped = index.paths.insert(&path, mapping.id);
                if mapped != Mapped::New {
                    index.problems.push_with(|| {
                        contradiction(mapped, &path, mapping.id, offset).within(name, offset)
                    });
                }
            }
            Err(e) => {
                sound = false;
                index.problems.push(e.within(name, offset));
            }
        }
    }
    if sound {
        note_rest(index, name, offset, mappings.rest());
    }
}

fn batch_time(index: &mut Index, offset: u64, header: &RecordHeader) -> Timestamp {
    let name = header.kind.name();
    let basis = index.basis.unwrap_or_else(|| {
        index.problems.push_with(|| {
            let detail = "no time basis stands before this batch; its time is not known";
            Error::new(ErrorKind::Time, offset, detail).within(name, offset)
        });
        index.note_basis(offset, Some(RawBasis::NONE));
        Timestamp::MIN
    });
    let time = basis.saturating_add(header.offset);
    if let Some(last) = index.previous.replace(time)
        && time < last
    {
        index.problems.push_with(|| {
            let detail = format!("{time} lies before {last}, the time of an earlier batch,");
            Error::new(ErrorKind::Time, offset, detail).within(name, offset)
        });
    }
    time
}

/// Notes bytes behind what a record holds.
fn note_rest(index: &mut Index, name: &'static str, record: u64, rest: &Reader<'_>) {
    if !rest.is_empty() {
        let detail = format!("{} bytes more than its contents, not read,", rest.remaining());
        index.problems.push(rest.error(ErrorKind::Length, detail).within(name, record));
    }
}

/// Words what is wrong with a mapping that is not [`Mapped::New`].
fn contradiction(mapped: Mapped, path: &str, id: u32, offset: u64) -> Error {
    let (kind, detail) = match mapped {
        Mapped::New | Mapped::Again => {
            (ErrorKind::DuplicateMapping, format!("{path:?} is mapped to id {id} again"))
        }
        Mapped::OtherPath => (
            ErrorKind::DuplicateMapping,
            format!("id {id} had another path before, and is {path:?} now"),
        ),
        Mapped::OtherId(other) => (
            ErrorKind::DuplicateMapping,
            format!("{path:?} had the id {other} before, and has {id} too now"),
        ),
        Mapped::Conflict => (
            ErrorKind::DuplicateMapping,
            format!(
                "id {id} has another path in the path index; {path:?}, as this file has it, counts"
            ),
        ),
        Mapped::TooMany => {
            (ErrorKind::Limit, format!("more paths than this reader takes; {path:?} is left out"))
        }
    };
    Error::new(kind, offset, detail)
}
