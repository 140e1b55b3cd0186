//! Records: the header that each begins with, time bases and path mappings.
//!
//! ```text
//! bit 0    2                         34                       63
//!     |kind|  record_length, 32 bits  | offset in µs, 30 bits  |
//! ```

use super::{Error, ErrorKind, Reader};
use crate::time::{Span, Timestamp};

/// The four kinds of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// A new time basis, from which the offsets of the records behind it count.
    Timestamp,
    /// Ids for paths.
    PathMappings,
    /// A batch of what changed.
    DeltaBatch,
    /// A batch of the values of all paths.
    ImageBatch,
}

impl RecordKind {
    /// What a record of this kind is called in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp record",
            Self::PathMappings => "path mappings record",
            Self::DeltaBatch => "delta batch",
            Self::ImageBatch => "image batch",
        }
    }
}

/// The eight bytes that each record begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordHeader {
    /// What the payload is.
    pub kind: RecordKind,
    /// Length of the payload in bytes, this header not counted.
    pub length: u32,
    /// Distance from the time basis.
    pub offset: Span,
}

impl RecordHeader {
    /// Length of the encoded header in bytes.
    pub const LEN: u64 = 8;
    /// The largest offset that there is room for.
    pub const FARTHEST: Span = Span::from_micros(0x3fff_ffff);

    /// Every eight bytes are a record header.
    #[inline(always)]
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        let word = u64::from_be_bytes(bytes);
        Self {
            kind: match word >> 62 {
                0 => RecordKind::Timestamp,
                1 => RecordKind::PathMappings,
                2 => RecordKind::DeltaBatch,
                _ => RecordKind::ImageBatch,
            },
            length: (word >> 30) as u32,
            offset: Span::from_micros((word & 0x3fff_ffff) as i64),
        }
    }

    /// These eight bytes.
    pub const fn to_bytes(self) -> [u8; 8] {
        let kind = match self.kind {
            RecordKind::Timestamp => 0,
            RecordKind::PathMappings => 1,
            RecordKind::DeltaBatch => 2,
            RecordKind::ImageBatch => 3,
        };
        let micros = self.offset.micros() as u64 & 0x3fff_ffff;
        (kind << 62 | (self.length as u64) << 30 | micros).to_be_bytes()
    }

    /// Bytes from the start of this record to the start of the next.
    #[inline]
    pub const fn record_len(&self) -> u64 {
        Self::LEN + self.length as u64
    }
}

/// The largest offset that a writer writes, though a header has room for more.
pub const LARGEST_OFFSET: Span = Span::from_micros(0x03ff_ffff);

/// Length of the payload of a timestamp record in bytes.
pub const TIME_BASIS_LEN: usize = 12;

/// A time basis as it is written: seconds since 1970 and nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawBasis {
    /// Whole seconds since 1970.
    pub seconds: i64,
    /// Nanoseconds behind them; 1e9 and more in a leap second.
    pub nanos: u32,
}

impl RawBasis {
    /// What a reader counts from before the first time basis: the earliest time that chrono has.
    pub const NONE: Self = Self { seconds: -8_334_601_228_800, nanos: 0 };

    /// Reads the payload of a timestamp record, whatever stands there.
    pub fn read(mut payload: Reader<'_>) -> Option<Self> {
        let seconds = i64::from_be_bytes(payload.array("seconds").ok()?);
        Some(Self { seconds, nanos: u32::from_be_bytes(payload.array("nanoseconds").ok()?) })
    }

    /// Whether all times that count from here can be told by those that count from `basis`.
    pub fn is_exact(&self, basis: Timestamp) -> bool {
        (self.seconds, self.nanos) == basis.to_parts()
            && basis.saturating_add(RecordHeader::FARTHEST) != Timestamp::MAX
    }
}

impl From<Timestamp> for RawBasis {
    fn from(time: Timestamp) -> Self {
        let (seconds, nanos) = time.to_parts();
        Self { seconds, nanos }
    }
}

/// Reads the payload of a timestamp record. A time that the format can hold and this reader
/// cannot comes as the nearest that it can (see [`Timestamp`]), with what to say about it.
pub fn read_time_basis(reader: &mut Reader<'_>) -> Result<(Timestamp, Option<Error>), Error> {
    let start = *reader;
    let seconds = i64::from_be_bytes(reader.array("seconds of the time basis")?);
    let nanos = u32::from_be_bytes(reader.array("nanoseconds of the time basis")?);
    let wrong = |what: &str| {
        let detail = format!("{seconds} s and {nanos} ns since 1970 {what},");
        start.error(ErrorKind::Range, detail)
    };
    // The same bound as chrono's, so that what the reference refuses is refused here.
    if chrono::DateTime::from_timestamp(seconds, nanos).is_none() {
        return Err(wrong("is no time"));
    }
    Ok(match Timestamp::from_parts(seconds, nanos) {
        Some(basis) => (basis, None),
        None => {
            let nearest = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
            (
                nearest,
                Some(wrong(&format!("lies outside the years 1677 to 2262: {nearest} is taken"))),
            )
        }
    })
}

/// One path and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathMapping<'a> {
    /// The path as written; see [`super::canonical_path`].
    pub path: &'a str,
    /// The id that batches use for it.
    pub id: u32,
}

/// The mappings of a path mappings record, in order. Goes on behind a path that is not UTF-8, whose
/// length is known all the same, and ends at any other error.
pub struct PathMappings<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> PathMappings<'a> {
    /// Reads the count; the mappings are read as they are asked for.
    pub fn new(mut payload: Reader<'a>) -> Result<Self, Error> {
        let left = payload.count(2, "number of path mappings")?;
        Ok(Self { reader: payload, left })
    }

    /// How many mappings there are still to read.
    pub const fn left(&self) -> usize {
        self.left
    }

    /// Bytes behind the last mapping that was read.
    pub fn rest(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> Iterator for PathMappings<'a> {
    type Item = Result<PathMapping<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let path = match self.reader.string("path") {
            Err(e) if e.kind() != ErrorKind::Utf8 => {
                self.left = 0;
                return Some(Err(e));
            }
            path => path,
        };
        let id = self.reader.varint_u32("path id");
        if id.is_err() {
            self.left = 0;
        }
        Some(path.and_then(|path| Ok(PathMapping { path, id: id? })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Origin;

    #[test]
    fn header_bits() {
        let word: u64 = (2 << 62) | (0xdead_beef << 30) | 0x3fff_fffe;
        let header = RecordHeader::from_bytes(word.to_be_bytes());
        assert_eq!(header.kind, RecordKind::DeltaBatch);
        assert_eq!(header.length, 0xdead_beef);
        assert_eq!(header.offset, Span::from_micros(0x3fff_fffe));
        assert_eq!(header.record_len(), 0xdead_bef7);
        assert_eq!(header.to_bytes(), word.to_be_bytes());
        for (bits, kind) in [
            (0u64, RecordKind::Timestamp),
            (1, RecordKind::PathMappings),
            (3, RecordKind::ImageBatch),
        ] {
            let bytes = (bits << 62).to_be_bytes();
            let header = RecordHeader::from_bytes(bytes);
            assert_eq!((header.kind, header.to_bytes()), (kind, bytes));
        }
    }

    fn basis(seconds: i64, nanos: u32) -> Result<(Timestamp, Option<Error>), Error> {
        let bytes = [&seconds.to_be_bytes()[..], &nanos.to_be_bytes()].concat();
        read_time_basis(&mut Reader::new(&bytes, Origin::File(0)))
    }

    #[test]
    fn time_bases() {
        assert_eq!(basis(1, 2), Ok((Timestamp::from_nanos(1_000_000_002), None)));
        assert_eq!(basis(-1, 999_999_999), Ok((Timestamp::from_nanos(-1), None)));
        let (year_one, problem) = basis(-62_135_596_800, 0).unwrap();
        assert_eq!(year_one, Timestamp::MIN);
        assert!(problem.unwrap().to_string().contains("1677"));
        assert_eq!(basis(253_402_300_799, 0).unwrap().0, Timestamp::MAX);
        assert!(basis(i64::MAX, 0).unwrap_err().to_string().contains("is no time"));
        assert!(basis(0, 2_000_000_000).unwrap_err().to_string().contains("is no time"));
        assert!(read_time_basis(&mut Reader::new(&[0; 11], Origin::File(0))).is_err());
    }

    #[test]
    fn mappings_up_to_the_first_error() {
        let bytes = [3, 2, b'/', b'a', 0, 2, b'/', b'b', 0x81, 1, 9, b'/', 0, 0];
        let mappings = PathMappings::new(Reader::new(&bytes, Origin::File(0))).unwrap();
        let all: Vec<_> = mappings.collect();
        assert_eq!(all[0], Ok(PathMapping { path: "/a", id: 0 }));
        assert_eq!(all[1], Ok(PathMapping { path: "/b", id: 129 }));
        assert_eq!(all[2].as_ref().unwrap_err().offset(), Some(10));
        assert_eq!(all.len(), 3);
    }
}
