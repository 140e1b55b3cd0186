//! Several files at once: one is shown, the others are at hand, at the same time and with the same
//! path.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use e2e::writer::{Batch, Writer};
use e2e::{Page, picture};

use crate::Test;
use crate::details::{say, select};
use crate::support::{alerted, at, golden, opened, same, scratch, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("files_that_were_chosen_together_are_compared", compared),
    ("a_damaged_one_leaves_the_others", damaged),
];

fn switch(page: &Page, nth: usize) -> Result<()> {
    let choose = "function(nth) { this.selectedIndex = nth;
        this.dispatchEvent(new Event('change', { bubbles: true })) }";
    page.get("combobox", "File")?.call(choose, &[nth.into()]).map(drop)
}

/// What the box of files shows.
fn shown(page: &Page) -> Result<String> {
    let text = "function() { return this.selectedOptions[0].textContent }";
    let text = page.get("combobox", "File")?.call(text, &[])?;
    Ok(text.as_str().unwrap_or_default().to_owned())
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
    same("the file", shown(page)?, "several-one (1 of 2)".to_owned())?;
    let time = "2026-03-01T09:00:01Z";
    seek(page, time)?;
    at(page, time)?;
    select(page, "/word")?;
    say(page, &["/word", "\"good\""])?;
    switch(page, 1)?;
    opened(page, "several-two")?;
    same("the file", shown(page)?, "several-two (2 of 2)".to_owned())?;
    at(page, time)?;
    say(page, &["/word", "\"bad\""])?;
    picture::take(page, "several")?;
    switch(page, 0)?;
    opened(page, "several-one")?;
    at(page, time)?;
    say(page, &["/word", "\"good\""])?;
    // One by itself ends that.
    page.choose_files(&[&two])?;
    opened(page, "several-two")?;
    ensure!(!page.has("combobox", "File")?, "one file can be switched");
    Ok(())
}

fn damaged(page: &Page) -> Result<()> {
    let none = scratch("several-none", b"This is no archive at all.")?;
    let good = golden("indexed")?;
    page.drop_files(&[&none, &good.file])?;
    alerted(page, &["several-none"])?;
    switch(page, 1)?;
    page.wait("the other one", || Ok(page.said("status")?.contains("Opened").then_some(())))?;
    switch(page, 0)?;
    alerted(page, &["several-none"])?;
    page.wait("the file that is open", || Ok(shown(page)?.ends_with("(2 of 2)").then_some(())))
}
