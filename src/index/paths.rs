//! The paths of a file and the ids that its batches use for them.
//!
//! Each id has an ordinal, counted from 0 in the order in which ids were first mapped; state by
//! path is held in flat vectors by ordinal.
//!
//! A recorder writes the mappings of a shard into an archive of their own, `pathindex`. The map of a
//! data file is that of its path index, overlaid by the mappings that the file has itself.

use crate::format::limits::{MAX_PATH_CHANGES, MAX_PATH_TEXT, MAX_PATHS};
use hashbrown::{DefaultHashBuilder, HashTable};
use std::{
    collections::{BTreeMap, VecDeque},
    hash::BuildHasher,
    ops::Range,
};

/// Ids up to this many times the number of paths are looked up in a flat vector. The writer
/// counts ids up from 0, so in its files all are.
const DENSE_FACTOR: usize = 4;
const DENSE_LEAST: usize = 1 << 16;
const NONE: u32 = u32::MAX;

/// The paths of a file.
#[derive(Debug, Default)]
pub struct Paths {
    /// The text of all paths, one behind the other.
    text: String,
    entries: Vec<Entry>,
    /// Ordinal by id, [`NONE`] where there is none.
    dense: Vec<u32>,
    /// Ordinal by id, for ids past the end of `dense`. Sorted, so that those that `dense` comes to
    /// cover are found without a look at the others.
    sparse: BTreeMap<u32, u32>,
    /// Ordinal by path: the last id that the path was mapped to.
    by_path: HashTable<u32>,
    hasher: DefaultHashBuilder,
    revision: u64,
    /// The last mappings that changed earlier ones, oldest first. Empty in nearly every file.
    changes: VecDeque<Change>,
    /// How many changes are no longer in `changes`, and cannot be taken back.
    settled: u64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    id: u32,
    start: u32,
    len: u32,
    /// Whether the file maps the id itself; else the mapping is of its path index.
    is_own: bool,
}

/// A state that the paths can be taken back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathsMark {
    len: usize,
    changes: u64,
}

/// A mapping that changed earlier ones. One of a new path to a new id changes none, and is taken back
/// as the last entry.
#[derive(Debug)]
struct Change {
    ordinal: u32,
    /// How many entries there were before.
    len: u32,
    /// The entry of `ordinal` before, where it had one.
    entry: Option<Entry>,
    /// Whether the path of that entry led to it.
    was_led_to: bool,
    /// The ordinal that the new path led to before, or [`NONE`].
    led_to: u32,
}

/// How a new mapping stands to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mapped {
    /// Neither the id nor the path was mapped before.
    New,
    /// The very same mapping again.
    Again,
    /// The id had another path; the new one counts.
    OtherPath,
    /// The path had another id; both ids have it now.
    OtherId(u32),
    /// The file maps the id to another path than its path index does; the file's own counts.
    Conflict,
    /// There are more paths than this reader takes; the mapping is left out.
    TooMany,
}

impl Paths {
    /// How many ids are mapped.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none are.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the file maps any of them itself.
    pub fn has_own(&self) -> bool {
        self.entries.iter().any(|entry| entry.is_own)
    }

    /// How often the paths changed. What was worked out from them holds for as long as this does.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The ordinal of an id.
    #[inline]
    pub fn ordinal(&self, id: u32) -> Option<u32> {
        let ordinal = match self.dense.get(id as usize) {
            Some(ordinal) => *ordinal,
            None => self.sparse_ordinal(id),
        };
        (ordinal != NONE).then_some(ordinal)
    }

    #[cold]
    fn sparse_ordinal(&self, id: u32) -> u32 {
        self.sparse.get(&id).copied().unwrap_or(NONE)
    }

    /// Ids below this are looked up in a flat vector; state by id does well to be held likewise.
    pub fn dense_ids(&self) -> usize {
        self.dense.len()
    }

    /// The id of an ordinal below [`len`](Self::len). Panics past that.
    pub fn id(&self, ordinal: u32) -> u32 {
        self.entries[ordinal as usize].id
    }

    /// The path of an ordinal below [`len`](Self::len), canonical. Panics past that.
    pub fn path(&self, ordinal: u32) -> &str {
        &self.text[self.entries[ordinal as usize].span()]
    }

    /// The path of an id.
    pub fn path_of(&self, id: u32) -> Option<&str> {
        self.ordinal(id).map(|ordinal| self.path(ordinal))
    }

    /// The id of a canonical path; the last one, where several were mapped to it.
    pub fn id_of(&self, path: &str) -> Option<u32> {
        let ordinal = self.by_path.find(self.hasher.hash_one(path), |o| self.path(*o) == path)?;
        Some(self.id(*ordinal))
    }

    /// All ids and paths by ordinal.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, &str)> {
        self.entries.iter().map(|entry| (entry.id, &self.text[entry.span()]))
    }

    /// Makes room for so many more paths.
    pub(super) fn reserve(&mut self, more: usize) {
        let Self { text, entries, by_path, hasher, .. } = self;
        entries.reserve(more);
        by_path.reserve(more, |o| hasher.hash_one(&text[entries[*o as usize].span()]));
    }

    /// Maps an id to a canonical path, as the file itself does.
    pub(super) fn insert(&mut self, path: &str, id: u32) -> Mapped {
        let known = self.ordinal(id);
        let was_own = known.is_some_and(|ordinal| self.entries[ordinal as usize].is_own);
        let mapped = self.map(path, id, true);
        match (mapped, known) {
            (Mapped::TooMany, _) => Mapped::TooMany,
            (Mapped::Again, _) if !was_own => Mapped::New,
            (Mapped::New, _) | (Mapped::Again, _) => mapped,
            (_, Some(_)) if !was_own => Mapped::Conflict,
            // Only the path index gives the path another id.
            (Mapped::OtherId(other), _) if !self.is_own(other) => Mapped::New,
            (mapped, _) => mapped,
        }
    }

    /// Adds the mappings of a path index from ordinal `first` on. Those of the file stay: `conflict`
    /// gets the id, the path of the path index and the path of the file where they differ.
    ///
    /// No mapping from before can be taken back then.
    pub(super) fn join(
        &mut self,
        names: &Self,
        first: usize,
        mut conflict: impl FnMut(u32, &str, &str),
    ) {
        self.settle();
        self.reserve(names.len().saturating_sub(first.max(self.len())));
        for ordinal in first as u32..names.len() as u32 {
            let (id, path) = (names.id(ordinal), names.path(ordinal));
            match self.ordinal(id).filter(|known| self.entries[*known as usize].is_own) {
                Some(known) if self.path(known) == path => {}
                Some(known) => conflict(id, path, self.path(known)),
                None => drop(self.map(path, id, false)),
            }
        }
    }

    /// Names an id, as whoever makes paths of several shards does.
    pub(crate) fn name(&mut self, path: &str, id: u32) {
        self.map(path, id, true);
    }

    /// Adds all mappings of a path index to none.
    pub(crate) fn add_all(&mut self, others: &Self) {
        self.reserve(others.len());
        for (id, path) in others.iter() {
            self.map(path, id, false);
        }
    }

    /// Adds the mappings of a file of a shard to those of the shard. Where an id stands for another path there,
    /// the path has the id that it has in the shard, or a new one, and `conflict` gets the id and both
    /// paths. Returns the id in the file and in the shard of each.
    pub(crate) fn merge(
        &mut self,
        own: &Self,
        mut conflict: impl FnMut(u32, &str, &str),
    ) -> Vec<(u32, u32)> {
        let mut free = None;
        let pairs = own.iter().map(|(id, path)| {
            let known = self.id_of(path);
            let here = match self.path_of(id) {
                Some(here) if here == path => id,
                None => known.unwrap_or(id),
                Some(here) => {
                    conflict(id, here, path);
                    known.unwrap_or_else(|| self.free_id(&mut free))
                }
            };
            if here != id || known.is_none() {
                self.map(path, here, true);
            }
            (id, here)
        });
        pairs.collect()
    }

    /// An id that no path has: above all that there are, where that is possible.
    fn free_id(&self, last: &mut Option<u32>) -> u32 {
        let highest = || self.entries.iter().map(|entry| entry.id).max();
        let after = last.or_else(highest).map_or(Some(0), |id| id.checked_add(1));
        let is_free = |id: &u32| self.ordinal(*id).is_none();
        let free =
            after.filter(is_free).or_else(|| (0..u32::MAX).find(is_free)).unwrap_or(u32::MAX);
        *last = Some(free);
        free
    }

    /// Forgets the mappings of a path index.
    pub(super) fn keep_own(&mut self) {
        let mut before = std::mem::take(self);
        before.settle();
        (self.revision, self.settled) = (before.revision + 1, before.settled);
        for entry in before.entries.iter().filter(|entry| entry.is_own) {
            self.map(&before.text[entry.span()], entry.id, true);
        }
    }

    pub(super) fn is_own(&self, id: u32) -> bool {
        self.ordinal(id).is_some_and(|ordinal| self.entries[ordinal as usize].is_own)
    }

    fn map(&mut self, path: &str, id: u32, is_own: bool) -> Mapped {
        let (known, len) = (self.ordinal(id), self.entries.len() as u32);
        let before = known.map(|ordinal| self.entries[ordinal as usize]);
        if let Some(ordinal) = known.filter(|ordinal| self.path(*ordinal) == path) {
            if is_own && before.is_some_and(|entry| !entry.is_own) {
                self.entries[ordinal as usize].is_own = true;
                let (was_led_to, led_to) = (true, NONE);
                self.note(Change { ordinal, len, entry: before, was_led_to, led_to });
            }
            return Mapped::Again;
        }
        let text_len = self.text.len() + path.len();
        if (known.is_none() && self.len() >= MAX_PATHS) || text_len > MAX_PATH_TEXT {
            return Mapped::TooMany;
        }
        self.revision += 1;
        let entry = Entry { id, start: self.text.len() as u32, len: path.len() as u32, is_own };
        self.text.push_str(path);
        let mut was_led_to = false;
        let ordinal = match known {
            Some(ordinal) => {
                was_led_to = self.forget_path(ordinal);
                self.entries[ordinal as usize] = entry;
                ordinal
            }
            None => {
                self.entries.push(entry);
                self.set_ordinal(id, len);
                len
            }
        };
        let other = self.point_path(path, ordinal);
        if before.is_some() || other.is_some() {
            let led_to = other.unwrap_or(NONE);
            self.note(Change { ordinal, len, entry: before, was_led_to, led_to });
        }
        match (other, known) {
            (Some(other), _) => Mapped::OtherId(self.id(other)),
            (None, Some(_)) => Mapped::OtherPath,
            (None, None) => Mapped::New,
        }
    }

    /// The present state, for [`take_back`](Self::take_back).
    pub(super) fn mark(&self) -> PathsMark {
        PathsMark { len: self.len(), changes: self.settled + self.changes.len() as u64 }
    }

    /// Lets all mappings stay for good.
    pub(super) fn settle(&mut self) {
        // One more, so that no mark of before is gone back to.
        self.settled += self.changes.len() as u64 + 1;
        self.changes.clear();
    }

    /// Takes back the mappings since `mark`, as far as they are not settled.
    pub(super) fn take_back(&mut self, mark: PathsMark) {
        if self.mark() == mark {
            return;
        }
        self.revision += 1;
        while self.settled + self.changes.len() as u64 > mark.changes
            && let Some(change) = self.changes.pop_back()
        {
            self.pop_down_to(change.len as usize + usize::from(change.entry.is_none()));
            self.undo(change);
        }
        if self.settled <= mark.changes {
            self.pop_down_to(mark.len);
        }
    }

    /// Takes back mappings of new ids to new paths.
    fn pop_down_to(&mut self, len: usize) {
        while self.entries.len() > len {
            let ordinal = self.entries.len() as u32 - 1;
            self.forget_path(ordinal);
            self.pop_entry();
        }
    }

    fn undo(&mut self, change: Change) {
        let Change { ordinal, entry, was_led_to, led_to, .. } = change;
        let now = self.entries[ordinal as usize];
        if entry.is_some_and(|entry| entry.span() == now.span()) {
            self.entries[ordinal as usize].is_own = false;
            return;
        }
        self.forget_path(ordinal);
        if led_to != NONE {
            self.lead_path_to(led_to);
        }
        match entry {
            Some(entry) => {
                self.entries[ordinal as usize] = entry;
                self.text.truncate(now.start as usize);
                if was_led_to {
                    self.lead_path_to(ordinal);
                }
            }
            None => self.pop_entry(),
        }
    }

    /// Forgets the last id, whose path leads to it no more.
    fn pop_entry(&mut self) {
        let Some(entry) = self.entries.pop() else { return };
        self.text.truncate(entry.start as usize);
        match self.dense.get_mut(entry.id as usize) {
            Some(slot) => *slot = NONE,
            None => drop(self.sparse.remove(&entry.id)),
        }
    }

    fn note(&mut self, change: Change) {
        if self.changes.len() >= MAX_PATH_CHANGES {
            self.changes.pop_front();
            self.settled += 1;
        }
        self.changes.push_back(change);
    }

    /// Lets `path` lead to `ordinal`; returns the ordinal that it led to before.
    fn point_path(&mut self, path: &str, ordinal: u32) -> Option<u32> {
        let Self { text, entries, by_path, hasher, .. } = self;
        let path_at = |o: u32| &text[entries[o as usize].span()];
        let hash = hasher.hash_one(path);
        if let Some(slot) = by_path.find_mut(hash, |o| path_at(*o) == path) {
            return Some(std::mem::replace(slot, ordinal));
        }
        by_path.insert_unique(hash, ordinal, |o| hasher.hash_one(path_at(*o)));
        None
    }

    /// Lets the path of `ordinal`, which leads nowhere, lead to it.
    fn lead_path_to(&mut self, ordinal: u32) {
        let Self { text, entries, by_path, hasher, .. } = self;
        let hash_of = |o: &u32| hasher.hash_one(&text[entries[*o as usize].span()]);
        by_path.insert_unique(hash_of(&ordinal), ordinal, hash_of);
    }

    /// Lets the path of `ordinal` lead to it no more. Returns whether it did.
    fn forget_path(&mut self, ordinal: u32) -> bool {
        let hash = self.hasher.hash_one(self.path(ordinal));
        let found = self.by_path.find_entry(hash, |o| *o == ordinal);
        found.map(|entry| entry.remove()).is_ok()
    }

    fn set_ordinal(&mut self, id: u32, ordinal: u32) {
        let index = id as usize;
        if index >= self.dense.len() {
            if index >= (self.entries.len() * DENSE_FACTOR).max(DENSE_LEAST) {
                self.sparse.insert(id, ordinal);
                return;
            }
            self.dense.resize(index + 1, NONE);
            // Each id moves once at most, so that n ids cost n log n steps in whatever order.
            while let Some(first) = self.sparse.first_entry()
                && let Some(slot) = self.dense.get_mut(*first.key() as usize)
            {
                *slot = first.remove();
            }
        }
        self.dense[index] = ordinal;
    }
}

impl Entry {
    fn span(&self) -> Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_paths_by_id_and_ids_by_path() {
        let mut paths = Paths::default();
        assert_eq!(paths.insert("/a", 7), Mapped::New);
        assert_eq!(paths.insert("/b", 3), Mapped::New);
        assert_eq!(paths.insert("/b", 3), Mapped::Again);
        assert_eq!(
            (paths.path_of(7), paths.path_of(3), paths.path_of(4)),
            (Some("/a"), Some("/b"), None)
        );
        assert_eq!((paths.id_of("/a"), paths.id_of("/c")), (Some(7), None));
        assert_eq!(paths.iter().collect::<Vec<_>>(), [(7, "/a"), (3, "/b")]);
    }

    #[test]
    fn the_last_mapping_counts() {
        let mut paths = Paths::default();
        paths.insert("/a", 1);
        assert_eq!(paths.insert("/b", 1), Mapped::OtherPath);
        assert_eq!((paths.path_of(1), paths.id_of("/a"), paths.len()), (Some("/b"), None, 1));
        assert_eq!(paths.insert("/b", 2), Mapped::OtherId(1));
        assert_eq!((paths.path_of(1), paths.path_of(2)), (Some("/b"), Some("/b")));
        assert_eq!(paths.id_of("/b"), Some(2));
        // Id 1 moves on; the path still leads to id 2.
        assert_eq!(paths.insert("/c", 1), Mapped::OtherPath);
        assert_eq!((paths.id_of("/b"), paths.id_of("/c")), (Some(2), Some(1)));
    }

    #[test]
    fn own_mappings_overlay_those_of_a_path_index() {
        let (mut names, mut paths) = (Paths::default(), Paths::default());
        for (path, id) in [("/a", 0), ("/b", 1), ("/c", 2)] {
            names.insert(path, id);
        }
        paths.insert("/x", 1);
        let mut conflicts = Vec::new();
        let mut note = |id, named: &str, own: &str| {
            conflicts.push((id, named.to_owned(), own.to_owned()));
        };
        paths.join(&names, 0, &mut note);
        names.insert("/d", 3);
        paths.join(&names, 3, &mut note);
        assert_eq!(conflicts, [(1, "/b".to_owned(), "/x".to_owned())]);
        let found = |paths: &Paths| [0, 1, 2, 3].map(|id| paths.path_of(id).map(str::to_owned));
        let all = ["/a", "/x", "/c", "/d"].map(|path| Some(path.to_owned()));
        assert_eq!(found(&paths), all);
        // What the file maps later: the same path, another path, and again another.
        assert_eq!(paths.insert("/a", 0), Mapped::New);
        assert_eq!(paths.insert("/a", 0), Mapped::Again);
        assert_eq!(paths.insert("/y", 2), Mapped::Conflict);
        assert_eq!(paths.insert("/z", 2), Mapped::OtherPath);
        assert_eq!(paths.insert("/d", 9), Mapped::New);
        let revision = paths.revision();
        paths.keep_own();
        assert_eq!(
            found(&paths),
            [Some("/a"), Some("/x"), Some("/z"), None].map(|it| it.map(str::to_owned))
        );
        assert!(paths.revision() > revision);
    }

    #[test]
    fn ids_may_be_anything() {
        let mut paths = Paths::default();
        let ids = [0, u32::MAX, 1 << 17, 1 << 30, 65_535, 65_536, 5];
        for (i, id) in ids.iter().enumerate() {
            assert_eq!(paths.insert(&format!("/{i}"), *id), Mapped::New);
        }
        for (i, id) in ids.iter().enumerate() {
            assert_eq!(paths.ordinal(*id), Some(i as u32));
        }
        assert!(paths.dense.len() <= DENSE_LEAST);
        // As the paths grow in number, what was sparse becomes dense and is still found.
        for id in 200_000..260_000 {
            paths.insert(&format!("/more/{id}"), id);
        }
        paths.insert("/far", 220_000 + 60_000 * 2);
        for (i, id) in ids.iter().enumerate() {
            assert_eq!(paths.ordinal(*id), Some(i as u32), "{id}");
        }
    }

    /// Each new dense id once moved all sparse ids: 10^10 steps for these.
    #[test]
    fn sparse_and_then_dense_ids_cost_no_square() {
        let count = 100_000;
        let far = |i: u32| (1 << 31) + i;
        let mut paths = Paths::default();
        let started = std::time::Instant::now();
        for id in (0..count).map(far).chain(0..count) {
            assert_eq!(paths.insert(&format!("/{id}"), id), Mapped::New);
        }
        let took = started.elapsed();
        assert!(took.as_secs() < 10, "{took:?}");
        for i in [0, 1, count - 1] {
            assert_eq!((paths.ordinal(far(i)), paths.ordinal(i)), (Some(i), Some(count + i)));
        }
        assert_eq!(paths.dense_ids(), count as usize);
    }

    /// All that can be asked of the paths.
    fn all_of(paths: &Paths) -> Vec<(u32, String, bool, Option<u32>)> {
        let entries = paths.iter().zip(&paths.entries);
        entries
            .map(|((id, path), entry)| (id, path.to_owned(), entry.is_own, paths.id_of(path)))
            .collect()
    }

    #[test]
    fn take_back_restores_every_earlier_state() {
        let mut random = 7_u32;
        let mut below = |end: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) % end
        };
        for _ in 0..300 {
            let (mut paths, mut names) = (Paths::default(), Paths::default());
            for id in 0..below(6) {
                names.insert(&format!("/{}", below(5)), id);
            }
            paths.insert("/9", 9);
            paths.join(&names, 0, |_, _, _| {});
            let mut states = Vec::new();
            for _ in 0..12 {
                states.push((paths.mark(), all_of(&paths), paths.text.len()));
                for _ in 0..below(3) {
                    let id = [below(6), 1 << 30][below(9) as usize / 8];
                    paths.insert(&format!("/{}", below(7)), id);
                }
            }
            while !states.is_empty() {
                let (mark, all, text) = states.remove(below(states.len() as u32) as usize);
                if mark.changes > paths.mark().changes || mark.len > paths.len() {
                    // Taken back already, with one of before.
                    continue;
                }
                paths.take_back(mark);
                assert_eq!((all_of(&paths), paths.text.len()), (all, text));
                let ids = paths.iter().map(|(id, _)| id).collect::<Vec<_>>();
                for id in (0..7).chain([1 << 30]) {
                    let ordinal = ids.iter().position(|other| *other == id);
                    assert_eq!(paths.ordinal(id), ordinal.map(|ordinal| ordinal as u32));
                }
                states.retain(|(other, ..)| other.changes <= mark.changes && other.len <= mark.len);
            }
        }
    }

    #[test]
    fn settled_mappings_stay() {
        let mut paths = Paths::default();
        paths.insert("/a", 1);
        let mark = paths.mark();
        paths.insert("/b", 1);
        paths.insert("/c", 2);
        paths.settle();
        let (settled, all) = (paths.mark(), all_of(&paths));
        paths.insert("/d", 1);
        paths.take_back(mark);
        assert_eq!((paths.mark(), all_of(&paths)), (settled, all));
        // Of more changes than are kept the last are taken back.
        let mark = paths.mark();
        for n in 0..MAX_PATH_CHANGES + 2 {
            paths.insert(&format!("/{}", n % 2), 1);
        }
        paths.take_back(mark);
        assert_eq!((paths.path_of(1), paths.path_of(2)), (Some("/1"), Some("/c")));
        assert!(paths.changes.is_empty());
    }
}
