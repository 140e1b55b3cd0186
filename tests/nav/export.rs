//! `nav export`: copies are those that the reference read, and files appear whole or not at all.

use crate::support::{copy_all, fixtures, nav, recording, run, text_file};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// 64-bit FNV-1a, as `copies.json` has it.
fn hash(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let found = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<_> = found.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn copies_are_those_that_the_reference_read_with_any_number_of_threads() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let out = home.path().join("copy");
    let copies = text_file(&fixtures().join("copies/copies.json"));
    let mut made = 0;
    for copy in copies["copies"].as_array().expect("a list") {
        let format = match copy["kind"].as_str() {
            Some("index") => "indexed",
            Some("compress") => "compressed",
            _ => continue,
        };
        let of = fixtures().join(format!("{}.archive", copy["of"].as_str().expect("a name")));
        for threads in ["1", "16"] {
            let ran = nav()
                .args(["export", "--format", format, "--threads", threads, "--force", "--out"])
                .args([&out, &of])
                .output()
                .expect("nav starts");
            // Of a damaged file what is sound is copied, and the code says that it is damaged.
            assert!([Some(0), Some(1)].contains(&ran.status.code()), "{of:?}: {ran:?}");
            let bytes = fs::read(&out).expect("a copy");
            assert_eq!(copy["hash"], hash(&bytes), "{of:?} {format} {threads}");
            made += 1;
        }
    }
    assert!(made > 150, "{made}");
    assert_eq!(names(home.path()), ["copy"]);
}

#[test]
fn a_copy_of_a_recorders_file_has_its_names_inside() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let current = recording("plain").join("1/current").display().to_string();
    let out = home.path().join("alone").display().to_string();
    let ran = run(["export", &current, "--format", "compressed", "--out", &out]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    assert_eq!(run(["image", &out]).out, run(["image", &current]).out);
}

#[test]
fn nothing_is_written_over_what_exists_or_is_read() {
    let home = tempfile::tempdir().expect("a temporary folder");
    copy_all(&recording("plain"), &home.path().join("rec"));
    let day = home.path().join("day");
    fs::copy(home.path().join("rec/1/current"), &day).expect("a copy");
    let link = home.path().join("link");
    fs::hard_link(&day, &link).expect("a link");
    let other = home.path().join("other");
    fs::write(&other, "before").expect("a file");
    let before = fs::read(&day).expect("a file");
    let export = |out: &Path, force: bool| {
        let mut nav = nav();
        nav.arg("export").arg(&day).args(["--format", "compressed", "--out"]).arg(out);
        nav.args(force.then_some("--force")).output().expect("nav starts").status.code()
    };
    for (out, force) in [(&day, true), (&day, false), (&link, true), (&other, false)] {
        assert_eq!(export(out, force), Some(2), "{out:?} {force}");
    }
    for nowhere in ["none/out", "", "rec"] {
        assert_eq!(export(&home.path().join(nowhere), true), Some(2), "{nowhere:?}");
    }
    assert_eq!(
        (fs::read(&day).expect("a file"), fs::read(&other).expect("a file")),
        (before, b"before".to_vec())
    );
    assert_eq!(names(home.path()), ["day", "link", "other", "rec"]);
    // One that fails on the way leaves what was there, too.
    let out = home.path().join("twice");
    assert_eq!(export(&out, false), Some(0));
    let compressed = fs::read(&out).expect("a copy");
    let ran = nav()
        .arg("export")
        .arg(&out)
        .args(["--format", "compressed", "--force", "--out"])
        .arg(&other)
        .output();
    assert_eq!(ran.expect("nav starts").status.code(), Some(2), "it is compressed already");
    assert_eq!(fs::read(&other).expect("a file"), b"before");
    assert_eq!(export(&other, true), Some(0));
    assert_eq!(fs::read(&other).expect("a file"), compressed);
    assert_eq!(names(home.path()), ["day", "link", "other", "rec", "twice"]);
}

/// Begins to make a copy of the sample.
fn begin(out: &Path) -> Child {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/sample.archive");
    let args = ["--format", "compressed", "--force", "--out"];
    let mut nav = nav();
    nav.arg("export").arg(sample).args(args).arg(out);
    nav.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("nav starts")
}

#[test]
fn a_kill_at_any_moment_leaves_no_part_under_the_name() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (whole, out) = (home.path().join("whole"), home.path().join("out"));
    let started = Instant::now();
    assert!(begin(&whole).wait().expect("it ends").success());
    let took = started.elapsed();
    let whole = fs::read(whole).expect("a copy");
    let mut ended: BTreeMap<&str, usize> = BTreeMap::new();
    // Moments all over it, from before the first byte to after the last.
    for nth in 0..20_u32 {
        fs::remove_file(&out)
            .or_else(|e| if e.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
            .expect("it can go");
        let mut child = begin(&out);
        thread::sleep(took * nth / 18);
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let is_there = out.exists();
        if is_there {
            assert_eq!(fs::read(&out).expect("a copy"), whole, "{nth}");
        }
        *ended.entry(if is_there { "whole" } else { "nothing" }).or_default() += 1;
    }
    assert!(ended.get("nothing") > Some(&5), "{ended:?}");
    // What is left is hidden, and no part of any recording.
    let left = names(home.path());
    assert!(
        left.iter()
            .all(|name| ["out", "whole"].contains(&name.as_str()) || name.starts_with(".out.")),
        "{left:?}"
    );
}

#[test]
fn an_interrupt_leaves_nothing_at_all() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let out: PathBuf = home.path().join("out");
    for signal in ["INT", "TERM"] {
        let mut child = begin(&out);
        let started = Instant::now();
        while names(home.path()).is_empty() && started.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(2));
        }
        let sent =
            Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.expect("kill starts").success());
        let ended = child.wait().expect("it ends");
        assert_eq!((ended.code(), names(home.path())), (Some(130), vec![]), "{signal}");
    }
}
