//! Comparing two times: what differs, how far, the other way round, and by a link.

use anyhow::Result;
use e2e::{Page, picture, table};

use crate::Test;
use crate::support::{at, golden, open, seek};

pub const TESTS: &[(&str, Test)] =
    &[("tells_what_differs", differs), ("comes_back_by_a_link", linked)];

/// Path, before, after and difference of each row that is shown.
fn rows(page: &Page) -> Result<Vec<[String; 4]>> {
    let rows = table::all_rows(page, "Compare")?;
    let row = |row: &table::Row| ["Path", "Before", "After", "Δ"].map(|it| row.cell(it).to_owned());
    Ok(rows.iter().map(row).collect())
}

fn differs(page: &Page) -> Result<()> {
    let golden = golden("indexed-images")?;
    open(page, &golden.file)?;
    page.get("tab", "Compare")?.click()?;
    seek(page, "beginning")?;
    at(page, &golden.images[0].time)?;
    page.get("button", "Compare with here")?.click()?;
    seek(page, "end")?;
    let row = |path: &str, before: &str, after: &str, delta: &str| {
        [path, before, after, delta].map(str::to_owned)
    };
    let late = "\"only the image has it\"";
    let wanted =
        vec![row("/a", "0", "12", "+12"), row("/b", "0", "11", "+11"), row("/d", "—", late, "")];
    page.wait("what differs", || Ok((rows(page)? == wanted).then_some(())))?;
    picture::take(page, "compare")?;
    page.get("button", "Swap times")?.click()?;
    let wanted =
        vec![row("/a", "12", "0", "-12"), row("/b", "11", "0", "-11"), row("/d", late, "—", "")];
    page.wait("the other way round", || Ok((rows(page)? == wanted).then_some(())))?;
    at(page, &golden.images[0].time)
}

fn linked(page: &Page) -> Result<()> {
    let golden = golden("indexed-images")?;
    open(page, &golden.file)?;
    let (from, to) = (&golden.images[0].time, &golden.deltas[1].time);
    page.eval(&format!("location.hash = '#view=compare&at={to}&compare={from}'; return true"))?;
    page.wait("two batches of changes", || Ok((rows(page)?.len() == 2).then_some(())))?;
    page.get("button", "Swap times")?.click()?;
    page.wait("the link", || {
        let hash = page.eval("return location.hash")?;
        let hash = hash.as_str().unwrap_or_default().to_owned();
        Ok((hash.contains("compare=") && hash.contains("view=compare")).then_some(()))
    })
}
