//! Folders as recorders leave them, with the names that they have on Linux.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Copies a recording of `tests/fixtures/recordings` to `target/e2e/recordings/<test>/<name>`.
/// There its rotated files have their real names, with `:` for each `I`.
pub fn copy(test: &str, name: &str) -> Result<PathBuf> {
    let from = crate::root().join("tests/fixtures/recordings").join(name);
    let to = folder(test)?.join(name);
    copy_all(&from, &to)?;
    Ok(to)
}

/// An empty folder `target/e2e/recordings/<test>`.
pub fn folder(test: &str) -> Result<PathBuf> {
    let folder = crate::root().join("target/e2e/recordings").join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// The real name of a file.
pub fn real_name(name: &str) -> String {
    let is_rotated = name.starts_with(|c: char| c.is_ascii_digit()) && name.contains('T');
    if is_rotated { name.replace('I', ":") } else { name.to_owned() }
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let entry = entry?;
        let target = to.join(real_name(&entry.file_name().to_string_lossy()));
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            // What is copied may be read-only; the copy has to grow.
            fs::write(&target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}
