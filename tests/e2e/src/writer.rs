//! A writer of the plain layout, for files that are too large to keep or too odd for a recorder.
//!
//! ```text
//! FileHeader │ Timestamp │ PathMappings │ image or delta, …
//! ```

/// An archive in the making.
pub struct Writer {
    bytes: Vec<u8>,
}

/// The kinds of record that are written here.
#[derive(Clone, Copy)]
pub enum Batch {
    /// Only what changed.
    Delta = 2,
    /// Every value.
    Image = 3,
}

/// Length of the file header; its last eight bytes say where the committed records end.
pub const HEADER_BYTES: usize = 26;

impl Writer {
    /// A file of this version with a time basis, in seconds since 1970.
    pub fn new(version: u32, seconds: i64) -> Writer {
        let mut bytes = b"netidx archive".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend([0; 8]);
        let mut writer = Writer { bytes };
        writer.basis(seconds);
        writer
    }

    /// A time basis, in seconds since 1970.
    pub fn basis(&mut self, seconds: i64) {
        let mut basis = seconds.to_be_bytes().to_vec();
        basis.extend(0u32.to_be_bytes());
        self.record(0, 0, &basis);
    }

    /// Names paths; their ids count from 0.
    pub fn paths<'a>(&mut self, paths: impl ExactSizeIterator<Item = &'a str>) {
        let mut payload = Vec::new();
        varint(&mut payload, paths.len() as u64);
        for (id, path) in paths.enumerate() {
            string(&mut payload, path);
            varint(&mut payload, id as u64);
        }
        self.record(1, 0, &payload);
    }

    /// A batch of strings, this long after the basis.
    pub fn strings<'a>(
        &mut self,
        kind: Batch,
        microseconds: u32,
        items: impl ExactSizeIterator<Item = (u64, &'a str)>,
    ) {
        let mut payload = Vec::new();
        varint(&mut payload, items.len() as u64);
        for (id, text) in items {
            varint(&mut payload, id);
            payload.push(12);
            string(&mut payload, text);
        }
        self.record(kind as u64, microseconds, &payload);
    }

    /// A delta of `f64`, this long after the basis.
    pub fn numbers(&mut self, microseconds: u32, items: &[(u64, f64)]) {
        let mut payload = Vec::new();
        varint(&mut payload, items.len() as u64);
        for (id, number) in items {
            varint(&mut payload, *id);
            payload.push(9);
            payload.extend(number.to_be_bytes());
        }
        self.record(Batch::Delta as u64, microseconds, &payload);
    }

    /// What a delta begins with whose `count` items are `bytes` zeros, which have to follow.
    pub fn head_of_zeros(&mut self, microseconds: u32, count: u64, bytes: u64) {
        let mut payload = Vec::new();
        varint(&mut payload, count);
        let length = payload.len() as u64 + bytes;
        self.header(Batch::Delta as u64, microseconds, length);
        self.bytes.extend(payload);
    }

    /// Takes out what is written so far.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// What is written so far, with nothing committed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The whole file.
    pub fn finish(mut self) -> Vec<u8> {
        let committed = (self.bytes.len() as u64).to_be_bytes();
        self.bytes[HEADER_BYTES - 8..HEADER_BYTES].copy_from_slice(&committed);
        self.bytes
    }

    /// Any record.
    pub fn record(&mut self, kind: u64, microseconds: u32, payload: &[u8]) {
        self.header(kind, microseconds, payload.len() as u64);
        self.bytes.extend(payload);
    }

    fn header(&mut self, kind: u64, microseconds: u32, length: u64) {
        let header = kind << 62 | length << 30 | u64::from(microseconds);
        self.bytes.extend(header.to_be_bytes());
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    varint(out, text.len() as u64);
    out.extend(text.as_bytes());
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
