//! The golden files: archives that the real crates wrote, and what they decode to.

pub mod differential;
pub mod mutations;

use netidx_archive_viewer::{
    archive::Archive,
    format::{Error, ErrorKind, Event, Naming, write_value},
    query::{Cursor, Deltas, Image, image},
    time::Timestamp,
};
use serde::Deserialize;
use std::ops::Bound;

/// That a message of an error is a whole sentence: nothing is left of where a place would follow.
pub fn assert_sentence(error: &Error) {
    let said = error.to_string();
    let ends_open =
        said.ends_with([',', ':', ' ', ';']) || said.ends_with(" at") || said.ends_with(" in");
    assert!(!said.is_empty() && !ends_open, "{said}");
}

/// An archive and its expectations, as text.
pub struct Fixture {
    pub name: &'static str,
    pub archive: &'static [u8],
    pub json: &'static str,
}

impl Fixture {
    /// What the JSON says, with times clamped as the reader clamps them.
    pub fn expected(&self) -> Expected {
        let mut expected: Expected =
            serde_json::from_str(self.json).unwrap_or_else(|e| panic!("{}.json: {e}", self.name));
        expected.states.retain(|state| state.at.parse::<Timestamp>().is_ok());
        let items = expected.states.iter_mut().flat_map(|state| &mut state.items);
        for item_time in items.filter_map(|item| item.time.as_mut()) {
            *item_time = time(item_time).to_string();
        }
        for batch in expected.deltas.iter_mut().chain(&mut expected.images) {
            batch.time = time(&batch.time).to_string();
        }
        expected
    }
}

/// What the JSON beside an archive says.
#[derive(Debug, Deserialize)]
pub struct Expected {
    pub length: u64,
    pub committed: u64,
    pub version: u32,
    pub compressed: bool,
    pub indexed: bool,
    pub paths: Vec<ExpectedPath>,
    pub deltas: Vec<ExpectedBatch>,
    pub images: Vec<ExpectedBatch>,
    pub states: Vec<ExpectedState>,
}

#[derive(Debug, Deserialize, PartialEq)]
pub struct ExpectedPath {
    pub id: u32,
    pub path: String,
}

#[derive(Debug, Deserialize, PartialEq)]
pub struct ExpectedBatch {
    pub time: String,
    pub bytes: u64,
    pub items: Vec<ExpectedItem>,
}

#[derive(Debug, Deserialize, PartialEq)]
pub struct ExpectedState {
    pub at: String,
    pub items: Vec<ExpectedItem>,
}

#[derive(Debug, Deserialize, PartialEq, Clone)]
pub struct ExpectedItem {
    pub id: u32,
    pub path: Option<String>,
    #[serde(default)]
    pub time: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub text: String,
    pub plain: String,
}

#[cfg(not(target_arch = "wasm32"))]
impl Expected {
    /// The delta batches in the order of time; those of one time in that of the file.
    pub fn deltas_by_time(&self) -> Vec<&ExpectedBatch> {
        let mut deltas: Vec<_> = self.deltas.iter().collect();
        deltas.sort_by_key(|batch| time(&batch.time));
        deltas
    }
}

/// A time of the JSON, or the nearest that a [`Timestamp`] holds.
pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or(if text < "1900" { Timestamp::MIN } else { Timestamp::MAX })
}

/// An item as the reader decodes it.
pub fn item(archive: &Archive, id: u32, time: Option<Timestamp>, event: Event<'_>) -> ExpectedItem {
    let mut item = ExpectedItem {
        id,
        path: archive.index().paths.path_of(id).map(str::to_owned),
        time: time.map(|time| time.to_string()),
        kind: "unsubscribed".to_owned(),
        text: "unsubscribed".to_owned(),
        plain: "unsubscribed".to_owned(),
    };
    if let Some(value) = event.value().expect("golden values decode") {
        item.kind = value.kind().name().to_owned();
        for (naming, text) in [(Naming::Typed, &mut item.text), (Naming::Plain, &mut item.plain)] {
            text.clear();
            write_value(&value, naming, text).expect("golden values have a text");
        }
    }
    item
}

/// Everything in an archive against everything in its JSON.
pub fn compare(fixture: &Fixture) {
    let Fixture { name, archive, .. } = fixture;
    let expected = fixture.expected();
    let archive = Archive::open(archive.to_vec()).unwrap_or_else(|e| panic!("{name}: {e}"));
    let header = archive.header();
    assert_eq!(
        (archive.length(), header.committed, header.version, header.compressed, header.indexed),
        (
            expected.length,
            expected.committed,
            expected.version,
            expected.compressed,
            expected.indexed
        ),
        "{name}"
    );
    let paths = archive.index().paths.iter();
    let paths: Vec<_> =
        paths.map(|(id, path)| ExpectedPath { id, path: path.to_owned() }).collect();
    assert_eq!(paths, expected.paths, "{name}");
    assert_eq!(all_deltas(&archive), expected.deltas, "{name}");
    assert_eq!(all_images(&archive), expected.images, "{name}");
    for state in &expected.states {
        assert_eq!(state_at(&archive, time(&state.at)), state.items, "{name} at {}", state.at);
    }
}

fn all_deltas(archive: &Archive) -> Vec<ExpectedBatch> {
    let mut all = Vec::new();
    let mut deltas = Deltas::new(archive, None, &Cursor::default());
    while let Some(batch) = deltas.next_batch() {
        let batch = batch.expect("golden batches decode");
        let items = batch.items().map(|i| i.expect("golden items decode"));
        let items = items.map(|i| item(archive, i.id, None, i.event)).collect();
        let time = batch.key.time.to_string();
        all.push(ExpectedBatch { time, bytes: batch.bytes, items });
    }
    all
}

fn all_images(archive: &Archive) -> Vec<ExpectedBatch> {
    let mut batches = archive.batches();
    let images = &archive.index().images;
    let marks: Vec<_> = (0..images.len()).map(|number| images.get(number)).collect();
    let read = marks.iter().map(|mark| {
        let (record, _) = batches.payload(mark.offset).expect("golden images have a header");
        let batch = batches.batch(mark.offset).expect("golden images decode");
        let items = batch.map(|i| i.expect("golden items decode"));
        ExpectedBatch {
            time: mark.time.to_string(),
            bytes: u64::from(record.length),
            items: items.map(|i| item(archive, i.id, None, i.event)).collect(),
        }
    });
    read.collect()
}

/// Whether nothing is wrong with an image but that ids have no path.
pub fn only_unmapped_ids(image: &Image) -> bool {
    image.problems.iter().all(|problem| problem.kind() == ErrorKind::UnmappedId)
}

/// The image at a time, by id.
pub fn state_at(archive: &Archive, at: Timestamp) -> Vec<ExpectedItem> {
    let image = image(archive, None, Bound::Included(at));
    assert!(only_unmapped_ids(&image), "at {at}: {:?}", image.problems);
    let mut items: Vec<_> = image
        .entries()
        .iter()
        .map(|entry| {
            let event = image.event(entry).expect("events of an image decode");
            item(archive, entry.id, Some(entry.time), event)
        })
        .collect();
    items.sort_by_key(|item| item.id);
    items
}

macro_rules! fixtures {
    ($($name:literal),* $(,)?) => {
        &[$(Fixture {
            name: $name,
            archive: include_bytes!(concat!("../fixtures/", $name, ".archive")),
            json: include_str!(concat!("../fixtures/", $name, ".json")),
        }),*]
    };
}

/// Every archive in `tests/fixtures`; that none is missing is a test of its own.
pub const FIXTURES: &[Fixture] = fixtures![
    "abstract",
    "arrays",
    "basis-before-1970",
    "basis-changes",
    "basis-nanoseconds",
    "bool-null-ok",
    "bytes",
    "clock-back",
    "committed-beyond-end",
    "compressed",
    "compressed-indexed",
    "compressed-values",
    "cut-in-header",
    "datetimes",
    "decimals",
    "durations",
    "errors",
    "floats",
    "fresh",
    "fresh-tail",
    "ids-without-path",
    "indexed",
    "indexed-images",
    "integers",
    "maps",
    "maps-duplicate-keys",
    "offset-wide",
    "paths-duplicate",
    "paths-late",
    "paths-many",
    "paths-not-canonical",
    "paths-odd",
    "paths-only",
    "plain",
    "plain-images",
    "plain-modern",
    "plain-ok",
    "plain-same-time",
    "reopened",
    "repeated-in-batch",
    "same-time",
    "same-time-images",
    "single-batch",
    "strings",
    "strings-long",
    "tail-of-zeros",
    "uncommitted",
    "unsubscribed",
];

/// xorshift: the same numbers in every run.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}
