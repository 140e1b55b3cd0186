//! The path index of the open files.

use super::{Known, NamedPages, Open};
use crate::{
    archive::Archive,
    names::{best, lacks_names, sampled_ids},
    protocol::{Failure, Names, ScanState},
};
use std::cell::Cell;

/// Whether there are ids without paths, for so many batches and such paths.
#[derive(Default)]
pub struct NamesState(Cell<Option<((u64, u64), bool)>>);

/// The path index that fits a file, of some; one alone is taken as said to. What is no path index is passed
/// over.
pub(super) fn choose(
    archive: &mut Archive,
    candidates: Vec<NamedPages>,
) -> Option<(String, Archive)> {
    let opened = candidates.into_iter().filter_map(|NamedPages { name, pages }| {
        let mut opened = Archive::start(pages).ok()?;
        opened.scan_to(u64::MAX);
        opened.is_path_index().then_some((name, opened))
    });
    let (mut names, mut opened): (Vec<_>, Vec<_>) = opened.unzip();
    let nth = match opened.len() {
        0 => return None,
        1 => 0,
        _ => {
            // The first page of the file has batches enough to tell.
            let page = archive.pages().size().page as u64;
            archive.scan_to(page);
            best(&sampled_ids(archive), &opened)?
        }
    };
    Some((names.swap_remove(nth), opened.swap_remove(nth)))
}

impl NamesState {
    /// Where the paths come from.
    pub(super) fn state(&self, open: &Open) -> Names {
        if let Some(file) = open.own_shard().path_index_name() {
            return Names::Joined { file: file.to_owned() };
        }
        let paths = open.own_shard().paths();
        // A file may map its paths late: while it is being scanned only one without any lacks them.
        if open.scan == ScanState::Going && !paths.is_empty() {
            return Names::Own;
        }
        let archive = open.archive();
        let seen = (archive.index().end(), paths.revision());
        let known = self.0.get().filter(|(of, lacks)| *of == seen || (*lacks && of.1 == seen.1));
        let lacks = known.map_or_else(|| lacks_names(archive, paths), |(_, lacks)| lacks);
        self.0.set(Some((seen, lacks)));
        if lacks { Names::Missing } else { Names::Own }
    }
}

impl Open {
    /// Joins a path index in place of the one before.
    pub(super) fn add_names(&mut self, path_index: NamedPages) -> Result<(), Failure> {
        let NamedPages { name, pages } = path_index;
        let mut opened = Archive::start(pages)?;
        opened.scan_to(u64::MAX);
        if !opened.is_path_index() {
            let what = if opened.index().paths.is_empty() {
                "maps no paths"
            } else {
                "has batches of values, so it is a data file"
            };
            return Err(Failure::new("names", format!("{name} is no path index: it {what}")));
        }
        self.timeline.set_path_index(&self.shard.clone(), &name, opened);
        self.timeline.refresh();
        self.paths.refresh(&self.timeline);
        self.known = Known::default();
        Ok(())
    }

    /// Looks at the path index again, which may have grown. One that cannot be read now changes nothing:
    /// the names that are known stay.
    pub(super) fn refresh_names(&mut self, path_index: NamedPages) {
        let NamedPages { name, pages } = path_index;
        let shards = self.timeline.shards();
        let own = shards.iter().position(|shard| shard.name() == self.shard).unwrap_or_default();
        let Some(joined) = self.timeline.shard_mut(own).path_index_mut() else {
            // None was there before. It is left where it is no path index.
            let _ = self.add_names(NamedPages { name, pages });
            return;
        };
        let before = joined.index().paths.revision();
        if joined.rescan(pages).is_ok() && joined.index().paths.revision() != before {
            self.timeline.refresh();
            self.paths.refresh(&self.timeline);
            self.known = Known::default();
        }
    }
}
