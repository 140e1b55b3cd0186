//! What a scan found, as bytes, and back.
//!
//! ```text
//! end │ basis, previous │ paths │ deltas │ images │ odd bases │ problems        all numbers are varints
//! batches: count, then for each the time and the offset, each less that of the batch before
//! ```
//!
//! Bytes are untrusted: whatever they are, what comes back is an index whose offsets lie between the start of the
//! records and its end, in order, or an error.

use super::{BatchTimes, Index, Mark, Problems, ScanProgress};
use crate::{
    error::{Error, ErrorKind},
    format::{RawBasis, Reader, varints},
    time::Timestamp,
};

/// A time in this unit takes the fewest bytes: offsets of records have microseconds.
const MICROSECOND: i64 = 1_000;

impl Index {
    /// Appends what was scanned so far.
    pub(crate) fn store(&self, progress: &ScanProgress, out: &mut Vec<u8>) {
        varints::push(out, self.end);
        push_time(out, progress.basis());
        push_time(out, progress.previous());
        let own = || self.paths.iter().filter(|(id, _)| self.paths.is_own(*id));
        varints::push(out, own().count() as u64);
        for (id, path) in own() {
            varints::push(out, u64::from(id));
            push_text(out, path);
        }
        for batches in [&self.deltas, &self.images] {
            push_batches(out, batches);
        }
        varints::push(out, self.odd_bases.len() as u64);
        for (offset, basis) in &self.odd_bases {
            varints::push(out, *offset);
            varints::push(out, u64::from(basis.is_some()));
            if let Some(RawBasis { seconds, nanos }) = basis {
                varints::push(out, zigzag(*seconds));
                varints::push(out, u64::from(*nanos));
            }
        }
        let listed = self.problems.listed();
        varints::push(out, self.problems.count());
        varints::push(out, listed.len() as u64);
        for problem in listed {
            push_text(out, problem.kind().name());
            varints::push(out, problem.offset().map_or(0, |offset| offset + 1));
            push_text(out, &problem.to_string());
        }
    }

    /// Reads what was stored of a file whose records begin at `start` and are committed up to `committed`.
    ///
    /// # Errors
    /// Where the bytes are no index of such a file.
    pub(crate) fn restore(
        reader: &mut Reader<'_>,
        (start, committed): (u64, u64),
    ) -> Result<(Self, ScanProgress), Error> {
        let end = reader.varint("end of the index")?;
        if end < start || end > committed {
            return Err(wrong(reader, "the end of the records cannot be that of this file"));
        }
        let basis = read_time(reader)?;
        let previous = read_time(reader)?;
        let mut index = Self::new(start);
        for _ in 0..reader.count(2, "number of paths")? {
            let id = reader.varint_u32("path id")?;
            let path = reader.string("path")?;
            index.paths.insert(path, id);
        }
        index.deltas = read_batches(reader, (start, end))?;
        index.images = read_batches(reader, (start, end))?;
        for _ in 0..reader.count(2, "number of time bases")? {
            let offset = reader.varint("offset of a time basis")?;
            let basis = match reader.varint("kind of a time basis")? {
                0 => None,
                _ => {
                    let seconds = unzigzag(reader.varint("seconds")?);
                    Some(RawBasis { seconds, nanos: reader.varint_u32("nanoseconds")? })
                }
            };
            index.odd_bases.push((offset, basis));
        }
        let count = reader.varint("number of problems")?;
        let mut problems = Problems::default();
        for _ in 0..reader.count(3, "number of listed problems")? {
            let kind = reader.string("kind of a problem")?;
            let Some(kind) = ErrorKind::named(kind) else {
                return Err(wrong(reader, "a problem is of a kind that is not known"));
            };
            let offset = reader.varint("offset of a problem")?.checked_sub(1);
            problems.push(Error::worded(kind, offset, reader.string("problem")?.to_owned()));
        }
        problems.count_unlisted(count);
        index.problems = problems;
        index.end = end;
        Ok((index, ScanProgress::after(basis, previous)))
    }
}

fn push_batches(out: &mut Vec<u8>, batches: &BatchTimes) {
    varints::push(out, batches.len() as u64);
    let (mut time, mut offset) = (0_i64, 0);
    for mark in batches.iter() {
        // Wrapping, so that any two times have a difference; it wraps back.
        let step = mark.time.nanos().wrapping_sub(time);
        // The lowest bit tells the unit. Nanoseconds that leave no room for it are written behind a mark.
        if step % MICROSECOND == 0 {
            varints::push(out, zigzag(step / MICROSECOND) << 1);
        } else {
            varints::push(out, (zigzag(step) & 1) << 1 | 1);
            varints::push(out, zigzag(step) >> 1);
        }
        varints::push(out, mark.offset - offset);
        (time, offset) = (mark.time.nanos(), mark.offset);
    }
}

fn read_batches(reader: &mut Reader<'_>, (start, end): (u64, u64)) -> Result<BatchTimes, Error> {
    let count = reader.count(2, "number of batches")?;
    let mut time = 0_i64;
    let mut batches = BatchTimes::default();
    let mut offset = 0_u64;
    for nth in 0..count {
        let step = reader.varint("time of a batch")?;
        let nanos = match step & 1 {
            0 => unzigzag(step >> 1).wrapping_mul(MICROSECOND),
            _ => unzigzag(reader.varint("time of a batch")? << 1 | step >> 1 & 1),
        };
        time = time.wrapping_add(nanos);
        let more = reader.varint("offset of a batch")?;
        offset = offset.saturating_add(more);
        if offset < start || offset >= end || (nth > 0 && more == 0) {
            return Err(wrong(reader, "a batch lies where no record of this file can be"));
        }
        batches.push(Mark { time: Timestamp::from_nanos(time), offset });
    }
    Ok(batches)
}

fn push_time(out: &mut Vec<u8>, time: Option<Timestamp>) {
    varints::push(out, u64::from(time.is_some()));
    if let Some(time) = time {
        varints::push(out, zigzag(time.nanos()));
    }
}

fn read_time(reader: &mut Reader<'_>) -> Result<Option<Timestamp>, Error> {
    Ok(match reader.varint("whether there is a time")? {
        0 => None,
        _ => Some(Timestamp::from_nanos(unzigzag(reader.varint("time")?))),
    })
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    varints::push(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn zigzag(n: i64) -> u64 {
    (n << 1 ^ n >> 63) as u64
}

fn unzigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

fn wrong(reader: &Reader<'_>, detail: &'static str) -> Error {
    reader.error(ErrorKind::Range, format!("{detail},"))
}
