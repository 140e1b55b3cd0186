//! `nav info`: what files are.

use super::{
    args::Info,
    fault::{Fault, Outcome, each},
    open::open,
    out::{json_line, out},
    table::{Align, write_table},
};
use crate::{format::visible, timeline::Shard};
use std::io::Write;

const HEADS: [(&str, Align); 10] = [
    ("shard", Align::Left),
    ("name", Align::Left),
    ("first", Align::Left),
    ("last", Align::Left),
    ("batches", Align::Right),
    ("images", Align::Right),
    ("paths", Align::Right),
    ("layout", Align::Left),
    ("bytes", Align::Right),
    ("problems", Align::Right),
];

pub fn run(args: &Info, threads: usize) -> Result<Outcome, Fault> {
    let mut rows = Vec::new();
    let mut out = out();
    let outcome = each(&args.paths, |path| {
        let opened = open(path, threads)?;
        match args.json {
            true => json_line(&mut out, &opened.recording.info())?,
            false => rows.extend(opened.timeline().shards().iter().flat_map(shard_rows)),
        }
        Ok(Outcome::lacking_if(opened.say_problems(path)))
    })?;
    if !rows.is_empty() {
        write_table(&mut out, HEADS, &rows)?;
    }
    out.flush()?;
    Ok(outcome)
}

fn shard_rows(shard: &Shard) -> Vec<[String; 10]> {
    let rows = shard.archives().iter().enumerate().map(|(at, archive)| {
        let (header, index) = (archive.header(), archive.index());
        let time = |time: Option<crate::time::Timestamp>| {
            time.map_or_else(|| "-".to_owned(), |time| time.to_string())
        };
        let name = match shard.name() {
            "" => "-".to_owned(),
            name => visible(name).into_owned(),
        };
        [
            name,
            visible(shard.file_name(at)).into_owned(),
            time(index.first()),
            time(index.last()),
            index.deltas.len().to_string(),
            index.images.len().to_string(),
            shard.paths().len().to_string(),
            layout(header.compressed, header.indexed).to_owned(),
            archive.length().to_string(),
            index.problem_count().to_string(),
        ]
    });
    rows.collect()
}

/// The layout of a file, in the format's words.
const fn layout(compressed: bool, indexed: bool) -> &'static str {
    match (compressed, indexed) {
        (false, false) => "plain",
        (false, true) => "indexed",
        (true, false) => "compressed",
        (true, true) => "compressed, indexed",
    }
}
