//! Slices and recovered files: opened again and compared with what they were made of.

use crate::{
    common::{FIXTURES, Random, mutations},
    recordings::stored::Recording as Stored,
    rows,
};
use netidx_archive_viewer::{
    archive::Archive,
    error::ErrorKind,
    export::{Depth, Export, Scope, Slice, Verify},
    format::{Naming, write_value},
    query::{
        Filter, image,
        pass::{Budget, Step},
    },
    time::{Span, Timestamp},
    timeline::Timeline,
};
use std::{collections::BTreeMap, ops::Bound};

fn slice(timeline: &Timeline, scope: &Scope, depth: Depth) -> (Vec<u8>, u64) {
    let [whole, cut] = [Budget::UNLIMITED, Budget::bytes(65)].map(|budget| {
        let mut slice = Slice::new(timeline, scope, depth);
        let mut all = Vec::new();
        while slice.step(timeline, &budget).expect("readable files") != Step::Done {
            all.extend(slice.take());
        }
        all.extend(slice.take());
        all[..26].copy_from_slice(&slice.head().expect("a head"));
        (all, slice.left_out().count())
    });
    assert!(whole == cut, "the same however it is cut");
    whole
}

/// The state by path: type and text of each.
fn state(timeline: &Timeline, filter: Option<&Filter>, at: Timestamp) -> BTreeMap<String, String> {
    let mut state = BTreeMap::new();
    for shard in timeline.shards() {
        let selection = filter.and_then(|filter| filter.select(shard.paths()));
        let image = image(shard.files(), selection.as_ref(), Bound::Included(at));
        for entry in image.entries() {
            let Some(path) = shard.paths().path_of(entry.id) else { continue };
            let mut text = String::new();
            match image.event(entry).expect("an event").value().expect("a value") {
                Some(value) => write_value(&value, Naming::Typed, &mut text).expect("a text"),
                None => text.push_str("unsubscribed"),
            }
            state.insert(path.to_owned(), text);
        }
    }
    state
}

fn span(timeline: &Timeline) -> (Timestamp, Timestamp) {
    let spans = timeline.files();
    let spans = spans.iter().filter_map(|files| files.span());
    spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))).expect("batches")
}

fn opened(bytes: Vec<u8>) -> Timeline {
    let archive = Archive::open(bytes).expect("a slice is an archive");
    let problems: Vec<_> = archive
        .index()
        .problems()
        // Where a writer's clock was set back, the slice says it as well.
        .filter(|problem| problem.kind() != ErrorKind::Time)
        .collect();
    assert!(problems.is_empty(), "{problems:?}");
    assert!(archive.header().indexed && !archive.header().compressed);
    Timeline::of("slice", archive)
}

#[test]
fn a_slice_holds_the_state_of_every_time_inside() {
    let mut random = Random(30);
    let mut seen = 0;
    for stored in Stored::all() {
        let recording = rows::open(&stored);
        let timeline = recording.timeline();
        let has_own_order = timeline.shards().iter().flat_map(|it| it.archives()).any(|archive| {
            archive.index().problems().any(|problem| problem.kind() == ErrorKind::Time)
        });
        let has_shared_paths = {
            let mut all = std::collections::HashSet::new();
            let shards = timeline.shards().iter();
            !shards.flat_map(|shard| shard.paths().iter()).all(|(_, path)| all.insert(path))
        };
        // One path of two shards becomes one path, and then the later one counts.
        if has_shared_paths || has_own_order {
            continue;
        }
        let (first, last) = span(timeline);
        let length = last.since(first).nanos().max(1) as usize;
        let mut any = || first.saturating_add(Span::from_nanos(random.below(length) as i64));
        for filter in [None, Some(Filter::parse("/**/0 /a /**/*1*").expect("a filter"))] {
            let (from, to) = (any(), any());
            let (from, to) = (from.min(to), from.max(to));
            let (start, end) = (Bound::Included(from), Bound::Included(to));
            let scope = Scope { start, end, filter: filter.clone(), initial: false };
            let cut = opened(slice(timeline, &scope, Depth::Copied).0);
            let inside = to.since(from).nanos().max(1) as usize;
            for _ in 0..12 {
                let at =
                    from.saturating_add(Span::from_nanos(random_below(inside, &mut any, first)));
                assert_eq!(
                    state(&cut, None, at),
                    state(timeline, filter.as_ref(), at),
                    "{} {filter:?} {from} {at} {to}",
                    stored.name
                );
                seen += 1;
            }
            let (begins, ends) = cut.shards()[0].files().span().unwrap_or((from, to));
            assert!(begins >= from && ends <= to, "{}: nothing outside", stored.name);
        }
        let joined = opened(slice(timeline, &Scope::default(), Depth::Copied).0);
        for _ in 0..12 {
            let at = any();
            assert_eq!(state(&joined, None, at), state(timeline, None, at), "{}", stored.name);
        }
    }
    assert!(seen > 100, "{seen}");
}

fn random_below(inside: usize, any: &mut impl FnMut() -> Timestamp, first: Timestamp) -> i64 {
    any().since(first).nanos() % inside as i64
}

#[test]
fn golden_files_are_sound_and_recovered_as_they_are() {
    let mut sound = 0;
    for fixture in FIXTURES {
        let Ok(archive) = Archive::open(fixture.archive.to_vec()) else { continue };
        let is_damaged = archive
            .index()
            .problems()
            .any(|problem| !matches!(problem.kind(), ErrorKind::Time | ErrorKind::Uncommitted));
        let timeline = Timeline::of("current", archive);
        let mut verify = Verify::new(&timeline);
        while verify.step(&timeline, &Budget::bytes(100)).expect("readable") != Step::Done {}
        let findings = verify.findings().0;
        let unmapped = findings.iter().all(|it| it.error.kind() == ErrorKind::UnmappedId);
        assert!(is_damaged || unmapped, "{}: {findings:?}", fixture.name);
        sound += u64::from(verify.is_sound());
        let expected = fixture.expected();
        assert_eq!(verify.counts.delta_batches, expected.deltas.len() as u64, "{}", fixture.name);
        assert_eq!(verify.counts.image_batches, expected.images.len() as u64, "{}", fixture.name);
        let items = expected.deltas.iter().chain(&expected.images).map(|batch| batch.items.len());
        assert_eq!(verify.counts.values, items.sum::<usize>() as u64, "{}", fixture.name);

        let (bytes, left_out) = slice(&timeline, &Scope::default(), Depth::Sound);
        assert_eq!(left_out, 0, "{}", fixture.name);
        let recovered = opened(bytes);
        let (one, other) = (recovered.shards()[0].files(), timeline.shards()[0].files());
        assert_eq!(one.counts(), other.counts(), "{}", fixture.name);
        if let Some((_, last)) = other.span() {
            assert_eq!(
                state(&recovered, None, last),
                state(&timeline, None, last),
                "{}",
                fixture.name
            );
        }
    }
    assert!(sound > 40, "{sound}");
}

#[test]
fn recordings_are_sound() {
    for stored in Stored::all() {
        let recording = rows::open(&stored);
        let timeline = recording.timeline();
        let mut verify = Verify::new(timeline);
        while verify.step(timeline, &Budget::UNLIMITED).expect("readable") != Step::Done {}
        let damage = |it: &&netidx_archive_viewer::export::Finding| {
            !matches!(it.error.kind(), ErrorKind::UnmappedId | ErrorKind::DuplicateMapping)
        };
        let findings: Vec<_> = verify.findings().0.iter().filter(damage).collect();
        assert!(findings.is_empty(), "{}: {findings:?}", stored.name);
    }
}

#[test]
fn what_is_recovered_of_damaged_files_is_sound() {
    let mut random = Random(31);
    let (mut opens, mut lost) = (0, 0);
    for round in 0..1_500 {
        let fixture = &FIXTURES[random.below(FIXTURES.len())];
        let mut bytes = fixture.archive.to_vec();
        mutations::mutate(&mut bytes, &mut random);
        let Ok(archive) = Archive::open(bytes) else { continue };
        let timeline = Timeline::of("current", archive);
        let (bytes, left_out) = slice(&timeline, &Scope::default(), Depth::Sound);
        let recovered = opened(bytes);
        let mut verify = Verify::new(&recovered);
        while verify.step(&recovered, &Budget::UNLIMITED).expect("readable") != Step::Done {}
        let findings = verify.findings().0.iter();
        let findings: Vec<_> =
            findings.filter(|it| !matches!(it.error.kind(), ErrorKind::UnmappedId)).collect();
        assert!(findings.is_empty(), "round {round}, {}: {findings:?}", fixture.name);
        opens += 1;
        lost += u64::from(left_out > 0);
    }
    assert!(opens > 700 && lost > 50, "{opens} {lost}");
}
