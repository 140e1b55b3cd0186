//! A recording that is written while it is shown: files grow, are rotated, and are replaced by their compressed form.
//!
//! ```text
//! before   … F1 [ current ──▶                     a look at F2: it begins as the known current does, so it
//! after    … F1 [ F2       ][ current ──▶         is that under its new name, with its last batches
//! ```

use super::{Shard, Timeline};
use crate::{
    archive::Archive,
    format::{Error, ErrorKind},
    source::{CacheSize, Pages},
    timeline::FileKind,
};

/// What a look at a file found.
pub enum Look {
    /// The file is known, maybe under another name until now; whether it has more than before. What is new is to be
    /// scanned.
    Known {
        /// Whether there is more of it.
        is_new: bool,
        /// Whether the file was rotated: it had been known as `current`.
        is_rotated: bool,
    },
    /// The file is not known: it is to be scanned and added by [`Timeline::add_newer`].
    New,
    /// Another file stands in the place of the known one: it is to be scanned and put there by
    /// [`Timeline::replace`].
    Replaced,
}

impl Timeline {
    /// Looks at a file of a shard again, or for the first time. A file that was `current` is known under the name
    /// that its rotation gave it, if rotated files are looked at in their order and before the new `current`.
    ///
    /// # Errors
    /// Those of reading its head, and those of `pages`; then nothing is changed. Where the known `current` is another
    /// file now and no rotated one was found to be it, an error of kind [`ErrorKind::Changed`]: the list of files is
    /// older than the rotation.
    pub fn look<E: From<Error>>(
        &mut self,
        shard: &str,
        name: &str,
        pages: impl Fn(CacheSize) -> Result<Pages, E>,
    ) -> Result<Look, E> {
        let kind = FileKind::of(name).unwrap_or(FileKind::Other);
        if kind == FileKind::PathIndex {
            let known = self.shards.iter_mut().find(|it| it.name == shard);
            return known.map_or(Ok(Look::New), |it| it.look_at_path_index(name, pages));
        }
        if let Some(known) = self.archive_mut(shard, name) {
            return match known.grow(pages(known.pages().size())?) {
                Ok(is_new) => Ok(Look::Known { is_new, is_rotated: false }),
                Err(e) if e.kind() == ErrorKind::Changed && kind != FileKind::Current => {
                    Ok(Look::Replaced)
                }
                Err(e) => Err(e.into()),
            };
        }
        let FileKind::Rotated(_) = kind else { return Ok(Look::New) };
        let Some(current) = self.current(shard).map(str::to_owned) else { return Ok(Look::New) };
        let Some(known) = self.archive_mut(shard, &current) else { return Ok(Look::New) };
        match known.grow(pages(known.pages().size())?) {
            Ok(is_new) => {
                self.rename(shard, &current, name, kind);
                Ok(Look::Known { is_new, is_rotated: true })
            }
            Err(e) if e.kind() == ErrorKind::Changed => Ok(Look::New),
            Err(e) => Err(e.into()),
        }
    }

    /// What the file is called that was being written when it was looked at last, shown or not.
    fn current(&self, shard: &str) -> Option<&str> {
        let is_current = |kind: FileKind| kind == FileKind::Current;
        let shown = self.shards.iter().find(|it| it.name == shard);
        let shown = shown.and_then(|it| it.names.iter().find(|(_, kind)| is_current(*kind)));
        let hidden = || self.hidden.iter().find(|it| it.shard == shard && is_current(it.kind));
        shown.map(|(name, _)| name.as_str()).or_else(|| hidden().map(|it| it.name.as_str()))
    }

    fn rename(&mut self, shard: &str, from: &str, to: &str, kind: FileKind) {
        self.revision += 1;
        if let Some(hidden) = self.hidden.iter_mut().find(|it| it.shard == shard && it.name == from)
        {
            (hidden.name, hidden.kind) = (to.to_owned(), kind);
        } else if let Some(shard) = self.shards.iter_mut().find(|it| it.name == shard)
            && let Some(at) = shard.find(from)
        {
            let (_, archive) = shard.remove(at);
            shard.insert(to, kind, archive);
        }
    }

    /// Adds a file that came while the recording was shown: as [`add`](Self::add) does, but where it was rotated and
    /// compressed since the last look, it takes the place of what was `current`.
    ///
    /// [`refresh`](Self::refresh) follows.
    pub fn add_newer(&mut self, shard: &str, name: &str, archive: Archive) {
        let known = self.shards.iter_mut().find(|it| it.name == shard);
        if let (Some(shard), Ok(FileKind::Rotated(_))) = (known, FileKind::of(name))
            && let Some((at, _)) = shard.twin_of(&archive)
            && shard.names[at].1 == FileKind::Current
        {
            shard.remove(at);
        }
        self.add(shard, name, archive);
    }

    /// A file or a path index by its shard and name, for more of it to be scanned. [`refresh`](Self::refresh) follows
    /// where [`is_stale`](Self::is_stale) says so.
    pub fn named_mut(&mut self, shard: &str, name: &str) -> Option<&mut Archive> {
        if self.archive(shard, name).is_some() {
            return self.archive_mut(shard, name);
        }
        let known = self.shards.iter_mut().find(|it| it.name == shard)?.path_index.as_mut();
        known.filter(|(known, _)| is_same(known, name)).map(|(_, archive)| archive)
    }

    /// Puts a file, scanned, in the place of the one that had its name: its compressed form, most often.
    ///
    /// [`refresh`](Self::refresh) follows.
    pub fn replace(&mut self, shard: &str, name: &str, archive: Archive) {
        self.hidden.retain(|it| (&*it.shard, &*it.name) != (shard, name));
        if let Some(number) = self.shards.iter().position(|it| it.name == shard)
            && let Some(at) = self.shards[number].find(name)
        {
            self.shards[number].remove(at);
        }
        self.add(shard, name, archive);
    }
}

impl Shard {
    fn look_at_path_index<E: From<Error>>(
        &mut self,
        name: &str,
        pages: impl Fn(CacheSize) -> Result<Pages, E>,
    ) -> Result<Look, E> {
        match &mut self.path_index {
            Some((known, archive)) if is_same(known, name) => {
                match archive.grow(pages(archive.pages().size())?) {
                    Ok(is_new) => Ok(Look::Known { is_new, is_rotated: false }),
                    Err(e) if e.kind() == ErrorKind::Changed => Ok(Look::Replaced),
                    Err(e) => Err(e.into()),
                }
            }
            _ => Ok(Look::New),
        }
    }
}

/// Whether a path index is the one of this name. It may be known with its folder.
fn is_same(known: &str, name: &str) -> bool {
    known == name || super::last_part(known) == name
}
