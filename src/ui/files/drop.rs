//! What was dropped: files, folders nested at will, and both at once.
//!
//! Folders are listed by their entries. A directory handle would hide every file whose name has a
//! `:`, which all rotated files have.

use super::Place;
use super::recording::Listed;
use crate::client::{Coming, Handle, by_callback};
use crate::ui::format;
use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// More files than this are not listed.
const MAX_FILES: usize = 200_000;

/// Files and folders that were dropped, as long as the event lasts.
#[derive(Debug, Default)]
pub struct Dropped {
    files: Vec<(File, Option<Coming>)>,
    folders: Vec<FileSystemDirectoryEntry>,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The files.
    pub list: Vec<Listed>,
    /// Where they are.
    pub places: Vec<Place>,
    /// What could not be listed, and why: a clause about "it".
    pub unlisted: Vec<(String, String)>,
    /// The folders that were dropped, to be listed again.
    pub folders: Folders,
}

/// Folders that were dropped, each with its name. Their entries are alive: listed again, they show what there is by
/// then.
pub type Folders = Vec<(String, FileSystemDirectoryEntry)>;

impl Dropped {
    /// Takes what an event carries, which it does only while it is handled.
    pub fn take(transfer: &DataTransfer) -> Self {
        let mut dropped = Self::default();
        let items = transfer.items();
        for item in (0..items.length()).filter_map(|nth| items.get(nth)) {
            if item.kind() != "file" {
                continue;
            }
            let entry = item.webkit_get_as_entry().ok().flatten();
            if let Some(folder) = entry.filter(FileSystemEntry::is_directory) {
                dropped.folders.push(folder.unchecked_into());
            } else if let Ok(Some(file)) = item.get_as_file() {
                dropped.files.push((file, Coming::dropped(&item)));
            }
        }
        if dropped.files.is_empty() && dropped.folders.is_empty() {
            let files = transfer.files();
            let files = files.iter().flat_map(|files| (0..files.length()).map(|n| files.get(n)));
            dropped.files = files.flatten().map(|file| (file, None)).collect();
        }
        dropped
    }

    /// Whether nothing was dropped.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }

    /// The file, where it is one alone.
    pub fn single(&self) -> Option<&File> {
        match (&self.files[..], self.folders.is_empty()) {
            ([(file, _)], true) => Some(file),
            _ => None,
        }
    }

    /// What a person would call it.
    pub fn name(&self) -> String {
        match (&self.files[..], &self.folders[..]) {
            ([], [folder]) => folder.name(),
            ([(file, _)], []) => file.name(),
            (files, []) => format!("{} files", files.len()),
            ([], folders) => format!("{} folders", folders.len()),
            (files, folders) => {
                format!("{} files and folders", files.len() + folders.len())
            }
        }
    }

    /// Finds all files. `progress` hears how many there are by now, and says whether to go on.
    pub async fn find(self, progress: &dyn Fn(usize) -> bool) -> Found {
        let mut found = Found::default();
        for (file, coming) in self.files {
            let handle = match coming {
                Some(coming) => coming.handle().await,
                None => None,
            };
            // A whole number; the cast saturates.
            found.list.push(Listed { path: file.name(), length: Some(file.size() as u64) });
            found.places.push(handle.map_or(Place::Given(file), Place::Held));
        }
        found.folders = self.folders.into_iter().map(|folder| (folder.name(), folder)).collect();
        found.list_folders(progress).await;
        found
    }
}

impl Found {
    /// What folders hold by now.
    pub async fn of(folders: Folders, progress: &dyn Fn(usize) -> bool) -> Self {
        let mut found = Self { folders, ..Self::default() };
        found.list_folders(progress).await;
        found
    }

    async fn list_folders(&mut self, progress: &dyn Fn(usize) -> bool) {
        // Folders that are yet to be read, each with its path.
        let mut folders = self.folders.clone();
        while let Some((path, folder)) = folders.pop() {
            let reader = folder.create_reader();
            loop {
                let entries: Result<Array, _> = by_callback(|done, failed| {
                    // What is wrong is told to `failed`.
                    let _ = reader.read_entries_with_callback_and_callback(done, failed);
                })
                .await;
                let entries = match entries {
                    Ok(entries) => entries,
                    Err(reason) => {
                        let why = format!("it cannot be read: {reason}");
                        self.unlisted.push((path.clone(), why));
                        break;
                    }
                };
                // A call gives some of them; the end is told by an empty one.
                if entries.length() == 0 {
                    break;
                }
                for entry in entries.iter() {
                    let entry: FileSystemEntry = entry.unchecked_into();
                    let inside = format!("{path}/{}", entry.name());
                    if entry.is_directory() {
                        folders.push((inside, entry.unchecked_into()));
                    } else {
                        self.list.push(Listed { path: inside, length: None });
                        let entry: FileSystemFileEntry = entry.unchecked_into();
                        let folder = folder.clone();
                        self.places.push(Place::Held(Handle::InFolder { folder, entry }));
                    }
                }
                if self.list.len() > MAX_FILES {
                    let most = format::count(MAX_FILES as u64, "file", "files");
                    self.unlisted.push((path, format!("more than {most} are not listed")));
                    return;
                }
                if !progress(self.list.len()) {
                    return;
                }
            }
        }
    }
}
