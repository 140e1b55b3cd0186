//! A writer of the format in all four layouts, in memory, for files that no recorder would write.
//!
//! Nothing is checked: whatever a test asks for is written, sound or not.

use zstd_rs::{CompressionConfig, Compressor, Dictionary, DictionaryFormat, EncoderDictionary};

/// Length of the file header in bytes.
pub const HEADER: usize = 26;

/// How batches are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Whether batches are zstd frames.
    pub compressed: bool,
    /// Whether batches carry a record index.
    pub indexed: bool,
}

impl Layout {
    pub const PLAIN: Self = Self { compressed: false, indexed: false };
    pub const INDEXED: Self = Self { compressed: false, indexed: true };
    pub const COMPRESSED: Self = Self { compressed: true, indexed: false };
    pub const COMPRESSED_INDEXED: Self = Self { compressed: true, indexed: true };
    pub const ALL: [Self; 4] =
        [Self::PLAIN, Self::INDEXED, Self::COMPRESSED, Self::COMPRESSED_INDEXED];
}

/// The kinds of record, by their number in the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Timestamp = 0,
    PathMappings = 1,
    Delta = 2,
    Image = 3,
}

/// One item of a batch: an id and an encoded event.
pub type Item = (u32, Vec<u8>);

/// The dictionary of compressed files: plain text, so that it stands for nothing but itself.
pub const DICTIONARY: &[u8] = b"/a/b/c/d/e value text number market plant bid ask last netidx";

/// An archive in the making.
pub struct Writer {
    bytes: Vec<u8>,
    layout: Layout,
    dictionary: EncoderDictionary,
    compressor: Compressor,
}

impl Writer {
    /// The head of a file.
    pub fn new(layout: Layout) -> Self {
        Self::with_dictionary(layout, DICTIONARY)
    }

    /// The head of a file with a dictionary of its own, if the layout has any.
    pub fn with_dictionary(layout: Layout, raw: &[u8]) -> Self {
        let dictionary = Dictionary::new(raw, DictionaryFormat::Detect).expect("a raw dictionary");
        let config = CompressionConfig::FAST;
        let mut bytes = b"netidx archive".to_vec();
        let flags = u32::from(layout.compressed) << 31 | u32::from(layout.indexed) << 30;
        bytes.extend(flags.to_be_bytes());
        bytes.extend([0; 8]);
        if layout.compressed {
            bytes.extend(wrapped(&[&encoded_varint(raw.len() as u64)[..], raw].concat()));
        }
        Self {
            bytes,
            layout,
            dictionary: EncoderDictionary::new(&dictionary, config.level).expect("level 1"),
            compressor: Compressor::new(config).expect("a preset"),
        }
    }

    /// Where the next record will begin.
    pub fn at(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// A record of any payload. Returns its offset.
    pub fn record(&mut self, kind: Kind, micros: u32, payload: &[u8]) -> u64 {
        let offset = self.at();
        self.raw(&record_header(kind, payload.len() as u32, micros));
        self.raw(payload);
        offset
    }

    /// A time basis.
    pub fn basis(&mut self, seconds: i64, nanos: u32) -> u64 {
        let payload = [&seconds.to_be_bytes()[..], &nanos.to_be_bytes()].concat();
        self.record(Kind::Timestamp, 0, &payload)
    }

    /// Paths and their ids.
    pub fn paths<P: AsRef<str>>(&mut self, paths: &[(P, u32)]) -> u64 {
        self.record(Kind::PathMappings, 0, &mappings(paths))
    }

    /// A batch of what changed.
    pub fn delta(&mut self, micros: u32, items: &[Item]) -> u64 {
        let mut ids: Vec<u32> = items.iter().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        self.batch(Kind::Delta, micros, &ids, &batch(items))
    }

    /// A batch of everything.
    pub fn image(&mut self, micros: u32, items: &[Item]) -> u64 {
        self.batch(Kind::Image, micros, &[], &batch(items))
    }

    /// A batch of any contents, with any index if the layout has one.
    pub fn batch(&mut self, kind: Kind, micros: u32, ids: &[u32], batch: &[u8]) -> u64 {
        let payload = self.payload(ids, batch);
        self.record(kind, micros, &payload)
    }

    /// The payload of a batch record.
    pub fn payload(&mut self, ids: &[u32], batch: &[u8]) -> Vec<u8> {
        let index = if self.layout.indexed { index(ids) } else { Vec::new() };
        if !self.layout.compressed {
            return [&index, batch].concat();
        }
        let bound = (index.len() + batch.len()) as u32;
        let mut payload = [&bound.to_be_bytes()[..], &index].concat();
        payload.extend(self.frame(batch));
        payload
    }

    /// A zstd frame with the dictionary of this file.
    pub fn frame(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut frame = Vec::new();
        let dictionary = Some(&self.dictionary);
        self.compressor.compress(bytes, dictionary, &mut frame).expect("any bytes compress");
        frame
    }

    /// The file, all of it committed.
    pub fn finish(self) -> Vec<u8> {
        let committed = self.at();
        self.finish_at(committed)
    }

    /// The file, committed up to any offset.
    pub fn finish_at(mut self, committed: u64) -> Vec<u8> {
        self.bytes[HEADER - 8..HEADER].copy_from_slice(&committed.to_be_bytes());
        self.bytes
    }
}

/// The eight bytes before each record.
pub fn record_header(kind: Kind, length: u32, micros: u32) -> [u8; 8] {
    ((kind as u64) << 62 | u64::from(length) << 30 | u64::from(micros & 0x3fff_ffff)).to_be_bytes()
}

/// The payload of a path mappings record.
pub fn mappings<P: AsRef<str>>(paths: &[(P, u32)]) -> Vec<u8> {
    let mut payload = encoded_varint(paths.len() as u64);
    for (path, id) in paths {
        payload.extend(sized(path.as_ref().as_bytes()));
        payload.extend(encoded_varint(u64::from(*id)));
    }
    payload
}

/// An encoded batch.
pub fn batch(items: &[Item]) -> Vec<u8> {
    let mut batch = encoded_varint(items.len() as u64);
    for (id, event) in items {
        batch.extend(encoded_varint(u64::from(*id)));
        batch.extend(event);
    }
    batch
}

/// An encoded record index.
pub fn index(ids: &[u32]) -> Vec<u8> {
    let mut index = encoded_varint(ids.len() as u64);
    index.extend(ids.iter().flat_map(|id| encoded_varint(u64::from(*id))));
    wrapped(&index)
}

/// Bytes behind a length that counts itself.
pub fn wrapped(inner: &[u8]) -> Vec<u8> {
    let own = (1..).find(|own| encoded_varint((own + inner.len()) as u64).len() == *own);
    let own = own.expect("a length has some length");
    [&encoded_varint((own + inner.len()) as u64)[..], inner].concat()
}

/// Bytes behind their length.
pub fn sized(bytes: &[u8]) -> Vec<u8> {
    [&encoded_varint(bytes.len() as u64)[..], bytes].concat()
}

/// A LEB128 varint.
pub fn encoded_varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// An event: `v64` of a number.
pub fn number(n: u64) -> Vec<u8> {
    [&[5][..], &encoded_varint(n)].concat()
}

/// An event: a string.
pub fn text(text: &str) -> Vec<u8> {
    [&[12][..], &sized(text.as_bytes())].concat()
}

/// The event of a path that was unsubscribed.
pub const UNSUBSCRIBED: u8 = 0x40;
