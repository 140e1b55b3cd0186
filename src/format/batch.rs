//! Batches: what happened to which paths at one time.
//!
//! ```text
//! plain                 Batch
//! indexed               RecordIndex Batch
//! compressed            u32 bound, zstd frame of Batch
//! compressed + indexed  u32 bound, RecordIndex, zstd frame of Batch
//! ```

use super::{Error, ErrorKind, FileHeader, Kind, Reader, Value, kind::tag, value, varints};

/// The parts of the payload of a batch record, found without touching the batch itself.
#[derive(Debug, Clone, Copy)]
pub struct Payload<'a> {
    /// The ids in the batch; `None` in files without indexes.
    pub index: Option<RecordIndex<'a>>,
    /// The batch, or the zstd frame of it.
    pub body: Reader<'a>,
    /// For a frame: the most bytes that it may inflate to.
    pub bound: Option<u32>,
}

impl<'a> Payload<'a> {
    /// Takes the payload of a batch record apart.
    #[inline(always)]
    pub fn read(mut payload: Reader<'a>, header: &FileHeader) -> Result<Self, Error> {
        let bound = match header.compressed {
            true => Some(u32::from_be_bytes(payload.array("size before compression")?)),
            false => None,
        };
        let index = match header.indexed {
            true => Some(RecordIndex { inner: payload.wrapped("record index")? }),
            false => None,
        };
        Ok(Self { index, body: payload, bound })
    }
}

/// The distinct ids of a batch, in no particular order. Empty on image batches.
#[derive(Debug, Clone, Copy)]
pub struct RecordIndex<'a> {
    inner: Reader<'a>,
}

impl<'a> RecordIndex<'a> {
    /// Whether any id is wanted. All are read: behind one that cannot be read there may be any.
    #[inline(always)]
    pub fn lists(&self, wanted: impl Fn(u32) -> bool) -> Result<bool, Error> {
        let mut reader = self.inner;
        let mut listed = false;
        for _ in 0..reader.count(1, "number of ids in the index")? {
            listed |= wanted(reader.varint_u32("id in the index")?);
        }
        Ok(listed)
    }

    /// Whether `id` is listed, as [`lists`](Self::lists) tells it, more cheaply where it is not.
    #[inline(always)]
    pub fn lists_id(&self, id: u32) -> Result<bool, Error> {
        let mut reader = self.inner;
        let count = reader.count(1, "number of ids in the index")?;
        if varints::lack(reader.rest(), count, id) {
            return Ok(false);
        }
        self.lists(|listed| listed == id)
    }

    /// What stands behind the length of the index: the count and the ids.
    pub const fn encoded(&self) -> &'a [u8] {
        self.inner.rest()
    }

    /// The ids. Ends at the first error.
    pub fn ids(&self) -> Result<impl Iterator<Item = Result<u32, Error>> + use<'a>, Error> {
        let mut reader = self.inner;
        let mut left = reader.count(1, "number of ids in the index")?;
        Ok(std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let id = reader.varint_u32("id in the index");
            if id.is_err() {
                left = 0;
            }
            Some(id)
        }))
    }
}

/// The items of an inflated batch, in order. An iterator that ends at its first error; what came
/// before it is good.
#[derive(Debug, Clone)]
pub struct Batch<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Batch<'a> {
    /// Reads the count; the items are read as they are asked for.
    #[inline(always)]
    pub fn new(mut body: Reader<'a>) -> Result<Self, Error> {
        let left = body.count(2, "number of items in the batch")?;
        Ok(Self { reader: body, left })
    }

    /// Shows every item to `visit`, in order, up to the first error.
    ///
    /// The inner loop takes what nearly all items are and moves only a number along the bytes; the
    /// others are read by [`next`](Iterator::next). Where little is done with an item that takes a fifth
    /// to a third less time.
    #[inline(always)]
    pub fn visit(mut self, mut visit: impl FnMut(BatchItem<'a>)) -> Result<(), Error> {
        loop {
            let (start, mut at) = (self.reader, 0);
            let bytes = start.rest();
            while self.left > 0 {
                let Some((id, event)) = varints::short(bytes, at) else { break };
                let Some(len) = bytes.get(event..).and_then(value::likely_len) else { break };
                let reader = start.at(event);
                visit(BatchItem { id, event: Event { reader, len } });
                at = event + len;
                self.left -= 1;
            }
            self.reader = start.at(at);
            match self.next() {
                Some(item) => visit(item?),
                None => return Ok(()),
            }
        }
    }

    /// How many items are left.
    pub const fn len(&self) -> usize {
        self.left
    }

    /// Whether no items are left.
    pub const fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// How many bytes lie behind the items read so far; 0 behind the last item of a sound batch.
    pub const fn rest(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> Iterator for Batch<'a> {
    type Item = Result<BatchItem<'a>, Error>;

    // Not left to the compiler: a call for each item costs half as much again.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let item = BatchItem::read(&mut self.reader);
        if item.is_err() {
            self.left = 0;
        }
        Some(item)
    }
}

/// What happened to one path.
#[derive(Debug, Clone, Copy)]
pub struct BatchItem<'a> {
    /// The id of the path.
    pub id: u32,
    /// What happened.
    pub event: Event<'a>,
}

impl<'a> BatchItem<'a> {
    #[inline(always)]
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let id = reader.varint_u32("path id")?;
        Ok(Self { id, event: Event::read(reader)? })
    }
}

/// One event, still encoded: a new value, or that the path was unsubscribed. Its structure is
/// known to be sound.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// From the event to the end of what holds it.
    reader: Reader<'a>,
    len: usize,
}

impl<'a> Event<'a> {
    /// Finds the event that `reader` is at, which goes on behind it.
    #[inline(always)]
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        match reader.peek() {
            Some(tag::UNSUBSCRIBED) => reader.byte("event").map(drop)?,
            _ => value::skip(reader)?,
        }
        Ok(Self { reader: start, len: start.remaining() - reader.remaining() })
    }

    /// The encoded event.
    #[inline]
    pub fn encoded(&self) -> &'a [u8] {
        &self.reader.rest()[..self.len]
    }

    /// Appends the encoded event. Most are short, and of a length that is known here a copy is no
    /// call, which in wasm takes longer than the copy.
    #[inline]
    pub fn append_to(&self, bytes: &mut Vec<u8>) {
        match self.reader.rest().first_chunk::<16>() {
            Some(chunk) if self.len <= chunk.len() => {
                let end = bytes.len() + self.len;
                bytes.extend_from_slice(chunk);
                bytes.truncate(end);
            }
            _ => bytes.extend_from_slice(self.encoded()),
        }
    }

    /// The type of the new value; `None` when the path was unsubscribed.
    #[inline(always)]
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_tag(self.reader.peek()?)
    }

    /// The new value; `None` when the path was unsubscribed.
    pub fn value(&self) -> Result<Option<Value<'a>>, Error> {
        let reader = self.reader;
        match reader.peek() {
            Some(tag::UNSUBSCRIBED) => Ok(None),
            Some(_) => Value::read_skipped(reader).map(Some),
            None => Err(reader.error(ErrorKind::Truncated, "an event is due".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Origin;

    fn header(compressed: bool, indexed: bool) -> FileHeader {
        FileHeader { compressed, indexed, version: 0, committed: 0 }
    }

    #[test]
    fn items_up_to_the_first_error() {
        let bytes = [3, 5, 14, 0x81, 1, 0x40, 7, 99];
        let mut batch = Batch::new(Reader::new(&bytes, Origin::File(0x10))).unwrap();
        let first = batch.next().unwrap().unwrap();
        assert_eq!((first.id, first.event.kind()), (5, Some(Kind::Bool)));
        let second = batch.next().unwrap().unwrap();
        assert_eq!((second.id, second.event.kind()), (129, None));
        assert!(second.event.value().unwrap().is_none());
        let error = batch.next().unwrap().unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::UnknownTag, Some(0x17)));
        assert!(batch.next().is_none());
    }

    #[test]
    fn visiting_shows_what_iterating_does() {
        let mut bytes = vec![19];
        let ids: [&[u8]; 5] = [&[5], &[0x85, 1], &[0x85, 0x81, 1], &[0xff; 3], &[0xff, 0x80, 0x80]];
        let events: [&[u8]; 19] = [
            &[9, 1, 2, 3, 4, 5, 6, 7, 8],
            &[0, 1, 2, 3, 4],
            &[1, 0x7f],
            &[3, 0x80, 0x80, 1],
            &[5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            &[7, 0],
            &[10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
            &[12, 2, b'a', b'b'],
            &[12, 0],
            &[12, 0x81, 0, b'a'],
            &[13, 1, 0xff],
            &[14],
            &[0x40],
            &[17],
            &[18, 1, b'e'],
            &[19, 2, 16, 14],
            &[21, 1, 14, 12, 1, b'v'],
            &[25, 0, 1],
            &[9, 8, 7, 6, 5, 4, 3, 2, 1],
        ];
        for (nth, event) in events.iter().enumerate() {
            let id = ids[nth % ids.len()];
            // The longer ids are of four and five bytes.
            let rest: &[u8] = if *id.last().unwrap() < 0x80 { &[] } else { &[0x80, 3][nth % 2..] };
            bytes.extend([id, rest, event].concat());
        }
        let told = |bytes: &[u8]| {
            let batch = Batch::new(Reader::new(bytes, Origin::File(7)))?;
            let (mut iterated, mut visited) = (Vec::new(), Vec::new());
            let error = batch.clone().find_map(|item| match item {
                Ok(item) => {
                    iterated.push((item.id, item.event.kind(), item.event.encoded().to_vec()));
                    None
                }
                Err(e) => Some(e),
            });
            let result = batch.visit(|item| {
                visited.push((item.id, item.event.kind(), item.event.encoded().to_vec()));
            });
            assert_eq!((&visited, result.err()), (&iterated, error));
            Ok::<usize, Error>(visited.len())
        };
        assert_eq!(told(&bytes), Ok(events.len()));
        for cut in 1..bytes.len() {
            // The count has to fit in what is left.
            let _ = told(&bytes[..cut]);
            for byte in [0, 9, 12, 0x40, 0x7f, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[cut] = byte;
                let _ = told(&damaged);
                damaged.truncate(cut + 40);
                damaged[0] = damaged[0].min((damaged.len() / 2) as u8);
                let _ = told(&damaged);
            }
        }
    }

    #[test]
    fn payloads_of_the_four_layouts() {
        let bytes = [0, 0, 0, 9, 4, 2, 7, 8, b'z'];
        let reader = Reader::new(&bytes, Origin::File(0));
        let payload = Payload::read(reader, &header(true, true)).unwrap();
        let ids: Result<Vec<_>, _> = payload.index.unwrap().ids().unwrap().collect();
        assert_eq!((payload.bound, ids, payload.body.rest()), (Some(9), Ok(vec![7, 8]), &b"z"[..]));
        let payload = Payload::read(reader, &header(true, false)).unwrap();
        assert_eq!((payload.bound, payload.body.remaining()), (Some(9), 5));
        let indexed = Reader::new(&bytes[4..], Origin::File(0));
        let payload = Payload::read(indexed, &header(false, true)).unwrap();
        assert_eq!((payload.bound, payload.body.rest()), (None, &b"z"[..]));
        let payload = Payload::read(reader, &header(false, false)).unwrap();
        assert_eq!(payload.body.remaining(), 9);
        assert!(Payload::read(indexed, &header(true, true)).is_err());
    }

    #[test]
    fn an_index_shorter_than_it_says_is_an_error() {
        let reader = Reader::new(&[3, 9, 1], Origin::File(0));
        let payload = Payload::read(reader, &header(false, true)).unwrap();
        assert!(payload.index.unwrap().ids().is_err());
    }
}
