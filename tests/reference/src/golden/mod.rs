//! The golden archives: small files, each about one thing, with what the real reader finds in
//! them in a JSON beside.

mod edges;
mod layouts;
mod nested;
mod numbers;
mod paths;
mod scalars;
mod times;

use crate::{decoded::Decoded, json, replay};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::{fs, path::Path as FilePath};

/// What a case says of the file that it wrote.
pub struct Golden {
    about: &'static str,
    writer: &'static str,
    states: Option<Vec<DateTime<Utc>>>,
}

impl Golden {
    /// Written by 0.32.0, with states at the usual times.
    pub fn new(about: &'static str) -> Self {
        Golden { about, writer: crate::archive::WRITER, states: None }
    }

    /// Another writer.
    pub fn by(self, writer: &'static str) -> Self {
        Golden { writer, ..self }
    }

    /// States at these times only.
    pub fn states(self, at: impl IntoIterator<Item = DateTime<Utc>>) -> Self {
        Golden { states: Some(at.into_iter().collect()), ..self }
    }
}

/// Writes one archive to the file that it is given.
type Case = fn(&FilePath) -> Result<Golden>;

const CASES: &[(&str, Case)] = &[
    ("fresh", layouts::fresh),
    ("fresh-tail", layouts::fresh_tail),
    ("paths-only", layouts::paths_only),
    ("single-batch", layouts::single_batch),
    ("indexed", layouts::indexed),
    ("indexed-images", layouts::indexed_images),
    ("plain", layouts::plain),
    ("plain-images", layouts::plain_images),
    ("plain-modern", layouts::plain_modern),
    ("compressed", layouts::compressed),
    ("compressed-indexed", layouts::compressed_indexed),
    ("compressed-values", layouts::compressed_values),
    ("integers", numbers::integers),
    ("floats", numbers::floats),
    ("decimals", numbers::decimals),
    ("strings", scalars::strings),
    ("strings-long", scalars::strings_long),
    ("bytes", scalars::bytes_values),
    ("datetimes", scalars::datetimes),
    ("durations", scalars::durations),
    ("bool-null-ok", scalars::bool_null_ok),
    ("plain-ok", scalars::plain_ok),
    ("arrays", nested::arrays),
    ("maps", nested::maps),
    ("maps-duplicate-keys", nested::maps_duplicate_keys),
    ("errors", nested::errors),
    ("abstract", nested::abstract_values),
    ("unsubscribed", paths::unsubscribed),
    ("paths-late", paths::paths_late),
    ("paths-odd", paths::paths_odd),
    ("paths-not-canonical", paths::paths_not_canonical),
    ("paths-duplicate", paths::paths_duplicate),
    ("paths-many", paths::paths_many),
    ("ids-without-path", paths::ids_without_path),
    ("repeated-in-batch", paths::repeated_in_batch),
    ("basis-changes", times::basis_changes),
    ("basis-nanoseconds", times::basis_nanoseconds),
    ("basis-before-1970", times::basis_before_1970),
    ("offset-wide", times::offset_wide),
    ("same-time", times::same_time),
    ("same-time-images", times::same_time_images),
    ("plain-same-time", times::plain_same_time),
    ("reopened", times::reopened),
    ("clock-back", times::clock_back),
    ("uncommitted", edges::uncommitted),
    ("committed-beyond-end", edges::committed_beyond_end),
    ("cut-in-header", edges::cut_in_header),
    ("tail-of-zeros", edges::tail_of_zeros),
];

/// Writes all of them under `root`.
pub fn write_all(root: &FilePath) -> Result<()> {
    let dir = root.join("tests/fixtures");
    fs::create_dir_all(&dir)?;
    for (name, case) in CASES {
        let file = dir.join(format!("{name}.archive"));
        let golden = case(&file).with_context(|| format!("write {name}"))?;
        let decoded = Decoded::read(&file).with_context(|| format!("read {name}"))?;
        let states = golden.states.unwrap_or_else(|| replay::usual_times(&decoded));
        let text = json::document(golden.about, golden.writer, &decoded, &states);
        serde_json::from_str::<serde_json::Value>(&text).context("our JSON is not JSON")?;
        fs::write(dir.join(format!("{name}.json")), &text)?;
        println!("{name}: {} bytes, {} of JSON", decoded.length, text.len());
    }
    Ok(())
}
