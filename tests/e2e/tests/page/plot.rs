//! Plots and statistics, against the golden values.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use e2e::golden::Item;
use e2e::table;
use e2e::{Page, picture};

use crate::Test;
use crate::details::select;
use crate::support::{golden, open, opened, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("the_legend_has_the_values_of_the_image", legend),
    ("several_paths_stand_below_each_other", several),
    ("a_click_on_a_track_goes_to_the_time_there", click),
    ("statistics_count_what_the_file_has", statistics),
    ("statistics_know_types_and_extremes", extremes),
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
    // Read from a copy: Chromium complains of a canvas that is read twice.
    let drawn = "const all = [...document.querySelectorAll('.track-canvas')];
        return all.length > 0 && all.every(canvas => {
            const { width, height } = canvas;
            const copy = new OffscreenCanvas(width, height)
                .getContext('2d', { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            return copy.getImageData(0, 0, width, height).data.some(byte => byte > 0);
        })";
    page.wait("every canvas drawn", || Ok((page.eval(drawn)? == true).then_some(())))?;
    picture::take(page, "plot")
}

fn click(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    select(page, &golden.paths.first().context("a path")?.path)?;
    page.get("tab", "Plot")?.click()?;
    let [left, width, y] = page.wait("a track", || {
        let read = page.eval(
            "const r = document.querySelector('.tracks .track-canvas')?.getBoundingClientRect();
             return r && [r.left, r.width, r.top + r.height / 2]",
        )?;
        Ok(serde_json::from_value::<[f64; 3]>(read).ok())
    })?;
    for kind in ["mousePressed", "mouseReleased"] {
        let x = (left + width / 4.0).round();
        let event = serde_json::json!({
            "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1,
        });
        page.cdp("Input.dispatchMouseEvent", event)?;
    }
    let slider = page.get("slider", "Position")?;
    let number = |name: &str| -> Result<f64> {
        Ok(slider.attr(name)?.context("a slider says where it is")?.parse()?)
    };
    let mut part = 0.0;
    let there = page.wait("the playhead a quarter of the way", || {
        part = number("aria-valuenow")? / number("aria-valuemax")?;
        Ok(((part - 0.25).abs() < 2.0 / width).then_some(()))
    });
    there.with_context(|| format!("it is at {part}"))
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

fn extremes(page: &Page) -> Result<()> {
    for name in ["indexed-images", "integers", "bool-null-ok", "reopened"] {
        let golden = golden(name)?;
        open(page, &golden.file)?;
        page.get("tab", "Statistics")?.click()?;
        let mut wanted = BTreeMap::new();
        for path in &golden.paths {
            let items = golden.deltas.iter().flat_map(|batch| &batch.items);
            let items: Vec<&Item> = items.filter(|item| item.id == path.id).collect();
            let kinds: BTreeSet<String> = items.iter().map(|item| item.kind.clone()).collect();
            let is_number = |item: &&&Item| {
                item.kind.starts_with(['u', 'i', 'v', 'z', 'f']) && item.kind != "unsubscribed"
            };
            let numbers: Vec<f64> =
                items.iter().filter(is_number).filter_map(|item| item.plain.parse().ok()).collect();
            let least = numbers.iter().copied().reduce(f64::min);
            wanted.insert(
                path.path.clone(),
                (kinds, least, numbers.iter().copied().reduce(f64::max)),
            );
        }
        let mut wrong = String::new();
        let seen = page.wait(&format!("the types and extremes of {name}"), || {
            wrong.clear();
            for row in table::all_rows(page, "Statistics")? {
                let (kinds, least, most) =
                    wanted.get(row.cell("Path")).context("an unknown path")?;
                let told: BTreeSet<String> = row
                    .cell("Types")
                    .split(", ")
                    .filter(|it| !it.is_empty())
                    .map(str::to_owned)
                    .collect();
                // As many digits are shown as are of use.
                let near = |cell: &str, number: Option<f64>| match number {
                    Some(number) => cell
                        .parse()
                        .is_ok_and(|told: f64| (told - number).abs() <= number.abs() / 1e3),
                    None => true,
                };
                if told != *kinds
                    || !near(row.cell("Minimum"), *least)
                    || !near(row.cell("Maximum"), *most)
                {
                    wrong += &format!("{row:?} is not {kinds:?} {least:?} {most:?}\n");
                }
            }
            Ok(wrong.is_empty().then_some(()))
        });
        seen.with_context(|| wrong.clone())?;
    }
    Ok(())
}
