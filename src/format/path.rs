//! Paths of the netidx namespace: how they are split, and their canonical form.
//!
//! A path is components between separators. A `/` after an unpaired `\` belongs to its component, and
//! so do the ones right after it: the reference's `Path::parts` keeps the escape pending over a run
//! of separators. Everything that splits a path does it with the functions here.
//!
//! ```text
//! /x/a\/b/c        x   a\/b   c        shown: x   a/b   c
//! /x\\/a           x\\  a             shown: x\  a
//! /x\//a           x\//a              shown: x//a
//! ```

use std::borrow::Cow;

const SEPARATOR: char = '/';
const ESCAPE: char = '\\';

/// The canonical form of a path: empty components go, a leading `/` stays.
///
/// ```
/// # use netidx_archive_viewer::format::canonical_path;
/// assert_eq!(canonical_path("//market///lse/"), "/market/lse");
/// assert_eq!(canonical_path("a//b"), "a/b");
/// assert_eq!(canonical_path(r"/a\//b"), r"/a\//b");
/// ```
pub fn canonical_path(path: &str) -> Cow<'_, str> {
    let is_canonical = has_no_empty_part(path.as_bytes())
        || path == "/"
        || components(path).all(|part| !part.is_empty());
    if is_canonical {
        return Cow::Borrowed(path);
    }
    let mut canonical = String::with_capacity(path.len());
    let leading = path.starts_with(SEPARATOR);
    for part in components(path).filter(|part| !part.is_empty()) {
        if leading || !canonical.is_empty() {
            canonical.push(SEPARATOR);
        }
        canonical.push_str(part);
    }
    if leading && canonical.is_empty() {
        canonical.push(SEPARATOR);
    }
    Cow::Owned(canonical)
}

/// Whether it can be seen without looking at escapes that no component is empty, as of nearly all
/// paths: a file has up to a million, and all are looked at while it opens.
fn has_no_empty_part(path: &[u8]) -> bool {
    const SLASHES: u64 = u64::from_ne_bytes([SEPARATOR as u8; 8]);
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let (Some(last), Some(next)) = (path.last(), path.get(1..)) else { return false };
    if *last == SEPARATOR as u8 {
        return false;
    }
    let word = |bytes: &[u8]| u64::from_ne_bytes(*bytes.first_chunk().expect("eight bytes"));
    let (these, those) = (path.chunks_exact(8), next.chunks_exact(8));
    let rest = those.len() * 8;
    // A byte is zero where both of two neighbours are separators; it may be said of one beside it too.
    let doubled = these.zip(those).any(|(this, that)| {
        let odd = (word(this) ^ SLASHES) | (word(that) ^ SLASHES);
        odd.wrapping_sub(ONES) & !odd & (ONES << 7) != 0
    });
    !doubled && !path[rest..].windows(2).any(|two| two == [SEPARATOR as u8; 2])
}

/// Tells separators from characters of a component, byte by byte from the start of a component.
///
/// A byte that is `/` or `\` is never inside a character.
#[derive(Debug, Clone, Copy, Default)]
pub struct Separators {
    escaped: bool,
}

impl Separators {
    /// Whether the next byte separates.
    #[inline(always)]
    pub fn separates(&mut self, byte: u8) -> bool {
        if byte == SEPARATOR as u8 {
            return !self.escaped;
        }
        self.escaped = byte == ESCAPE as u8 && !self.escaped;
        false
    }
}

/// The components of a path, empty ones included; what stands before a leading `/` is none.
fn components(path: &str) -> impl Iterator<Item = &str> {
    let mut separators = Separators::default();
    let skip = usize::from(path.starts_with(SEPARATOR));
    path.split(move |c| separators.separates(u8::try_from(c).unwrap_or(0))).skip(skip)
}

/// Where the component that begins at `start` ends: at the next separator, or with the path.
///
/// ```
/// # use netidx_archive_viewer::format::component_end;
/// assert_eq!(component_end("/market/lse", 1), 7);
/// assert_eq!(component_end(r"/a\/b/c", 1), 5);
/// ```
pub fn component_end(path: &str, start: usize) -> usize {
    let rest = &path.as_bytes()[start.min(path.len())..];
    let mut separators = Separators::default();
    rest.iter().position(|byte| separators.separates(*byte)).map_or(path.len(), |at| start + at)
}

/// Whether a separator at `at`, counted in bytes, would belong to the component before it.
pub fn is_escaped(path: &str, at: usize) -> bool {
    // Any other character ends an escape.
    let is_other = |byte: &u8| *byte != SEPARATOR as u8 && *byte != ESCAPE as u8;
    let before = &path.as_bytes()[..at.min(path.len())];
    let start = before.iter().rposition(is_other).map_or(0, |other| other + 1);
    let mut separators = Separators::default();
    for byte in &before[start..] {
        separators.separates(*byte);
    }
    separators.escaped
}

/// A path cut before its last component: the parent with the separator after it, and the rest.
///
/// ```
/// # use netidx_archive_viewer::format::split_last;
/// assert_eq!(split_last("/market/lse"), ("/market/", "lse"));
/// assert_eq!(split_last(r"/x/a\/b"), ("/x/", r"a\/b"));
/// ```
pub fn split_last(path: &str) -> (&str, &str) {
    let mut separators = Separators::default();
    let last = match path.contains(ESCAPE) {
        false => path.rfind(SEPARATOR),
        true => {
            let mut last = None;
            for (at, byte) in path.bytes().enumerate() {
                if separators.separates(byte) {
                    last = Some(at);
                }
            }
            last
        }
    };
    path.split_at(last.map_or(0, |last| last + 1))
}

/// A component as it is meant: `a\/b` is `a/b`, `\\` is one `\`. The same as the reference's
/// `Path::unescape`, which takes `\u{2f}` for the character, too.
///
/// ```
/// # use netidx_archive_viewer::format::unescape_component;
/// assert_eq!(unescape_component(r"a\/b"), "a/b");
/// assert_eq!(unescape_component("lse"), "lse");
/// ```
pub fn unescape_component(component: &str) -> Cow<'_, str> {
    if !component.contains(ESCAPE) {
        return Cow::Borrowed(component);
    }
    let mut plain = String::with_capacity(component.len());
    let mut rest = component;
    while let Some((before, escaped)) = rest.split_once(ESCAPE) {
        plain.push_str(before);
        let (character, length) = match code_point(escaped) {
            Some(found) => found,
            // One that escapes nothing, at the end, goes, as in the reference.
            None => match escaped.chars().next() {
                Some(character) => (character, character.len_utf8()),
                None => return Cow::Owned(plain),
            },
        };
        plain.push(character);
        rest = &escaped[length..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The character that `u{…}` at the start of a text names, and the length of that in bytes.
fn code_point(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix("u{")?;
    // The longest that names a character has six digits; the reference takes leading zeros.
    let digits = &digits[..digits.find('}')?];
    let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    Some((character, digits.len() + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubled_separator_is_seen_wherever_it_stands() {
        for len in 2..40 {
            for at in 0..len - 1 {
                let mut path = vec![b'.'; len];
                path[at..at + 2].fill(b'/');
                let path = String::from_utf8(path).unwrap();
                assert!(!super::has_no_empty_part(path.as_bytes()), "{path}");
            }
            let single = "/.".repeat(len);
            assert!(super::has_no_empty_part(single.as_bytes()), "{single}");
        }
    }

    #[test]
    fn canonical_forms() {
        for (path, canonical) in [
            ("", ""),
            ("/", "/"),
            ("//", "/"),
            ("///", "/"),
            ("/a", "/a"),
            ("/a/", "/a"),
            ("a", "a"),
            ("a/", "a"),
            ("/a//b///c", "/a/b/c"),
            (r"/a\/b", r"/a\/b"),
            (r"/a\\/b", r"/a\\/b"),
            (r"/a\\//b", r"/a\\/b"),
            ("/مرحبا//x", "/مرحبا/x"),
        ] {
            assert_eq!(canonical_path(path), canonical, "{path:?}");
        }
    }

    /// Against `Path::parts`, `Path::unescape` and `Path::from` of netidx-core 0.32.0, which gave
    /// what stands here.
    #[test]
    fn paths_split_as_the_reference_splits_them() {
        for (path, parts, shown) in [
            (r"/x/a\/b", vec!["x", r"a\/b"], vec!["x", "a/b"]),
            (r"/x\\/a", vec![r"x\\", "a"], vec![r"x\", "a"]),
            (r"/x\\\/a", vec![r"x\\\/a"], vec![r"x\/a"]),
            (r"/x\//a", vec![r"x\//a"], vec!["x//a"]),
            (r"\/a/b", vec![r"\/a", "b"], vec!["/a", "b"]),
            (r"/a\", vec![r"a\"], vec!["a"]),
            (r"/a\/\/b", vec![r"a\/\", "b"], vec!["a/", "b"]),
            (r"/a\n/b", vec![r"a\n", "b"], vec!["an", "b"]),
            (r"/\u{2f}x\u{zz}/y", vec![r"\u{2f}x\u{zz}", "y"], vec!["/xu{zz}", "y"]),
            (r"/ä\/ö/ü", vec![r"ä\/ö", "ü"], vec!["ä/ö", "ü"]),
        ] {
            assert_eq!(components(path).collect::<Vec<_>>(), parts, "{path}");
            let unescaped: Vec<_> = parts.iter().map(|part| unescape_component(part)).collect();
            assert_eq!(unescaped, shown, "{path}");
            assert_eq!(canonical_path(path), path);
            let mut found = Vec::new();
            let mut start = usize::from(path.starts_with('/'));
            while start <= path.len() {
                let end = component_end(path, start);
                found.push(&path[start..end]);
                start = end + 1;
            }
            assert_eq!(found, parts, "{path}");
            let (parent, name) = split_last(path);
            assert_eq!((format!("{parent}{name}").as_str(), Some(&name)), (path, parts.last()));
        }
    }

    #[test]
    fn is_escaped_looks_back_as_the_splitting_looks_ahead() {
        let letters = ['/', '\\', 'a', 'ä'];
        for number in 0..4usize.pow(7) {
            let path: String = (0..7).map(|at| letters[number >> (2 * at) & 3]).collect();
            let mut separators = Separators::default();
            for (at, byte) in path.bytes().enumerate() {
                assert_eq!(is_escaped(&path, at), separators.escaped, "{path} at {at}");
                separators.separates(byte);
            }
            assert_eq!(is_escaped(&path, path.len()), separators.escaped, "{path}");
        }
    }

    #[test]
    fn cut_before_the_last_component() {
        for (path, parts) in [
            ("/a/b/c", ("/a/b/", "c")),
            ("/", ("/", "")),
            ("odd", ("", "odd")),
            ("", ("", "")),
            (r"/a\/b", ("/", r"a\/b")),
            (r"/a\\/b", (r"/a\\/", "b")),
        ] {
            assert_eq!(split_last(path), parts, "{path}");
        }
    }
}
