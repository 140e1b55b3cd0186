//! What was used last, newest first. Kept in this browser and nowhere else.

use super::storage;

/// More are forgotten.
const MOST: usize = 10;
/// A longer text is not kept.
const LONGEST: usize = 300;

/// Filters that found something to be worth keeping.
pub const FILTERS: &str = "netidx-archive-viewer.filters";
/// Names of files, and nothing else of them.
pub const FILES: &str = "netidx-archive-viewer.files";

/// What is kept under a key.
pub fn kept(key: &str) -> Vec<String> {
    storage::kept(key).unwrap_or_default().lines().take(MOST).map(str::to_owned).collect()
}

/// Keeps one more; gives what is kept now.
pub fn keep(key: &str, text: &str) -> Vec<String> {
    let now = with(kept(key), text);
    storage::keep(key, &now.join("\n"));
    now
}

/// The list with a text in front, where it is one to keep.
fn with(mut list: Vec<String>, text: &str) -> Vec<String> {
    if !text.trim().is_empty() && text.len() <= LONGEST && !text.contains(['\n', '\r']) {
        list.retain(|it| it != text);
        list.insert(0, text.to_owned());
        list.truncate(MOST);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_first_and_nothing_is_there_twice() {
        let list = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(with(list(&["a", "b"]), "b"), ["b", "a"]);
        for none in ["", "  ", "a\nb", &"x".repeat(301)] {
            assert_eq!(with(list(&["a"]), none), ["a"]);
        }
        let many: Vec<String> = (0..10).map(|nth| nth.to_string()).collect();
        let now = with(many, "new");
        assert_eq!((now.len(), &*now[0], &*now[9]), (MOST, "new", "8"));
    }
}
