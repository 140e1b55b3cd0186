//! Files of the operating system, of which any number can be at hand: no more are open at a time than the
//! system allows.
//!
//! A file that was closed meanwhile is opened again by its path, and refused where another one stands there by
//! then. What is being recorded is never closed: its name will be another's.

use crate::{
    error::{Error, ErrorKind},
    format::FileHeader,
    source::{ReadAt, native_read_at},
};
use std::{
    collections::VecDeque,
    fs::{File, Metadata},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// Files that stay open for whatever else a process needs.
const RESERVED: u64 = 64;
/// So many may be open at least, whatever the system says.
const MIN_OPEN: u64 = 16;
/// And at the most: each costs the system memory.
const MAX_OPEN: u64 = 8_192;

/// What tells one file of this machine from every other, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(u64, u64);

impl Identity {
    /// `None` where the system has no such thing.
    #[cfg(unix)]
    pub fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self(metadata.dev(), metadata.ino()))
    }

    /// `None` where the system has no such thing.
    #[cfg(not(unix))]
    pub fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

/// A file that can be read from any thread.
#[derive(Debug)]
pub struct SharedFile {
    path: PathBuf,
    identity: Option<Identity>,
    length: u64,
    /// Up to where its bytes are records: what comes after may be cut off by the recorder at any time.
    end: AtomicU64,
    open: Mutex<Option<Arc<File>>>,
}

/// The files that are open and may be closed, the one opened first in front.
static POOL: Mutex<VecDeque<Arc<SharedFile>>> = Mutex::new(VecDeque::new());

impl SharedFile {
    /// Opens a file for reading. One that `stays` open is not closed while it is at hand.
    pub fn open(path: &Path, stays: bool) -> io::Result<Arc<Self>> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        let shared = Arc::new(Self {
            path: path.to_path_buf(),
            identity: Identity::of(&metadata),
            length: metadata.len(),
            end: AtomicU64::new(u64::MAX),
            open: Mutex::new(Some(Arc::new(file))),
        });
        if !stays {
            pool(&shared);
        }
        Ok(shared)
    }

    /// Its length when it was opened.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Which file it is.
    pub const fn identity(&self) -> Option<Identity> {
        self.identity
    }

    /// Where it was found.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes what the header says: up to where there are records.
    pub fn set_end(&self, header: &FileHeader) {
        self.end.store(header.committed, Ordering::Relaxed);
    }

    fn file(self: &Arc<Self>) -> io::Result<Arc<File>> {
        if let Some(file) = &*self.open.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(file));
        }
        let file = File::open(&self.path)?;
        if Identity::of(&file.metadata()?) != self.identity {
            return Err(io::Error::other("another file has taken its place meanwhile"));
        }
        let file = Arc::new(file);
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&file));
        pool(self);
        Ok(file)
    }
}

/// Puts a file that was opened among those that may be closed, and closes the oldest of too many.
fn pool(file: &Arc<SharedFile>) {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    pool.push_back(Arc::clone(file));
    // Those that nobody has at hand any more need not be kept either.
    if pool.len() > limit() {
        pool.retain(|file| Arc::strong_count(file) > 1);
    }
    while pool.len() > limit() {
        let Some(oldest) = pool.pop_front() else { return };
        *oldest.open.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// How many files may be open: as many as the system allows where it is asked nicely.
fn limit() -> usize {
    static LIMIT: std::sync::LazyLock<usize> = std::sync::LazyLock::new(|| {
        let allowed = rlimit::increase_nofile_limit(MAX_OPEN + RESERVED).unwrap_or(256);
        allowed.saturating_sub(RESERVED).clamp(MIN_OPEN, MAX_OPEN) as usize
    });
    *LIMIT
}

/// A [`SharedFile`] as a source of pages. Each thread has its own.
pub struct Source(pub Arc<SharedFile>);

impl ReadAt for Source {
    fn length(&self) -> u64 {
        self.0.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        let file = self.0.file().map_err(|e| e.to_string())?;
        let read = native_read_at(&file, offset, into).map_err(|e| e.to_string())?;
        let end = self.0.end.load(Ordering::Relaxed);
        if read == 0 && offset >= end && offset < self.0.length {
            // A recorder allocates ahead, and cuts off what it did not need when it rotates.
            let rest = into.len().min((self.0.length - offset) as usize);
            into[..rest].fill(0);
            return Ok(rest);
        }
        Ok(read)
    }
}

/// The error of a file that cannot be opened.
pub fn cannot_open(error: &io::Error) -> Error {
    Error::without_offset(ErrorKind::Source, format!("it cannot be read ({error})"))
}
