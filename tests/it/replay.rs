//! An image at any time, of any paths, equals a naive replay of the file.

use crate::common::{FIXTURES, only_unmapped_ids, time};
use netidx_archive_viewer::{
    archive::Archive,
    index::Mark,
    query::{Cursor, Deltas, Filter, Selection, image},
    time::{Span, Timestamp},
    timeline::BatchKey,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Bound, RangeBounds},
};

type State = BTreeMap<u32, (Timestamp, Vec<u8>)>;

/// Every batch up to the bound, in the order of the file: an image is all there is, a delta what changed.
fn replay(archive: &Archive, selection: Option<&Selection>, bound: Bound<Timestamp>) -> State {
    let index = archive.index();
    let deltas = index.deltas.iter().map(|mark| (mark.offset, mark.time, false));
    let images = index.images.iter().map(|mark| (mark.offset, mark.time, true));
    let mut all: Vec<_> = deltas.chain(images).collect();
    all.sort_unstable();
    let mut state = State::new();
    for (offset, time, is_image) in all {
        if bound == Bound::Unbounded || !(Bound::Unbounded, bound).contains(&time) {
            continue;
        }
        if is_image {
            state.clear();
        }
        for item in archive.batches().batch(offset).expect("golden batches decode") {
            let item = item.expect("golden items decode");
            if selection.is_none_or(|s| s.contains_id(item.id)) {
                state.insert(item.id, (time, item.event.encoded().to_vec()));
            }
        }
    }
    state
}

fn built(archive: &Archive, selection: Option<&Selection>, bound: Bound<Timestamp>) -> State {
    let image = image(archive, selection, bound);
    assert!(only_unmapped_ids(&image), "{:?}", image.problems);
    let mut state = State::new();
    for entry in image.entries() {
        let event = image.event(entry).expect("an event");
        let twice = state.insert(entry.id, (entry.time, event.encoded().to_vec()));
        assert!(twice.is_none(), "id {} is in the image twice", entry.id);
    }
    state
}

/// Every time at which anything could change, and the times just beside.
pub fn interesting_times(archive: &Archive) -> BTreeSet<Timestamp> {
    let index = archive.index();
    let mut times = BTreeSet::from([Timestamp::MIN, Timestamp::MAX]);
    for time in index.deltas.times().chain(index.images.times()) {
        for nanos in [-1000, -1, 0, 1, 1000] {
            times.insert(time.saturating_add(Span::from_nanos(nanos)));
        }
    }
    times
}

/// No filter, each path alone, and a glob of some.
pub fn filters(archive: &Archive) -> Vec<Option<Selection>> {
    let paths = &archive.index().paths;
    let escaped = paths.iter().take(4).map(|(_, path)| globset::escape(path));
    let single = escaped.filter(|glob| glob.starts_with('/')).collect::<Vec<_>>();
    let mut filters = vec![None];
    for globs in single.iter().map(std::slice::from_ref).chain([&["/*a*".to_owned()][..]]) {
        filters.push(Filter::from_globs(globs).expect("good globs").select(paths));
    }
    filters
}

#[test]
fn images_equal_the_replay() {
    for fixture in FIXTURES {
        let archive = Archive::open(fixture.archive.to_vec()).expect("golden files open");
        let filters = filters(&archive);
        for time in interesting_times(&archive) {
            for bound in [Bound::Included(time), Bound::Excluded(time)] {
                for (number, filter) in filters.iter().enumerate() {
                    let (built, replay) = (
                        built(&archive, filter.as_ref(), bound),
                        replay(&archive, filter.as_ref(), bound),
                    );
                    assert_eq!(built, replay, "{} at {bound:?}, filter {number}", fixture.name);
                }
            }
        }
    }
}

#[test]
fn an_image_without_a_bound_is_empty() {
    for fixture in FIXTURES {
        let archive = Archive::open(fixture.archive.to_vec()).expect("golden files open");
        assert!(image(&archive, None, Bound::Unbounded).entries().is_empty(), "{}", fixture.name);
    }
}

#[test]
fn filtered_deltas_are_the_deltas_filtered() {
    type Items = Vec<(u32, Vec<u8>)>;
    fn read(archive: &Archive, selection: Option<&Selection>) -> Vec<(BatchKey, Items)> {
        let mut all = Vec::new();
        let mut deltas = Deltas::new(archive, selection, &Cursor::default());
        while let Some(batch) = deltas.next_batch() {
            let batch = batch.expect("golden batches decode");
            let items = batch.items().map(|item| item.expect("golden items decode"));
            let items = items.map(|item| (item.id, item.event.encoded().to_vec())).collect();
            all.push((batch.key, items));
        }
        all
    }
    for fixture in FIXTURES {
        let archive = Archive::open(fixture.archive.to_vec()).expect("golden files open");
        let all = read(&archive, None);
        for selection in filters(&archive).into_iter().flatten() {
            let mut wanted = all.clone();
            for (_, items) in &mut wanted {
                items.retain(|(id, _)| selection.contains_id(*id));
            }
            wanted.retain(|(_, items)| !items.is_empty());
            assert_eq!(read(&archive, Some(&selection)), wanted, "{}", fixture.name);
        }
    }
}

#[test]
fn reading_goes_on_after_any_batch_and_any_time() {
    for fixture in FIXTURES {
        let archive = Archive::open(fixture.archive.to_vec()).expect("golden files open");
        let deltas = &archive.index().deltas;
        let key = |mark: Mark| BatchKey { time: mark.time, file: 0, offset: mark.offset };
        let marks: Vec<_> = deltas.iter().map(key).collect();
        let rest = |mut deltas: Deltas<'_>| {
            let mut rest = Vec::new();
            while let Some(batch) = deltas.next_batch() {
                rest.push(batch.expect("golden batches decode").key);
            }
            rest
        };
        for (number, mark) in marks.iter().enumerate() {
            let after = Deltas::new(&archive, None, &Cursor::default()).after(*mark);
            assert_eq!(rest(after), marks[number + 1..], "{}", fixture.name);
            let mut cursor = Cursor::default();
            cursor.set_position(mark.time);
            let later = marks.iter().filter(|other| other.time > mark.time).copied();
            let later: Vec<_> = later.collect();
            assert_eq!(rest(Deltas::new(&archive, None, &cursor)), later, "{}", fixture.name);
        }
    }
}

#[test]
fn the_states_of_the_sample_are_those_of_a_replay() {
    let bytes = include_bytes!("../../www/sample.archive");
    let archive = Archive::open(bytes.to_vec()).expect("the sample opens");
    assert_eq!(archive.index().problem_count(), 0);
    let times = archive.index().deltas.times();
    let len = times.len();
    for time in times.step_by(len / 20).chain([time("9999")]) {
        let bound = Bound::Included(time);
        assert_eq!(built(&archive, None, bound), replay(&archive, None, bound), "{time}");
    }
}
