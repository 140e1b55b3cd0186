//! Files that are written: each appears under its name when it is whole, or not at all.
//!
//! ```text
//! .NAME.x8Fq2a.part  ── written, closed ──▶  NAME
//! ```
//!
//! What a kill leaves is a hidden file that ends in `.part`; Ctrl+C leaves nothing. A file that exists is
//! replaced only where that was asked for, and never one that is being read.

use super::{
    fault::Fault,
    file::Identity,
    interrupt::{self, Unfinished},
};
use std::{
    fs,
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};
use tempfile::{Builder, NamedTempFile};

/// What may become of what exists.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Whether files that exist are replaced.
    pub force: bool,
    /// Files that are being read, which never are.
    pub inputs: Vec<Identity>,
}

/// A file on its way to its name.
pub struct Destination {
    file: NamedTempFile,
    path: PathBuf,
    force: bool,
    /// Removes the file where the process is interrupted.
    unfinished: Unfinished,
}

impl Destination {
    /// Begins a file.
    ///
    /// # Errors
    /// Where it may not be written, which is known before anything is.
    pub fn create(path: &Path, rules: &Rules) -> Result<Self, Fault> {
        let fault = |why: &dyn std::fmt::Display| Fault::of(path.display(), why);
        let name = path.file_name().ok_or_else(|| fault(&"it is no name of a file"))?;
        match fs::metadata(path) {
            Ok(metadata) => {
                if Identity::of(&metadata).is_some_and(|it| rules.inputs.contains(&it)) {
                    return Err(fault(&"it is being read, and cannot be written over"));
                }
                if !metadata.is_file() {
                    return Err(fault(&"something that is no file stands there"));
                }
                if !rules.force {
                    return Err(fault(&"it exists; --force writes over it"));
                }
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(fault(&e)),
        }
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let prefix = format!(".{}.", name.to_string_lossy());
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        {
            // As any other file that is made: the user's mask is applied.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let (file, unfinished) = interrupt::begin(|| {
            let file = builder.tempfile_in(folder)?;
            let path = file.path().to_path_buf();
            Ok((file, path))
        })
        .map_err(|e| fault(&e))?;
        Ok(Self { file, path: path.to_path_buf(), force: rules.force, unfinished })
    }

    /// Writes what comes next.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.file.write_all(bytes).map_err(|e| Fault::of(self.path.display(), e))
    }

    /// Writes the first bytes anew.
    pub fn write_head(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let seek = self.file.seek(SeekFrom::Start(0));
        let written = seek.and_then(|_| self.file.write_all(bytes));
        written.map_err(|e| Fault::of(self.path.display(), e))
    }

    /// Puts the whole file in its place.
    ///
    /// # Errors
    /// Where it cannot be; then it is gone.
    pub fn finish(self) -> Result<(), Fault> {
        let Self { file, path, force, unfinished } = self;
        let cannot = |e: io::Error| Fault::of(path.display(), e);
        file.as_file().sync_all().map_err(cannot)?;
        let put = match force {
            true => file.persist(&path),
            // Whatever came there meanwhile stays.
            false => file.persist_noclobber(&path),
        };
        put.map_err(|e| cannot(e.error))?;
        drop(unfinished);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let found = fs::read_dir(folder).expect("a folder").flatten();
        let mut found: Vec<_> =
            found.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
        found.sort();
        found
    }

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = home.path().join("out");
        let rules = Rules { force: false, inputs: Vec::new() };
        let mut out = Destination::create(&path, &rules).expect("it can be written");
        out.write(b"abc").expect("room");
        assert!(!path.exists() && names(home.path()).len() == 1);
        out.write_head(b"x").expect("room");
        out.finish().expect("it can be put there");
        assert_eq!(
            (fs::read(&path).expect("a file"), names(home.path())),
            (b"xbc".to_vec(), vec!["out".to_owned()])
        );

        let out = Destination::create(&home.path().join("other"), &rules);
        drop(out.expect("it can be written"));
        assert_eq!(names(home.path()), ["out"]);
    }

    #[test]
    fn what_exists_stays_unless_it_is_forced_and_what_is_read_always() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = home.path().join("out");
        fs::write(&path, "before").expect("a file");
        let create = |force, inputs| Destination::create(&path, &Rules { force, inputs });
        assert!(create(false, Vec::new()).is_err());
        let own = Identity::of(&fs::metadata(&path).expect("a file"));
        assert!(create(true, own.into_iter().collect()).is_err());
        assert_eq!(fs::read(&path).expect("a file"), b"before");
        let mut out = create(true, Vec::new()).expect("it is forced");
        out.write(b"after").expect("room");
        out.finish().expect("it can be put there");
        assert_eq!(fs::read(&path).expect("a file"), b"after");
        // What came there meanwhile.
        let later = home.path().join("later");
        let rules = Rules { force: false, inputs: Vec::new() };
        let out = Destination::create(&later, &rules).expect("it can be written");
        fs::write(&later, "mine").expect("a file");
        assert!(out.finish().is_err());
        assert_eq!(
            (fs::read(&later).expect("a file"), names(home.path())),
            (b"mine".to_vec(), vec!["later".to_owned(), "out".to_owned()])
        );
        assert!(Destination::create(home.path(), &rules).is_err());
        assert!(Destination::create(&home.path().join("none/out"), &rules).is_err());
    }
}
