//! Looks for links out of the site.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::files_with;

/// Fails where a page or style sheet links to anything but a file of the site.
pub fn check(dist: &Path) -> Result<()> {
    if !dist.join("index.html").is_file() {
        bail!("{} has no index.html", dist.display());
    }
    for file in files_with(dist, &["html", "css", "webmanifest"])? {
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let folder = file.parent().unwrap_or(dist);
        for link in links(&text) {
            if let Some(problem) = problem(folder, link) {
                bail!("{} links to {link:?}, which {problem}", file.display());
            }
        }
    }
    Ok(())
}

/// What is wrong with a link, if anything.
fn problem(folder: &Path, link: &str) -> Option<&'static str> {
    let path = link.split(['?', '#']).next().unwrap_or("");
    if link.starts_with('/') {
        Some("works only at the root of a host")
    } else if link.starts_with("data:") || link.starts_with("blob:") || path.is_empty() {
        None
    } else if path.split('/').next().is_some_and(|start| start.contains(':')) {
        Some("is on another origin")
    } else if !folder.join(path).exists() {
        Some("is not a file of the site")
    } else {
        None
    }
}

/// What follows `href=`, `src=`, `url(` and the like, without its quotes.
fn links(text: &str) -> Vec<&str> {
    const BEFORE: [&str; 9] = [
        "href=",
        "src=",
        "srcset=",
        "action=",
        "url(",
        "@import ",
        "from ",
        "\"src\":",
        "\"start_url\":",
    ];
    let mut found = Vec::new();
    for before in BEFORE {
        for (at, _) in text.match_indices(before) {
            let rest = text[at + before.len()..].trim_start();
            let quoted = rest.strip_prefix(['"', '\'']);
            let link = match quoted {
                Some(inner) => inner.split(['"', '\'']).next(),
                // Unquoted attributes are legal HTML; unquoted words after `from` are prose.
                None if before == "from " || before == "@import " => continue,
                None => rest.split([' ', '>', ')', '\n']).next(),
            };
            // `url(` twice: the import's own, and the one inside it.
            found.extend(link.filter(|link| !link.starts_with("url(")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{links, problem};
    use std::path::Path;

    #[test]
    fn finds_links_in_html_css_and_manifests() {
        let text = "<link href=\"./a.css\"><script src=b.js></script> \
                    @import url('c.css'); x { y: url(d.svg) } import init from '/e.js'; \
                    a word from here {\"src\": \"icon.png\"}";
        let mut found = links(text);
        found.sort_unstable();
        assert_eq!(found, ["./a.css", "/e.js", "b.js", "c.css", "d.svg", "icon.png"]);
    }

    #[test]
    fn only_files_of_the_site_may_be_linked() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        for good in ["Cargo.toml", "./src/main.rs?v=1", "#top", "data:image/png;base64,AA"] {
            assert_eq!(problem(folder, good), None, "{good}");
        }
        for bad in ["/Cargo.toml", "//host/x", "https://host/x", "javascript:x()", "missing.js"] {
            assert!(problem(folder, bad).is_some(), "{bad}");
        }
    }
}
