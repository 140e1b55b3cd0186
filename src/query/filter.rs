//! Which paths a person wants to see.

use super::{
    automaton::Automaton,
    glob::{self, Tokens},
};
use crate::{format::unescape_component, index::Paths};
use std::{collections::HashSet, fmt};

/// Globs, one of which a path must match, and plain words, all of which it must contain: in its
/// text, or in the text without the escapes of a path, as the tree shows its names.
///
/// Globs are netidx's: absolute, and matched as `netidx`'s `GlobSet` matches them, where `*` and
/// `?` take separators too, `**` takes whole components, and `\` escapes.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    globs: Option<Automaton>,
    words: Vec<String>,
}

/// A glob that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError(String);

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FilterError {}

impl Filter {
    /// From globs only, as programs give them. Without any glob nothing matches.
    pub fn from_globs<S: AsRef<str>>(
        globs: impl IntoIterator<Item = S>,
    ) -> Result<Self, FilterError> {
        let globs: Result<Vec<_>, _> = globs.into_iter().map(|g| parse_glob(g.as_ref())).collect();
        let automaton = Automaton::new(&globs?)
            .ok_or_else(|| FilterError("the globs are too much together".to_owned()))?;
        Ok(Self { globs: Some(automaton), words: Vec::new() })
    }

    /// From what a person types: globs and words, separated by spaces (`\ ` is a space that
    /// separates nothing). What begins with `/` is a glob, anything else must occur in the path.
    ///
    /// ```
    /// # use netidx_archive_viewer::query::Filter;
    /// let filter = Filter::parse("/market/** /plant/** bid")?;
    /// assert!(filter.matches("/market/lse/VOD/bid"));
    /// assert!(!filter.matches("/market/lse/VOD/ask"));
    /// # Ok::<(), netidx_archive_viewer::query::FilterError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let mut globs = Vec::new();
        let mut words = Vec::new();
        for part in split_unescaped(text) {
            if part.starts_with('/') {
                globs.push(part);
            } else if part.contains(['*', '?', '[', '{']) {
                let detail = format!("the glob {part:?} must be absolute: begin it with /");
                return Err(FilterError(detail));
            } else {
                words.push(part.replace("\\ ", " "));
            }
        }
        let globs = match globs.is_empty() {
            true => None,
            false => Self::from_globs(globs)?.globs,
        };
        Ok(Self { globs, words })
    }

    /// Whether every path matches, because nothing is asked.
    pub fn takes_all(&self) -> bool {
        self.globs.is_none() && self.words.is_empty()
    }

    /// Whether a path matches.
    pub fn matches(&self, path: &str) -> bool {
        self.globs.as_ref().is_none_or(|globs| globs.matches(path))
            && self.words.iter().all(|word| contains(path, word))
    }

    /// The paths that match; `None` when nothing is asked, so that all do.
    pub fn select(&self, paths: &Paths) -> Option<Selection> {
        if self.takes_all() {
            return None;
        }
        let mut selection = Selection::default();
        selection.dense.resize(paths.dense_ids().div_ceil(64), 0);
        paths
            .iter()
            .filter(|(_, path)| self.matches(path))
            .for_each(|(id, _)| selection.insert(id));
        Some(selection)
    }
}

/// Whether a path contains a word, as it is written or as it is shown.
fn contains(path: &str, word: &str) -> bool {
    path.contains(word) || path.contains('\\') && unescape_component(path).contains(word)
}

fn parse_glob(glob: &str) -> Result<Tokens, FilterError> {
    if !glob.starts_with('/') {
        return Err(FilterError(format!("the glob {glob:?} must be absolute: begin it with /")));
    }
    glob::parse(glob).map_err(|e| FilterError(format!("the glob {glob:?} is no good: {e}")))
}

/// The parts of `text` between spaces that no `\` escapes.
fn split_unescaped(text: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    text.split(move |c: char| {
        let separates = c.is_whitespace() && !escaped;
        escaped = c == '\\' && !escaped;
        separates
    })
    .filter(|part| !part.is_empty())
}

/// Some of the paths of an archive, by their ids.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// A bit for each id that [`Paths::dense_ids`] counts.
    dense: Vec<u64>,
    sparse: HashSet<u32>,
    count: usize,
}

impl Selection {
    /// The paths of these ids; ids without a path are passed over.
    pub fn only(paths: &Paths, ids: impl IntoIterator<Item = u32>) -> Self {
        let mut selection = Self::default();
        selection.dense.resize(paths.dense_ids().div_ceil(64), 0);
        for id in ids {
            if paths.ordinal(id).is_some() && !selection.contains_id(id) {
                selection.insert(id);
            }
        }
        selection
    }

    /// These ids, whether they have a path or not.
    pub fn of_ids(paths: &Paths, ids: impl IntoIterator<Item = u32>) -> Self {
        let mut selection = Self::default();
        selection.dense.resize(paths.dense_ids().div_ceil(64), 0);
        for id in ids {
            if !selection.contains_id(id) {
                selection.insert(id);
            }
        }
        selection
    }

    /// One id, whether it has a path or not.
    pub fn of_id(id: u32) -> Self {
        let mut selection = Self::default();
        selection.insert(id);
        selection
    }

    /// How many paths are in it.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether none are.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The id of the path in it, where there is only one.
    pub fn single(&self) -> Option<u32> {
        if self.count != 1 {
            return None;
        }
        let word = self.dense.iter().position(|bits| *bits != 0);
        let dense = word.map(|word| 64 * word as u32 + self.dense[word].trailing_zeros());
        dense.or_else(|| self.sparse.iter().next().copied())
    }

    /// Whether the path of an id is in it. An id without a path never is.
    #[inline(always)]
    pub fn contains_id(&self, id: u32) -> bool {
        match self.dense.get(id as usize / 64) {
            Some(bits) => bits >> (id % 64) & 1 == 1,
            None => self.contains_sparse(id),
        }
    }

    #[cold]
    fn contains_sparse(&self, id: u32) -> bool {
        self.sparse.contains(&id)
    }

    /// Adds an id, once.
    fn insert(&mut self, id: u32) {
        self.count += 1;
        match self.dense.get_mut(id as usize / 64) {
            Some(bits) => *bits |= 1 << (id % 64),
            None => drop(self.sparse.insert(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(filter: &str, path: &str) -> bool {
        Filter::parse(filter).unwrap().matches(path)
    }

    #[test]
    fn globs_words_and_both() {
        assert!(takes("", "/a") && takes("   ", "/a"));
        assert!(takes("/a /b", "/b") && !takes("/a /b", "/c"));
        assert!(takes("ark id", "/market/bid") && !takes("ark ask", "/market/bid"));
        assert!(takes("/market/** bid", "/market/x/bid"));
        assert!(!takes("/market/** bid", "/plant/x/bid"));
        assert!(takes(r"/a\ b/*", "/a b/c") && takes(r"a\ b", "/a b/c"));
    }

    #[test]
    fn the_only_path_of_a_selection() {
        let of = |ids: &[u32]| {
            let mut selection = Selection { dense: vec![0; 2], ..Selection::default() };
            ids.iter().for_each(|id| selection.insert(*id));
            selection.single()
        };
        for id in [0, 7, 64, 128, u32::MAX] {
            assert_eq!(of(&[id]), Some(id));
        }
        assert_eq!((of(&[]), of(&[7, 64]), of(&[7, 300])), (None, None, None));
    }

    #[test]
    fn netidx_lets_a_star_take_separators() {
        assert!(takes("/market/*", "/market/lse/VOD"));
        assert!(takes("/market/{lse,nyse}/**", "/market/nyse/IBM/bid"));
        assert!(!takes("/market/{lse,nyse}/**", "/market/nyse"));
        assert!(takes("/**/bid", "/market/nyse/IBM/bid"));
        assert!(takes("/[!a]", "/b") && !takes("/[!a]", "/a"));
        assert!(takes(r"/\*", "/*") && !takes(r"/\*", "/a"));
    }

    #[test]
    fn bad_globs_say_what_is_wrong() {
        let bad = |text: &str| Filter::parse(text).unwrap_err().to_string();
        assert_eq!(bad("**/bid"), "the glob \"**/bid\" must be absolute: begin it with /");
        assert!(bad("/a/[x").contains("/a/[x"), "{}", bad("/a/[x"));
        assert!(Filter::from_globs(["relative"]).is_err());
        assert!(!Filter::from_globs([""; 0]).unwrap().matches("/a"));
    }
}
