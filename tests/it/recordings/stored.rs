//! The recordings in `tests/fixtures/recordings`, and what their JSON says.

use crate::common::{ExpectedItem, ExpectedPath};
use netidx_archive_viewer::archive::Archive;
use serde::Deserialize;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A recording's JSON.
#[derive(Deserialize)]
pub struct Recording {
    #[serde(skip)]
    pub name: String,
    pub shards: Vec<Shard>,
}

/// A shard.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shard {
    /// Empty where the files have no shard folder.
    #[serde(rename = "shard")]
    pub name: String,
    #[serde(rename = "pathindex")]
    pub has_path_index: bool,
    /// Those of the path index.
    pub paths: Vec<ExpectedPath>,
    /// In the order of the recording.
    pub files: Vec<DataFile>,
    pub not_part: Vec<NotPart>,
    pub twin_of: Vec<Twin>,
}

/// A data file.
#[derive(Deserialize)]
pub struct DataFile {
    pub name: String,
    /// The time of its rotation, as RFC 3339; `None` for `current`.
    pub rotated: Option<String>,
    pub length: u64,
    pub committed: u64,
    pub compressed: bool,
    pub indexed: bool,
    /// Those that the file maps itself.
    pub paths: Vec<ExpectedPath>,
    /// In the order of the file.
    pub batches: Vec<Batch>,
}

/// A batch.
#[derive(Debug, Deserialize, PartialEq)]
pub struct Batch {
    pub kind: String,
    pub time: String,
    pub bytes: u64,
    pub items: Vec<ExpectedItem>,
}

/// A file in the folder that is no part of the recording.
#[derive(Deserialize)]
pub struct NotPart {
    pub name: String,
}

/// A file whose batches are the first ones of another one.
#[derive(Deserialize)]
pub struct Twin {
    pub name: String,
    pub of: String,
    pub batches: usize,
}

impl Recording {
    /// Reads a recording's JSON.
    pub fn read(name: &str) -> Self {
        let json = fs::read_to_string(folder().join(format!("{name}.json"))).expect("a JSON");
        let recording = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{name}.json: {e}"));
        Self { name: name.to_owned(), ..recording }
    }

    /// All of them, by name.
    pub fn all() -> Vec<Self> {
        let names: BTreeSet<String> = file_names(&folder())
            .into_iter()
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .collect();
        assert!(names.len() >= 9, "{names:?}");
        names.iter().map(|name| Self::read(name)).collect()
    }

    /// A file of a shard.
    pub fn bytes(&self, shard: &Shard, file: &str) -> Vec<u8> {
        let file = self.folder_of(shard).join(file);
        fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
    }

    /// The path index of a shard, opened.
    pub fn path_index(&self, shard: &Shard) -> Option<Archive> {
        let bytes = shard.has_path_index.then(|| self.bytes(shard, "pathindex"))?;
        Some(Archive::open(bytes).expect("a path index"))
    }

    /// A file of a shard, opened with the shard's path index.
    pub fn open(&self, shard: &Shard, file: &str) -> Archive {
        let opened = Archive::open(self.bytes(shard, file));
        let mut archive = opened.unwrap_or_else(|e| panic!("{}/{file}: {e}", self.name));
        if let Some(path_index) = self.path_index(shard) {
            archive.add_names(&path_index);
        }
        archive
    }

    /// Where the files of a shard lie.
    pub fn folder_of(&self, shard: &Shard) -> PathBuf {
        folder().join(&self.name).join(&shard.name)
    }
}

/// Where all recordings lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings")
}

/// The names of the files in a folder.
pub fn file_names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let entries = entries.map(|entry| entry.expect("a readable entry"));
    let files = entries.filter(|entry| entry.path().is_file());
    files.map(|entry| entry.file_name().into_string().expect("a name of text")).collect()
}
