//! Images and pages of deltas.

use super::{json, open, open_folder, same_item};
use crate::common::{FIXTURES, time};
use netidx_archive_viewer::recording::{After, DeltasQuery, ImageQuery, Recording};
use serde_json::Value;

/// All batches in pages of `limit`, each begun where the one before ended, and their bytes.
fn all_batches(recording: &Recording, query: &DeltasQuery) -> (Vec<Value>, u64) {
    let mut query = query.clone();
    let (mut batches, mut bytes) = (Vec::new(), 0);
    loop {
        let before = batches.len();
        let end = recording.deltas(&query, |batch| batches.push(json(batch))).expect("a page");
        assert!(batches.len() - before <= query.limit);
        bytes += end.bytes;
        let Some(next) = end.next else { return (batches, bytes) };
        query.after = After::Batch(next.parse().expect("next is read back"));
    }
}

#[test]
fn images_at_every_golden_state() {
    for fixture in FIXTURES {
        let (recording, expected) = (open(fixture), fixture.expected());
        for state in &expected.states {
            let query = ImageQuery { at: Some(time(&state.at)), filter: None };
            let answer = json(&recording.image(&query).expect("an image"));
            let items = answer.as_array().expect("a list");
            let paths: Vec<_> =
                items.iter().map(|it| (it["path"].is_null(), it["path"].as_str())).collect();
            assert!(paths.is_sorted(), "{}", fixture.name);
            assert_eq!(items.len(), state.items.len(), "{} at {}", fixture.name, state.at);
            for wanted in &state.items {
                let found = items.iter().find(|item| item["id"] == wanted.id);
                let found = found.unwrap_or_else(|| panic!("{}: no {wanted:?}", fixture.name));
                assert!(same_item(found, wanted), "{}: {found} {wanted:?}", fixture.name);
            }
        }
    }
}

#[test]
fn pages_of_any_size_hold_every_batch_once() {
    for fixture in FIXTURES {
        let (recording, expected) = (open(fixture), fixture.expected());
        for limit in [1, 2, 7, usize::MAX] {
            let query = DeltasQuery { limit, ..DeltasQuery::default() };
            let (found, bytes) = all_batches(&recording, &query);
            assert_eq!(found.len(), expected.deltas.len(), "{}", fixture.name);
            for (found, wanted) in found.iter().zip(&expected.deltas) {
                assert_eq!(found["time"], wanted.time, "{}", fixture.name);
                let items = found["items"].as_array().expect("items");
                assert_eq!(items.len(), wanted.items.len(), "{}", fixture.name);
                assert!(items.iter().zip(&wanted.items).all(|(it, wanted)| same_item(it, wanted)));
            }
            let wanted: u64 = expected.deltas.iter().map(|batch| batch.bytes).sum();
            assert_eq!(bytes, wanted, "{}", fixture.name);
        }
    }
}

#[test]
fn pages_of_a_recording_go_through_shards_by_time() {
    for name in ["two-shards-one-path", "netidx-test-recorder"] {
        let recording = open_folder(name);
        let (whole, _) = all_batches(&recording, &DeltasQuery::default());
        assert_eq!(whole.len(), recording.info().delta_batches, "{name}");
        assert!(whole.is_sorted_by_key(|batch| batch["time"].as_str().expect("a time").to_owned()));
        for limit in [1, 3] {
            let query = DeltasQuery { limit, ..DeltasQuery::default() };
            assert_eq!(all_batches(&recording, &query).0, whole, "{name}");
        }
        let path = recording.paths().last().expect("a path").path.to_owned();
        let filter = Some(vec![path.clone()]);
        let (found, _) = all_batches(&recording, &DeltasQuery { filter, ..Default::default() });
        let of_path = |batch: &Value| -> Vec<Value> {
            let items = batch["items"].as_array().expect("items").iter();
            items.filter(|item| item["path"] == path.as_str()).cloned().collect()
        };
        let wanted: Vec<_> = whole.iter().map(of_path).filter(|items| !items.is_empty()).collect();
        let found: Vec<_> =
            found.iter().map(|it| it["items"].as_array().unwrap().clone()).collect();
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn the_last_instant_is_part_of_a_range() {
    let recording = open_folder("two-shards-one-path");
    let (whole, _) = all_batches(&recording, &DeltasQuery::default());
    for batch in &whole {
        let at = std::ops::Bound::Included(time(batch["time"].as_str().expect("a time")));
        let query = DeltasQuery { start: at, end: at, ..DeltasQuery::default() };
        let (found, _) = all_batches(&recording, &query);
        let wanted: Vec<_> = whole.iter().filter(|it| it["time"] == batch["time"]).collect();
        assert!(found.iter().eq(wanted));
    }
}
