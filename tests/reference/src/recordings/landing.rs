//! From the folder that the real writer filled to the one in the repository: names that every system can
//! check out, and no more preallocated zeros than the last block needs.

use super::Recording;
use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use netidx_archive::logfile::read_file_header;
use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    path::Path as FilePath,
};

/// What most file systems preallocate in one go, and so the writer.
const BLOCK: u64 = 4_096;

/// The name of a rotated file as netidx writes it on Windows, where a name has no `:`.
pub fn rotated_name(time: &DateTime<Utc>) -> String {
    stored_name(&time.to_rfc3339())
}

/// A file's name without `:`, each of which is `I`, as netidx itself does it on Windows.
pub fn stored_name(name: &str) -> String {
    name.replace(':', "I")
}

/// Copies all that lies in `from` to `to`; fails where a file is none that the recording names, or one is
/// missing.
pub(super) fn land(from: &FilePath, to: &FilePath, recording: &Recording) -> Result<()> {
    for shard in &recording.shards {
        let (from, to) = (from.join(shard.name), to.join(shard.name));
        fs::create_dir_all(&to)?;
        let mut expected: BTreeSet<String> = shard.not_part.iter().map(|n| n.0.clone()).collect();
        expected.extend(shard.twins.iter().map(|twin| twin.name.clone()));
        expected.extend(shard.files.iter().map(super::document::name));
        if from.join("pathindex").exists() {
            expected.insert("pathindex".to_owned());
        }
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let name = entry.file_name().into_string().ok().context("a name that is no text")?;
            let name = stored_name(&name);
            ensure!(expected.remove(&name), "{name} is no file that the recording names");
            land_file(&entry.path(), &to.join(&name))?;
        }
        ensure!(expected.is_empty(), "not written: {expected:?}");
    }
    Ok(())
}

/// Copies a file; an archive ends with the block in which its last record ends.
pub fn land_file(from: &FilePath, to: &FilePath) -> Result<()> {
    fs::copy(from, to)?;
    if fs::metadata(to)?.len() > 0 {
        let committed = read_file_header(to)?.committed;
        let length = committed.max(1).next_multiple_of(BLOCK);
        OpenOptions::new().write(true).open(to)?.set_len(length)?;
    }
    Ok(())
}
