//! Finding in time: the hits as a list, marked on the overview, and led to one after the other.

use anyhow::{Result, ensure};
use e2e::{Page, picture, table, time};

use crate::Test;
use crate::support::{at, filter, golden, open, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("lists_when_a_condition_held", lists),
    ("leads_from_hit_to_hit", leads),
    ("says_what_is_wrong", wrong),
    ("comes_back_by_a_link", linked),
];

/// Types a condition, and shows its hits.
fn find(page: &Page, condition: &str) -> Result<()> {
    page.get("textbox", "Find")?.fill(condition)?;
    page.get("tab", "Find")?.click()
}

/// Path, beginning and value of each hit that is shown.
fn hits(page: &Page) -> Result<Vec<[String; 3]>> {
    let rows = table::all_rows(page, "Hits")?;
    let hit = |row: &table::Row| {
        let cell = |name: &str| row.cell(name).to_owned();
        [cell("Path"), time::normal(row.cell("Time")), cell("Value")]
    };
    Ok(rows.iter().map(hit).collect())
}

fn lists(page: &Page) -> Result<()> {
    let golden = golden("indexed-images")?;
    open(page, &golden.file)?;
    // Each update of this file has another value.
    find(page, "changed")?;
    let wanted: Vec<[String; 3]> = golden
        .deltas
        .iter()
        .flat_map(|batch| {
            let of = |item: &e2e::golden::Item| {
                [item.shown_path(), time::held(&batch.time), item.plain.clone()]
            };
            batch.items.iter().map(of).collect::<Vec<_>>()
        })
        .collect();
    page.wait("every change", || Ok((hits(page)? == wanted).then_some(())))?;
    page.wait("how many there are", || {
        let text = page.eval("return document.querySelector('.find-said').textContent")?;
        Ok(text.as_str().is_some_and(|text| text.starts_with("12 hits")).then_some(()))
    })?;
    find(page, "> 3")?;
    page.wait("two stretches that do not end", || {
        let rows = table::all_rows(page, "Hits")?;
        let open = rows.iter().filter(|row| row.cell("Until") == "still true").count();
        Ok((rows.len() == 2 && open == 2).then_some(()))
    })?;
    ensure!(
        page.eval(
            "return document.querySelector('.overview').textContent.includes('2 hits of Find')"
        )? == true
    );
    filter(page, "/a")?;
    page.wait("those of the filter", || Ok((hits(page)?.len() == 1).then_some(())))?;
    picture::take(page, "find")
}

fn leads(page: &Page) -> Result<()> {
    let golden = golden("indexed-images")?;
    open(page, &golden.file)?;
    find(page, "= 5")?;
    page.wait("one hit", || Ok((hits(page)?.len() == 1).then_some(())))?;
    let fifth = &golden.deltas[4].time;
    seek(page, "beginning")?;
    page.get("button", "Next hit")?.click()?;
    at(page, fifth)?;
    seek(page, "end")?;
    page.get("button", "Previous hit")?.click()?;
    at(page, fifth)?;
    // By keys too, where no field is written in.
    page.eval("document.activeElement.blur(); return true")?;
    let press = |key: &str, shift: bool| {
        page.eval(&format!(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', \
             {{ key: '{key}', shiftKey: {shift}, bubbles: true }})); return true"
        ))
    };
    seek(page, "beginning")?;
    at(page, &golden.images[0].time)?;
    page.eval("document.activeElement.blur(); return true")?;
    press("n", false)?;
    at(page, fifth)
}

fn wrong(page: &Page) -> Result<()> {
    open(page, &golden("indexed")?.file)?;
    page.get("textbox", "Find")?.fill("> x")?;
    page.wait("a sentence", || {
        let said = page.said("alert")?;
        Ok(said.contains("needs a number").then_some(()))
    })?;
    page.get("textbox", "Find")?.fill("changed by > 1")?;
    page.wait("none", || Ok((!page.said("alert")?.contains("needs")).then_some(())))
}

fn linked(page: &Page) -> Result<()> {
    let golden = golden("indexed-images")?;
    open(page, &golden.file)?;
    find(page, "> 3 < 8")?;
    page.wait("the link", || {
        let hash = page.eval("return location.hash")?;
        let hash = hash.as_str().unwrap_or_default().to_owned();
        Ok((hash.contains("find=") && hash.contains("view=find")).then_some(()))
    })?;
    page.eval("location.hash = '#view=find&find=%3D%205'; return true")?;
    page.wait("what the link says", || Ok((hits(page)?.len() == 1).then_some(())))
}
