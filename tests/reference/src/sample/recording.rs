//! The sample as a recorder leaves it: `www/sample`, a folder with two shards.
//!
//! It is the first 46 minutes of the sample archive over again, each path in its shard. A new file begins with
//! every image, of the plant with every second one; the older files are compressed.

use super::{play, world::World};
use crate::{
    archive::cut_to_committed,
    recordings::{Shard, compress_in_place, in_new_folder, stored_name},
};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use netidx::subscriber::Event;
use std::{
    fmt::Write,
    fs,
    path::{Path as FilePath, PathBuf},
};

/// How long the recording is. The site is to stay small.
const SECONDS: i64 = 46 * 60;
/// What the paths of the shard `plant` begin with; all others are in `market`.
const PLANT: &str = "/plant/";

struct Recorded {
    market: Shard,
    plant: Shard,
    /// The rotated files, in the order of their times.
    rotated: Vec<PathBuf>,
    images: usize,
}

impl Recorded {
    fn split<T>(&self, items: Vec<T>, path: impl Fn(&T) -> &str) -> (Vec<T>, Vec<T>) {
        items.into_iter().partition(|item| !path(item).starts_with(PLANT))
    }
}

impl World for Recorded {
    fn paths(&mut self, paths: &[String]) -> Result<()> {
        let (market, plant) = self.split(paths.to_vec(), |path| path);
        self.market.paths(&market)?;
        self.plant.paths(&plant)
    }

    fn batch(&mut self, t: DateTime<Utc>, items: Vec<(String, Event)>) -> Result<()> {
        let (market, plant) = self.split(items, |(path, _)| path);
        self.market.delta(t, &market)?;
        self.plant.delta(t, &plant)
    }

    fn image(&mut self, t: DateTime<Utc>) -> Result<()> {
        self.images += 1;
        self.rotated.push(self.market.rotate_with_image(t)?);
        match self.images.is_multiple_of(2) {
            true => self.rotated.push(self.plant.rotate_with_image(t)?),
            false => self.plant.image(t)?,
        }
        Ok(())
    }
}

/// Writes `www/sample` under `root`, and `files.txt` in it, which tells the page what there is.
pub fn write(root: &FilePath) -> Result<()> {
    let to = root.join("www/sample");
    if to.exists() {
        fs::remove_dir_all(&to)?;
    }
    in_new_folder(|folder| {
        let mut world = Recorded {
            market: Shard::open(folder, "market")?,
            plant: Shard::open(folder, "plant")?,
            rotated: vec![],
            images: 0,
        };
        play(&mut world, SECONDS)?;
        let Recorded { market, plant, rotated, .. } = world;
        let folders = [market, plant].map(|shard| (shard.folder().to_path_buf(), shard.finish()));
        // Whoever compresses files leaves the newest as they are.
        for file in &rotated[..rotated.len() - 2] {
            compress_in_place(file)?;
        }
        for (from, written) in folders {
            written?;
            let shard = from.file_name().context("a shard has a name")?;
            land_shard(&from, &to.join(shard))?;
        }
        Ok(())
    })?;
    list(&to)
}

fn land_shard(from: &FilePath, to: &FilePath) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = stored_name(&entry.file_name().to_string_lossy());
        let to = to.join(name);
        fs::copy(entry.path(), &to)?;
        cut_to_committed(&to)?;
    }
    Ok(())
}

/// One file a line: its path, percent-encoded, a tab, its length in bytes.
fn list(folder: &FilePath) -> Result<()> {
    let mut lines = Vec::new();
    for shard in ["market", "plant"] {
        for entry in fs::read_dir(folder.join(shard))? {
            let entry = entry?;
            let name = entry.file_name().into_string().ok().context("a name that is no text")?;
            lines.push(format!("{shard}/{}\t{}", encoded(&name), entry.metadata()?.len()));
        }
    }
    lines.sort();
    fs::write(folder.join("files.txt"), lines.join("\n") + "\n")?;
    println!("the sample as a recording: {} files", lines.len());
    Ok(())
}

/// Percent-encoded, all but what needs it nowhere.
fn encoded(name: &str) -> String {
    name.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => text.push(byte.into()),
            _ => drop(write!(text, "%{byte:02X}")),
        }
        text
    })
}
