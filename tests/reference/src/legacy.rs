//! The same for the real 0.12.1 writer, whose files are plain: no index, no compression.
//!
//! Its caller hands it ready-made record offsets, so unlike with 0.32.0 two batches can carry one
//! and the same time without a patched byte.

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use netidx_0_12::{path::Path, subscriber::Event};
use netidx_archive_0_12::{ArchiveWriter, BATCH_POOL, BatchItem, Timestamp};
use std::{fs, path::Path as FilePath};

/// What the JSON calls the crate that wrote the file.
pub const WRITER: &str = "netidx-archive 0.12.1";

/// The largest offset that the writers use before they write a new basis.
const MAX_OFFSET: i64 = 0x03FF_FFFF;

/// A plain archive that is being written.
pub struct Legacy {
    writer: ArchiveWriter,
    basis: Option<DateTime<Utc>>,
    file: std::path::PathBuf,
}

impl Legacy {
    /// Starts a new, plain file; one that was there is removed.
    pub fn create(file: &FilePath) -> Result<Self> {
        if file.exists() {
            fs::remove_file(file)?;
        }
        let writer = ArchiveWriter::open(file).with_context(|| format!("open {file:?}"))?;
        Ok(Legacy { writer, basis: None, file: file.to_path_buf() })
    }

    /// Writes a path mappings record with those of `paths` that have no id yet.
    pub fn paths<S: AsRef<str>>(&mut self, paths: &[S]) -> Result<()> {
        let paths: Vec<Path> = paths.iter().map(|p| Path::from(p.as_ref().to_string())).collect();
        self.writer.add_paths(&paths)
    }

    /// Writes a batch. A new basis comes first where the writer would need one.
    pub fn batch<S: AsRef<str>>(
        &mut self,
        image: bool,
        t: DateTime<Utc>,
        items: &[(S, Event)],
    ) -> Result<()> {
        let offset = self.basis.and_then(|basis| (t - basis).num_microseconds());
        match (self.basis, offset) {
            (Some(basis), Some(us)) if (0..=MAX_OFFSET).contains(&us) => {
                self.batch_at(image, Timestamp::Offset(basis, us as u32), items)
            }
            _ => {
                self.basis = Some(t);
                self.batch_at(image, Timestamp::NewBasis(t), items)
            }
        }
    }

    /// Writes a batch `us` after the last basis, even if it is farther than the writers go.
    pub fn batch_with_offset<S: AsRef<str>>(
        &mut self,
        image: bool,
        us: u32,
        items: &[(S, Event)],
    ) -> Result<DateTime<Utc>> {
        let basis = self.basis.context("no basis yet")?;
        self.batch_at(image, Timestamp::Offset(basis, us), items)?;
        Ok(basis + TimeDelta::microseconds(us as i64))
    }

    fn batch_at<S: AsRef<str>>(
        &mut self,
        image: bool,
        t: Timestamp,
        items: &[(S, Event)],
    ) -> Result<()> {
        let mut batch = BATCH_POOL.take();
        for (path, event) in items {
            let path = Path::from(path.as_ref().to_string());
            let id = self.writer.id_for_path(&path).with_context(|| format!("no id for {path}"))?;
            batch.push(BatchItem(id, event.clone()));
        }
        self.writer.add_batch(image, t, &batch)
    }

    /// Commits and closes; the file ends at its last committed record.
    pub fn finish(mut self) -> Result<()> {
        self.writer.flush()?;
        drop(self.writer);
        crate::archive::cut_to_committed(&self.file)
    }
}
