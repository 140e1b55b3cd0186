//! Whether the modules of `src/` import in one direction.
//!
//! Reads the `use` items and the paths (`crate::…`, `super::…`) of each file, and fails on an import
//! that runs against `LAYERS` and on two files that import each other. Re-exports are followed to the
//! file that defines the name. Tests may import what they like.

mod syntax;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::cmd::root;
use crate::tally::Tally;
use syntax::{Import, Module};

/// The rooms of the crate, lowest first: each may import those of earlier lines. Rooms of one line do not
/// know each other. A room is a folder or file of `src/`.
const LAYERS: &[&[&str]] = &[
    // What every room says, bounds and counts with.
    &["error", "limits", "time"],
    // Bytes to records and values.
    &["format"],
    // Where bytes come from. Words its failures with `error`, bounds them with `limits`.
    &["source"],
    // One pass over the headers.
    &["index"],
    &["archive"],
    // What a scan found, beside the file.
    &["sidecar"],
    // Which path index belongs to a file: looks into archives, and nobody asks it but who opens them.
    &["names"],
    // Many files as one.
    &["timeline"],
    &["query"],
    // What crosses the worker's edge: in terms of queries, and known to both sides.
    &["protocol"],
    // The answers that scripts and commands get.
    &["recording"],
    // Writes values as `recording` answers them.
    &["export"],
    &["session"],
    // How messages of `protocol` become objects of the browser.
    &["wire"],
    // The faces. `client` is the page's side of `worker`.
    &["client", "js", "nav", "saver", "worker"],
    // The encoder of the package, in a module of its own, is started by `js`'s terms.
    &["js_encoder", "ui"],
];

/// What is against the rules still, each with its reason: a file and the room that it imports, or a file
/// and another (or all of a folder, which ends in `/`) that import each other. An entry that nothing
/// needs any more fails, so that the list only becomes shorter.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("client/saving.rs", "saver", "what the saver is told and tells belongs into `protocol`"),
    ("protocol.rs", "protocol/views.rs", "`Request` and `Response` hold those of the views"),
    ("query/arrange.rs", "query/value_filter.rs", "`Order` belongs to what is ordered by"),
    (
        "query/image.rs",
        "query/image/build.rs",
        "an image and what builds it are one thing in two files",
    ),
    (
        "query/image/between.rs",
        "query/image/build.rs",
        "the two ways to build one hand over to each other",
    ),
    ("query/mod.rs", "query/seek.rs", "`mod.rs` defines what its files use"),
    (
        "session.rs",
        "session/",
        "`Open` has its questions in files of their own until they are jobs",
    ),
    ("ui/state/mod.rs", "ui/state/", "`State` and its parts reduce each other's actions"),
    ("ui/state/mod.rs", "ui/url.rs", "the link of a view is made from `State` and kept in it"),
];

/// Checks `src/`.
pub fn check() -> Result<Tally> {
    let faults = Tree::read(&root().join("src"))?.faults(LAYERS, ALLOWED);
    for fault in &faults {
        println!("{fault}");
    }
    Ok(Tally::one(faults.is_empty()))
}

/// The modules of a crate, by path: `["index", "scan"]`.
#[derive(Default)]
struct Tree {
    modules: BTreeMap<Vec<String>, Module>,
}

impl Tree {
    fn read(src: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.read_dir(src, src)?;
        Ok(tree)
    }

    fn read_dir(&mut self, src: &Path, dir: &Path) -> Result<()> {
        let entries =
            fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                // Binaries are crates of their own.
                if path != src.join("bin") {
                    self.read_dir(src, &path)?;
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                let file = path.strip_prefix(src).unwrap_or(&path);
                let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
                self.add(&parts.join("/"), &text);
            }
        }
        Ok(())
    }

    /// Adds a file, by its name below `src/`.
    fn add(&mut self, file: &str, text: &str) {
        let name = file.trim_end_matches(".rs").trim_end_matches("/mod");
        let path = match name {
            "lib" | "main" => Vec::new(),
            name => name.split('/').map(str::to_owned).collect(),
        };
        let module = Module { file: file.to_owned(), ..syntax::read(text) };
        self.modules.insert(path, module);
    }

    fn is_test(&self, path: &[String]) -> bool {
        (0..path.len()).any(|end| {
            let parent = self.modules.get(&path[..end]);
            parent.is_some_and(|parent| parent.tests.contains(&path[end]))
        })
    }

    /// The module that defines what `path` names in `module`. `None` where that is another crate.
    fn resolve(&self, module: &[String], path: &[String], hops: usize) -> Option<Vec<String>> {
        let (mut at, mut rest) = (module.to_vec(), path);
        match path.first()?.as_str() {
            "crate" => {
                at.clear();
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
            }
            first => {
                let known = self.modules.get(module).is_some_and(|known| {
                    known.imports.iter().any(|import| import.name.as_deref() == Some(first))
                });
                if !self.modules.contains_key(&child(module, first)) && !known {
                    return None;
                }
            }
        }
        while let Some((part, after)) = rest.split_first() {
            let next = child(&at, part);
            if self.modules.contains_key(&next) {
                (at, rest) = (next, after);
                continue;
            }
            let Some(known) = self.modules.get(&at) else { return Some(at) };
            if hops == 0 || known.defined.contains(part) {
                return Some(at);
            }
            let named =
                |import: &&Import| import.name.as_ref() == Some(part) && import.path != path;
            if let Some(import) = known.imports.iter().find(named) {
                let path = [&import.path[..], after].concat();
                return self.resolve(&at, &path, hops - 1);
            }
            let globs = known.imports.iter().filter(|import| import.name.as_deref() == Some("*"));
            let found = globs.filter_map(|import| {
                let path = [&import.path[..], rest].concat();
                let found = self.resolve(&at, &path, hops - 1)?;
                self.modules.get(&found)?.defined.contains(part).then_some(found)
            });
            return found.into_iter().next().or(Some(at));
        }
        Some(at)
    }

    fn faults(&self, layers: &[&[&str]], allowed: &[(&str, &str, &str)]) -> Vec<String> {
        let layer = |room: &str| layers.iter().position(|rooms| rooms.contains(&room));
        let (mut faults, mut needed) = (BTreeSet::new(), BTreeSet::new());
        let mut arrows = BTreeSet::new();
        for (path, module) in &self.modules {
            let Some(room) = path.first().filter(|_| !self.is_test(path)) else { continue };
            let Some(own) = layer(room) else {
                faults
                    .insert(format!("{}: {room} has no place in the table of layers", module.file));
                continue;
            };
            for import in &module.imports {
                let written = import.path_in_file();
                let literal = self.literal(path, written);
                let other = literal.as_ref().and_then(|path| path.first());
                if let Some(other) = other.filter(|other| *other != room)
                    && layer(other).is_none_or(|other| other >= own)
                {
                    let entry = (module.file.as_str(), other.as_str());
                    match allowed.iter().find(|(from, to, _)| (*from, *to) == entry) {
                        Some((from, to, _)) => drop(needed.insert((*from, *to))),
                        None => drop(faults.insert(format!(
                            "{} imports {}, but {room} does not stand above {other}",
                            module.file,
                            written.join("::")
                        ))),
                    }
                }
                arrows.extend(self.arrow(path, module, import));
            }
        }
        for (one, other) in arrows.iter().filter(|(a, b)| a < b && arrows.contains(&(b, a))) {
            let is_of = |file: &str, what: &str| {
                file == what || (what.ends_with('/') && file.starts_with(what))
            };
            let entry = allowed.iter().find(|(from, to, _)| {
                (one == from && is_of(other, to)) || (other == from && is_of(one, to))
            });
            match entry {
                Some((from, to, _)) => drop(needed.insert((*from, *to))),
                None => drop(faults.insert(format!("{one} and {other} import each other"))),
            }
        }
        for (from, to, _) in allowed.iter().filter(|(from, to, _)| !needed.contains(&(*from, *to)))
        {
            faults.insert(format!("{from} no longer imports {to}: take it from the exceptions"));
        }
        faults.into_iter().collect()
    }

    /// From which file to which other an import leads. `None` where a module only hands on what is in
    /// its own children.
    fn arrow<'a>(
        &'a self,
        path: &[String],
        module: &'a Module,
        import: &Import,
    ) -> Option<(&'a str, &'a str)> {
        let target = self.resolve(path, import.path_in_file(), 16)?;
        let other = self.modules.get(&target)?;
        let hands_on = import.is_public
            && target.starts_with(path)
            && import.name.as_ref().is_some_and(|name| !module.mentioned.contains(name));
        let is_arrow = other.file != module.file && !hands_on && !self.is_test(&target);
        is_arrow.then_some((&module.file, &other.file))
    }

    /// The module path that an import writes, from the root of the crate, without following re-exports.
    /// `None` where it is of another crate.
    fn literal(&self, module: &[String], path: &[String]) -> Option<Vec<String>> {
        let supers = path.iter().take_while(|part| *part == "super").count();
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([module, &path[1..]].concat()),
            "super" => {
                let base = &module[..module.len().saturating_sub(supers)];
                Some([base, &path[supers..]].concat())
            }
            first => {
                self.modules.contains_key(&child(module, first)).then(|| [module, path].concat())
            }
        }
    }
}

fn child(module: &[String], name: &str) -> Vec<String> {
    module.iter().cloned().chain([name.to_owned()]).collect()
}
