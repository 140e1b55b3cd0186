//! Copies: whatever is in an archive is in its indexed and in its compressed copy.

use crate::{
    common::{FIXTURES, mutations},
    writer::{Item, Kind, Layout, UNSUBSCRIBED, Writer, number, text},
};
use netidx_archive_viewer::{
    archive::Archive,
    export::{BuildIndex, Compress, Encoder, Frames, Level, Options, finish_dictionary},
    format::{Batch, ErrorKind, RawBasis, RecordKind},
    index::Mark,
    time::{Span, Timestamp},
};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A batch, as far as a copy keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    is_image: bool,
    time: Timestamp,
    /// Where no timestamp tells the time.
    odd: Option<(RawBasis, Span)>,
    bytes: Vec<u8>,
}

/// All batches that can be read in order, and the offsets of those that cannot.
fn batches(archive: &Archive) -> (Vec<Kept>, Vec<u64>) {
    let index = archive.index();
    let of = |batches: &netidx_archive_viewer::index::BatchTimes| -> Vec<Mark> {
        (0..batches.len()).map(|i| batches.get(i)).collect()
    };
    let mut marks = [of(&index.deltas), of(&index.images)].concat();
    marks.sort_unstable();
    let (mut reader, mut kept, mut unreadable) = (archive.batches(), Vec::new(), Vec::new());
    for mark in marks {
        match reader.raw(mark.offset) {
            Ok(record) => kept.push(Kept {
                is_image: record.header.kind == RecordKind::ImageBatch,
                time: mark.time,
                odd: index.odd_basis(mark.offset).map(|basis| (basis, record.header.offset)),
                bytes: record.body.rest().to_vec(),
            }),
            Err(_) => unreadable.push(mark.offset),
        }
    }
    (kept, unreadable)
}

/// The copy has the same paths and batches as the original, and says what it has not.
fn check_copy(original: &Archive, copy: &Archive, left_out: Vec<u64>) {
    let (expected, unreadable) = batches(original);
    assert_eq!(left_out, unreadable);
    let (kept, lost) = batches(copy);
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(kept, expected);
    let paths = |archive: &Archive| -> BTreeSet<(u32, String)> {
        archive.index().paths.iter().map(|(id, path)| (id, path.to_owned())).collect()
    };
    assert_eq!(paths(copy), paths(original));
    for (_, path) in original.index().paths.iter() {
        // A path whose last id went to another path leads nowhere; in the copy to the id it has left.
        let id = original.index().paths.id_of(path);
        assert!(id.is_none() || copy.index().paths.id_of(path) == id, "{path}");
    }
    let (header, length) = (copy.header(), copy.length());
    assert_eq!((header.committed, copy.index().end()), (length, length));
    for problem in copy.index().problems() {
        // Contents go on as they are, and so do times that no timestamp tells and those that step back.
        let is_kept = matches!(
            problem.kind(),
            ErrorKind::Range | ErrorKind::DuplicateMapping | ErrorKind::Time
        );
        assert!(is_kept, "{problem}");
    }
}

fn offsets(problems: &netidx_archive_viewer::index::Problems) -> Vec<u64> {
    assert_eq!(problems.count(), problems.listed().len() as u64);
    problems.listed().iter().map(|problem| record_of(&problem.to_string())).collect()
}

/// The offset of the record that a problem names.
fn record_of(problem: &str) -> u64 {
    let (_, behind) = problem.split_once("batch at 0x").expect("a batch is named");
    let hex: String = behind.chars().take_while(char::is_ascii_hexdigit).collect();
    u64::from_str_radix(&hex, 16).expect("an offset")
}

fn index_of(original: &Archive) -> (Archive, Vec<u64>) {
    let (copy, left_out) = indexed(original);
    (Archive::open(copy).expect("a copy"), left_out)
}

/// An indexed copy, and the offsets of what it lacks.
pub fn indexed(original: &Archive) -> (Vec<u8>, Vec<u64>) {
    let mut export = BuildIndex::new(original);
    let mut copy = Vec::new();
    while export.step().expect("bytes in memory") {
        copy.extend(export.take());
    }
    copy[..26].copy_from_slice(&export.head());
    (copy, offsets(export.left_out()))
}

fn check_index(original: &Archive) {
    let (copy, left_out) = index_of(original);
    check_copy(original, &copy, left_out);
    let header = copy.header();
    assert!(header.indexed && !header.compressed);
    for (list, is_image) in [(&copy.index().deltas, false), (&copy.index().images, true)] {
        for number in 0..list.len() {
            let mut reader = copy.batches();
            let record = reader.raw(list.get(number).offset).expect("what was just written");
            let index = record.index.expect("an index");
            let ids = index.ids().and_then(|ids| ids.collect::<Result<Vec<_>, _>>());
            let items = Batch::new(record.body).and_then(|items| {
                items.map(|item| item.map(|item| item.id)).collect::<Result<BTreeSet<_>, _>>()
            });
            // Of a damaged batch the index is what it was.
            if let (Ok(ids), Ok(items), false) = (&ids, &items, is_image) {
                assert_eq!(ids.iter().copied().collect::<BTreeSet<_>>(), *items);
                assert_eq!(ids.len(), items.len(), "distinct ids");
            }
            if is_image && !original.header().indexed {
                assert_eq!(ids, Ok(vec![]));
            }
        }
    }
}

fn compressed(original: &Archive, options: &Options) -> (Archive, Vec<u64>) {
    let (copy, left_out) = copied(original, options);
    (Archive::open(copy).expect("a copy"), left_out)
}

/// A compressed copy, and the offsets of what it lacks.
pub fn copied(original: &Archive, options: &Options) -> (Vec<u8>, Vec<u64>) {
    let mut export = Compress::new(original, options).expect("not compressed");
    while export.train().expect("bytes in memory") {}
    let lesson = export.lesson();
    assert_eq!(lesson.is_some(), options.dictionary_size(original.index().end()) > 0);
    let dictionary = lesson.and_then(|lesson| finish_dictionary(&lesson)).unwrap_or_default();
    assert!(dictionary.len() <= options.dictionary_size(original.index().end()));
    let mut encoder = Encoder::new(&dictionary, options.level).expect("a sound dictionary");
    export.begin(&dictionary).expect("paths of some length");
    let mut copy = Vec::new();
    while let Some((heads, chunk)) = export.chunk().expect("bytes in memory") {
        let frames = encoder.encode(&chunk).expect("bytes compress");
        export.write(heads, &frames).expect("frames of this chunk");
        copy.extend(export.take());
    }
    copy.extend(export.take());
    assert_eq!(copy.len() as u64, export.written());
    copy[..26].copy_from_slice(&export.head());
    (copy, offsets(export.left_out()))
}

fn check_compressed(original: &Archive, options: &Options) {
    let (copy, left_out) = compressed(original, options);
    check_copy(original, &copy, left_out);
    let header = copy.header();
    assert_eq!((header.compressed, header.indexed), (true, original.header().indexed));
    // The bound of each record is its length before.
    let marks = |archive: &Archive| -> Vec<u64> {
        let deltas = &archive.index().deltas;
        (0..deltas.len()).map(|i| deltas.get(i).offset).collect()
    };
    let (mut before, mut after) = (original.batches(), copy.batches());
    let readable = marks(original).into_iter().filter(|offset| before.payload(*offset).is_ok());
    let readable: Vec<u64> = readable.collect();
    for (old, new) in readable.into_iter().zip(marks(&copy)) {
        let (old, _) = before.payload(old).expect("what was read before");
        let (_, new) = after.payload(new).expect("what was just written");
        assert_eq!(new.bound, Some(old.length));
    }
}

fn check_both(original: &Archive, options: &Options) {
    check_index(original);
    if original.header().compressed {
        let refused = Compress::new(original, options).err().expect("a refusal");
        assert_eq!(refused.kind(), ErrorKind::AlreadyCompressed);
    } else {
        check_compressed(original, options);
    }
}

fn level(level: i32) -> Level {
    Level::new(level).expect("a level")
}

#[test]
fn copies_of_all_golden_files() {
    for fixture in FIXTURES {
        let original = Archive::open(fixture.archive.to_vec()).expect(fixture.name);
        for dictionary in [None, Some(0), Some(600)] {
            check_both(&original, &Options { level: level(3), dictionary });
        }
    }
}

#[test]
fn copies_of_damaged_golden_files() {
    let mut random = crate::common::Random(7);
    for fixture in FIXTURES {
        for _ in 0..12 {
            let mut bytes = fixture.archive.to_vec();
            mutations::mutate(&mut bytes, &mut random);
            if let Ok(original) = Archive::open(bytes) {
                check_both(&original, &Options { level: level(1), dictionary: Some(500) });
            }
        }
    }
}

/// One record of a recording.
#[derive(Debug, Clone)]
enum Record {
    Basis(i64, u32),
    Paths(Vec<(String, u32)>),
    Batch(Kind, u32, Vec<Item>),
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let event = prop_oneof![
        any::<u64>().prop_map(number),
        "[a-z]{0,40}".prop_map(|it| text(&it)),
        Just(vec![UNSUBSCRIBED]),
        Just(vec![16]),
    ];
    let id = prop_oneof![0u32..12, any::<u32>()];
    prop::collection::vec((id, event), 0..20)
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let seconds = prop_oneof![
        6 => 1_700_000_000i64..1_700_000_200,
        1 => -3i64..3,
        1 => prop::sample::select(vec![-62_135_596_800, 253_402_300_799, 9_223_372_036]),
    ];
    let nanos = prop_oneof![Just(0u32), Just(999_999_999), 0u32..1_000_000_000];
    let micros = prop_oneof![3 => 0u32..1_000, 1 => 0u32..0x0400_0010, 1 => Just(0x3fff_ffff)];
    let kind = prop_oneof![3 => Just(Kind::Delta), 1 => Just(Kind::Image)];
    let path = ("/[a-c]{1,2}", 0u32..12);
    let record = prop_oneof![
        1 => (seconds, nanos).prop_map(|(seconds, nanos)| Record::Basis(seconds, nanos)),
        1 => prop::collection::vec(path, 0..4).prop_map(Record::Paths),
        6 => (kind, micros, items()).prop_map(|(kind, at, items)| Record::Batch(kind, at, items)),
    ];
    prop::collection::vec(record, 0..40)
}

fn written(layout: Layout, records: &[Record]) -> Archive {
    let mut writer = Writer::new(layout);
    for record in records {
        match record {
            Record::Basis(seconds, nanos) => writer.basis(*seconds, *nanos),
            Record::Paths(paths) => writer.paths(paths),
            Record::Batch(Kind::Image, at, items) => writer.image(*at, items),
            Record::Batch(_, at, items) => writer.delta(*at, items),
        };
    }
    Archive::open(writer.finish()).expect("an archive")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn copies_of_any_recording_in_all_layouts(
        records in records(),
        number in 1..=19,
        dictionary in prop::option::of(0u64..4_000),
    ) {
        for layout in Layout::ALL {
            let original = written(layout, &records);
            check_both(&original, &Options { level: level(number), dictionary });
        }
    }

    #[test]
    fn a_copy_of_a_copy_is_the_copy(records in records()) {
        // The first brings the paths into their order.
        let (copy, _) = index_of(&written(Layout::COMPRESSED, &records));
        let (once, _) = index_of(&copy);
        let (twice, _) = index_of(&once);
        let bytes = |archive: &Archive| archive.pages().read(0, 1 << 24);
        prop_assert_eq!(bytes(&once), bytes(&twice));
    }
}

#[test]
fn records_of_one_time_survive_in_their_order() {
    for layout in Layout::ALL {
        let mut writer = Writer::new(layout);
        writer.basis(1_700_000_000, 7);
        writer.paths(&[("/a", 0)]);
        for n in 0..4 {
            writer.delta(5, &[(0, number(n))]);
        }
        writer.image(5, &[(0, number(9))]);
        writer.delta(5, &[(0, number(10))]);
        let original = Archive::open(writer.finish()).expect("an archive");
        let (copy, _) = index_of(&original);
        assert_eq!((copy.index().deltas.len(), copy.index().images.len()), (5, 1));
        check_both(&original, &Options { level: level(19), dictionary: None });
    }
}

#[test]
fn a_dictionary_is_learnt_where_there_is_enough() {
    let mut writer = Writer::new(Layout::INDEXED);
    writer.basis(1_700_000_000, 0);
    writer.paths(&[("/a", 0), ("/b", 1)]);
    for n in 0..3_000u64 {
        let words = ["market open in the morning", "closed for the day", "auction, please wait"];
        let mut items = vec![(0, text(words[n as usize % 3])), (1, number(n * n))];
        items.extend((2..20).map(|id| (id, number(n.wrapping_mul(u64::from(id) << 7)))));
        writer.delta(n as u32, &items);
    }
    let original = Archive::open(writer.finish()).expect("an archive");
    let size = |dictionary| {
        let options = Options { level: level(19), dictionary };
        check_compressed(&original, &options);
        compressed(&original, &options).0.length()
    };
    let (without, with) = (size(Some(0)), size(Some(4_000)));
    assert!(with * 10 < without * 9, "{with} of {without} bytes");
}

#[test]
fn frames_of_another_chunk_are_no_frames_of_this_one() {
    let original = written(Layout::PLAIN, &[Record::Batch(Kind::Delta, 0, vec![])]);
    let mut export = Compress::new(&original, &Options::default()).expect("not compressed");
    export.begin(b"").expect("no paths");
    let (heads, _) = export.chunk().expect("bytes in memory").expect("a batch");
    assert!(export.write(heads, &Frames::default()).is_err());
}
