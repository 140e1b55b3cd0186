//! The pages of a file that are held in memory: those used last.
//!
//! ```text
//! file   |     page 0     |     page 1     |     page 2     | 3  |
//! held          [ a slice ]         [ joined: 1 + 2 ]
//! ```
//!
//! Who jumps to and fro in a file that does not fit reads a smaller piece where it comes to (a glance),
//! and a page as a whole when it stays there or comes from the page beside it.

#[cfg(test)]
mod tests;

use super::{ReadAt, read_exact_at};
use crate::{
    error::{Error, ErrorKind},
    limits::MAX_READ,
};
use std::{
    cell::{Cell, RefCell},
    ops::Range,
    rc::Rc,
};

/// Bytes that a processor brings close at once.
const LINE: usize = 64;

/// How much of a file is held in memory.
#[derive(Debug, Clone, Copy)]
pub struct CacheSize {
    /// Bytes of one page, at least 1.
    pub page: usize,
    /// How many pages are held, at least 1.
    pub pages: usize,
}

impl Default for CacheSize {
    /// 64 MiB in pages of 4 MiB. Chromium reads 0.9 GB/s in slices of that size, and a ninth of
    /// it in slices of 64 KiB.
    fn default() -> Self {
        Self { page: 4 << 20, pages: 16 }
    }
}

impl CacheSize {
    /// Bytes of all pages.
    pub const fn bytes(&self) -> u64 {
        self.page as u64 * self.pages as u64
    }
}

/// A file, read a page at a time.
pub struct Pages {
    source: Box<dyn ReadAt>,
    length: u64,
    size: CacheSize,
    /// The pages held, by number; the one used last comes last.
    cached: RefCell<Vec<(u64, Rc<Vec<u8>>)>>,
    /// Pieces of the file around where it was looked at, each with the number of the page that was not
    /// held there; the one used last comes last.
    glances: RefCell<Vec<(u64, Held)>>,
    /// The page that was put last.
    passing: Cell<Option<u64>>,
    /// Whether a page could not be read.
    failed: Cell<bool>,
    /// How often that was so since [`retry`](Self::retry), and the last of them.
    refused: RefCell<(u32, Option<(u64, Error)>)>,
}

/// A glance takes such a part of what a page has. In Chromium that comes some four times as soon.
const GLANCE_PART: usize = 6;
/// Glances that are held.
const GLANCES: usize = 8;

/// So often a page is tried in vain for one question. Of a file that is gone, each further one would
/// cost a millisecond, and there may be thousands.
const PATIENCE: u32 = 8;

/// What one reader looks at: a page, or bytes joined from several.
#[derive(Debug, Clone, Default)]
pub struct Held {
    start: u64,
    bytes: Rc<Vec<u8>>,
}

impl Pages {
    /// A file of which nothing is read yet.
    pub fn new(source: impl ReadAt + 'static, size: CacheSize) -> Self {
        let size = CacheSize { page: size.page.max(1), pages: size.pages.max(1) };
        let (cached, glances, passing, failed, refused) = Default::default();
        let (length, source) = (source.length(), Box::new(source));
        Self { source, length, size, cached, glances, passing, failed, refused }
    }

    /// A file that is in memory as a whole: one page, which is never let go.
    pub fn whole(bytes: Vec<u8>) -> Self {
        let size = CacheSize { page: bytes.len().max(1), pages: 1 };
        let pages = Self::new(Vec::new(), size);
        let length = bytes.len() as u64;
        Self { length, cached: RefCell::new(vec![(0, Rc::new(bytes))]), ..pages }
    }

    /// Length of the file in bytes.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// How the pages are cut.
    pub const fn size(&self) -> CacheSize {
        self.size
    }

    /// The bytes from `offset` on, `len` of them, which must lie in the file.
    #[inline]
    pub fn bytes<'h>(
        &self,
        offset: u64,
        len: usize,
        held: &'h mut Held,
    ) -> Result<&'h [u8], Error> {
        if !held.covers(offset, len) {
            self.fetch(offset, len, held)?;
        }
        let start = (offset - held.start) as usize;
        Ok(&held.bytes[start..start + len])
    }

    /// As many of the bytes from `offset` up to `end` as are at hand, at least `least` of them if
    /// there are so many.
    pub fn some<'h>(
        &self,
        offset: u64,
        end: u64,
        least: usize,
        held: &'h mut Held,
    ) -> Result<&'h [u8], Error> {
        let left = end.saturating_sub(offset);
        self.bytes(offset, (least as u64).min(left) as usize, held)?;
        let rest = held.bytes.get((offset - held.start) as usize..).unwrap_or_default();
        Ok(&rest[..left.min(rest.len() as u64) as usize])
    }

    /// As many of `len` bytes from `offset` on as the file has, which are few and wanted once: from
    /// the page that is held, or past the cache.
    pub fn read(&self, offset: u64, len: usize) -> Result<Vec<u8>, Error> {
        let len = self.length.saturating_sub(offset).min(len as u64) as usize;
        let mut bytes = vec![0; len];
        if !self.peek(offset, &mut bytes) {
            read_exact_at(&*self.source, offset, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// Copies bytes of a page that is held. `false` where none is.
    pub fn peek(&self, offset: u64, into: &mut [u8]) -> bool {
        let page = self.size.page as u64;
        let cached = self.cached.borrow();
        let held = cached.iter().find(|(held, _)| *held == offset / page);
        let from = (offset % page) as usize;
        let held = held.and_then(|(_, bytes)| bytes.get(from..from.checked_add(into.len())?));
        held.is_some_and(|bytes| {
            into.copy_from_slice(bytes);
            true
        })
    }

    /// Reads what is not held from where `other` reads it. Length and pages stay as they are.
    pub fn read_from(&mut self, other: Pages) {
        self.source = other.source;
        self.failed = Cell::default();
    }

    /// Whether something could not be read, so that what was worked out may lack it.
    pub fn failed(&self) -> bool {
        self.failed.get()
    }

    /// Reads again what could not be read: another question is asked.
    pub fn retry(&self) {
        self.refused.take();
    }

    /// Puts bytes that were read ahead in the place of a page. What is not as long as the page, or
    /// is held already, is not taken. Of a file that does not fit they take the place of those that
    /// were put before, so that a scan drives nothing out. Returns memory for the next.
    pub fn put(&self, number: u64, bytes: Vec<u8>) -> Vec<u8> {
        if bytes.len() as u64 != self.page_len(number) || self.holds(number) {
            return bytes;
        }
        let before = self.passing.replace(Some(number)).filter(|_| self.length > self.size.bytes());
        let mut cached = self.cached.borrow_mut();
        let place = before.and_then(|before| cached.iter().position(|(held, _)| *held == before));
        let let_go = place.or_else(|| (cached.len() >= self.size.pages).then_some(0));
        let let_go = let_go.map(|place| cached.remove(place).1);
        cached.push((number, Rc::new(bytes)));
        let_go.and_then(|bytes| Rc::try_unwrap(bytes).ok()).unwrap_or_default()
    }

    /// Lets go of all that is held, to be read again where it is wanted.
    pub fn release(&self) {
        // What is in memory as a whole has no other place.
        if self.source.length() >= self.length {
            self.cached.borrow_mut().clear();
            self.glances.borrow_mut().clear();
        }
    }

    /// Whether a page is held.
    pub fn holds(&self, number: u64) -> bool {
        self.cached.borrow().iter().any(|(held, _)| *held == number)
    }

    /// Takes over what is held of the same file before it grew: the full pages that end at `sound`
    /// or before it.
    pub fn inherit(&mut self, older: &Pages, sound: u64) {
        if (self.size.page, self.size.pages) != (older.size.page, older.size.pages) {
            return;
        }
        let page = self.size.page as u64;
        for (number, bytes) in older.cached.borrow().iter() {
            let is_full = bytes.len() as u64 == page;
            let is_wanted = self.cached.borrow().len() < self.size.pages && !self.holds(*number);
            if is_full && is_wanted && (number + 1) * page <= sound {
                self.cached.borrow_mut().push((*number, Rc::clone(bytes)));
            }
        }
    }

    /// How many bytes page `number` has: all pages but the last have the same.
    fn page_len(&self, number: u64) -> u64 {
        let page = self.size.page as u64;
        page.min(self.length.saturating_sub(number * page))
    }

    #[cold]
    fn fetch(&self, offset: u64, len: usize, held: &mut Held) -> Result<(), Error> {
        let page = self.size.page as u64;
        let first = offset / page;
        let end = offset.saturating_add(len as u64);
        if end > self.length {
            let detail = format!("{len} bytes pass the end of the file at {:#x},", self.length);
            return Err(Error::new(ErrorKind::Truncated, offset, detail));
        }
        if let Some(glance) = self.glance(first, offset, len)? {
            *held = glance;
            return Ok(());
        }
        if end <= (first + 1) * page {
            *held = Held { start: first * page, bytes: self.page(first)? };
            return Ok(());
        }
        if len > MAX_READ {
            let detail = format!("{len} bytes in one piece; at most {MAX_READ} are read,");
            return Err(Error::new(ErrorKind::Limit, offset, detail));
        }
        let mut joined = Vec::new();
        joined.try_reserve_exact(len).map_err(|_| {
            Error::new(
                ErrorKind::Source,
                offset,
                format!("no memory for {len} bytes in one piece,"),
            )
        })?;
        for number in first..=(end - 1) / page {
            let start = number * page;
            let from = offset.max(start) - start;
            let to = end.min(start + page) - start;
            joined.extend_from_slice(&self.page(number)?[from as usize..to as usize]);
        }
        *held = Held { start: offset, bytes: Rc::new(joined) };
        Ok(())
    }

    /// A piece of the file around what is looked for from page `number` on, where that page would be
    /// too much.
    fn glance(&self, number: u64, offset: u64, len: usize) -> Result<Option<Held>, Error> {
        let part = self.size.page / GLANCE_PART;
        let comes_from_beside =
            self.cached.borrow().last().is_some_and(|(last, _)| last.abs_diff(number) == 1);
        if self.length <= self.size.bytes()
            || len > part / 2
            || comes_from_beside
            || self.holds(number)
        {
            return Ok(None);
        }
        let mut glances = self.glances.borrow_mut();
        if let Some(place) = glances.iter().position(|(_, glance)| glance.covers(offset, len)) {
            let glance = glances.remove(place);
            let held = glance.1.clone();
            glances.push(glance);
            return Ok(Some(held));
        }
        if let Some(place) = glances.iter().position(|(page, _)| *page == number) {
            glances.remove(place);
            return Ok(None);
        }
        let (middle, part) = (offset + len as u64 / 2, part as u64);
        let start = middle.saturating_sub(part / 2).min(self.length - part);
        let bytes = self.load(number, start, part as usize, || match glances.len() >= GLANCES {
            true => Rc::try_unwrap(glances.remove(0).1.bytes).unwrap_or_default(),
            false => Vec::new(),
        });
        let glance = Held { start, bytes: Rc::new(bytes?) };
        glances.push((number, glance.clone()));
        Ok(Some(glance))
    }

    fn page(&self, number: u64) -> Result<Rc<Vec<u8>>, Error> {
        let mut cached = self.cached.borrow_mut();
        if let Some(place) = cached.iter().position(|(held, _)| *held == number) {
            let page = cached.remove(place);
            cached.push(page);
        } else {
            let (start, len) = (number * self.size.page as u64, self.page_len(number) as usize);
            // Let go first, so that memory never holds one more.
            let bytes = self.load(number, start, len, || match cached.len() >= self.size.pages {
                true => Rc::try_unwrap(cached.remove(0).1).unwrap_or_default(),
                false => Vec::new(),
            });
            cached.push((number, Rc::new(bytes?)));
        }
        Ok(cached.last().map(|(_, bytes)| Rc::clone(bytes)).unwrap_or_default())
    }

    /// Reads bytes of page `number` into memory that `room` gives.
    fn load(
        &self,
        number: u64,
        start: u64,
        len: usize,
        room: impl FnOnce() -> Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
        if let (count, Some((refused, error))) = &*self.refused.borrow()
            && (*count >= PATIENCE || *refused == number)
        {
            return Err(error.clone());
        }
        let mut memory = room();
        memory.resize(len, 0);
        if let Err(error) = read_exact_at(&*self.source, start, &mut memory) {
            self.failed.set(true);
            let count = self.refused.borrow().0 + 1;
            self.refused.replace((count, Some((number, error.clone()))));
            return Err(error);
        }
        Ok(memory)
    }
}

impl Held {
    /// The bytes from `offset` on that are at hand, which may be none.
    pub fn at_hand(&self, offset: u64) -> &[u8] {
        let from = offset.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        from.and_then(|from| self.bytes.get(from..)).unwrap_or_default()
    }

    /// Brings the lines of memory at `offsets` close, as far as they are of the page at hand.
    pub fn warm(&self, offsets: impl Iterator<Item = u64>) {
        let byte = |offset: u64| {
            let at = usize::try_from(offset.wrapping_sub(self.start)).unwrap_or(usize::MAX);
            self.bytes.get(at).copied().unwrap_or_default()
        };
        std::hint::black_box(offsets.fold(0, |any, offset| any ^ byte(offset)));
    }

    /// The same for all lines of a range.
    pub fn warm_all(&self, range: Range<u64>) {
        let at =
            |offset: u64| offset.saturating_sub(self.start).min(self.bytes.len() as u64) as usize;
        let bytes = self.bytes.get(at(range.start)..at(range.end)).unwrap_or_default();
        std::hint::black_box(bytes.iter().step_by(LINE).fold(0, |any, byte| any ^ byte));
    }

    #[inline]
    fn covers(&self, offset: u64, len: usize) -> bool {
        offset.checked_sub(self.start).is_some_and(|from| {
            from.checked_add(len as u64).is_some_and(|to| to <= self.bytes.len() as u64)
        })
    }
}
