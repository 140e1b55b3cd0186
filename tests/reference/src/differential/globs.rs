//! netidx globs and what they match.

use crate::json::quote;
use anyhow::Result;
use arcstr::ArcStr;
use netidx::path::Path;
use netidx_netproto::glob::{Glob, GlobSet};
use std::panic;

const PATHS: &[&str] = &[
    "/",
    "",
    "relative",
    "relative/a",
    "/a",
    "/b",
    "/A",
    "/ab",
    "/abc",
    "/a/b",
    "/a/c",
    "/a/b/c",
    "/a/b/c/d",
    "/b/a",
    "/a.b",
    "/a b",
    "/a-b",
    "/a/",
    "/.hidden",
    "/a/.hidden",
    "/market/lse/VOD/bid",
    "/market/lse/VOD/ask",
    "/market/nyse/IBM/bid",
    "/market/nyse/IBM/last",
    "/market/nyse/status",
    "/market",
    "/marketplace/x",
    "/solar/stats/a",
    "/solar/settings/a",
    "/solar/stats/a/b",
    "/solar/control",
    "/x/foo",
    "/x/y/foo",
    "/foo",
    "/foo/x/bar",
    "/foo/bar",
    "/foo/x/y/bar",
    "/foobar",
    r"/a\/b",
    r"/a\/b/c",
    r"/a\\/b",
    r"/esc\*",
    "/esc*",
    "/esc?",
    "/esc[a]",
    "/esc{a,b}",
    "/[a]",
    "/{a,b}",
    "/*",
    "/**",
    "/?",
    "/é",
    "/e\u{301}",
    "/日本/語",
    "/🚀",
    "/🚀/x",
    "/a\nb",
    "/10",
    "/1",
    "/a,b",
    "/!",
    "/^",
    "/-",
    "/]",
    "/a]",
    "/~",
    "/0/1/2/3/4/5/6/7/8/9",
];

const GLOBS: &[&[&str]] = &[
    &[],
    &["/"],
    &["/**"],
    &["/*"],
    &["/?"],
    &["/??"],
    &["/*/*"],
    &["/*/**"],
    &["/**/*"],
    &["/a"],
    &["/a/"],
    &["/a/*"],
    &["/a/**"],
    &["/a/**/d"],
    &["/**/d"],
    &["/**/a"],
    &["/**/bid"],
    &["/**/?"],
    &["/a*"],
    &["/a?"],
    &["/*a"],
    &["/*b*"],
    &["/a/b/**"],
    &["/a/*/c"],
    &["/A"],
    &["/[ab]"],
    &["/[!ab]"],
    &["/[^ab]"],
    &["/[a-c]"],
    &["/[a-]"],
    &["/[]]"],
    &["/[!]]"],
    &["/[]a]"],
    &["/[a"],
    &["/a]"],
    &["/[]"],
    &["/[z-a]"],
    &["/[-]"],
    &["/[!-]"],
    &["/{a,b}"],
    &["/{a,b}/c"],
    &["/{a,{b,c}}"],
    &["/{a"],
    &["/a}"],
    &["/{}"],
    &["/{a}"],
    &["/{,a}"],
    &["/{a,b"],
    &["/{a/b,a/c}"],
    &["/a{,/b}"],
    &["/{a*,b?}"],
    &["/solar/{stats,settings}/*"],
    &["/s*/s*/**"],
    &["/market/{lse,nyse}/*/bid"],
    &["/market/*/*/{bid,ask}"],
    &["/market/**"],
    &["/market*"],
    &["/market/**/bid"],
    &["/foo/**/bar"],
    &["/foo/**"],
    &["/**/foo"],
    &["/**foo"],
    &["/foo**"],
    &["/foo**bar"],
    &["/a/**/**"],
    &["/**/**"],
    &["/***"],
    &["/a**"],
    &[r"/esc\*"],
    &[r"/esc\?"],
    &[r"/esc\[a\]"],
    &[r"/esc\{a,b\}"],
    &[r"/a\/b"],
    &[r"/a\\/b"],
    &[r"/a\\*"],
    &[r"/a\"],
    &[r"/\*"],
    &[r"/\a"],
    &[r"/a\\\/b"],
    &["/é"],
    &["/?́"],
    &["/e?"],
    &["/日本/*"],
    &["/🚀"],
    &["/🚀*"],
    &["/🚀/?"],
    &["/a b"],
    &["/a*b"],
    &["/a?b"],
    &["/a\nb"],
    &["/a,b"],
    &["/.*"],
    &["/*/.*"],
    &["/[.]hidden"],
    &["/a/[.]hidden"],
    &["/[0-9]"],
    &["/[0-9][0-9]"],
    &["/[0-9]*"],
    &["/[[:alpha:]]"],
    &["/[a/b]"],
    &["/a[/]b"],
    &["/!a"],
    &["!/a"],
    &["/(a|b)"],
    &["/a|b"],
    &["/a+"],
    &["/^a$"],
    &["/."],
    &["//"],
    &["//a"],
    &["/a//b"],
    &["relative"],
    &["relative/*"],
    &["*"],
    &["**"],
    &["**/bid"],
    &[""],
    &[" /a"],
    &["/a "],
    &["/~"],
    &["/a", "/b"],
    &["/a", "/nothing"],
    &["/a/*", "/b/*"],
    &["/**", "/a"],
    &["/nothing", "/none"],
    &["/a", "relative"],
    &["/a", "/[z-a]"],
    &["/*", "/*/*", "/*/*/*"],
    &["/market/lse/**", "/market/nyse/*/last", "/solar/*"],
    &["/0/**/9"],
    &["/**/5/**"],
    &["/**/bid", "/**/ask"],
    &["/-", "/[!a-z]"],
];

type Matches = Box<dyn Fn(&Path) -> bool>;

/// netidx's own set; the outer error is a panic, the inner a refusal.
fn netidx_set(globs: &[&str]) -> std::thread::Result<Result<Matches>> {
    panic::set_hook(Box::new(|_| ()));
    let set = panic::catch_unwind(|| {
        let globs: Result<Vec<Glob>> = globs.iter().map(|g| Glob::new(ArcStr::from(*g))).collect();
        let set = GlobSet::new(false, globs?)?;
        Ok(Box::new(move |path: &Path| set.is_match(path)) as Matches)
    });
    let _ = panic::take_hook();
    set
}

/// What netidx's set is made of, without netidx's look at the base of each glob, which panics
/// where the first character after the leading slash has more than one byte.
fn plain_set(globs: &[&str]) -> Result<Matches> {
    let mut builder = globset::GlobSetBuilder::new();
    for glob in globs {
        builder.add(globset::Glob::new(glob)?);
    }
    let set = builder.build()?;
    Ok(Box::new(move |path| set.is_match(path.as_ref() as &str)))
}

/// The paths, and for each set of globs the numbers of those that it matches.
pub fn vectors() -> Vec<(&'static str, Vec<String>)> {
    let paths: Vec<Path> = PATHS.iter().map(|p| Path::from_str(p)).collect();
    let mut lines = vec![];
    for globs in GLOBS {
        let set = netidx_set(globs);
        let panics = if set.is_err() { ",\"panics\":true" } else { "" };
        let set = set.unwrap_or_else(|_| plain_set(globs));
        let matched = set.map_or("null".to_string(), |matches| {
            let matched: Vec<_> =
                (0..paths.len()).filter(|n| matches(&paths[*n])).map(|n| n.to_string()).collect();
            format!("[{}]", matched.join(","))
        });
        let globs: Vec<_> = globs.iter().map(|g| quote(g)).collect();
        lines.push(format!("{{\"globs\":[{}],\"paths\":{matched}{panics}}}", globs.join(",")));
    }
    let paths = paths.iter().map(|p| quote(p)).collect();
    vec![("paths", paths), ("globs", lines)]
}
