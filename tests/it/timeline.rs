//! Recordings of many files as one: every batch once and in order, state carried over from file to file.

use crate::{
    common::Random,
    scripts::{Subjects, answer},
    writer::{Layout, Writer},
};
use netidx_archive_viewer::{
    archive::Archive,
    format::{Naming, write_value},
    query::{
        Filter, Selection, image,
        pass::{Budget, Merged},
    },
    session::{NamedPages, Session},
    source::Pages,
    time::{Span, Timestamp},
    timeline::{ALL, Kinds, Shard, Timeline},
};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, ops::Bound, path::Path};

#[derive(Deserialize)]
struct Recording {
    shards: Vec<WrittenShard>,
}

#[derive(Deserialize)]
struct WrittenShard {
    shard: Option<String>,
    files: Vec<WrittenFile>,
    #[serde(rename = "twinOf", default)]
    twins: Vec<Twin>,
}

#[derive(Deserialize)]
struct Twin {
    name: String,
}

#[derive(Deserialize)]
struct WrittenFile {
    batches: Vec<WrittenBatch>,
}

#[derive(Deserialize)]
struct WrittenBatch {
    kind: String,
    time: String,
    items: Vec<WrittenItem>,
}

#[derive(Deserialize)]
struct WrittenItem {
    id: u32,
    path: Option<String>,
    text: String,
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings").join(name)
}

/// Every file of a folder as `shard/name`.
fn files_of(name: &str) -> Vec<(String, String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder(name)).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            for file in fs::read_dir(&path).expect("a shard") {
                let file = file.expect("an entry").path();
                all.push((name(&path), name(&file), fs::read(&file).expect("a file")));
            }
        } else {
            all.push((String::new(), name(&path), fs::read(&path).expect("a file")));
        }
    }
    all.sort();
    all
}

fn timeline(files: &[(String, String, Vec<u8>)]) -> Timeline {
    let mut timeline = Timeline::default();
    for (shard, name, bytes) in files {
        match Archive::open(bytes.clone()) {
            Ok(archive) => timeline.add(shard, name, archive),
            Err(e) => timeline.leave_out(shard, name, &e.to_string()),
        }
    }
    timeline.refresh();
    timeline
}

/// The path of each, or its id where it has none, and its text.
type Items = Vec<(String, String)>;

fn called(path: Option<&str>, id: u32) -> String {
    path.map_or_else(|| format!("#{id}"), str::to_owned)
}

/// All batches of a shard in its order: whether each is an image, its time and its items.
fn read(shard: &Shard) -> Vec<(bool, Timestamp, Items)> {
    let files = [shard.files()];
    let mut readers = [files[0].reader()];
    let mut pass = Merged::new(&files, ALL, Kinds::All);
    let mut all = Vec::new();
    while let Ok(Some((_, place))) = pass.next(&mut readers, &[None], &Budget::UNLIMITED) {
        let record = readers[0].record(place.key).expect("sound batches");
        let items = record.items.map(|item| {
            let item = item.expect("sound items");
            let path = called(shard.paths().path_of(item.id), item.id);
            let mut text = String::new();
            match item.event.value().expect("a value") {
                Some(value) => write_value(&value, Naming::Typed, &mut text).expect("text"),
                None => text.push_str("unsubscribed"),
            }
            (path, text)
        });
        all.push((place.is_image, place.key.time, items.collect()));
    }
    all
}

fn written(shard: &WrittenShard) -> Vec<(bool, Timestamp, Items)> {
    let batches = shard.files.iter().flat_map(|file| &file.batches);
    let batches = batches.map(|batch| {
        let items = batch.items.iter();
        let items = items.map(|item| (called(item.path.as_deref(), item.id), item.text.clone()));
        (batch.kind == "image", batch.time.parse().expect("a time"), items.collect())
    });
    batches.collect()
}

/// The state at a time by doing what each batch says, one after the other.
fn replay(batches: &[(bool, Timestamp, Items)], at: Timestamp) -> BTreeMap<String, String> {
    let mut state = BTreeMap::new();
    for (is_image, _, items) in batches.iter().filter(|(_, time, _)| *time <= at) {
        if *is_image {
            state.clear();
        }
        state.extend(items.iter().cloned());
    }
    state
}

fn state(shard: &Shard, at: Timestamp) -> BTreeMap<String, String> {
    let image = image(shard.files(), None, Bound::Included(at));
    let entries = image.entries().iter().map(|entry| {
        let path = called(shard.paths().path_of(entry.id), entry.id);
        let mut text = String::new();
        match image.event(entry).expect("an event").value().expect("a value") {
            Some(value) => write_value(&value, Naming::Typed, &mut text).expect("text"),
            None => text.push_str("unsubscribed"),
        }
        (path, text)
    });
    entries.collect()
}

const RECORDINGS: [&str; 9] = [
    "crashed",
    "deltas-only",
    "hazards",
    "netidx-test-recorder",
    "no-current",
    "no-pathindex",
    "own-ids",
    "plain",
    "two-shards-one-path",
];

#[test]
fn every_batch_once_in_order_and_every_state() {
    for name in RECORDINGS {
        let json = fs::read(folder(&format!("{name}.json"))).expect("what was written");
        let recording: Recording = serde_json::from_slice(&json).expect("the documented shape");
        let files = files_of(name);
        let timeline = timeline(&files);
        assert_eq!(timeline.shards().len(), recording.shards.len(), "{name}");
        for (shard, wanted) in timeline.shards().iter().zip(&recording.shards) {
            assert_eq!(shard.name(), wanted.shard.as_deref().unwrap_or_default(), "{name}");
            let read = read(shard);
            let written = written(wanted);
            assert_eq!(read.len(), written.len(), "{name}/{}", shard.name());
            for (nth, (read, written)) in read.iter().zip(&written).enumerate() {
                assert_eq!(read, written, "{name}/{} batch {nth}", shard.name());
            }
            for (_, time, _) in &written {
                for nanos in [-1, 0, 1] {
                    let at = time.saturating_add(Span::from_nanos(nanos));
                    let wanted = replay(&written, at);
                    assert_eq!(state(shard, at), wanted, "{name}/{} at {at}", shard.name());
                }
            }
            for twin in &wanted.twins {
                let is_it =
                    |left: &&netidx_archive_viewer::timeline::LeftOut| left.reason.contains("copy");
                assert!(timeline.left_out().iter().any(|it| is_it(&it)), "{name}: {}", twin.name);
            }
        }
    }
}

#[test]
fn the_order_in_which_files_are_added_does_not_matter() {
    for name in RECORDINGS {
        let mut files = files_of(name);
        let all = timeline(&files);
        let wanted: Vec<_> = all.shards().iter().map(read).collect();
        for turn in 1..files.len() {
            files.rotate_left(turn);
            let turned = timeline(&files);
            let read: Vec<_> = turned.shards().iter().map(read).collect();
            assert_eq!(read, wanted, "{name}, turn {turn}");
        }
    }
}

fn number(id: u32, n: u8) -> Vec<(u32, Vec<u8>)> {
    vec![(id, vec![23, n])]
}

/// Whether a batch is an image, its time and its items.
type Made = (bool, u32, Vec<(u32, Vec<u8>)>);

/// A recording that is cut into files anywhere answers as the uncut file.
#[test]
fn cut_anywhere_it_answers_as_uncut() {
    let batches: Vec<Made> = (0..40_u32)
        .map(|nth| {
            let image = (0..3).map(|id| (id, vec![23, (nth + id) as u8])).collect();
            match nth % 11 {
                5 => (true, nth / 2, image),
                _ => (false, nth / 2, number(nth % 3, nth as u8)),
            }
        })
        .collect();
    let names = [("/a", 0), ("/b", 1), ("/c", 2)];
    let file = |batches: &[Made]| {
        let mut writer = Writer::new(Layout::INDEXED);
        writer.basis(1_772_355_600, 0);
        for (is_image, at, items) in batches {
            match is_image {
                true => writer.image(*at, items),
                false => writer.delta(*at, items),
            };
        }
        Archive::open(writer.finish()).expect("an archive")
    };
    let path_index = || {
        let mut writer = Writer::new(Layout::INDEXED);
        writer.paths(&names);
        Archive::open(writer.finish()).expect("an archive")
    };
    let uncut = {
        let mut timeline = Timeline::default();
        timeline.add("0", "pathindex", path_index());
        timeline.add("0", "current", file(&batches));
        timeline.refresh();
        timeline
    };
    for (one, two) in (1..39).flat_map(|one| (one..40).step_by(7).map(move |two| (one, two))) {
        let mut timeline = Timeline::default();
        timeline.add("0", "current", file(&batches[two..]));
        timeline.add("0", "2026-03-01T09:00:01+00:00", file(&batches[one..two]));
        timeline.add("0", "2026-03-01T09:00:00.5+00:00", file(&batches[..one]));
        timeline.add("0", "pathindex", path_index());
        timeline.refresh();
        let (whole, cut) = (&uncut.shards()[0], &timeline.shards()[0]);
        assert_eq!(read(cut), read(whole), "cut at {one} and {two}");
        for micros in 0..22 {
            let at = Timestamp::from_parts(1_772_355_600, micros * 1_000).expect("a time");
            assert_eq!(state(cut, at), state(whole, at), "cut at {one} and {two}, {at}");
            let only = |shard: &Shard| -> Option<Selection> {
                Filter::parse("/b").expect("a filter").select(shard.paths())
            };
            let [l, r] = [cut, whole].map(|shard| {
                image(shard.files(), only(shard).as_ref(), Bound::Included(at)).entries().len()
            });
            assert_eq!(l, r);
        }
    }
}

/// What depends on where records lie in files is left out.
fn without_places(answer: &str) -> String {
    let mut rest = answer;
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once("record: ") {
        out.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out.push_str(rest);
    match out.split_once("other: ") {
        Some((before, after)) => {
            let (_, after) = after.split_once(", sizes").unwrap_or(("", after));
            format!("{before}{after}")
        }
        None => out,
    }
}

/// Whatever the page asks of files that were added to the open one, in any order, is answered as of the
/// same batches in one file.
#[test]
fn a_session_of_several_files_answers_as_one_of_the_uncut_file() {
    let names: Vec<(String, u32)> = (0..9).map(|id| (format!("/{}/a{id}", id % 3), id)).collect();
    let borrowed: Vec<_> = names.iter().map(|(path, id)| (path.as_str(), *id)).collect();
    let mut random = Random(2_718);
    for round in 0..30 {
        let layout = Layout::ALL[round % 4];
        let batches: Vec<Made> = (0..60_u32)
            .map(|nth| {
                let image = random.below(9) == 0;
                let ids = if image { (0..9).collect() } else { vec![random.below(9) as u32] };
                let items = ids.into_iter().map(|id| (id, vec![23, random.below(200) as u8]));
                (image, nth * 50_000, items.collect())
            })
            .collect();
        let file = |batches: &[Made], with_paths: bool| {
            let mut writer = Writer::new(layout);
            writer.basis(1_772_355_600, 0);
            if with_paths {
                writer.paths(&borrowed);
            }
            for (is_image, at, items) in batches {
                match is_image {
                    true => writer.image(*at, items),
                    false => writer.delta(*at, items),
                };
            }
            writer.finish()
        };
        let mut uncut = Session::new();
        uncut.open("current".to_owned(), file(&batches, true)).expect("it opens");
        let mut writer = Writer::new(Layout::INDEXED);
        writer.paths(&borrowed);
        let path_index =
            NamedPages { name: "pathindex".to_owned(), pages: Pages::whole(writer.finish()) };
        let mut cuts = [1 + random.below(58), 1 + random.below(58)];
        cuts.sort_unstable();
        let mut cut = Session::new();
        let current = Pages::whole(file(&batches[cuts[1]..], false));
        cut.start("current".to_owned(), current, vec![path_index]).expect("it opens");
        while cut.scan_to(u64::MAX) {}
        let mut older = vec![
            ("2026-03-01T09:00:01+00:00", file(&batches[cuts[0]..cuts[1]], false)),
            ("2026-03-01T09:00:00.5+00:00", file(&batches[..cuts[0]], false)),
        ];
        older.rotate_left(random.below(2));
        for (name, bytes) in older {
            cut.add_file(name, Archive::open(bytes).expect("an archive")).expect("a file is open");
        }
        let summary = cut.summary().expect("a file is open");
        assert_eq!(summary.left_out, [], "round {round}");
        let subjects = Subjects::of(&mut uncut).expect("it has paths");
        for _ in 0..60 {
            let request = subjects.request(&mut random);
            let answers = [&mut cut, &mut uncut].map(|session| answer(session, &request));
            let [cut, uncut] = answers.each_ref().map(|answer| without_places(answer));
            assert_eq!(cut, uncut, "round {round}, {layout:?}: {request:?}");
        }
    }
}

#[test]
fn a_twin_of_the_open_file_is_left_out_and_the_longer_one_is_shown() {
    let file = |count: u32| {
        let mut writer = Writer::new(Layout::INDEXED);
        writer.basis(1_772_355_600, 0);
        for nth in 0..count {
            writer.delta(nth, &number(0, nth as u8));
        }
        writer.finish()
    };
    for (opened, added) in [(9, 5), (5, 9), (7, 7)] {
        let mut session = Session::new();
        session.open("2026-03-01T09:00:01+00:00".to_owned(), file(opened)).expect("it opens");
        let archive = Archive::open(file(added)).expect("an archive");
        session.add_file("current", archive).expect("a file is open");
        let summary = session.summary().expect("a file is open");
        assert_eq!(summary.delta_batches, u64::from(opened.max(added)));
        assert_eq!((summary.files.len(), summary.left_out.len()), (1, 1));
        assert!(summary.left_out[0].1.contains("copy"), "{:?}", summary.left_out);
    }
}
