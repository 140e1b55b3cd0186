//! Several files at once: one is shown, the others are at hand, at the same time and with the same
//! path.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use e2e::writer::{Batch, Writer};
use e2e::{Page, picture};

use crate::Test;
use crate::details::{say, select};
use crate::support::{at, golden, opened, same, scratch, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("files_that_were_chosen_together_are_compared", compared),
    ("a_damaged_one_leaves_the_others", damaged),
];

fn switch(page: &Page, name: &str) -> Result<()> {
    let click = format!(
        "const row = [...document.querySelectorAll('[aria-label=Recording] [role=treeitem]')]
            .find(row => row.innerText.includes({name:?}));
         row?.click(); return !!row"
    );
    page.wait(name, || Ok((page.eval(&click)? == true).then_some(())))
}

/// The file that is marked as open.
fn shown(page: &Page) -> Result<String> {
    let script = "return document.querySelector(
        '[aria-label=Recording] [aria-selected=true] .tree-name')?.textContent ?? ''";
    Ok(page.eval(script)?.as_str().unwrap_or_default().to_owned())
}

/// A file with one path, which says the same word in three batches, a second apart.
fn saying(name: &str, word: &str) -> Result<PathBuf> {
    let mut writer = Writer::new(0, 1_772_355_600);
    writer.paths(["/word"].into_iter());
    for nth in 0..3 {
        writer.strings(Batch::Delta, nth * 1_000_000, [(0, word)].into_iter());
    }
    scratch(name, &writer.finish())
}

fn compared(page: &Page) -> Result<()> {
    let (one, two) = (saying("several-one", "good")?, saying("several-two", "bad")?);
    page.choose_files(&[&one, &two])?;
    opened(page, "several-one")?;
    same("the file", shown(page)?, "several-one".to_owned())?;
    let time = "2026-03-01T09:00:01Z";
    seek(page, time)?;
    at(page, time)?;
    select(page, "/word")?;
    say(page, &["/word", "\"good\""])?;
    switch(page, "several-two")?;
    opened(page, "several-two")?;
    same("the file", shown(page)?, "several-two".to_owned())?;
    at(page, time)?;
    say(page, &["/word", "\"bad\""])?;
    picture::take(page, "several")?;
    switch(page, "several-one")?;
    opened(page, "several-one")?;
    at(page, time)?;
    say(page, &["/word", "\"good\""])?;
    // One by itself ends that.
    page.choose_files(&[&two])?;
    opened(page, "several-two")?;
    ensure!(!page.has("region", "Recording")?, "one file can be switched");
    Ok(())
}

fn damaged(page: &Page) -> Result<()> {
    let none = scratch("several-none", b"This is no archive at all.")?;
    let good = golden("indexed")?;
    let mut cut = std::fs::read(&good.file)?;
    // A version that nobody has: its first bytes are those of an archive all the same.
    cut[17] = 9;
    let future = scratch("several-future", &cut)?;
    page.drop_files(&[&none, &future, &good.file])?;
    opened(page, &good.name)?;
    same("what the alert says", page.said("alert")?, String::new())?;
    page.wait("why they are left out", || {
        let text = page.get("region", "Recording")?.text()?;
        let says = ["several-none", "This is no archi", "several-future", "version 9"];
        Ok(says.iter().all(|it| text.contains(it)).then_some(()))
    })
}
