//! One shard of a recording, written by the real `ArchiveCollectionWriter` with the calls that the
//! recorder makes, at times that the caller chooses.

use crate::archive::{self, id_number};
use anyhow::{Context, Result};
use arcstr::ArcStr;
use chrono::{DateTime, Utc};
use netidx::{path::Path, subscriber::Event};
use netidx_archive::{
    config::{Config, ConfigBuilder, RecordConfigBuilder},
    logfile::{ArchiveReader, BATCH_POOL, BatchItem},
    logfile_collection::ArchiveCollectionWriter,
};
use netidx_netproto::glob::GlobSet;
use std::{
    collections::BTreeMap,
    fs,
    future::Future,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
};

/// A batch that was given to the writer.
#[derive(Clone)]
pub struct Written {
    /// Whether it is an image.
    pub image: bool,
    /// The time that the writer was given. What it writes can be later by some microseconds.
    pub now: DateTime<Utc>,
    /// Ids and events.
    pub items: Vec<(u32, Event)>,
}

/// The batches of a file in the order in which they were written.
pub struct DataFile {
    /// The time of the rotation; `None` for `current`.
    pub rotated: Option<DateTime<Utc>>,
    /// All of them.
    pub batches: Vec<Written>,
}

/// A shard that is being recorded.
pub struct Shard {
    folder: PathBuf,
    name: ArcStr,
    config: Arc<Config>,
    writer: Option<ArchiveCollectionWriter>,
    external_lock: bool,
    /// The last event of each id, which is what an image is made of.
    last: BTreeMap<u32, Event>,
    files: Vec<DataFile>,
}

impl Shard {
    /// Begins the shard `name` in the archive directory `root`, or goes on with one that lies there.
    pub fn open(root: &FilePath, name: &str) -> Result<Self> {
        Self::open_with(root, name, false)
    }

    /// The same with lock files of its own, as a recorder has that another process publishes.
    pub fn open_external(root: &FilePath, name: &str) -> Result<Self> {
        Self::open_with(root, name, true)
    }

    fn open_with(root: &FilePath, name: &str, external_lock: bool) -> Result<Self> {
        let name = ArcStr::from(name);
        let record = RecordConfigBuilder::default().spec(GlobSet::new(true, [])?).build()?;
        let config = ConfigBuilder::default()
            .archive_directory(root)
            .record([(name.clone(), record)])
            .build()?;
        let mut shard = Shard {
            folder: root.join(name.as_str()),
            name,
            config: Arc::new(config),
            writer: None,
            external_lock,
            last: BTreeMap::new(),
            files: vec![DataFile { rotated: None, batches: vec![] }],
        };
        shard.restart()?;
        Ok(shard)
    }

    /// Commits and closes the files, until [`restart`](Self::restart).
    pub fn stop(&mut self) {
        drop(self.writer.take());
    }

    /// Opens the files again, as a recorder does that was down. It then knows no time and no value of
    /// before.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        self.last.clear();
        let (config, name) = (self.config.clone(), self.name.clone());
        self.writer = Some(match self.external_lock {
            true => ArchiveCollectionWriter::open_external(config, name)?,
            false => ArchiveCollectionWriter::open(config, name)?,
        });
        Ok(())
    }

    fn writer(&mut self) -> Result<&mut ArchiveCollectionWriter> {
        self.writer.as_mut().context("the shard is closed")
    }

    /// Makes paths known: into `pathindex`, and flushed.
    pub fn paths<S: AsRef<str>>(&mut self, paths: &[S]) -> Result<()> {
        let paths: Vec<Path> = paths.iter().map(|p| Path::from_str(p.as_ref())).collect();
        let writer = self.writer()?;
        writer.add_paths(&paths)?;
        writer.flush_pathindex()
    }

    /// Writes a delta batch; an empty one is none.
    pub fn delta<S: AsRef<str>>(&mut self, now: DateTime<Utc>, items: &[(S, Event)]) -> Result<()> {
        let writer = self.writer()?;
        let items = items
            .iter()
            .map(|(path, event)| {
                let path = Path::from_str(path.as_ref());
                let id = writer.id_for_path(&path).with_context(|| format!("no id for {path}"))?;
                Ok((id_number(id), event.clone()))
            })
            .collect::<Result<Vec<_>>>()?;
        self.last.extend(items.iter().cloned());
        self.batch(false, now, items)
    }

    /// Writes the last event of every path that has one.
    pub fn image(&mut self, now: DateTime<Utc>) -> Result<()> {
        let items = self.last.iter().map(|(id, event)| (*id, event.clone())).collect();
        self.batch(true, now, items)
    }

    fn batch(&mut self, image: bool, now: DateTime<Utc>, items: Vec<(u32, Event)>) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        let mut batch = BATCH_POOL.take();
        batch.extend(items.iter().map(|(id, event)| BatchItem(archive::id(*id), event.clone())));
        self.writer()?.add_batch(image, now, &batch)?;
        let current = self.files.last_mut().expect("there is always a current");
        current.batches.push(Written { image, now, items });
        Ok(())
    }

    /// Rotates `current` to the name of `now`, without an image: so do most embedders.
    pub fn rotate(&mut self, now: DateTime<Utc>) -> Result<PathBuf> {
        let rotated = self.writer()?.rotate(now)?;
        self.begin_file(now);
        Ok(rotated)
    }

    /// Rotates `current` and begins the next file with an image at the same time, as the recorder does.
    pub fn rotate_with_image(&mut self, now: DateTime<Utc>) -> Result<PathBuf> {
        let rotated = self.rotate(now)?;
        self.image(now)?;
        Ok(rotated)
    }

    /// Rotates and compresses in one step, without an image.
    pub fn rotate_and_compress(&mut self, now: DateTime<Utc>) -> Result<PathBuf> {
        let rotated = block_on(self.writer()?.rotate_and_compress(now, None))?;
        self.begin_file(now);
        Ok(rotated)
    }

    fn begin_file(&mut self, now: DateTime<Utc>) {
        self.files.last_mut().expect("there is always a current").rotated = Some(now);
        self.files.push(DataFile { rotated: None, batches: vec![] });
    }

    /// Commits and closes the files; they are what is returned, in their order.
    pub fn finish(mut self) -> Result<Vec<DataFile>> {
        self.writer()?.flush_all()?;
        drop(self.writer.take());
        Ok(self.files)
    }

    /// Where the files lie.
    pub fn folder(&self) -> &FilePath {
        &self.folder
    }
}

/// Replaces a rotated file by its compressed form, as is done with the files of a recorder later.
pub fn compress_in_place(file: &FilePath) -> Result<()> {
    let copy = file.with_extension("rz");
    compress_to(file, &copy)?;
    fs::rename(copy, file).context("put the compressed file in its place")
}

/// Writes a compressed copy.
pub fn compress_to(file: &FilePath, copy: &FilePath) -> Result<()> {
    let reader = ArchiveReader::open(file)?;
    block_on(async { reader.compress(2, copy).await })
}

/// Writes an indexed copy of a file without record indexes.
pub fn index_to(file: &FilePath, copy: &FilePath) -> Result<()> {
    let reader = ArchiveReader::open(file)?;
    block_on(async { reader.build_index(copy).await })
}

fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).build()?.block_on(future)
}
