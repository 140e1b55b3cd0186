//! A file of the operating system, for tests, benchmarks and tools.

use super::ReadAt;
use std::{
    fs::File,
    io::{ErrorKind, Result},
    path::Path,
};

/// A file of the operating system.
pub struct NativeFile {
    file: File,
    length: u64,
}

impl NativeFile {
    /// Opens the file at `path` for reading.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }
}

impl ReadAt for NativeFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::result::Result<usize, String> {
        native_read_at(&self.file, offset, into).map_err(|e| e.to_string())
    }
}

/// Reads bytes of a file from `offset` on into the start of `into`, and returns how many.
pub fn native_read_at(file: &File, offset: u64, into: &mut [u8]) -> Result<usize> {
    loop {
        match read_at(file, offset, into) {
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, offset: u64, into: &mut [u8]) -> Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn read_at(file: &File, offset: u64, into: &mut [u8]) -> Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_positional() {
        let path = std::env::temp_dir().join(format!("native-file-{}", std::process::id()));
        std::fs::write(&path, b"0123456789").expect("a file");
        let file = NativeFile::open(&path);
        std::fs::remove_file(&path).expect("it is there");
        let file = file.expect("the file");
        let read = |offset, len: usize| {
            let mut bytes = vec![0; len];
            let read = file.read_at(offset, &mut bytes).expect("bytes");
            bytes.truncate(read);
            bytes
        };
        assert_eq!(file.length(), 10);
        assert_eq!(read(6, 2), b"67");
        assert_eq!(read(1, 3), b"123");
        assert_eq!(read(8, 5), b"89");
        assert_eq!(read(10, 5), b"");
    }
}
