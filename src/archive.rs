//! An open archive: its header, its index, and its batches on demand.

use crate::{
    format::{
        Batch, CompressionHeader, Dictionary, Error, ErrorKind, FileHeader, Inflater, Origin,
        Payload, Reader, RecordHeader,
    },
    index::{Index, Scan},
};
use std::ops::Range;

/// An archive whose bytes are in memory.
///
/// ```
/// # use netidx_archive_viewer::archive::Archive;
/// let mut file = b"netidx archive\0\0\0\0".to_vec();
/// file.extend(26u64.to_be_bytes());
/// let archive = Archive::open(file)?;
/// assert_eq!(archive.index().deltas.len(), 0);
/// # Ok::<(), netidx_archive_viewer::format::Error>(())
/// ```
pub struct Archive {
    bytes: Vec<u8>,
    header: FileHeader,
    dictionary: Option<FileDictionary>,
    index: Index,
}

struct FileDictionary {
    parsed: Dictionary,
    /// Where its bytes lie in the file.
    span: Range<usize>,
}

impl Archive {
    /// Opens an archive and scans its records. Fails only when the bytes are no archive, or its
    /// head cannot be read; whatever else is wrong is among [`Index::problems`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, Error> {
        let header = FileHeader::read(&bytes, bytes.len() as u64)?;
        let mut start = FileHeader::LEN;
        let mut dictionary = None;
        if header.compressed {
            let mut reader = Reader::new(&bytes[start as usize..], Origin::File(start));
            let compression = CompressionHeader::read(&mut reader)?;
            start = reader.origin().offset();
            let raw = compression.dictionary;
            let at = raw.origin().offset() as usize;
            dictionary = Some(FileDictionary {
                parsed: Dictionary::new(raw.rest()),
                span: at..at + raw.remaining(),
            });
        }
        let mut archive = Self { bytes, header, dictionary, index: Index::new(start) };
        if header.committed < start {
            let detail = format!(
                "the header says that records end at {:#x}, before they start at {start:#x}; \
                 nothing was ever committed",
                header.committed
            );
            archive.index.note(Error::new(ErrorKind::Committed, 18, detail));
        }
        if let Some(refusal) = archive.dictionary.as_ref().and_then(|d| d.parsed.refusal()) {
            let detail = format!("the zstd dictionary cannot be read ({refusal}),");
            archive.index.note(Error::new(ErrorKind::Compression, FileHeader::LEN, detail));
        }
        archive.scan();
        Ok(archive)
    }

    fn scan(&mut self) {
        Scan { bytes: &self.bytes, header: &self.header }.run(&mut self.index);
    }

    /// Takes the bytes of the same file after it grew: reads the header again and scans only the
    /// records that are new. Bytes that cannot be of the same file are refused, and the archive
    /// stays as it is.
    pub fn rescan(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        let header = FileHeader::read(&bytes, bytes.len() as u64)?;
        let replaced = |detail: String| Err(Error::without_offset(ErrorKind::Source, detail));
        let same = FileHeader { committed: self.header.committed, ..header };
        if same != self.header {
            return replaced(
                "another file stands in the place of the one that was open".to_owned(),
            );
        }
        let known = self.index.end();
        if header.committed < known || (bytes.len() as u64) < known {
            return replaced(format!(
                "the file shrank: it ends at {:#x}, records were read up to {known:#x}",
                header.committed.min(bytes.len() as u64)
            ));
        }
        self.bytes = bytes;
        self.header = header;
        self.scan();
        Ok(())
    }

    /// What the head of the file says.
    pub fn header(&self) -> &FileHeader {
        &self.header
    }

    /// Length of the file in bytes; the reference calls it the capacity.
    pub fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// What the scan found.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Reads batches.
    pub fn batches(&self) -> Batches<'_> {
        Batches { archive: self, inflater: Inflater::default(), inflated: None }
    }
}

/// Reads the batches of an archive, one at a time.
pub struct Batches<'a> {
    archive: &'a Archive,
    inflater: Inflater,
    /// Offset of the record whose batch the inflater holds.
    inflated: Option<u64>,
}

impl<'a> Batches<'a> {
    /// The record header and the parts of the payload of the batch record at `offset`. Touches
    /// no item and inflates nothing.
    pub fn payload(&self, offset: u64) -> Result<(RecordHeader, Payload<'a>), Error> {
        let Archive { bytes, header, .. } = self.archive;
        let (record, payload) = Scan { bytes, header }.split(offset)?;
        let payload = Payload::read(payload, header);
        Ok((record, payload.map_err(|e| e.within(record.kind.name(), offset))?))
    }

    /// The items of the batch record at `offset`. The same batch again costs no inflating.
    pub fn batch(&mut self, offset: u64) -> Result<Batch<'_>, Error> {
        let (record, payload) = self.payload(offset)?;
        let within = |e: Error| e.within(record.kind.name(), offset);
        let (Some(bound), Some(dictionary)) = (payload.bound, &self.archive.dictionary) else {
            return Batch::new(payload.body).map_err(within);
        };
        if self.inflated != Some(offset) {
            self.inflated = None;
            let raw = &self.archive.bytes[dictionary.span.clone()];
            self.inflater.inflate(payload.body, bound, &dictionary.parsed, raw).map_err(within)?;
            self.inflated = Some(offset);
        }
        Batch::new(self.inflater.inflated(offset)).map_err(within)
    }
}
