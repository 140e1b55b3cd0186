//! What a list of paths means as a recorder's output: shards, their files in the order of time, and
//! what is no part of it.
//!
//! ```text
//! <archive_directory>/<shard>/pathindex                            the paths of all files of the shard
//!                            /current                              being written
//!                            /2026-03-01T09:30:00.123456789+00:00  rotated; its name is its end
//! ```
//!
//! Names alone tell all of this. A file of another name may still be an archive: what is in it
//! decides once it is looked at.

use crate::time::Timestamp;
use crate::timeline::FileKind as Kind;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};

/// A file that was dropped, chosen, or is listed by a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path from what was dropped or chosen on, which it begins with: `recording/0/current`. A
    /// file that was given by itself has its name alone.
    pub path: String,
    /// Its length in bytes, where that is known.
    pub length: Option<u64>,
}

/// What a list of files is. Files are told by their number in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    /// The folder that all of it is in; empty where there is none.
    pub name: String,
    /// The shards that have files.
    pub shards: Vec<Shard>,
    /// What is no part of a recording.
    pub left_out: Vec<LeftOut>,
}

/// The files of a folder, or those that were given without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// The folder, and those around it where they tell shards apart; empty without a folder.
    pub name: String,
    /// Data files, the newest first, then path indexes.
    pub files: Vec<ShardFile>,
}

/// A file of a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardFile {
    /// Its number in the list.
    pub number: usize,
    /// Its name in the folder.
    pub name: String,
    /// Its shard and name, and what tells it from others of the same.
    pub label: String,
    /// What its name says.
    pub kind: Kind,
    /// The time that it covers, as the names of the shard say it.
    pub span: (Option<Timestamp>, Option<Timestamp>),
}

/// A file that is no part of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its number in the list.
    pub number: usize,
    /// Its shard and name.
    pub label: String,
    /// Why it is left out.
    pub reason: &'static str,
}

impl Recording {
    /// Sorts out a list of files.
    pub fn of(list: &[Listed]) -> Self {
        let shard_of = ShardNames::of(list);
        let mut shards: BTreeMap<&str, Vec<ShardFile>> = BTreeMap::new();
        let mut left_out = Vec::new();
        for (number, listed) in list.iter().enumerate() {
            let (folder, name) = split(&listed.path);
            let shard = shard_of.name(folder);
            let label = if shard.is_empty() { name.to_owned() } else { format!("{shard}/{name}") };
            let kind = match Kind::of(name) {
                _ if is_hidden(folder) => Err("it is in a hidden folder"),
                Ok(_) if listed.length == Some(0) && list.len() > 1 => Err("it is empty"),
                kind => kind,
            };
            match kind {
                Ok(kind) => shards.entry(shard).or_default().push(ShardFile {
                    number,
                    name: name.to_owned(),
                    label,
                    kind,
                    span: (None, None),
                }),
                Err(reason) => left_out.push(LeftOut { number, label, reason }),
            }
        }
        let mut shards: Vec<Shard> = shards
            .into_iter()
            .map(|(name, files)| Shard { name: name.to_owned(), files })
            .collect();
        // Files without a folder come first.
        let is_folder = |shard: &Shard| !shard.name.is_empty();
        shards.sort_by(|l, r| {
            is_folder(l).cmp(&is_folder(r)).then_with(|| natural(&l.name, &r.name))
        });
        shards.iter_mut().for_each(Shard::arrange);
        tell_apart(&mut shards);
        Self { name: shard_of.root.unwrap_or_default().to_owned(), shards, left_out }
    }

    /// All files of all shards.
    pub fn files(&self) -> impl Iterator<Item = &ShardFile> {
        self.shards.iter().flat_map(|shard| &shard.files)
    }

    /// How many files there are, those that are left out included.
    pub fn count(&self) -> usize {
        let files: usize = self.shards.iter().map(|shard| shard.files.len()).sum();
        files + self.left_out.len()
    }

    /// A file by its number in the list.
    pub fn file(&self, number: usize) -> Option<&ShardFile> {
        self.files().find(|file| file.number == number)
    }

    /// Which files to open first: the newest of the first shard, and the next ones where that is no
    /// archive. A path index only where there is nothing else.
    pub fn first(&self) -> impl Iterator<Item = &ShardFile> {
        let of = |is_index: bool| {
            self.files().filter(move |file| (file.kind == Kind::PathIndex) == is_index)
        };
        of(false).chain(of(true))
    }

    /// The files that can have the paths of a file: the path indexes of its folder; where it has
    /// none, or the file has no folder, those without a folder; and where there are none either,
    /// whatever else has no folder.
    pub fn path_indexes(&self, number: usize) -> Vec<usize> {
        let holds = |shard: &&Shard| shard.files.iter().any(|file| file.number == number);
        let indexes = |shard: &Shard| -> Vec<usize> {
            let files = shard.files.iter().filter(|file| file.kind == Kind::PathIndex);
            files.map(|file| file.number).filter(|it| *it != number).collect()
        };
        let own = self.shards.iter().find(holds);
        let loose = self.shards.iter().find(|shard| shard.name.is_empty());
        let found = own.into_iter().chain(loose).map(indexes).find(|found| !found.is_empty());
        let others = || {
            let files = loose.into_iter().flat_map(|shard| &shard.files);
            files.map(|file| file.number).filter(|it| *it != number).collect()
        };
        found.unwrap_or_else(others)
    }
}

impl Shard {
    /// Puts the files in order and finds out what time they cover.
    fn arrange(&mut self) {
        let is_loose = self.name.is_empty();
        self.files.sort_by(|l, r| {
            let order = rank(l.kind).cmp(&rank(r.kind));
            let by_name = || if is_loose { Ordering::Equal } else { natural(&l.name, &r.name) };
            order.then_with(by_name).then(l.number.cmp(&r.number))
        });
        // Two spellings of one time are one end.
        let ends: BTreeSet<Timestamp> = self.files.iter().filter_map(|it| it.kind.end()).collect();
        for file in &mut self.files {
            file.span = match file.kind {
                Kind::Current => (ends.last().copied(), None),
                Kind::Rotated(end) => (ends.range(..end).next_back().copied(), Some(end)),
                Kind::Other | Kind::PathIndex => (None, None),
            };
        }
    }

    /// The time from the first to the last end that the names tell.
    pub fn span(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let ends = self.files.iter().filter_map(|file| file.kind.end());
        (ends.clone().min(), ends.max())
    }
}

/// `current`, rotated files from the newest to the oldest, files of other names, path indexes.
fn rank(kind: Kind) -> (u8, Reverse<Option<Timestamp>>) {
    let group = match kind {
        Kind::Current => 0,
        Kind::Rotated(_) => 1,
        Kind::Other => 2,
        Kind::PathIndex => 3,
    };
    (group, Reverse(kind.end()))
}

/// Says which of several it is where labels are the same.
fn tell_apart(shards: &mut [Shard]) {
    let mut all: BTreeMap<String, Vec<&mut ShardFile>> = BTreeMap::new();
    for file in shards.iter_mut().flat_map(|shard| &mut shard.files) {
        all.entry(file.label.clone()).or_default().push(file);
    }
    for (label, same) in all.into_iter().filter(|(_, same)| same.len() > 1) {
        let count = same.len();
        for (nth, file) in same.into_iter().enumerate() {
            file.label = format!("{label} ({} of {count})", nth + 1);
        }
    }
}

/// What the shards are called.
struct ShardNames<'a> {
    /// The folder that everything is in.
    root: Option<&'a str>,
    /// Names that folders of several roots would share.
    ambiguous: BTreeSet<&'a str>,
}

impl<'a> ShardNames<'a> {
    fn of(list: &'a [Listed]) -> Self {
        let mut roots: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for listed in list {
            let (folder, _) = split(&listed.path);
            let (root, _) = folder.split_once('/').unwrap_or((folder, ""));
            roots.entry(short(folder)).or_default().insert(root);
        }
        let all: BTreeSet<&str> = roots.values().flatten().copied().collect();
        let root = all.first().copied().filter(|root| all.len() == 1 && !root.is_empty());
        let ambiguous = roots.into_iter().filter(|(_, roots)| roots.len() > 1);
        Self { root, ambiguous: ambiguous.map(|(short, _)| short).collect() }
    }

    fn name<'b>(&self, folder: &'b str) -> &'b str {
        let short = short(folder);
        if self.ambiguous.contains(short) { folder } else { short }
    }
}

/// A folder without what it was dropped in: `0` of `recording/0`, and `0` of `0`.
fn short(folder: &str) -> &str {
    folder.split_once('/').map_or(folder, |(_, inside)| inside)
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn is_hidden(folder: &str) -> bool {
    folder.split('/').any(|part| part.starts_with('.') && part != "." && part != "..")
}

/// Compares texts as people count: `2` comes before `10`.
fn natural(left: &str, right: &str) -> Ordering {
    let parts = |text: &str| -> Vec<(u64, String)> {
        let mut parts = vec![(0, String::new())];
        for c in text.chars() {
            let is_digit = c.is_ascii_digit();
            if let Some((_, part)) = parts.last_mut()
                && part.chars().last().is_none_or(|last| last.is_ascii_digit() == is_digit)
            {
                part.push(c);
            } else {
                parts.push((0, c.to_string()));
            }
        }
        for (number, part) in &mut parts {
            *number = part.parse().unwrap_or(u64::MAX);
        }
        parts
    };
    parts(left).cmp(&parts(right)).then_with(|| left.cmp(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(paths: &[&str]) -> Recording {
        let listed = |path: &&str| Listed { path: (*path).to_owned(), length: None };
        Recording::of(&paths.iter().map(listed).collect::<Vec<_>>())
    }

    fn labels(recording: &Recording) -> Vec<&str> {
        recording.files().map(|file| file.label.as_str()).collect()
    }

    fn time(text: &str) -> Option<Timestamp> {
        Some(text.parse().expect("a time"))
    }

    #[test]
    fn shards_have_their_files_newest_first_and_what_is_no_part_is_named() {
        let found = recording(&[
            "rec/1/current",
            "rec/0/pathindex",
            "rec/0/2026-03-01T09:30:00+00:00",
            "rec/0/2026-03-01T10:00:00.5+00:00",
            "rec/0/current",
            "rec/0/2026-03-01T09:30:00+00:00.rz",
            "rec/0/current.lock",
            "rec/0/current_copy",
            "rec/.DS_Store",
            "rec/.git/config",
        ]);
        assert_eq!(found.name, "rec");
        assert_eq!(
            labels(&found),
            [
                "0/current",
                "0/2026-03-01T10:00:00.5+00:00",
                "0/2026-03-01T09:30:00+00:00",
                "0/pathindex",
                "1/current",
            ]
        );
        let spans: Vec<_> = found.shards[0].files.iter().map(|file| file.span).collect();
        let (older, newer) = (time("2026-03-01T09:30:00Z"), time("2026-03-01T10:00:00.5Z"));
        assert_eq!(spans, [(newer, None), (older, newer), (None, older), (None, None)]);
        assert_eq!(found.shards[0].span(), (older, newer));
        let left: Vec<&str> = found.left_out.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(
            left,
            [
                "0/2026-03-01T09:30:00+00:00.rz",
                "0/current.lock",
                "0/current_copy",
                "rec/.DS_Store",
                ".git/config",
            ]
        );
        let first: Vec<usize> = found.first().map(|file| file.number).collect();
        assert_eq!(first, [4, 3, 2, 0, 1]);
    }

    #[test]
    fn every_spelling_is_sorted_by_time() {
        // As text they stand in another order.
        let times =
            ["2026-03-01T09:30:00", "2026-03-01T09:30:00.500", "2026-03-01T09:30:00.500001"];
        let spellings = [(":", "+"), ("I", "+"), ("_", "_"), (":", " "), ("%3A", "%2B")];
        for (colon, plus) in spellings {
            let spelled = |time: &str| format!("r/0/{}{plus}00{colon}00", time.replace(':', colon));
            let mut paths = times.map(spelled);
            paths.rotate_left(1);
            let found = recording(&paths.each_ref().map(String::as_str));
            let order: Vec<usize> = found.files().map(|file| file.number).collect();
            assert_eq!(order, [1, 0, 2], "{colon} {plus}");
            let newest = found.files().next().and_then(|file| file.span.1);
            assert_eq!(newest, time(&format!("{}Z", times[2])));
        }
    }

    #[test]
    fn shards_are_named_by_the_folders_that_tell_them_apart() {
        let names = |paths: &[&str]| -> Vec<String> {
            recording(paths).shards.into_iter().map(|shard| shard.name).collect()
        };
        assert_eq!(names(&["rec/0/current"]), ["0"]);
        assert_eq!(names(&["0/current"]), ["0"], "the folder of a shard itself");
        assert_eq!(names(&["0/current", "1/current", "current"]), ["", "0", "1"]);
        assert_eq!(names(&["x/a/0/current", "x/a/1/current"]), ["a/0", "a/1"]);
        assert_eq!(names(&["r/10/current", "r/2/current", "r/0/current"]), ["0", "2", "10"]);
        assert_eq!(names(&["a/0/current", "b/0/current", "b/1/current"]), ["1", "a/0", "b/0"]);
        assert_eq!(recording(&["0/current", "1/current"]).name, "");
    }

    #[test]
    fn files_of_one_name_are_told_apart() {
        let found = recording(&["current", "current", "pathindex"]);
        assert_eq!(labels(&found), ["current (1 of 2)", "current (2 of 2)", "pathindex"]);
        assert_eq!(recording(&["b", "a"]).first().map(|it| it.number).next(), Some(0));
    }

    #[test]
    fn paths_come_from_the_folder_and_else_from_what_has_none() {
        let found = recording(&["r/0/current", "r/0/pathindex", "r/1/current", "r/1/pathindex"]);
        assert_eq!((found.path_indexes(0), found.path_indexes(2)), (vec![1], vec![3]));
        assert_eq!(recording(&["pathindex", "current"]).path_indexes(1), [0]);
        assert_eq!(recording(&["0/current", "pathindex"]).path_indexes(0), [1]);
        assert_eq!(recording(&["day", "names"]).path_indexes(0), [1], "its content decides");
        assert!(recording(&["r/0/current", "r/0/day"]).path_indexes(0).is_empty());
        assert!(recording(&["r/0/pathindex"]).path_indexes(0).is_empty());
    }

    #[test]
    fn what_is_empty_is_left_out_beside_others() {
        let listed = |path: &str, length| Listed { path: path.to_owned(), length: Some(length) };
        let found = Recording::of(&[listed("a", 0), listed("b", 9)]);
        assert_eq!((labels(&found), found.left_out.len()), (vec!["b"], 1));
        assert_eq!(labels(&Recording::of(&[listed("a", 0)])), ["a"]);
    }
}
