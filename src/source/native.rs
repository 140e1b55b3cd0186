//! A file of the operating system, for tests, benchmarks and tools.

use super::ReadAt;
use std::{
    cell::RefCell,
    fs::File,
    io::{Read, Result, Seek, SeekFrom},
    path::Path,
};

/// A file of the operating system.
pub struct NativeFile {
    file: RefCell<File>,
    length: u64,
}

impl NativeFile {
    /// Opens the file at `path` for reading.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file: RefCell::new(file), length })
    }
}

impl ReadAt for NativeFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::result::Result<usize, String> {
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(offset)).and_then(|_| file.read(into)).map_err(|e| e.to_string())
    }
}
