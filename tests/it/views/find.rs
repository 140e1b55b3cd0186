//! The page's Find: in pieces it finds what the shared answers find, and leads from hit to hit.

use super::*;
use crate::common::{FIXTURES, Random};
use netidx_archive_viewer::{
    protocol::{
        Response,
        find::{FindPage, FindQuery, HitQuery},
    },
    recording::{FindQuery as All, Recording},
    source::Pages,
    time::Timestamp,
};

/// What a session found once it has looked at everything.
fn found(session: &mut Session, query: &FindQuery) -> FindPage {
    for _ in 0..10_000 {
        match session.handle(Request::View(ViewRequest::Find(query.clone()))) {
            Ok(Response::View(ViewResponse::Find(page))) if page.is_whole() => return *page,
            Ok(Response::View(ViewResponse::Find(_))) => {}
            other => panic!("{other:?}"),
        }
    }
    panic!("the search never ends");
}

fn hit(
    session: &mut Session,
    find: &FindQuery,
    from: Timestamp,
    forward: bool,
) -> Option<Timestamp> {
    let query = HitQuery { find: find.clone(), from, forward };
    match session.handle(Request::View(ViewRequest::Hit(query))) {
        Ok(Response::View(ViewResponse::Step(time))) => time,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_page_finds_what_the_package_finds() {
    let (mut random, mut hits) = (Random(21), 0);
    for name in
        ["indexed-images", "same-time", "unsubscribed", "floats", "integers", "compressed-values"]
    {
        let fixture = FIXTURES.iter().find(|it| it.name == name).expect("a golden file");
        let mut session = Session::new();
        session.open(name.to_owned(), fixture.archive.to_vec()).expect("an archive");
        let recording = Recording::open_file(Pages::whole(fixture.archive.to_vec()), None);
        let recording = recording.expect("an archive");
        let (first, last) = (recording.info().first.unwrap(), recording.info().last.unwrap());
        for condition in ["> 1", "changed", "unsubscribed", "no update for 100ms", "since 1s"] {
            let query = FindQuery {
                condition: condition.to_owned(),
                filter: String::new(),
                bounds: (first, Timestamp::MAX),
                first: 0,
                count: 10_000,
            };
            let page = found(&mut session, &query);
            let start = std::ops::Bound::Included(first);
            let wanted = recording.find(&All { start, ..All::new(condition) }).expect("hits");
            let wanted: Vec<_> = wanted
                .hits()
                .map(|it| (it.path.to_owned(), it.hit.from, it.hit.to, it.hit.updates))
                .collect();
            let rows = page.rows.iter();
            let rows: Vec<_> =
                rows.map(|row| (row.path.clone(), row.from, row.to, row.updates)).collect();
            assert_eq!(rows, wanted, "{name}: {condition}");
            assert_eq!(page.total as usize, wanted.len());
            hits += wanted.len();
            let held = wanted
                .iter()
                .map(|(_, from, to, _)| to.unwrap_or(last).since(*from).nanos().unsigned_abs());
            assert_eq!(page.held, held.sum::<u64>(), "{name}: {condition}");
            // Every hit lies in a mark, and there are no marks without hits.
            assert_eq!(page.marks.is_empty(), wanted.is_empty());
            assert!(page.marks.is_sorted() && page.marks.windows(2).all(|two| two[0].1 < two[1].0));
            for (_, from, ..) in &wanted {
                let is_in = |mark: &(Timestamp, Timestamp)| mark.0 <= *from && *from <= mark.1;
                assert!(page.marks.iter().any(is_in), "{name}: {condition} at {from}");
            }
            for _ in 0..20 {
                let from = match wanted.len() {
                    0 => first,
                    len => wanted[random.below(len)].1,
                };
                let later = wanted.iter().map(|it| it.1).filter(|time| *time > from).min();
                let earlier = wanted.iter().map(|it| it.1).filter(|time| *time < from).max();
                assert_eq!(hit(&mut session, &query, from, true), later, "{name}: {condition}");
                assert_eq!(hit(&mut session, &query, from, false), earlier, "{name}: {condition}");
            }
        }
        let query = FindQuery {
            condition: "> x".to_owned(),
            filter: String::new(),
            bounds: (first, last),
            first: 0,
            count: 1,
        };
        let refused = session.handle(Request::View(ViewRequest::Find(query)));
        assert_eq!(refused.map_err(|failure| failure.kind), Err("condition".to_owned()));
    }
    assert!(hits > 100, "{hits}");
}
