//! The files that are at hand, and what became known of them.

use super::Place;
use super::drop::Folders;
use super::recording::{LeftOut, Listed, Recording, Shard, ShardFile};
use crate::client::Handle;
use crate::protocol::Summary;
use crate::time::Timestamp;
use crate::timeline::FileKind;
use crate::ui::by_pointer::ByPointer;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Files that were dropped or chosen together. One of them is open, the others are at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Files {
    /// What they are.
    pub recording: Rc<Recording>,
    /// Where they are, by their numbers.
    pub places: ByPointer<Vec<Place>>,
    /// What became known of them, by their numbers.
    pub facts: Rc<BTreeMap<usize, Fact>>,
    /// Which of them is open, or on its way in.
    pub open: Option<usize>,
    /// What could not be listed, and why.
    pub unlisted: Rc<Vec<(String, String)>>,
    /// Path indexes that were added, by the name of their shard.
    pub added: Rc<BTreeMap<String, Place>>,
    /// The folders that were dropped; none where files were given in another way.
    pub folders: ByPointer<Folders>,
    /// All files by their numbers, those that are gone by now too.
    pub(in crate::ui) list: Rc<Vec<Listed>>,
}

/// What became known of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fact {
    /// Its length in bytes.
    pub length: Option<u64>,
    /// Its layout, in the format's words.
    pub layout: Option<&'static str>,
    /// Its first and last time, once it was open.
    pub extent: Option<(Timestamp, Timestamp)>,
    /// Why it is left out, if it is: a clause about "it".
    pub refused: Option<String>,
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The head of a shard, by its place among them.
    Shard(usize),
    /// A file, by the places of its shard and of it.
    File(usize, usize),
    /// The head of what is left out.
    LeftOut,
    /// What is left out, by its place among that.
    Left(usize),
}

/// Of a server no more than so many bytes are fetched to make one timeline of many files.
const MAX_FETCHED: u64 = 64 << 20;

/// Why a file is left out that was there.
const IS_GONE: &str = "it is no longer in the folder";

/// Whether files of this kind are parts of a recording by their names.
const fn is_data(kind: FileKind) -> bool {
    matches!(kind, FileKind::Current | FileKind::Rotated(_))
}

/// What a person can close: a shard by its place, or what is left out.
pub const LEFT_OUT: usize = usize::MAX;

impl Files {
    /// Files that are in these places.
    pub fn new(list: &[Listed], places: Vec<Place>) -> Self {
        let facts = list.iter().enumerate().filter(|(_, listed)| listed.length.is_some());
        let facts = facts
            .map(|(number, listed)| (number, Fact { length: listed.length, ..Fact::default() }));
        Self {
            recording: Rc::new(Recording::of(list)),
            facts: Rc::new(facts.collect()),
            places: ByPointer::new(places),
            open: None,
            unlisted: Rc::default(),
            added: Rc::default(),
            folders: ByPointer::new(Folders::new()),
            list: Rc::new(list.to_vec()),
        }
    }

    /// Whether the folder can be listed again for a recording that is written: then its files grow, are rotated and
    /// come.
    pub fn can_be_watched(&self) -> bool {
        let open = self.open.and_then(|open| self.recording.file(open));
        !self.folders.is_empty() && open.is_some_and(|file| is_data(file.kind))
    }

    /// Takes in what a folder holds by now. What is known keeps its number. Returns whether anything came or went.
    pub fn relist(&mut self, found: &[(Listed, Place)]) -> bool {
        let known: HashMap<&str, usize> =
            self.list.iter().enumerate().map(|(nth, it)| (it.path.as_str(), nth)).collect();
        let is_new = |(listed, _): &&(Listed, Place)| !known.contains_key(listed.path.as_str());
        let new: Vec<_> = found.iter().filter(is_new).cloned().collect();
        let there: BTreeSet<usize> =
            found.iter().filter_map(|(it, _)| known.get(it.path.as_str()).copied()).collect();
        // What was dropped beside the folders is not in their lists.
        let is_listed = |number: &usize| {
            matches!(self.places.get(*number), Some(Place::Held(Handle::InFolder { .. })))
        };
        let is_gone =
            |number: usize| self.fact(number).and_then(|it| it.refused.as_deref()) == Some(IS_GONE);
        let all = (0..self.list.len()).filter(is_listed);
        let (gone, back): (Vec<usize>, Vec<usize>) = all
            .filter(|number| there.contains(number) == is_gone(*number))
            .partition(|number| !there.contains(number));
        drop(known);
        if new.is_empty() && gone.is_empty() && back.is_empty() {
            return false;
        }
        let facts = Rc::make_mut(&mut self.facts);
        for number in gone {
            facts.entry(number).or_default().refused = Some(IS_GONE.to_owned());
        }
        for number in back {
            facts.remove(&number);
        }
        if !new.is_empty() {
            let mut places = self.places.to_vec();
            let list = Rc::make_mut(&mut self.list);
            for (listed, place) in new {
                list.push(listed);
                places.push(place);
            }
            self.places = ByPointer::new(places);
            self.recording = Rc::new(Recording::of(&self.list));
        }
        true
    }

    /// The files of a recording that may have changed, in the order in which they are to be looked at: rotated ones
    /// as they were rotated, then those that are being written, then their path indexes. `is_wanted` says of a rotated
    /// one whether to look.
    pub fn to_look_at(&self, is_wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        let is_there = |file: &&ShardFile| {
            self.fact(file.number).and_then(|it| it.refused.as_deref()) != Some(IS_GONE)
        };
        let files = self.recording.files().filter(is_there).filter_map(|file| {
            let rank = match file.kind {
                FileKind::Rotated(end) if is_wanted(file.number) => (0, end),
                FileKind::Current => (1, Timestamp::MAX),
                FileKind::PathIndex => (2, Timestamp::MAX),
                FileKind::Rotated(_) | FileKind::Other => return None,
            };
            Some((rank, file.number))
        });
        let mut files: Vec<_> = files.collect();
        files.sort_unstable();
        files.into_iter().map(|(_, number)| number).collect()
    }

    /// How many there are, left out or not.
    pub fn count(&self) -> usize {
        self.recording.count()
    }

    /// Whether there is more than one file, left out or not.
    pub fn are_several(&self) -> bool {
        self.count() + self.unlisted.len() > 1
    }

    /// Whether these are the same files.
    pub fn is_same_list(&self, other: &Self) -> bool {
        self.places == other.places
    }

    /// What is known of a file.
    pub fn fact(&self, number: usize) -> Option<&Fact> {
        self.facts.get(&number)
    }

    /// Adds to what is known of a file.
    pub fn learn(&mut self, number: usize, fact: Fact) {
        if self.facts.get(&number) == Some(&fact) {
            return;
        }
        let facts = Rc::make_mut(&mut self.facts);
        let known = facts.entry(number).or_default();
        known.length = fact.length.or(known.length);
        known.layout = fact.layout.or(known.layout);
        known.extent = fact.extent.or(known.extent);
        known.refused = fact.refused;
    }

    /// Notes that a file is none to open, and why.
    pub fn refuse(&mut self, number: usize, why: String) {
        let facts = Rc::make_mut(&mut self.facts);
        facts.entry(number).or_default().refused = Some(why);
    }

    /// What a person calls a file.
    pub fn label(&self, number: usize) -> &str {
        self.recording.file(number).map_or("", |file| &file.label)
    }

    /// The files that are one timeline with the open one: what recorders call `current` and those named by a time, of
    /// all shards, the newest first, and before them the path indexes of other shards. None where the open file, by
    /// its name, is no part of a recording, or where files without a folder cannot be of one shard.
    pub fn others_of_recording(&self) -> Vec<usize> {
        let shards = &self.recording.shards;
        let open = self.open.and_then(|open| self.recording.file(open));
        let Some(open) = open.filter(|file| is_data(file.kind)) else { return Vec::new() };
        let own = |files: &[ShardFile]| files.iter().any(|file| file.number == open.number);
        let is_shard = |shard: &&Shard| {
            let currents = shard.files.iter().filter(|file| file.kind == FileKind::Current);
            !shard.name.is_empty() || (currents.count() < 2 && own(&shard.files))
        };
        let is_usable = |file: &&ShardFile| {
            file.number != open.number
                && self.fact(file.number).is_none_or(|fact| fact.refused.is_none())
        };
        let (mut names, mut data) = (Vec::new(), Vec::new());
        for shard in shards.iter().filter(is_shard) {
            for file in shard.files.iter().filter(is_usable) {
                if is_data(file.kind) {
                    data.push((file.kind.end(), file.number));
                } else if file.kind == FileKind::PathIndex && !own(&shard.files) {
                    names.push(file.number);
                }
            }
        }
        // What is being written has no end, and is the newest.
        data.sort_by_key(|(end, _)| std::cmp::Reverse(end.unwrap_or(Timestamp::MAX)));
        names.extend(data.into_iter().map(|(_, number)| number));
        names
    }

    /// Those of them that are added by themselves: all where they can be read without much waiting, which are those on
    /// this machine, and of a server few bytes.
    pub fn to_add(&self) -> Vec<usize> {
        let length = |number: &usize| match self.places.get(*number) {
            Some(Place::Address { .. }) => self.fact(*number).and_then(|fact| fact.length),
            _ => Some(0),
        };
        let others = self.others_of_recording();
        let lengths: Option<u64> = others.iter().map(length).sum();
        if lengths.is_some_and(|sum| sum <= MAX_FETCHED) { others } else { Vec::new() }
    }

    /// The other data files of the shard of the open one, the newest first.
    pub fn others_of_shard(&self) -> Vec<usize> {
        let shards = &self.recording.shards;
        let holds = |shard: &&Shard| shard.files.iter().any(|file| Some(file.number) == self.open);
        let files = shards.iter().find(holds).into_iter().flat_map(|shard| &shard.files);
        let others =
            files.filter(|file| file.kind != FileKind::PathIndex && Some(file.number) != self.open);
        others.map(|file| file.number).collect()
    }

    /// The name of the shard that a file is in.
    pub fn shard(&self, number: usize) -> Option<&str> {
        let holds = |files: &[ShardFile]| files.iter().any(|file| file.number == number);
        let shard = self.recording.shards.iter().find(|shard| holds(&shard.files))?;
        Some(&shard.name)
    }

    /// What is left out: by its name, and because of what is in it.
    pub fn left_out(&self) -> Vec<(&str, &str)> {
        let by_name = self.recording.left_out.iter();
        let by_name = by_name.map(|LeftOut { label, reason, .. }| (label.as_str(), *reason));
        let refused = self.facts.iter().filter_map(|(number, fact)| {
            let why = fact.refused.as_deref()?;
            Some((self.recording.file(*number)?.label.as_str(), why))
        });
        let unlisted = self.unlisted.iter().map(|(label, why)| (label.as_str(), why.as_str()));
        unlisted.chain(by_name).chain(refused).collect()
    }

    /// The lines of the list, without those of what is closed.
    pub fn rows(&self, closed: &BTreeSet<usize>) -> Vec<Row> {
        let mut rows = Vec::new();
        let is_refused =
            |number: &usize| self.fact(*number).is_some_and(|fact| fact.refused.is_some());
        for (nth, shard) in self.recording.shards.iter().enumerate() {
            let files = shard.files.iter().enumerate();
            let files = files.filter(|(_, file)| !is_refused(&file.number));
            let mut files = files.map(|(file, _)| Row::File(nth, file)).peekable();
            if files.peek().is_some() && !shard.name.is_empty() {
                rows.push(Row::Shard(nth));
            }
            if !closed.contains(&nth) {
                rows.extend(files);
            }
        }
        let left_out = self.left_out().len();
        if left_out > 0 {
            rows.push(Row::LeftOut);
            if !closed.contains(&LEFT_OUT) {
                rows.extend((0..left_out).map(Row::Left));
            }
        }
        rows
    }
}

impl Fact {
    /// What the worker says of an open file.
    pub fn of(summary: &Summary) -> Self {
        Self {
            length: Some(summary.length),
            layout: Some(layout(summary.compressed, summary.indexed)),
            extent: summary.first.zip(summary.last),
            refused: None,
        }
    }
}

/// The layout of a file, in the format's words.
pub const fn layout(compressed: bool, indexed: bool) -> &'static str {
    match (compressed, indexed) {
        (false, false) => "plain",
        (false, true) => "indexed",
        (true, false) => "compressed",
        (true, true) => "compressed, indexed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> Files {
        let listed = |path: &&str| Listed { path: (*path).to_owned(), length: None };
        Files::new(&paths.iter().map(listed).collect::<Vec<_>>(), Vec::new())
    }

    #[test]
    fn rows_are_shards_files_and_what_is_left_out() {
        let mut files = files(&["r/0/current", "r/0/a.lock", "r/1/current", "r/1/x"]);
        let (file, left) = (Row::File, Row::Left);
        let none = BTreeSet::new();
        let all = [Row::Shard(0), file(0, 0), Row::Shard(1), file(1, 0), file(1, 1)];
        assert_eq!(files.rows(&none)[..5], all);
        assert_eq!(files.rows(&none)[5..], [Row::LeftOut, left(0)]);
        files.refuse(3, "it is text".to_owned());
        assert_eq!(files.rows(&none)[4..], [Row::LeftOut, left(0), left(1)]);
        assert_eq!(files.left_out()[1], ("1/x", "it is text"));
        let closed = BTreeSet::from([0, LEFT_OUT]);
        let rows = [Row::Shard(0), Row::Shard(1), file(1, 0), Row::LeftOut];
        assert_eq!(files.rows(&closed), rows);
        files.refuse(0, "it is empty".to_owned());
        assert_eq!(files.rows(&closed)[0], Row::Shard(1), "a shard of nothing is none");
    }

    #[test]
    fn a_recording_is_what_recorders_write() {
        let others = |paths: &[&str], open: usize| {
            let mut files = files(paths);
            files.open = Some(open);
            files.others_of_recording()
        };
        let time = |name: &str, hour: u32| format!("r/{name}/2026-03-01T{hour:02}:00:00+00:00");
        let (old, new, other) = (time("0", 8), time("0", 9), time("1", 10));
        let paths = ["r/0/current", "r/0/pathindex", &old, &new, "r/1/pathindex", &other, "r/0/x"];
        assert_eq!(others(&paths, 0), [4, 5, 3, 2]);
        assert_eq!(others(&paths, 5), [1, 0, 3, 2]);
        assert!(others(&paths, 6).is_empty(), "its name says nothing");
        assert_eq!(others(&["current", "2026-03-01T08:00:00+00:00", "pathindex"], 0), [1]);
        assert!(others(&["current", "current", "pathindex"], 0).is_empty(), "of two shards");
    }

    #[test]
    fn what_is_known_stays_known() {
        let mut files = files(&["a", "b"]);
        files.learn(0, Fact { length: Some(9), ..Fact::default() });
        files.learn(0, Fact { layout: Some("plain"), ..Fact::default() });
        let fact = Fact { length: Some(9), layout: Some("plain"), ..Fact::default() };
        assert_eq!(files.fact(0), Some(&fact));
        assert_eq!(files.rows(&BTreeSet::new()), [Row::File(0, 0), Row::File(0, 1)]);
    }
}
