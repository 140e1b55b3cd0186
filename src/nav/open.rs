//! Opens a file or a recorder's folder, on every core, while a recorder may go on writing.
//!
//! ```text
//! list ─▶ open and scan data files ─▶ list again: what was rotated, what is new ─▶ path indexes ─▶ Timeline
//! ```
//!
//! Data files come before path indexes, because a recorder writes a path before it uses its id. A file is known
//! by its identity and not by its name, so one that is rotated meanwhile is neither lost nor there twice.

use super::{
    fault::{Fault, say},
    file::{Identity, SharedFile, Source, cannot_open},
    folder::{Listed, Listing},
    progress::Progress,
    threads::in_order,
};
use crate::{
    archive::{Archive, Detached},
    error::{Error, ErrorKind},
    names,
    recording::Recording,
    source::{CacheSize, Pages},
    timeline::{FileKind, Timeline},
};
use std::{collections::HashMap, fs, io, path::Path, sync::Arc};

/// How much is held of each of many files.
const OF_MANY: CacheSize = CacheSize { page: 256 << 10, pages: 8 };
/// How much is held of a file by itself.
const OF_ONE: CacheSize = CacheSize { page: 1 << 20, pages: 16 };

/// How often a folder is listed until nothing is new. A recorder rotates once in minutes or days.
const MAX_LISTINGS: usize = 5;

/// How often a file is looked at that is growing while it is opened.
const MAX_LOOKS: usize = 3;

/// What a path leads to.
pub struct Opened {
    /// The file, or all files of the folder as one.
    pub recording: Recording,
    /// Whether the path is a folder.
    pub is_folder: bool,
    /// Files that are part of the recording by their names, and cannot be read: name and reason.
    pub refused: Vec<(String, Error)>,
    /// The files, those of path indexes included.
    pub files: Vec<OpenFile>,
}

/// A file that was opened.
pub struct OpenFile {
    /// Its shard.
    pub shard: String,
    /// Its name.
    pub name: String,
    /// The file.
    pub file: Arc<SharedFile>,
}

/// Problems of a path that are said in full.
const MAX_SAID: usize = 20;

impl Opened {
    /// Its files in order.
    pub fn timeline(&self) -> &Timeline {
        self.recording.timeline()
    }

    /// Whether something that belongs to it could not be read at all.
    pub fn lacks_files(&self) -> bool {
        !self.refused.is_empty()
    }

    /// Says what was found wrong so far. Returns whether something is damaged or lacking: a clock that was
    /// set back, or a number without a path, is no damage.
    pub fn say_problems(&self, path: &Path) -> bool {
        let problems = self.recording.info().problems;
        for problem in problems.iter().take(MAX_SAID) {
            say(format!("{}: {}", path.display(), problem.message));
        }
        if let Some(more) = problems.len().checked_sub(MAX_SAID).filter(|more| *more > 0) {
            say(format!("{}: {more} more problems", path.display()));
        }
        let harmless = [
            ErrorKind::Time,
            ErrorKind::DuplicateMapping,
            ErrorKind::UnmappedId,
            ErrorKind::Uncommitted,
        ];
        let harmless = harmless.map(ErrorKind::name);
        self.lacks_files() || problems.iter().any(|it| !harmless.contains(&it.kind))
    }

    fn say_left_out(&self) {
        for left in self.timeline().left_out() {
            let name = full_name(&left.shard, &left.name);
            say(format!("{name} is left out: {}", left.reason));
        }
    }
}

/// The name of a file with that of its shard.
pub fn full_name(shard: &str, name: &str) -> String {
    if shard.is_empty() { name.to_owned() } else { format!("{shard}/{name}") }
}

/// Opens a path, and says what is left out.
///
/// # Errors
/// Where nothing of it can be read.
pub fn open(path: &Path, threads: usize) -> Result<Opened, Fault> {
    let metadata = fs::metadata(path).map_err(|e| Fault::of(path.display(), e))?;
    let opened = match metadata.is_dir() {
        true => open_folder(path, threads)?,
        false => open_file(path)?,
    };
    opened.say_left_out();
    Ok(opened)
}

/// A file by itself, named by the path index beside it.
fn open_file(path: &Path) -> Result<Opened, Fault> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let kind = FileKind::of(&name).unwrap_or(FileKind::Other);
    let cannot = |e: Error| Fault::of(path.display(), e);
    let (file, archive) = read(path, kind, OF_ONE).map_err(cannot)?;
    let shard = String::new();
    let mut files = vec![OpenFile { shard, name: name.clone(), file }];
    let is_path_index = archive.is_path_index();
    let mut timeline = Timeline::of(&name, archive);
    if !is_path_index && let Some((listed, file, index)) = path_index_of(path, &timeline) {
        timeline.set_path_index("", &listed, index);
        timeline.refresh();
        files.push(OpenFile { shard: String::new(), name: listed, file });
    }
    let recording = Recording::new(timeline, true);
    Ok(Opened { recording, is_folder: false, refused: Vec::new(), files })
}

/// The path index beside a file: `pathindex`, or else of several the one that names its ids.
fn path_index_of(path: &Path, timeline: &Timeline) -> Option<(String, Arc<SharedFile>, Archive)> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let own = fs::canonicalize(path).ok()?;
    let mut beside: Vec<_> = fs::read_dir(folder).ok()?.flatten().map(|it| it.path()).collect();
    beside.sort();
    let (mut files, mut archives) = (Vec::new(), Vec::new());
    for path in beside {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_own = || fs::canonicalize(&path).is_ok_and(|it| it == own);
        if FileKind::of(&name) != Ok(FileKind::PathIndex) || is_own() {
            continue;
        }
        match read(&path, FileKind::PathIndex, OF_MANY) {
            Ok((file, archive)) if archive.is_path_index() => {
                files.push((name, file));
                archives.push(archive);
            }
            Ok(_) => {}
            Err(e) => say(format!("{}: {e}", path.display())),
        }
    }
    let exact = files.iter().position(|(name, _)| name == "pathindex");
    let at = exact.or_else(|| {
        let ids = names::sampled_ids(timeline.shards().first()?.archives().first()?);
        names::best(&ids, &archives)
    })?;
    let (name, file) = files.swap_remove(at);
    Some((name, file, archives.swap_remove(at)))
}

/// A folder as one timeline.
fn open_folder(path: &Path, threads: usize) -> Result<Opened, Fault> {
    let mut folder = Folder::default();
    let progress = Progress::new("opening", "files");
    for _ in 0..MAX_LISTINGS {
        let listing = Listing::of(path).map_err(|e| Fault::of(path.display(), e))?;
        if !folder.add(listing, threads, &progress) {
            break;
        }
    }
    let opened = folder.join(threads, &progress);
    drop(progress);
    if opened.timeline().shards().is_empty() {
        let refused = opened.refused.first().map(|(name, e)| format!("{name}: {e}"));
        let left = opened.timeline().left_out().first();
        let left = || left.map(|it| format!("{}: {}", full_name(&it.shard, &it.name), it.reason));
        let why = refused.or_else(left).unwrap_or_else(|| "it is empty".to_owned());
        return Err(Fault::of(path.display(), format!("no archive is in the folder ({why})")));
    }
    Ok(opened)
}

/// Files of a folder, as far as they were opened.
#[derive(Default)]
struct Folder {
    files: Vec<Scanned>,
    /// The place of each file in `files`.
    known: HashMap<Identity, usize>,
    path_indexes: Vec<Listed>,
    listing: Listing,
}

/// A file that was looked at: under its latest name.
struct Scanned {
    listed: Listed,
    is_listed: bool,
    found: Result<(Arc<SharedFile>, Detached), Error>,
}

impl Folder {
    /// Takes a newer listing, and opens what is new. Returns whether anything was.
    fn add(&mut self, listing: Listing, threads: usize, progress: &Progress) -> bool {
        self.files.iter_mut().for_each(|file| file.is_listed = false);
        let (indexes, data): (Vec<_>, Vec<_>) =
            listing.files.iter().cloned().partition(|it| it.kind == FileKind::PathIndex);
        let mut new = Vec::new();
        for listed in data {
            let identity = fs::metadata(&listed.path).ok().and_then(|it| Identity::of(&it));
            let place = match identity {
                Some(identity) => self.known.get(&identity).copied(),
                None => self.files.iter().position(|known| known.listed.path == listed.path),
            };
            match place {
                Some(place) => {
                    let known = &mut self.files[place];
                    (known.listed, known.is_listed) = (listed, true);
                }
                None => new.push(listed),
            }
        }
        // What was replaced under its name, by its compressed form, is there anew.
        let is_gone =
            |file: &Scanned| !file.is_listed && new.iter().any(|it| it.path == file.listed.path);
        self.files.retain(|file| !is_gone(file));
        (self.path_indexes, self.listing) = (indexes, listing);
        let is_new = !new.is_empty();
        let total = self.files.len() + new.len();
        let found = in_order(new, threads, |listed| (scan(&listed.path, listed.kind), listed));
        for (found, listed) in found {
            progress.set(self.files.len() as u64 + 1, total as u64);
            // It was rotated since it was listed: the next listing has it.
            let Some(found) = found.transpose() else { continue };
            self.files.push(Scanned { listed, is_listed: true, found });
        }
        self.known.clear();
        for (place, file) in self.files.iter().enumerate() {
            if let Some(identity) = file.found.as_ref().ok().and_then(|it| it.0.identity()) {
                self.known.insert(identity, place);
            }
        }
        is_new
    }

    /// Makes one timeline of the files.
    fn join(self, threads: usize, progress: &Progress) -> Opened {
        let Self { mut files, path_indexes, listing, .. } = self;
        let indexes = in_order(path_indexes, threads, |listed| {
            let found = scan(&listed.path, FileKind::PathIndex).transpose()?;
            Some(Scanned { listed, is_listed: true, found })
        });
        let indexes: Vec<_> = indexes.into_iter().flatten().collect();
        // In their order, so that each is put behind the others.
        let order = |file: &Scanned| {
            let listed = &file.listed;
            (listed.kind == FileKind::Current, listed.kind.end(), listed.name.clone())
        };
        files.sort_by_cached_key(order);
        let mut timeline = Timeline::default();
        let mut left_out = listing.left_out;
        left_out.sort_by(|l, r| (&l.shard, &l.name).cmp(&(&r.shard, &r.name)));
        for left in left_out {
            timeline.leave_out(&left.shard, &left.name, &left.reason);
        }
        let (mut refused, mut open_files) = (Vec::new(), Vec::new());
        let total = files.len() + indexes.len();
        for (nth, Scanned { listed, found, .. }) in indexes.into_iter().chain(files).enumerate() {
            progress.set(nth as u64 + 1, total as u64);
            let Listed { shard, name, kind, .. } = listed;
            match found.and_then(|(file, it)| Ok((attach(it, &file, OF_MANY)?, file))) {
                Ok((archive, file)) => {
                    timeline.add(&shard, &name, archive);
                    open_files.push(OpenFile { shard, name, file });
                }
                // A file that is none hides no other.
                Err(e) => {
                    timeline.leave_out(&shard, &name, &e.to_string());
                    if kind != FileKind::Other && e.kind() != ErrorKind::Empty {
                        refused.push((full_name(&shard, &name), e));
                    }
                }
            }
        }
        timeline.refresh();
        let recording = Recording::new(timeline, false);
        Opened { recording, is_folder: true, refused, files: open_files }
    }
}

/// Opens a file and scans it.
fn read(path: &Path, kind: FileKind, size: CacheSize) -> Result<(Arc<SharedFile>, Archive), Error> {
    let found = scan(path, kind)?;
    let (file, detached) = found.ok_or_else(|| cannot_open(&io::ErrorKind::NotFound.into()))?;
    let archive = attach(detached, &file, size)?;
    Ok((file, archive))
}

/// Scans a file, so that what was found can go to another thread. `None` where the file is gone.
fn scan(path: &Path, kind: FileKind) -> Result<Option<(Arc<SharedFile>, Detached)>, Error> {
    let mut looks = 0;
    loop {
        looks += 1;
        let file = match SharedFile::open(path, kind == FileKind::Current) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(cannot_open(&e)),
        };
        let mut archive = Archive::start(Pages::new(Source(Arc::clone(&file)), OF_MANY))?;
        // It grew between the look at its length and that at its header.
        if archive.header().committed > file.length() && looks < MAX_LOOKS {
            continue;
        }
        file.set_end(archive.header());
        archive.scan_to(u64::MAX);
        return Ok(Some((file, archive.detach())));
    }
}

fn attach(detached: Detached, file: &Arc<SharedFile>, size: CacheSize) -> Result<Archive, Error> {
    Archive::attach(detached, Pages::new(Source(Arc::clone(file)), size))
}
