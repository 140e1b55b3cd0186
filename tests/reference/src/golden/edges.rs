//! Where the file ends: before, at and behind its committed end.

use super::Golden;
use crate::{archive::Archive, patch, val::*};
use anyhow::Result;
use netidx::{publisher::Value, subscriber::Event};
use std::{fs, path::Path as FilePath};

fn n(n: i64) -> Event {
    up(Value::I64(n))
}

fn five_batches(file: &FilePath) -> Result<Archive> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b"])?;
    for i in 0..5 {
        a.delta(at(i * 1_000), &[("/a", n(i)), ("/b", up(s(&format!("number {i}"))))])?;
    }
    Ok(a)
}

pub fn uncommitted(file: &FilePath) -> Result<Golden> {
    let mut a = five_batches(file)?;
    a.flush()?;
    // what a copy of the file holds while the recorder has not flushed yet
    a.paths(&["/uncommitted"])?;
    a.delta(at(9_000), &[("/a", n(9)), ("/uncommitted", n(9))])?;
    a.image(at(9_001), &[("/a", n(9)), ("/b", n(9))])?;
    let written = a.written();
    let bytes = fs::read(file)?;
    a.finish()?;
    fs::write(file, &bytes[..written])?;
    Ok(Golden::new(
        "records past the committed end, as in a copy of a file that is being written; they do not count",
    ))
}

pub fn committed_beyond_end(file: &FilePath) -> Result<Golden> {
    five_batches(file)?.finish()?;
    let last = patch::records(file)?.pop().expect("five batches");
    // in the middle of the last record's payload
    patch::set_length(file, last.offset as u64 + 8 + 5)?;
    Ok(Golden::new(
        "a copy that was cut short inside the last record: committed is past the end of the file",
    ))
}

pub fn cut_in_header(file: &FilePath) -> Result<Golden> {
    five_batches(file)?.finish()?;
    let last = patch::records(file)?.pop().expect("five batches");
    patch::set_length(file, last.offset as u64 + 3)?;
    patch::set_committed(file, 1_000_000)?;
    Ok(Golden::new("cut short inside the last record's header, and committed patched to 1,000,000"))
}

pub fn tail_of_zeros(file: &FilePath) -> Result<Golden> {
    five_batches(file)?.finish_with_tail()?;
    Ok(Golden::new("the writer's preallocated zeros stay behind the committed end"))
}
