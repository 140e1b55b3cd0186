//! Text in which what a filter matched is marked.

use crate::format::{Separators, unescape_component};
use crate::ui::format::shown;
use yew::prelude::*;

/// A component of a path at a depth, without its escapes and as it is shown, with what the filter matched marked: the plain words, and of globs
/// what they say of this part; all of it where they match it without saying what it is.
pub fn marked(text: &str, depth: u32, filter: &str) -> Html {
    let pieces = pieces(text, depth, filter);
    if let [(text, false)] = pieces[..] {
        return Html::from(shown(text));
    }
    let piece = |(piece, is_match): &(&str, bool)| match is_match {
        true => html! { <mark>{ shown(piece) }</mark> },
        false => Html::from(shown(piece)),
    };
    pieces.iter().map(piece).collect()
}

/// The text cut where matches begin and end, and whether each piece is one.
fn pieces<'t>(text: &'t str, depth: u32, filter: &str) -> Vec<(&'t str, bool)> {
    let of_word = |word: &str| match word.strip_prefix('/') {
        Some(glob) => of_glob(text, component_of(glob, depth as usize)),
        None => {
            let word = unescape_component(word);
            text.match_indices(&*word).map(|(at, found)| (at, at + found.len())).collect()
        }
    };
    let mut spans: Vec<(usize, usize)> = filter.split_whitespace().flat_map(of_word).collect();
    spans.sort_unstable_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
    let (mut pieces, mut done) = (Vec::new(), 0);
    for (start, end) in spans {
        if end <= done {
            continue;
        }
        let start = start.max(done);
        if start > done {
            pieces.push((&text[done..start], false));
        }
        pieces.push((&text[start..end], true));
        done = end;
    }
    if done < text.len() || pieces.is_empty() {
        pieces.push((&text[done..], false));
    }
    pieces
}

/// The component of a glob that speaks of the components of paths at a depth. A `\` of a glob says
/// that the next character stands for itself, which may be the escape of a path.
fn component_of(glob: &str, depth: usize) -> &str {
    let (mut separators, mut is_literal) = (Separators::default(), false);
    let separates = |c: char| {
        is_literal = c == '\\' && !is_literal;
        !is_literal && separators.separates(u8::try_from(c).unwrap_or(0))
    };
    glob.split(separates).nth(depth).unwrap_or_default()
}

/// What a component of a glob says of a part of a path. `*` and `**` say nothing of it; of one with
/// alternatives it cannot be told which part is meant.
fn of_glob(text: &str, component: &str) -> Vec<(usize, usize)> {
    if component.contains(['[', '{', '?', '\\']) {
        return vec![(0, text.len())];
    }
    let (mut spans, mut from) = (Vec::new(), 0);
    for literal in component.split('*').filter(|literal| !literal.is_empty()) {
        let Some(at) = text[from..].find(literal) else { return Vec::new() };
        spans.push((from + at, from + at + literal.len()));
        from += at + literal.len();
    }
    spans
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_matched_is_marked() {
        let pieces = |text, filter| super::pieces(text, 1, filter);
        assert_eq!(pieces("market", ""), [("market", false)]);
        // Globs mark what they say of the part at this depth.
        assert_eq!(pieces("market", "/a/mark*"), [("mark", true), ("et", false)]);
        assert_eq!(
            pieces("market", "/*/m*k*t"),
            [("m", true), ("ar", false), ("k", true), ("e", false), ("t", true)]
        );
        assert_eq!(pieces("market", "/market/**"), [("market", false)]);
        assert_eq!(pieces("market", "/a/*/market"), [("market", false)]);
        assert_eq!(pieces("market", "/a/other"), [("market", false)]);
        // Which part of it alternatives match cannot be told.
        assert_eq!(pieces("market", "/a/[a-m]*"), [("market", true)]);
        assert_eq!(pieces("market", "ark et"), [("m", false), ("ark", true), ("et", true)]);
        assert_eq!(pieces("aaa", "aa a"), [("aa", true), ("a", true)]);
        assert_eq!(pieces("äbä", "ä"), [("ä", true), ("b", false), ("ä", true)]);
        assert_eq!(pieces("", "x"), [("", false)]);
        // A separator in a name is none of the glob: the path is /x/a\/b, of which this is a/b.
        assert_eq!(pieces("a/b", r"/x/a\\/*"), [("a/b", true)]);
        assert_eq!(pieces("c", r"/a\\/b/c"), [("c", true)]);
        assert_eq!(pieces("b", r"/a\/b"), [("b", true)]);
        assert_eq!(pieces("a/b", r"a\/b"), [("a/b", true)]);
    }
}
