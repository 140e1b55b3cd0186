//! The files that are measured: made once, the same bytes every time, and kept.
//!
//! ```text
//! A     100,000 batches of about 40 items over 5,000 paths, an image every 5,000 batches
//! An    the same without its images
//! Ac    A, compressed by the real `compress`
//! B     1,000,000 batches of about 3 items over 20,000 paths, no images
//! C     2,000 batches of about 20,000 items
//! Cc    C, compressed by the real `compress`
//! D…    2,000 small batches with a dictionary of 1, 10 and 100 MB
//! M     10,000,000 batches of one item
//! S     20,000,000 batches of about 3 items, 1 GB
//! L     500 batches of about 160,000 items, 1 GB
//! ```
//!
//! Beside `X.archive` stands `X.version`, the version of what made it.

use super::{dictionary, market::Market};
use crate::archive;
use anyhow::{Context, Result};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Instant,
};

/// Raise it when any file would come out different.
const VERSION: u32 = 3;

/// A file that the real writer writes.
#[derive(Clone, Copy)]
pub struct Plan {
    /// Six paths each; two more paths are rare.
    pub symbols: usize,
    /// How many delta batches.
    pub batches: usize,
    /// The fewest and the most items of a batch.
    pub items: (usize, usize),
    /// An image after so many batches.
    pub image_every: Option<usize>,
    /// What the randomness begins with.
    pub seed: u64,
}

const A: Plan =
    Plan { symbols: 833, batches: 100_000, items: (38, 42), image_every: Some(5_000), seed: 1 };
const AN: Plan = Plan { image_every: None, ..A };
const B: Plan =
    Plan { symbols: 3_333, batches: 1_000_000, items: (2, 4), image_every: None, seed: 2 };
const C: Plan =
    Plan { symbols: 3_333, batches: 2_000, items: (19_500, 20_000), image_every: None, seed: 3 };
const S: Plan = Plan { batches: 20_000_000, seed: 5, ..B };
const L: Plan =
    Plan { symbols: 26_666, batches: 500, items: (155_000, 160_000), image_every: None, seed: 6 };
const M: Plan =
    Plan { symbols: 833, batches: 10_000_000, items: (1, 1), image_every: None, seed: 4 };

/// Makes what is missing or of another version in `folder`.
pub fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {folder:?}"))?;
    for (name, plan) in [("A", A), ("An", AN), ("B", B), ("C", C), ("M", M), ("S", S), ("L", L)] {
        one(folder, name, |file| Market::new(&plan).write(file))?;
    }
    for (name, source) in [("Ac", "A"), ("Cc", "C")] {
        one(folder, name, |file| archive::compress(&path(folder, source), file))?;
    }
    for (name, bytes) in [("D1", 1_000_000), ("D10", 10_000_000), ("D100", 100_000_000)] {
        one(folder, name, |file| dictionary::write(file, bytes))?;
    }
    Ok(())
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.archive"))
}

fn one(folder: &Path, name: &str, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let (file, stamp) = (path(folder, name), folder.join(format!("{name}.version")));
    let version = VERSION.to_string();
    if file.is_file() && fs::read_to_string(&stamp).is_ok_and(|text| text == version) {
        return Ok(());
    }
    // Never written into: the folder may be shared with another clone by hard links.
    if stamp.exists() {
        fs::remove_file(&stamp)?;
    }
    let started = Instant::now();
    let unfinished = folder.join(format!("{name}.unfinished"));
    write(&unfinished).with_context(|| format!("cannot make {file:?}"))?;
    // Measuring does not share the disk with what was just written.
    File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, &file)?;
    fs::write(&stamp, version)?;
    let bytes = fs::metadata(&file)?.len();
    println!("made {file:?}, {bytes} bytes, in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}
