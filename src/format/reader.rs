//! The only code that touches raw bytes: a cursor that cannot panic and knows its offset.
//!
//! ```text
//! file     |......................[ bytes ]........|
//! offset   0                      ^origin ^position
//! ```

use super::{Error, ErrorKind};

type Result<T> = std::result::Result<T, Error>;

/// Where the first byte of a [`Reader`] lies, so that errors can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// At this absolute offset of the file.
    File(u64),
    /// So many bytes into what the zstd frame of the record at `record` inflated to.
    Inflated {
        /// Absolute offset of the record's header.
        record: u64,
        /// Bytes from the start of the inflated batch.
        at: u64,
    },
}

impl Origin {
    /// The place `n` bytes further on.
    pub const fn plus(self, n: usize) -> Self {
        match self {
            Self::File(offset) => Self::File(offset.saturating_add(n as u64)),
            Self::Inflated { record, at } => {
                Self::Inflated { record, at: at.saturating_add(n as u64) }
            }
        }
    }

    /// The offset in the file to report: that of the record, for inflated bytes.
    pub const fn offset(self) -> u64 {
        match self {
            Self::File(offset) => offset,
            Self::Inflated { record, .. } => record,
        }
    }
}

/// A cursor over bytes of known origin.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    /// Where the last byte ends, in the file or in the inflated batch. Unlike the place of the
    /// next byte it stays as the cursor moves, which keeps moving cheap.
    end: u64,
    /// Offset of the record whose inflated batch this is, [`NO_RECORD`] for bytes of the file.
    record: u64,
}

const NO_RECORD: u64 = u64::MAX;

impl<'a> Reader<'a> {
    /// A cursor at the first of `bytes`.
    pub const fn new(bytes: &'a [u8], origin: Origin) -> Self {
        let (start, record) = match origin {
            Origin::File(offset) => (offset, NO_RECORD),
            Origin::Inflated { record, at } => (at, record),
        };
        Self { bytes, end: start.saturating_add(bytes.len() as u64), record }
    }

    /// Where the next byte lies.
    pub const fn origin(&self) -> Origin {
        let at = self.end.saturating_sub(self.bytes.len() as u64);
        match self.record {
            NO_RECORD => Origin::File(at),
            record => Origin::Inflated { record, at },
        }
    }

    /// How many bytes are left.
    pub const fn remaining(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing is left.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes that are left.
    pub const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// An error at the next byte.
    #[cold]
    pub fn error(&self, kind: ErrorKind, detail: String) -> Error {
        match self.origin() {
            Origin::File(offset) => Error::new(kind, offset, detail),
            Origin::Inflated { record, at } => Error::inflated(kind, record, at, detail),
        }
    }

    #[cold]
    fn too_many(&self, what: &str, count: u64, left: usize) -> Error {
        let detail = format!("{what} says {count}, more than the {left} bytes left hold,");
        self.error(ErrorKind::Length, detail)
    }

    #[cold]
    fn too_long(&self, what: &str, len: u64, left: usize) -> Error {
        let detail = format!("{what} of {len} bytes passes the end, {left} bytes on,");
        self.error(ErrorKind::Truncated, detail)
    }

    #[cold]
    fn too_little(&self, what: &str, len: u64, own: u64) -> Error {
        let detail =
            format!("{what} says a length of {len}, less than its own {own} length bytes,");
        self.error(ErrorKind::Length, detail)
    }

    #[cold]
    fn short(&self, what: &str, needed: u64) -> Error {
        self.error(ErrorKind::Truncated, passes_the_end(what, needed, self.bytes.len() as u64))
    }

    #[inline(always)]
    pub(super) fn advance(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.bytes.split_at_checked(n).unwrap_or((self.bytes, &[]));
        self.bytes = rest;
        taken
    }

    /// The cursor `n` bytes on; at the end where there are fewer.
    #[inline(always)]
    pub(super) fn at(mut self, n: usize) -> Self {
        self.advance(n);
        self
    }

    /// The next `len` bytes; `what` names them in the error.
    #[inline]
    pub fn take(&mut self, len: u64, what: &str) -> Result<&'a [u8]> {
        if len > self.bytes.len() as u64 {
            return Err(self.short(what, len));
        }
        Ok(self.advance(len as usize))
    }

    /// A reader of the next `len` bytes only; this one goes on behind them.
    #[inline]
    pub fn split(&mut self, len: u64, what: &str) -> Result<Reader<'a>> {
        let bytes = self.take(len, what)?;
        Ok(Reader { bytes, end: self.end - self.bytes.len() as u64, ..*self })
    }

    /// The next `N` bytes.
    #[inline]
    pub fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N]> {
        match self.bytes.first_chunk::<N>() {
            Some(chunk) => {
                let chunk = *chunk;
                self.advance(N);
                Ok(chunk)
            }
            None => Err(self.short(what, N as u64)),
        }
    }

    /// The next byte.
    #[inline]
    pub fn byte(&mut self, what: &str) -> Result<u8> {
        Ok(self.array::<1>(what)?[0])
    }

    /// The next byte, without moving.
    #[inline]
    pub fn peek(&self) -> Option<u8> {
        self.bytes.first().copied()
    }

    /// A LEB128 varint of at most ten bytes; bits past the 64th are dropped, as the reference
    /// drops them.
    #[inline(always)]
    pub fn varint(&mut self, what: &str) -> Result<u64> {
        // Nearly all ids and lengths take so few. Not by `varints::short`: it costs a third more here.
        match *self.bytes {
            [low, ..] if low < 0x80 => {
                self.advance(1);
                return Ok(u64::from(low));
            }
            [low, high, ..] if high < 0x80 => {
                self.advance(2);
                return Ok(u64::from(low & 0x7f) | u64::from(high) << 7);
            }
            [low, middle, high, ..] if high < 0x80 => {
                self.advance(3);
                let low = u64::from(low & 0x7f) | u64::from(middle & 0x7f) << 7;
                return Ok(low | u64::from(high) << 14);
            }
            _ => {}
        }
        // A copy, so that the original can stay in registers.
        let mut copy = *self;
        let value = copy.long_varint(what)?;
        *self = copy;
        Ok(value)
    }

    #[cold]
    fn long_varint(&mut self, what: &str) -> Result<u64> {
        let mut value = 0u64;
        for (i, byte) in self.bytes.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * i);
            if *byte < 0x80 {
                self.advance(i + 1);
                return Ok(value);
            }
        }
        Err(if self.bytes.len() < 10 {
            self.error(ErrorKind::Truncated, format!("{what} (a varint) passes the end"))
        } else {
            let detail = format!("{what} is a varint that does not end within ten bytes");
            self.error(ErrorKind::Varint, detail)
        })
    }

    /// A varint of which the format keeps the low 32 bits.
    #[inline(always)]
    pub fn varint_u32(&mut self, what: &str) -> Result<u32> {
        Ok(self.varint(what)? as u32)
    }

    /// A varint count of things of at least `least` bytes each; refused when they cannot fit.
    #[inline]
    pub fn count(&mut self, least: usize, what: &str) -> Result<usize> {
        let start = *self;
        let count = self.varint(what)?;
        if count > (self.bytes.len() / least) as u64 {
            return Err(start.too_many(what, count, self.bytes.len()));
        }
        Ok(count as usize)
    }

    /// A varint length and so many bytes.
    #[inline]
    pub fn bytes(&mut self, what: &str) -> Result<&'a [u8]> {
        let start = *self;
        let len = self.varint(what)?;
        if len > self.bytes.len() as u64 {
            return Err(start.too_long(what, len, self.bytes.len()));
        }
        Ok(self.advance(len as usize))
    }

    /// A varint length and so many bytes of UTF-8.
    pub fn string(&mut self, what: &str) -> Result<&'a str> {
        let start = *self;
        let bytes = self.bytes(what)?;
        str::from_utf8(bytes).map_err(|e| {
            start.error(
                ErrorKind::Utf8,
                format!(
                    "{what} of {} bytes is not UTF-8 from its byte {}",
                    bytes.len(),
                    e.valid_up_to()
                ),
            )
        })
    }

    /// A structure that begins with its own length, that varint included: a reader of what
    /// follows the varint.
    #[inline(always)]
    pub fn wrapped(&mut self, what: &str) -> Result<Reader<'a>> {
        let start = *self;
        let len = self.varint(what)?;
        let own = (start.bytes.len() - self.bytes.len()) as u64;
        match len.checked_sub(own) {
            Some(inner) if inner <= self.bytes.len() as u64 => self.split(inner, what),
            Some(_) => Err(start.too_long(what, len, start.bytes.len())),
            None => Err(start.too_little(what, len, own)),
        }
    }
}

/// What to say of something of `needed` bytes where `left` are left.
pub(crate) fn passes_the_end(what: &str, needed: u64, left: u64) -> String {
    match left {
        0 => format!("{what} is due where the data ends"),
        _ => format!("{what} of {needed} bytes passes the end, {left} bytes on,"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(bytes: &[u8]) -> Reader<'_> {
        Reader::new(bytes, Origin::File(0x100))
    }

    #[test]
    fn varints_of_every_length() {
        for shift in 0..64 {
            let value = (1u64 << shift) | 1;
            let mut bytes = Vec::new();
            crate::format::varints::push(&mut bytes, value);
            let mut r = reader(&bytes);
            assert_eq!(r.varint("id"), Ok(value));
            assert!(r.is_empty());
            assert_eq!(r.origin(), Origin::File(0x100 + bytes.len() as u64));
            let cut = reader(&bytes[..bytes.len() - 1]).varint("id").unwrap_err();
            assert_eq!((cut.kind(), cut.offset()), (ErrorKind::Truncated, Some(0x100)));
        }
        assert_eq!(reader(&[0xff; 10]).varint("id").unwrap_err().kind(), ErrorKind::Varint);
        assert_eq!(reader(&[0x80, 0]).varint("id"), Ok(0));
    }

    #[test]
    fn a_count_must_fit_in_what_is_left() {
        assert_eq!(reader(&[2, 0, 0]).count(1, "items"), Ok(2));
        let error = reader(&[3, 0, 0]).count(1, "items").unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::Length, Some(0x100)));
        assert!(reader(&[2, 0, 0]).count(2, "items").is_err());
    }

    #[test]
    fn a_wrapped_length_includes_its_own_bytes() {
        let mut r = reader(&[3, 7, 8, 9]);
        assert_eq!(r.wrapped("index").unwrap().rest(), [7, 8]);
        assert_eq!(r.rest(), [9]);
        assert_eq!(reader(&[0, 1]).wrapped("index").unwrap_err().kind(), ErrorKind::Length);
        assert_eq!(reader(&[9, 1]).wrapped("index").unwrap_err().kind(), ErrorKind::Truncated);
    }

    #[test]
    fn errors_inside_a_frame_name_the_record_and_the_inflated_byte() {
        let origin = Origin::Inflated { record: 0x40, at: 3 };
        let error = Reader::new(&[5, b'a'], origin).string("string").unwrap_err();
        assert_eq!(error.offset(), Some(0x40));
        assert!(error.to_string().contains("byte 3 of the inflated batch"), "{error}");
    }

    #[test]
    fn takes_and_their_ends() {
        let mut r = reader(b"abcdef");
        assert_eq!(r.array::<2>("tag"), Ok(*b"ab"));
        assert_eq!(r.take(3, "body"), Ok(&b"cde"[..]));
        assert_eq!(r.peek(), Some(b'f'));
        assert_eq!(r.array::<2>("tag").unwrap_err().offset(), Some(0x105));
        assert_eq!(r.take(u64::MAX, "body").unwrap_err().kind(), ErrorKind::Truncated);
        assert_eq!(r.rest(), b"f");
        assert!(reader(&[2, 0xff, 0xfe]).string("path").unwrap_err().kind() == ErrorKind::Utf8);
    }
}
