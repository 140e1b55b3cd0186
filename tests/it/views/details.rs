//! One path in full equals the image and the deltas of the golden files.

use super::{ask, in_row, session, without_note};
use crate::common::{Expected, FIXTURES, time};
use crate::writer::{Layout, UNSUBSCRIBED, Writer, number, text};
use netidx_archive_viewer::{
    protocol::views::{Details, DetailsQuery, Subject, ViewRequest, ViewResponse},
    session::Session,
    time::Timestamp,
};

fn details(session: &mut Session, subject: Subject, at: Timestamp, updates: u32) -> Details {
    let query = DetailsQuery { subject, at, updates };
    match ask(session, ViewRequest::Details(query)).expect("details of a known path") {
        ViewResponse::Details(details) => details,
        other => panic!("not details: {other:?}"),
    }
}

/// What the deltas say of an id up to a time, the newest first.
fn updates(expected: &Expected, id: u32, at: Timestamp) -> Vec<(Timestamp, String, String)> {
    let mut all = Vec::new();
    for batch in expected.deltas_by_time() {
        let when = time(&batch.time);
        let items = batch.items.iter().filter(|item| item.id == id && when <= at);
        all.extend(items.map(|item| (when, item.kind.clone(), in_row(&item.plain))));
    }
    all.reverse();
    all
}

#[test]
fn the_value_is_that_of_the_image_and_the_history_that_of_the_deltas() {
    let mut compared = 0;
    for fixture in FIXTURES {
        let expected = fixture.expected();
        let mut session = session(fixture.archive);
        for state in &expected.states {
            let at = time(&state.at);
            for item in &state.items {
                let found = details(&mut session, Subject::Id(item.id), at, 1_000);
                let last = found.last.expect("what is in the image has a value");
                assert_eq!(
                    (&found.path, &last.kind, &last.plain, &last.typed, last.cut),
                    (&item.path, &item.kind, &item.plain, &item.text, None),
                    "{} {:?} at {}",
                    fixture.name,
                    item.path,
                    state.at
                );
                assert_eq!(Some(last.updated.to_string()), item.time);
                let history: Vec<_> = found
                    .history
                    .into_iter()
                    .map(|u| (u.time, u.kind, without_note(&u.value)))
                    .collect();
                assert_eq!(history, updates(&expected, item.id, at), "{}", fixture.name);
                assert_eq!(found.searched_to, None);
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "only {compared} values compared");
}

#[test]
fn json_of_every_golden_value_is_json() {
    let mut read = 0;
    for fixture in FIXTURES {
        let expected = fixture.expected();
        let mut session = session(fixture.archive);
        let Some(state) = expected.states.last() else { continue };
        for item in state.items.iter().filter(|item| item.kind != "unsubscribed") {
            let found = details(&mut session, Subject::Id(item.id), time(&state.at), 0);
            let json = found.last.and_then(|last| last.json).expect("a value has JSON");
            let value: serde_json::Value = serde_json::from_str(&json)
                .unwrap_or_else(|e| panic!("{} {:?}: {e} in {json}", fixture.name, item.path));
            match item.kind.as_str() {
                "bool" | "null" | "i64" | "v32" => assert_eq!(json, item.plain),
                "array" => assert!(value.is_array(), "{json}"),
                "string" => assert!(value.is_string(), "{json}"),
                _ => {}
            }
            read += 1;
        }
    }
    assert!(read > 100, "only {read} values read");
}

#[test]
fn changes_are_exact_and_pages_go_on() {
    for layout in Layout::ALL {
        let mut writer = Writer::new(layout);
        writer.basis(1_000, 0);
        writer.paths(&[("/n", 0), ("/other", 1)]);
        for (micros, n) in [(0, 7), (1, u64::MAX), (2, 5)] {
            writer.delta(micros, &[(0, number(n))]);
            writer.delta(micros, &[(1, text("x"))]);
        }
        writer.delta(9, &[(0, vec![UNSUBSCRIBED])]);
        let mut session = session(&writer.finish());
        let end = Timestamp::MAX;
        let found = details(&mut session, Subject::Path("/n".to_owned()), end, 10);
        assert_eq!(found.last.expect("it was seen").kind, "unsubscribed");
        let changes: Vec<_> = found.history.iter().map(|u| u.change.as_deref()).collect();
        let down = format!("-{}", u64::MAX - 5);
        let up = format!("+{}", u64::MAX - 7);
        assert_eq!(changes, [None, Some(&*down), Some(&*up), None], "{layout:?}");
        assert_eq!(found.searched_to, None);
        let page = details(&mut session, Subject::Id(0), end, 2);
        assert_eq!(page.history, found.history[..2]);
        assert_eq!(page.searched_to, Some(found.history[1].time));
    }
}

#[test]
fn a_path_that_is_none_of_the_file_is_said() {
    let mut session = session(FIXTURES[0].archive);
    let subject = Subject::Path("/nowhere".to_owned());
    let query = DetailsQuery { subject, at: Timestamp::MAX, updates: 1 };
    let failure = ask(&mut session, ViewRequest::Details(query)).expect_err("no such path");
    assert_eq!(failure.kind, "path");
    assert!(failure.message.contains("/nowhere"), "{}", failure.message);
}
