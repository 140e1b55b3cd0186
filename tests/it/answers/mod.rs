//! The answers that scripts and commands get, as JSON, against the golden files and whole recordings.

mod made;
mod naive;
mod pages;
mod questions;

use crate::common::{Expected, ExpectedItem, FIXTURES, Fixture};
use netidx_archive_viewer::{
    recording::{Opening, Recording},
    source::Pages,
};
use serde_json::Value;
use std::{fs, path::Path};

/// A golden file.
fn open(fixture: &Fixture) -> Recording {
    let pages = Pages::whole(fixture.archive.to_vec());
    Recording::open_file(pages, None).unwrap_or_else(|e| panic!("{}: {e:?}", fixture.name))
}

/// A folder below `tests/fixtures/recordings`, its files in the order that the system lists them.
fn open_folder(name: &str) -> Recording {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings").join(name);
    let mut opening = Opening::default();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let shard = path.file_name().expect("a name").to_string_lossy().into_owned();
        let files: Vec<_> = match path.is_dir() {
            true => fs::read_dir(&path).expect("a shard").map(|it| it.unwrap().path()).collect(),
            false => vec![path.clone()],
        };
        for file in files {
            let bytes = fs::read(&file).expect("a file");
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            let name = if path.is_dir() { format!("{shard}/{name}") } else { name };
            opening.add(&name, || Ok(Pages::whole(bytes))).expect("bytes are a source");
        }
    }
    opening.finish().expect("a recording")
}

fn json(answer: &impl serde::Serialize) -> Value {
    serde_json::to_value(answer).expect("an answer is JSON")
}

/// What a golden item is in an answer; the value aside.
fn same_item(found: &Value, wanted: &ExpectedItem) -> bool {
    found["id"] == wanted.id
        && found["path"].as_str() == wanted.path.as_deref()
        && found["time"].as_str() == wanted.time.as_deref()
        && found["type"] == wanted.kind
        && found["text"] == wanted.text
}

#[test]
fn info_and_paths_of_every_golden_file() {
    for fixture in FIXTURES {
        let (recording, expected) = (open(fixture), fixture.expected());
        let info = json(&recording.info());
        let Expected { length, committed, version, compressed, indexed, .. } = &expected;
        assert_eq!(info["length"], *length, "{}", fixture.name);
        assert_eq!(info["committed"], *committed, "{}", fixture.name);
        assert_eq!(info["version"], *version);
        assert_eq!(info["compressed"], *compressed);
        assert_eq!(info["indexed"], *indexed);
        assert_eq!(info["deltaBatches"], expected.deltas.len());
        assert_eq!(info["imageBatches"], expected.images.len());
        assert!(info.get("shards").is_none() && info.get("leftOut").is_none());
        let paths: Vec<_> = recording.paths().map(|path| (path.id, path.path)).collect();
        let wanted = expected.paths.iter().map(|it| (u64::from(it.id), it.path.as_str()));
        assert!(paths.into_iter().eq(wanted), "{}", fixture.name);
    }
}

#[test]
fn a_folder_names_shards_and_files_and_what_is_left_out() {
    let recording = open_folder("two-shards-one-path");
    let info = json(&recording.info());
    let shards = info["shards"].as_array().expect("shards");
    let names: Vec<_> = shards.iter().map(|shard| shard["shard"].as_str().unwrap()).collect();
    assert_eq!(names, ["east", "west"]);
    let batches = |of: &Value| of["deltaBatches"].as_u64().expect("a number");
    let files = shards.iter().flat_map(|shard| shard["files"].as_array().expect("files"));
    assert_eq!(files.map(batches).sum::<u64>(), batches(&info));
    assert!(recording.paths().all(|path| path.shard.is_some()));
    let (_, shard) = recording.paths().map(|it| (it.id, it.shard)).last().expect("a path");
    assert_eq!(shard, Some("west"));
    let mut opening = Opening::default();
    opening.add("notes.txt", || Ok(Pages::whole(b"nothing".to_vec()))).expect("it is left out");
    let refused = opening.finish().map(drop).expect_err("no archive");
    assert_eq!(refused.kind, "not-an-archive");
    assert!(refused.message.contains("notes.txt"), "{}", refused.message);
}
