//! A file of which parts come one after the other, as they are asked for.

use super::ReadAt;
use std::{cell::RefCell, collections::BTreeMap, ops::Range, rc::Rc};

/// A file of which some parts are here: those that were pushed. What is missing is asked for by errors
/// of kind [`Pending`](crate::format::ErrorKind::Pending); whoever runs the question pushes that and
/// asks again. Clones share the parts.
///
/// parquet's `PushBuffers` are the model.
#[derive(Clone)]
pub struct PushSource {
    length: u64,
    /// By offset. No two overlap.
    parts: Rc<RefCell<BTreeMap<u64, Vec<u8>>>>,
}

impl PushSource {
    /// A file of so many bytes, of which none is here.
    pub fn new(length: u64) -> Self {
        Self { length, parts: Rc::default() }
    }

    /// Adds the bytes from `offset` on. Those that are here already stay.
    pub fn push(&self, offset: u64, bytes: &[u8]) {
        for Range { start, end } in self.missing(offset..offset.saturating_add(bytes.len() as u64))
        {
            let part = bytes[(start - offset) as usize..(end - offset) as usize].to_vec();
            self.parts.borrow_mut().insert(start, part);
        }
    }

    /// How many bytes are here.
    pub fn held(&self) -> u64 {
        self.parts.borrow().values().map(|part| part.len() as u64).sum()
    }
}

impl ReadAt for PushSource {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        if offset >= self.length {
            return Ok(0);
        }
        let parts = self.parts.borrow();
        let part = parts.range(..=offset).next_back();
        let rest = part.and_then(|(start, part)| part.get((offset - start) as usize..));
        let rest = rest.filter(|rest| !rest.is_empty()).ok_or("these bytes are not here yet")?;
        let read = rest.len().min(into.len());
        into[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }

    fn missing(&self, range: Range<u64>) -> Vec<Range<u64>> {
        let (parts, end) = (self.parts.borrow(), range.end.min(self.length));
        let before = parts.range(..=range.start).next_back();
        let first = before.map_or(range.start, |(start, _)| *start);
        let (mut at, mut missing) = (range.start, Vec::new());
        for (start, part) in parts.range(first..end.max(first)) {
            if *start > at {
                missing.push(at..*start);
            }
            at = at.max(start + part.len() as u64);
        }
        if at < end {
            missing.push(at..end);
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_pushed_parts_make_up_the_whole() {
        let source = PushSource::new(20);
        let bytes: Vec<u8> = (0..20).collect();
        let missing = |range: Range<u64>| {
            let missing = source.missing(range).into_iter();
            missing.map(|range| (range.start, range.end)).collect::<Vec<_>>()
        };
        assert_eq!(missing(3..9), [(3, 9)]);
        assert_eq!(missing(15..40), [(15, 20)]);
        assert_eq!(missing(20..40), []);
        for range in [5..8, 12..13, 6..10, 0..2, 8..8] {
            source.push(range.start as u64, &bytes[range]);
        }
        assert_eq!(missing(0..20), [(2, 5), (10, 12), (13, 20)]);
        assert_eq!(missing(4..11), [(4, 5), (10, 11)]);
        assert_eq!((missing(6..10), missing(7..7)), (vec![], vec![]));
        assert_eq!(source.held(), 8);
        for at in 0..20 {
            let mut byte = [99];
            let read = source.read_at(at, &mut byte);
            match missing(at..at + 1).is_empty() {
                true => assert_eq!((read, byte), (Ok(1), [at as u8])),
                false => assert!(read.is_err()),
            }
        }
        source.push(0, &bytes);
        assert_eq!((missing(0..20), source.held()), (vec![], 20));
        assert_eq!(source.read_at(20, &mut [0]), Ok(0));
    }
}
