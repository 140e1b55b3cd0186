//! Runs `nav`, and makes folders for it.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The program.
pub fn nav() -> Command {
    Command::new(env!("CARGO_BIN_EXE_nav"))
}

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs `nav` with some arguments.
pub fn run(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ran {
    let Output { status, stdout, stderr } = nav().args(args).output().expect("nav starts");
    Ran {
        code: status.code().expect("nav ends by itself"),
        out: String::from_utf8(stdout).expect("text"),
        err: String::from_utf8(stderr).expect("text"),
    }
}

/// The folder of golden files.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// A recording of the fixtures.
pub fn recording(name: &str) -> PathBuf {
    fixtures().join("recordings").join(name)
}

/// Copies a folder, so that it can be written to.
pub fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_all(&entry.path(), &target),
            // What is copied may be read-only; the copy has to grow.
            false => fs::write(&target, fs::read(entry.path()).expect("a file")).expect("a file"),
        }
    }
}

/// A JSON file.
pub fn text_file(path: &Path) -> serde_json::Value {
    let text = fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
