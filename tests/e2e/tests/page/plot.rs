//! Plots and statistics, against the golden values.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use e2e::golden::Item;
use e2e::table;
use e2e::{Page, picture};

use crate::Test;
use crate::details::select;
use crate::support::{golden, open, same, sample, scratch, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("the_legend_has_the_values_of_the_image", legend),
    ("several_paths_stand_below_each_other", several),
    ("a_click_on_a_track_goes_to_the_time_there", click),
    ("the_crosshair_has_the_values_of_the_image_there", crosshair),
    ("scales_are_own_or_shared_linear_or_logarithmic", scales),
    ("a_single_spike_is_drawn_and_named", spike),
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
    sample(page)?;
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

/// The left edge, the width and the middle height of the first track.
fn first_track(page: &Page) -> Result<[f64; 3]> {
    page.wait("a track", || {
        let read = page.eval(
            "const r = document.querySelector('.tracks .track-canvas')?.getBoundingClientRect();
             return r && [r.left, r.width, r.top + r.height / 2]",
        )?;
        Ok(serde_json::from_value::<[f64; 3]>(read).ok())
    })
}

fn click(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    select(page, &golden.paths.first().context("a path")?.path)?;
    page.get("tab", "Plot")?.click()?;
    let [left, width, y] = first_track(page)?;
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

fn crosshair(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    let path = golden.paths.first().context("a path")?;
    select(page, &path.path)?;
    page.get("tab", "Plot")?.click()?;
    let [left, width, y] = first_track(page)?;
    let mut seen = BTreeSet::new();
    for part in [0.0, 0.13, 0.38, 0.61, 0.89] {
        let event = serde_json::json!({ "type": "mouseMoved", "x": left + width * part, "y": y });
        page.cdp("Input.dispatchMouseEvent", event)?;
        let mut last = (String::new(), Vec::new());
        let told = page.wait(&format!("the values at {part}"), || {
            let caption = "return document.querySelector('table[aria-label=\"Plotted paths\"] caption').textContent";
            let caption = page.eval(caption)?.as_str().unwrap_or_default().to_owned();
            last = (caption, legend_rows(page)?);
            let at = e2e::time::normal(last.0.strip_prefix("At ").context("a time")?);
            let is_before = |batch: &&e2e::golden::Batch| e2e::time::held(&batch.time) <= at;
            let until = golden.deltas.iter().filter(is_before);
            let mut items = until.flat_map(|batch| &batch.items).filter(|item| item.id == path.id);
            let wanted = items.next_back().map_or("–", |item| &item.plain);
            let is_new = !seen.contains(&last.0);
            Ok((is_new && last.1[0][1] == wanted).then_some(()))
        });
        told.with_context(|| format!("the legend is {last:?}"))?;
        seen.insert(last.0);
    }
    same("the times", seen.len(), 5)
}

/// Where the line of a track is in the middle of the plot, from 0 at its top to 1; and how much of
/// the track's height any line takes.
fn line(page: &Page, nth: usize) -> Result<Option<[f64; 2]>> {
    // Read from a copy: Chromium complains of a canvas that is read twice.
    let read = format!(
        "const canvas = document.querySelectorAll('.tracks .track-canvas')[{nth}];
         if (!canvas) return null;
         const {{ width, height }} = canvas;
         const copy = new OffscreenCanvas(width, height + 1)
            .getContext('2d', {{ willReadFrequently: true }});
         copy.drawImage(canvas, 0, 0);
         copy.fillStyle = getComputedStyle(canvas).getPropertyValue('--series-{nth}');
         copy.fillRect(0, height, 1, 1);
         const wanted = copy.getImageData(0, height, 1, 1).data;
         const rows = (left, width) => {{
            const {{ data }} = copy.getImageData(left, 0, width, height);
            // A line that begins between two rows of pixels has a part of each.
            const is = at => data[at + 3] > 100
                && [0, 1, 2].every(i => Math.abs(data[at + i] - wanted[i]) < 24);
            return [...Array(height).keys()].filter(row =>
                [...Array(width).keys()].some(column => is(4 * (row * width + column))));
         }};
         const middle = rows(Math.round(width / 2), 1);
         const mean = middle.reduce((sum, row) => sum + row + 0.5, 0) / middle.length;
         return [mean / height, rows(0, width).length / height]"
    );
    Ok(serde_json::from_value(page.eval(&read)?).ok())
}

/// Puts paths into the plot, whose rows are in the image.
fn plot(page: &Page, paths: &[&str]) -> Result<()> {
    for path in paths {
        page.get("tab", "Image")?.click()?;
        select(page, path)?;
        page.get("button", "Add to plot")?.click()?;
        page.get("button", "Remove from plot")?;
    }
    page.wait("the tracks", || Ok((legend_rows(page)?.len() == paths.len()).then_some(())))
}

fn scales(page: &Page) -> Result<()> {
    let mut writer = e2e::writer::Writer::new(0, 1_772_355_600);
    let paths = ["/one", "/ten", "/thousand"];
    writer.paths(paths.into_iter());
    for second in 0..10 {
        writer.numbers(second * 1_000_000, &[(0, 1.0), (1, 10.0), (2, 1_000.0)]);
    }
    open(page, &scratch("scales", &writer.finish())?)?;
    seek(page, "end")?;
    plot(page, &paths)?;
    let are_at = |what: &str, wanted: [f64; 3]| {
        let mut last = Vec::new();
        let seen = page.wait(what, || {
            last = (0..3).map(|nth| line(page, nth)).collect::<Result<Vec<_>>>()?;
            let is_at = |(line, wanted): (&Option<[f64; 2]>, f64)| {
                line.is_some_and(|[at, _]| (at - wanted).abs() < 0.02)
            };
            Ok(last.iter().zip(wanted).all(is_at).then_some(()))
        });
        seen.with_context(|| format!("the lines are at {last:?}"))
    };
    // A twentieth of the height and more is air above and below.
    are_at("each in the middle of its own scale", [0.5, 0.5, 0.5])?;
    page.get("checkbox", "Shared scale")?.click()?;
    are_at("ten near to one, far from a thousand", [0.946, 0.938, 0.054])?;
    page.get("checkbox", "Logarithmic")?.click()?;
    are_at("ten a third of the way to a thousand", [0.946, 0.649, 0.054])
}

fn spike(page: &Page) -> Result<()> {
    let mut writer = e2e::writer::Writer::new(0, 1_772_355_600);
    writer.paths(["/n"].into_iter());
    for n in 0..100_000 {
        let number = if n == 61_803 { 1e6 } else { f64::from(n % 3) };
        writer.numbers(n * 10_000, &[(0, number)]);
    }
    open(page, &scratch("spike", &writer.finish())?)?;
    seek(page, "end")?;
    plot(page, &["/n"])?;
    page.wait("the spike in the legend", || {
        Ok((legend_rows(page)?[0][4] == "1000000").then_some(()))
    })?;
    // From the lowest value to the highest.
    let drawn = || Ok(line(page, 0)?.filter(|[_, height]| *height > 0.85));
    page.wait("the spike", drawn)?;
    seek(page, "2026-03-01 09:10:18.03 UTC")?;
    for _ in 0..6 {
        page.get("button", "Zoom in")?.click()?;
    }
    page.get("button", "Zoom to the whole file")?;
    page.wait("the spike, nearer", drawn).map(drop)
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
    sample(page)?;
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
                // All the digits that a float has.
                let near = |cell: &str, number: Option<f64>| {
                    number.is_none_or(|number| cell.parse() == Ok(number))
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
