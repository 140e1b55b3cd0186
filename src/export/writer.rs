//! Records as the reference writes them: path mappings first, a time basis where one is needed.

use crate::{
    format::{
        Error, ErrorKind, FileHeader, LARGEST_OFFSET, RawBasis, RecordHeader, RecordKind,
        TIME_BASIS_LEN, varints,
    },
    index::Paths,
    time::{Span, Timestamp},
};

/// Path mappings of so many bytes are enough for one record. A reader looks at a record in one
/// piece.
const MOST_MAPPINGS: usize = 16 << 20;

/// When a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At a time.
    At(Timestamp),
    /// So far from a basis that no [`Timestamp`] holds. Is written as it was.
    From(RawBasis, Span),
}

/// A file in the making.
pub struct Writer {
    header: FileHeader,
    /// What was written and not taken yet.
    out: Vec<u8>,
    /// How many bytes were taken.
    taken: u64,
    basis: Option<Basis>,
}

#[derive(PartialEq, Eq)]
enum Basis {
    Time(Timestamp),
    Odd(RawBasis),
}

impl Writer {
    /// A file without records. With a dictionary, which may have no bytes, it is a compressed one.
    pub fn new(indexed: bool, dictionary: Option<&[u8]>) -> Self {
        let header =
            FileHeader { compressed: dictionary.is_some(), indexed, version: 0, committed: 0 };
        let mut out = header.to_bytes().to_vec();
        if let Some(dictionary) = dictionary {
            let mut inner = Vec::with_capacity(dictionary.len() + 10);
            varints::push(&mut inner, dictionary.len() as u64);
            inner.extend_from_slice(dictionary);
            push_wrapped(&mut out, &inner);
        }
        Self { header, out, taken: 0, basis: None }
    }

    /// How many bytes the file has by now.
    pub fn len(&self) -> u64 {
        self.taken + self.out.len() as u64
    }

    /// Whether it has none, which no file is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes wait to be taken.
    pub fn waiting(&self) -> usize {
        self.out.len()
    }

    /// What was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        self.taken += self.out.len() as u64;
        std::mem::take(&mut self.out)
    }

    /// What belongs at the very start of the file in place of what is there, once all of it is
    /// written: that it is committed up to here.
    pub fn head(&self) -> [u8; FileHeader::LEN as usize] {
        FileHeader { committed: self.len(), ..self.header }.to_bytes()
    }

    /// Writes all paths and their ids.
    pub fn paths(&mut self, paths: &Paths) -> Result<(), Error> {
        // Of several ids of one path a reader knows the path by the last one that it comes to.
        let is_known_by = |id: u32, path: &str| paths.id_of(path) == Some(id);
        let others = paths.iter().filter(|(id, path)| !is_known_by(*id, path));
        let known = paths.iter().filter(|(id, path)| is_known_by(*id, path));
        self.mappings_of(others.chain(known))
    }

    /// Writes ids and their paths, in this order.
    ///
    /// # Errors
    /// Where a path is longer than the format can say.
    pub fn mappings_of<'p>(
        &mut self,
        paths: impl IntoIterator<Item = (u32, &'p str)>,
    ) -> Result<(), Error> {
        let (mut count, mut mappings) = (0, Vec::new());
        for (id, path) in paths {
            varints::push(&mut mappings, path.len() as u64);
            mappings.extend_from_slice(path.as_bytes());
            varints::push(&mut mappings, u64::from(id));
            count += 1;
            if mappings.len() >= MOST_MAPPINGS {
                self.mappings(std::mem::take(&mut count), &mappings)?;
                mappings.clear();
            }
        }
        self.mappings(count, &mappings)
    }

    fn mappings(&mut self, count: u64, mappings: &[u8]) -> Result<(), Error> {
        if count == 0 {
            return Ok(());
        }
        let mut number = Vec::new();
        varints::push(&mut number, count);
        self.record(RecordKind::PathMappings, number.len() + mappings.len(), Span::from_micros(0))?;
        self.out.extend_from_slice(&number);
        self.out.extend_from_slice(mappings);
        Ok(())
    }

    /// Begins a batch record whose payload is `parts`, in front of it a time basis if none that
    /// was written serves.
    pub fn batch(&mut self, kind: RecordKind, when: When, parts: &[&[u8]]) -> Result<(), Error> {
        let length = parts.iter().map(|part| part.len()).sum();
        if u32::try_from(length).is_err() {
            return Err(too_long(length));
        }
        let offset = match when {
            When::From(basis, offset) => {
                if self.basis != Some(Basis::Odd(basis)) {
                    self.time_basis(basis)?;
                    self.basis = Some(Basis::Odd(basis));
                }
                offset
            }
            When::At(time) => match self.offset_to(time) {
                Some(offset) => offset,
                None => {
                    self.time_basis(time.into())?;
                    self.basis = Some(Basis::Time(time));
                    Span::from_micros(0)
                }
            },
        };
        self.record(kind, length, offset)?;
        for part in parts {
            self.out.extend_from_slice(part);
        }
        Ok(())
    }

    /// How far `time` is from the basis, if a record can say it.
    fn offset_to(&self, time: Timestamp) -> Option<Span> {
        let Some(Basis::Time(basis)) = self.basis else { return None };
        let span = time.since(basis);
        let is_whole = Span::from_micros(span.micros()) == span;
        (is_whole && (Span::default()..=LARGEST_OFFSET).contains(&span)).then_some(span)
    }

    fn time_basis(&mut self, basis: RawBasis) -> Result<(), Error> {
        self.record(RecordKind::Timestamp, TIME_BASIS_LEN, Span::from_micros(0))?;
        self.out.extend_from_slice(&basis.seconds.to_be_bytes());
        self.out.extend_from_slice(&basis.nanos.to_be_bytes());
        Ok(())
    }

    fn record(&mut self, kind: RecordKind, length: usize, offset: Span) -> Result<(), Error> {
        let length = u32::try_from(length).map_err(|_| too_long(length))?;
        self.out.extend_from_slice(&RecordHeader { kind, length, offset }.to_bytes());
        Ok(())
    }
}

#[cold]
fn too_long(length: usize) -> Error {
    let detail = format!("a record of {length} bytes, more than the format can say");
    Error::without_offset(ErrorKind::Limit, detail)
}

/// Appends bytes behind a length that counts itself.
pub(super) fn push_wrapped(out: &mut Vec<u8>, inner: &[u8]) {
    let length = inner.len() as u64;
    let own = (1..10).find(|own| length + own < 1 << (7 * own)).unwrap_or(10);
    varints::push(out, length + own);
    out.extend_from_slice(inner);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: i64) -> When {
        When::At(Timestamp::from_nanos(nanos))
    }

    /// Kinds and offsets in microseconds of the records behind the file header.
    fn records(writer: &mut Writer) -> Vec<(RecordKind, i64)> {
        let (bytes, mut at, mut found) = (writer.take(), FileHeader::LEN as usize, Vec::new());
        while let Some(header) = bytes[at..].first_chunk() {
            let header = RecordHeader::from_bytes(*header);
            found.push((header.kind, header.offset.micros()));
            at += header.record_len() as usize;
        }
        assert_eq!(at, bytes.len());
        found
    }

    #[test]
    fn a_basis_is_written_where_no_offset_says_the_time() {
        use RecordKind::{DeltaBatch as Delta, ImageBatch as Image, Timestamp as Basis};
        let mut writer = Writer::new(true, None);
        let far = 5 + 0x03ff_ffff * 1_000;
        for nanos in [5, 5, 1_005, far, far + 1_000, far + 1_001, far + 1_000, i64::MIN, i64::MAX] {
            writer.batch(Delta, at(nanos), &[b"x"]).unwrap();
        }
        writer.batch(Image, When::From(RawBasis::NONE, Span::from_micros(7)), &[]).unwrap();
        writer.batch(Image, When::From(RawBasis::NONE, Span::from_micros(6)), &[]).unwrap();
        let expected = [
            (Basis, 0),
            (Delta, 0),
            (Delta, 0),
            (Delta, 1),
            (Delta, 0x03ff_ffff),
            // Too far, not whole, earlier, and both ends of time.
            (Basis, 0),
            (Delta, 0),
            (Basis, 0),
            (Delta, 0),
            (Basis, 0),
            (Delta, 0),
            (Basis, 0),
            (Delta, 0),
            (Basis, 0),
            (Delta, 0),
            (Basis, 0),
            (Image, 7),
            (Image, 6),
        ];
        assert_eq!(records(&mut writer), expected);
    }

    #[test]
    fn a_length_counts_itself() {
        for length in [0, 1, 125, 126, 127, 128, 16_380, 16_381, 16_382, 2_097_148, 2_097_149] {
            let mut out = Vec::new();
            push_wrapped(&mut out, &vec![7; length]);
            let mut reader = crate::format::Reader::new(&out, crate::format::Origin::File(0));
            assert_eq!(reader.wrapped("it").map(|inner| inner.remaining()), Ok(length));
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn nothing_is_committed_before_the_end() {
        let mut writer = Writer::new(false, Some(b"dictionary"));
        let start = writer.take();
        let header = FileHeader::read(&start, start.len() as u64).unwrap();
        assert_eq!((header.compressed, header.indexed, header.committed), (true, false, 0));
        let header = FileHeader::read(&writer.head(), 99).unwrap();
        assert_eq!((header.compressed, header.committed), (true, start.len() as u64));
        assert_eq!(start[26..28], [12, 10]);
    }
}
