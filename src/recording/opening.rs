//! From named sources to a recording.

use super::Recording;
use crate::{
    archive::Archive,
    protocol::Failure,
    source::Pages,
    timeline::{FileKind, Timeline},
};

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
