//! An archive on disk that grows as the recorder lets it: first the records, then `committed`.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::writer::{HEADER_BYTES, Writer};

/// A file that is being recorded.
pub struct Growing {
    path: PathBuf,
    file: File,
    on_disk: usize,
    /// What will be in it.
    pub writer: Writer,
}

impl Growing {
    /// Starts a file with what is in `writer`, all of it committed.
    pub fn start(path: PathBuf, writer: Writer) -> Result<Growing> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("no {}", folder.display()))?;
        }
        let mut file = OpenOptions::new();
        let file = file.create(true).write(true).truncate(true).open(&path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        let mut growing = Growing { path, file, on_disk: 0, writer };
        growing.write()?;
        growing.commit()?;
        Ok(growing)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the records that are new, and says nothing of them in the header.
    pub fn write(&mut self) -> Result<()> {
        let bytes = self.writer.bytes();
        self.file.seek(SeekFrom::Start(self.on_disk as u64))?;
        self.file.write_all(&bytes[self.on_disk..])?;
        self.file.sync_data()?;
        self.on_disk = bytes.len();
        Ok(())
    }

    /// Says in the header that all that was written is whole.
    pub fn commit(&mut self) -> Result<()> {
        self.file.seek(SeekFrom::Start(HEADER_BYTES as u64 - 8))?;
        self.file.write_all(&(self.on_disk as u64).to_be_bytes())?;
        self.file.sync_data()?;
        Ok(())
    }

    /// Cuts the file short.
    pub fn cut(&mut self, length: u64) -> Result<()> {
        self.file.set_len(length)?;
        Ok(())
    }
}
