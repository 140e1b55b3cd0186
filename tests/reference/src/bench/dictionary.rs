//! Compressed files with a dictionary of any size, to show what a frame costs with each.
//!
//! ```text
//! what ZDICT trains   magic, id, entropy tables, 1, 4, 8 │ content
//! what is written     magic, id, entropy tables, 1, 4, 8 │ older batches … │ content
//! ```
//!
//! The batches are compressed as the real `compress` does, but for larger tables: with those of its
//! level, batches would refer to no more than the last third of 100 MB.

use super::{files::Plan, market::Market};

use anyhow::{Context, Result, ensure};
use netidx::pack::{Pack, decode_varint};
use netidx_archive::logfile::{
    ArchiveReader, CompressionHeader, Cursor, FileHeader, RecordHeader, RecordTyp,
};
use std::{fs, ops::Range, path::Path};
use zstd::{bulk::Compressor, zstd_safe::CParameter};

/// What the dictionary and the batches are taken from: 110 MB.
const STOCK: Plan =
    Plan { symbols: 833, batches: 230_000, items: (38, 42), image_every: None, seed: 5 };
const BATCHES: usize = 2_000;
const LEVEL: i32 = 19;
/// The repeat offsets that end the tables of a trained dictionary.
const REPEAT_OFFSETS: [u8; 12] = [1, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0];

/// Writes a file whose dictionary has so many bytes.
pub fn write(file: &Path, dictionary_bytes: usize) -> Result<()> {
    let stock = file.with_extension("stock");
    Market::new(&STOCK).write(&stock)?;
    let bytes = fs::read(&stock)?;
    fs::remove_file(&stock)?;
    let all = records(&bytes)?;
    let batches = &all[all.len() - BATCHES..];
    let before = &bytes[..batches[0].whole.start];
    let dictionary = dictionary(before, &bytes, batches, dictionary_bytes)?;

    // As `ArchiveWriter` begins a file, with the paths and the time basis of the stock.
    let mut out = Vec::new();
    let header = FileHeader { compressed: true, indexed: true, version: 0, committed: 0 };
    header.encode(&mut out)?;
    CompressionHeader { dictionary: dictionary.clone() }.encode(&mut out)?;
    let paths = all.iter().find(|r| matches!(r.header.record_type, RecordTyp::PathMappings));
    out.extend_from_slice(&bytes[paths.context("the stock has paths")?.whole.clone()]);
    let basis = all[..all.len() - BATCHES]
        .iter()
        .rfind(|r| matches!(r.header.record_type, RecordTyp::Timestamp));
    out.extend_from_slice(&bytes[basis.context("the stock has a time")?.whole.clone()]);

    let mut compressor = Compressor::with_dictionary(LEVEL, &dictionary)?;
    for table in [CParameter::WindowLog(27), CParameter::HashLog(27), CParameter::ChainLog(28)] {
        compressor.set_parameter(table)?;
    }
    for record in batches {
        let whole = &bytes[record.whole.clone()];
        if !matches!(record.header.record_type, RecordTyp::DeltaBatch) {
            out.extend_from_slice(whole);
            continue;
        }
        let payload = &whole[RECORD_HEADER..];
        let index = decode_varint(&mut &payload[..])? as usize;
        let frame = compressor.compress(&payload[index..])?;
        let mut header = record.header;
        header.record_length = (4 + index + frame.len()) as u32;
        header.encode(&mut out)?;
        out.extend_from_slice(&record.header.record_length.to_be_bytes());
        out.extend_from_slice(&payload[..index]);
        out.extend_from_slice(&frame);
    }
    let committed = out.len() as u64;
    FileHeader { committed, ..header }.encode(&mut &mut out[..])?;
    fs::write(file, &out)?;
    let read = ArchiveReader::open(file)?.read_deltas(None, &mut Cursor::new(), usize::MAX)?.1;
    let deltas =
        batches.iter().filter(|r| matches!(r.header.record_type, RecordTyp::DeltaBatch)).count();
    ensure!(read.len() == deltas, "of {deltas} batches the real reader reads {}", read.len());
    Ok(())
}

const RECORD_HEADER: usize = 8;

struct Record {
    header: RecordHeader,
    whole: Range<usize>,
}

/// The records of an uncompressed file.
fn records(bytes: &[u8]) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    let mut at = FileHeader::const_encoded_len().context("of one length")?;
    while at < bytes.len() {
        let header = RecordHeader::decode(&mut &bytes[at..])?;
        let end = at + RECORD_HEADER + header.record_length as usize;
        records.push(Record { header, whole: at..end });
        at = end;
    }
    Ok(records)
}

/// A dictionary of `size` bytes: trained on the batches, its content begun with what came before.
fn dictionary(before: &[u8], bytes: &[u8], batches: &[Record], size: usize) -> Result<Vec<u8>> {
    let samples = &bytes[before.len()..];
    let lengths: Vec<usize> = batches.iter().map(|record| record.whole.len()).collect();
    let trained = zstd::dict::from_continuous(samples, &lengths, 64 << 10)?;
    let tables = trained.windows(REPEAT_OFFSETS.len()).position(|w| w == REPEAT_OFFSETS);
    let tables = tables.context("the trained dictionary has no repeat offsets")?;
    let (tables, content) = trained.split_at(tables + REPEAT_OFFSETS.len());
    let filler = size.checked_sub(trained.len()).context("a dictionary that small is trained")?;
    let filler = before.len().checked_sub(filler).context("the stock is too small")?;
    Ok([tables, &before[filler..], content].concat())
}
