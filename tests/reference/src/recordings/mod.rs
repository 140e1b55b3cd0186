//! Whole recordings: folders of shards as the recorder leaves them, and beside each a JSON of what was
//! written.
//!
//! The batches of the JSON are those that the real reader finds, in the order of the file, and they must
//! be those that were given to the writer, or the run fails.

mod document;
mod hazards;
mod landing;
mod old;
mod shard;
mod steady;

pub use landing::stored_name;
pub use shard::{Shard, compress_in_place};

use anyhow::{Context, Result};
use shard::DataFile;
use std::{env, fs, path::Path as FilePath, process};

/// A recording that was written.
pub struct Recording {
    about: &'static str,
    writer: &'static str,
    shards: Vec<Recorded>,
}

/// A shard that was written.
pub struct Recorded {
    /// Its folder; empty where the files lie in the archive directory itself.
    name: &'static str,
    files: Vec<DataFile>,
    /// Files that are no part of the recording, and why.
    not_part: Vec<(String, &'static str)>,
    twins: Vec<Twin>,
}

/// A data file whose batches another file has too.
struct Twin {
    name: String,
    of: String,
}

impl Recording {
    fn new(about: &'static str, shards: Vec<Recorded>) -> Self {
        Recording { about, writer: crate::archive::WRITER, shards }
    }
}

impl Recorded {
    fn new(name: &'static str, files: Vec<DataFile>) -> Self {
        Recorded { name, files, not_part: vec![], twins: vec![] }
    }
}

/// Writes one recording into the folder that it is given.
type Case = fn(&FilePath) -> Result<Recording>;

const CASES: &[(&str, Case)] = &[
    ("plain", steady::plain),
    ("deltas-only", steady::deltas_only),
    ("no-current", steady::no_current),
    ("no-pathindex", steady::no_pathindex),
    ("two-shards-one-path", steady::two_shards_one_path),
    ("hazards", hazards::hazards),
    ("crashed", hazards::crashed),
    ("own-ids", old::own_ids),
];

/// The recording that netidx's own test wrote: it is copied, not made here.
const PUBLIC: &str = "netidx-test-recorder";

/// Writes all of them under `root`, and what the real reader finds in the public one.
pub fn write_all(root: &FilePath) -> Result<()> {
    let dir = root.join("tests/fixtures/recordings");
    fs::create_dir_all(&dir)?;
    for (name, case) in CASES {
        let made = in_new_folder(|folder| {
            let recording = case(folder)?;
            let to = dir.join(name);
            if to.exists() {
                fs::remove_dir_all(&to)?;
            }
            landing::land(folder, &to, &recording)?;
            document::write(&to, &recording, false)
        });
        let size = made.with_context(|| format!("write the recording {name}"))?;
        println!("{name}: {size} bytes of JSON");
    }
    document::write(&dir.join(PUBLIC), &public(), true).context(PUBLIC)?;
    Ok(())
}

fn public() -> Recording {
    let about =
        "what netidx's own test recorder wrote: two counters, 1,002 batches, nothing rotated";
    let current = DataFile { rotated: None, batches: vec![] };
    Recording::new(about, vec![Recorded::new("0", vec![current])])
}

/// Gives a folder that is empty, and removes it after.
pub fn in_new_folder<T>(write: impl FnOnce(&FilePath) -> Result<T>) -> Result<T> {
    let folder = env::temp_dir().join(format!("netidx-recording-{}", process::id()));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let written = write(&folder);
    fs::remove_dir_all(&folder)?;
    written
}
