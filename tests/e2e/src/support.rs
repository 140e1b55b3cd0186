//! What several tests do.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use fantoccini::key::Key;

use crate::golden::{self, Golden, Item, State};
use crate::table::{self, Row};
use crate::{Page, time};

/// The golden file of this name.
pub fn golden(name: &str) -> Result<Golden> {
    let all = golden::all()?;
    let names: Vec<String> = all.iter().map(|golden| golden.name.clone()).collect();
    let found = all.into_iter().find(|golden| golden.name == name);
    found.with_context(|| format!("no golden file {name}, only {names:?}"))
}

/// A file of a test's own making, under the target folder.
pub fn scratch(name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let folder = crate::root().join("target/e2e");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(name);
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// Drops a file and waits until the page says that it is open.
pub fn open(page: &Page, file: &Path) -> Result<String> {
    page.drop_files(&[file])?;
    opened(page, &file.file_name().unwrap_or_default().to_string_lossy())
}

/// Opens the archive of the sample that is one file.
pub fn sample(page: &Page) -> Result<String> {
    page.choose_files(&[&crate::root().join("www/sample.archive")])?;
    opened(page, "sample.archive")
}

/// Waits for "Opened" and the name.
pub fn opened(page: &Page, name: &str) -> Result<String> {
    let wanted = format!("Opened {name}");
    let said = page.wait(&format!("the status {wanted:?}"), || {
        let (said, alert) = (page.said("status")?, page.said("alert")?);
        Ok(if said.contains(&wanted) {
            Some(Ok(said))
        } else {
            // A filter or a seek that is none has its own alert, which stays meanwhile.
            Some(alert).filter(|alert| !alert.is_empty() && alert.contains(name)).map(Err)
        })
    })?;
    said.map_err(|alert| anyhow!("{name} does not open: {alert}\n{}", page.state()))
}

/// Waits for an alert with all of these in it, whatever their case.
pub fn alerted(page: &Page, parts: &[&str]) -> Result<String> {
    page.wait(&format!("an alert with {parts:?}"), || {
        let said = page.said("alert")?;
        let lower = said.to_lowercase();
        Ok(parts.iter().all(|part| lower.contains(&part.to_lowercase())).then_some(said))
    })
}

/// Pastes into the seek box and presses Enter.
pub fn seek(page: &Page, expression: &str) -> Result<()> {
    page.get("textbox", "Seek")?.fill(expression)?;
    page.press(&[Key::Enter])
}

/// Pastes into the filter box.
pub fn filter(page: &Page, filter: &str) -> Result<()> {
    page.get("textbox", "Filter")?.fill(filter)
}

/// The playhead's time, with nanoseconds.
pub fn position(page: &Page) -> Result<String> {
    let slider = page.get("slider", "Position")?;
    Ok(time::normal(&slider.attr("aria-valuetext")?.unwrap_or_default()))
}

/// Waits until the playhead is at a time.
pub fn at(page: &Page, wanted: &str) -> Result<()> {
    let wanted = time::held(wanted);
    let mut last = String::new();
    let arrived = page.wait(&format!("the position {wanted}"), || {
        last = position(page)?;
        Ok((last == wanted).then_some(()))
    });
    arrived.with_context(|| format!("the position is {last}"))
}

/// Records what the playhead shows from here on: a look now and then could miss a time.
pub fn record(page: &Page) -> Result<()> {
    page.eval(
        "globalThis.seen = [];
         const slider = document.querySelector('[role=slider]');
         new MutationObserver(() => seen.push(slider.getAttribute('aria-valuetext')))
            .observe(slider, { attributes: true, attributeFilter: ['aria-valuetext'] })",
    )
    .map(drop)
}

/// The times that were shown since [`record`], in order.
pub fn recorded(page: &Page) -> Result<Vec<String>> {
    let seen: Vec<String> = serde_json::from_value(page.eval("return seen")?)?;
    Ok(seen.iter().map(|time| time::normal(time)).collect())
}

/// The paths that the Image grid shows, in its order.
pub fn shown(page: &Page) -> Result<Vec<String>> {
    let rows = table::all_rows(page, "Image")?;
    Ok(rows.iter().map(|row| row.cell("Path").to_owned()).collect())
}

/// Waits until the Image grid shows exactly these paths.
pub fn shows(page: &Page, wanted: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    let seen = page.wait(&format!("the paths {wanted:?}"), || {
        last = shown(page)?;
        Ok((last == wanted).then_some(()))
    });
    seen.with_context(|| format!("the grid shows {last:?}"))
}

/// Waits until the Image grid shows an image exactly as the reference has it.
pub fn shows_state(page: &Page, state: &State) -> Result<()> {
    let mut wanted: Vec<&Item> = state.items.iter().collect();
    // Ids that no mapping names come last.
    wanted.sort_by_key(|item| (item.path.is_none(), item.path.clone()));
    let mut wrong = String::new();
    let seen = page.wait(&format!("the image at {}", state.at), || {
        let rows = table::all_rows(page, "Image")?;
        wrong = difference(&rows, &wanted);
        Ok(wrong.is_empty().then_some(()))
    });
    seen.with_context(|| format!("the grid differs:\n{wrong}"))
}

fn difference(rows: &[Row], wanted: &[&Item]) -> String {
    let mut wrong = String::new();
    if rows.len() != wanted.len() {
        wrong = format!("{} rows in place of {}\n", rows.len(), wanted.len());
    }
    for (row, item) in rows.iter().zip(wanted) {
        let expected = [
            ("Path", item.shown_path()),
            ("Type", item.kind.clone()),
            ("Value", item.plain.clone()),
            ("Updated", time::held(&item.time)),
        ];
        for (column, expected) in expected {
            let shown = match column {
                "Updated" => time::normal(row.cell(column)),
                _ => row.cell(column).to_owned(),
            };
            if shown != expected {
                wrong += &format!("row {}: {column} is {shown:?}, not {expected:?}\n", row.index);
            }
        }
    }
    wrong
}

/// A message where two things are not the same.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: T, wanted: T) -> Result<()> {
    if is != wanted {
        bail!("{what} is {is:?}, not {wanted:?}");
    }
    Ok(())
}
