//! Images sorted and filtered by their values.

use super::session;
use crate::common::{FIXTURES, time};
use crate::writer::{Layout, UNSUBSCRIBED, Writer, number, text};
use netidx_archive_viewer::{
    protocol::{ImagePage, ImageQuery, Request, Response},
    query::value_filter::{Column, Order},
    session::Session,
    time::Timestamp,
};

fn image(session: &mut Session, query: ImageQuery) -> ImagePage {
    match session.handle(Request::Image(query)).expect("an image") {
        Response::Image(page) => page,
        other => panic!("no image: {other:?}"),
    }
}

fn names(page: &ImagePage) -> Vec<&str> {
    page.rows.iter().map(|row| row.path.as_deref().expect("a path")).collect()
}

fn by(by: Column, descending: bool) -> ImageQuery {
    let order = Order { by, descending };
    ImageQuery { at: Timestamp::MAX, count: 10_000, order, ..ImageQuery::default() }
}

fn sample() -> Session {
    let mut writer = Writer::new(Layout::COMPRESSED_INDEXED);
    writer.basis(1_000, 0);
    writer.paths(&[("/a", 0), ("/b", 1), ("/c", 2), ("/d", 3), ("/e", 4)]);
    writer.delta(0, &[(0, number(10)), (1, text("zebra"))]);
    writer.delta(1_000_000, &[(2, number(9)), (3, text("apple"))]);
    writer.delta(2_000_000, &[(4, vec![UNSUBSCRIBED])]);
    session(&writer.finish())
}

#[test]
fn rows_stand_in_any_order() {
    let mut session = sample();
    let mut order = |column, descending| {
        let page = image(&mut session, by(column, descending));
        names(&page).join(" ")
    };
    assert_eq!(order(Column::Path, false), "/a /b /c /d /e");
    assert_eq!(order(Column::Path, true), "/e /d /c /b /a");
    // Numbers by size and before texts; equal ones by path.
    assert_eq!(order(Column::Value, false), "/c /a /d /e /b");
    assert_eq!(order(Column::Value, true), "/a /c /b /e /d");
    assert_eq!(order(Column::Type, false), "/b /d /e /a /c");
    assert_eq!(order(Column::Updated, true), "/e /c /d /a /b");
}

#[test]
fn values_filter_and_windows_count_what_is_left() {
    let mut session = sample();
    let asked = |values: &str| ImageQuery { values: values.to_owned(), ..by(Column::Path, false) };
    for (values, wanted) in [
        ("> 9", "/a"),
        (">= 9 < 100", "/a /c"),
        ("contains pp", "/d"),
        ("type string", "/b /d"),
        ("unsubscribed", "/e"),
        ("since 1970-01-01T00:16:41Z", "/c /d /e"),
        ("since 1970-01-01T00:16:41Z type v64", "/c"),
    ] {
        let page = image(&mut session, asked(values));
        assert_eq!(names(&page).join(" "), wanted, "{values}");
        assert_eq!(page.total as usize, page.rows.len());
    }
    let window = image(&mut session, ImageQuery { first: 1, count: 1, ..asked("type string") });
    assert_eq!((window.total, names(&window).join(" ")), (2, "/d".to_owned()));
    let wrong = session.handle(Request::Image(asked("> x"))).expect_err("no number");
    assert_eq!(wrong.kind, "values");
}

#[test]
fn every_order_of_a_golden_image_has_the_same_rows() {
    for fixture in FIXTURES {
        let expected = fixture.expected();
        let mut session = session(fixture.archive);
        for state in &expected.states {
            let at = time(&state.at);
            let sorted = |query: ImageQuery, session: &mut Session| {
                let mut rows = image(session, ImageQuery { at, ..query }).rows;
                rows.sort_by_key(|row| row.id);
                rows
            };
            let plain = sorted(by(Column::Path, false), &mut session);
            assert_eq!(plain.len(), state.items.len(), "{}", fixture.name);
            for column in [Column::Path, Column::Type, Column::Value, Column::Updated] {
                for descending in [false, true] {
                    let rows = sorted(by(column, descending), &mut session);
                    assert_eq!(rows, plain, "{} by {column:?}", fixture.name);
                }
            }
        }
    }
}
