//! Opening: nothing yet, the sample, by drop, by choice, one after another.

use anyhow::{Context, Result, ensure};
use e2e::{Page, picture, table};

use crate::Test;
use crate::support::{at, golden, opened, same, shows_state};

pub const TESTS: &[(&str, Test)] = &[
    ("the_empty_page_says_what_to_do", empty),
    ("the_sample", sample),
    ("a_chosen_file", chosen),
    ("a_second_file_takes_the_first_ones_place", second),
    ("the_empty_page_names_what_was_opened", before),
];

fn empty(page: &Page) -> Result<()> {
    page.get("button", "Open sample")?;
    page.file_input("Open archive")?;
    let text = page.eval("return document.body.innerText")?;
    let text = text.as_str().unwrap_or_default().to_lowercase();
    ensure!(text.contains("drop"), "the empty page does not say that files can be dropped: {text}");
    same("what the alert says", page.said("alert")?, String::new())?;
    picture::take(page, "empty")
}

fn sample(page: &Page) -> Result<()> {
    page.get("button", "Open sample")?.click()?;
    let said = opened(page, "market/current")?;
    ensure!(said.contains("batches") && said.contains("paths"), "the status says {said:?}");
    for (role, name) in [
        ("region", "Timeline"),
        ("slider", "Position"),
        ("textbox", "Seek"),
        ("textbox", "Filter"),
        ("button", "Previous batch"),
        ("button", "Next batch"),
        ("button", "Beginning"),
        ("button", "End"),
    ] {
        page.get(role, name)?;
    }
    page.get("button", "End")?.click()?;
    let grid = page.get("grid", "Image")?;
    // A row stands before what is in it has come.
    page.wait("rows of the sample", || {
        let rows = table::window(&grid)?.rows;
        for row in &rows {
            for column in ["Path", "Type", "Value", "Updated"] {
                ensure!(!row.cell(column).is_empty(), "row {} has no {column}: {row:?}", row.index);
            }
        }
        Ok((!rows.is_empty()).then_some(()))
    })?;
    picture::take(page, "sample")
}

fn chosen(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    let title = || page.eval("return document.title");
    same("the title", title()?, "Netidx Archive Viewer".into())?;
    page.choose_files(&[&golden.file])?;
    opened(page, &golden.name)?;
    let wanted = format!("{}.archive – Netidx Archive Viewer", golden.name);
    page.wait(&wanted, || Ok((title()? == wanted.as_str()).then_some(())))
}

fn second(page: &Page) -> Result<()> {
    for name in ["indexed", "plain"] {
        let golden = golden(name)?;
        page.drop_files(&[&golden.file])?;
        opened(page, name)?;
        page.get("button", "End")?.click()?;
        let end = golden.deltas.last().context("a delta")?;
        at(page, &end.time)?;
        let state = golden.states.iter().find(|state| state.at == end.time);
        shows_state(page, state.context("a state at the last delta")?)?;
    }
    Ok(())
}

fn before(page: &Page) -> Result<()> {
    let files = [golden("indexed")?, golden("plain")?];
    for golden in &files {
        page.choose_files(&[&golden.file])?;
        opened(page, &golden.name)?;
    }
    page.eval("location.reload()")?;
    let wanted =
        format!("Opened here before: {}.archive, {}.archive", files[1].name, files[0].name);
    page.wait(&format!("{wanted:?}"), || {
        let text = page.eval("return document.body.innerText")?;
        Ok(text.as_str().unwrap_or_default().contains(&wanted).then_some(()))
    })
}
