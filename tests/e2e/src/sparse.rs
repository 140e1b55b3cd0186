//! Archives of gigabytes that take next to no disk: most of their items are zeros, which are holes in
//! the file.
//!
//! ```text
//! item      00 00 00000000          id 0, the tag of a u32, its value
//! group     time basis │ a delta of many such items │ deltas of one text each
//! file      header │ basis │ paths │ group 0 │ image │ group 1 │ … │ image │ …
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::writer::{Batch, HEADER_BYTES, Writer};

/// 2026-03-01T09:30:00Z, where group 0 begins; each of the others begins a second later.
pub const START: i64 = 1_772_357_400;
/// Bytes of an item of zeros.
const ZEROS: u64 = 6;
/// Deltas of one text in a group, and the paths that take turns at them.
pub const TEXTS: u32 = 64;
/// The names of the paths; the first is the one of the zeros.
pub const PATHS: [&str; 9] = [
    "/bulk", "/text/0", "/text/1", "/text/2", "/text/3", "/text/4", "/text/5", "/text/6", "/text/7",
];

/// How a file is made.
#[derive(Clone, Copy)]
pub struct Plan {
    /// How many groups there are.
    pub groups: u32,
    /// Items of zeros in each.
    pub zeros: u64,
    /// Groups between two images.
    pub image_every: u32,
}

/// What was made.
pub struct Sparse {
    /// Where it is.
    pub path: PathBuf,
    /// The offset at which each group begins.
    pub groups: Vec<u64>,
    /// Its length.
    pub length: u64,
}

impl Plan {
    /// Makes the file of this name under the target folder, in place of any that is there.
    pub fn make(&self, name: &str) -> Result<Sparse> {
        let path = crate::root().join("target/e2e/sparse").join(name);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        // What still has the old one open keeps it.
        let _ = fs::remove_file(&path);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        let mut file = file.with_context(|| format!("cannot make {}", path.display()))?;
        let mut writer = Writer::new(0, START);
        writer.paths(PATHS.into_iter());
        let mut groups = Vec::new();
        for group in 0..self.groups {
            if group > 0 {
                writer.basis(START + i64::from(group));
            }
            if group.is_multiple_of(self.image_every) {
                let text = format!("image {group}");
                let items: Vec<(u64, &str)> =
                    (0..PATHS.len() as u64).map(|id| (id, &*text)).collect();
                writer.strings(Batch::Image, 0, items.into_iter());
            }
            file.write_all(&writer.take())?;
            groups.push(file.stream_position()?);
            self.group(&mut file, &mut writer, group)?;
        }
        file.write_all(&writer.take())?;
        let length = file.stream_position()?;
        file.seek(SeekFrom::Start(HEADER_BYTES as u64 - 8))?;
        file.write_all(&length.to_be_bytes())?;
        file.set_len(length)?;
        Ok(Sparse { path, groups, length })
    }

    fn group(&self, file: &mut File, writer: &mut Writer, group: u32) -> Result<()> {
        let microseconds = |nth: u32| nth * 10_000;
        writer.head_of_zeros(microseconds(1), self.zeros, self.zeros * ZEROS);
        file.write_all(&writer.take())?;
        file.seek(SeekFrom::Current(i64::try_from(self.zeros * ZEROS)?))?;
        for nth in 0..TEXTS {
            let id = 1 + u64::from(nth) % (PATHS.len() as u64 - 1);
            let text = format!("{group}.{nth}");
            writer.strings(Batch::Delta, microseconds(2 + nth), [(id, &*text)].into_iter());
        }
        Ok(())
    }

    /// Delta batches of the whole file.
    pub fn deltas(&self) -> u64 {
        u64::from(self.groups) * u64::from(1 + TEXTS)
    }

    /// Rows of the whole file: the items of all its batches.
    pub fn rows(&self) -> u64 {
        let images = u64::from(self.groups.div_ceil(self.image_every));
        u64::from(self.groups) * (self.zeros + u64::from(TEXTS)) + images * PATHS.len() as u64
    }
}

/// A row of the file, as the grid of the raw rows counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SparseRow {
    /// Counted from 1.
    pub index: u64,
    /// `delta` or `image`.
    pub kind: &'static str,
    /// The path.
    pub path: &'static str,
    /// The text of the value.
    pub value: String,
}

impl Plan {
    /// The row of a number, counted from 1.
    pub fn row(&self, index: u64) -> Option<SparseRow> {
        let mut left = index.checked_sub(1)?;
        for group in 0..self.groups {
            let of_image =
                if group.is_multiple_of(self.image_every) { PATHS.len() as u64 } else { 0 };
            let rows = of_image + self.zeros + u64::from(TEXTS);
            if left >= rows {
                left -= rows;
                continue;
            }
            let (kind, path, value) = if left < of_image {
                ("image", PATHS[left as usize], format!("\"image {group}\""))
            } else if left < of_image + self.zeros {
                ("delta", PATHS[0], "0".to_owned())
            } else {
                let nth = left - of_image - self.zeros;
                let path = PATHS[1 + nth as usize % (PATHS.len() - 1)];
                ("delta", path, format!("\"{group}.{nth}\""))
            };
            return Some(SparseRow { index, kind, path, value });
        }
        None
    }
}

/// Cuts a file short.
pub fn cut(path: &Path, length: u64) -> Result<()> {
    OpenOptions::new().write(true).open(path)?.set_len(length)?;
    Ok(())
}
