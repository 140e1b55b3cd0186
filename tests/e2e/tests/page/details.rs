//! The selected path: its value in full, and its history.

use anyhow::{Context, Result, ensure};
use e2e::{Page, picture, table};
use fantoccini::key::Key;

use crate::Test;
use crate::support::{golden, open, same, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("show_the_value_of_the_selected_row", values),
    ("show_the_history_with_changes", history),
    ("come_back_with_a_link", link),
];

/// Clicks on the row of a path in the grid of the image.
pub fn select(page: &Page, path: &str) -> Result<()> {
    let grid = page.get("grid", "Image")?;
    crate::support::filter(page, &path.replace(' ', "\\ "))?;
    page.wait(&format!("the row of {path}"), || {
        // Until the filter is answered other rows stand in its place.
        let rows = table::window(&grid)?.rows;
        let [row] = &rows[..] else { return Ok(None) };
        if row.cell("Path") != path {
            return Ok(None);
        }
        let wanted = row.index.to_string();
        for row in page.all("row", None)? {
            if row.attr("aria-rowindex")?.as_deref() == Some(&wanted) {
                return row.click().map(Some);
            }
        }
        Ok(None)
    })
}

/// Waits until the details have all of these in them.
pub fn say(page: &Page, parts: &[&str]) -> Result<String> {
    let mut last = String::new();
    let said = page.wait(&format!("details with {parts:?}"), || {
        last = page.get("region", "Details")?.text()?;
        Ok(parts.iter().all(|part| last.contains(part)).then(|| last.clone()))
    });
    said.with_context(|| format!("the details are {last:?}"))
}

fn values(page: &Page) -> Result<()> {
    for (name, notes) in [("bytes", "Bytes"), ("maps", "Parts"), ("integers", "hexadecimal")] {
        let golden = golden(name)?;
        open(page, &golden.file)?;
        page.get("button", "End")?.click()?;
        let state = golden.states.last().context("a state")?;
        for item in state.items.iter().take(6) {
            let path = item.path.clone().context("a path")?;
            select(page, &path)?;
            say(page, &[&path, &item.plain, &item.kind])?;
        }
        say(page, &[notes]).context(name)?;
    }
    picture::take(page, "details")
}

fn history(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    let times = |id: u32| {
        let of = golden.deltas.iter().filter(move |it| it.items.iter().any(|item| item.id == id));
        of.map(|it| it.time.clone()).collect::<Vec<_>>()
    };
    let most = golden.paths.iter().max_by_key(|path| times(path.id).len()).context("a path")?;
    let wanted = times(most.id).len();
    ensure!(wanted > 1, "no path of {} is updated twice", golden.name);
    select(page, &most.path)?;
    let rows = "return document.querySelectorAll('table[aria-label=History] tbody tr').length";
    page.wait("the history", || Ok((page.eval(rows)? == wanted).then_some(())))?;
    // The oldest update is a click away.
    let links = page.objects_of("table[aria-label=History] tbody button")?;
    links.last().context("an update")?.click()?;
    let first = times(most.id).into_iter().next().context("a time")?;
    crate::support::at(page, &first)
}

fn link(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    let path = golden.paths.first().context("a path")?.path.clone();
    page.eval(&format!("location.hash = 'view=image&path={path}'"))?;
    say(page, &[&path])?;
    page.press(&[Key::Escape])?;
    page.wait("the path in the address", || {
        let hash = page.eval("return location.hash")?;
        Ok(hash.as_str().unwrap_or_default().contains("path=/").then_some(()))
    })?;
    same("the view", page.eval("return location.hash.includes('view=image')")?, true.into())
}
