//! What is open in the worker, and the path indexes beside it.

use super::Handle;
use crate::protocol::{Names, Summary};
use js_sys::Array;
use web_sys::File;

/// A file that is opened, or open.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What the person calls it.
    pub name: String,
    /// Its bytes, as they were when it was looked at.
    pub file: File,
    /// What it can be looked at again by.
    pub handle: Option<Handle>,
    /// The files that can have its paths.
    pub path_indexes: Vec<PathIndex>,
    /// Which of them has.
    pub(super) joined: Option<usize>,
    /// Whether it has ids without paths.
    pub(super) lacks_names: bool,
}

/// A file that can have the paths of the open one.
#[derive(Debug, Clone, PartialEq)]
pub struct PathIndex {
    /// What the person calls it.
    pub name: String,
    /// Its bytes, as they were when it was looked at.
    pub file: File,
    /// What it can be looked at again by.
    pub handle: Option<Handle>,
}

impl Opened {
    /// A file that is to be opened, with what can have its paths.
    pub fn new(
        name: String,
        file: File,
        handle: Option<Handle>,
        path_indexes: Vec<PathIndex>,
    ) -> Self {
        Self { name, file, handle, path_indexes, joined: None, lacks_names: false }
    }

    /// Takes in which path index the worker joined.
    pub(super) fn learn(&mut self, summary: &Summary) {
        self.lacks_names = summary.names == Names::Missing;
        self.joined = match &summary.names {
            // The one that was added last, of two that are called the same.
            Names::Joined { file } => self.path_indexes.iter().rposition(|it| it.name == *file),
            Names::Own | Names::Missing => None,
        };
    }

    /// Keeps the path indexes that were added while the file was looked at.
    pub(super) fn keep_added(&mut self, before: Self) {
        let known = self.path_indexes.len();
        self.path_indexes.extend(before.path_indexes.into_iter().skip(known));
    }

    /// The path index that may have grown: the one that is joined, or the only one there is, which may
    /// have had no paths when it was looked at.
    fn growing(&self) -> Option<usize> {
        self.joined.or_else(|| (self.path_indexes.len() == 1).then_some(0))
    }

    /// Takes the path index as it is now, where that can be had.
    pub(super) async fn take_path_index(&mut self) {
        let Some(nth) = self.growing() else { return };
        let Some(handle) = self.path_indexes[nth].handle.clone() else { return };
        if let Ok(file) = handle.file().await {
            self.path_indexes[nth].file = file;
        }
    }

    /// The path indexes that cross with the file: all of them when it is opened, later the one that may
    /// have grown.
    pub(super) fn sent_path_indexes(&self, is_refresh: bool) -> Array {
        let growing = self.growing().filter(|nth| self.path_indexes[*nth].handle.is_some());
        let sent = self.path_indexes.iter().enumerate();
        let sent = sent.filter(|(nth, _)| !is_refresh || growing == Some(*nth));
        sent.map(|(_, path_index)| path_index.named()).collect()
    }
}

impl PathIndex {
    /// The file under the name that the person knows, which the worker answers with.
    fn named(&self) -> File {
        let renamed = File::new_with_blob_sequence(&Array::of1(&self.file), &self.name);
        renamed.unwrap_or_else(|_| self.file.clone())
    }
}
