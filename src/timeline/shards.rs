//! The shards of a recording and the files of each, in order.

mod growing;

pub use growing::Look;

use super::{FileKind, Files};
use crate::{
    archive::{Archive, IdMap},
    format::{Error, ErrorKind},
    index::{BatchTimes, Paths, Problems},
    time::Timestamp,
};
use std::hash::{DefaultHasher, Hasher};

/// Several files as one: shards side by side, the files of a shard one after the other.
///
/// A file by itself is a timeline of one shard without a name:
///
/// ```
/// # use netidx_archive_viewer::{archive::Archive, timeline::Timeline};
/// # fn of(archive: Archive) {
/// let timeline = Timeline::of("current", archive);
/// assert_eq!(timeline.shards().len(), 1);
/// # }
/// ```
#[derive(Default)]
pub struct Timeline {
    shards: Vec<Shard>,
    left_out: Vec<LeftOut>,
    /// Files that a person took out.
    hidden: Vec<Hidden>,
    revision: u64,
}

struct Hidden {
    shard: String,
    name: String,
    kind: FileKind,
    archive: Archive,
}

/// A file that is no part of the timeline, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its shard.
    pub shard: String,
    /// Its name.
    pub name: String,
    /// Why, as a clause about "it".
    pub reason: String,
}

/// The files that one task of a recorder wrote.
pub struct Shard {
    name: String,
    /// Names of the files, and what they say, in order.
    names: Vec<(String, FileKind)>,
    archives: Vec<Archive>,
    /// How each file begins.
    heads: Vec<Option<Head>>,
    path_index: Option<(String, Archive)>,
    /// The paths of all files, where they are several; else the one file has them.
    paths: Option<Paths>,
    /// Where the path index contradicts files.
    conflicts: Vec<(String, Problems)>,
    /// Which mappings `paths` was made of.
    made_of: Vec<u64>,
    /// The revision of the path index that it was made of.
    paths_of: Option<u64>,
}

impl Timeline {
    /// A file by itself.
    pub fn of(name: &str, archive: Archive) -> Self {
        Self::of_shard("", name, archive)
    }

    /// A file of a shard by itself, to which others may be added.
    pub fn of_shard(shard: &str, name: &str, archive: Archive) -> Self {
        let mut timeline = Self::default();
        let shard = timeline.shard(shard);
        let kind = FileKind::of(last_part(name)).unwrap_or(FileKind::Other);
        timeline.shards[shard].insert(name, kind, archive);
        timeline.refresh();
        timeline
    }

    /// Takes a path index for a shard, in place of one that it had.
    pub fn set_path_index(&mut self, shard: &str, name: &str, path_index: Archive) {
        let number = self.shard(shard);
        let shard = &mut self.shards[number];
        shard.path_index = Some((name.to_owned(), path_index));
        shard.archives.iter_mut().for_each(Archive::remove_names);
        shard.paths = None;
    }

    /// A shard by its place, for its files to go on in.
    pub fn shard_mut(&mut self, shard: usize) -> &mut Shard {
        &mut self.shards[shard]
    }

    /// The shards, by name.
    pub fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// Each shard as a timeline of its own.
    pub fn into_shards(self) -> Vec<Self> {
        let of = |shard| Self {
            shards: vec![shard],
            left_out: Vec::new(),
            hidden: Vec::new(),
            revision: self.revision,
        };
        self.shards.into_iter().map(of).collect()
    }

    /// How many files there are.
    pub fn count(&self) -> usize {
        self.shards.iter().map(|shard| shard.archives.len()).sum()
    }

    /// The files of all shards, as questions take them.
    pub fn files(&self) -> Vec<Files<'_>> {
        self.shards.iter().map(Shard::files).collect()
    }

    /// Files that were given and are no part of the timeline.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// How often files or paths changed: what was worked out before holds for as long as this does.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Adds a file that is scanned, in its place by its name, or by its times where the name says none. A
    /// copy of what is there already is left out, and so is what is no part of a recording; of a path
    /// index the paths are taken.
    ///
    /// [`refresh`](Self::refresh) follows, once for all that is added.
    pub fn add(&mut self, shard: &str, name: &str, archive: Archive) {
        let kind = match FileKind::of(last_part(name)) {
            Ok(kind) => kind,
            Err(reason) => return self.leave_out(shard, name, reason),
        };
        let number = self.shard(shard);
        let is_empty = archive.index().deltas.is_empty() && archive.index().images.is_empty();
        if archive.is_path_index() || (kind == FileKind::PathIndex && is_empty) {
            self.shards[number].path_index = Some((name.to_owned(), archive));
            return;
        }
        // It may have been left out before it grew.
        self.left_out.retain(|it| (&*it.shard, &*it.name) != (shard, name));
        let twin = self.shards[number].twin_of(&archive);
        match twin {
            None => self.shards[number].insert(name, kind, archive),
            Some((at, Twin::Within)) => {
                let other = &self.shards[number].names[at].0;
                let reason = format!("it is a copy: all of its batches are in {other}");
                self.leave_out(shard, name, &reason);
            }
            // The longer one has all that the shorter one has.
            Some((at, Twin::Around)) => {
                let (other, _) = self.shards[number].remove(at);
                let reason = format!("it is a copy: all of its batches are in {name}");
                self.leave_out(shard, &other, &reason);
                self.shards[number].insert(name, kind, archive);
            }
        }
    }

    /// A file by its shard and name, in the timeline or taken out of it.
    pub fn archive(&self, shard: &str, name: &str) -> Option<&Archive> {
        let shown = self.shards.iter().find(|it| it.name == shard);
        let shown = shown.and_then(|it| Some(&it.archives[it.find(name)?]));
        let hidden = || self.hidden.iter().find(|it| (&*it.shard, &*it.name) == (shard, name));
        shown.or_else(|| hidden().map(|it| &it.archive))
    }

    /// The same, which may grow. [`refresh`](Self::refresh) follows where it maps paths.
    pub fn archive_mut(&mut self, shard: &str, name: &str) -> Option<&mut Archive> {
        let Self { shards, hidden, .. } = self;
        let shown = shards.iter_mut().find(|it| it.name == shard);
        let shown = shown.and_then(|it| {
            let at = it.find(name)?;
            Some(&mut it.archives[at])
        });
        let is_it = |it: &&mut Hidden| (&*it.shard, &*it.name) == (shard, name);
        shown.or_else(|| hidden.iter_mut().find(is_it).map(|it| &mut it.archive))
    }

    /// Takes files out of the timeline, which stay open, and those back in that are no longer meant. The last file
    /// stays. [`refresh`](Self::refresh) follows.
    pub fn hide(&mut self, is_hidden: impl Fn(&str, &str) -> bool) {
        for Hidden { shard, name, kind, archive } in std::mem::take(&mut self.hidden) {
            if is_hidden(&shard, &name) {
                self.hidden.push(Hidden { shard, name, kind, archive });
            } else {
                let number = self.shard(&shard);
                self.shards[number].insert(&name, kind, archive);
            }
        }
        let mut left: usize = self.shards.iter().map(|shard| shard.archives.len()).sum();
        for shard in &mut self.shards {
            for at in (0..shard.names.len()).rev() {
                if left == 1 || !is_hidden(&shard.name, &shard.names[at].0) {
                    continue;
                }
                let kind = shard.names[at].1;
                let (name, mut archive) = shard.remove(at);
                archive.rename_ids(None);
                archive.remove_names();
                self.hidden.push(Hidden { shard: shard.name.clone(), name, kind, archive });
                left -= 1;
            }
        }
    }

    /// The files that were taken out, each with its shard and name.
    pub fn hidden(&self) -> impl Iterator<Item = (&str, &str, &Archive)> {
        self.hidden.iter().map(|it| (it.shard.as_str(), it.name.as_str(), &it.archive))
    }

    /// Notes a file that is no part of the timeline.
    pub fn leave_out(&mut self, shard: &str, name: &str, reason: &str) {
        self.left_out.retain(|it| (&*it.shard, &*it.name) != (shard, name));
        let [shard, name, reason] = [shard, name, reason].map(str::to_owned);
        self.left_out.push(LeftOut { shard, name, reason });
    }

    /// Works out the paths again, after files were added or grew.
    pub fn refresh(&mut self) {
        self.shards.retain(|shard| !shard.archives.is_empty() || shard.path_index.is_some());
        self.shards.iter_mut().for_each(Shard::refresh);
        self.revision += 1;
    }

    /// Whether the paths are made of other mappings than there are by now.
    pub fn is_stale(&self) -> bool {
        self.shards.iter().any(|shard| shard.made_of != shard.mappings())
    }

    fn shard(&mut self, name: &str) -> usize {
        match self.shards.binary_search_by(|shard| natural(&shard.name, name)) {
            Ok(at) => at,
            Err(at) => {
                self.shards.insert(at, Shard::new(name));
                at
            }
        }
    }
}

/// How one file is a copy of another.
enum Twin {
    /// All of it is in the other.
    Within,
    /// All of the other is in it.
    Around,
}

impl Shard {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            names: Vec::new(),
            archives: Vec::new(),
            heads: Vec::new(),
            path_index: None,
            paths: None,
            conflicts: Vec::new(),
            made_of: Vec::new(),
            paths_of: None,
        }
    }

    /// Its name; empty for files without a folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of a file by its place.
    pub fn file_name(&self, file: usize) -> &str {
        &self.names[file].0
    }

    /// The files, oldest first.
    pub fn archives(&self) -> &[Archive] {
        &self.archives
    }

    /// The files as questions take them.
    pub fn files(&self) -> Files<'_> {
        Files::new(&self.archives, self.paths())
    }

    /// What its ids stand for.
    pub fn paths(&self) -> &Paths {
        match (&self.paths, &self.archives[..]) {
            (Some(paths), _) => paths,
            (None, [only]) => &only.index().paths,
            (None, _) => &NO_PATHS,
        }
    }

    /// The path index that names its paths.
    pub fn path_index(&self) -> Option<&Archive> {
        self.path_index.as_ref().map(|(_, archive)| archive)
    }

    /// The path index, which may have grown.
    pub fn path_index_mut(&mut self) -> Option<&mut Archive> {
        self.path_index.as_mut().map(|(_, archive)| archive)
    }

    /// What the path index is called.
    pub fn path_index_name(&self) -> Option<&str> {
        self.path_index.as_ref().map(|(name, _)| name.as_str())
    }

    /// The place of a file by its name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|(known, _)| known == name)
    }

    /// A file by its place, which may grow. [`Timeline::refresh`] follows where it maps paths.
    pub fn archive_mut(&mut self, file: usize) -> &mut Archive {
        &mut self.archives[file]
    }

    /// What is wrong with the files, each with the name of its file.
    pub fn problems(&self) -> impl Iterator<Item = (&str, &Error)> {
        let files =
            self.names.iter().zip(&self.archives).map(|((name, _), it)| (name.as_str(), it));
        let index = self.path_index.iter().map(|(name, archive)| (name.as_str(), archive));
        let conflicts = self.conflicts.iter();
        let conflicts = conflicts
            .flat_map(|(name, found)| found.listed().iter().map(move |it| (name.as_str(), it)));
        files.chain(index).flat_map(archive_problems).chain(conflicts)
    }

    /// How many problems there are, those among them that are not listed.
    pub fn problem_count(&self) -> u64 {
        let indexes = self.archives.iter().chain(self.path_index()).map(Archive::index);
        let conflicts = self.conflicts.iter().map(|(_, found)| found.count());
        indexes.map(|index| index.problem_count()).chain(conflicts).sum()
    }

    fn insert(&mut self, name: &str, kind: FileKind, archive: Archive) {
        let key = |kind: FileKind, archive: &Archive| match kind {
            FileKind::Current => (1, Timestamp::MAX),
            FileKind::Rotated(end) => (0, end),
            FileKind::Other | FileKind::PathIndex => {
                (0, archive.index().last().unwrap_or(Timestamp::MIN))
            }
        };
        let own = (key(kind, &archive), name);
        let known = self.names.iter().zip(&self.archives);
        let before = known.take_while(|((name, kind), it)| (key(*kind, it), name.as_str()) <= own);
        let at = before.count();
        self.names.insert(at, (name.to_owned(), kind));
        self.heads.insert(at, Head::of(&archive));
        self.archives.insert(at, archive);
    }

    fn remove(&mut self, at: usize) -> (String, Archive) {
        self.heads.remove(at);
        self.paths = None;
        (self.names.remove(at).0, self.archives.remove(at))
    }

    fn twin_of(&self, archive: &Archive) -> Option<(usize, Twin)> {
        let head = Head::of(archive)?;
        self.archives.iter().enumerate().find_map(|(at, other)| {
            // A file that is open may have had no batch when it was put here.
            let begins_alike = match self.heads[at] {
                Some(known) => known == head,
                None => Head::of(other) == Some(head),
            };
            if !begins_alike {
                None
            } else if is_within(archive, other) {
                Some((at, Twin::Within))
            } else if is_within(other, archive) {
                Some((at, Twin::Around))
            } else {
                None
            }
        })
    }

    /// Which mappings there are.
    fn mappings(&self) -> Vec<u64> {
        let files = self.archives.iter().chain(self.path_index());
        files.map(|archive| archive.index().paths.revision()).collect()
    }

    fn refresh(&mut self) {
        for (head, archive) in self.heads.iter_mut().zip(&self.archives) {
            // A file may have had no batch when it was put here.
            *head = head.take().or_else(|| Head::of(archive));
        }
        let has_own = self.archives.iter().any(|it| it.index().paths.has_own());
        let index_revision = self.path_index().map(|it| it.index().paths.revision());
        if !has_own && self.paths.is_some() && self.paths_of == index_revision {
            // Files without mappings change nothing.
            self.made_of = self.mappings();
            return;
        }
        self.paths_of = index_revision;
        self.conflicts.clear();
        if let ([only], Some((_, path_index))) = (&mut self.archives[..], &self.path_index) {
            only.rename_ids(None);
            only.add_names(path_index);
            self.paths = None;
        } else if self.archives.len() == 1 {
            self.archives[0].rename_ids(None);
            self.paths = None;
        } else {
            let mut paths = Paths::default();
            if let Some((_, path_index)) = &self.path_index {
                paths.add_all(&path_index.index().paths);
            }
            let is_named = self.path_index.is_some();
            for ((name, _), archive) in self.names.iter().zip(&mut self.archives) {
                // A path index that was joined while the file was the only one counts for all.
                archive.remove_names();
                let mut found = Problems::default();
                let pairs = paths.merge(&archive.index().paths, |id, named, own| {
                    found.push_with(|| conflict(id, named, own));
                });
                archive.rename_ids(IdMap::new(pairs));
                if is_named && found.count() > 0 {
                    self.conflicts.push((name.clone(), found));
                }
            }
            self.paths = Some(paths);
        }
        self.made_of = self.mappings();
    }
}

/// The name of a file without the folders before it, which it may be shown with.
fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn conflict(id: u32, named: &str, own: &str) -> Error {
    let detail = format!(
        "id {id} is {named:?} in the path index and {own:?} in this file; the file's own path counts"
    );
    Error::without_offset(ErrorKind::DuplicateMapping, detail)
}

static NO_PATHS: std::sync::LazyLock<Paths> = std::sync::LazyLock::new(Paths::default);

fn archive_problems<'a>(
    (name, archive): (&'a str, &'a Archive),
) -> impl Iterator<Item = (&'a str, &'a Error)> {
    archive.index().problems().map(move |problem| (name, problem))
}

/// How a file begins: the time of its first batch, and a hash of what that holds. Files that are no copies of
/// each other differ here, so that nothing more of them is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    time: Timestamp,
    hash: u64,
}

impl Head {
    /// `None` for a file without batches that can be read.
    fn of(archive: &Archive) -> Option<Self> {
        let index = archive.index();
        let first = |batches: &BatchTimes| (!batches.is_empty()).then(|| batches.get(0));
        let firsts = first(&index.deltas).into_iter().chain(first(&index.images));
        let mark = firsts.min_by_key(|mark| mark.offset)?;
        let mut batches = archive.batches();
        let record = batches.raw(mark.offset).ok()?;
        let mut hasher = DefaultHasher::new();
        hasher.write(record.body.rest());
        Some(Self { time: mark.time, hash: hasher.finish() })
    }
}

/// Whether all batches of a file are the first ones of another: by how many there are, and by the first
/// and the last of them, inflated. A file without batches is in no other.
fn is_within(archive: &Archive, other: &Archive) -> bool {
    let [own, all] = [archive, other].map(Archive::index);
    let pairs = [(&own.deltas, &all.deltas), (&own.images, &all.images)];
    pairs.iter().any(|(own, _)| !own.is_empty())
        && pairs.iter().all(|(own, all)| own.len() <= all.len())
        && pairs.iter().all(|(own, all)| starts_like(archive, own, other, all))
}

fn starts_like(archive: &Archive, own: &BatchTimes, other: &Archive, all: &BatchTimes) -> bool {
    let Some(last) = own.len().checked_sub(1) else { return true };
    let mut readers = (archive.batches(), other.batches());
    [0, last].into_iter().all(|number| {
        let (one, two) = (own.get(number), all.get(number));
        one.time == two.time
            && match (readers.0.raw(one.offset), readers.1.raw(two.offset)) {
                (Ok(one), Ok(two)) => one.body.rest() == two.body.rest(),
                // The browser does not read a file that was renamed or replaced; the times tell enough.
                (Err(e), _) | (_, Err(e)) => e.kind().is_of_source(),
            }
    })
}

/// Compares names as people count: `2` comes before `10`.
fn natural(left: &str, right: &str) -> std::cmp::Ordering {
    let number = |name: &str| name.parse::<u64>().ok();
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.cmp(right),
    }
    .then_with(|| left.cmp(right))
}
