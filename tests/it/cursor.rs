//! Properties of cursors and of the seek grammar.

use crate::common::FIXTURES;
use crate::writer::{Layout, Writer, number};
use netidx_archive_viewer::{
    archive::Archive,
    index::Index,
    protocol::{Request, Response},
    query::{Cursor, Seek, check_in_file, has_overlap},
    session::Session,
    time::{Span, Timestamp},
};
use proptest::prelude::*;
use std::ops::{Bound, RangeBounds};

/// An archive with several batches, some of them at one time.
fn archive() -> Archive {
    let fixture = FIXTURES.iter().find(|fixture| fixture.name == "same-time");
    let fixture = fixture.expect("a golden file with equal times");
    Archive::open(fixture.archive.to_vec()).expect("golden files open")
}

/// Times around those of the archive, so that bounds hit, miss and cross.
fn times(index: &Index) -> impl Strategy<Value = Timestamp> + use<> {
    let times = index.deltas.times().collect::<Vec<_>>();
    let nanos = prop_oneof![Just(0), Just(1), Just(-1), Just(1000), Just(-1000), any::<i64>()];
    (proptest::sample::select(times), nanos)
        .prop_map(|(time, nanos)| time.saturating_add(Span::from_nanos(nanos)))
}

fn bounds(index: &Index) -> impl Strategy<Value = Bound<Timestamp>> + use<> {
    prop_oneof![
        Just(Bound::Unbounded),
        times(index).prop_map(Bound::Included),
        times(index).prop_map(Bound::Excluded),
    ]
}

fn cursors(index: &Index) -> impl Strategy<Value = Cursor> + use<> {
    (bounds(index), bounds(index), proptest::option::of(times(index))).prop_map(
        |(start, end, position)| {
            let mut cursor = Cursor::new(start, end);
            if let Some(position) = position {
                cursor.set_position(position);
            }
            cursor
        },
    )
}

/// Whether any time at all lies inside the bounds, an excluded one being a microsecond away.
fn is_sensible(cursor: &Cursor) -> bool {
    let low = match cursor.start() {
        Bound::Unbounded => Timestamp::MIN,
        Bound::Included(time) => time,
        Bound::Excluded(time) => time.saturating_add(Span::MICROSECOND),
    };
    let high = match cursor.end() {
        Bound::Unbounded => Timestamp::MAX,
        Bound::Included(time) => time,
        Bound::Excluded(time) => time.saturating_add(Span::MICROSECOND.negated()),
    };
    low <= high && cursor.contains(low) && cursor.contains(high)
}

fn seeks(index: &Index) -> impl Strategy<Value = Seek> + use<> {
    prop_oneof![
        Just(Seek::Beginning),
        Just(Seek::End),
        times(index).prop_map(Seek::Absolute),
        (-5i64..=5).prop_map(Seek::BatchRelative),
        any::<i64>().prop_map(Seek::BatchRelative),
        any::<i64>().prop_map(|nanos| Seek::TimeRelative(Span::from_nanos(nanos))),
        (-5_000_000i64..5_000_000).prop_map(|us| Seek::TimeRelative(Span::from_micros(us))),
    ]
}

/// Steps as they are documented, one batch after the other.
fn steps_one_by_one(index: &Index, cursor: &mut Cursor, steps: i64) -> i64 {
    let times = index.deltas.times().collect::<Vec<_>>();
    let mut moved = 0;
    if steps >= 0 {
        let start = cursor.position().map_or(cursor.start(), Bound::Excluded);
        let ahead = times.iter().filter(|time| (start, cursor.end()).contains(*time));
        for time in ahead.take(usize::try_from(steps).unwrap_or(usize::MAX)).collect::<Vec<_>>() {
            moved += 1;
            cursor.set_position(*time);
            let last = match cursor.end() {
                Bound::Unbounded => None,
                Bound::Included(end) => Some(end),
                Bound::Excluded(end) => Some(end.saturating_add(Span::MICROSECOND.negated())),
            };
            if cursor.position() == last {
                break;
            }
        }
    } else {
        let end = cursor.position().map_or(cursor.end(), Bound::Excluded);
        let behind = times.iter().rev().filter(|time| (cursor.start(), end).contains(*time));
        let steps = usize::try_from(steps.unsigned_abs()).unwrap_or(usize::MAX);
        for time in behind.take(steps).collect::<Vec<_>>() {
            moved -= 1;
            cursor.set_position(*time);
            let first = match cursor.start() {
                Bound::Unbounded => None,
                Bound::Included(start) => Some(start),
                Bound::Excluded(start) => Some(start.saturating_add(Span::MICROSECOND)),
            };
            if cursor.position() == first {
                break;
            }
        }
    }
    moved
}

#[test]
fn of_images_alone_the_page_reaches_the_last() {
    let mut writer = Writer::new(Layout::INDEXED);
    writer.basis(1_000, 0);
    writer.paths(&[("/a", 1)]);
    writer.image(5, &[(1, number(1))]);
    writer.image(7, &[(1, number(2))]);
    let mut session = Session::new();
    session.open("images".to_owned(), writer.finish()).expect("an archive");
    for (expression, micros) in [("end", Some(7)), ("beginning", None)] {
        let position =
            micros.map(|micros| Timestamp::from_nanos(1_000_000_000_000 + micros * 1_000));
        let request = Request::Seek { position: None, expression: expression.to_owned() };
        assert_eq!(session.handle(request), Ok(Response::Moved { position }), "{expression}");
    }
}

proptest! {
    // A failure prints its input; a file of failures would be written into the sources.
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_position_stays_inside_sensible_bounds(
        (mut cursor, seek) in { let a = archive(); (cursors(a.index()), seeks(a.index())) }
    ) {
        let archive = archive();
        cursor.seek(archive.index(), seek);
        if is_sensible(&cursor) {
            prop_assert!(cursor.position().is_none_or(|position| cursor.contains(position)));
        }
    }

    #[test]
    fn steps_equal_single_steps(
        (cursor, steps) in { let a = archive(); (cursors(a.index()), -6i64..=6) }
    ) {
        let archive = archive();
        let (mut jumped, mut walked) = (cursor, cursor);
        let moved = jumped.seek_steps(archive.index(), steps);
        prop_assert_eq!(moved, steps_one_by_one(archive.index(), &mut walked, steps));
        prop_assert_eq!(jumped, walked);
        prop_assert!(moved.unsigned_abs() <= steps.unsigned_abs() && moved.signum() * steps >= 0);
    }

    #[test]
    fn a_bound_keeps_or_clears_the_position(
        (mut cursor, bound, is_start) in {
            let a = archive();
            (cursors(a.index()), bounds(a.index()), any::<bool>())
        }
    ) {
        let before = cursor.position();
        if is_start { cursor.set_start(bound) } else { cursor.set_end(bound) }
        let kept = before.filter(|position| cursor.contains(*position));
        prop_assert_eq!(cursor.position(), kept);
    }

    #[test]
    fn overlap_and_in_file_agree_with_the_times(cursor in { let a = archive(); cursors(a.index()) }) {
        let archive = archive();
        let index = archive.index();
        let (first, last) = (index.deltas.first().unwrap(), index.deltas.last().unwrap());
        let any_inside = index.deltas.times().any(|time| cursor.contains(time));
        prop_assert!(!any_inside || has_overlap(index, &cursor));
        if let Some(position) = cursor.position() {
            prop_assert_eq!(check_in_file(index, position), (first..=last).contains(&position));
        }
    }

    #[test]
    fn any_text_is_a_seek_or_an_error(text in "\\PC{0,40}") {
        let _ = text.parse::<Seek>();
    }

    #[test]
    fn quantities_read_back(micros in -1_000_000_000_000i64..1_000_000_000_000) {
        let text = format!("{micros:+}u");
        let seek: Seek = text.parse().unwrap();
        let Seek::TimeRelative(span) = seek else { panic!("{text} is {seek:?}") };
        // Through an f64, as the reference computes it.
        prop_assert!((span.nanos() - micros * 1_000).abs() <= 1_000, "{text} is {span:?}");
    }

    #[test]
    fn times_read_back(nanos in any::<i64>()) {
        let time = Timestamp::from_nanos(nanos);
        prop_assert_eq!(time.to_string().parse(), Ok(Seek::Absolute(time)));
    }

    #[test]
    fn numbers_of_batches_read_back(steps in any::<i64>()) {
        prop_assert_eq!(format!("{steps:+}").parse(), Ok(Seek::BatchRelative(steps)));
    }
}
