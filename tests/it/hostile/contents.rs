//! Records that are whole and say what cannot be.

use super::{BASIS, at, everything, kinds, matching, numbers, open, problem};
use crate::writer::{
    Kind, Layout, UNSUBSCRIBED, Writer, batch, encoded_varint, index, number, sized, text, wrapped,
};
use netidx_archive_viewer::{
    archive::Archive,
    format::{Error, ErrorKind},
    protocol::{ImageQuery, Request, Response},
    query::{Cursor, Deltas, Filter, image},
    session::Session,
};
use std::ops::Bound;

const INDEXED: [Layout; 2] = [Layout::INDEXED, Layout::COMPRESSED_INDEXED];

/// What is wrong with the one delta batch of an archive.
fn problems_of_the_delta(archive: &Archive) -> Vec<Error> {
    let mut deltas = Deltas::new(archive, None, &Cursor::default());
    let batch = deltas.next_batch().expect("one batch").expect("a batch");
    batch.problems().listed().to_vec()
}

/// A file of one batch with an index of its own.
fn with_index(layout: Layout, ids: &[u32], items: &[(u32, u64)]) -> Archive {
    let mut file = Writer::new(layout);
    file.basis(BASIS, 0);
    file.paths(&[("/a", 0), ("/b", 1), ("/c", 2)]);
    file.batch(Kind::Delta, 5, ids, &batch(&numbers(items)));
    open(file.finish())
}

#[test]
fn an_index_that_lists_what_the_batch_lacks_returns_no_false_batch() {
    for layout in INDEXED {
        let archive = with_index(layout, &[0, 1], &[(0, 7)]);
        let select = |glob: &str| Filter::parse(glob).unwrap().select(&archive.index().paths);
        assert!(matching(&archive, select("/b").as_ref()).is_empty());
        assert_eq!(matching(&archive, select("/a").as_ref()).len(), 1);
        assert_eq!(image(&archive, select("/b").as_ref(), Bound::Included(at(9))).entries(), []);
        let problems = problems_of_the_delta(&archive);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind(), ErrorKind::WrongIndex);
        assert!(problems[0].to_string().contains("lists the id 1 that"), "{}", problems[0]);
    }
}

#[test]
fn an_index_that_lacks_what_the_batch_has_is_said_by_a_full_read() {
    for layout in INDEXED {
        let archive = with_index(layout, &[0], &[(0, 7), (2, 8), (2, 9)]);
        let problems = problems_of_the_delta(&archive);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind(), ErrorKind::WrongIndex);
        let offset = archive.index().deltas.get(0).offset;
        assert_eq!(
            problems[0].to_string(),
            format!(
                "delta batch at {offset:#x}: the record index lacks the id 2 that the batch has"
            )
        );
    }
}

#[test]
fn a_wrong_index_does_not_change_the_image_of_all_paths() {
    for layout in INDEXED {
        let mut file = Writer::new(layout);
        file.basis(BASIS, 0);
        file.paths(&[("/a", 0), ("/b", 1), ("/c", 2)]);
        file.delta(4, &numbers(&[(0, 6), (2, 5)]));
        file.batch(Kind::Delta, 5, &[0], &batch(&numbers(&[(0, 7), (2, 8)])));
        file.delta(6, &numbers(&[(0, 9)]));
        let archive = open(file.finish());
        let image = image(&archive, None, Bound::Included(at(9)));
        let mut seen: Vec<_> = image.entries().iter().map(|entry| (entry.id, entry.time)).collect();
        seen.sort_unstable();
        assert_eq!(seen, [(0, at(6)), (2, at(5))]);
    }
}

#[test]
fn a_right_index_is_no_problem() {
    for layout in Layout::ALL {
        let archive = with_index(layout, &[2, 0], &[(0, 7), (2, 8), (2, 9)]);
        assert_eq!(problems_of_the_delta(&archive), []);
        assert_eq!(kinds(&archive), []);
    }
}

#[test]
fn a_delta_that_became_an_image_hides_nothing() {
    for layout in INDEXED {
        let mut file = Writer::new(layout);
        file.basis(BASIS, 0);
        file.paths(&[("/a", 0), ("/b", 1)]);
        file.delta(1, &numbers(&[(0, 1), (1, 2)]));
        let turned = file.batch(Kind::Image, 2, &[0], &batch(&numbers(&[(0, 3)])));
        let archive = open(file.finish());
        let image = image(&archive, None, Bound::Included(at(5)));
        assert_eq!(image.entries().len(), 2);
        assert_eq!(image.problems[0].kind(), ErrorKind::WrongIndex);
        assert_eq!(image.problems[0].offset(), Some(turned));
    }
}

#[test]
fn ids_without_a_path_are_shown_and_said() {
    for layout in Layout::ALL {
        let mut file = Writer::new(layout);
        file.basis(BASIS, 0);
        file.paths(&[("/a", 0)]);
        file.delta(1, &numbers(&[(0, 1), (9, 2)]));
        let second = file.delta(2, &numbers(&[(9, 3), (7, 4)]));
        let bytes = file.finish();
        let archive = open(bytes.clone());
        assert_eq!(problems_of_the_delta(&archive)[0].kind(), ErrorKind::UnmappedId);
        let built = image(&archive, None, Bound::Included(at(5)));
        assert_eq!(built.entries().len(), 3);
        let said: Vec<_> = built.problems.iter().map(|p| (p.kind(), p.offset())).collect();
        assert_eq!(said, [(ErrorKind::UnmappedId, Some(second)); 2]);
        let mut session = Session::new();
        session.open("x".to_owned(), bytes).unwrap();
        let query = ImageQuery { at: at(5), count: 9, ..ImageQuery::default() };
        let Ok(Response::Image(page)) = session.handle(Request::Image(query)) else { panic!() };
        let rows: Vec<_> = page.rows.iter().map(|row| (row.id, row.path.as_deref())).collect();
        assert_eq!(rows, [(0, Some("/a")), (7, None), (9, None)]);
        assert_eq!(page.problems[0].kind, "unmapped-id");
        assert_eq!(page.problems[0].time, Some(at(2)));
    }
}

#[test]
fn duplicate_mappings_are_said_and_the_last_counts() {
    let mut file = Writer::new(Layout::INDEXED);
    file.basis(BASIS, 0);
    file.paths(&[("/a", 0), ("/b", 1)]);
    let again = file.paths(&[("/a", 0), ("/c", 1), ("/a", 2)]);
    let archive = open(file.finish());
    let problems: Vec<_> = archive.index().problems().map(|p| (p.kind(), p.offset())).collect();
    assert_eq!(problems, [(ErrorKind::DuplicateMapping, Some(again)); 3]);
    let paths = &archive.index().paths;
    assert_eq!(
        (paths.path_of(1), paths.id_of("/a"), paths.id_of("/b")),
        (Some("/c"), Some(2), None)
    );
}

/// The second of three batches is wrong inside: its length leads to the third all the same.
#[test]
fn a_wrong_batch_is_passed_by_its_length() {
    let long = encoded_varint(u64::MAX);
    let cases: [(&str, Vec<u8>, ErrorKind); 10] = [
        ("no bytes", vec![], ErrorKind::Truncated),
        ("a count past the end", vec![200], ErrorKind::Truncated),
        ("a count of too many", vec![9, 0, 16], ErrorKind::Length),
        ("a tag that none has", vec![1, 0, 99], ErrorKind::UnknownTag),
        ("unsubscribed in an array", vec![1, 0, 19, 1, UNSUBSCRIBED], ErrorKind::UnknownTag),
        ("a string past the end", vec![1, 0, 12, 50, b'x'], ErrorKind::Truncated),
        ("a huge string", [&[1, 0, 12][..], &long].concat(), ErrorKind::Truncated),
        ("a varint without end", [&[1, 0, 5][..], &[0xff; 12]].concat(), ErrorKind::Varint),
        ("an array of too many", vec![1, 0, 19, 100, 16], ErrorKind::Length),
        ("an abstract value of 3 bytes", vec![1, 0, 27, 3, 0, 0], ErrorKind::Truncated),
    ];
    for layout in Layout::ALL {
        for (what, wrong, kind) in &cases {
            let mut file = Writer::new(layout);
            file.basis(BASIS, 0);
            file.paths(&[("/a", 0)]);
            let first = file.delta(1, &numbers(&[(0, 1)]));
            let second = file.batch(Kind::Delta, 2, &[0], wrong);
            let third = file.delta(3, &numbers(&[(0, 3)]));
            let archive = open(file.finish());
            assert_eq!(kinds(&archive), [], "{what}");
            let read = everything(&archive);
            assert_eq!(read[&first].items, Ok(numbers(&[(0, 1)])));
            assert_eq!(read[&third].items, Ok(numbers(&[(0, 3)])));
            let error = read[&second].items.clone().unwrap_err();
            assert_eq!(error.kind(), *kind, "{layout:?}, {what}: {error}");
            let place = error.offset().expect("a place in the file");
            assert!((second..=third).contains(&place), "{layout:?}, {what}: {error}");
            let image = image(&archive, None, Bound::Included(at(2)));
            assert_eq!(image.event(&image.entries()[0]).unwrap().encoded(), number(1));
            assert_eq!(image.problems.len(), 1);
            assert!(image.problems[0].to_string().starts_with("delta batch at "));
        }
    }
}

#[test]
fn bytes_behind_the_items_are_said() {
    for layout in Layout::ALL {
        let mut file = Writer::new(layout);
        file.basis(BASIS, 0);
        file.paths(&[("/a", 0)]);
        file.batch(Kind::Delta, 1, &[0], &[&batch(&numbers(&[(0, 1)]))[..], b"more"].concat());
        let problems = problems_of_the_delta(&open(file.finish()));
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind(), ErrorKind::Length);
        assert!(problems[0].to_string().contains("4 bytes more than its items"), "{problems:?}");
    }
}

#[test]
fn lengths_shorter_than_themselves() {
    for (wrong, kind) in [
        (vec![0], ErrorKind::Length),
        (vec![0x80, 0], ErrorKind::Length),
        (vec![1], ErrorKind::Truncated),
        (vec![90, 0], ErrorKind::Truncated),
        (wrapped(&[5, 0]), ErrorKind::Length),
        (wrapped(&[0xff; 11]), ErrorKind::Varint),
    ] {
        let mut file = Writer::new(Layout::INDEXED);
        file.basis(BASIS, 0);
        file.paths(&[("/a", 0)]);
        file.record(Kind::Delta, 1, &[&wrong[..], &batch(&numbers(&[(0, 1)]))].concat());
        let sound = file.delta(2, &numbers(&[(0, 2)]));
        let archive = open(file.finish());
        assert_eq!(everything(&archive)[&sound].items, Ok(numbers(&[(0, 2)])));
        let mut deltas = Deltas::new(&archive, None, &Cursor::default());
        let error = match deltas.next_batch().expect("a batch") {
            Err(e) => e,
            Ok(batch) => batch.problems().listed()[0].clone(),
        };
        assert_eq!(error.kind(), kind, "{wrong:?}: {error}");
    }
    // The same for a compression header: nothing behind it can be found then.
    for wrong in [vec![0], vec![1], vec![200, 1], vec![3, 9, 9]] {
        let mut file = b"netidx archive\x80\0\0\0".to_vec();
        file.extend(100u64.to_be_bytes());
        file.extend(wrong);
        let error = Archive::open(file).err().expect("no archive");
        assert!(error.to_string().starts_with("compression header at 0x1a: "), "{error}");
    }
}

#[test]
fn a_path_that_is_no_text_hides_no_other() {
    let mappings =
        [&[3][..], &sized(b"/a"), &[0], &sized(&[0xff, 0xfe]), &[1], &sized(b"/c"), &[2]];
    let mut file = Writer::new(Layout::PLAIN);
    file.basis(BASIS, 0);
    file.record(Kind::PathMappings, 0, &mappings.concat());
    file.delta(2, &numbers(&[(0, 2), (1, 3), (2, 4)]));
    let archive = open(file.finish());
    let paths = &archive.index().paths;
    assert_eq!([0, 1, 2].map(|id| paths.path_of(id)), [Some("/a"), None, Some("/c")]);
    assert_eq!(problem(&archive).kind(), ErrorKind::Utf8);
}

#[test]
fn wrong_path_mappings_give_what_stands_before_the_damage() {
    let one = [&sized(b"/a")[..], &[0]].concat();
    for (wrong, kind) in [
        ([&[2][..], &one, &[200, 1, b'/']].concat(), ErrorKind::Truncated),
        ([&[2][..], &one, &sized(&[0xff, 0xfe]), &[1]].concat(), ErrorKind::Utf8),
        ([&[1][..], &one, b"more"].concat(), ErrorKind::Length),
    ] {
        let mut file = Writer::new(Layout::PLAIN);
        file.basis(BASIS, 0);
        let record = file.record(Kind::PathMappings, 0, &wrong);
        file.delta(2, &numbers(&[(0, 2)]));
        let archive = open(file.finish());
        assert_eq!(archive.index().paths.path_of(0), Some("/a"));
        let problem = problem(&archive);
        assert_eq!(problem.kind(), kind, "{problem}");
        assert!(
            problem.to_string().starts_with(&format!("path mappings record at {record:#x}: ")),
            "{problem}"
        );
    }
    assert_eq!(index(&[]), [2, 0]);
    assert_eq!(text("a"), [12, 1, b'a']);
}
