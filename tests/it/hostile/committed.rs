//! `committed` where it cannot be right, and bytes behind it.

use super::{BASIS, Sample, everything, kinds, open, problem};
use crate::writer::{HEADER, Layout, Writer, number};
use netidx_archive_viewer::{
    archive::Archive,
    format::{Error, ErrorKind},
    source::Pages,
};

fn with_committed(bytes: &[u8], committed: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[HEADER - 8..HEADER].copy_from_slice(&committed.to_be_bytes());
    bytes
}

#[test]
fn past_the_end() {
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        let length = sample.bytes.len() as u64;
        let before = everything(&open(sample.bytes.clone()));
        for committed in [length + 1, 2 * length, u64::MAX] {
            let archive = open(with_committed(&sample.bytes, committed));
            assert_eq!(everything(&archive), before);
            assert_eq!(problem(&archive).kind(), ErrorKind::Committed);
        }
    }
}

/// A file cut short at any byte: all whole records are read, and what is missing is said.
#[test]
fn cut_at_every_byte() {
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        let before = everything(&open(sample.bytes.clone()));
        let first = sample.records[0] as usize;
        for cut in first..sample.bytes.len() {
            let archive = open(sample.bytes[..cut].to_vec());
            let whole = sample.records.iter().take_while(|record| **record < cut as u64);
            let ends: Vec<_> = (0..whole.count()).map(|number| sample.span(number)).collect();
            let expected: Vec<_> = before
                .iter()
                .filter(|(offset, _)| {
                    ends.iter().any(|span| span.start as u64 == **offset && span.end <= cut)
                })
                .collect();
            let after = everything(&archive);
            assert_eq!(after.iter().collect::<Vec<_>>(), expected, "{layout:?} cut at {cut}");
            assert!(kinds(&archive).contains(&ErrorKind::Committed));
        }
    }
}

#[test]
fn inside_the_header() {
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        let start = sample.records[0];
        for committed in [0, 1, 25, start - 1] {
            let archive = open(with_committed(&sample.bytes, committed));
            assert_eq!(everything(&archive).len(), 0);
            let kinds = kinds(&archive);
            assert_eq!(kinds[0], ErrorKind::Committed, "{layout:?} {committed}");
        }
    }
}

#[test]
fn in_the_middle_of_a_record() {
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        let before = everything(&open(sample.bytes.clone()));
        for number in [0, 3, sample.records.len() - 1] {
            let span = sample.span(number);
            for committed in [span.start as u64 + 3, span.start as u64 + 9, span.end as u64 - 1] {
                let archive = open(with_committed(&sample.bytes, committed));
                let kept = before.range(..span.start as u64).count();
                assert_eq!(everything(&archive).len(), kept);
                let kinds = kinds(&archive);
                assert!(kinds.contains(&ErrorKind::Truncated), "{kinds:?}");
                let truncated: Vec<&Error> = archive
                    .index()
                    .problems()
                    .filter(|problem| problem.kind() == ErrorKind::Truncated)
                    .collect();
                assert!(truncated[0].offset().is_some_and(|at| span.contains(&(at as usize))));
            }
        }
    }
}

#[test]
fn records_behind_it_are_not_read() {
    let sample = Sample::new(Layout::INDEXED);
    let span = sample.span(8);
    let archive = open(with_committed(&sample.bytes, span.start as u64));
    let before = everything(&open(sample.bytes.clone()));
    assert_eq!(everything(&archive).len(), before.range(..span.start as u64).count());
    let problem = problem(&archive);
    assert_eq!(
        (problem.kind(), problem.offset()),
        (ErrorKind::Uncommitted, Some(span.start as u64))
    );
    // Zeros are only room for more.
    let mut bytes = sample.bytes.clone();
    bytes.extend([0; 5000]);
    assert_eq!(kinds(&open(bytes)), []);
}

/// A file that grows is mended by its growth: what was cut is whole now.
#[test]
fn growth_mends_what_was_cut() {
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        let whole = everything(&open(sample.bytes.clone()));
        for cut in [sample.span(4).start + 5, sample.span(9).end - 1, sample.span(11).start] {
            let mut archive = open(with_committed(&sample.bytes[..cut], cut as u64));
            archive.rescan(Pages::whole(sample.bytes.clone())).expect("the same file");
            assert_eq!(everything(&archive), whole, "{layout:?} {cut}");
            assert_eq!(kinds(&archive), []);
        }
    }
}

/// Damage in what came with growth, when times of the known part step back.
#[test]
fn damage_behind_times_that_run_backwards() {
    let mut file = Writer::new(Layout::PLAIN);
    file.basis(BASIS, 0);
    for micros in [50, 10, 40, 20, 60] {
        file.delta(micros, &[(0, number(u64::from(micros)))]);
    }
    let known = file.at();
    let damaged = file.delta(30, &[(0, number(30)), (1, number(31)), (2, number(32))]);
    for micros in [70, 65, 80] {
        file.delta(micros, &[(0, number(u64::from(micros)))]);
    }
    let mut bytes = file.finish();
    bytes[damaged as usize..][..8].fill(0xff);
    let mut archive = open(with_committed(&bytes[..known as usize], known));
    archive.rescan(Pages::whole(bytes.clone())).expect("the same file");
    let grown = everything(&archive);
    assert_eq!(grown.len(), 8);
    assert_eq!(grown, everything(&open(bytes.clone())));
    let marks: Vec<_> = archive.index().deltas.iter().map(|mark| mark.offset).collect();
    assert!(marks.is_sorted(), "the order of the file");
    assert!(Archive::open(bytes).is_ok());
}
