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
    source::Pages,
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
        pages: impl Fn() -> Result<Pages, E>,
    ) -> Result<Look, E> {
        let kind = FileKind::of(name).unwrap_or(FileKind::Other);
        let Some(shard) = self.shards.iter_mut().find(|it| it.name == shard) else {
            return Ok(Look::New);
        };
        if kind == FileKind::PathIndex {
            return shard.look_at_path_index(name, pages);
        }
        if let Some(at) = shard.find(name) {
            return match shard.archives[at].grow(pages()?) {
                Ok(is_new) => Ok(Look::Known { is_new, is_rotated: false }),
                Err(e) if e.kind() == ErrorKind::Changed && kind != FileKind::Current => {
                    Ok(Look::Replaced)
                }
                Err(e) => Err(e.into()),
            };
        }
        let current = shard.names.iter().position(|(_, kind)| *kind == FileKind::Current);
        if let (FileKind::Rotated(_), Some(at)) = (kind, current) {
            match shard.archives[at].grow(pages()?) {
                Ok(is_new) => {
                    shard.rename(at, name, kind);
                    self.revision += 1;
                    return Ok(Look::Known { is_new, is_rotated: true });
                }
                Err(e) if e.kind() == ErrorKind::Changed => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(Look::New)
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

    /// Puts a file, scanned, in the place of the one that had its name: its compressed form, most often.
    ///
    /// [`refresh`](Self::refresh) follows.
    pub fn replace(&mut self, shard: &str, name: &str, archive: Archive) {
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
        pages: impl Fn() -> Result<Pages, E>,
    ) -> Result<Look, E> {
        match &mut self.path_index {
            Some((known, archive)) if known == name => match archive.grow(pages()?) {
                Ok(is_new) => Ok(Look::Known { is_new, is_rotated: false }),
                Err(e) if e.kind() == ErrorKind::Changed => Ok(Look::Replaced),
                Err(e) => Err(e.into()),
            },
            _ => Ok(Look::New),
        }
    }

    /// A file, or the path index, by its name, for more of it to be scanned.
    pub fn named_mut(&mut self, name: &str) -> Option<&mut Archive> {
        match self.find(name) {
            Some(at) => Some(&mut self.archives[at]),
            None => {
                let index = self.path_index.as_mut().filter(|(known, _)| known == name);
                index.map(|(_, archive)| archive)
            }
        }
    }

    fn rename(&mut self, at: usize, name: &str, kind: FileKind) {
        let archive = self.archives.remove(at);
        self.heads.remove(at);
        self.names.remove(at);
        self.insert(name, kind, archive);
    }
}
