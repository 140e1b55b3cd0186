//! What lies in a recorder's folder, by names.
//!
//! ```text
//! DIR/current, DIR/pathindex, DIR/2026-…        the folder of a shard, or a recorder's of before 0.19.7
//! DIR/0/current, DIR/1/…                        the folder of a recorder: one level of shards
//! ```

use crate::timeline::{FileKind, LeftOut};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A file that may be part of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The folder that it is in, as the name of its shard; empty in the folder itself.
    pub shard: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What its name says.
    pub kind: FileKind,
}

/// What a folder has.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files that may be part of a recording.
    pub files: Vec<Listed>,
    /// Everything else, with the reason.
    pub left_out: Vec<LeftOut>,
}

impl Listing {
    /// Lists a folder and the folders in it. Files of the folder itself are of a shard without a name.
    ///
    /// # Errors
    /// Where the folder itself cannot be listed; folders in it that cannot be are left out.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let mut listing = Self::default();
        for folder in listing.add(folder, "")? {
            let shard = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match listing.add(&folder, &shard) {
                Ok(deeper) => deeper.iter().for_each(|folder| {
                    let name = folder.file_name().unwrap_or_default().to_string_lossy();
                    listing.leave_out(&shard, &name, "it is a folder inside a shard");
                }),
                Err(e) => {
                    listing.leave_out("", &shard, &format!("the folder cannot be listed: {e}"));
                }
            }
        }
        Ok(listing)
    }

    /// Adds the files of a folder. Returns the folders in it.
    fn add(&mut self, folder: &Path, shard: &str) -> io::Result<Vec<PathBuf>> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = match FileKind::of(&name) {
                Ok(kind) => kind,
                Err(reason) => {
                    self.leave_out(shard, &name, reason);
                    continue;
                }
            };
            let path = entry.path();
            // Of a link, what it leads to.
            let is_link = entry.file_type().is_ok_and(|it| it.is_symlink());
            let file_type = match is_link {
                true => fs::metadata(&path).map(|it| it.file_type()),
                false => entry.file_type(),
            };
            match file_type {
                Ok(it) if it.is_dir() => folders.push(path),
                Ok(it) if it.is_file() => {
                    self.files.push(Listed { shard: shard.to_owned(), name, path, kind });
                }
                Ok(_) => self.leave_out(shard, &name, "it is no file"),
                // It was rotated or removed since it was listed.
                Err(e) if e.kind() == io::ErrorKind::NotFound && !is_link => {}
                Err(e) => self.leave_out(shard, &name, &format!("it cannot be looked at: {e}")),
            }
        }
        folders.sort();
        Ok(folders)
    }

    fn leave_out(&mut self, shard: &str, name: &str, reason: &str) {
        let [shard, name, reason] = [shard, name, reason].map(str::to_owned);
        self.left_out.push(LeftOut { shard, name, reason });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_level_of_shards_and_what_is_no_part() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let root = home.path().join("rec");
        for file in ["0/current", "0/pathindex", "1/2026-03-01T09:30:00+00:00", "1/deep/current"] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "x").expect("a file");
        }
        for file in ["0/current.lock", ".hidden", "loose"] {
            fs::write(root.join(file), "x").expect("a file");
        }
        let listing = Listing::of(&root).expect("a folder");
        let mut found: Vec<_> =
            listing.files.iter().map(|it| (it.shard.as_str(), it.name.as_str())).collect();
        found.sort_unstable();
        let rotated = "2026-03-01T09:30:00+00:00";
        let wanted = [("", "loose"), ("0", "current"), ("0", "pathindex"), ("1", rotated)];
        assert_eq!(found, wanted);
        let mut left: Vec<_> =
            listing.left_out.iter().map(|it| (it.shard.as_str(), it.name.as_str())).collect();
        left.sort_unstable();
        assert_eq!(left, [("", ".hidden"), ("0", "current.lock"), ("1", "deep")]);
    }
}
