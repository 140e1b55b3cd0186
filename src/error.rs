//! What went wrong, where in the file, and what was being read.
//!
//! Imports nothing of ours: every layer has its errors from here.

use std::{borrow::Cow, fmt, ops::Range};

/// A failure to read something from an archive.
///
/// One word wide, so that results on hot paths stay small. Displays as a sentence with the
/// offset: ``path mappings record at 0x4f: string at 0x55: 812 bytes pass the end``.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    offset: Option<u64>,
    /// For bytes of a compressed batch, which have no offset of their own: how many stand before
    /// them in the inflated batch.
    inflated: Option<u64>,
    /// Whether the sentence has the place already.
    is_worded: bool,
    /// The sentence, without the place. Where it ends in a comma that stands before the place; no
    /// message ends in one.
    detail: Cow<'static, str>,
    /// Outermost last: what was being read, and where that begins.
    within: Vec<(&'static str, u64)>,
    /// What has to be read first, of [`ErrorKind::Pending`].
    missing: Vec<Range<u64>>,
}

/// The kinds of error and of problem, for programs. [`name`](Self::name) is their stable text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file has no bytes.
    Empty,
    /// The file does not start as an archive does.
    NotAnArchive,
    /// The file has a format version that this reader does not know.
    Version,
    /// Something passes the end of what holds it.
    Truncated,
    /// `committed` cannot be right for this file.
    Committed,
    /// A length or count contradicts the bytes around it.
    Length,
    /// A varint does not end within ten bytes.
    Varint,
    /// A tag byte that no type has.
    UnknownTag,
    /// A string is not UTF-8.
    Utf8,
    /// A number is outside what its type can hold.
    Range,
    /// Something is larger or deeper than this reader accepts; see [`crate::limits`].
    Limit,
    /// A zstd frame or dictionary that no decoder accepts.
    Compression,
    /// A batch before any time basis, or one earlier than the batch before it.
    Time,
    /// Path mappings that contradict each other.
    DuplicateMapping,
    /// A batch has an id that no path mapping names.
    UnmappedId,
    /// A record index that contradicts its batch.
    WrongIndex,
    /// An image that contradicts the batches before it.
    WrongImage,
    /// Bytes that are no record, where a record should start.
    NotARecord,
    /// Bytes after the committed end, which are never read as data.
    Uncommitted,
    /// The file could not be read, or does not fit in memory.
    Source,
    /// Bytes that are not here yet: see [`Error::missing`]. Never a problem of the file.
    Pending,
    /// The file is not the one that was opened, or only a part of it is left.
    Changed,
    /// An archive that is to be compressed is so already.
    AlreadyCompressed,
}

impl ErrorKind {
    /// The stable name of this kind, in kebab-case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotAnArchive => "not-an-archive",
            Self::Version => "version",
            Self::Truncated => "truncated",
            Self::Committed => "committed",
            Self::Length => "length",
            Self::Varint => "varint",
            Self::UnknownTag => "unknown-tag",
            Self::Utf8 => "utf8",
            Self::Range => "range",
            Self::Limit => "limit",
            Self::Compression => "compression",
            Self::Time => "time",
            Self::DuplicateMapping => "duplicate-mapping",
            Self::UnmappedId => "unmapped-id",
            Self::WrongIndex => "wrong-index",
            Self::WrongImage => "wrong-image",
            Self::NotARecord => "not-a-record",
            Self::Uncommitted => "uncommitted",
            Self::Source => "source",
            Self::Pending => "pending",
            Self::Changed => "changed",
            Self::AlreadyCompressed => "already-compressed",
        }
    }

    /// The kind of a name; `None` where none has it.
    pub fn named(name: &str) -> Option<Self> {
        const ALL: [ErrorKind; 23] = [
            ErrorKind::Empty,
            ErrorKind::NotAnArchive,
            ErrorKind::Version,
            ErrorKind::Truncated,
            ErrorKind::Committed,
            ErrorKind::Length,
            ErrorKind::Varint,
            ErrorKind::UnknownTag,
            ErrorKind::Utf8,
            ErrorKind::Range,
            ErrorKind::Limit,
            ErrorKind::Compression,
            ErrorKind::Time,
            ErrorKind::DuplicateMapping,
            ErrorKind::UnmappedId,
            ErrorKind::WrongIndex,
            ErrorKind::WrongImage,
            ErrorKind::NotARecord,
            ErrorKind::Uncommitted,
            ErrorKind::Source,
            ErrorKind::Pending,
            ErrorKind::Changed,
            ErrorKind::AlreadyCompressed,
        ];
        ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether this says that bytes could not be had, and nothing of what the file holds.
    pub const fn is_of_source(self) -> bool {
        matches!(self, Self::Source | Self::Pending)
    }
}

impl Error {
    /// An error at an absolute offset of the file. A `detail` that needs a comma before the place
    /// ends in one: `string of 812 bytes passes the end, 3 bytes on,`.
    pub fn new(kind: ErrorKind, offset: u64, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::build(kind, Some(offset), detail.into())
    }

    /// An error in what the record at `offset` inflated to, `at` bytes from its start.
    pub fn inflated(kind: ErrorKind, offset: u64, at: u64, detail: String) -> Self {
        let mut error = Self::build(kind, Some(offset), detail.into());
        error.0.inflated = Some(at);
        error
    }

    /// An error that belongs to no place in the file.
    pub fn without_offset(kind: ErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::build(kind, None, detail.into())
    }

    /// An error whose sentence has its place already, as it was displayed before.
    pub fn worded(kind: ErrorKind, offset: Option<u64>, sentence: String) -> Self {
        let mut error = Self::build(kind, offset, sentence.into());
        error.0.is_worded = true;
        error
    }

    /// An error for bytes that are not here yet.
    pub fn pending(missing: Vec<Range<u64>>) -> Self {
        let offset = missing.first().map(|range| range.start);
        let mut error = Self::build(ErrorKind::Pending, offset, "bytes are not here yet".into());
        error.0.missing = missing;
        error
    }

    #[cold]
    fn build(kind: ErrorKind, offset: Option<u64>, detail: Cow<'static, str>) -> Self {
        let (within, missing) = Default::default();
        let is_worded = false;
        Self(Box::new(Inner { kind, offset, inflated: None, is_worded, detail, within, missing }))
    }

    /// The same error, said to have happened within `what`, which begins at `start`.
    #[cold]
    pub fn within(mut self, what: &'static str, start: u64) -> Self {
        self.0.within.push((what, start));
        self
    }

    /// The ranges of the file that have to be read before it goes on, of [`ErrorKind::Pending`].
    pub fn missing(&self) -> &[Range<u64>] {
        &self.0.missing
    }

    /// What kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Absolute offset in the file, in bytes. For something wrong inside a compressed batch, the
    /// offset of the record that holds it.
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, start) in self.0.within.iter().rev() {
            write!(f, "{what} at {start:#x}: ")?;
        }
        let Inner { offset, inflated, is_worded, detail, within, .. } = &*self.0;
        let offset = offset.filter(|_| !is_worded);
        let sentence = detail.trim_end_matches(',');
        f.write_str(sentence)?;
        if let Some(at) = inflated {
            write!(f, " (byte {at} of the inflated batch)")?;
        }
        match offset {
            // The place is said already when it is where the outer structure begins.
            Some(offset) if within.first().is_none_or(|(_, start)| *start != offset) => {
                let in_record = if inflated.is_some() { ", in the record" } else { "" };
                let comma = if inflated.is_none() && sentence != detail { "," } else { "" };
                write!(f, "{comma}{in_record} at {offset:#x}")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.0.kind.name())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_a_sentence_with_the_place() {
        let error = Error::new(ErrorKind::Truncated, 0x55, "string of 812 bytes passes the end")
            .within("path mappings record", 0x4f);
        assert_eq!(
            error.to_string(),
            "path mappings record at 0x4f: string of 812 bytes passes the end at 0x55"
        );
        let error = Error::new(ErrorKind::Length, 0x4f, "12 bytes are due").within("record", 0x4f);
        assert_eq!(error.to_string(), "record at 0x4f: 12 bytes are due");
        let error = Error::without_offset(ErrorKind::Empty, "the file is empty");
        assert_eq!(error.to_string(), "the file is empty");
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
    }

    #[test]
    fn a_comma_joins_the_place_and_never_ends_the_message() {
        let passes = "3 bytes pass the end, 1 byte on,";
        let error = Error::new(ErrorKind::Truncated, 0x55, passes);
        assert_eq!(error.to_string(), "3 bytes pass the end, 1 byte on, at 0x55");
        let said = error.within("record", 0x55);
        assert_eq!(said.to_string(), "record at 0x55: 3 bytes pass the end, 1 byte on");
        let error = Error::without_offset(ErrorKind::Truncated, passes);
        assert_eq!(error.to_string(), "3 bytes pass the end, 1 byte on");
        let error = Error::inflated(ErrorKind::Truncated, 0x40, 7, passes.to_owned());
        let inflated = "3 bytes pass the end, 1 byte on (byte 7 of the inflated batch)";
        assert_eq!(error.to_string(), format!("{inflated}, in the record at 0x40"));
        let said = error.within("delta batch", 0x40);
        assert_eq!(said.to_string(), format!("delta batch at 0x40: {inflated}"));
    }
}
