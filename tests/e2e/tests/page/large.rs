//! Many paths: the grid knows them all and makes only the rows in view.

use anyhow::{Result, ensure};
use e2e::writer::{Batch, Writer};
use e2e::{Page, picture, table};

use crate::Test;
use crate::support::{filter, open, scratch};

pub const TESTS: &[(&str, Test)] = &[("a_million_paths_scroll", scrolls)];

const PATHS: u64 = 1_000_000;
/// Far more than a window has room for, far fewer than there are.
const ROWS_IN_PAGE: usize = 400;

fn scrolls(page: &Page) -> Result<()> {
    let paths: Vec<String> =
        (0..PATHS).map(|id| format!("/large/group{:03}/item{id:06}", id / 1000)).collect();
    let mut writer = Writer::new(0, 1_772_355_600);
    writer.paths(paths.iter().map(String::as_str));
    let items: Vec<(u64, &str)> = (0..PATHS).map(|id| (id, "steady")).collect();
    writer.strings(Batch::Image, 0, items.into_iter());
    writer.strings(Batch::Delta, 1_000_000, [(0, "moved")].into_iter());
    open(page, &scratch("large", &writer.finish())?)?;
    page.get("button", "End")?.click()?;

    let grid = page.get("grid", "Image")?;
    page.wait("the count of rows", || Ok((table::window(&grid)?.total() == PATHS).then_some(())))?;
    for (fraction, around) in [(0.5, PATHS / 2), (1.0, PATHS - 1), (0.25, PATHS / 4), (0.0, 0)] {
        table::scroll_to(&grid, fraction)?;
        page.wait(&format!("rows around {around}"), || {
            let window = table::window(&grid)?;
            ensure!(window.rows.len() < ROWS_IN_PAGE, "{} rows exist", window.rows.len());
            // Every row is the one that it says it is.
            let before = 1 + u64::from(window.counts_header);
            let number = |row: &table::Row| row.index - before;
            let is_itself = |row: &table::Row| row.cell("Path") == paths[number(row) as usize];
            let numbers: Vec<u64> = window.rows.iter().map(number).collect();
            let nearest = numbers.iter().map(|number| number.abs_diff(around)).min();
            // A pixel of the bar is many rows; at either end none is left out.
            let most = if [0, PATHS - 1].contains(&around) { 0 } else { PATHS / 1_000 };
            let is_there = nearest.is_some_and(|nearest| nearest <= most);
            Ok((is_there && window.rows.iter().all(is_itself)).then_some(()))
        })?;
    }
    picture::take(page, "large")?;
    let root = "return document.querySelector('[role=treeitem]').textContent";
    page.wait("the count in the tree", || {
        let root = page.eval(root)?;
        Ok(root.as_str().is_some_and(|root| root.ends_with("large1,000,000")).then_some(()))
    })?;
    filter(page, "/large/group042/**")?;
    page.wait("the filtered rows", || {
        let window = table::window(&grid)?;
        let first = window.rows.first().map(|row| row.cell("Path"));
        let is_it = window.total() == 1000 && first == Some("/large/group042/item042000");
        Ok(is_it.then_some(()))
    })
}
