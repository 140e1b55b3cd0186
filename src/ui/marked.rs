//! Text in which what a filter matched is marked.

use yew::prelude::*;

/// The text, with the plain words of the filter marked. Globs match as a whole and mark nothing.
pub fn marked(text: &str, filter: &str) -> Html {
    let pieces = pieces(text, filter);
    if pieces.len() == 1 {
        return Html::from(text);
    }
    let piece = |(piece, is_match): &(&str, bool)| match is_match {
        true => html! { <mark>{ *piece }</mark> },
        false => Html::from(*piece),
    };
    pieces.iter().map(piece).collect()
}

/// The text cut where matches begin and end, and whether each piece is one.
fn pieces<'t>(text: &'t str, filter: &str) -> Vec<(&'t str, bool)> {
    let mut spans: Vec<(usize, usize)> = filter
        .split_whitespace()
        .filter(|word| !word.starts_with('/'))
        .flat_map(|word| text.match_indices(word).map(|(at, found)| (at, at + found.len())))
        .collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_and_globs_are_not() {
        assert_eq!(pieces("market", ""), [("market", false)]);
        assert_eq!(pieces("market", "/mark*"), [("market", false)]);
        assert_eq!(pieces("market", "ark et"), [("m", false), ("ark", true), ("et", true)]);
        assert_eq!(pieces("aaa", "aa a"), [("aa", true), ("a", true)]);
        assert_eq!(pieces("äbä", "ä"), [("ä", true), ("b", false), ("ä", true)]);
        assert_eq!(pieces("", "x"), [("", false)]);
    }
}
