//! An archive as the real reader sees it: nothing here knows what a fixture meant to write.
//!
//! Times, offsets and paths are those of [`ArchiveReader`]'s index, the contents of records are
//! decoded by the crate's own `Pack` implementations. Where the reader's public calls can answer
//! the same question (`read_deltas`, `build_image` exactly at an image), their answers are
//! compared, and a difference fails the run.

use crate::{archive::id_number, replay};
use anyhow::{Context, Result, ensure};
use bytes::Buf;
use chrono::{DateTime, TimeDelta, Utc};
use netidx::{pack::Pack, subscriber::Event};
use netidx_archive::logfile::{
    ArchiveReader, BatchItem, CompressionHeader, Cursor, FileHeader, RecordHeader, RecordIndex,
    RecordTyp, read_file_header,
};
use std::{fs, path::Path as FilePath};

/// A delta or image batch.
pub struct Batch {
    /// The basis plus the record's offset.
    pub time: DateTime<Utc>,
    /// The length of the record without its header.
    pub record_length: u32,
    /// Where the record's header starts.
    pub offset: usize,
    /// Ids and events, in the record's order.
    pub items: Vec<(u32, Event)>,
}

/// All of a file.
pub struct Decoded {
    /// The file's header.
    pub header: FileHeader,
    /// The file's length in bytes.
    pub length: usize,
    /// The reader's `iter_pathmap`, in its order.
    pub paths: Vec<(u32, String)>,
    /// All delta batches in file order.
    pub deltas: Vec<Batch>,
    /// All image batches in file order.
    pub images: Vec<Batch>,
}

impl Decoded {
    /// Reads all of `file` with the real reader.
    pub fn read(file: &FilePath) -> Result<Self> {
        let bytes = fs::read(file)?;
        let header = read_file_header(file)?;
        let reader = ArchiveReader::open(file).with_context(|| format!("open {file:?}"))?;
        ensure!(reader.is_compressed() == header.compressed);
        ensure!(reader.is_indexed() == header.indexed);
        let mut records = Records::new(&bytes)?;
        let index = reader.index();
        let mut batches = |map: Vec<(DateTime<Utc>, usize)>| -> Result<Vec<Batch>> {
            let mut batches =
                map.into_iter().map(|(t, at)| records.batch(t, at)).collect::<Result<Vec<_>>>()?;
            batches.sort_by_key(|b| b.offset);
            Ok(batches)
        };
        let deltas = batches(index.deltamap().iter().map(|(t, at)| (*t, *at)).collect())?;
        let images = batches(index.imagemap().iter().map(|(t, at)| (*t, *at)).collect())?;
        let paths = index.iter_pathmap().map(|(id, p)| (id_number(*id), p.to_string())).collect();
        drop(index);
        let decoded = Decoded { header, length: bytes.len(), paths, deltas, images };
        decoded.check(&reader)?;
        Ok(decoded)
    }

    /// The path of an id, if it has one.
    pub fn path(&self, id: u32) -> Option<&str> {
        self.paths.iter().find(|(i, _)| *i == id).map(|(_, p)| p.as_str())
    }

    fn check(&self, reader: &ArchiveReader) -> Result<()> {
        let (total, read) = reader.read_deltas(None, &mut Cursor::new(), usize::MAX)?;
        let mut by_time: Vec<&Batch> = self.deltas.iter().collect();
        by_time.sort_by_key(|b| b.time);
        ensure!(total == by_time.iter().map(|b| b.record_length as usize).sum::<usize>());
        ensure!(read.len() == by_time.len(), "read_deltas answers {} batches", read.len());
        for ((time, items), ours) in read.iter().zip(by_time) {
            let items: Vec<_> = items.iter().map(|b| (id_number(b.0), b.1.clone())).collect();
            ensure!(*time == ours.time && same(&items, &ours.items), "delta at {time} differs");
        }
        for image in &self.images {
            // two batches at one time are more than the reader's range search can find
            if self.deltas.iter().filter(|d| d.time == image.time).count() <= 1
                && self.images.iter().filter(|i| i.time == image.time).count() == 1
            {
                let mut cursor = Cursor::new();
                cursor.set_current(image.time);
                let built = reader.build_image(None, &cursor)?;
                let mut built: Vec<_> =
                    built.iter().map(|(id, e)| (id_number(*id), e.clone())).collect();
                built.sort_by_key(|(id, _)| *id);
                let ours: Vec<_> = replay::state_at(self, image.time)
                    .into_iter()
                    .map(|(id, (_, event))| (id, event))
                    .collect();
                ensure!(same(&built, &ours), "image at {} differs", image.time);
            }
        }
        Ok(())
    }
}

/// All batches of `file` in its order, and whether each is an image. The reader's index is by time: where time
/// steps back, a batch takes the place of one that has the same time.
pub fn in_file_order(file: &FilePath) -> Result<Vec<(bool, Batch)>> {
    let bytes = fs::read(file)?;
    let end = read_file_header(file)?.committed as usize;
    let mut records = Records::new(&bytes)?;
    let mut basis = DateTime::<Utc>::MIN_UTC;
    let mut all = Vec::new();
    let mut offset = records.start;
    while offset < end {
        let mut buf = &bytes[offset..];
        let header = RecordHeader::decode(&mut buf)?;
        match header.record_type {
            RecordTyp::Timestamp => basis = DateTime::decode(&mut buf)?,
            RecordTyp::PathMappings => {}
            kind @ (RecordTyp::DeltaBatch | RecordTyp::ImageBatch) => {
                let time = basis + TimeDelta::microseconds(header.timestamp.into());
                let image = matches!(kind, RecordTyp::ImageBatch);
                all.push((image, records.batch(time, offset)?));
            }
        }
        offset +=
            RecordHeader::const_encoded_len().expect("a constant") + header.record_length as usize;
    }
    Ok(all)
}

/// `Event`'s own equality calls -0.0 and 0.0 equal, and 1.0 and 1.00.
fn same(a: &[(u32, Event)], b: &[(u32, Event)]) -> bool {
    let encode = |items: &[(u32, Event)]| {
        let mut buf = Vec::new();
        for (id, event) in items {
            buf.extend_from_slice(&id.to_be_bytes());
            event.encode(&mut buf).expect("a vector takes every event");
        }
        buf
    };
    encode(a) == encode(b)
}

/// Decodes single records of a file in memory.
struct Records<'a> {
    bytes: &'a [u8],
    indexed: bool,
    inflate: Option<zstd::bulk::Decompressor<'static>>,
    /// Where the first record starts.
    start: usize,
}

impl<'a> Records<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self> {
        let mut buf = bytes;
        let header = FileHeader::decode(&mut buf)?;
        let inflate = match header.compressed {
            false => None,
            true => {
                let dictionary = CompressionHeader::decode(&mut buf)?.dictionary;
                Some(zstd::bulk::Decompressor::with_dictionary(&dictionary)?)
            }
        };
        let start = bytes.len() - buf.len();
        Ok(Records { bytes, indexed: header.indexed, inflate, start })
    }

    fn batch(&mut self, time: DateTime<Utc>, offset: usize) -> Result<Batch> {
        let mut buf = &self.bytes[offset..];
        let header = RecordHeader::decode(&mut buf)?;
        let mut buf = &buf[..header.record_length as usize];
        let bound = self.inflate.as_ref().map(|_| buf.get_u32() as usize);
        if self.indexed {
            RecordIndex::decode(&mut buf)?;
        }
        let items = match (&mut self.inflate, bound) {
            (Some(inflate), Some(bound)) => {
                Vec::<BatchItem>::decode(&mut &inflate.decompress(buf, bound)?[..])?
            }
            _ => Vec::<BatchItem>::decode(&mut buf)?,
        };
        let items = items.into_iter().map(|b| (id_number(b.0), b.1)).collect();
        Ok(Batch { time, record_length: header.record_length, offset, items })
    }
}
