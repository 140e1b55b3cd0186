//! The words of what a person types: separated by spaces, in quotes where they have some.
//!
//! A text in quotes is written as netidx writes strings: `\"`, `\\`, `\n`, `\r`, `\t`, `\0` and
//! `\u{7f}` are one character. A `\` before any other stays, so that `"C:\Program Files"` is what it
//! looks like. Outside of quotes a `\` is a `\`.
//!
//! A word that begins as an array, a map or an error does (`[`, `{`, `error:`) goes on to where
//! its brackets and quotes are closed, spaces included.

/// A word, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text that is meant.
    pub text: String,
    /// Whether it stood in quotes.
    pub is_quoted: bool,
}

/// The first word of a text, and what follows it; `None` for a text of spaces only.
pub fn next_word(text: &str) -> Option<(Word, &str)> {
    let text = text.trim_start();
    match text.chars().next()? {
        '"' => {
            let (word, rest) = quoted(&text[1..]);
            Some((Word { text: word, is_quoted: true }, rest))
        }
        _ => {
            let (word, rest) = text.split_at(bare_end(text));
            Some((Word { text: word.to_owned(), is_quoted: false }, rest))
        }
    }
}

/// What stands before the closing quote, and what follows that. One that is not closed goes on to
/// the end.
fn quoted(text: &str) -> (String, &str) {
    let mut word = String::new();
    let mut rest = text;
    loop {
        let Some(at) = rest.find(['"', '\\']) else {
            word.push_str(rest);
            return (word, "");
        };
        word.push_str(&rest[..at]);
        if rest[at..].starts_with('"') {
            return (word, &rest[at + 1..]);
        }
        let (c, length) = escape(&rest[at + 1..]).unwrap_or(('\\', 0));
        word.push(c);
        rest = &rest[at + 1 + length..];
    }
}

/// The character that an escape stands for, and its length without the `\`.
fn escape(text: &str) -> Option<(char, usize)> {
    let c = match text.chars().next()? {
        c @ ('"' | '\\') => c,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        'u' => {
            let digits = text.strip_prefix("u{")?;
            let digits = &digits[..digits.find('}')?];
            let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?;
            return Some((c, digits.len() + 3));
        }
        _ => return None,
    };
    Some((c, 1))
}

/// Where a word ends that is not in quotes.
fn bare_end(text: &str) -> usize {
    let space = || text.find(char::is_whitespace).unwrap_or(text.len());
    let is_value = ["[", "{", "error:"].iter().any(|start| text.starts_with(start));
    if is_value { value_end(text).unwrap_or_else(space) } else { space() }
}

/// Where a value ends: at the first space that is in no brackets and no quotes; `None` where these
/// are not closed.
fn value_end(text: &str) -> Option<usize> {
    let (mut depth, mut in_quotes, mut escaped) = (0i32, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_quotes => escaped = true,
            '"' => in_quotes = !in_quotes,
            _ if in_quotes => {}
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            c if c.is_whitespace() && depth == 0 => return Some(at),
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    (depth == 0 && !in_quotes).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(String, bool)> {
        let mut words = Vec::new();
        let mut rest = text;
        while let Some((word, after)) = next_word(rest) {
            words.push((word.text, word.is_quoted));
            rest = after;
        }
        words
    }

    #[test]
    fn words_and_quotes() {
        for (text, expected) in [
            ("", vec![]),
            ("  a  b\tc ", vec![("a", false), ("b", false), ("c", false)]),
            (r#""a b" c"#, vec![("a b", true), ("c", false)]),
            (r#""a"b"#, vec![("a", true), ("b", false)]),
            (r#""say \"hi\"""#, vec![("say \"hi\"", true)]),
            (r#""C:\Program Files\x""#, vec![(r"C:\Program Files\x", true)]),
            (r#""C:\\new""#, vec![(r"C:\new", true)]),
            (r#""two\nlines\u{7f}\u{zz}\q""#, vec![("two\nlines\u{7f}\\u{zz}\\q", true)]),
            (r#""open"#, vec![("open", true)]),
            (r#""open\"#, vec![("open\\", true)]),
            (r"C:\Program Files", vec![(r"C:\Program", false), ("Files", false)]),
            ("[1, 2] x", vec![("[1, 2]", false), ("x", false)]),
            (r#"{"a ]" => [1, "\""]} x"#, vec![(r#"{"a ]" => [1, "\""]}"#, false), ("x", false)]),
            (r#"error:"not found" x"#, vec![(r#"error:"not found""#, false), ("x", false)]),
            // What is not closed is no value.
            ("[1, 2", vec![("[1,", false), ("2", false)]),
            ("]a b", vec![("]a", false), ("b", false)]),
            ("a[1 2]", vec![("a[1", false), ("2]", false)]),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(word, is_quoted)| (word.to_owned(), is_quoted))
                .collect();
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
