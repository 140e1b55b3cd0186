//! Changes to bytes of a file that the real writer wrote, for what no writer writes on purpose.
//! A fixture that was patched says so in its `about`.

use anyhow::{Context, Result, ensure};
use netidx::pack::Pack;
use netidx_archive::logfile::{FileHeader, RecordHeader, RecordTyp};
use std::{fs, path::Path as FilePath};

/// A record's place and header.
#[derive(Clone, Copy)]
pub struct Record {
    /// Where its header starts.
    pub offset: usize,
    /// The header.
    pub header: RecordHeader,
}

/// All records of an uncompressed file up to its committed end.
pub fn records(file: &FilePath) -> Result<Vec<Record>> {
    let bytes = fs::read(file)?;
    let mut buf = &bytes[..];
    let header = FileHeader::decode(&mut buf)?;
    let mut offset = bytes.len() - buf.len();
    let mut records = Vec::new();
    while offset < header.committed as usize {
        let header = RecordHeader::decode(&mut &bytes[offset..])?;
        records.push(Record { offset, header });
        offset += 8 + header.record_length as usize;
    }
    Ok(records)
}

/// Only the batches, images included.
pub fn batches(file: &FilePath) -> Result<Vec<Record>> {
    let mut records = records(file)?;
    records
        .retain(|r| matches!(r.header.record_type, RecordTyp::DeltaBatch | RecordTyp::ImageBatch));
    Ok(records)
}

/// Puts `new` where `old` is, which occurs exactly once and is as long.
pub fn replace(file: &FilePath, old: &[u8], new: &[u8]) -> Result<()> {
    ensure!(old.len() == new.len(), "{old:?} and {new:?} differ in length");
    let mut bytes = fs::read(file)?;
    let mut found = bytes.windows(old.len()).enumerate().filter(|(_, w)| *w == old);
    let (at, _) = found.next().with_context(|| format!("{old:?} is not in {file:?}"))?;
    ensure!(found.next().is_none(), "{old:?} is twice in {file:?}");
    bytes[at..at + new.len()].copy_from_slice(new);
    Ok(fs::write(file, bytes)?)
}

/// Gives the `n`th batch another offset from its basis.
pub fn set_offset(file: &FilePath, n: usize, us: u32) -> Result<()> {
    let record = batches(file)?[n];
    let header = RecordHeader { timestamp: us, ..record.header };
    let mut encoded = Vec::new();
    header.encode(&mut encoded)?;
    write_at(file, record.offset, &encoded)
}

/// Sets the committed end in the file's header.
pub fn set_committed(file: &FilePath, committed: u64) -> Result<()> {
    write_at(file, 18, &committed.to_be_bytes())
}

/// Cuts or extends the file.
pub fn set_length(file: &FilePath, length: u64) -> Result<()> {
    Ok(fs::OpenOptions::new().write(true).open(file)?.set_len(length)?)
}

fn write_at(file: &FilePath, offset: usize, new: &[u8]) -> Result<()> {
    let mut bytes = fs::read(file)?;
    bytes[offset..offset + new.len()].copy_from_slice(new);
    Ok(fs::write(file, bytes)?)
}
