//! Where the bytes of a file come from, and the pages of it that are held in memory.
//!
//! ```text
//! ReadAt  bytes, an ArrayBuffer, a File read in slices, a native file, parts that are pushed
//!   │ one page at a time
//! Pages   the pages used last, at most so many bytes of them
//!   │ a slice of one page; what straddles two is joined
//! Window  what one reader looks at right now
//! ```

pub mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod pages;
mod push;

#[cfg(not(target_arch = "wasm32"))]
pub use native::{NativeFile, native_read_at};
pub use pages::{CacheSize, Pages, Window};
pub use push::PushSource;

use crate::error::{Error, ErrorKind};
use std::{ops::Range, rc::Rc};

/// Positional reads of a file.
pub trait ReadAt {
    /// Length of the file in bytes, as it was when the file was chosen.
    fn length(&self) -> u64;

    /// Reads bytes from `offset` on into the start of `into`, and returns how many: fewer than
    /// fit are no error, none are the end of the file.
    ///
    /// # Errors
    /// A clause that says why the file cannot be read.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String>;

    /// The parts of a range that are not here yet. They are asked for before anything is read, so that
    /// a miss is an answer ([`ErrorKind::Pending`]) and no failure: whoever asked gets those bytes to
    /// the source and asks again.
    fn missing(&self, range: Range<u64>) -> Vec<Range<u64>> {
        let _ = range;
        Vec::new()
    }

    /// All bytes, of a file that is in memory as a whole: they are lent, and no page is copied.
    fn whole(&self) -> Option<Rc<Vec<u8>>> {
        None
    }
}

/// Reads until `into` is full.
pub fn read_exact_at(
    source: &(impl ReadAt + ?Sized),
    offset: u64,
    into: &mut [u8],
) -> Result<(), Error> {
    let mut done = 0;
    while done < into.len() {
        let at = offset + done as u64;
        let failed = |detail: String| Err(Error::new(ErrorKind::Source, at, detail));
        match source.read_at(at, &mut into[done..]) {
            Ok(0) => {
                let detail = "the file ended early; it was shortened since it was opened,";
                return failed(detail.to_owned());
            }
            Ok(read) => done += read,
            Err(reason) => return failed(format!("the file cannot be read ({reason})")),
        }
    }
    Ok(())
}

impl ReadAt for Vec<u8> {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        let rest = rest.unwrap_or_default();
        let read = rest.len().min(into.len());
        into[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }
}

impl ReadAt for Rc<Vec<u8>> {
    fn length(&self) -> u64 {
        (**self).length()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        (**self).read_at(offset, into)
    }

    fn whole(&self) -> Option<Rc<Vec<u8>>> {
        Some(Rc::clone(self))
    }
}
