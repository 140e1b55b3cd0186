//! Text from a file as a person can see it.

use std::{borrow::Cow, fmt::Write};

/// A name with the characters that have no shape of their own written as escapes: control
/// characters, line and paragraph separators, and what turns the direction of the text around
/// them. So a name never breaks a row, and none looks like another.
///
/// For showing only: what is copied, linked or asked for is the name itself.
///
/// ```
/// # use netidx_archive_viewer::format::visible;
/// assert_eq!(visible("/a\u{202e}cba\n"), r"/a\u{202e}cba\n");
/// assert_eq!(visible("/שלום/日本"), "/שלום/日本");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_unseen(c) {
            true => push_escaped(c, &mut shown),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Appends the escape of a control character, as netidx's text form of strings has it.
pub(super) fn push_escaped(c: char, out: &mut String) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\0' => out.push_str("\\0"),
        c => {
            // Writing to a string does not fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
    }
}

/// Control characters, separators of lines, and Unicode's bidirectional controls.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_escaped_and_nothing_else() {
        for unseen in [
            0x0, 0x7, 0x9, 0xa, 0xd, 0x1b, 0x7f, 0x80, 0x9f, 0x61c, 0x200e, 0x200f, 0x2028, 0x2029,
            0x202a, 0x202e, 0x2066, 0x2069,
        ] {
            let c = char::from_u32(unseen).unwrap();
            let shown = visible(&format!("a{c}b")).into_owned();
            assert!(shown.starts_with("a\\") && shown.ends_with('b'), "{shown}");
            assert!(!shown.contains(is_unseen), "{shown:?}");
        }
        for seen in ["", "/a b/c", r"/a\/b", "é", "日本 🙂", "👩\u{200d}🔬", "\u{a0}"] {
            assert!(matches!(visible(seen), Cow::Borrowed(text) if text == seen), "{seen}");
        }
        assert_eq!(visible("\u{202e}\u{85}"), r"\u{202e}\u{85}");
    }
}
