//! One recording in several layouts: the same contents, whatever stands around them.

use crate::common::{ExpectedItem, differential::QUESTIONS, item, state_at};
use netidx_archive_viewer::{
    archive::Archive,
    query::{Cursor, Deltas},
    source::Pages,
    time::Timestamp,
};

fn open(name: &str) -> Archive {
    let questions = QUESTIONS.iter().find(|q| q.name == name).expect("an archive");
    Archive::open(questions.archive.to_vec()).expect("an archive")
}

/// Path and text of the items of a batch.
type Items = Vec<(Option<String>, String)>;

/// Time, path and text of everything in the deltas. Ids and bytes are of the layout.
fn contents(archive: &Archive) -> Vec<(Timestamp, Items)> {
    let mut all = Vec::new();
    let mut deltas = Deltas::new(archive, None, &Cursor::default());
    while let Some(batch) = deltas.next_batch() {
        let batch = batch.expect("sound batches");
        let items = batch.items().map(|i| i.expect("sound items"));
        let items = items.map(|i| item(archive, i.id, None, i.event));
        all.push((batch.key.time, items.map(|item| (item.path, item.text)).collect()));
    }
    all
}

fn by_path(mut items: Vec<ExpectedItem>) -> Vec<(Option<String>, Option<String>, String)> {
    items.sort_by(|l, r| l.path.cmp(&r.path));
    items.into_iter().map(|item| (item.path, item.time, item.text)).collect()
}

#[test]
fn indexed_equals_scanned_and_compressed_equals_plain() {
    for (left, right) in [
        ("indexed", "plain"),
        ("indexed-images", "plain-images"),
        ("plain-images", "compressed-images"),
        ("indexed-images", "compressed-indexed-images"),
    ] {
        let (left_archive, right_archive) = (open(left), open(right));
        assert_eq!(contents(&left_archive), contents(&right_archive), "{left} and {right}");
        let times = left_archive.index().deltas.times();
        for time in times.step_by(7) {
            let (l, r) = (state_at(&left_archive, time), state_at(&right_archive, time));
            assert_eq!(by_path(l), by_path(r), "{left} and {right} at {time}");
        }
    }
}

#[test]
fn images_change_nothing_but_the_time_of_what_did_not_change() {
    // The same deltas with images and, their records cut out, without.
    let with = include_bytes!("../../www/sample.archive");
    let archive = Archive::open(with.to_vec()).expect("an archive");
    let (mut batches, images) = (archive.batches(), &archive.index().images);
    let mut without = with.to_vec();
    for number in (0..images.len()).rev() {
        let offset = images.get(number).offset;
        let (record, _) = batches.payload(offset).expect("a record");
        without.drain(offset as usize..(offset + record.record_len()) as usize);
    }
    let committed = without.len() as u64;
    without[18..26].copy_from_slice(&committed.to_be_bytes());
    let without = Archive::open(without).expect("an archive");
    assert!(!images.is_empty() && without.index().images.is_empty());
    assert_eq!(contents(&archive), contents(&without));
    for time in archive.index().deltas.times().step_by(311) {
        let texts = |archive| -> Vec<_> {
            let items = by_path(state_at(archive, time));
            items.into_iter().map(|(path, _, text)| (path, text)).collect()
        };
        assert_eq!(texts(&archive), texts(&without), "at {time}");
    }
}

#[test]
fn a_cursor_in_use_reads_on_when_the_file_has_grown() {
    let whole = QUESTIONS.iter().find(|q| q.name == "indexed-images").expect("an archive");
    let grown = Archive::open(whole.archive.to_vec()).expect("an archive");
    let half = grown.index().deltas.get(grown.index().deltas.len() / 2);
    let mut younger = whole.archive.to_vec();
    younger[18..26].copy_from_slice(&half.offset.to_be_bytes());
    let mut archive = Archive::open(younger).expect("an archive");
    let mut cursor = Cursor::default();
    let read_on = |archive: &Archive, cursor: &mut Cursor| {
        let mut times = Vec::new();
        let mut deltas = Deltas::new(archive, None, cursor);
        while let Some(batch) = deltas.next_batch() {
            times.push(batch.expect("sound batches").key.time);
        }
        if let Some(last) = times.last() {
            cursor.set_position(*last);
        }
        times
    };
    let before = read_on(&archive, &mut cursor);
    assert_eq!(before.len(), grown.index().deltas.len() / 2);
    assert!(read_on(&archive, &mut cursor).is_empty());
    archive.rescan(Pages::whole(whole.archive.to_vec())).expect("the same file");
    let after = read_on(&archive, &mut cursor);
    assert_eq!([before, after].concat(), grown.index().deltas.times().collect::<Vec<_>>());
}
