//! The files of a recording looked at again while it is written.

use super::{Known, Open, Session, in_shard};
use crate::{
    archive::Archive,
    protocol::{Failure, ScanState},
    source::{CacheSize, Pages},
    timeline::{FileKind, Look, release},
};

/// What is to be done with a file that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// It is known. What is new of it is to be scanned, by [`Session::scan_file`].
    Known,
    /// It is to be scanned, and joined by [`Session::join_file`].
    New,
    /// The same, where another file had its place until now.
    Replaced,
}

impl Session {
    /// Looks at a file of the recording, `shard/name` or `name`: one that may have grown, that was rotated or replaced,
    /// or that is new. `pages` reads it.
    ///
    /// # Errors
    /// Of kind `changed` where the known `current` was rotated and the file that it is now was not looked at: the
    /// list of files is older than that.
    pub fn look(
        &mut self,
        name: &str,
        pages: impl Fn(CacheSize) -> Result<Pages, Failure>,
    ) -> Result<Looked, Failure> {
        let open = self.opened()?;
        let (shard, own) = in_shard(name);
        let had_failed = open.timeline.archive(shard, own).is_some_and(|it| it.pages().failed());
        let is_new = match open.timeline.look(shard, own, pages)? {
            Look::New => return Ok(Looked::New),
            Look::Replaced => return Ok(Looked::Replaced),
            Look::Known { is_new, is_rotated } => {
                let is_open =
                    shard == open.shard && open.timeline.archive(&open.shard, &open.name).is_none();
                if is_rotated && is_open {
                    own.clone_into(&mut open.name);
                    open.is_rotated = true;
                }
                if is_rotated {
                    open.hide();
                    open.learn_files();
                }
                is_new
            }
        };
        if is_new || had_failed {
            open.known.views.forget_batches();
        }
        Ok(Looked::Known)
    }

    /// Scans more of a file that was looked at: the records that begin in the next `bytes`. Returns whether there is
    /// more. The scan of the open file goes on by itself, by [`Session::scan_to`].
    pub fn scan_file(&mut self, name: &str, bytes: u64) -> bool {
        let Some(open) = &mut self.open else { return false };
        let (shard, own) = in_shard(name);
        if (&*open.shard, &*open.name) == (shard, own) && open.scan != ScanState::Over {
            return false;
        }
        let Some(archive) = open.timeline.named_mut(shard, own) else { return false };
        let until = archive.next_offset().saturating_add(bytes);
        let is_over = archive.scan_to(until);
        open.known.views.forget_batches();
        if open.timeline.is_stale() {
            open.learn_files();
        }
        !is_over
    }

    /// Joins a file that was scanned after [`look`](Self::look).
    ///
    /// # Errors
    /// Where nothing is open.
    pub fn join_file(
        &mut self,
        name: &str,
        archive: Archive,
        looked: Looked,
    ) -> Result<(), Failure> {
        let open = self.opened()?;
        release(&archive, open.timeline.count());
        let (shard, own) = in_shard(name);
        match looked {
            Looked::Replaced => open.timeline.replace(shard, own, archive),
            Looked::Known | Looked::New => open.timeline.add_newer(shard, own, archive),
        }
        if shard == open.shard {
            let is_gone = open.timeline.archive(&open.shard, &open.name).is_none();
            let goes_on = open.is_rotated && FileKind::of(own) == Ok(FileKind::Current);
            let is_there = open.timeline.archive(shard, own).is_some();
            // It was rotated and compressed at once, or the recorder goes on in this one.
            if (is_gone || goes_on) && is_there {
                open.is_rotated = is_gone && !goes_on;
                own.clone_into(&mut open.name);
                open.scan = ScanState::Over;
            }
        }
        open.hide();
        open.learn_files();
        Ok(())
    }
}

impl Open {
    /// Works out again what follows from which files there are.
    fn learn_files(&mut self) {
        self.timeline.refresh();
        self.paths.refresh(&self.timeline);
        self.known = Known::default();
    }
}
