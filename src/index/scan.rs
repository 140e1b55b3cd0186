//! The pass over the record headers.
//!
//! A record says its own length, so that damage inside one does not hide the next. Only where a
//! header itself cannot be right is the way on searched for (see [`super::resync`]).

use super::{
    Index, Mark,
    paths::Mapped,
    resync::{self, Step},
};
use crate::{
    format::{
        Error, ErrorKind, FileHeader, Origin, PathMappings, Reader, RecordHeader, RecordKind,
        TIME_BASIS_LEN, canonical_path, read_time_basis,
    },
    time::Timestamp,
};

/// The bytes of a file that a scan looks at.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    /// The whole file.
    pub bytes: &'a [u8],
    /// What its header says.
    pub header: &'a FileHeader,
}

impl<'a> Scan<'a> {
    /// Reads the records from `index.end()` up to the committed end into `index`.
    pub fn run(&self, index: &mut Index) {
        index.tail.clear();
        while index.end < self.end() {
            if let Err(problem) = self.record(index) {
                match self.recover(index) {
                    Some(skipped) => index.problems.push(skipped),
                    // Nothing more can be read, unless the file grows.
                    None => {
                        index.tail.push(problem);
                        index.tail.extend(self.left_out(index.end));
                        break;
                    }
                }
            }
        }
        index.deltas.restore_order();
        index.images.restore_order();
        index.tail.extend(self.end_of_file());
    }

    /// Offset of the end of what may be read as records.
    pub fn end(&self) -> u64 {
        self.header.committed.min(self.bytes.len() as u64)
    }

    /// A reader of the committed bytes from `offset` on.
    pub fn reader(&self, offset: u64) -> Reader<'a> {
        let committed = &self.bytes[..self.end() as usize];
        let rest = committed.get(offset as usize..).unwrap_or_default();
        Reader::new(rest, Origin::File(offset))
    }

    /// The header and payload of the record at `offset`.
    pub fn split(&self, offset: u64) -> Result<(RecordHeader, Reader<'a>), Error> {
        let mut reader = self.reader(offset);
        let header = RecordHeader::from_bytes(reader.array("record header")?);
        let payload = reader.split(u64::from(header.length), "payload");
        Ok((header, payload.map_err(|e| e.within(header.kind.name(), offset))?))
    }

    /// Reads the record at `index.end()`. `Err` where no record can be.
    fn record(&self, index: &mut Index) -> Result<(), Error> {
        let offset = index.end;
        let (header, payload) = self.split(offset)?;
        if header.kind == RecordKind::Timestamp && header.length == 0 {
            let detail = "zeros where a record should start".to_owned();
            return Err(Error::new(ErrorKind::NotARecord, offset, detail));
        }
        index.recent.push(Step { offset, basis: index.basis });
        index.end = offset + header.record_len();
        match header.kind {
            RecordKind::Timestamp => self.time_basis(index, offset, payload),
            RecordKind::PathMappings => self.path_mappings(index, offset, payload),
            kind @ (RecordKind::DeltaBatch | RecordKind::ImageBatch) => {
                let time = self.batch_time(index, offset, &header);
                index.batches_mut(kind).push(Mark { time, offset });
            }
        }
        Ok(())
    }

    fn time_basis(&self, index: &mut Index, offset: u64, mut payload: Reader<'_>) {
        let name = RecordKind::Timestamp.name();
        let length = payload.remaining();
        if length > TIME_BASIS_LEN {
            // Of a batch whose kind was damaged, say; the basis of before is the likelier one.
            let detail =
                format!("{length} bytes where a time basis has {TIME_BASIS_LEN}; not taken,");
            return index
                .problems
                .push(payload.error(ErrorKind::Length, detail).within(name, offset));
        }
        match read_time_basis(&mut payload) {
            Ok((basis, outside)) => {
                index.basis = Some(basis);
                if let Some(outside) = outside {
                    index.problems.push(outside.within(name, offset));
                }
            }
            // The old basis stays: of two wrong times it is the nearer one.
            Err(e) => index.problems.push(e.within(name, offset)),
        }
    }

    fn path_mappings(&self, index: &mut Index, offset: u64, payload: Reader<'_>) {
        let name = RecordKind::PathMappings.name();
        index.effort.spend(payload.remaining() as u64);
        let mut mappings = match PathMappings::new(payload) {
            Ok(mappings) => mappings,
            Err(e) => return index.problems.push(e.within(name, offset)),
        };
        let mut sound = true;
        for mapping in mappings.by_ref() {
            match mapping {
                Ok(mapping) => {
                    let path = canonical_path(mapping.path);
                    let mapped = index.paths.insert(&path, mapping.id);
                    if let Some(problem) = contradiction(mapped, &path, mapping.id, offset) {
                        index.problems.push(problem.within(name, offset));
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

    fn batch_time(&self, index: &mut Index, offset: u64, header: &RecordHeader) -> Timestamp {
        let name = header.kind.name();
        let basis = index.basis.unwrap_or_else(|| {
            index.problems.push_with(|| {
                let detail = "no time basis stands before this batch; its time is not known";
                Error::new(ErrorKind::Time, offset, detail).within(name, offset)
            });
            Timestamp::MIN
        });
        let time = basis.saturating_add(header.offset);
        if let Some(last) = index.last()
            && time < last
        {
            index.problems.push_with(|| {
                let detail = format!("{time} lies before {last}, the time of an earlier batch,");
                Error::new(ErrorKind::Time, offset, detail).within(name, offset)
            });
        }
        time
    }

    /// Searches the way on from where no record can be, and takes back what was read wrongly on
    /// the way there. Says what is skipped; `None` where nothing more can be read.
    fn recover(&self, index: &mut Index) -> Option<Error> {
        let unsound = index.recent.take_unsound(self, &mut index.effort);
        let damaged = unsound.first().map_or(index.end, |step| step.offset);
        let next = resync::next_record(self, damaged, &mut index.effort);
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
        if self.header.committed > self.bytes.len() as u64 {
            return None;
        }
        let detail = format!("{} bytes in which no record is found are not read", self.end() - end);
        Some(Error::new(ErrorKind::NotARecord, end, detail))
    }

    /// What the end of the file says about the file.
    fn end_of_file(&self) -> Option<Error> {
        let (committed, length) = (self.header.committed, self.bytes.len() as u64);
        if committed > length {
            let detail = format!(
                "the header says that records end at {committed:#x}, {} bytes past the end of the \
                 file: it was cut short, or is still being copied",
                committed - length
            );
            return Some(Error::without_offset(ErrorKind::Committed, detail));
        }
        let behind = &self.bytes[committed as usize..];
        let started = behind.iter().take(RecordHeader::LEN as usize).any(|byte| *byte != 0);
        started.then(|| {
            let detail = format!(
                "{} bytes behind the committed end are not read: they were never said to be whole",
                behind.len()
            );
            Error::new(ErrorKind::Uncommitted, committed, detail)
        })
    }
}

/// Notes bytes behind what a record holds.
fn note_rest(index: &mut Index, name: &'static str, record: u64, rest: &Reader<'_>) {
    if !rest.is_empty() {
        let detail = format!("{} bytes more than its contents, not read,", rest.remaining());
        index.problems.push(rest.error(ErrorKind::Length, detail).within(name, record));
    }
}

fn contradiction(mapped: Mapped, path: &str, id: u32, offset: u64) -> Option<Error> {
    let (kind, detail) = match mapped {
        Mapped::New => return None,
        Mapped::Again => {
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
        Mapped::TooMany => {
            (ErrorKind::Limit, format!("more paths than this reader takes; {path:?} is left out"))
        }
    };
    Some(Error::new(kind, offset, detail))
}
