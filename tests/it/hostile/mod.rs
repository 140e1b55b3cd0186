//! Files that no recorder would write: nothing in them panics, hangs, or hides what is sound.

mod committed;
mod contents;
mod damage;
mod limits;
mod mutations;
mod time;
mod values;
mod work;

use crate::common::{Random, assert_sentence};
use crate::writer::{Item, Layout, Writer, number, text};
use netidx_archive_viewer::{
    archive::Archive,
    format::{Error, ErrorKind},
    index::BatchTimes,
    query::{Cursor, Deltas, Selection},
    time::Timestamp,
};
use std::collections::BTreeMap;

/// 2026-03-01T09:30:00Z.
const BASIS: i64 = 1_772_357_400;

fn open(bytes: Vec<u8>) -> Archive {
    let archive = Archive::open(bytes).expect("the head of the file is sound");
    archive.index().problems().for_each(assert_sentence);
    archive
}

/// So many microseconds behind [`BASIS`].
fn at(micros: i64) -> Timestamp {
    Timestamp::from_nanos(BASIS * 1_000_000_000 + micros * 1_000)
}

fn kinds(archive: &Archive) -> Vec<ErrorKind> {
    archive.index().problems().map(Error::kind).collect()
}

/// The only problem of an archive.
fn problem(archive: &Archive) -> Error {
    let problems: Vec<_> = archive.index().problems().collect();
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].clone()
}

fn numbers(items: &[(u32, u64)]) -> Vec<Item> {
    items.iter().map(|(id, n)| (*id, number(*n))).collect()
}

/// A batch as it was read: its time and its items, or why there are none.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    time: Timestamp,
    items: Result<Vec<Item>, Error>,
}

/// Every batch of an archive, by the offset of its record.
fn everything(archive: &Archive) -> BTreeMap<u64, Seen> {
    let mut batches = archive.batches();
    let index = archive.index();
    let marks = |times: &BatchTimes| (0..times.len()).map(|i| times.get(i)).collect::<Vec<_>>();
    let all = [marks(&index.deltas), marks(&index.images)].concat();
    all.iter()
        .map(|mark| {
            let items = batches.batch(mark.offset).and_then(|batch| {
                batch.map(|item| item.map(|i| (i.id, i.event.encoded().to_vec()))).collect()
            });
            if let Err(error) = &items {
                assert_sentence(error);
            }
            (mark.offset, Seen { time: mark.time, items })
        })
        .collect()
}

/// The offsets of the delta batches that hold anything wanted.
fn matching(archive: &Archive, selection: Option<&Selection>) -> Vec<u64> {
    let mut deltas = Deltas::new(archive, selection, &Cursor::default());
    let mut offsets = Vec::new();
    while let Some(batch) = deltas.next_batch() {
        offsets.extend(batch.map(|batch| batch.key.offset));
    }
    offsets
}

/// A file of some length, and where its records begin.
pub struct Sample {
    pub bytes: Vec<u8>,
    records: Vec<u64>,
    /// Which of them are time bases.
    bases: Vec<u64>,
}

impl Sample {
    pub fn new(layout: Layout) -> Self {
        let mut file = Writer::new(layout);
        let mut records = Vec::new();
        let mut bases = vec![file.basis(BASIS, 0)];
        records.push(file.paths(&[("/market/lse/bid", 0), ("/market/lse/ask", 1), ("/plant", 2)]));
        let item = |i: u32| match i % 4 {
            0 => (0, text(&format!("{i} of the values of some path"))),
            1 => (1, number(u64::from(i) << 20)),
            2 => (2, vec![19, 3, 23, i as u8, 14, 16]),
            _ => (3, [&[9][..], &f64::from(i).to_be_bytes()].concat()),
        };
        for i in 0..24u32 {
            if i == 12 {
                bases.push(file.basis(BASIS + 1, 500));
                records.push(file.paths(&[("/late", 3)]));
            }
            let micros = 1_000 + 977 * i;
            let items: Vec<_> = (i..i + 1 + i % 5).map(item).collect();
            records.push(file.delta(micros, &items));
            if i % 8 == 5 {
                let items: Vec<_> = (i..i + 4).map(item).collect();
                records.push(file.image(micros, &items));
            }
        }
        records.extend(&bases);
        records.sort_unstable();
        Self { bytes: file.finish(), records, bases }
    }

    /// Where the records begin.
    pub fn starts(&self) -> impl Iterator<Item = usize> {
        self.records.iter().map(|start| *start as usize)
    }

    /// The bytes from the start of a record to its end.
    fn span(&self, number: usize) -> std::ops::Range<usize> {
        let end = self.records.get(number + 1).map_or(self.bytes.len(), |end| *end as usize);
        self.records[number] as usize..end
    }
}
