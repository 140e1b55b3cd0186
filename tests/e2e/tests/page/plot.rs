//! Plots and statistics, against the golden values.

use anyhow::{Context, Result, ensure};
use e2e::table;
use e2e::{Page, picture};

use crate::Test;
use crate::details::select;
use crate::support::{golden, open, opened, same, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("the_legend_has_the_values_of_the_image", legend),
    ("several_paths_stand_below_each_other", several),
    ("statistics_count_what_the_file_has", statistics),
];

/// A row of the legend: path, value, last, minimum, maximum, mean, updates.
fn legend_rows(page: &Page) -> Result<Vec<Vec<String>>> {
    let read = page.eval(
        "return [...document.querySelectorAll('table[aria-label=\"Plotted paths\"] tbody tr')]
            .map(row => [...row.children].map(cell => cell.textContent.trim()))",
    )?;
    serde_json::from_value(read).context("the legend is a table")
}

fn legend(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    let state = golden.states.last().context("a state")?;
    for item in state.items.iter().take(3) {
        let path = item.path.clone().context("a path")?;
        page.get("tab", "Image")?.click()?;
        select(page, &path)?;
        page.get("tab", "Plot")?.click()?;
        let updates = golden.deltas.iter().flat_map(|batch| &batch.items);
        let updates = updates.filter(|update| update.id == item.id).count();
        let wanted = (path.clone(), item.plain.clone(), updates.to_string());
        let mut last = Vec::new();
        let seen = page.wait(&format!("the legend of {path}"), || {
            last = legend_rows(page)?;
            let of = |row: &Vec<String>| (row[0].clone(), row[1].clone(), row[6].clone());
            Ok((last.iter().map(of).collect::<Vec<_>>() == [wanted.clone()]).then_some(()))
        });
        seen.with_context(|| format!("the legend is {last:?}, not {wanted:?}"))?;
    }
    Ok(())
}

fn several(page: &Page) -> Result<()> {
    page.get("button", "Open sample")?.click()?;
    opened(page, "sample")?;
    seek(page, "end")?;
    let grid = page.get("grid", "Image")?;
    let rows = page.wait("rows", || {
        let rows = table::window(&grid)?.rows;
        Ok((rows.len() > 8 && !rows[8].cell("Path").is_empty()).then_some(rows))
    })?;
    for row in rows.iter().filter(|row| row.cell("Type") != "string").take(3) {
        page.get("tab", "Image")?.click()?;
        select(page, row.cell("Path"))?;
        page.get("button", "Add to plot")?.click()?;
        page.get("button", "Remove from plot")?;
    }
    page.wait("three tracks", || Ok((legend_rows(page)?.len() == 3).then_some(())))?;
    let drawn = "return [...document.querySelectorAll('.track-canvas')].every(canvas => {
        const context = canvas.getContext('2d');
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        return data.some(byte => byte > 0);
    })";
    same("every canvas drawn", page.eval(drawn)?, true.into())?;
    picture::take(page, "plot")
}

fn statistics(page: &Page) -> Result<()> {
    let golden = golden("indexed-images")?;
    open(page, &golden.file)?;
    page.get("tab", "Statistics")?.click()?;
    let count = |id: u32| {
        let items = golden.deltas.iter().flat_map(|batch| &batch.items);
        items.filter(|item| item.id == id).count().to_string()
    };
    let mut wanted: Vec<(String, String)> =
        golden.paths.iter().map(|path| (path.path.clone(), count(path.id))).collect();
    wanted.sort();
    page.wait("the counts", || {
        let rows = table::all_rows(page, "Statistics")?;
        let told =
            |row: &table::Row| (row.cell("Path").to_owned(), row.cell("Updates").replace(',', ""));
        let mut told: Vec<_> = rows.iter().map(told).collect();
        told.sort();
        Ok((told == wanted).then_some(()))
    })?;
    let group = page.get("group", "Statistics of the file")?.text()?;
    ensure!(group.contains(&golden.deltas.len().to_string()), "no count of deltas in {group}");
    page.go("about:blank")?;
    page.go(&page.site())?;
    page.get("button", "Open sample")?.click()?;
    opened(page, "sample")?;
    page.get("tab", "Statistics")?.click()?;
    page.get("grid", "Statistics")?;
    picture::take(page, "statistics")
}
