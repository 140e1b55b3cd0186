//! The paths as a tree, of which only the visible rows are made.
//!
//! ```text
//! order    /a  /a/b  /a/b/c  /a-b        a separator sorts before every other character, so that
//!          |---- /a ------|              all of a branch stands together
//! ```
//!
//! A branch is a range of the order and the length of its prefix; nothing else is stored for it.
//! What separates is decided by [`Separators`](crate::format::Separators): in `/x/a\/b` the `\/` is
//! two characters of a name like any others.

use super::Selection;
use crate::{
    format::{component_end, is_escaped, unescape_component},
    index::Paths,
};
use std::{borrow::Cow, cmp::Ordering, collections::HashSet, ops::Range};

/// How many levels open by themselves, one below the other. A path may have millions of components,
/// each of them a row.
pub const MAX_OPEN_BY_ITSELF: u32 = 64;

/// The order of all paths, by ordinal.
#[derive(Debug, Default)]
pub struct TreeOrder(Vec<u32>);

/// A visible row: everything below one prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Branch {
    start: u32,
    end: u32,
    /// Where its parent's prefix ends, in bytes.
    parent_end: u32,
    /// Where its own prefix ends, in bytes.
    prefix_end: u32,
    /// Counted from 0.
    pub depth: u32,
    /// Its place among its siblings, counted from 0.
    pub nth: u32,
    /// How many siblings it has, itself included.
    pub siblings: u32,
    /// Whether the rows below it are shown.
    pub is_open: bool,
}

/// The visible rows.
#[derive(Debug, Default)]
pub struct Tree {
    order: Vec<u32>,
    rows: Vec<Branch>,
}

impl TreeOrder {
    /// Sorts the paths; costs about as much as sorting so many texts.
    pub fn new(paths: &Paths) -> Self {
        let mut order: Vec<u32> = (0..paths.len() as u32).collect();
        order.sort_unstable_by(|l, r| compare(paths.path(*l), paths.path(*r)).then(l.cmp(r)));
        Self(order)
    }
}

/// By character, a separator before any other.
fn compare(l: &str, r: &str) -> Ordering {
    let shared = l.bytes().zip(r.bytes()).take_while(|(l, r)| l == r).count();
    let rank = |text: &str| match text.as_bytes().get(shared) {
        None => 0,
        Some(b'/') if !is_escaped(text, shared) => 1,
        Some(byte) => 2 + u32::from(*byte),
    };
    rank(l).cmp(&rank(r))
}

impl Tree {
    /// The rows that are visible when the branches `toggled` are open where they were closed, and
    /// closed where they were open. At first those without siblings are open, and with `all_open`
    /// every one, down to [`MAX_OPEN_BY_ITSELF`] levels below one that was opened.
    pub fn new(
        paths: &Paths,
        order: &TreeOrder,
        selection: Option<&Selection>,
        toggled: &HashSet<&str>,
        all_open: bool,
    ) -> Self {
        let is_in = |ordinal: &&u32| selection.is_none_or(|s| s.contains_id(paths.id(**ordinal)));
        let order: Vec<u32> = order.0.iter().filter(is_in).copied().collect();
        let mut tree = Self { order, rows: Vec::new() };
        // Of a branch that no length fits the prefix, which may be long, need not be looked up.
        let lengths: HashSet<usize> = toggled.iter().map(|prefix| prefix.len()).collect();
        let whole = 0..tree.order.len() as u32;
        // What is still to come, the next at the end. No recursion: a path may have any number of
        // components.
        let mut pending = Vec::new();
        tree.push_level(paths, whole, None, &mut pending);
        while let Some((mut branch, by_itself)) = pending.pop() {
            let below = tree.below(paths, &branch);
            let is_toggled = lengths.contains(&(branch.prefix_end as usize))
                && toggled.contains(tree.prefix(paths, &branch));
            let opens = (all_open || branch.siblings == 1) && by_itself < MAX_OPEN_BY_ITSELF;
            branch.is_open = !below.is_empty() && is_toggled != opens;
            tree.rows.push(branch);
            if branch.is_open {
                let by_itself = if is_toggled { 0 } else { by_itself + 1 };
                tree.push_level(paths, below, Some((&branch, by_itself)), &mut pending);
            }
        }
        tree
    }

    /// Appends the branches of a range, the first of them last, each with how many levels above it
    /// are open without having been opened.
    fn push_level(
        &self,
        paths: &Paths,
        range: Range<u32>,
        parent: Option<(&Branch, u32)>,
        pending: &mut Vec<(Branch, u32)>,
    ) {
        let (parent_end, depth, by_itself) =
            parent.map_or((0, 0, 0), |(parent, open)| (parent.prefix_end, parent.depth + 1, open));
        let first = pending.len();
        let mut start = range.start;
        while start < range.end {
            let prefix_end = next_end(self.path(paths, start), parent_end as usize) as u32;
            let (known, len) = (parent_end as usize, prefix_end as usize);
            let end = self.end_of(paths, start, range.end, known, len);
            let nth = (pending.len() - first) as u32;
            let (siblings, is_open) = (0, false);
            let branch =
                Branch { start, end, parent_end, prefix_end, depth, nth, siblings, is_open };
            pending.push((branch, by_itself));
            start = end;
        }
        let level = &mut pending[first..];
        let siblings = level.len() as u32;
        level.iter_mut().for_each(|(branch, _)| branch.siblings = siblings);
        level.reverse();
    }

    /// The end of the range from `start` on that shares its first `len` bytes as a prefix, all of
    /// which share the first `known` bytes.
    fn end_of(&self, paths: &Paths, start: u32, end: u32, known: usize, len: usize) -> u32 {
        let first = self.path(paths, start);
        let component = &first.as_bytes()[known..len];
        // After an escape at the very end of a path a separator would be a part of the name.
        let is_open = is_escaped(first, len);
        let shares = |at: u32| {
            let rest = self.path(paths, at).as_bytes()[known..].strip_prefix(component);
            rest.is_some_and(|rest| rest.first().is_none_or(|next| *next == b'/' && !is_open))
        };
        // Most ranges are short where there are many: search from the near end.
        let mut step = 1;
        let mut low = start;
        while low + step < end && shares(low + step) {
            low += step;
            step *= 2;
        }
        let mut high = end.min(low + step);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if shares(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low + 1
    }

    /// What is strictly below a branch.
    fn below(&self, paths: &Paths, branch: &Branch) -> Range<u32> {
        let is_leaf = |at: &u32| self.path(paths, *at).len() == branch.prefix_end as usize;
        let leaves = (branch.start..branch.end).take_while(is_leaf).count() as u32;
        branch.start + leaves..branch.end
    }

    fn path<'p>(&self, paths: &'p Paths, at: u32) -> &'p str {
        paths.path(self.order[at as usize])
    }

    /// How many paths there are in all.
    pub fn paths(&self) -> usize {
        self.order.len()
    }

    /// The visible rows.
    pub fn rows(&self) -> &[Branch] {
        &self.rows
    }

    /// The text up to and with a branch.
    pub fn prefix<'p>(&self, paths: &'p Paths, branch: &Branch) -> &'p str {
        &self.path(paths, branch.start)[..branch.prefix_end as usize]
    }

    /// The name of a branch among its siblings, without the escapes of a path; a lone separator for
    /// the root path itself.
    pub fn name<'p>(&self, paths: &'p Paths, branch: &Branch) -> Cow<'p, str> {
        let name = &self.prefix(paths, branch)[branch.parent_end as usize..];
        let component = if name.len() > 1 { name.strip_prefix('/').unwrap_or(name) } else { name };
        unescape_component(component)
    }

    /// How many paths are in a branch, the one that ends here included.
    pub fn count(&self, branch: &Branch) -> u32 {
        branch.end - branch.start
    }

    /// Whether anything is below a branch.
    pub fn has_children(&self, paths: &Paths, branch: &Branch) -> bool {
        !self.below(paths, branch).is_empty()
    }

    /// The id of the path that ends here; the last mapped one where several do.
    pub fn id(&self, paths: &Paths, branch: &Branch) -> Option<u32> {
        let below = self.below(paths, branch);
        let leaf = below.start.checked_sub(1).filter(|leaf| *leaf >= branch.start)?;
        Some(paths.id(self.order[leaf as usize]))
    }
}

/// Where the component after the separator at `end` ends, or the first one of a relative path.
fn next_end(path: &str, end: usize) -> usize {
    let is_separator = path.as_bytes().get(end) == Some(&b'/');
    component_end(path, end + usize::from(is_separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_sorts_first() {
        let mut paths = ["/a-b", "/a/b", "/a", "/a b", "/", "", "/b", "/a/b/c", "/ä"];
        paths.sort_by(|l, r| compare(l, r));
        assert_eq!(paths, ["", "/", "/a", "/a/b", "/a/b/c", "/a b", "/a-b", "/b", "/ä"]);
        // An escaped one is a character among others.
        let mut paths = [r"/a\/b", r"/a\\/b", r"/a\", r"/a\.b", r"/a\\", r"/a\/b/c"];
        paths.sort_by(|l, r| compare(l, r));
        assert_eq!(paths, [r"/a\", r"/a\.b", r"/a\/b", r"/a\/b/c", r"/a\\", r"/a\\/b"]);
    }

    #[test]
    fn components_end_at_separators() {
        let ends = |path: &str| {
            let mut ends = vec![next_end(path, 0)];
            while *ends.last().unwrap() < path.len() {
                ends.push(next_end(path, *ends.last().unwrap()));
            }
            ends
        };
        assert_eq!(ends("/a/bc"), [2, 5]);
        assert_eq!(ends("/"), [1]);
        assert_eq!(ends("odd/x"), [3, 5]);
        assert_eq!(ends(""), [0]);
        assert_eq!(ends("/ä/b"), [3, 5]);
        assert_eq!(ends(r"/a\/b/c"), [5, 7]);
        assert_eq!(ends(r"\/a/b"), [3, 5]);
    }
}
