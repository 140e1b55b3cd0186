//! The page's Compare tells what the package's `diff` tells.

use super::{ask, session};
use crate::common::FIXTURES;
use netidx_archive_viewer::{
    protocol::{
        compare::{ComparePage, CompareQuery},
        views::{ViewRequest, ViewResponse},
    },
    recording::{Recording, Typed},
    source::Pages,
    time::Timestamp,
};

#[test]
fn the_page_compares_as_the_package_does() {
    let mut rows = 0;
    for fixture in FIXTURES {
        let recording = Recording::open_file(Pages::whole(fixture.archive.to_vec()), None);
        let recording = recording.expect("an archive");
        let info = recording.info();
        let Some((first, last)) = info.first.zip(info.last) else { continue };
        let mut session = session(fixture.archive);
        let middle = Timestamp::from_nanos(first.nanos() / 2 + last.nanos() / 2);
        for [before, after] in [[first, last], [last, first], [middle, last], [first, first]] {
            let mut compare = |change: &str, first: u32, count: u32| -> ComparePage {
                let (filter, change) = (String::new(), change.to_owned());
                let query = CompareQuery { before, after, filter, change, first, count };
                match ask(&mut session, ViewRequest::Compare(query)) {
                    Ok(ViewResponse::Compare(page)) => page,
                    other => panic!("{other:?}"),
                }
            };
            let wanted = recording.diff([before, after], None).expect("differences");
            let all = compare("", 0, 10_000);
            assert_eq!(all.total as usize, wanted.len(), "{}", fixture.name);
            rows += all.rows.len();
            for (row, wanted) in all.rows.iter().zip(wanted.rows()) {
                assert_eq!((&*row.path, &*row.change), (wanted.path, wanted.change.name()));
                for (state, wanted) in [(&row.before, &wanted.before), (&row.after, &wanted.after)]
                {
                    let kind = wanted.as_ref().map(|it| Typed::of(&it.event).kind);
                    assert_eq!(state.as_ref().map(|(kind, _)| &**kind), kind, "{}", row.path);
                }
                assert_eq!(row.delta.is_some(), wanted.delta.is_some(), "{}", row.path);
            }
            // Kinds by themselves, and windows, are parts of it.
            for (kind, count) in &all.counts {
                let of_kind = compare(kind, 0, 10_000);
                assert_eq!(of_kind.total, *count, "{}: {kind}", fixture.name);
                let own = all.rows.iter().filter(|row| row.change == *kind);
                assert!(of_kind.rows.iter().eq(own));
            }
            let window = compare("", 1, 2);
            assert_eq!((window.first, window.total), (all.total.min(1), all.total));
            assert!(window.rows.iter().eq(all.rows.iter().skip(1).take(2)));
        }
    }
    assert!(rows > 100, "{rows}");
}
