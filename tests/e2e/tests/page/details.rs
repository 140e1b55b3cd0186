//! The selected path: its value in full, and its history.

use anyhow::{Context, Result, ensure};
use e2e::golden::Item;
use e2e::{Page, picture, table};
use fantoccini::key::Key;
use serde_json::json;

use crate::Test;
use crate::support::{golden, open, same, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("show_the_value_of_the_selected_row", values),
    ("show_numbers_in_other_notations", notations),
    ("show_bytes_as_hex_and_text", bytes),
    ("show_arrays_and_maps_as_a_tree", parts),
    ("wrap_long_texts", long),
    ("show_datetimes_in_both_zones", zones),
    ("are_copied_as_text_and_json", copied),
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

/// Opens a golden file at its end and selects a path in it.
fn selected(page: &Page, name: &str, path: &str) -> Result<Item> {
    let golden = golden(name)?;
    open(page, &golden.file)?;
    page.get("button", "End")?.click()?;
    select(page, path)?;
    let items = &golden.states.last().context("a state")?.items;
    let item = items.iter().find(|item| item.path.as_deref() == Some(path));
    let item = item.with_context(|| format!("{name} has no {path}"))?;
    say(page, &[path, &item.plain, &item.kind])?;
    Ok(item.clone())
}

/// What the details say of each name.
fn facts(page: &Page) -> Result<Vec<(String, String)>> {
    let read = "return [...document.querySelectorAll('#details dt')]
        .map(name => [name.textContent, name.nextElementSibling.textContent])";
    serde_json::from_value(page.eval(read)?).context("names and what they are")
}

/// Waits until the details say all of this.
fn tells(page: &Page, wanted: &[(&str, &str)]) -> Result<()> {
    let mut last = Vec::new();
    let told = page.wait(&format!("{wanted:?}"), || {
        last = facts(page)?;
        let is_told =
            |(name, text): &(&str, &str)| last.iter().any(|it| it.0 == *name && it.1 == *text);
        Ok(wanted.iter().all(is_told).then_some(()))
    });
    told.with_context(|| format!("the details tell {last:?}"))
}

fn notations(page: &Page) -> Result<()> {
    selected(page, "integers", "/i8/-128")?;
    tells(page, &[("hexadecimal", "0x80"), ("binary", "0b10000000")])?;
    selected(page, "floats", "/f64/half")?;
    tells(page, &[("scientific", "5e-1"), ("bits", "0x3fe0000000000000")])?;
    selected(page, "durations", "/duration/one-and-a-nanosecond")?;
    tells(page, &[("nanoseconds", "1000000001")])
}

fn bytes(page: &Page) -> Result<()> {
    selected(page, "bytes", "/bytes/png")?;
    let dump = || page.eval("return document.querySelector('#details .hex').textContent");
    let line = format!("000000  89 50 4e 47 0d 0a 1a 0a  {:24} ·PNG····\n", "");
    same("the bytes", dump()?, line.into())?;
    selected(page, "bytes", "/bytes/all-256")?;
    let dump = dump()?;
    let lines: Vec<&str> = dump.as_str().context("lines")?.lines().collect();
    same("how many lines", lines.len(), 16)?;
    ensure!(lines[4].starts_with("000040  40 41 42 "), "the fifth line is {}", lines[4]);
    ensure!(lines[4].ends_with("4e 4f  @ABCDEFGHIJKLMNO"), "the fifth line is {}", lines[4]);
    Ok(())
}

fn parts(page: &Page) -> Result<()> {
    let rows = || -> Result<Vec<[String; 4]>> {
        let read = "const depth = it => it.closest('ul.parts') === null ? 0
                : 1 + depth(it.closest('ul.parts').parentElement);
            return [...document.querySelectorAll('#details .part')].map(it => [String(depth(it)),
                ...['key', 'text', 'kind'].map(part => it.querySelector(`.part-${part}`).textContent)])";
        serde_json::from_value(page.eval(read)?).context("rows of a tree")
    };
    let row = |row: [&str; 4]| row.map(str::to_owned);
    selected(page, "maps", "/map/sorted")?;
    let wanted = [["1", "\"B\"", "3"], ["1", "\"a\"", "1"], ["1", "\"b\"", "2"]];
    let found: Vec<Vec<String>> = rows()?.into_iter().map(|it| it[..3].to_vec()).collect();
    same("the map", found, wanted.iter().map(|it| it.map(str::to_owned).to_vec()).collect())?;
    selected(page, "arrays", "/array/pairs")?;
    let wanted = [
        ["1", "0", "2 values", "array"],
        ["2", "0", "\"bid\"", "string"],
        ["2", "1", "101.25", "f64"],
        ["1", "1", "2 values", "array"],
        ["2", "0", "\"ask\"", "string"],
        ["2", "1", "101.5", "f64"],
    ];
    same("the array", rows()?, wanted.map(row).to_vec())
}

fn long(page: &Page) -> Result<()> {
    let mut writer = e2e::writer::Writer::new(0, 1_772_355_600);
    writer.paths(["/long"].into_iter());
    let text = "no-space-anywhere-".repeat(400);
    writer.strings(e2e::writer::Batch::Delta, 0, [(0, &*text)].into_iter());
    open(page, &crate::support::scratch("long", &writer.finish())?)?;
    page.get("button", "End")?.click()?;
    for width in [1440, 390] {
        page.resize(width, 900, false)?;
        select(page, "/long")?;
        say(page, &[&text])?;
        let fits = "const value = document.querySelector('#details .detail-value');
            return [value.scrollWidth <= value.clientWidth, value.clientHeight > 100,
                document.documentElement.scrollWidth <= innerWidth]";
        page.wait(&format!("lines that fit at {width}"), || {
            Ok((page.eval(fits)? == json!([true, true, true])).then_some(()))
        })?;
    }
    Ok(())
}

fn zones(page: &Page) -> Result<()> {
    // Whose clocks were half an hour ahead of India's only from 1986 on.
    page.zone("Asia/Kathmandu")?;
    let utc = "2026-03-01T09:30:00.123456789";
    selected(page, "datetimes", "/datetime/nanoseconds")?;
    let local = ("Local time", "2026-03-01T15:15:00.123456789+05:45");
    tells(page, &[("RFC 3339", &format!("{utc}Z")), local, ("seconds since 1970", "1772357400")])?;
    select(page, "/datetime/epoch")?;
    tells(page, &[("Local time", "1970-01-01T05:30:00.000000000+05:30")])
}

fn copied(page: &Page) -> Result<()> {
    let copies = |button: &str, said: &str, wanted: &str| {
        page.get("button", button)?.click()?;
        page.wait(said, || Ok(page.said("status")?.contains(said).then_some(())))?;
        same(button, page.clipboard()?, wanted.to_owned())
    };
    let item = selected(page, "maps", "/map/sorted")?;
    copies("Copy path", "Copied the path", "/map/sorted")?;
    copies("Copy text", "Copied the value as text", &item.text)?;
    copies("Copy JSON", "Copied the value as JSON", r#"{"B":3,"a":1,"b":2}"#)?;
    let item = selected(page, "arrays", "/array/of-strings")?;
    copies("Copy text", "Copied the value as text", &item.text)?;
    copies("Copy JSON", "Copied the value as JSON", r#"["a","b, c","\"d\""]"#)
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
