//! Counts of files and paths, against counts of the golden JSON.

use super::{ask, session};
use crate::common::{FIXTURES, time};
use crate::writer::{Layout, Writer, number, text};
use netidx_archive_viewer::{
    protocol::views::{Statistics, StatisticsQuery, StatisticsSort, ViewRequest, ViewResponse},
    session::Session,
    time::Timestamp,
};
use std::collections::BTreeSet;

fn query() -> StatisticsQuery {
    StatisticsQuery {
        filter: String::new(),
        bounds: None,
        sort: StatisticsSort::Updates,
        first: 0,
        count: 10_000,
    }
}

fn statistics(session: &mut Session, query: &StatisticsQuery) -> Statistics {
    for _ in 0..10_000 {
        match ask(session, ViewRequest::Statistics(query.clone())).expect("statistics") {
            ViewResponse::Statistics(found) if found.progress.0 == found.progress.1 => {
                return *found;
            }
            ViewResponse::Statistics(_) => {}
            other => panic!("no statistics: {other:?}"),
        }
    }
    panic!("never whole");
}

#[test]
fn counts_are_those_of_the_golden_files() {
    for fixture in FIXTURES {
        let expected = fixture.expected();
        let found = statistics(&mut session(fixture.archive), &query());
        let sum = |batches: &[crate::common::ExpectedBatch]| -> [u64; 3] {
            let items = batches.iter().map(|batch| batch.items.len() as u64).sum();
            [batches.len() as u64, batches.iter().map(|batch| batch.bytes).sum(), items]
        };
        let counted = |of: netidx_archive_viewer::protocol::views::RecordCounts| {
            assert_eq!(of.unreadable, 0);
            [of.records, of.bytes, of.items]
        };
        assert_eq!(counted(found.deltas), sum(&expected.deltas), "{}", fixture.name);
        assert_eq!(counted(found.images), sum(&expected.images), "{}", fixture.name);
        assert_eq!(found.total as usize, expected.paths.len());
        let other = found.other.expect("of the whole file");
        let records = found.deltas.bytes + found.images.bytes;
        assert!(other + records <= expected.length, "{}", fixture.name);
        let sized: u64 = found.sizes.iter().map(|(_, count)| count).sum();
        assert_eq!(sized, found.deltas.records);
        let pauses: u64 = found.gaps.iter().map(|(_, count)| count).sum();
        assert_eq!(pauses, found.deltas.records.saturating_sub(1));
        assert!(found.rows.is_sorted_by_key(|row| std::cmp::Reverse(row.updates)));
        for row in &found.rows {
            let items = expected.deltas_by_time().into_iter().flat_map(|batch| {
                let own = batch.items.iter().filter(|item| item.id == row.id);
                own.map(|item| (time(&batch.time), item))
            });
            let items: Vec<_> = items.collect();
            let kinds: BTreeSet<_> = items.iter().map(|(_, item)| item.kind.clone()).collect();
            let told = row.kinds.split(", ").filter(|kind| !kind.is_empty());
            assert_eq!(row.updates as usize, items.len(), "{} {}", fixture.name, row.path);
            assert_eq!(told.map(str::to_owned).collect::<BTreeSet<_>>(), kinds);
            let span = items.first().zip(items.last()).map(|(first, last)| (first.0, last.0));
            assert_eq!(row.span, span);
        }
    }
}

#[test]
fn ranges_filters_and_orders() {
    let mut writer = Writer::new(Layout::COMPRESSED_INDEXED);
    writer.basis(0, 0);
    writer.paths(&[("/b", 0), ("/a", 1), ("/c", 2)]);
    for micros in 0..10 {
        writer.delta(micros * 1_000, &[(0, number(micros.into()))]);
    }
    writer.delta(2_000_000, &[(1, text(&"x".repeat(500)))]);
    let mut session = session(&writer.finish());
    let rows = |found: &Statistics| -> Vec<(String, u64)> {
        found.rows.iter().map(|row| (row.path.clone(), row.updates)).collect()
    };
    let all = statistics(&mut session, &query());
    let named = |rows: &[(&str, u64)]| -> Vec<(String, u64)> {
        rows.iter().map(|(path, n)| ((*path).to_owned(), *n)).collect()
    };
    assert_eq!(rows(&all), named(&[("/b", 10), ("/a", 1), ("/c", 0)]));
    assert_eq!(all.rows[0].range, Some((0.0, 9.0)));
    assert_eq!(all.longest_gap, Some((1_991_000_000, Timestamp::from_nanos(9_000_000))));
    assert_eq!(all.gaps, [(1_000_000, 9), (10_000_000, 0), (100_000_000, 0), (1_000_000_000, 1)]);
    let by = |sort| StatisticsQuery { sort, ..query() };
    let by_bytes = statistics(&mut session, &by(StatisticsSort::Bytes));
    assert_eq!(rows(&by_bytes)[0].0, "/a");
    let by_path = statistics(&mut session, &by(StatisticsSort::Path));
    assert_eq!(rows(&by_path), named(&[("/a", 1), ("/b", 10), ("/c", 0)]));
    let bounds = Some((Timestamp::from_nanos(2_000_000), Timestamp::from_nanos(4_000_000)));
    let filter = "/b /c".to_owned();
    let some = statistics(&mut session, &StatisticsQuery { bounds, filter, ..query() });
    assert_eq!(rows(&some), named(&[("/b", 3), ("/c", 0)]));
    assert_eq!((some.other, some.rows[0].range), (None, Some((2.0, 4.0))));
}
