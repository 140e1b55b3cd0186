//! Values that are long or deep: an answer holds, and costs, what is shown of them.

use super::BASIS;
use crate::views::{ask, session};
use crate::writer::{Layout, Writer, encoded_varint, sized, text};
use netidx_archive_viewer::{
    format::{Naming, Origin, Reader, Value, write_value},
    protocol::{
        ImagePage, ImageQuery, Request, Response,
        views::{Details, DetailsQuery, Extent, Subject, ViewRequest, ViewResponse},
    },
    session::Session,
    time::Timestamp,
};
use std::time::{Duration, Instant};

/// A session over a compressed file with one path and one value.
fn of_value(value: Vec<u8>) -> Session {
    let mut file = Writer::new(Layout::COMPRESSED);
    file.basis(BASIS, 0);
    file.paths(&[("/a", 0)]);
    file.delta(0, &[(0, value)]);
    session(&file.finish())
}

fn image(session: &mut Session) -> ImagePage {
    let query = ImageQuery { at: Timestamp::MAX, count: 10, ..ImageQuery::default() };
    match session.handle(Request::Image(query)).expect("an image") {
        Response::Image(page) => page,
        other => panic!("no image: {other:?}"),
    }
}

fn details(session: &mut Session) -> Details {
    let query = DetailsQuery { subject: Subject::Id(0), at: Timestamp::MAX, updates: 10 };
    match ask(session, ViewRequest::Details(query)).expect("details") {
        ViewResponse::Details(details) => details,
        other => panic!("no details: {other:?}"),
    }
}

/// How much text the details of a value are.
fn text_of(details: &Details) -> usize {
    let last = details.last.as_deref().expect("a value");
    let parts = last.parts.as_ref().map_or(0, |parts| format!("{parts:?}").len());
    last.plain.len() + last.typed.len() + last.json.as_ref().map_or(0, String::len) + parts
}

#[test]
fn long_values_are_cut_inside() {
    const LENGTH: usize = 40 << 20;
    let long = sized(&vec![1; LENGTH]);
    let nulls = [&encoded_varint(LENGTH as u64)[..], &vec![16; LENGTH]].concat();
    let pair = [&[12, 1, b'k', 12][..], &long].concat();
    let extent = Extent::Bytes(LENGTH as u64);
    for (what, value, kind, start, extent) in [
        ("string", [&[12][..], &long].concat(), "string", r#""\u{1}\u{1}"#, extent),
        ("bytes", [&[13][..], &long].concat(), "bytes", "AQEB", extent),
        ("error", [&[18][..], &long].concat(), "error", r#"error:"\u{1}"#, extent),
        ("array", [&[19][..], &nulls].concat(), "array", "[null, ", Extent::Values(LENGTH as u64)),
        ("map", [&[21, 1][..], &pair].concat(), "map", r#"{"k" => "\u{1}"#, Extent::Entries(1)),
    ] {
        let mut session = of_value(value);
        let row = image(&mut session).rows.remove(0);
        let (count, unit) = match extent {
            Extent::Bytes(count) => (count, "bytes"),
            Extent::Values(count) => (count, "values"),
            Extent::Entries(count) => (count, "entries"),
        };
        assert_eq!(row.kind, kind);
        assert!(row.value.starts_with(start), "{what}: {}", &row.value[..50]);
        assert!(row.value.ends_with(&format!("… ({count} {unit})")), "{what}");
        assert!(row.value.len() < (128 << 10) + 100, "{what}: {}", row.value.len());
        let details = details(&mut session);
        assert!(text_of(&details) < 10 << 20, "{what}: {}", text_of(&details));
        assert!(details.history[0].value.len() < 1_100, "{what}");
        let last = details.last.expect("a value");
        assert_eq!((last.cut, last.json), (Some(extent), None), "{what}");
        assert_eq!(last.plain.len(), (4 << 20) + '…'.len_utf8(), "{what}");
    }
}

/// The first rows have their texts in full, the others the beginning.
#[test]
fn the_texts_of_all_rows_of_an_answer_are_bounded() {
    let mut file = Writer::new(Layout::COMPRESSED);
    file.basis(BASIS, 0);
    let paths: Vec<_> = (0..1_000).map(|id| (format!("/{id:04}"), id)).collect();
    file.paths(&paths);
    let items: Vec<_> = (0..1_000).map(|id| (id, text(&"x".repeat(100_000)))).collect();
    file.delta(0, &items);
    let mut session = session(&file.finish());
    let query = ImageQuery { at: Timestamp::MAX, count: 1_000, ..ImageQuery::default() };
    let Ok(Response::Image(page)) = session.handle(Request::Image(query)) else { panic!() };
    assert_eq!(page.rows[0].value, format!("{:?}", "x".repeat(100_000)));
    assert!(page.rows[999].value.ends_with("x… (100000 bytes)"));
    assert_eq!(page.rows[999].value.len(), 1_024 + "… (100000 bytes)".len());
    let all: usize = page.rows.iter().map(|row| row.value.len()).sum();
    assert!(all < (1 << 20) + 1_000 * 1_100, "{all}");
}

#[test]
fn what_is_left_out_of_the_parts_is_counted() {
    let value = [&[19, 3][..], &[19], &encoded_varint(5_000), &[16; 5_000], &[14, 14]].concat();
    let parts = details(&mut of_value(value)).last.and_then(|last| last.parts).expect("parts");
    assert_eq!((parts.text.as_str(), parts.parts.len(), parts.more), ("3 values", 1, 2));
    let inner = &parts.parts[0];
    assert_eq!((inner.text.as_str(), inner.parts.len(), inner.more), ("5000 values", 1_998, 3_002));
    let entry = |key: &str, n| [text(key), vec![19, 1, 23, n]].concat();
    let value = [&[21, 3][..], &entry("b", 1), &entry("a", 2), &entry("b", 3)].concat();
    let parts = details(&mut of_value(value)).last.and_then(|last| last.parts).expect("parts");
    let keys: Vec<_> =
        parts.parts.iter().map(|part| (part.key.as_deref(), &*part.parts[0].text)).collect();
    assert_eq!(keys, [(Some("\"a\""), "2"), (Some("\"b\""), "1")]);
    assert_eq!((parts.text.as_str(), parts.more), ("2 entries", 0));
}

/// Around a million values stand arrays of one, errors or maps.
#[test]
fn nested_values_cost_as_much_as_they_are_large() {
    let nested = |level: &[u8], levels: usize| {
        let inner = [&[19][..], &encoded_varint(1_000_000), &[16; 1_000_000]].concat();
        [level.repeat(levels), inner].concat()
    };
    let timed = |value: &[u8]| {
        let mut text = String::new();
        let value = Value::read(&mut Reader::new(value, Origin::File(0))).expect("a value");
        let started = Instant::now();
        write_value(&value, Naming::Plain, &mut text).expect("it is not too long");
        (started.elapsed(), text.len())
    };
    let (flat, length) = timed(&nested(&[], 0));
    for level in [&[19, 1][..], &[22], &[21, 1, 16]] {
        let (deep, longer) = timed(&nested(level, 250));
        assert!(longer > length);
        assert!(deep < 3 * flat + Duration::from_millis(200), "{deep:?}, flat {flat:?}");
        let mut session = of_value(nested(level, 250));
        let started = Instant::now();
        image(&mut session);
        details(&mut session);
        assert!(started.elapsed() < 10 * flat + Duration::from_secs(1), "{:?}", started.elapsed());
    }
}
