//! What the sample is written to, and the archive, with the last value of everything in it, which is what
//! an image is made of.

use crate::archive::Archive;
use anyhow::Result;
use chrono::{DateTime, Utc};
use netidx::subscriber::Event;
use std::{collections::HashMap, path::Path as FilePath};

/// Where what happens is written.
pub trait World {
    /// Makes paths known.
    fn paths(&mut self, paths: &[String]) -> Result<()>;
    /// Writes a delta; an empty one is no batch.
    fn batch(&mut self, t: DateTime<Utc>, items: Vec<(String, Event)>) -> Result<()>;
    /// Writes the last value of every path that has one.
    fn image(&mut self, t: DateTime<Utc>) -> Result<()>;
}

/// One archive with all of it.
pub struct SingleFile {
    archive: Archive,
    /// In the order of their ids.
    paths: Vec<String>,
    last: HashMap<String, Event>,
    batches: usize,
}

impl SingleFile {
    /// Starts the file.
    pub fn create(file: &FilePath) -> Result<Self> {
        let archive = Archive::create(file)?;
        Ok(SingleFile { archive, paths: vec![], last: HashMap::new(), batches: 0 })
    }

    /// The delta batches so far.
    pub fn batches(&self) -> usize {
        self.batches
    }

    /// Closes the file.
    pub fn finish(self) -> Result<()> {
        self.archive.finish()
    }
}

impl World for SingleFile {
    fn paths(&mut self, paths: &[String]) -> Result<()> {
        self.paths.extend_from_slice(paths);
        self.archive.paths(paths)
    }

    fn batch(&mut self, t: DateTime<Utc>, items: Vec<(String, Event)>) -> Result<()> {
        if !items.is_empty() {
            self.batches += 1;
        }
        self.archive.delta(t, &items)?;
        self.last.extend(items);
        Ok(())
    }

    fn image(&mut self, t: DateTime<Utc>) -> Result<()> {
        let items: Vec<_> =
            self.paths.iter().filter_map(|p| Some((p, self.last.get(p)?.clone()))).collect();
        self.archive.image(t, &items)
    }
}
