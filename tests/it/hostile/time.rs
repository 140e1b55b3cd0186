//! Times that run backwards, and batches whose time nobody knows.

use super::{BASIS, at, everything, kinds, numbers, open, problem};
use crate::writer::{Kind, Layout, Writer, number};
use netidx_archive_viewer::{
    format::{ErrorKind, limits},
    query::image,
    time::Timestamp,
};
use std::ops::Bound;

#[test]
fn times_that_run_backwards_are_said_and_keep_the_order_of_the_file() {
    for layout in Layout::ALL {
        let mut file = Writer::new(layout);
        file.basis(BASIS, 0);
        file.paths(&[("/a", 0)]);
        file.delta(20, &numbers(&[(0, 20)]));
        let late = file.delta(10, &numbers(&[(0, 10)]));
        file.delta(30, &numbers(&[(0, 30)]));
        let archive = open(file.finish());
        let problem = problem(&archive);
        assert_eq!((problem.kind(), problem.offset()), (ErrorKind::Time, Some(late)));
        let said = problem.to_string();
        assert!(said.starts_with("delta batch at "), "{said}");
        assert!(said.ends_with("the time of an earlier batch"), "{said}");
        assert_eq!(archive.index().deltas.times().collect::<Vec<_>>(), [at(20), at(10), at(30)]);
        // What was written last counts, of all that is not later than the position.
        for (time, held) in [(15, 10), (20, 10), (29, 10), (30, 30)] {
            let image = image(&archive, None, Bound::Included(at(time)));
            assert_eq!(image.event(&image.entries()[0]).unwrap().encoded(), number(held));
        }
    }
}

#[test]
fn batches_before_any_time_basis_are_read_at_the_earliest_time() {
    for layout in Layout::ALL {
        let mut file = Writer::new(layout);
        file.paths(&[("/a", 0)]);
        let first = file.delta(7, &numbers(&[(0, 1)]));
        let second = file.image(9, &numbers(&[(0, 2)]));
        file.basis(BASIS, 0);
        file.delta(5, &numbers(&[(0, 3)]));
        let archive = open(file.finish());
        assert_eq!(kinds(&archive), [ErrorKind::Time, ErrorKind::Time]);
        let offsets: Vec<_> = archive.index().problems().map(|p| p.offset()).collect();
        assert_eq!(offsets, [Some(first), Some(second)]);
        assert!(archive.index().first().is_some_and(|first| first < at(-1_000_000_000_000)));
        assert_eq!(archive.index().last(), Some(at(5)));
        assert!(everything(&archive).values().all(|seen| seen.items.is_ok()));
    }
}

#[test]
fn time_bases_that_are_no_time() {
    let cases: [(&[u8], ErrorKind); 4] = [
        (&[0; 11], ErrorKind::Truncated),
        (&[0; 13], ErrorKind::Length),
        (&[0x7f; 12], ErrorKind::Range),
        (&[0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff], ErrorKind::Range),
    ];
    for (payload, kind) in cases {
        let mut file = Writer::new(Layout::PLAIN);
        file.basis(BASIS, 0);
        let offset = file.record(Kind::Timestamp, 0, payload);
        let delta = file.delta(5, &numbers(&[(0, 3)]));
        let archive = open(file.finish());
        let problem = problem(&archive);
        assert_eq!(problem.kind(), kind, "{problem}");
        assert!(problem.offset().is_some_and(|at| offset <= at && at < delta));
        assert!(problem.to_string().starts_with("timestamp record at "), "{problem}");
        assert_eq!(archive.index().deltas.times().collect::<Vec<_>>(), [at(5)]);
    }
}

#[test]
fn a_basis_outside_what_nanoseconds_hold_is_clamped() {
    for (seconds, nearest) in [(-62_135_596_800, Timestamp::MIN), (20_000_000_000, Timestamp::MAX)]
    {
        let mut file = Writer::new(Layout::PLAIN);
        file.basis(seconds, 0);
        file.delta(0, &numbers(&[(0, 3)]));
        let archive = open(file.finish());
        assert_eq!(problem(&archive).kind(), ErrorKind::Range);
        assert_eq!(archive.index().deltas.times().collect::<Vec<_>>(), [nearest]);
    }
}

#[test]
fn ten_thousand_problems_are_counted_and_a_thousand_listed() {
    let mut file = Writer::new(Layout::PLAIN);
    for i in 0..10_000 {
        file.delta(i, &numbers(&[(0, 1)]));
    }
    let archive = open(file.finish());
    assert_eq!(archive.index().problem_count(), 10_000);
    assert_eq!(archive.index().problems().count(), limits::MAX_PROBLEMS);
    assert_eq!(archive.index().deltas.len(), 10_000);
}
