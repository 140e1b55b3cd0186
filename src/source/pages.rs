//! The pages of a file that are held in memory: those used last.
//!
//! ```text
//! file   |     page 0     |     page 1     |     page 2     | 3  |
//! window        [ a slice ]         [ joined: 1 + 2 ]
//! ```
//!
//! Of a file that does not fit, random access reads a partial page. A second access to the same page,
//! or sequential access, reads the full page. A file that is in memory as a whole has no pages.

#[cfg(test)]
mod tests;

use super::{ReadAt, read_exact_at};
use crate::{
    error::{Error, ErrorKind},
    limits::MAX_READ,
};
use std::{cell::RefCell, ops::Range, rc::Rc};

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
    cache: RefCell<Cache>,
}

/// What is held of a file.
#[derive(Default)]
struct Cache {
    /// The pages held, by number; the one used last comes last.
    pages: Vec<(u64, Rc<Vec<u8>>)>,
    /// Partial pages, each with the number of the page that was not held when it was read; the one used
    /// last comes last.
    partial: Vec<(u64, Window)>,
    /// The page that was put last.
    passing: Option<u64>,
    /// Whether a page could not be read.
    failed: bool,
    /// How often that was so since [`Pages::retry`], and the last of them.
    refusals: u32,
    refused: Option<(u64, Error)>,
}

/// A partial page has one part in six of a page. In Chromium that comes some four times as soon.
const PARTIAL_PART: usize = 6;
/// Partial pages that are held.
const MAX_PARTIAL: usize = 8;

/// How often pages are tried in vain for one question. Of a file that is gone, each further one would
/// cost a millisecond, and there may be thousands.
const MAX_REFUSALS: u32 = 8;

/// What one reader looks at: a page, or bytes joined from several.
#[derive(Debug, Clone, Default)]
pub struct Window {
    start: u64,
    bytes: Rc<Vec<u8>>,
}

impl Pages {
    /// A file of which nothing is read yet.
    pub fn new(source: impl ReadAt + 'static, size: CacheSize) -> Self {
        let size = CacheSize { page: size.page.max(1), pages: size.pages.max(1) };
        let length = source.length();
        Self { source: Box::new(source), length, size, cache: RefCell::default() }
    }

    /// A file that is in memory as a whole.
    pub fn whole(bytes: Vec<u8>) -> Self {
        let size = CacheSize { page: bytes.len(), pages: 1 };
        Self::new(Rc::new(bytes), size)
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
        window: &'h mut Window,
    ) -> Result<&'h [u8], Error> {
        if !window.covers(offset, len) {
            self.fetch(offset, len, window)?;
        }
        let start = (offset - window.start) as usize;
        Ok(&window.bytes[start..start + len])
    }

    /// As many of the bytes from `offset` up to `end` as are at hand, at least `least` of them if
    /// there are so many.
    pub fn some<'h>(
        &self,
        offset: u64,
        end: u64,
        least: usize,
        window: &'h mut Window,
    ) -> Result<&'h [u8], Error> {
        let left = end.saturating_sub(offset);
        self.bytes(offset, (least as u64).min(left) as usize, window)?;
        let rest = window.bytes.get((offset - window.start) as usize..).unwrap_or_default();
        Ok(&rest[..left.min(rest.len() as u64) as usize])
    }

    /// As many of `len` bytes from `offset` on as the file has, which are few and wanted once: from
    /// the page that is held, or past the cache.
    pub fn read(&self, offset: u64, len: usize) -> Result<Vec<u8>, Error> {
        let len = self.length.saturating_sub(offset).min(len as u64) as usize;
        let mut bytes = vec![0; len];
        if !self.peek(offset, &mut bytes) {
            self.require(std::iter::once(offset..offset + len as u64))?;
            read_exact_at(&*self.source, offset, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// Copies bytes of a page that is held. `false` where none is.
    pub fn peek(&self, offset: u64, into: &mut [u8]) -> bool {
        let copy = |from: usize, bytes: &[u8], into: &mut [u8]| {
            let held = from.checked_add(into.len()).and_then(|to| bytes.get(from..to));
            held.map(|held| into.copy_from_slice(held)).is_some()
        };
        if let Some(bytes) = self.source.whole() {
            return usize::try_from(offset).is_ok_and(|from| copy(from, &bytes, into));
        }
        let page = self.size.page as u64;
        let cache = self.cache.borrow();
        let held = cache.pages.iter().find(|(held, _)| *held == offset / page);
        held.is_some_and(|(_, bytes)| copy((offset % page) as usize, bytes, into))
    }

    /// Reads what is not held from where `other` reads it, unless all is held. Length and pages stay
    /// as they are.
    pub fn read_from(&mut self, other: Pages) {
        if self.source.whole().is_none() {
            self.source = other.source;
        }
        self.cache.get_mut().failed = false;
    }

    /// Whether something could not be read, so that what was worked out may lack it.
    pub fn failed(&self) -> bool {
        self.cache.borrow().failed
    }

    /// Reads again what could not be read: another question is asked.
    pub fn retry(&self) {
        let mut cache = self.cache.borrow_mut();
        (cache.refusals, cache.refused) = Default::default();
    }

    /// Puts bytes that were read ahead in the place of a page. What is not as long as the page, or
    /// is held already, is not taken. Of a file that does not fit they take the place of those that
    /// were put before, so that a scan drives nothing out. Returns memory for the next.
    pub fn put(&self, number: u64, bytes: Vec<u8>) -> Vec<u8> {
        if bytes.len() as u64 != self.page_len(number) || self.holds(number) {
            return bytes;
        }
        let mut cache = self.cache.borrow_mut();
        let before = cache.passing.replace(number).filter(|_| self.length > self.size.bytes());
        let place = before.and_then(|before| cache.place(before));
        let let_go = place.or_else(|| (cache.pages.len() >= self.size.pages).then_some(0));
        let let_go = let_go.map(|place| cache.pages.remove(place).1);
        cache.pages.push((number, Rc::new(bytes)));
        let_go.and_then(|bytes| Rc::try_unwrap(bytes).ok()).unwrap_or_default()
    }

    /// Lets go of all pages, to be read again where they are wanted.
    pub fn release(&self) {
        // Of a file that is shorter now they cannot be.
        if self.source.length() >= self.length {
            let mut cache = self.cache.borrow_mut();
            cache.pages.clear();
            cache.partial.clear();
        }
    }

    /// Whether a page is held.
    pub fn holds(&self, number: u64) -> bool {
        self.cache.borrow().place(number).is_some() || self.source.whole().is_some()
    }

    /// Takes over what is held of the same file before it grew: the full pages that end at `sound`
    /// or before it.
    pub fn inherit(&mut self, older: &Pages, sound: u64) {
        if (self.size.page, self.size.pages) != (older.size.page, older.size.pages) {
            return;
        }
        let (page, cache) = (self.size.page as u64, self.cache.get_mut());
        for (number, bytes) in &older.cache.borrow().pages {
            let is_full = bytes.len() as u64 == page;
            let is_wanted = cache.pages.len() < self.size.pages && cache.place(*number).is_none();
            if is_full && is_wanted && (number + 1) * page <= sound {
                cache.pages.push((*number, Rc::clone(bytes)));
            }
        }
    }

    /// How many bytes page `number` has: all pages but the last have the same.
    fn page_len(&self, number: u64) -> u64 {
        let page = self.size.page as u64;
        page.min(self.length.saturating_sub(number * page))
    }

    #[cold]
    fn fetch(&self, offset: u64, len: usize, window: &mut Window) -> Result<(), Error> {
        let end = offset.saturating_add(len as u64);
        if end > self.length {
            let detail = format!("{len} bytes pass the end of the file at {:#x},", self.length);
            return Err(Error::new(ErrorKind::Truncated, offset, detail));
        }
        *window = if len == 0 {
            Window { start: offset, bytes: Rc::default() }
        } else if let Some(bytes) = self.source.whole().filter(|bytes| end <= bytes.len() as u64) {
            Window { start: 0, bytes }
        } else {
            self.window(offset, len)?
        };
        Ok(())
    }

    /// Some bytes, at least one, all in the file.
    fn window(&self, offset: u64, len: usize) -> Result<Window, Error> {
        let page = self.size.page as u64;
        let end = offset + len as u64;
        let (first, last) = (offset / page, (end - 1) / page);
        if let Some(partial) = self.partial(first, offset, len)? {
            return Ok(partial);
        }
        if first == last {
            return Ok(Window { start: first * page, bytes: self.page(first)? });
        }
        if len > MAX_READ {
            let detail = format!("{len} bytes in one piece; at most {MAX_READ} are read,");
            return Err(Error::new(ErrorKind::Limit, offset, detail));
        }
        let absent = (first..=last).filter(|number| !self.holds(*number));
        self.require(absent.map(|number| number * page..number * page + self.page_len(number)))?;
        let mut joined = Vec::new();
        joined.try_reserve_exact(len).map_err(|_| {
            let detail = format!("no memory for {len} bytes in one piece,");
            Error::new(ErrorKind::Source, offset, detail)
        })?;
        for number in first..=last {
            let start = number * page;
            let from = offset.max(start) - start;
            let to = end.min(start + page) - start;
            joined.extend_from_slice(&self.page(number)?[from as usize..to as usize]);
        }
        Ok(Window { start: offset, bytes: Rc::new(joined) })
    }

    /// A partial page around what is looked for from page `number` on, where that page would be too
    /// much.
    fn partial(&self, number: u64, offset: u64, len: usize) -> Result<Option<Window>, Error> {
        let part = self.size.page / PARTIAL_PART;
        let mut cache = self.cache.borrow_mut();
        let is_sequential = cache.pages.last().is_some_and(|(last, _)| last.abs_diff(number) == 1);
        if self.length <= self.size.bytes()
            || len > part / 2
            || is_sequential
            || cache.place(number).is_some()
        {
            return Ok(None);
        }
        if let Some(place) = cache.partial.iter().position(|(_, held)| held.covers(offset, len)) {
            let held = cache.partial.remove(place);
            let window = held.1.clone();
            cache.partial.push(held);
            return Ok(Some(window));
        }
        if let Some(place) = cache.partial.iter().position(|(page, _)| *page == number) {
            cache.partial.remove(place);
            return Ok(None);
        }
        let (middle, part) = (offset + len as u64 / 2, part as u64);
        let start = middle.saturating_sub(part / 2).min(self.length - part);
        let bytes = self.load(&mut cache, number, start..start + part, |cache| {
            let oldest = (cache.partial.len() >= MAX_PARTIAL).then(|| cache.partial.remove(0));
            oldest.and_then(|(_, window)| Rc::try_unwrap(window.bytes).ok()).unwrap_or_default()
        })?;
        let window = Window { start, bytes: Rc::new(bytes) };
        cache.partial.push((number, window.clone()));
        Ok(Some(window))
    }

    fn page(&self, number: u64) -> Result<Rc<Vec<u8>>, Error> {
        let mut cache = self.cache.borrow_mut();
        let page = match cache.place(number) {
            Some(place) => cache.pages.remove(place),
            None => {
                let start = number * self.size.page as u64;
                let range = start..start + self.page_len(number);
                // Let go first, so that memory never holds one more.
                let bytes = self.load(&mut cache, number, range, |cache| {
                    let oldest =
                        (cache.pages.len() >= self.size.pages).then(|| cache.pages.remove(0));
                    oldest.and_then(|(_, bytes)| Rc::try_unwrap(bytes).ok()).unwrap_or_default()
                })?;
                (number, Rc::new(bytes))
            }
        };
        let bytes = Rc::clone(&page.1);
        cache.pages.push(page);
        Ok(bytes)
    }

    /// Whether all of these ranges are here.
    ///
    /// # Errors
    /// [`ErrorKind::Pending`] with what is missing. Nothing is remembered of it.
    fn require(&self, ranges: impl Iterator<Item = Range<u64>>) -> Result<(), Error> {
        let missing: Vec<_> = ranges.flat_map(|range| self.source.missing(range)).collect();
        if missing.is_empty() { Ok(()) } else { Err(Error::pending(missing)) }
    }

    /// Reads bytes of page `number` into memory that `room` gives.
    fn load(
        &self,
        cache: &mut Cache,
        number: u64,
        range: Range<u64>,
        room: impl FnOnce(&mut Cache) -> Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
        if let Some((refused, error)) = &cache.refused
            && (cache.refusals >= MAX_REFUSALS || *refused == number)
        {
            return Err(error.clone());
        }
        self.require(std::iter::once(range.clone()))?;
        let mut memory = room(cache);
        memory.resize((range.end - range.start) as usize, 0);
        if let Err(error) = read_exact_at(&*self.source, range.start, &mut memory) {
            cache.failed = true;
            cache.refusals += 1;
            cache.refused = Some((number, error.clone()));
            return Err(error);
        }
        Ok(memory)
    }
}

impl Cache {
    /// Where a page is held.
    fn place(&self, number: u64) -> Option<usize> {
        self.pages.iter().position(|(held, _)| *held == number)
    }
}

impl Window {
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
