//! A thin hand on the real 0.32.0 writer: paths by name, and a file that ends where it should.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use netidx::{pack::Pack, path::Path, subscriber::Event};
use netidx_archive::logfile::{ArchiveReader, ArchiveWriter, BATCH_POOL, BatchItem, Id};
use std::{
    fs::{self, OpenOptions},
    path::{Path as FilePath, PathBuf},
};

/// What the JSON calls the crate that wrote the file.
pub const WRITER: &str = "netidx-archive 0.32.0";

/// An archive that is being written.
pub struct Archive {
    file: PathBuf,
    writer: ArchiveWriter,
}

impl Archive {
    /// Starts a new, indexed file; one that was there is removed.
    pub fn create(file: &FilePath) -> Result<Self> {
        if file.exists() {
            fs::remove_file(file)?;
        }
        Self::append(file)
    }

    /// Opens a file that is there, to write more to it.
    pub fn append(file: &FilePath) -> Result<Self> {
        let writer = ArchiveWriter::open(file).with_context(|| format!("open {file:?}"))?;
        Ok(Archive { file: file.to_path_buf(), writer })
    }

    /// Writes a path mappings record with those of `paths` that have no id yet.
    pub fn paths<S: AsRef<str>>(&mut self, paths: &[S]) -> Result<()> {
        let paths: Vec<Path> = paths.iter().map(|p| Path::from_str(p.as_ref())).collect();
        self.writer.add_paths(&paths)
    }

    /// Writes a delta batch.
    pub fn delta<S: AsRef<str>>(&mut self, t: DateTime<Utc>, items: &[(S, Event)]) -> Result<()> {
        self.batch(false, t, items)
    }

    /// Writes an image batch.
    pub fn image<S: AsRef<str>>(&mut self, t: DateTime<Utc>, items: &[(S, Event)]) -> Result<()> {
        self.batch(true, t, items)
    }

    fn batch<S: AsRef<str>>(
        &mut self,
        image: bool,
        t: DateTime<Utc>,
        items: &[(S, Event)],
    ) -> Result<()> {
        let items = items
            .iter()
            .map(|(path, event)| {
                let path = Path::from_str(path.as_ref());
                let id =
                    self.writer.id_for_path(&path).with_context(|| format!("no id for {path}"))?;
                Ok((id, event.clone()))
            })
            .collect::<Result<Vec<_>>>()?;
        self.batch_by_id(image, t, items)
    }

    /// Writes a batch of ids, which need no path.
    pub fn batch_by_id(
        &mut self,
        image: bool,
        t: DateTime<Utc>,
        items: impl IntoIterator<Item = (Id, Event)>,
    ) -> Result<()> {
        let mut batch = BATCH_POOL.take();
        batch.extend(items.into_iter().map(|(id, event)| BatchItem(id, event)));
        self.writer.add_batch(image, t, &batch)
    }

    /// The id of a path that was written.
    pub fn id(&self, path: &str) -> Option<Id> {
        self.writer.id_for_path(&Path::from_str(path))
    }

    /// Marks all that was written as committed, as the recorder does now and then.
    pub fn flush(&mut self) -> Result<()> {
        self.writer.flush()
    }

    /// The end of what was written, committed or not.
    pub fn written(&self) -> usize {
        self.writer.len()
    }

    /// Commits and closes; the file ends at its last committed record.
    pub fn finish(self) -> Result<()> {
        let end = self.writer.len();
        let file = self.finish_with_tail()?;
        OpenOptions::new().write(true).open(file)?.set_len(end as u64)?;
        Ok(())
    }

    /// Commits and closes; the writer's preallocated zeros stay at the end. How many there are is
    /// up to the file system, so small files are made 4,096 bytes long, which is what most give.
    pub fn finish_with_tail(mut self) -> Result<PathBuf> {
        const BLOCK: u64 = 4_096;
        self.writer.flush()?;
        if self.writer.len() as u64 <= BLOCK {
            OpenOptions::new().write(true).open(&self.file)?.set_len(BLOCK)?;
        }
        Ok(self.file)
    }
}

/// The id of this number; the crate has no other way to make one.
pub fn id(n: u32) -> Id {
    let mut buf = Vec::new();
    netidx::pack::encode_varint(n as u64, &mut buf);
    Id::decode(&mut &buf[..]).expect("a varint is an id")
}

/// The number of an id.
pub fn id_number(id: Id) -> u32 {
    let mut buf = Vec::new();
    id.encode(&mut buf).expect("a vector takes every id");
    netidx::pack::decode_varint(&mut &buf[..]).expect("an id is a varint") as u32
}

/// Writes the compressed copy of `source` with the crate's own `compress`, without a tail.
pub fn compress(source: &FilePath, dest: &FilePath) -> Result<()> {
    if dest.exists() {
        fs::remove_file(dest)?;
    }
    let reader = ArchiveReader::open(source)?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()?
        .block_on(async { reader.compress(1, dest).await })?;
    cut_to_committed(dest)
}

/// Cuts a closed file at its committed end.
pub fn cut_to_committed(file: &FilePath) -> Result<()> {
    let header = netidx_archive::logfile::read_file_header(file)?;
    OpenOptions::new().write(true).open(file)?.set_len(header.committed)?;
    Ok(())
}
