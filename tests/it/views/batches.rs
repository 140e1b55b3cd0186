//! The raw rows equal the batches of the golden files, all of them and in windows.

use super::{ask, session};
use crate::common::{Expected, ExpectedItem, FIXTURES, time};
use crate::writer::{Layout, Writer, number};
use netidx_archive_viewer::{
    protocol::views::{BatchRow, BatchesPage, BatchesQuery, ViewRequest, ViewResponse},
    session::Session,
    time::Timestamp,
};

fn page(session: &mut Session, query: &BatchesQuery) -> BatchesPage {
    for _ in 0..1_000 {
        match ask(session, ViewRequest::Batches(query.clone())).expect("rows") {
            ViewResponse::Batches(page) if page.whole => return page,
            ViewResponse::Batches(page) => assert!(page.counted.0 < page.counted.1),
            other => panic!("not rows: {other:?}"),
        }
    }
    panic!("never whole");
}

fn query(filter: &str, first: u32, count: u32) -> BatchesQuery {
    BatchesQuery { filter: filter.to_owned(), bounds: None, first, count, find: Timestamp::MIN }
}

/// Time, whether an image, and the item, of every row that there should be.
type Wanted = Vec<(Timestamp, bool, Option<ExpectedItem>)>;

fn wanted(expected: &Expected, takes: impl Fn(&ExpectedItem) -> bool, filtered: bool) -> Wanted {
    let deltas = expected.deltas.iter().map(|batch| (batch, false));
    let images = expected.images.iter().map(|batch| (batch, true));
    let mut all = Vec::new();
    for (batch, is_image) in deltas.chain(images) {
        let when = time(&batch.time);
        for item in batch.items.iter().filter(|item| takes(item)) {
            all.push((when, is_image, Some(item.clone())));
        }
        if batch.items.is_empty() && !filtered {
            all.push((when, is_image, None));
        }
    }
    // Deltas and images of one time keep the order of the file, which the JSON does not say.
    all.sort_by_key(|(when, is_image, _)| (*when, *is_image));
    all
}

fn shown(rows: &[BatchRow]) -> Wanted {
    let mut all: Wanted = rows
        .iter()
        .map(|row| {
            assert_eq!(row.problem, None);
            let item = row.item.as_ref().map(|item| ExpectedItem {
                id: item.id,
                path: item.path.clone(),
                time: None,
                kind: item.kind.clone(),
                text: String::new(),
                plain: item.value.clone(),
            });
            (row.time, row.is_image, item)
        })
        .collect();
    all.sort_by_key(|(when, is_image, _)| (*when, *is_image));
    all
}

fn without_text(mut wanted: Wanted) -> Wanted {
    for (_, _, item) in &mut wanted {
        if let Some(item) = item {
            item.text.clear();
        }
    }
    wanted
}

#[test]
fn every_row_of_every_golden_file() {
    for fixture in FIXTURES {
        let expected = fixture.expected();
        let mut session = session(fixture.archive);
        let all = page(&mut session, &query("", 0, 10_000));
        let wanted_rows = without_text(wanted(&expected, |_| true, false));
        let mut by_time = shown(&all.rows);
        by_time.sort_by_key(|(when, is_image, _)| (*when, *is_image));
        assert_eq!(by_time, wanted_rows, "{}", fixture.name);
        assert_eq!(all.total as usize, all.rows.len(), "{}", fixture.name);
        assert!(all.rows.is_sorted_by_key(|row| row.record), "{}", fixture.name);
        // Any window is a part of the whole.
        for (first, count) in [(0, 3), (1, 1), (all.total / 2, 7), (all.total, 5)] {
            let window = page(&mut session, &query("", first, count));
            let [first, end] = [first, first + count].map(|row| row.min(all.total) as usize);
            assert_eq!(window.rows, all.rows[first..end], "{}", fixture.name);
        }
    }
}

#[test]
fn filters_take_the_items_of_their_paths() {
    for fixture in FIXTURES {
        let expected = fixture.expected();
        let mut session = session(fixture.archive);
        let paths = expected.paths.iter().map(|it| &it.path);
        for path in paths.filter(|it| it.starts_with('/') && !it.contains('\\')).take(5) {
            let filter = globset::escape(path).replace(' ', "\\ ");
            let takes = |item: &ExpectedItem| item.path.as_ref() == Some(path);
            let rows = page(&mut session, &query(&filter, 0, 10_000)).rows;
            let wanted_rows = without_text(wanted(&expected, takes, true));
            assert_eq!(shown(&rows), wanted_rows, "{} {path}", fixture.name);
        }
    }
}

/// 1,000 batches of one to three items, every hundredth an image; which row each time has.
fn many(layout: Layout) -> (Vec<u8>, Vec<(Timestamp, u32)>) {
    let mut writer = Writer::new(layout);
    writer.basis(0, 0);
    writer.paths(&[("/a", 0), ("/b", 1), ("/c", 2)]);
    let (mut row, mut firsts) = (0, Vec::new());
    for batch in 0..1_000_u32 {
        let items: Vec<_> = (0..=batch % 3).map(|id| (id, number(batch.into()))).collect();
        let micros = batch * 10;
        firsts.push((Timestamp::from_nanos(i64::from(micros) * 1_000), row));
        row += items.len() as u32;
        match batch % 100 {
            99 => writer.image(micros, &items),
            _ => writer.delta(micros, &items),
        };
    }
    (writer.finish(), firsts)
}

#[test]
fn times_are_found_exactly() {
    for layout in Layout::ALL {
        let (bytes, firsts) = many(layout);
        let mut session = session(&bytes);
        let mut found = |filter: &str, find: i64| {
            let find = Timestamp::from_nanos(find);
            page(&mut session, &BatchesQuery { find, ..query(filter, 0, 0) }).found
        };
        assert_eq!(found("", -1), None);
        for (time, row) in firsts.iter().step_by(37) {
            assert_eq!(found("", time.nanos()), Some(*row), "{layout:?} {time}");
            assert_eq!(found("", time.nanos() + 1), Some(*row), "{layout:?} {time}");
        }
        // Only every third batch has a /c.
        assert_eq!(found("/c", 19_999), None);
        assert_eq!(found("/c", 20_000), Some(0));
        assert_eq!(found("/c", 49_999), Some(0));
        assert_eq!(found("/c", 9_990_000), Some(332));
        assert_eq!(found("/nothing", 9_990_000), None);
    }
}

#[test]
fn bounds_hold_what_is_between_them() {
    let (bytes, firsts) = many(Layout::INDEXED);
    let mut session = session(&bytes);
    let bounds = Some((firsts[98].0, firsts[101].0));
    let all = page(&mut session, &query("", 0, 10_000)).rows;
    let some = page(&mut session, &BatchesQuery { bounds, ..query("", 0, 100) });
    assert_eq!(some.rows, all[firsts[98].1 as usize..firsts[102].1 as usize]);
    assert_eq!(some.rows.iter().filter(|row| row.is_image).count(), 1);
    assert_eq!(some.rows.iter().filter(|row| row.is_first).count(), 4);
}

#[test]
fn what_cannot_be_read_is_a_row_of_its_own() {
    let mut writer = Writer::new(Layout::PLAIN);
    writer.basis(0, 0);
    writer.paths(&[("/a", 0)]);
    writer.delta(1, &[(0, number(1))]);
    let bad = writer.delta(2, &[(0, number(2)), (0, vec![99])]);
    writer.delta(3, &[]);
    writer.delta(4, &[(0, number(4))]);
    let mut session = session(&writer.finish());
    let rows = page(&mut session, &query("", 0, 10)).rows;
    assert_eq!(rows.len(), 5);
    let problem = rows[2].problem.as_ref().expect("the second item is none");
    assert_eq!((rows[2].record, problem.kind.as_str()), (bad, "unknown-tag"));
    assert!(rows[3].is_first && rows[3].item.is_none() && rows[3].problem.is_none());
}
