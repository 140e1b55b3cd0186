//! The state of several shards that become one file, in which an image holds all of them.

use crate::format::{Event, Origin, Reader};
use std::collections::BTreeMap;

/// For each shard the last event of each of its ids, encoded.
pub(super) struct JointState(Vec<BTreeMap<u32, Vec<u8>>>);

impl JointState {
    pub fn new(shards: usize) -> Self {
        Self(vec![BTreeMap::new(); shards])
    }

    /// The last event of an id.
    pub fn set(&mut self, shard: usize, id: u32, event: &[u8]) {
        let held = self.0[shard].entry(id).or_default();
        held.clear();
        held.extend_from_slice(event);
    }

    /// Takes the items of a batch; those of an image are all that its shard has.
    pub fn take(&mut self, shard: usize, items: &[u8], is_image: bool) {
        if is_image {
            self.0[shard].clear();
        }
        let mut reader = Reader::new(items, Origin::File(0));
        while !reader.is_empty() {
            let Ok(id) = reader.varint_u32("path id") else { return };
            let Ok(event) = Event::read(&mut reader) else { return };
            self.set(shard, id, event.encoded());
        }
    }

    /// Shows every id and its last event.
    pub fn each(&self, mut show: impl FnMut(u32, &[u8])) {
        for (id, event) in self.0.iter().flatten() {
            show(*id, event);
        }
    }
}
