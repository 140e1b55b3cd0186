//! The filter box: globs, several of them, plain text, and a glob that is none.

use anyhow::{Context, Result, ensure};
use e2e::Page;
use e2e::writer::{Batch, Writer};

use crate::Test;
use crate::support::{alerted, filter, open, scratch, shows};

pub const TESTS: &[(&str, Test)] = &[
    ("globs_and_plain_text", globs),
    ("a_bad_glob_keeps_the_last_good_rows", bad_glob),
    ("a_filter_outlives_a_move", outlives),
];

const PATHS: [&str; 5] =
    ["/market/lse/abc/bid", "/market/lse/abc/size", "/market/nyse/xyz/bid", "/state", "/test/abc"];

fn opened(page: &Page, name: &str) -> Result<()> {
    let mut writer = Writer::new(0, 1_772_355_600);
    writer.paths(PATHS.into_iter());
    writer.strings(Batch::Image, 0, items("at first").into_iter());
    writer.strings(Batch::Delta, 1_000_000, items("then").into_iter());
    writer.strings(Batch::Delta, 2_000_000, items("at last").into_iter());
    open(page, &scratch(name, &writer.finish())?)?;
    page.get("button", "End")?.click()?;
    shows(page, &PATHS)
}

fn items(text: &str) -> Vec<(u64, &str)> {
    (0..PATHS.len() as u64).map(|id| (id, text)).collect()
}

fn globs(page: &Page) -> Result<()> {
    opened(page, "filter-globs")?;
    filter(page, "/market/**")?;
    shows(page, &PATHS[..3])?;
    filter(page, "/market/*/*/size /state")?;
    shows(page, &[PATHS[1], PATHS[3]])?;
    filter(page, "abc")?;
    shows(page, &[PATHS[0], PATHS[1], PATHS[4]])?;
    filter(page, "/nothing/**")?;
    shows(page, &[])?;
    filter(page, "")?;
    shows(page, &PATHS)?;
    // Key by key, each of them a filter of its own.
    page.get("textbox", "Filter")?.type_text("/market/*/abc/*")?;
    shows(page, &PATHS[..2])
}

fn bad_glob(page: &Page) -> Result<()> {
    opened(page, "filter-bad-glob")?;
    filter(page, "/market/nyse/**")?;
    shows(page, &PATHS[2..3])?;
    filter(page, "/market/{lse,nyse/**")?;
    let said = alerted(page, &["{lse,nyse"])?;
    ensure!(said.len() > 20, "the alert only says {said:?}");
    shows(page, &PATHS[2..3]).context("the last good rows should stay")?;
    filter(page, "/state")?;
    shows(page, &PATHS[3..4])?;
    page.wait("the alert to go", || Ok(page.said("alert")?.is_empty().then_some(())))
}

fn outlives(page: &Page) -> Result<()> {
    opened(page, "filter-outlives")?;
    filter(page, "/test/**")?;
    shows(page, &PATHS[4..])?;
    page.get("button", "Beginning")?.click()?;
    page.get("button", "Next batch")?.click()?;
    shows(page, &PATHS[4..])
}
