//! The tree of paths: every path once, under its parents, with counts.

use super::{ask, session};
use crate::common::FIXTURES;
use crate::writer::{Layout, Writer, number};
use netidx_archive_viewer::{
    protocol::views::{StepQuery, Subject, TreePage, TreeQuery, ViewRequest, ViewResponse},
    session::Session,
    time::Timestamp,
};
use std::collections::BTreeSet;

fn page(session: &mut Session, query: TreeQuery) -> TreePage {
    match ask(session, ViewRequest::Tree(query)).expect("a tree") {
        ViewResponse::Tree(page) => page,
        other => panic!("not a tree: {other:?}"),
    }
}

fn query(filter: &str, toggled: &[&str]) -> TreeQuery {
    let toggled = toggled.iter().map(|it| (*it).to_owned()).collect();
    TreeQuery { filter: filter.to_owned(), toggled, first: 0, count: 10_000 }
}

fn of_paths(paths: &[&str]) -> Session {
    let mut writer = Writer::new(Layout::INDEXED);
    let ids: Vec<_> = paths.iter().zip(0..).map(|(path, id)| (*path, id)).collect();
    writer.paths(&ids);
    session(&writer.finish())
}

fn lines(page: &TreePage) -> Vec<String> {
    let line = |row: &netidx_archive_viewer::protocol::views::TreeRow| {
        let mark = row.open.map_or(" ", |open| if open { "-" } else { "+" });
        let leaf = row.id.map_or(String::new(), |id| format!(" #{id}"));
        format!("{}{mark}{} {}{leaf}", " ".repeat(row.depth as usize), row.name, row.paths)
    };
    page.rows.iter().map(line).collect()
}

#[test]
fn branches_open_and_close() {
    let mut session = of_paths(&["/m/lse/a", "/m/lse/b", "/m-x", "/m", "/m/nyse/a", "/z"]);
    let closed = page(&mut session, query("", &[]));
    assert_eq!(lines(&closed), ["+m 4 #3", " m-x 1 #2", " z 1 #5"]);
    let open = page(&mut session, query("", &["/m", "/m/nyse"]));
    assert_eq!(
        lines(&open),
        ["-m 4 #3", " +lse 2", " -nyse 1", "   a 1 #4", " m-x 1 #2", " z 1 #5"]
    );
    assert_eq!((open.total, open.paths), (6, 6));
    // Under a filter all is open, and a toggle closes.
    let found = page(&mut session, query("lse", &[]));
    assert_eq!(lines(&found), ["-m 2", " -lse 2", "   a 1 #0", "   b 1 #1"]);
    assert_eq!(lines(&page(&mut session, query("lse", &["/m/lse"]))), ["-m 2", " +lse 2"]);
    let window = page(&mut session, TreeQuery { first: 2, count: 1, ..query("lse", &[]) });
    assert_eq!(window.rows, found.rows[2..3]);
    assert_eq!((found.rows[3].nth, found.rows[3].siblings), (1, 2));
}

#[test]
fn lone_branches_are_open_and_odd_paths_have_a_place() {
    let mut session = of_paths(&["/one/two/x", "/one/two/y"]);
    let rows = lines(&page(&mut session, query("", &[])));
    assert_eq!(rows, ["-one 2", " -two 2", "   x 1 #0", "   y 1 #1"]);
    let mut session = of_paths(&["/", "odd/x", "/ä b/c"]);
    let rows = lines(&page(&mut session, query("", &["odd", "/ä b"])));
    assert_eq!(rows, [" / 1 #0", "-ä b 1", "  c 1 #2", "-odd 1", "  x 1 #1"]);
}

#[test]
fn an_escaped_separator_is_part_of_a_name() {
    let paths =
        [r"/x/a\/b", r"/x/a\/b/c", "/x/a", "/x/a/b", r"/x/a\\/b", r"/x/a\", "/x/a\n\u{202e}b"];
    let mut session = of_paths(&paths);
    let toggled = [r"/x/a\/b", "/x/a", r"/x/a\\"];
    let open = page(&mut session, query("", &toggled));
    let rows = [
        "-x 7",
        " -a 2 #2",
        "   b 1 #3",
        "  a\n\u{202e}b 1 #6",
        "  a 1 #5",
        " -a/b 2 #0",
        "   c 1 #1",
        " -a\\ 1",
        "   b 1 #4",
    ];
    assert_eq!(lines(&open), rows);
    // A row is closed and opened by the text of the path, not by what is shown of it.
    let prefixes: Vec<_> = open.rows.iter().map(|row| row.prefix.as_str()).collect();
    assert_eq!(prefixes[5..], [r"/x/a\/b", r"/x/a\/b/c", r"/x/a\\", r"/x/a\\/b"]);
    // Words find what is written and what is shown; globs the text, as netidx has it.
    for (filter, found) in [
        ("a/b", vec![0, 1, 3]),
        (r"a\/b", vec![0, 1, 4]),
        (r"/x/a\\/b", vec![0]),
        ("/x/a/b", vec![3]),
        (r"/x/a\/b", vec![3]),
    ] {
        let rows = page(&mut session, query(filter, &[])).rows;
        let mut ids: Vec<_> = rows.iter().filter_map(|row| row.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, found, "{filter}");
    }
}

#[test]
fn a_path_of_very_many_components_is_opened_step_by_step() {
    let deep = "/a".repeat(100_000);
    let twin = format!("{deep}/b");
    for paths in [&[&*deep][..], &[&*deep, &*twin, "/c"]] {
        let started = std::time::Instant::now();
        let mut session = of_paths(paths);
        let mut toggled = vec!["/a".to_owned()];
        if paths.len() == 1 {
            toggled.clear();
        }
        let mut rows = 0;
        for _ in 0..4 {
            let toggles: Vec<_> = toggled.iter().map(String::as_str).collect();
            let page = page(&mut session, query("", &toggles));
            assert!(page.total > rows && page.total <= rows + 67, "{}", page.total);
            rows = page.total;
            // Below what opened by itself stands a closed branch, which opens as many again.
            let closed = page.rows.iter().find(|row| row.open == Some(false)).expect("a branch");
            assert_eq!(closed.prefix, "/a".repeat(closed.depth as usize + 1));
            toggled.push(closed.prefix.clone());
        }
        // Under a filter the same holds.
        let found = page(&mut session, query("a", &[]));
        assert!(found.total < 200, "{}", found.total);
        assert!(started.elapsed() < std::time::Duration::from_secs(10), "{:?}", started.elapsed());
    }
}

#[test]
fn an_answer_of_very_long_paths_has_fewer_rows() {
    let wide: Vec<_> = (0..100).map(|n| format!("/{n}{}", "y".repeat(1_000_000))).collect();
    let wide: Vec<_> = wide.iter().map(String::as_str).collect();
    let mut session = of_paths(&wide);
    let first = page(&mut session, query("", &[]));
    assert_eq!((first.total, first.rows.len()), (100, 4));
    let last = page(&mut session, TreeQuery { first: 99, ..query("", &[]) });
    assert_eq!((last.total, last.rows.len()), (100, 1));
}

#[test]
fn every_golden_path_is_there_once() {
    for fixture in FIXTURES {
        let expected = fixture.expected();
        let mut session = session(fixture.archive);
        let wanted: BTreeSet<_> = expected.paths.iter().map(|it| it.path.clone()).collect();
        let mut toggled: Vec<String> = Vec::new();
        // Opened level by level until nothing is closed.
        let page = loop {
            let toggles: Vec<_> = toggled.iter().map(String::as_str).collect();
            let page = page(&mut session, query("", &toggles));
            let closed = page.rows.iter().filter(|row| row.open == Some(false));
            let closed: Vec<_> = closed.map(|row| row.prefix.clone()).collect();
            if closed.is_empty() {
                break page;
            }
            toggled.extend(closed);
        };
        let ends = page.rows.iter().filter(|row| row.id.is_some());
        let found: Vec<_> = ends.map(|row| row.prefix.clone()).collect();
        assert_eq!(found.len(), wanted.len(), "{}", fixture.name);
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted, "{}", fixture.name);
        let tops = page.rows.iter().filter(|row| row.depth == 0);
        assert_eq!(tops.map(|row| row.paths).sum::<u32>(), page.paths, "{}", fixture.name);
        assert_eq!(page.paths as usize, expected.paths.len(), "{}", fixture.name);
    }
}

#[test]
fn steps_go_from_change_to_change() {
    for layout in Layout::ALL {
        let mut writer = Writer::new(layout);
        writer.basis(0, 0);
        writer.paths(&[("/a", 0), ("/b", 1)]);
        for micros in 0..20 {
            writer.delta(micros, &[(u32::from(micros % 5 == 0), number(1))]);
        }
        let mut session = session(&writer.finish());
        let mut step = |from: i64, forward| {
            let subject = Subject::Path("/b".to_owned());
            let from = Timestamp::from_nanos(from * 1_000);
            let query = StepQuery { subject, from, forward };
            match ask(&mut session, ViewRequest::Step(query)).expect("a step") {
                ViewResponse::Step(found) => found.map(|time| time.nanos() / 1_000),
                other => panic!("not a step: {other:?}"),
            }
        };
        assert_eq!([step(-1, true), step(0, true), step(7, true)], [Some(0), Some(5), Some(10)]);
        assert_eq!([step(15, true), step(0, false), step(6, false)], [None, None, Some(5)]);
    }
}
