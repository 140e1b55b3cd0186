//! Folders that are recorded while they are read.

use crate::{support::run, writer::Archive};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

/// The time of the first batch, in seconds since 1970: 2026-03-01T09:30:00Z.
const START: i64 = 1_772_357_400;

/// The name of a file that was rotated so many seconds after the start.
fn rotated(seconds: usize) -> String {
    format!("2026-03-01T09:{:02}:{:02}.5+00:00", 30 + seconds / 60, seconds % 60)
}

/// Writes `current` anew, as one step that a reader sees as a whole: its header is written last.
fn write_current(shard: &Path, nth: usize, batches: u64) {
    let mut file = Archive::new(START + nth as i64);
    (0..batches).for_each(|batch| file.delta(batch, 0, nth as i64));
    let making = shard.join("current_copy");
    file.save(&making, 4096);
    fs::rename(making, shard.join("current")).expect("a file");
}

#[test]
fn what_is_rotated_while_it_is_opened_is_there_once() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let shard = home.path().join("rec/0");
    Archive::new(START).paths(&["/a"]).save(&shard.join("pathindex"), 0);
    write_current(&shard, 0, 3);
    let (rotations, stops) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            for nth in 1..1_700 {
                if stops.load(Ordering::Relaxed) {
                    return;
                }
                let (current, name) = (shard.join("current"), shard.join(rotated(nth)));
                fs::rename(&current, &name).expect("it is rotated");
                // What was allocated ahead is cut off, also under the eyes of a reader.
                let file = fs::File::options().write(true).open(&name).expect("a file");
                let length = file.metadata().expect("a file").len();
                file.set_len(length - 4096).expect("it is cut");
                rotations.store(nth, Ordering::SeqCst);
                write_current(&shard, nth, 3);
                thread::sleep(Duration::from_millis(10));
            }
        });
        let folder = home.path().join("rec").display().to_string();
        let started = Instant::now();
        let mut looks = 0;
        while started.elapsed() < Duration::from_secs(3) {
            let before = rotations.load(Ordering::SeqCst);
            let ran = run(["info", &folder, "--json", "--threads", "2"]);
            let after = rotations.load(Ordering::SeqCst);
            assert_eq!(ran.code, 0, "{}", ran.err);
            let info: Value = serde_json::from_str(&ran.out).expect("JSON");
            assert_eq!(info["problems"], serde_json::json!([]), "{}", ran.err);
            let files = info["deltaBatches"].as_u64().expect("a number") as usize / 3;
            // One more is `current`, which may just not be there.
            assert!((before..=after + 2).contains(&files), "{before} {files} {after}");
            let names = info["shards"][0]["files"].as_array().expect("a list");
            assert_eq!(names.len(), files, "{info}");
            looks += 1;
        }
        stops.store(true, Ordering::Relaxed);
        assert!(looks > 5 && rotations.load(Ordering::SeqCst) > 30, "{looks}");
    });
}

#[test]
fn thousands_of_files_need_few_handles() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let shard = home.path().join("rec/0");
    Archive::new(START).paths(&["/a", "/b"]).save(&shard.join("pathindex"), 0);
    for nth in 0..1_500_usize {
        let mut file = Archive::new(START + nth as i64);
        file.delta(0, 0, nth as i64);
        if nth == 0 {
            file.delta(1, 1, -1);
        }
        file.save(&shard.join(rotated(nth)), 0);
    }
    let folder = home.path().join("rec").display().to_string();
    // No more than 64 files, and no way to have more.
    let nav = env!("CARGO_BIN_EXE_nav");
    let script = format!("ulimit -n 64; ulimit -Hn 64; '{nav}' image '{folder}'");
    let ran = std::process::Command::new("sh").args(["-c", &script]).output().expect("sh starts");
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
    let lines: Vec<_> = out.lines().collect();
    assert!(
        lines[0].starts_with("/a\ti64\t1499\t") && lines[1].starts_with("/b\ti64\t-1\t"),
        "{out}"
    );
}
