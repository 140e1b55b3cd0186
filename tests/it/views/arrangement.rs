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
    assert_eq!(order(Column::Value, false), "/c /a /d /b /e");
    assert_eq!(order(Column::Value, true), "/a /c /b /d /e");
    assert_eq!(order(Column::Type, false), "/b /d /e /a /c");
    assert_eq!(order(Column::Updated, true), "/e /c /d /a /b");
}

/// A session of an image with these values, each at the path of its name.
fn of_values(values: &[(&str, Vec<u8>)]) -> Session {
    let mut writer = Writer::new(Layout::PLAIN);
    writer.basis(1_000, 0);
    let paths: Vec<_> = values.iter().zip(0..).map(|((name, _), id)| (*name, id)).collect();
    writer.paths(&paths);
    let items: Vec<_> =
        values.iter().zip(0..).map(|((_, value), id)| (id, value.clone())).collect();
    writer.delta(0, &items);
    session(&writer.finish())
}

#[test]
fn large_whole_numbers_are_sorted_to_the_last_digit() {
    let unsigned = |n: u64| [&[4][..], &n.to_be_bytes()].concat();
    let signed = |n: i64| [&[6][..], &n.to_be_bytes()].concat();
    let mut session = of_values(&[
        ("/a", unsigned(9_007_199_254_740_993)),
        ("/b", unsigned(9_007_199_254_740_992)),
        ("/c", signed(9_007_199_254_740_994)),
    ]);
    assert_eq!(names(&image(&mut session, by(Column::Value, false))), ["/b", "/a", "/c"]);
    assert_eq!(names(&image(&mut session, by(Column::Value, true))), ["/c", "/a", "/b"]);
    let asked = ImageQuery { values: "> 9007199254740992".into(), ..by(Column::Path, false) };
    assert_eq!(names(&image(&mut session, asked)), ["/a", "/c"]);
}

#[test]
fn values_of_all_types_stand_in_one_order() {
    let float = |n: f64| [&[9][..], &n.to_be_bytes()].concat();
    let datetime = |seconds: i64| [&[10][..], &seconds.to_be_bytes(), &[0; 4]].concat();
    // In groups, each in its order.
    let groups: [&[(&str, Vec<u8>)]; 8] = [
        &[
            ("/n1 NaN", float(f64::NAN)),
            ("/n2 -inf", float(f64::NEG_INFINITY)),
            ("/n3 -0", float(-0.0)),
            ("/n4 0", float(0.0)),
            ("/n5 1s", [&[11][..], &1u64.to_be_bytes(), &[0; 4]].concat()),
            ("/n6 3", vec![23, 3]),
            ("/n7 inf", float(f64::INFINITY)),
        ],
        &[
            ("/t1 year -1", datetime(-62_198_755_200)),
            ("/t2 2026", datetime(1_772_357_400)),
            ("/t3 12000", datetime(316_517_284_800)),
        ],
        &[("/b1 false", vec![15]), ("/b2 true", vec![14])],
        &[("/s1", text("\"q\"")), ("/s2", text("10")), ("/s3", text("9")), ("/s4", text("M"))],
        &[("/x1 bytes", vec![13, 1, 0]), ("/x2 array", vec![19, 0])],
        &[("/z1 null", vec![16])],
        &[("/z2", vec![UNSUBSCRIBED])],
        &[("/z3 unreadable", vec![12, 1, 0xff])],
    ];
    let mut values: Vec<_> = groups.concat();
    // Paths in an order of their own.
    values.sort_by_key(|(name, _)| name.bytes().rev().collect::<Vec<_>>());
    let mut session = of_values(&values);
    let ascending: Vec<_> = groups.iter().flat_map(|group| group.iter().map(|it| it.0)).collect();
    let descending: Vec<_> =
        groups.iter().flat_map(|group| group.iter().rev().map(|it| it.0)).collect();
    for _ in 0..3 {
        assert_eq!(names(&image(&mut session, by(Column::Value, false))), ascending);
        assert_eq!(names(&image(&mut session, by(Column::Value, true))), descending);
        image(&mut session, by(Column::Updated, true));
    }
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
