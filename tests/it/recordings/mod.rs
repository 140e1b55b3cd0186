//! Whole recordings, written by the real recorder's writer: every file, opened with the path index of its shard, says
//! what was written, by path.

mod many;
pub mod stored;

use crate::{
    common::{ExpectedItem, ExpectedPath, item, only_unmapped_ids, state_at, time},
    writer::number,
};
use many::{PATHS, many};
use netidx_archive_viewer::{
    archive::Archive,
    protocol::Names,
    query::image,
    session::{NamedPages, Session},
    source::Pages,
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::Bound,
    path::Path,
};
use stored::{Batch, DataFile, Recording, file_names, folder};

/// All batches of a file in its order.
fn batches(archive: &Archive) -> Vec<Batch> {
    let index = archive.index();
    let deltas = index.deltas.iter().map(|mark| ("delta", mark));
    let mut marks: Vec<_> = deltas.chain(index.images.iter().map(|mark| ("image", mark))).collect();
    marks.sort_by_key(|(_, mark)| mark.offset);
    let mut batches = archive.batches();
    let read = marks.into_iter().map(|(kind, mark)| {
        let record = batches.record(mark.offset).expect("batches decode");
        let bytes = record.header.length.into();
        let items = record.items.map(|i| i.expect("items decode"));
        let items = items.map(|i| item(archive, i.id, None, i.event)).collect();
        Batch { kind: kind.to_owned(), time: mark.time.to_string(), bytes, items }
    });
    read.collect()
}

/// Whether a batch of the file is earlier than the one before it.
fn steps_back(file: &DataFile) -> bool {
    !file.batches.is_sorted_by_key(|batch| time(&batch.time))
}

#[test]
fn every_file_reads_back_as_it_was_written() {
    for recording in Recording::all() {
        for shard in &recording.shards {
            for file in &shard.files {
                let at = format!("{}/{}/{}", recording.name, shard.name, file.name);
                let archive = recording.open(shard, &file.name);
                let header = archive.header();
                assert_eq!(
                    (archive.length(), header.committed, header.compressed, header.indexed),
                    (file.length, file.committed, file.compressed, file.indexed),
                    "{at}"
                );
                let found = batches(&archive);
                assert_eq!(found.len(), file.batches.len(), "{at}");
                for (found, wanted) in found.iter().zip(&file.batches) {
                    assert_eq!(found, wanted, "{at}");
                }
                let problems: Vec<_> = archive.index().problems().collect();
                assert!(problems.is_empty() || steps_back(file), "{at}: {problems:?}");
            }
        }
    }
}

#[test]
fn paths_are_those_of_the_path_index_and_of_the_file() {
    for recording in Recording::all() {
        for shard in &recording.shards {
            for file in &shard.files {
                let at = format!("{}/{}/{}", recording.name, shard.name, file.name);
                let own = Archive::open(recording.bytes(shard, &file.name)).expect("an archive");
                assert_eq!(paths(&own), file.paths, "{at}");
                let joined = recording.open(shard, &file.name);
                let wanted = if shard.has_path_index { &shard.paths } else { &file.paths };
                assert_eq!(&paths(&joined), wanted, "{at}");
            }
        }
    }
    let public = Recording::read("netidx-test-recorder");
    let found = paths(&public.open(&public.shards[0], "current"));
    let found: Vec<_> = found.iter().map(|mapped| mapped.path.as_str()).collect();
    assert_eq!(found, ["/test/d0", "/test/d1"]);
}

fn paths(archive: &Archive) -> Vec<ExpectedPath> {
    let paths = archive.index().paths.iter();
    paths.map(|(id, path)| ExpectedPath { id, path: path.to_owned() }).collect()
}

/// The last event of each id by the batches of one file: the newest image, and all deltas since.
fn last_state(file: &DataFile) -> Vec<ExpectedItem> {
    let newest = file.batches.iter().rfind(|batch| batch.kind == "image");
    let since = newest.map_or(Timestamp::MIN, |image| time(&image.time));
    let deltas = file.batches.iter().filter(|b| b.kind == "delta" && time(&b.time) >= since);
    let mut state = BTreeMap::new();
    for batch in newest.into_iter().chain(deltas) {
        for item in &batch.items {
            let time = Some(batch.time.clone());
            state.insert(item.id, ExpectedItem { time, ..item.clone() });
        }
    }
    state.into_values().collect()
}

#[test]
fn the_last_image_of_every_file_is_by_path() {
    let mut by_image = 0;
    for recording in Recording::all() {
        for shard in &recording.shards {
            // In what order batches count where time steps back is for the whole recording to say.
            for file in shard.files.iter().filter(|file| !steps_back(file)) {
                let at = format!("{}/{}/{}", recording.name, shard.name, file.name);
                let archive = recording.open(shard, &file.name);
                let found = state_at(&archive, Timestamp::MAX);
                assert_eq!(found, last_state(file), "{at}");
                let named = shard.has_path_index || !file.paths.is_empty();
                assert!(found.iter().all(|item| item.path.is_some() == named), "{at}");
                by_image += usize::from(file.batches.iter().any(|batch| batch.kind == "image"));
            }
        }
    }
    assert!(by_image > 15, "{by_image}");
    let plain = Recording::read("plain");
    for shard in &plain.shards {
        let state = state_at(&plain.open(shard, "current"), Timestamp::MAX);
        let found: BTreeSet<_> = state.iter().filter_map(|item| item.path.as_deref()).collect();
        let all: BTreeSet<_> = shard.paths.iter().map(|mapped| mapped.path.as_str()).collect();
        assert_eq!(found, all);
    }
}

#[test]
fn a_file_finds_the_path_index_of_its_shard_among_several() {
    let plain = Recording::read("plain");
    let index = |nth: usize| NamedPages {
        name: nth.to_string(),
        pages: Pages::whole(plain.bytes(&plain.shards[nth], "pathindex")),
    };
    for (nth, shard) in plain.shards.iter().enumerate() {
        for file in &shard.files {
            for order in [[0, 1], [1, 0]] {
                let names = names_of(plain.bytes(shard, &file.name), order.map(index).into());
                assert_eq!(names, Names::Joined { file: nth.to_string() }, "{}", file.name);
            }
        }
    }
}

#[test]
fn a_file_says_where_its_paths_come_from() {
    for (recording, names) in [("no-pathindex", Names::Missing), ("own-ids", Names::Own)] {
        let recording = Recording::read(recording);
        for file in &recording.shards[0].files {
            let bytes = recording.bytes(&recording.shards[0], &file.name);
            assert_eq!(names_of(bytes, Vec::new()), names, "{}", file.name);
        }
    }
}

fn names_of(file: Vec<u8>, path_indexes: Vec<NamedPages>) -> Names {
    let mut session = Session::new();
    session.start("file".to_owned(), Pages::whole(file), path_indexes).expect("an archive");
    while session.scan_to(u64::MAX) {}
    session.summary().expect("a file is open").names
}

#[test]
fn twins_hold_the_first_batches_of_another_file() {
    let mut twins = 0;
    for recording in Recording::all() {
        for shard in &recording.shards {
            for twin in &shard.twin_of {
                let found = batches(&recording.open(shard, &twin.name));
                let file = shard.files.iter().find(|file| file.name == twin.of).expect("a file");
                assert_eq!(found.len(), twin.batches, "{}", twin.name);
                // Compressed, a record is of another length.
                let told = |batch: &Batch| (batch.kind.clone(), batch.time.clone());
                for (found, wanted) in found.iter().zip(&file.batches) {
                    assert_eq!(told(found), told(wanted), "{}", twin.name);
                    assert_eq!(found.items, wanted.items, "{}", twin.name);
                }
                twins += 1;
            }
        }
    }
    assert_eq!(twins, 2);
}

#[test]
fn every_stored_file_is_told_of_and_can_be_checked_out() {
    let mut bytes = 0;
    for recording in Recording::all() {
        for shard in &recording.shards {
            let on_disk = file_names(&recording.folder_of(shard));
            let files = shard.files.iter().map(|file| file.name.as_str());
            let others = shard.not_part.iter().map(|other| other.name.as_str());
            let twins = shard.twin_of.iter().map(|twin| twin.name.as_str());
            let told: BTreeSet<_> = files.chain(others).chain(twins).collect();
            let index = shard.has_path_index.then_some("pathindex");
            let told: BTreeSet<_> = told.into_iter().chain(index).map(str::to_owned).collect();
            assert_eq!(on_disk, told, "{}/{}", recording.name, shard.name);
            assert!(on_disk.iter().all(|name| !name.contains(':')));
            for name in on_disk {
                bytes += recording.bytes(shard, &name).len();
            }
            // A rotated file is named after the time of its rotation.
            for file in &shard.files {
                let named = file.name.replace('I', ":").parse::<Timestamp>().ok();
                assert_eq!(named, file.rotated.as_deref().map(time), "{}", file.name);
            }
            assert!(shard.files.is_sorted_by_key(|file| {
                let rotated = file.rotated.as_deref().map(time);
                (rotated.is_none(), rotated)
            }));
        }
        let json = folder().join(format!("{}.json", recording.name));
        bytes += fs::metadata(json).expect("a JSON").len() as usize;
    }
    assert!(bytes < 1_500_000, "{bytes} bytes");
}

#[test]
fn hazards_are_what_they_are_called() {
    let recording = Recording::read("hazards");
    let shard = &recording.shards[0];
    let ends: Vec<_> = shard
        .files
        .iter()
        .map(|file| Some((file.batches.first()?, file.batches.last()?)))
        .collect();
    let boundary = |nth: usize| {
        let (tail, head) = (ends[nth].expect("a tail").1, ends[nth + 1].expect("a head").0);
        (time(&tail.time), time(&head.time), head.kind.as_str())
    };
    assert!(!shard.files[0].indexed && shard.files[1].indexed);
    let (tail, head, _) = boundary(1);
    assert!(tail > head && tail > time(shard.files[1].rotated.as_deref().expect("a name")));
    for (nth, kind) in [(2, "image"), (3, "delta")] {
        let (tail, head, found) = boundary(nth);
        assert_eq!((tail, found), (head, kind));
    }
    let empty = recording.bytes(shard, &shard.files[5].name);
    assert_eq!((empty.len(), ends[5].is_none()), (4_096, true));
    let back = shard.files.iter().map(steps_back).collect::<Vec<_>>();
    assert_eq!(back.iter().filter(|back| **back).count(), 1);
    assert_eq!(back.last(), Some(&true), "time steps back in current");
    // What was heard before the gap is not in the images after it.
    let has_rare = |batch: &Batch| {
        batch.kind == "image" && batch.items.iter().any(|i| i.path.as_deref() == Some("/h/rare"))
    };
    let with: Vec<_> = shard.files.iter().map(|file| file.batches.iter().any(has_rare)).collect();
    assert_eq!(with, [false, true, true, true, false, false, false, false, false]);
}

#[test]
fn the_sample_is_the_first_part_of_the_sample_archive() {
    let www = Path::new(env!("CARGO_MANIFEST_DIR")).join("www");
    let list = fs::read_to_string(www.join("sample/files.txt")).expect("a list of files");
    let listed: BTreeMap<String, u64> = list
        .lines()
        .map(|line| {
            let (path, length) = line.split_once('\t').expect("a path, a tab, a length");
            (path.replace("%2B", "+"), length.parse().expect("a length"))
        })
        .collect();
    let on_disk = ["market", "plant"].into_iter().flat_map(|shard| {
        let folder = www.join("sample").join(shard);
        let lengths = file_names(&folder).into_iter().map(move |name| {
            let length = fs::metadata(folder.join(&name)).expect("a file").len();
            (format!("{shard}/{name}"), length)
        });
        lengths.collect::<Vec<_>>()
    });
    assert_eq!(listed, on_disk.collect());
    assert!(listed.values().sum::<u64>() < 300_000);

    let open = |path: &str| Archive::open(fs::read(www.join(path)).expect("a file")).expect(path);
    let mut found = Vec::new();
    for path in listed.keys().filter(|path| !path.ends_with("/pathindex")) {
        let mut archive = open(&format!("sample/{path}"));
        assert!(archive.index().paths.is_empty(), "{path}");
        let (shard, _) = path.split_once('/').expect("a shard");
        archive.add_names(&open(&format!("sample/{shard}/pathindex")));
        found.extend(updates(&archive));
    }
    found.sort();
    let last = found.last().expect("updates").0.clone();
    let mut wanted = updates(&open("sample.archive"));
    wanted.retain(|(time, ..)| *time <= last);
    wanted.sort();
    assert!(found.len() > 10_000);
    assert!(found == wanted, "{} updates, not {}", found.len(), wanted.len());
}

/// Time, path and text of every update in the deltas of a file.
fn updates(archive: &Archive) -> Vec<(String, String, String)> {
    let deltas = batches(archive).into_iter().filter(|batch| batch.kind == "delta");
    let items = deltas.flat_map(|batch| {
        let of = move |item: ExpectedItem| (batch.time.clone(), item.path, item.text);
        batch.items.into_iter().map(of).collect::<Vec<_>>()
    });
    items.map(|(time, path, text)| (time, path.expect("a path"), text)).collect()
}

#[test]
fn files_by_the_hundred_carry_their_state_on() {
    let many = many(400);
    let path_index = Archive::open(many.path_index).expect("a path index");
    let mut counter = 0;
    let mut last = None;
    for (name, bytes) in many.files {
        let mut archive = Archive::open(bytes).expect("an archive");
        archive.add_names(&path_index);
        let first = archive.index().first().expect("a batch");
        if let Some(last) = last.replace(state_at(&archive, Timestamp::MAX)) {
            let head: Vec<ExpectedItem> = state_at(&archive, first);
            let texts = |items: &[ExpectedItem]| {
                items.iter().map(|i| (i.path.clone(), i.text.clone())).collect::<Vec<_>>()
            };
            assert_eq!(texts(&head), texts(&last), "{name}");
        }
        counter += archive.index().deltas.len() as u64;
        let image = image(&archive, None, Bound::Included(Timestamp::MAX));
        assert!(only_unmapped_ids(&image));
        let newest = image.entries().iter().max_by_key(|entry| entry.time).expect("an entry");
        assert_eq!(image.event(newest).expect("an event").encoded(), number(counter));
        let paths: Vec<_> = archive.index().paths.iter().map(|(_, path)| path).collect();
        assert_eq!(paths, PATHS);
    }
}
