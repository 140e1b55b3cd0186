//! The raw rows: every item of every batch, found, filtered and jumped to.

use anyhow::{Context, Result};
use e2e::golden::Golden;
use e2e::sparse::{Plan, SparseRow};
use e2e::table::{self, Row};
use e2e::{Page, picture, time};
use fantoccini::key::Key;

use crate::Test;
use crate::support::{at, filter, golden, open, same, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("equal_the_reference_in_every_layout", equal),
    ("take_the_filter", filtered),
    ("follow_the_playhead_and_lead_it", follow),
    ("are_shown_exactly_among_fifty_million", among_many),
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
    // Until the answer is there the row of before is the active one.
    let active = |what: &str, is_it: &dyn Fn(&Row) -> bool| {
        page.wait(what, || {
            let id = grid.attr("aria-activedescendant")?;
            let Some(id) = id else { return Ok(None) };
            let row =
                page.eval(&format!("return document.getElementById('{id}')?.ariaRowIndex"))?;
            let index = row.as_str().and_then(|row| row.parse::<u64>().ok());
            let rows = table::window(&grid)?.rows;
            Ok(rows.into_iter().find(|row| Some(row.index) == index && is_it(row)))
        })
    };
    let end = time::held(&last);
    active("the row of the last batch", &|row| time::normal(row.cell("Time")) == end)?;
    // By keyboard to the first row, and the playhead there.
    grid.call("function() { this.focus() }", &[])?;
    page.press(&[Key::Home, Key::Enter])?;
    let row = active("the first row", &|row| row.index == 1)?;
    at(page, &time::normal(row.cell("Time")))
}

/// 50 million rows in 300 MB, nearly all of which are holes of the file.
const MANY: Plan = Plan { groups: 100, zeros: 500_000, image_every: 50 };

/// The rows that exist, once those that are in view have come; they stand without a gap, and are what
/// they should be.
fn exact(page: &Page, what: &str, is_there: impl Fn(u64, u64) -> bool) -> Result<(u64, u64)> {
    let grid = page.get("grid", "Batches")?;
    let mut wrong = String::new();
    let seen = page.wait(what, || {
        let rows = table::window(&grid)?.rows;
        let numbers: Vec<u64> = rows.iter().map(|row| row.index).collect();
        let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return Ok(None) };
        let is_gapless = numbers.windows(2).all(|pair| pair[1] == pair[0] + 1);
        let shown = rows.iter().map(|row| {
            let cell = |name: &str| row.cell(name).to_owned();
            (row.index, cell("Kind"), cell("Path"), cell("Value"))
        });
        let differs = shown.zip(&numbers).find(|(shown, index)| {
            let wanted = MANY.row(**index).map(|SparseRow { index, kind, path, value }| {
                (index, kind.to_owned(), path.to_owned(), value)
            });
            Some(shown) != wanted.as_ref()
        });
        wrong = format!("{first} to {last}, gapless: {is_gapless}, differing {differs:?}");
        Ok((is_gapless && differs.is_none() && is_there(*first, *last)).then_some((*first, *last)))
    });
    seen.with_context(|| format!("the rows are {wrong}"))
}

fn among_many(page: &Page) -> Result<()> {
    let file = MANY.make("many-rows")?;
    open(page, &file.path)?;
    show(page)?;
    let grid = page.get("grid", "Batches")?;
    let all = MANY.rows();
    page.wait("all rows", || Ok((table::window(&grid)?.total() == all).then_some(())))?;
    for (fraction, around) in [(1.0, all), (0.5, all / 2), (0.25, all / 4), (0.0, 1)] {
        table::scroll_to(&grid, fraction)?;
        // As near as the scroll bar can tell: what is one pixel of it is many rows.
        let near = |first: u64, last: u64| {
            (first.saturating_sub(all / 1_000)..=last + all / 1_000).contains(&around)
        };
        exact(page, &format!("rows around {around}"), near)?;
    }
    // A wheel moves by pixels, whatever the bar stands for.
    table::scroll_to(&grid, 0.6)?;
    let (first, last) = exact(page, "rows in the middle", |first, _| first > all / 2)?;
    grid.call("function() { this.scrollTop += 280 }", &[])?;
    exact(page, "ten rows further", |now, end| (now, end) == (first + 10, last + 10))?;
    // Keys and the playhead go to the very row.
    grid.call("function() { this.focus() }", &[])?;
    page.press(&[Key::End])?;
    exact(page, "the last row", |_, last| last == all)?;
    page.press(&[Key::Home])?;
    exact(page, "the first row", |first, _| first == 1)?;
    // The last text of group 70, which is followed by the zeros of group 71.
    let time = "2026-03-01T09:31:10.65Z";
    seek(page, time)?;
    at(page, time)?;
    let row = 71 * (MANY.zeros + u64::from(e2e::sparse::TEXTS)) + 2 * 9;
    exact(page, "the row at the playhead", |first, last| (first..=last).contains(&row))?;
    same("its value", MANY.row(row).map(|row| row.value).as_deref(), Some("\"70.63\""))
}
