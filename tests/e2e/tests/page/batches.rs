//! The raw rows: every item of every batch, found, filtered and jumped to.

use anyhow::{Context, Result};
use e2e::golden::Golden;
use e2e::table::{self, Row};
use e2e::{Page, picture, time};
use fantoccini::key::Key;

use crate::Test;
use crate::support::{at, filter, golden, open, same, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("equal_the_reference_in_every_layout", equal),
    ("take_the_filter", filtered),
    ("follow_the_playhead_and_lead_it", follow),
];

/// Chooses the tab and waits for rows.
pub fn show(page: &Page) -> Result<()> {
    page.get("tab", "Batches")?.click()?;
    page.get("grid", "Batches").map(drop)
}

/// Time, kind, path and value of every row that there should be.
fn wanted(golden: &Golden, takes: impl Fn(&str) -> bool) -> Vec<[String; 4]> {
    let deltas = golden.deltas.iter().map(|batch| ("delta", batch));
    let images = golden.images.iter().map(|batch| ("image", batch));
    let mut rows = Vec::new();
    for (kind, batch) in deltas.chain(images) {
        let items = batch.items.iter().filter(|item| takes(&item.shown_path()));
        rows.extend(items.map(|item| {
            [time::held(&batch.time), kind.to_owned(), item.shown_path(), item.plain.clone()]
        }));
    }
    rows.sort();
    rows
}

fn shown(rows: &[Row]) -> Vec<[String; 4]> {
    let mut rows: Vec<[String; 4]> = rows
        .iter()
        .map(|row| {
            let cell = |name: &str| row.cell(name).to_owned();
            [time::normal(row.cell("Time")), cell("Kind"), cell("Path"), cell("Value")]
        })
        .collect();
    rows.sort();
    rows
}

fn shows(page: &Page, wanted: &[[String; 4]]) -> Result<()> {
    let mut last = Vec::new();
    let seen = page.wait("the raw rows", || {
        last = shown(&table::all_rows(page, "Batches")?);
        Ok((last == wanted).then_some(()))
    });
    seen.with_context(|| format!("the rows are {last:#?}, not {wanted:#?}"))
}

fn equal(page: &Page) -> Result<()> {
    for name in ["plain-images", "indexed-images", "compressed-indexed", "unsubscribed"] {
        let golden = golden(name)?;
        open(page, &golden.file)?;
        show(page)?;
        shows(page, &wanted(&golden, |_| true)).context(name)?;
    }
    picture::take(page, "batches")
}

fn filtered(page: &Page) -> Result<()> {
    let golden = golden("indexed-images")?;
    let path = golden.paths.first().context("a path")?.path.clone();
    open(page, &golden.file)?;
    show(page)?;
    filter(page, &path)?;
    shows(page, &wanted(&golden, |shown| shown == path))?;
    filter(page, "/no/such/path")?;
    shows(page, &[])
}

fn follow(page: &Page) -> Result<()> {
    let golden = golden("indexed-images")?;
    open(page, &golden.file)?;
    show(page)?;
    seek(page, "end")?;
    let last = golden.deltas.last().context("a batch")?.time.clone();
    at(page, &last)?;
    let grid = page.get("grid", "Batches")?;
    let active = |what: &str| {
        page.wait(what, || {
            let id = grid.attr("aria-activedescendant")?;
            let Some(id) = id else { return Ok(None) };
            let row =
                page.eval(&format!("return document.getElementById('{id}')?.ariaRowIndex"))?;
            let index = row.as_str().and_then(|row| row.parse::<u64>().ok());
            let rows = table::window(&grid)?.rows;
            Ok(rows.into_iter().find(|row| Some(row.index) == index))
        })
    };
    let row = active("the row of the last batch")?;
    same("its time", time::normal(row.cell("Time")), time::held(&last))?;
    // By keyboard to the first row, and the playhead there.
    grid.call("function() { this.focus() }", &[])?;
    page.press(&[Key::Home, Key::Enter])?;
    let row = active("the first row")?;
    same("its number", row.index, 1)?;
    at(page, &time::normal(row.cell("Time")))
}
