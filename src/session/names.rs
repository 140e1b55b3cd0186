//! The path index of the open file.

use super::{Known, NamedPages, Open};
use crate::{
    archive::Archive,
    names::{best, lacks_names, sampled_ids},
    protocol::{Failure, Names, ScanState},
};
use std::cell::Cell;

/// The path index that is joined, if any, and what is known of ids without paths.
#[derive(Default)]
pub struct JoinedNames {
    joined: Option<(String, Archive)>,
    /// Whether there are ids without paths, for so much of the file and such paths.
    lacks: Cell<Option<((u64, u64), bool)>>,
}

impl JoinedNames {
    /// Joins the path index that fits, of some; of one alone it is taken as said that it does. What is
    /// no path index is passed over.
    pub(super) fn choose(archive: &mut Archive, candidates: Vec<NamedPages>) -> Self {
        let opened = candidates.into_iter().filter_map(|NamedPages { name, pages }| {
            let mut opened = Archive::start(pages).ok()?;
            opened.scan_to(u64::MAX);
            opened.is_path_index().then_some((name, opened))
        });
        let (mut names, mut opened): (Vec<_>, Vec<_>) = opened.unzip();
        let nth = match opened.len() {
            0 => return Self::default(),
            1 => 0,
            _ => {
                // The first page of the file has batches enough to tell.
                let page = archive.pages().size().page as u64;
                archive.scan_to(page);
                let Some(nth) = best(&sampled_ids(archive), &opened) else {
                    return Self::default();
                };
                nth
            }
        };
        let (name, path_index) = (names.swap_remove(nth), opened.swap_remove(nth));
        archive.add_names(&path_index);
        Self { joined: Some((name, path_index)), lacks: Cell::default() }
    }

    /// Where the paths come from.
    pub(super) fn state(&self, archive: &Archive, scan: ScanState) -> Names {
        if let Some((file, _)) = &self.joined {
            return Names::Joined { file: file.clone() };
        }
        let index = archive.index();
        // A file may map its paths late: while it is being scanned only one without any lacks them.
        if scan == ScanState::Going && !index.paths.is_empty() {
            return Names::Own;
        }
        let seen = (index.end(), index.paths.revision());
        let known =
            self.lacks.get().filter(|(of, lacks)| *of == seen || (*lacks && of.1 == seen.1));
        let lacks = known.map_or_else(|| lacks_names(archive), |(_, lacks)| lacks);
        self.lacks.set(Some((seen, lacks)));
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
        self.archive.remove_names();
        self.archive.add_names(&opened);
        self.names = JoinedNames { joined: Some((name, opened)), lacks: Cell::default() };
        self.known = Known::default();
        Ok(())
    }

    /// Looks at the path index again, which may have grown. One that cannot be read now changes nothing:
    /// the names that are known stay.
    pub(super) fn refresh_names(&mut self, path_index: NamedPages) {
        let NamedPages { name, pages } = path_index;
        let Some((_, joined)) = &mut self.names.joined else {
            // None was there before. It is left where it is no path index.
            let _ = self.add_names(NamedPages { name, pages });
            return;
        };
        let before = joined.index().paths.revision();
        if joined.rescan(pages).is_ok() && joined.index().paths.revision() != before {
            self.archive.add_names(joined);
            self.known = Known::default();
        }
    }
}
