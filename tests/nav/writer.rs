//! Archives as a recorder writes them, as plain as they can be.

use std::{fs, path::Path};

/// A file: its records after one another.
pub struct Archive(Vec<u8>);

impl Archive {
    /// A file whose times count from `seconds` since 1970.
    pub fn new(seconds: i64) -> Self {
        let mut file = Self(b"netidx archive\0\0\0\0\0\0\0\0\0\0\0\0".to_vec());
        let payload = [&seconds.to_be_bytes()[..], &[0; 4]].concat();
        file.record(0, 0, &payload);
        file
    }

    /// A record: its type, microseconds since the time basis, and its payload.
    fn record(&mut self, kind: u64, micros: u64, payload: &[u8]) {
        let header = kind << 62 | (payload.len() as u64) << 30 | micros;
        self.0.extend(header.to_be_bytes());
        self.0.extend(payload);
    }

    /// Maps paths to the ids from 0 on. There are fewer than 128, and each is shorter.
    pub fn paths(mut self, paths: &[&str]) -> Self {
        let mut payload = vec![paths.len() as u8];
        for (id, path) in paths.iter().enumerate() {
            payload.push(path.len() as u8);
            payload.extend(path.as_bytes());
            payload.push(id as u8);
        }
        self.record(1, 0, &payload);
        self
    }

    /// A batch in which the path of an id, which is less than 128, becomes an `i64`.
    pub fn delta(&mut self, micros: u64, id: u8, value: i64) {
        let payload = [&[1, id, 6][..], &value.to_be_bytes()].concat();
        self.record(2, micros, &payload);
    }

    /// The bytes of the file, all of them committed, and as many zeros as are allocated ahead.
    pub fn bytes(&self, ahead: usize) -> Vec<u8> {
        let mut bytes = self.0.clone();
        let committed = bytes.len() as u64;
        bytes[18..26].copy_from_slice(&committed.to_be_bytes());
        bytes.resize(bytes.len() + ahead, 0);
        bytes
    }

    /// Writes the file.
    pub fn save(&self, path: &Path, ahead: usize) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, self.bytes(ahead)).expect("a file");
    }
}
