//! The golden files and what the real `netidx-archive` reads in them.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The JSON beside a golden file, as far as the page shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Golden {
    /// What both files are called, without their extensions.
    #[serde(skip)]
    pub name: String,
    /// The archive itself.
    #[serde(skip)]
    pub file: PathBuf,
    /// What it is there for.
    pub about: String,
    /// Its paths.
    pub paths: Vec<Mapping>,
    /// Its delta batches.
    pub deltas: Vec<Batch>,
    /// Its image batches.
    pub images: Vec<Batch>,
    /// The image at several times.
    pub states: Vec<State>,
}

/// A path of the file.
#[derive(Clone, Debug, Deserialize)]
pub struct Mapping {
    /// Its id in the file.
    pub id: u32,
    /// The path as it is shown.
    pub path: String,
}

/// A batch.
#[derive(Clone, Debug, Deserialize)]
pub struct Batch {
    /// RFC 3339.
    pub time: String,
    /// In the order of the file.
    pub items: Vec<Item>,
}

/// The last event of every path at a time.
#[derive(Clone, Debug, Deserialize)]
pub struct State {
    /// RFC 3339.
    pub at: String,
    /// In no particular order.
    pub items: Vec<Item>,
}

/// The last event of a path.
#[derive(Clone, Debug, Deserialize)]
pub struct Item {
    /// The id of the path.
    pub id: u32,
    /// The path, where a mapping names one.
    pub path: Option<String>,
    /// When it came, RFC 3339; empty for an item of a batch, which has the batch's time.
    #[serde(default)]
    pub time: String,
    /// netidx's name of its type, or `unsubscribed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its text without the type.
    pub plain: String,
    /// Its text with the type.
    pub text: String,
}

impl Item {
    /// What stands in the Path column.
    pub fn shown_path(&self) -> String {
        self.path.as_deref().map_or_else(|| format!("#{} (no path)", self.id), seen)
    }
}

/// A name as the page shows it: what cannot be seen as an escape.
fn seen(name: &str) -> String {
    let escaped = |c: char| match c {
        '\n' | '\r' | '\t' => c.escape_default().to_string(),
        '\0' => "\\0".to_owned(),
        '\u{61c}' | '\u{200e}' | '\u{200f}' => c.escape_unicode().to_string(),
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => c.escape_unicode().to_string(),
        c if c.is_control() => c.escape_unicode().to_string(),
        c => c.to_string(),
    };
    name.chars().map(escaped).collect()
}

/// All golden files, by name.
pub fn all() -> Result<Vec<Golden>> {
    let folder = crate::root().join("tests/fixtures");
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("no {}; `cargo xtask fixtures` makes it", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            found.push(read(path)?);
        }
    }
    if found.is_empty() {
        bail!("{} has no golden files", folder.display());
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn read(json: PathBuf) -> Result<Golden> {
    let text =
        fs::read_to_string(&json).with_context(|| format!("cannot read {}", json.display()))?;
    let mut golden: Golden =
        serde_json::from_str(&text).with_context(|| format!("in {}", json.display()))?;
    golden.file = json.with_extension("archive");
    golden.name = json.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(golden)
}
