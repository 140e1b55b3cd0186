//! Paths of the netidx namespace: the canonical form.

use std::borrow::Cow;

const SEPARATOR: char = '/';
const ESCAPE: char = '\\';

/// The canonical form of a path: empty components go, a leading `/` stays.
///
/// A separator behind an unpaired `\` is part of a component. The reference keeps that escape
/// pending over a run of separators (`\//` is one component), and so does this.
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

/// The components of a path, empty ones included; what stands before a leading `/` is none.
fn components(path: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    let skip = usize::from(path.starts_with(SEPARATOR));
    path.split(move |c| {
        if c == SEPARATOR {
            !escaped
        } else {
            escaped = c == ESCAPE && !escaped;
            false
        }
    })
    .skip(skip)
}

#[cfg(test)]
mod tests {
    use super::canonical_path;

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
}
