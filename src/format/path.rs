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
    if path == "/" || components(path).all(|part| !part.is_empty()) {
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
