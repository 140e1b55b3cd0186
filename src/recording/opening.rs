//! From sources to a recording.

use super::Recording;
use crate::{
    archive::Archive,
    error::Error,
    protocol::Failure,
    sidecar,
    source::Pages,
    timeline::{FileKind, Timeline},
};

impl Recording {
    /// Opens one file and scans its records. A path index names the paths of a recorder's data file.
    ///
    /// # Errors
    /// Where the bytes are no archive, or those of the path index no path index.
    pub fn open_file(pages: Pages, path_index: Option<Pages>) -> Result<Self, Failure> {
        FileOpening::start(pages, path_index, None).map(FileOpening::finish)
    }

    /// Takes the bytes of a file after it grew, and those of its path index where that may have grown too, and
    /// reads only the records that are new. For a recording of one file.
    ///
    /// # Errors
    /// Where they cannot be the same file with more in it; then the recording stays as it is.
    pub fn rescan(&mut self, pages: Pages, path_index: Option<Pages>) -> Result<(), Failure> {
        let shard = self.timeline.shard_mut(0);
        shard.archive_mut(0).rescan(pages)?;
        match (path_index, shard.path_index_mut()) {
            (None, _) => {}
            (Some(pages), Some(known)) => known.rescan(pages)?,
            (Some(pages), None) => {
                let path_index = open_path_index(pages)?;
                self.timeline.set_path_index("", PATH_INDEX, path_index);
            }
        }
        self.timeline.refresh();
        (self.ranks, self.search, self.page) = Default::default();
        Ok(())
    }
}

/// One file on the way to become a [`Recording`], scanned in pieces.
pub struct FileOpening {
    archive: Archive,
    path_index: Option<Archive>,
    /// Why the sidecar is not used.
    refused: Option<Error>,
}

impl FileOpening {
    /// Reads the head of a file, and all of its path index. A sidecar saves the scan where it fits; where it does
    /// not, [`Recording::info`] says so.
    ///
    /// # Errors
    /// Where the bytes are no archive, or those of the path index no path index.
    pub fn start(
        pages: Pages,
        path_index: Option<Pages>,
        sidecar: Option<&[u8]>,
    ) -> Result<Self, Failure> {
        let path_index = path_index.map(open_path_index).transpose()?;
        let (archive, refused) = match sidecar {
            Some(sidecar) => sidecar::open(pages, sidecar)?,
            None => (Archive::start(pages)?, None),
        };
        Ok(Self { archive, path_index, refused })
    }

    /// Scans about as many bytes of records, and returns whether that were the last.
    pub fn scan(&mut self, bytes: u64) -> bool {
        let until = self.archive.next_offset().saturating_add(bytes);
        self.archive.scan_to(until)
    }

    /// How many bytes were scanned, and of how many.
    pub fn progress(&self) -> (u64, u64) {
        (self.archive.next_offset(), self.archive.length())
    }

    /// The recording. What was not scanned yet is scanned now.
    pub fn finish(mut self) -> Recording {
        self.archive.scan_to(u64::MAX);
        let mut timeline = Timeline::of("", self.archive);
        if let Some(path_index) = self.path_index {
            timeline.set_path_index("", PATH_INDEX, path_index);
            timeline.refresh();
        }
        let recording = Recording::new(timeline, true);
        recording.note(&self.refused);
        recording
    }
}

/// What the path index of a file by itself is called.
const PATH_INDEX: &str = "pathindex";

/// A path index with its paths.
fn open_path_index(pages: Pages) -> Result<Archive, Failure> {
    let mut archive = Archive::start(pages)?;
    archive.scan_to(u64::MAX);
    if archive.is_path_index() {
        return Ok(archive);
    }
    let message = "pathIndex is no path index: it has batches, or maps no paths";
    Err(Failure::new("names", message))
}

/// The files of a recorder's folder on the way to become a [`Recording`].
///
/// A file that is no part of a recording, is a copy of another, or is no archive hides no other: it is left out,
/// with the reason, which [`Info::left_out`](super::Info::left_out) lists.
#[derive(Default)]
pub struct Opening {
    timeline: Timeline,
}

impl Opening {
    /// Adds a file by its name, `shard/name` or `name`. `pages` is asked only for files whose names can be
    /// parts of a recording.
    ///
    /// # Errors
    /// Those of `pages` that have the kind `argument`: then the call is wrong, and not the file.
    pub fn add(
        &mut self,
        name: &str,
        pages: impl FnOnce() -> Result<Pages, Failure>,
    ) -> Result<(), Failure> {
        let (shard, name) = name.rsplit_once('/').unwrap_or(("", name));
        if let Err(reason) = FileKind::of(name) {
            self.timeline.leave_out(shard, name, reason);
            return Ok(());
        }
        match pages().and_then(|pages| Archive::start(pages).map_err(Failure::from)) {
            Ok(mut archive) => {
                archive.scan_to(u64::MAX);
                // There may be thousands.
                archive.pages().release();
                self.timeline.add(shard, name, archive);
            }
            Err(e) if e.kind == "argument" => return Err(e),
            Err(e) => self.timeline.leave_out(shard, name, &e.message),
        }
        Ok(())
    }

    /// All files as one.
    ///
    /// # Errors
    /// Of kind `not-an-archive` where none of the files is one.
    pub fn finish(self) -> Result<Recording, Failure> {
        let mut timeline = self.timeline;
        timeline.refresh();
        if timeline.shards().is_empty() {
            let why = timeline.left_out().first().map_or_else(
                || "there are no files".to_owned(),
                |left| format!("{}: {}", full_name(&left.shard, &left.name), left.reason),
            );
            let message = format!("no archive is among the files: {why}");
            return Err(Failure::new("not-an-archive", message));
        }
        Ok(Recording::new(timeline, false))
    }
}

/// The name of a file with that of its shard.
pub(super) fn full_name(shard: &str, name: &str) -> String {
    if shard.is_empty() { name.to_owned() } else { format!("{shard}/{name}") }
}
