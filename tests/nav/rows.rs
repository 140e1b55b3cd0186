//! `nav cat`, the formats of `nav export` that take a part, `nav verify` and `nav recover`.

use crate::{
    support::{copy_all, fixtures, nav, recording, run, text_file},
    writer::Archive,
};
use parquet::file::{
    metadata::ParquetMetaData,
    reader::{FileReader, SerializedFileReader},
    statistics::Statistics,
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, io::Read, path::Path, process::Stdio};

/// The rows of NDJSON.
fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

/// What rows have in common with the JSON of a fixture: time, path, type.
fn keys<'a>(rows: impl Iterator<Item = (&'a Value, &'a Value)>) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    rows.map(|(time, item)| {
        let path = item["path"].as_str().map_or_else(|| format!("#{}", item["id"]), str::to_owned);
        [text(time), path, text(&item["type"])]
    })
    .collect()
}

fn ndjson_keys(rows: &[Value]) -> Vec<[String; 3]> {
    let text = |row: &Value, field: &str| row[field].as_str().expect("text").to_owned();
    rows.iter().map(|row| ["time", "path", "type"].map(|field| text(row, field))).collect()
}

#[test]
fn every_update_of_every_golden_file_is_a_row() {
    let mut all = 0;
    for entry in fs::read_dir(fixtures()).expect("a folder").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "archive") {
            continue;
        }
        let (at, expected) = (path.display().to_string(), text_file(&path.with_extension("json")));
        let deltas = expected["deltas"].as_array().expect("a list");
        let items = deltas.iter().flat_map(|batch| {
            batch["items"]
                .as_array()
                .expect("a list")
                .iter()
                .map(move |item| (&batch["time"], item))
        });
        let wanted = keys(items);
        // Times that are none have their nearest.
        let is_odd = |row: &[String; 3]| {
            row[0].starts_with('-')
                || row[0].starts_with('+')
                || !("1678".."2262").contains(&&row[0][..4])
        };
        if wanted.iter().any(is_odd) {
            continue;
        }
        let json = run(["cat", &at, "--format", "ndjson"]);
        assert_eq!(ndjson_keys(&objects(&json.out)), wanted, "{at}");
        assert!(json.code == 1 || !wanted.is_empty(), "{at}: {}", json.err);
        let csv = run(["cat", &at, "--format", "csv"]).out;
        assert!(csv.starts_with("time,path,type,value\r\n"), "{at}");
        let text = run(["cat", &at]).out;
        let stamps = text.lines().filter(|line| line.starts_with("timestamp|datetime|")).count();
        let filled = deltas.iter().filter(|batch| !batch["items"].as_array().unwrap().is_empty());
        assert_eq!(stamps, filled.count(), "{at}");
        all += wanted.len();
    }
    assert!(all > 1_000, "{all}");
}

#[test]
fn a_folder_is_one_stream_that_names_shards() {
    let folder = recording("plain").display().to_string();
    let expected = text_file(&fixtures().join("recordings/plain.json"));
    let ran = run(["cat", &folder, "--format", "ndjson"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let rows = objects(&ran.out);
    assert!(rows.is_sorted_by_key(|row| row["time"].as_str().map(str::to_owned)));
    for shard in expected["shards"].as_array().expect("shards") {
        let batches = shard["files"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|file| file["batches"].as_array().unwrap());
        let deltas = batches.filter(|batch| batch["kind"] == "delta");
        let wanted = keys(deltas.flat_map(|batch| {
            batch["items"].as_array().unwrap().iter().map(move |item| (&batch["time"], item))
        }));
        let own: Vec<_> =
            rows.iter().filter(|row| row["shard"] == shard["shard"]).cloned().collect();
        assert_eq!(ndjson_keys(&own), wanted);
    }
    let csv = run(["cat", &folder, "--format", "csv"]).out;
    assert!(csv.starts_with("time,shard,path,type,value\r\n"), "{}", &csv[..80]);
    assert_eq!(csv.lines().count(), rows.len() + 1);
}

/// A recording of three days, three batches at each of some times, with borders of files among them.
fn three_days(rec: &Path) {
    let shard = rec.join("0");
    Archive::new(START).paths(&["/a", "/b"]).save(&shard.join("pathindex"), 0);
    let mut value = 0;
    for (day, name) in
        ["2026-03-01T12:00:01+00:00", "2026-03-02T12:00:01+00:00", "current"].iter().enumerate()
    {
        let mut file = Archive::new(START + 86_400 * day as i64);
        for second in 0..3 {
            for _ in 0..3 {
                value += 1;
                file.delta(second * 1_000_000, 0, value);
            }
        }
        if day == 0 {
            file.delta(2_000_000, 1, -1);
        }
        file.save(&shard.join(name), 64);
    }
}

/// 2026-03-01T12:00:00Z.
const START: i64 = 1_772_366_400;

#[test]
fn both_bounds_are_included() {
    let home = tempfile::tempdir().expect("a temporary folder");
    three_days(&home.path().join("rec"));
    let rec = home.path().join("rec").display().to_string();
    for (day, second) in (1..=3).flat_map(|day| (0..3).map(move |second| (day, second))) {
        let at = format!("2026-03-0{day}T12:00:0{second}Z");
        let span = ["--start", &at, "--end", &at, "--filter", "/a"];
        let rows = run(["cat", &rec, "--format", "csv"].iter().chain(&span)).out;
        assert_eq!(rows.lines().count(), 4, "{at}: {rows}");
    }
    let nothing = run(["cat", &rec, "--format", "csv", "--start", "2026-03-05"]);
    assert_eq!((nothing.code, nothing.out.as_str()), (1, "time,shard,path,type,value\r\n"));
    let initial = run([
        "cat",
        &rec,
        "--format",
        "csv",
        "--start",
        "2026-03-03",
        "--initial",
        "--filter",
        "/b",
    ]);
    assert_eq!(initial.out.lines().nth(1), Some("2026-03-01T12:00:02.000000000Z,0,/b,i64,-1"));
    let wide = run([
        "cat",
        &rec,
        "--format",
        "wide-csv",
        "--start",
        "2026-03-03T12:00:00Z",
        "--step",
        "1s",
    ]);
    let rows: Vec<_> = wide.out.lines().collect();
    let [first, last] =
        ["00.000000000Z,21,-1", "02.000000000Z,27,-1"].map(|it| format!("2026-03-03T12:00:{it}"));
    assert_eq!((rows[0], rows[1], rows[3], rows.len()), ("time,/a,/b", &first[..], &last[..], 4));
    for wrong in [
        &["--step", "1s"][..],
        &["--guard"],
        &["--format", "parrot"],
        &["--format", "wide-csv", "--step", "0s"],
    ] {
        assert_eq!(run(["cat", &rec].iter().chain(wrong)).code, 2, "{wrong:?}");
    }
}

#[test]
fn a_file_for_each_shard_and_day() {
    let home = tempfile::tempdir().expect("a temporary folder");
    three_days(&home.path().join("rec"));
    copy_all(&home.path().join("rec/0"), &home.path().join("rec/west=1"));
    let rec = home.path().join("rec").display().to_string();
    let out = home.path().join("set");
    let export = |more: &[&str]| {
        let args = ["export", &rec, "--format", "csv", "--partition", "day", "--out"];
        run(args.iter().copied().chain([out.to_str().expect("text")]).chain(more.iter().copied()))
    };
    let ran = export(&[]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let mut rows = BTreeMap::new();
    for shard in ["0", "west%3D1"] {
        for day in 1..=3 {
            let file = out.join(format!("shard={shard}/day=2026-03-0{day}/part-0.csv"));
            let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file:?}: {e}"));
            assert!(text.starts_with("time,path,type,value\r\n"));
            assert!(text.lines().skip(1).all(|line| line.starts_with(&format!("2026-03-0{day}T"))));
            rows.insert((shard, day), text.lines().count() - 1);
        }
    }
    assert_eq!(rows.values().sum::<usize>(), 2 * 28);
    // Again only by force, and only what is asked for.
    assert_eq!(export(&[]).code, 2);
    assert_eq!(
        export(&["--force", "--start", "2026-03-02", "--end", "2026-03-02T23:00:00Z"]).code,
        0
    );
    let other = home.path().join("other");
    let one = home.path().join("rec/0/current").display().to_string();
    let ran = run([
        "export",
        &one,
        "--format",
        "ndjson",
        "--partition",
        "day",
        "--out",
        other.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(other.join("shard=0/day=2026-03-03/part-0.ndjson").is_file());
    let none = run([
        "export",
        &one,
        "--format",
        "csv",
        "--partition",
        "day",
        "--filter",
        "/none",
        "--out",
        home.path().join("none").to_str().unwrap(),
    ]);
    assert_eq!(none.code, 1);
    assert!(!home.path().join("none/shard=0/day=2026-03-03").exists());
}

#[test]
fn an_export_is_what_cat_prints_and_slices_are_archives() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = recording("plain").display().to_string();
    for format in ["csv", "wide-csv", "ndjson", "text"] {
        let out = home.path().join(format).display().to_string();
        let ran =
            run(["export", &folder, "--format", format, "--out", &out, "--filter", "/plant/**"]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
        let cat = run(["cat", &folder, "--format", format, "--filter", "/plant/**"]).out;
        assert_eq!(fs::read_to_string(&out).expect("a file"), cat, "{format}");
    }
    let at = "2026-03-01T09:31:10Z";
    for format in ["slice", "recovered"] {
        let out = home.path().join(format).display().to_string();
        let ran = run(["export", &folder, "--format", format, "--out", &out, "--end", at]);
        assert_eq!(ran.code, 0, "{ran:?}");
        // One file with all names inside.
        assert_eq!(run(["image", &out]).out, run(["image", &folder, "--at", at]).out, "{format}");
        assert_eq!(run(["verify", &out]).code, 0);
    }
    let into = recording("plain").join("0/out.csv").display().to_string();
    assert_eq!(run(["export", &folder, "--format", "csv", "--out", &into]).code, 2);
    assert!(!Path::new(&into).exists());
    let copy = home.path().join("copy").display().to_string();
    let part = run(["export", &folder, "--format", "indexed", "--start", at, "--out", &copy]);
    assert_eq!(part.code, 2, "{part:?}");
}

#[test]
fn verify_finds_damage_and_recover_leaves_what_is_sound() {
    let home = tempfile::tempdir().expect("a temporary folder");
    copy_all(&recording("plain"), &home.path().join("rec"));
    let rec = home.path().join("rec").display().to_string();
    let sound = run(["verify", &rec]);
    assert_eq!((sound.code, sound.out.lines().count()), (0, 10), "{sound:?}");
    let report = |path: &str| {
        let ran = run(["verify", path, "--json"]);
        (ran.code, serde_json::from_str::<Value>(&ran.out).expect("JSON"))
    };
    let (code, all) = report(&rec);
    assert_eq!(
        (code, &all["sound"], &all["findings"]),
        (0, &Value::Bool(true), &serde_json::json!([]))
    );
    assert!(
        all["deltaBatches"].as_u64() > Some(500) && all["values"].as_u64() > Some(500),
        "{all}"
    );

    let path = home.path().join("rec/0/2026-03-01T09I31I01.000250+00I00");
    let mut bytes = fs::read(&path).expect("a file");
    // The header of the first record after the time basis.
    bytes[47] ^= 0xff;
    fs::write(&path, &bytes).expect("a file");
    let (code, damaged) = report(&rec);
    assert_eq!((code, &damaged["sound"]), (1, &Value::Bool(false)));
    let finding = &damaged["findings"][0];
    assert!(finding["offset"].is_u64() && finding["kind"].is_string(), "{damaged}");
    assert!(
        finding["message"].as_str().is_some_and(|it| it.starts_with("0/2026-03-01T09I31I01")),
        "{damaged}"
    );
    let path = path.display().to_string();
    assert_eq!(report(&path).0, 1);

    let out = home.path().join("sound").display().to_string();
    let recovered = run(["recover", &path, "--out", &out]);
    assert_eq!(recovered.code, 0, "{recovered:?}");
    assert_eq!(report(&out).0, 0);
    assert!(run(["cat", &out]).out.lines().count() > 10);
    assert_eq!(run(["recover", &path, "--out", &out]).code, 2, "it exists");
    assert_eq!(run(["recover", &path, "--out", &path, "--force"]).code, 2, "it is read");
    for nothing in [fixtures().join("README.md"), home.path().join("none")] {
        assert_eq!(run(["verify", nothing.to_str().unwrap()]).code, 2);
    }
}

#[test]
fn whoever_has_enough_of_cat_closes_it() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = home.path().join("day");
    let mut file = Archive::new(START).paths(&["/a"]);
    (0..60_000).for_each(|nth| file.delta(nth, 0, nth as i64));
    file.save(&path, 0);
    let mut child = nav()
        .arg("cat")
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("nav starts");
    let mut out = child.stdout.take().expect("it is piped");
    out.read_exact(&mut [0; 64]).expect("it begins");
    drop(out);
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{ended:?}");
}

#[test]
fn rows_are_the_same_with_any_number_of_threads() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut file = Archive::new(START).paths(&["/a", "/b"]);
    (0..20_000).for_each(|nth| file.delta(nth, (nth % 2) as u8, nth as i64));
    file.save(&home.path().join("day"), 0);
    let mut paths = vec![home.path().join("day"), fixtures().join("errors.archive")];
    paths.extend(["plain", "hazards", "own-ids", "no-pathindex"].map(recording));
    for path in paths {
        let path = path.display().to_string();
        for format in ["csv", "ndjson", "text", "wide-csv"] {
            for part in
                [&["--start", "+3s", "--end", "-2s", "--initial"][..], &["--filter", "a"], &[]]
            {
                let print = |threads| {
                    let args = ["cat", &path, "--format", format, "--threads", threads];
                    let ran = run(args.iter().chain(part));
                    (ran.code, ran.out, ran.err)
                };
                let one = print("1");
                assert_eq!(print("16"), one, "{path} {format} {part:?}");
                assert_eq!(print("2"), one, "{path} {format} {part:?}");
            }
        }
    }
}

#[test]
fn parquet_is_a_table_with_bounds_of_time() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut file = Archive::new(START).paths(&["/a", "/b"]);
    (0..30_000).for_each(|nth| file.delta(nth * 10, (nth % 2) as u8, nth as i64));
    file.save(&home.path().join("day"), 0);
    three_days(&home.path().join("rec"));
    let export = |path: &str, more: &[&str], out: &str| {
        let [path, out] = [path, out].map(|name| home.path().join(name).display().to_string());
        let args = ["export", &path, "--format", "parquet", "--out", &out];
        let ran = run(args.iter().chain(more));
        assert_eq!((ran.err.as_str(), ran.out.as_str()), ("", ""));
        ran.code
    };
    let read = |file: &str| {
        let bytes = fs::read(home.path().join(file)).expect("a file");
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).expect("a Parquet file");
        reader.metadata().clone()
    };
    assert_eq!(export("day", &[], "day.parquet"), 0);
    let metadata = read("day.parquet");
    let columns = |metadata: &ParquetMetaData| {
        let schema = metadata.file_metadata().schema_descr();
        schema.columns().iter().map(|column| column.name().to_owned()).collect::<Vec<_>>()
    };
    let names = ["time", "path", "type", "number", "integer", "text"];
    assert_eq!(
        (metadata.file_metadata().num_rows(), columns(&metadata)),
        (30_000, names.map(str::to_owned).to_vec())
    );
    let groups = metadata.row_groups();
    assert_eq!(groups.len(), 1);
    let Some(Statistics::Int64(time)) = groups[0].column(0).statistics() else {
        panic!("no bounds")
    };
    let first = START * 1_000_000_000;
    assert_eq!((time.min_opt(), time.max_opt()), (Some(&first), Some(&(first + 299_990_000))));
    let Some(Statistics::ByteArray(path)) = groups[0].column(1).statistics() else {
        panic!("no bounds")
    };
    assert_eq!((path.min_bytes_opt(), path.max_bytes_opt()), (Some(&b"/a"[..]), Some(&b"/b"[..])));
    assert!(groups[0].compressed_size() * 3 < groups[0].total_byte_size() * 4);

    assert_eq!(export("rec", &["--filter", "/b"], "b.parquet"), 0);
    let metadata = read("b.parquet");
    assert_eq!(
        (metadata.file_metadata().num_rows(), columns(&metadata).get(1).map(String::as_str)),
        (1, Some("shard"))
    );
    // A table of nothing is one, too.
    assert_eq!(export("rec", &["--filter", "/none"], "none.parquet"), 0);
    assert_eq!(read("none.parquet").file_metadata().num_rows(), 0);
    assert_eq!(export("rec", &["--partition", "day"], "set"), 0);
    for day in 1..=3 {
        let metadata = read(&format!("set/shard=0/day=2026-03-0{day}/part-0.parquet"));
        assert_eq!(metadata.file_metadata().num_rows(), if day == 1 { 10 } else { 9 });
        assert_eq!(columns(&metadata), names);
    }
}
