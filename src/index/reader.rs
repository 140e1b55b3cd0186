//! Reads single records: the one way from an offset to a record header and its payload.
//!
//! Knows nothing of what was read before. The scan, the search for a way on in damaged files and
//! `archive::Batches` stand on it.

use crate::{
    format::{Error, ErrorKind, FileHeader, Origin, Reader, RecordHeader, passes_the_end},
    source::{Pages, Window},
};
use std::ops::Range;

/// Reads the records of a file, in any order.
pub(crate) struct RecordReader<'a> {
    pages: &'a Pages,
    /// What the header of the file says.
    pub header: &'a FileHeader,
    window: Window,
    /// Why the file could not be read, or what of it is not here yet.
    failure: Option<Error>,
}

impl<'a> RecordReader<'a> {
    /// A reader of a file with this header.
    pub fn new(pages: &'a Pages, header: &'a FileHeader) -> Self {
        Self { pages, header, window: Window::default(), failure: None }
    }

    /// Offset of the end of what may be read as records.
    pub fn end(&self) -> u64 {
        self.header.committed.min(self.pages.length())
    }

    /// The pages of the file.
    pub fn pages(&self) -> &'a Pages {
        self.pages
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

    /// As many of the committed bytes from `offset` on as are at hand, eight at least if the file
    /// has them. None where the file could not be read.
    pub fn some<'h>(&mut self, offset: u64, window: &'h mut Window) -> &'h [u8] {
        let (end, pages) = (self.end(), self.pages);
        pages.some(offset, end, RecordHeader::LEN as usize, window).unwrap_or_else(|failure| {
            self.failure = Some(failure);
            &[]
        })
    }

    /// The bytes from `offset` on of the page at hand, which may be none.
    pub fn at_hand(&self, offset: u64) -> &[u8] {
        self.window.at_hand(offset)
    }

    /// See [`Window::warm`].
    pub fn warm(&self, offsets: impl Iterator<Item = u64>) {
        self.window.warm(offsets);
    }

    /// See [`Window::warm_all`].
    pub fn warm_all(&self, range: Range<u64>) {
        self.window.warm_all(range);
    }

    /// Whether the file could not be read. What was found since then is no finding.
    pub fn failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Why the file could not be read; forgets it.
    pub fn take_failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    #[inline(always)]
    fn bytes(&mut self, offset: u64, len: usize) -> Result<&[u8], Error> {
        let Self { pages, window, failure, .. } = self;
        match pages.bytes(offset, len, window) {
            Ok(bytes) => Ok(bytes),
            Err(e) => {
                if e.kind().is_of_source() {
                    *failure = Some(e.clone());
                }
                Err(e)
            }
        }
    }
}
