//! Archives with scripts of queries and the real reader's answers.
//!
//! `tests/fixtures/differential/<name>.queries.json` holds thousands of questions to
//! `<name>.archive`, one a line, each with what 0.32.0 answered. A model of the documented meaning
//! ([`model`]) answers them too. Where the two agree, which is nearly everywhere, the line has one
//! answer. Where they do not, the line has the number of the departure and what is documented as
//! `want`; and the reader's answer must be exactly what that departure predicts, or the run fails.
//! So no difference goes unexplained.

mod answers;
mod archives;
mod expressions;
mod globs;
mod model;
mod queries;
mod setting;
mod vectors;

pub use answers::Fnv;

use crate::{decoded::Decoded, json::quote};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path as FilePath, PathBuf},
};

/// What stands in every file, for whoever reads one.
const HOW_TO_READ: &str = "Times are nanoseconds after base (nanoseconds since 1970). A cursor c is [start, end, position]: \
a bound is null, i<time> (included) or e<time> (excluded); f is the number of a filter, null for none. \
A batch is [time, hash], a hash the 64-bit FNV-1a of its items' `id|text\\n`, only of matching items where there is a filter; \
of an image the items are sorted by id. Of more than 6 batches the hash is of `time|hash\\n` of each. \
r is the position afterwards. Where departure is given, the plain fields are what 0.32.0 answers and want is what is documented.";

/// What each number means in the files.
const DEPARTURES: [(u8, &str); 5] = [
    (
        1,
        "build_image finds the older image only at exactly an image's time, and else replays all deltas from the file's start",
    ),
    (2, "seek_steps backwards from a bound or position that is not exactly a batch's time moves 0"),
    (
        3,
        "the index scan takes the index's count for one more id, so batches without a matching id come too and count towards n",
    ),
    (
        9,
        "seek_time_relative without a position starts at the file's first delta, not at the cursor's start or, for a negative offset, its end",
    ),
    (
        10,
        "in a file without index a filter of read_deltas and read_next is ignored: every batch comes and counts towards n",
    ),
];

/// Writes all of it under `root`.
pub fn write_all(root: &FilePath) -> Result<()> {
    let dir = root.join("tests/fixtures/differential");
    fs::create_dir_all(&dir)?;
    vectors::write_all(&dir)?;
    for (n, archive) in archives::write_all(&dir)?.iter().enumerate() {
        let file = dir.join(format!("{}.archive", archive.name));
        let script = queries::script(&file, archive.queries, n as u64)
            .with_context(|| format!("queries of {}", archive.name))?;
        write_json(&dir.join(format!("{}.queries.json", archive.name)), archive.about, &script)?;
        println!("{}: {} queries, {} depart", archive.name, script.queries.len(), script.departing);
    }
    archives::check_pairs(&dir)
}

/// Asks the same questions of an archive and of a copy of it; fails where an answer differs, but for
/// the lengths of records and what a copy with an index answers better. Returns how many were asked.
pub fn same_answers(original: &FilePath, copy: &FilePath, count: usize) -> Result<usize> {
    let [before, after] = [original, copy].map(|file| queries::script(file, count, 77));
    let (before, after) = (before?, after?);
    // Committed ends lie elsewhere in a copy.
    let asked = |script: &Script| -> Result<Vec<serde_json::Value>> {
        let lines = script.queries.iter().filter(|line| !line.contains("\"op\":\"prefix\""));
        lines.map(|line| Ok(serde_json::from_str(line)?)).collect()
    };
    let (before, after) = (asked(&before)?, asked(&after)?);
    ensure!(before.len() == after.len(), "{} questions, not {}", after.len(), before.len());
    for (old, new) in before.iter().zip(&after) {
        ensure!(documented(old) == documented(new), "{new} is not {old}");
    }
    Ok(before.len())
}

/// A question and its documented answer, without the lengths of records.
fn documented(line: &serde_json::Value) -> serde_json::Value {
    let mut line = line.clone();
    if let Some(fields) = line.as_object_mut() {
        fields.remove("departure");
        if let Some(serde_json::Value::Object(want)) = fields.remove("want") {
            // Few batches are listed, many hashed.
            fields.remove("batches");
            fields.remove("hash");
            fields.extend(want);
        }
        fields.remove("bytes");
    }
    line
}

/// A file's questions and answers, each a line of JSON.
struct Script {
    base: i64,
    facts: String,
    filters: Vec<String>,
    queries: Vec<String>,
    departing: usize,
}

fn write_json(file: &PathBuf, about: &str, script: &Script) -> Result<()> {
    let departures: Vec<_> =
        DEPARTURES.iter().map(|(n, text)| format!("\"{n}\": {}", quote(text))).collect();
    let text = format!(
        "{{\n\"about\": {},\n\"how\": {},\n\"departures\": {{\n{}\n}},\n\"base\": \"{}\",\n{},\n\
         \"filters\": [\n{}\n],\n\"queries\": [\n{}\n]\n}}\n",
        quote(about),
        quote(HOW_TO_READ),
        departures.join(",\n"),
        script.base,
        script.facts,
        script.filters.join(",\n"),
        script.queries.join(",\n"),
    );
    serde_json::from_str::<serde_json::Value>(&text).context("our JSON is not JSON")?;
    Ok(fs::write(file, text)?)
}

/// The times of all deltas in the reader's order, which must be that of the file here.
fn delta_times(file: &Decoded) -> Result<Vec<chrono::DateTime<chrono::Utc>>> {
    let times: Vec<_> = file.deltas.iter().map(|d| d.time).collect();
    ensure!(times.windows(2).all(|w| w[0] < w[1]), "two deltas at one time, or times go back");
    Ok(times)
}
