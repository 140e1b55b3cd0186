//! `nav info`, `nav paths` and `nav image` against the golden files and recordings.

use crate::support::{copy_all, fixtures, nav, recording, run, text_file};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

/// Every golden file that can be opened, with its JSON.
fn golden() -> Vec<(PathBuf, Value)> {
    let mut found: Vec<_> = fs::read_dir(fixtures()).expect("a folder").flatten().collect();
    found.sort_by_key(fs::DirEntry::path);
    let found = found.into_iter().map(|it| it.path());
    let found = found.filter(|path| path.extension().is_some_and(|it| it == "archive"));
    found.map(|path| (path.clone(), text_file(&path.with_extension("json")))).collect()
}

/// A time as a row shows it.
fn is_in_range(time: &str) -> bool {
    // What the format can say is wider than what times hold.
    let year: i64 = time.trim_start_matches('-').split('-').next().unwrap().parse().unwrap();
    !time.starts_with('-') && (1678..2262).contains(&year)
}

/// The lines that `nav image` prints for some items.
fn lines(items: &[Value]) -> Vec<String> {
    let text = |item: &Value, field: &str| item[field].as_str().unwrap_or_default().to_owned();
    let mut items: Vec<_> = items.iter().collect();
    items.sort_by_key(|item| (item["path"].is_null(), text(item, "path"), item["id"].as_u64()));
    let line = |item: &&Value| {
        let path = match item["path"].as_str() {
            Some(path) => netidx_archive_viewer::format::visible(path).into_owned(),
            None => format!("#{} (no path)", item["id"]),
        };
        let [kind, plain, time] = ["type", "plain", "time"].map(|field| text(item, field));
        format!("{path}\t{kind}\t{plain}\t{time}")
    };
    items.iter().map(line).collect()
}

#[test]
fn info_paths_and_images_of_every_golden_file() {
    let (mut states, mut rows) = (0, 0);
    for (file, expected) in golden() {
        let at = file.display().to_string();
        let info = run(["info", &at, "--json"]);
        let found: Value = serde_json::from_str(&info.out).expect("JSON");
        for field in ["version", "length", "committed", "compressed", "indexed"] {
            assert_eq!(found[field], expected[field], "{at} {field}");
        }
        let count = |field: &str| expected[field].as_array().expect("a list").len();
        assert_eq!(found["deltaBatches"], count("deltas"), "{at}");
        assert_eq!(found["imageBatches"], count("images"), "{at}");
        let table = run(["info", &at]);
        assert_eq!(table.out.lines().count(), 2, "{at}: {}", table.out);
        assert_eq!(table.code, info.code, "{at}");

        let paths = run(["paths", &at]);
        let wanted = expected["paths"].as_array().expect("a list").iter();
        let wanted: Vec<_> = wanted
            .map(|it| {
                netidx_archive_viewer::format::visible(it["path"].as_str().unwrap()).into_owned()
            })
            .collect();
        assert_eq!(paths.out.lines().collect::<Vec<_>>(), wanted, "{at}");
        assert_eq!(paths.code, i32::from(wanted.is_empty()), "{at}");

        for state in expected["states"].as_array().expect("a list") {
            let time = state["at"].as_str().expect("a time");
            let items = state["items"].as_array().expect("a list");
            let is_clear = |item: &Value| item["time"].as_str().is_some_and(is_in_range);
            if !is_in_range(time) || !items.iter().all(is_clear) {
                continue;
            }
            let image = run(["image", &at, "--at", time]);
            assert_eq!(image.out.lines().collect::<Vec<_>>(), lines(items), "{at} {time}");
            if items.is_empty() {
                assert_eq!(image.code, 1, "{at} {time}");
            }
            (states, rows) = (states + 1, rows + items.len());
        }
    }
    assert!(states > 200 && rows > 1_000, "{states} {rows}");
}

/// The last event of every path of a recording, by its JSON: what was written last counts.
fn last_state(expected: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for shard in expected["shards"].as_array().expect("shards") {
        let mut state: BTreeMap<String, Value> = BTreeMap::new();
        for file in shard["files"].as_array().expect("files") {
            for batch in file["batches"].as_array().expect("batches") {
                for item in batch["items"].as_array().expect("items") {
                    let mut item = item.clone();
                    item["time"] = batch["time"].clone();
                    let key =
                        item["path"].as_str().map_or_else(|| item["id"].to_string(), str::to_owned);
                    state.insert(key, item);
                }
            }
        }
        let name = shard["shard"].as_str().expect("a name").to_owned();
        all.extend(state.into_values().map(|item| (name.clone(), item)));
    }
    all
}

#[test]
fn folders_are_one_recording() {
    // `hazards` has an image that lacks paths, so that a plain replay is not its state.
    for name in [
        "plain",
        "deltas-only",
        "no-current",
        "no-pathindex",
        "two-shards-one-path",
        "own-ids",
        "netidx-test-recorder",
        "crashed",
    ] {
        let expected = text_file(&fixtures().join(format!("recordings/{name}.json")));
        let folder = recording(name).display().to_string();
        let info = run(["info", &folder, "--json"]);
        assert_eq!(info.code, 0, "{name}: {}", info.err);
        let found: Value = serde_json::from_str(&info.out).expect("JSON");
        let shards = expected["shards"].as_array().expect("shards");
        let table = run(["info", &folder]).out;
        let mut files = 0;
        for (nth, shard) in shards.iter().enumerate() {
            let of = &found["shards"][nth];
            assert_eq!(of["shard"], shard["shard"], "{name}");
            let twins: Vec<_> =
                shard["twinOf"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
            let wanted = shard["files"].as_array().unwrap().iter();
            let wanted: Vec<_> = wanted.filter(|it| !twins.contains(&&it["name"])).collect();
            for (file, of) in wanted.iter().zip(of["files"].as_array().unwrap()) {
                assert_eq!(
                    (&file["name"], &file["length"]),
                    (&of["name"], &of["length"]),
                    "{name}"
                );
                let line = table.lines().find(|line| line.contains(file["name"].as_str().unwrap()));
                assert!(line.is_some(), "{name}: {table}");
                files += 1;
            }
            for left in shard["notPart"].as_array().unwrap() {
                let left = left["name"].as_str().unwrap();
                assert!(
                    info.err.contains(&format!("{left} is left out: ")),
                    "{name}: {}",
                    info.err
                );
            }
        }
        assert_eq!(table.lines().count(), files + 1, "{name}: {table}");

        let json: Value =
            serde_json::from_str(&run(["image", &folder, "--json"]).out).expect("JSON");
        let last = last_state(&expected);
        assert_eq!(json.as_array().unwrap().len(), last.len(), "{name}");
        for (shard, item) in &last {
            let same = |found: &&Value| {
                found["path"] == item["path"]
                    && found["shard"] == shard.as_str()
                    && (!item["path"].is_null()
                        || found["id"].as_u64().map(|id| id & 0xffff_ffff) == item["id"].as_u64())
            };
            let of = json.as_array().unwrap().iter().find(same);
            let of = of.unwrap_or_else(|| panic!("{name}: {shard} {item}"));
            for field in ["type", "text", "time"] {
                assert_eq!(of[field], item[field], "{name}: {item}");
            }
        }
    }
}

#[test]
fn a_file_takes_the_path_index_beside_it() {
    let current = recording("plain").join("1/current").display().to_string();
    let named = run(["image", &current]);
    assert_eq!(named.code, 0, "{}", named.err);
    assert!(named.out.lines().all(|line| line.starts_with('/')), "{}", named.out);
    // By itself there are only numbers, which is no damage.
    let home = tempfile::tempdir().expect("a temporary folder");
    let alone = home.path().join("day");
    fs::copy(&current, &alone).expect("a copy");
    let alone = alone.display().to_string();
    let ran = run(["image", &alone]);
    assert!(ran.code == 0 && ran.out.starts_with("#0 (no path)\t"), "{ran:?}");
    // Of several, the one that has its ids.
    for (shard, name) in [("0", "pathindex (1)"), ("1", "pathindex (2)")] {
        let from = recording("plain").join(shard).join("pathindex");
        fs::copy(from, home.path().join(name)).expect("a copy");
    }
    let ran = run(["image", &alone]);
    assert!(ran.out.lines().all(|line| line.starts_with('/')), "{ran:?}");
    let index = recording("plain").join("1/pathindex").display().to_string();
    assert_eq!(run(["paths", &index]).out, run(["paths", &current]).out);
}

#[test]
fn times_and_filters_are_those_of_the_page() {
    let folder = recording("plain").display().to_string();
    let times = |at: &[&str]| {
        let ran = run(["image", &folder].iter().chain(at));
        assert_eq!(ran.err, "", "{at:?}");
        ran.out
    };
    let last = times(&[]);
    assert_eq!(last, times(&["--at", "end"]));
    assert_eq!(last, times(&["--at", "2100-01-01"]));
    let some = times(&["--at", "2026-03-01T09:30:10Z"]);
    assert_ne!(last, some);
    assert_eq!(some, times(&["--at", "2026-03-01 09:30:10"]));
    assert_eq!(some, times(&["--at", "2026-03-01T10:30:10+01:00"]));
    assert_eq!(some, times(&["--at", "+10s"]));
    assert_eq!(times(&["--at", "+0s"]), times(&["--at", "beginning"]));
    assert_eq!(times(&["--at", "-0.00001s"]).lines().count(), last.lines().count());
    let paths = |filters: &[&str]| {
        let ran = run(["paths", &folder].iter().chain(filters));
        (ran.code, ran.out.lines().map(str::to_owned).collect::<Vec<_>>())
    };
    let (code, pumps) = paths(&["--filter", "/plant/pump1/**", "--filter", "/plant/pump2/flow"]);
    assert_eq!((code, pumps.len()), (0, 4));
    assert_eq!(paths(&["--filter", "/plant/pump1/** /plant/pump2/flow"]).1, pumps);
    assert_eq!(paths(&["--filter", "pump2", "--filter", "ow"]).1, ["/plant/pump2/flow"]);
    assert_eq!(paths(&["--filter", "/none/**"]), (1, vec![]));
    assert_eq!(run(["image", &folder, "--filter", "/none/**"]).code, 1);
    for wrong in [
        &["--at", "yesterday evening"][..],
        &["--at", ""],
        &["--filter", "**/bid"],
        &["--filter", "/a/[x"],
        &["--nothing"],
        &["--threads", "0"],
    ] {
        let ran = run(["image", &folder].iter().chain(wrong));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{wrong:?}");
        assert!(!ran.err.is_empty());
    }
}

#[test]
fn what_cannot_be_read_is_said_and_hides_nothing_else() {
    let home = tempfile::tempdir().expect("a temporary folder");
    copy_all(&recording("plain"), &home.path().join("rec"));
    let rec = home.path().join("rec");
    fs::write(rec.join("0/2026-03-01T09:30:10+00:00"), "no archive at all").expect("a file");
    fs::write(rec.join("0/notes.txt"), "notes").expect("a file");
    let folder = rec.display().to_string();
    let ran = run(["info", &folder]);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 9), "{ran:?}");
    assert!(ran.err.contains("0/2026-03-01T09:30:10+00:00 is left out: "), "{}", ran.err);
    let current = rec.join("1/current").display().to_string();
    let none = rec.join("none").display().to_string();
    let ran = run(["info", &none, &current]);
    assert_eq!((ran.code, ran.out.lines().count()), (2, 2), "{ran:?}");
    let empty = home.path().join("empty");
    fs::create_dir(&empty).expect("a folder");
    for nothing in [empty.display().to_string(), rec.join("0/notes.txt").display().to_string()] {
        let ran = run(["info", &nothing]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.starts_with("nav: "), "{}", ran.err);
    }
    // Damage has an offset, and the code says that there is some.
    let mut bytes = fs::read(&current).expect("a file");
    bytes[26..60].fill(0xff);
    fs::write(&current, bytes).expect("a file");
    let ran = run(["info", &current]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains(" at 0x"), "{}", ran.err);
}

#[test]
fn any_number_of_threads_and_every_spelling_read_the_same() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut outs = Vec::new();
    for (nth, (colon, plus)) in
        [("I", "+"), (":", "+"), ("_", "_"), ("%3A", "%2B")].into_iter().enumerate()
    {
        let rec = home.path().join(nth.to_string()).join("rec");
        copy_all(&recording("plain"), &rec);
        for shard in ["0", "1"] {
            for entry in fs::read_dir(rec.join(shard)).expect("a folder").flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.starts_with("20") {
                    let name = name.replace('I', colon).replace('+', plus);
                    fs::rename(entry.path(), rec.join(shard).join(name)).expect("a file");
                }
            }
        }
        let folder = rec.display().to_string();
        for threads in ["1", "2", "16"] {
            let args = ["image", &folder, "--at", "2026-03-01T09:31:00Z", "--threads", threads];
            outs.push(run(args).out);
        }
    }
    assert!(outs.iter().all(|out| *out == outs[0]), "{outs:?}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = recording("plain").display().to_string();
    let mut child = nav()
        .args(["image", &folder])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("nav starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{ended:?}");
}

#[test]
fn nothing_is_written_and_no_lock_is_taken() {
    let home = tempfile::tempdir().expect("a temporary folder");
    copy_all(&recording("plain"), &home.path().join("rec"));
    let rec = home.path().join("rec");
    let listing = |folder: &Path| {
        let mut found = Vec::new();
        for shard in ["0", "1"] {
            for entry in fs::read_dir(folder.join(shard)).expect("a folder").flatten() {
                let metadata = entry.metadata().expect("a file");
                found.push((entry.path(), metadata.len(), metadata.modified().expect("a time")));
            }
        }
        found.sort();
        found
    };
    let before = listing(&rec);
    // As a recorder holds it.
    let lock = fs::File::options().write(true).open(rec.join("0/current")).expect("a file");
    lock.lock().expect("a lock");
    let folder = rec.display().to_string();
    for command in ["info", "paths", "image"] {
        assert_eq!(run([command, &folder]).code, 0);
    }
    assert_eq!(listing(&rec), before);
}
