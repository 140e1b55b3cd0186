//! The pass over the record headers.
//!
//! A record says its own length, so that damage inside one does not hide the next. Only where a
//! header itself cannot be right is the way on searched for (see [`super::resync`]).

use super::{
    BatchTimes, Index, Mark, RecordReader,
    paths::Mapped,
    resync::{self, Effort, Recent, Search, Searched, Step, Trace},
};
use crate::{
    format::{
        Error, ErrorKind, FileHeader, PathMappings, RawBasis, Reader, RecordHeader, RecordKind,
        TIME_BASIS_LEN, canonical_path, read_time_basis,
    },
    source::Pages,
    time::{Span, Timestamp},
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

/// What a scan needs, beside the index, to go on where the last one ended.
#[derive(Debug, Default)]
pub(crate) struct ScanProgress {
    /// The time basis at the end of the index.
    basis: Option<Timestamp>,
    /// The time of the last batch.
    previous: Option<Timestamp>,
    /// The last records, for the case that they turn out to be none.
    recent: Recent,
    /// The search for the way on, where no record can be at the end of the index.
    search: Option<Search>,
    /// What such searches have cost.
    effort: Effort,
}

impl ScanProgress {
    /// That of a scan whose index was stored: nothing of it is searched for any more.
    pub(super) fn after(basis: Option<Timestamp>, previous: Option<Timestamp>) -> Self {
        Self { basis, previous, ..Self::default() }
    }

    /// The time basis at the end of the index.
    pub(super) const fn basis(&self) -> Option<Timestamp> {
        self.basis
    }

    /// The time of the last batch.
    pub(super) const fn previous(&self) -> Option<Timestamp> {
        self.previous
    }

    /// Where the file is read next: at the end of the index, or after it while a way on is searched.
    pub fn next_offset(&self, index: &Index) -> u64 {
        self.search.as_ref().map_or(index.end, |search| search.next)
    }
}

/// One step of a scan of a file.
pub(crate) struct Scan<'a> {
    records: RecordReader<'a>,
    index: &'a mut Index,
    progress: &'a mut ScanProgress,
    /// Bytes before this offset were brought close.
    warmed: u64,
}

impl<'a> Scan<'a> {
    /// Goes on with `index`, which is that of the file up to some record.
    pub fn new(
        pages: &'a Pages,
        header: &'a FileHeader,
        index: &'a mut Index,
        progress: &'a mut ScanProgress,
    ) -> Self {
        Self { records: RecordReader::new(pages, header), index, progress, warmed: 0 }
    }

    /// Reads the records that begin between `index.end()` and `until` into the index. Returns
    /// whether that was all: there are no more, or none that can be read.
    ///
    /// # Errors
    /// [`ErrorKind::Pending`] where it comes to bytes that are not here yet. The next step goes on there.
    pub fn run(mut self, until: u64) -> Result<bool, Error> {
        self.index.tail.clear();
        let is_over = self.records_before(until);
        let end = match is_over {
            Ok(true) => self.end_of_file(),
            _ => Ok(None),
        };
        if end.is_err() || is_over.is_err() {
            self.index.tail.clear();
        }
        self.index.tail.extend(end?);
        is_over
    }

    fn records_before(&mut self, until: u64) -> Result<bool, Error> {
        let end = self.records.end();
        loop {
            if let Some(mut search) = self.progress.search.take() {
                match self.search(&mut search, until) {
                    Searched::Found => {}
                    searched => {
                        let is_over = searched == Searched::Nothing;
                        if is_over {
                            // Nothing more can be read, unless the file grows.
                            self.index.tail.push(search.problem.clone());
                            self.index.tail.extend(self.left_out());
                        }
                        self.progress.search = Some(search);
                        if !self.records.failed() {
                            return Ok(is_over);
                        }
                    }
                }
            } else {
                self.batches_in_order(end.min(until));
                if self.index.end >= end.min(until) {
                    return Ok(end <= until);
                }
                if let Err(problem) = self.record()
                    && !self.records.failed()
                {
                    self.start_search(problem);
                }
            }
            if let Some(failure) = self.records.take_failure() {
                if failure.kind() == ErrorKind::Pending {
                    return Err(failure);
                }
                self.index.tail.push(failure);
                return Ok(true);
            }
        }
    }

    /// Reads batches of the page at hand for as long as there is nothing to say about them: what
    /// nearly all records are, at a small part of what [`record`](Self::record) costs.
    fn batches_in_order(&mut self, until: u64) {
        let Some(basis) = self.progress.basis else { return };
        // How many bytes the last run had, where it is worth it to bring the next close.
        let mut run = 0;
        loop {
            let start = self.index.end;
            let (ahead, warmed) = ((2 * run).max(WARMED), self.warmed.max(start));
            if run > 0 && warmed < start + ahead / 2 {
                self.warmed = start + ahead;
                self.records.warm_all(warmed..self.warmed);
            }
            let batches = self.run_of_batches(basis, until) as u64;
            if batches == 0 {
                return;
            }
            let len = self.index.end - start;
            run = if len / batches < LONG_STEP { len } else { 0 };
        }
    }

    /// Reads up to [`RUN`] batches of one kind from `index.end` on, and says how many.
    fn run_of_batches(&mut self, basis: Timestamp, until: u64) -> usize {
        let Self { records, index, progress, .. } = self;
        let (start, committed) = (index.end, records.end());
        let page = records.at_hand(start);
        let Some(first) = page.first_chunk() else { return 0 };
        let kind = RecordHeader::from_bytes(*first).kind;
        // No sum with this basis runs over, and may be taken without a look.
        let is_sound = basis.saturating_add(RecordHeader::FARTHEST) < Timestamp::MAX;
        if !matches!(kind, RecordKind::DeltaBatch | RecordKind::ImageBatch) || !is_sound {
            return 0;
        }
        let mut last = progress.previous.unwrap_or(Timestamp::MIN);
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
                progress.recent.push(Step { offset: mark.offset, basis: Some(basis) });
            }
            (progress.previous, index.end) = (Some(last), end);
        }
        count
    }

    /// Reads the record at `index.end()`. `Err` where no record can be.
    #[inline]
    fn record(&mut self) -> Result<(), Error> {
        let Self { records, index, progress, .. } = self;
        let offset = index.end;
        let header = records.record_header(offset)?;
        if resync::is_zero(&header) {
            let detail = "zeros where a record should start".to_owned();
            return Err(Error::new(ErrorKind::NotARecord, offset, detail));
        }
        let step = Step { offset, basis: progress.basis };
        let (problems, paths) = (index.problems.count(), index.paths.mark());
        let mut is_settled = false;
        match header.kind {
            kind @ (RecordKind::DeltaBatch | RecordKind::ImageBatch) => {
                let time = batch_time(index, progress, offset, &header);
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
            kind => match records.split(offset) {
                Ok((_, payload)) if kind == RecordKind::Timestamp => {
                    if let Some(basis) = time_basis(index, offset, payload) {
                        progress.basis = Some(basis);
                    }
                }
                Ok((_, payload)) => {
                    progress.effort.spend(payload.remaining() as u64);
                    let is_sound = path_mappings(index, offset, payload);
                    is_settled = is_sound && header.offset == Span::default();
                }
                Err(e) if e.kind() == ErrorKind::Limit => index.problems.push(e),
                Err(e) => return Err(e),
            },
        }
        progress.recent.push(step);
        if is_settled {
            // What damage leads to ends at a sound record, so neither this one is taken back, nor any
            // before it.
            index.paths.settle();
            progress.recent.settle();
        } else if index.problems.count() > problems || index.paths.mark() != paths {
            progress.recent.trace(Trace { offset, problems, paths });
        }
        index.end = offset + header.record_len();
        Ok(())
    }

    /// Starts to search the way on from the end of the index, where no record can be. Takes back what
    /// was read wrongly on the way there. Changes nothing where the file cannot be read.
    fn start_search(&mut self, problem: Error) {
        let Self { records, index, progress, .. } = self;
        let (stuck, mut effort) = (index.end, progress.effort);
        let mut damaged = progress.recent.unsound(records, &mut effort);
        let wrong = damaged.iter().position(|step| !resync::starts_well(records, step.offset));
        if records.failed() {
            return;
        }
        let (first, end) = (damaged.first().map_or(stuck, |step| step.offset), records.end());
        progress.effort = effort;
        progress.recent.forget();
        if let Some(wrong) = wrong {
            self.take_back(damaged[wrong]);
            damaged.truncate(wrong);
        }
        self.progress.search = Some(Search::new(stuck, problem, damaged, first, end));
    }

    /// Goes on with a search. Where it finds the way on, it is gone, and the bytes that are skipped
    /// are a problem.
    fn search(&mut self, search: &mut Search, until: u64) -> Searched {
        let Self { records, progress, .. } = self;
        if search.grow(records) {
            progress.recent.settle();
            return Searched::Found;
        }
        if records.failed() {
            return Searched::Stopped;
        }
        let searched = search.run(records, until, &mut progress.effort);
        if searched == Searched::Found {
            self.skip(search);
        }
        searched
    }

    /// Goes on at the end of a search. A record that is damaged inside keeps its place unless another
    /// begins within it.
    fn skip(&mut self, search: &Search) {
        let next = search.next;
        let mut ends =
            search.damaged.iter().skip(1).map(|step| step.offset).chain([self.index.end]);
        let wrong = search.damaged.iter().find(|_| ends.next().is_some_and(|end| next < end));
        if let Some(step) = wrong {
            self.take_back(*step);
        }
        self.progress.recent.settle();
        let skipped = std::mem::replace(&mut self.index.end, next);
        let detail = format!(
            "{} bytes that are no records are skipped; if a time basis was among them, the times \
             up to the next one are wrong",
            next - skipped
        );
        self.index.problems.push(Error::new(ErrorKind::NotARecord, skipped, detail));
    }

    /// Takes back all that was read from a record on that is none.
    fn take_back(&mut self, step: Step) {
        let Self { index, progress, .. } = self;
        for batches in [&mut index.deltas, &mut index.images] {
            batches.forget_from(step.offset);
        }
        if let Some(trace) = progress.recent.take_trace(step.offset) {
            index.problems.take_back(trace.problems);
            index.paths.take_back(trace.paths);
        }
        progress.basis = step.basis;
        index.end = step.offset;
        index.odd_bases.retain(|(start, _)| *start < step.offset);
        let last = [&index.deltas, &index.images].map(BatchTimes::last_in_file);
        let last = last.into_iter().flatten().max_by_key(|mark| mark.offset);
        progress.previous = last.map(|mark| mark.time);
    }

    /// What to say of the bytes after the last record that can be read. Of a file that was cut
    /// short it is said that it was.
    fn left_out(&self) -> Option<Error> {
        if self.records.header.committed > self.records.pages().length() {
            return None;
        }
        let end = self.index.end;
        let left = self.records.end() - end;
        let detail = format!("{left} bytes in which no record is found are not read");
        Some(Error::new(ErrorKind::NotARecord, end, detail))
    }

    /// What the end of the file says about the file.
    fn end_of_file(&self) -> Result<Option<Error>, Error> {
        let pages = self.records.pages();
        let (committed, length) = (self.records.header.committed, pages.length());
        if committed > length {
            let detail = format!(
                "the header says that records end at {committed:#x}, {} bytes past the end of the \
                 file: it was cut short, or is still being copied",
                committed - length
            );
            return Ok(Some(Error::without_offset(ErrorKind::Committed, detail)));
        }
        let uncommitted = length - committed;
        let first = pages.read(committed, RecordHeader::LEN as usize);
        let started = match first {
            Err(pending) if pending.kind() == ErrorKind::Pending => return Err(pending),
            first => first.is_ok_and(|first| first.iter().any(|byte| *byte != 0)),
        };
        Ok(started.then(|| {
            let detail = format!(
                "{uncommitted} bytes behind the committed end are not read: they were never said \
                 to be whole"
            );
            Error::new(ErrorKind::Uncommitted, committed, detail)
        }))
    }
}

/// Reads the time basis of the record at `offset`; `None` where it is damaged.
fn time_basis(index: &mut Index, offset: u64, payload: Reader<'_>) -> Option<Timestamp> {
    let name = RecordKind::Timestamp.name();
    match read_time_basis(&mut payload.clone()) {
        Ok((basis, outside)) => {
            index.note_basis(offset, RawBasis::read(payload).filter(|raw| !raw.is_exact(basis)));
            if let Some(outside) = outside {
                index.problems.push(outside.within(name, offset));
            }
            Some(basis)
        }
        // The old basis stays: of two wrong times it is the nearer one.
        Err(e) => {
            index.problems.push(e.within(name, offset));
            None
        }
    }
}

/// Reads the path mappings of the record at `offset`. Returns whether it is sound throughout.
fn path_mappings(index: &mut Index, offset: u64, payload: Reader<'_>) -> bool {
    let name = RecordKind::PathMappings.name();
    let payload_len = payload.remaining();
    let mut mappings = match PathMappings::new(payload) {
        Ok(mappings) => mappings,
        Err(e) => {
            index.problems.push(e.within(name, offset));
            return false;
        }
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
    sound && mappings.rest().is_empty()
}

fn batch_time(
    index: &mut Index,
    progress: &mut ScanProgress,
    offset: u64,
    header: &RecordHeader,
) -> Timestamp {
    let name = header.kind.name();
    let basis = progress.basis.unwrap_or_else(|| {
        index.problems.push_with(|| {
            let detail = "no time basis stands before this batch; its time is not known";
            Error::new(ErrorKind::Time, offset, detail).within(name, offset)
        });
        index.note_basis(offset, Some(RawBasis::NONE));
        Timestamp::MIN
    });
    let time = basis.saturating_add(header.offset);
    if let Some(last) = progress.previous.replace(time)
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
