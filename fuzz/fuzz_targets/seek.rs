//! Seek expressions and the operations of a cursor over some batch times.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use netidx_archive_viewer::{
    archive::Archive,
    query::{Cursor, Filter, Seek, check_in_file, has_overlap},
    time::{Span, Timestamp},
};
use std::ops::Bound;

#[path = "../../tests/it/writer.rs"]
#[allow(dead_code)]
mod writer;

#[derive(Debug, Arbitrary)]
enum Limit {
    Unbounded,
    Included(i64),
    Excluded(i64),
}

#[derive(Debug, Arbitrary)]
enum Step<'a> {
    Text(&'a str),
    Start(Limit),
    End(Limit),
    Position(i64),
    Steps(i64),
    Near(i8),
    Time(i64),
    Absolute(i64),
    Reset,
}

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    basis: i32,
    offsets: Vec<u8>,
    steps: Vec<Step<'a>>,
    filter: &'a str,
}

fn bound(limit: &Limit) -> Bound<Timestamp> {
    match limit {
        Limit::Unbounded => Bound::Unbounded,
        Limit::Included(t) => Bound::Included(Timestamp::from_nanos(*t)),
        Limit::Excluded(t) => Bound::Excluded(Timestamp::from_nanos(*t)),
    }
}

/// Whether any time at all lies inside the bounds, at the microsecond that excluded bounds are
/// counted in.
fn roomy(cursor: &Cursor) -> bool {
    let micro = Span::MICROSECOND;
    let start = match cursor.start() {
        Bound::Unbounded => Timestamp::MIN,
        Bound::Included(t) => t,
        Bound::Excluded(t) => t.saturating_add(micro),
    };
    let end = match cursor.end() {
        Bound::Unbounded => Timestamp::MAX,
        Bound::Included(t) => t,
        Bound::Excluded(t) => t.saturating_add(micro.negated()),
    };
    cursor.contains(start) && cursor.contains(end) && start <= end
}

fuzz_target!(|input: Input| {
    let _ = Filter::parse(input.filter);
    let mut file = writer::Writer::new(writer::Layout::PLAIN);
    file.basis(i64::from(input.basis), 0);
    let mut micros = 0;
    for offset in input.offsets.iter().take(100) {
        micros += u32::from(*offset);
        file.delta(micros, &[(0, vec![16])]);
    }
    let archive = Archive::open(file.finish()).expect("a sound file");
    let index = archive.index();
    assert_eq!(index.problem_count(), 0);
    let mut cursor = Cursor::default();
    for step in &input.steps {
        let mut moved = None;
        match step {
            Step::Text(text) => match text.parse::<Seek>() {
                Ok(seek) => drop(cursor.seek(index, seek)),
                Err(e) => assert!(!e.to_string().is_empty()),
            },
            Step::Start(limit) => cursor.set_start(bound(limit)),
            Step::End(limit) => cursor.set_end(bound(limit)),
            Step::Position(t) => cursor.set_position(Timestamp::from_nanos(*t)),
            Step::Steps(n) => moved = Some((*n, cursor.seek_steps(index, *n))),
            Step::Near(n) => {
                let n = i64::from(*n);
                moved = Some((n, cursor.seek(index, Seek::BatchRelative(n))));
            }
            Step::Time(n) => drop(cursor.seek(index, Seek::TimeRelative(Span::from_nanos(*n)))),
            Step::Absolute(t) => {
                cursor.seek(index, Seek::Absolute(Timestamp::from_nanos(*t)));
            }
            Step::Reset => cursor.reset(),
        }
        if let Some((asked, moved)) = moved {
            assert!(moved.unsigned_abs() <= asked.unsigned_abs());
            assert!(moved.unsigned_abs() <= index.deltas.len() as u64);
            assert!(moved == 0 || moved.signum() == asked.signum());
        }
        if let Some(position) = cursor.position()
            && roomy(&cursor)
        {
            assert!(cursor.contains(position), "{cursor:?}");
        }
        let _ = has_overlap(index, &cursor);
        let _ = cursor.position().map(|position| check_in_file(index, position));
    }
});
