//! The JSON beside a recording: what lies where, and every batch in the order of its file.

use super::{Recorded, Recording, landing::rotated_name, shard::DataFile};
use crate::{
    decoded::{Batch, Decoded, in_file_order},
    json::{item, list, quote},
    val::rfc3339,
};
use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use netidx::pack::Pack;
use netidx::subscriber::Event;
use std::{collections::HashMap, fs, path::Path as FilePath};

/// How much later than it was told the writer may write a batch in these recordings.
const MAX_LATER: TimeDelta = TimeDelta::milliseconds(1);

/// Paths by id.
type Paths = HashMap<u32, String>;

/// The name of a data file.
pub fn name(file: &DataFile) -> String {
    file.rotated.as_ref().map_or_else(|| "current".to_owned(), rotated_name)
}

/// Writes the JSON of the recording in `folder` beside it, and returns its length. What was given to the
/// writer is not known of a `foreign` recording.
pub(super) fn write(folder: &FilePath, recording: &Recording, foreign: bool) -> Result<usize> {
    let shards = recording
        .shards
        .iter()
        .map(|shard| shard_object(&folder.join(shard.name), shard, foreign))
        .collect::<Result<Vec<_>>>()?;
    let mut text = format!(
        "{{\n\"about\": {},\n\"writer\": {}",
        quote(recording.about),
        quote(recording.writer)
    );
    list(&mut text, "shards", shards.into_iter());
    text.push_str("\n}\n");
    serde_json::from_str::<serde_json::Value>(&text).context("our JSON is not JSON")?;
    fs::write(folder.with_extension("json"), &text)?;
    Ok(text.len())
}

fn shard_object(folder: &FilePath, shard: &Recorded, foreign: bool) -> Result<String> {
    let path_index = folder.join("pathindex");
    let mapped = match path_index.exists() {
        true => Decoded::read(&path_index)?.paths,
        false => vec![],
    };
    let paths: Paths = mapped.iter().cloned().collect();
    let mut text =
        format!("{{\"shard\":{},\"pathindex\":{}", quote(shard.name), path_index.exists());
    list(&mut text, "paths", mapped.iter().map(path_object));
    let files = shard
        .files
        .iter()
        .map(|file| file_object(folder, file, &paths, foreign).with_context(|| name(file)))
        .collect::<Result<Vec<_>>>()?;
    list(&mut text, "files", files.into_iter());
    let not_part = shard.not_part.iter();
    list(
        &mut text,
        "notPart",
        not_part.map(|(name, why)| format!("{{\"name\":{},\"why\":{}}}", quote(name), quote(why))),
    );
    let twins = shard
        .twins
        .iter()
        .map(|twin| {
            let batches = in_file_order(&folder.join(&twin.name))?.len();
            let (name, of) = (quote(&twin.name), quote(&twin.of));
            Ok(format!("{{\"name\":{name},\"of\":{of},\"batches\":{batches}}}"))
        })
        .collect::<Result<Vec<_>>>()?;
    list(&mut text, "twinOf", twins.into_iter());
    text.push_str("\n}");
    Ok(text)
}

fn file_object(
    folder: &FilePath,
    file: &DataFile,
    shard_paths: &Paths,
    foreign: bool,
) -> Result<String> {
    let name = name(file);
    let decoded = Decoded::read(&folder.join(&name))?;
    let mut paths = shard_paths.clone();
    paths.extend(decoded.paths.iter().cloned());
    let batches = in_file_order(&folder.join(&name))?;
    reader_agrees(&decoded, &batches)?;
    if !foreign {
        same(&batches, file)?;
    }
    let rotated = file.rotated.map_or("null".to_owned(), |time| quote(&rfc3339(time)));
    let header = &decoded.header;
    let mut text = format!(
        "{{\"name\":{},\"rotated\":{rotated},\"length\":{},\"committed\":{},\"compressed\":{},\"indexed\":{}",
        quote(&name),
        decoded.length,
        header.committed,
        header.compressed,
        header.indexed,
    );
    list(&mut text, "paths", decoded.paths.iter().map(path_object));
    list(&mut text, "batches", batches.iter().map(|batch| batch_object(batch, &paths)));
    text.push_str("\n}");
    Ok(text)
}

fn path_object((id, path): &(u32, String)) -> String {
    format!("{{\"id\":{id},\"path\":{}}}", quote(path))
}

fn batch_object((image, batch): &(bool, Batch), paths: &Paths) -> String {
    let kind = if *image { "image" } else { "delta" };
    let items = batch.items.iter();
    let items: Vec<_> =
        items.map(|(id, e)| item(paths.get(id).map(String::as_str), *id, None, e)).collect();
    format!(
        "{{\"kind\":\"{kind}\",\"time\":\"{}\",\"bytes\":{},\"items\":[\n{}\n]}}",
        rfc3339(batch.time),
        batch.record_length,
        items.join(",\n")
    )
}

/// Fails unless the batches in the index of the real reader are those of the file. Where time steps back the
/// index lacks some.
fn reader_agrees(reader: &Decoded, batches: &[(bool, Batch)]) -> Result<()> {
    for (of_images, indexed) in [(false, &reader.deltas), (true, &reader.images)] {
        let all: Vec<_> =
            batches.iter().filter(|(image, _)| *image == of_images).map(|(_, b)| b).collect();
        let mut rest = all.iter();
        for batch in indexed {
            let same = |b: &&&Batch| (b.offset, b.time) == (batch.offset, batch.time);
            ensure!(rest.any(|b| same(&b)), "the reader has a batch at {}", batch.time);
        }
        ensure!(all.len() == indexed.len() || !all.is_sorted_by_key(|batch| batch.time));
    }
    Ok(())
}

/// Fails unless the batches of a file are those that were given to its writer.
fn same(found: &[(bool, Batch)], file: &DataFile) -> Result<()> {
    let written = &file.batches;
    ensure!(found.len() == written.len(), "{} batches, not {}", found.len(), written.len());
    for ((image, found), written) in found.iter().zip(written) {
        ensure!(*image == written.image, "the kind of the batch at {}", found.time);
        let later = found.time - written.now;
        ensure!(
            later >= TimeDelta::zero() && later < MAX_LATER,
            "a batch of {} is at {}",
            written.now,
            found.time
        );
        ensure!(encoded(&found.items) == encoded(&written.items), "the batch at {}", found.time);
    }
    Ok(())
}

/// The bytes of events, which tell apart what `==` does not.
fn encoded(items: &[(u32, Event)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (id, event) in items {
        bytes.extend(id.to_be_bytes());
        event.encode(&mut bytes).expect("a vector takes every event");
    }
    bytes
}
