//! What the real reader says of the copies that the viewer makes.
//!
//! The viewer's `examples/copy.rs` makes copies of every archive in `tests/fixtures` (what makes them
//! and where they lie is up to `cargo xtask fixtures`). Here the real reader opens each: it must find
//! the paths, the batches and the states of the original, and answer a script of queries as it answers
//! it there. What is found goes to `tests/fixtures/copies/copies.json`, with a hash of the bytes of each copy,
//! by which ordinary tests know that what they make is what was read here.

use crate::{
    archive::{self, id_number},
    decoded::{Batch, Decoded},
    differential::{self, Fnv},
    json::{event_text, quote},
    replay,
};
use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use netidx_archive::logfile::{ArchiveReader, Cursor};
use std::{collections::BTreeMap, fs, path::Path as FilePath, time::Instant};

/// The copies that are made of an archive, by the end of their names, and whether each is indexed.
const KINDS: [&str; 3] = ["index", "compress", "compress-plain"];

/// How many questions are asked of those archives that have filters made for them.
const QUERIES: usize = 400;

/// Reads the copies in `copies` of all archives under `root`, and writes what was found.
pub fn check_all(root: &FilePath, copies: &FilePath) -> Result<()> {
    let fixtures = root.join("tests/fixtures");
    let mut lines = Vec::new();
    for (folder, asks) in [("", false), ("differential", true)] {
        let dir = fixtures.join(folder);
        let mut names: Vec<String> = fs::read_dir(&dir)?
            .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.to_owned()))
            .filter_map(|name| name.strip_suffix(".archive").map(str::to_owned))
            .collect();
        names.sort();
        for name in names {
            let original = dir.join(format!("{name}.archive"));
            for kind in KINDS {
                let copy = copies.join(folder).join(format!("{name}.{kind}"));
                if !copy.is_file() {
                    ensure!(kind != "index", "no indexed copy of {name}");
                    continue;
                }
                let line = check(&original, &copy, asks)
                    .with_context(|| format!("the copy {kind} of {name}"))?;
                let path = format!("{}{name}", if asks { "differential/" } else { "" });
                lines.push(format!("{{\"of\":{},\"kind\":\"{kind}\",{line}}}", quote(&path)));
            }
        }
    }
    let text =
        format!("{{\n\"about\": {},\n\"copies\": [\n{}\n]\n}}\n", quote(ABOUT), lines.join(",\n"));
    serde_json::from_str::<serde_json::Value>(&text).context("our JSON is not JSON")?;
    let found = fixtures.join("copies");
    fs::create_dir_all(&found)?;
    fs::write(found.join("copies.json"), text)?;
    println!("{} copies say what their originals say", lines.len());
    Ok(())
}

const ABOUT: &str = "What netidx-archive 0.32.0 found in the copies that examples/copy.rs makes: as many batches as in the original, \
with the same times and items, the same state at so many times, and the same answers to so many queries. \
The hash is the 64-bit FNV-1a of the copy.";

/// Makes a compressed copy as the reader's own tool does, and says how long that took.
pub fn compress(from: &FilePath, to: &FilePath) -> Result<()> {
    let started = Instant::now();
    let reader = ArchiveReader::open(from)?;
    if to.exists() {
        fs::remove_file(to)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().build()?;
    runtime.block_on(async { reader.compress(4, to).await })?;
    let took = started.elapsed().as_secs_f64();
    archive::cut_to_committed(to)?;
    println!("{} bytes in {took:.1} s", fs::metadata(to)?.len());
    Ok(())
}

/// Compares a copy with its original; the facts of it as JSON fields.
fn check(original: &FilePath, copy: &FilePath, asks: bool) -> Result<String> {
    let (before, after) = (Decoded::read(original)?, Decoded::read(copy)?);
    let sorted = |file: &Decoded| file.paths.iter().cloned().collect::<BTreeMap<u32, String>>();
    ensure!(sorted(&before) == sorted(&after), "the paths differ");
    same_batches(&before.deltas, &after.deltas).context("deltas")?;
    same_batches(&before.images, &after.images).context("images")?;
    let (old, new) = (ArchiveReader::open(original)?, ArchiveReader::open(copy)?);
    ensure!(old.delta_batches() == new.delta_batches(), "delta_batches differ");
    ensure!(old.image_batches() == new.image_batches(), "image_batches differ");
    let times = replay::usual_times(&before);
    for time in &times {
        ensure!(image(&old, *time)? == image(&new, *time)?, "the images at {time} differ");
    }
    let queries = if asks { differential::same_answers(original, copy, QUERIES)? } else { 0 };
    let bytes = fs::read(copy)?;
    Ok(format!(
        "\"length\":{},\"hash\":\"{}\",\"deltas\":{},\"images\":{},\"paths\":{},\"states\":{},\"queries\":{queries}",
        bytes.len(),
        Fnv::of(&bytes),
        after.deltas.len(),
        after.images.len(),
        after.paths.len(),
        times.len(),
    ))
}

/// The batches of a copy are in the order of the original.
fn same_batches(before: &[Batch], after: &[Batch]) -> Result<()> {
    ensure!(before.len() == after.len(), "{} batches, not {}", after.len(), before.len());
    for (old, new) in before.iter().zip(after) {
        ensure!(old.time == new.time, "a batch at {}, not {}", new.time, old.time);
        let items = |batch: &Batch| -> Vec<_> {
            batch.items.iter().map(|(id, event)| (*id, event_text(event))).collect()
        };
        ensure!(items(old) == items(new), "the batches at {} differ", old.time);
    }
    Ok(())
}

fn image(reader: &ArchiveReader, time: DateTime<Utc>) -> Result<BTreeMap<u32, String>> {
    let mut cursor = Cursor::new();
    cursor.set_current(time);
    let image = reader.build_image(None, &cursor)?;
    Ok(image.iter().map(|(id, event)| (id_number(*id), event_text(event).1)).collect())
}
