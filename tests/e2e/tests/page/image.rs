//! What can be done to the grid of the image: columns, pins, filters that were used.

use anyhow::{Context, Result, ensure};
use e2e::{Page, picture, table};
use fantoccini::key::Key;
use serde_json::json;

use crate::Test;
use crate::details::select;
use crate::support::{at, filter, golden, open, same, sample, seek, shows, shows_state};

pub const TESTS: &[(&str, Test)] = &[
    ("columns_are_moved_and_stay", moved),
    ("columns_are_made_wider_and_stay", wider),
    ("the_age_sorts", age),
    ("pinned_paths_stay_in_view", pins),
    ("filters_of_before_are_at_hand", recent),
    ("conditions_on_values_are_offered", examples),
];

/// The names of the columns from left to right, and how wide each is.
fn columns(page: &Page) -> Result<Vec<(String, f64)>> {
    let read = page.eval(
        "return [...document.querySelectorAll('[role=grid] [role=columnheader]')]
            .map(head => [head.textContent.trim(), head.getBoundingClientRect().width])",
    )?;
    serde_json::from_value(read).context("columns")
}

fn stand(page: &Page, wanted: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    let seen = page.wait(&format!("the columns {wanted:?}"), || {
        last = columns(page)?.into_iter().map(|(name, _)| name).collect();
        Ok((last == wanted).then_some(()))
    });
    seen.with_context(|| format!("the columns are {last:?}"))
}

fn width(page: &Page, name: &str) -> Result<f64> {
    let found = columns(page)?.into_iter().find(|(column, _)| column == name);
    found.map(|(_, width)| width).with_context(|| format!("no column {name}"))
}

/// Drags from a place in the head of a column, counted from its left or, if negative, from its right
/// edge, to another place on the same line.
fn drag(page: &Page, name: &str, from: f64, to: f64) -> Result<()> {
    let head = page.get("columnheader", name)?;
    let read = head.call(
        "function() { const r = this.getBoundingClientRect();
            return [r.left, r.right, r.top + r.height / 2] }",
        &[],
    )?;
    let [left, right, y]: [f64; 3] = serde_json::from_value(read)?;
    let x = if from < 0.0 { right + from } else { left + from };
    for (kind, x) in [
        ("mousePressed", x),
        ("mouseMoved", x + (to - x) / 2.0),
        ("mouseMoved", to),
        ("mouseReleased", to),
    ] {
        let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
        page.cdp("Input.dispatchMouseEvent", event)?;
    }
    Ok(())
}

/// Presses an arrow with Alt (1) or Shift (8) while the head of a column has the focus.
fn arrow(page: &Page, name: &str, key: &str, modifiers: u32) -> Result<()> {
    page.get("button", name)?.call("function() { this.focus() }", &[])?;
    let code = if key == "ArrowLeft" { 37 } else { 39 };
    for kind in ["keyDown", "keyUp"] {
        let event = json!({
            "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code,
            "modifiers": modifiers,
        });
        page.cdp("Input.dispatchKeyEvent", event)?;
    }
    Ok(())
}

fn again(page: &Page) -> Result<()> {
    page.reload_after("")?;
    sample(page).map(drop)
}

fn moved(page: &Page) -> Result<()> {
    sample(page)?;
    stand(page, &["Path", "Type", "Value", "Updated", "Age"])?;
    let path = page.get("columnheader", "Path")?;
    let middle = path.call(
        "function() { const r = this.getBoundingClientRect(); return r.left + r.width / 2 }",
        &[],
    )?;
    let sorted = "return document.querySelectorAll('[role=grid] [aria-sort]').length";
    drag(page, "Value", 20.0, middle.as_f64().context("x")?)?;
    let wanted = ["Value", "Path", "Type", "Updated", "Age"];
    stand(page, &wanted)?;
    same("what a drag sorts by", page.eval(sorted)?, 0.into())?;
    // The cells go with their heads.
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    shows_state(page, golden.states.last().context("a state")?)?;
    picture::take(page, "columns")?;
    again(page)?;
    stand(page, &wanted)?;
    // By keys, which keep the focus where it is.
    arrow(page, "Value", "ArrowRight", 1)?;
    stand(page, &["Path", "Value", "Type", "Updated", "Age"])?;
    let focused = "return document.activeElement?.textContent";
    page.wait("the focus", || Ok((page.eval(focused)? == "Value").then_some(())))?;
    arrow(page, "Value", "ArrowRight", 1)?;
    stand(page, &["Path", "Type", "Value", "Updated", "Age"])
}

fn wider(page: &Page) -> Result<()> {
    sample(page)?;
    let usual = width(page, "Type")?;
    let head = page.get("columnheader", "Type")?;
    let edge = head.call("function() { return this.getBoundingClientRect().right }", &[])?;
    let edge = edge.as_f64().context("an edge")?;
    drag(page, "Type", -3.0, edge - 3.0 + 80.0)?;
    page.wait("a wider column", || Ok((width(page, "Type")? == usual + 80.0).then_some(())))?;
    stand(page, &["Path", "Type", "Value", "Updated", "Age"])?;
    arrow(page, "Type", "ArrowLeft", 8)?;
    page.wait("one less wide", || Ok((width(page, "Type")? == usual + 64.0).then_some(())))?;
    again(page)?;
    page.wait("the same width", || Ok((width(page, "Type")? == usual + 64.0).then_some(())))
}

fn age(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    shows_state(page, golden.states.last().context("a state")?)?;
    let sorted = |downwards: bool| {
        page.wait("rows by their age", || {
            let rows = table::all_rows(page, "Image")?;
            let times: Vec<String> =
                rows.iter().map(|row| e2e::time::normal(row.cell("Updated"))).collect();
            Ok((times.len() > 2
                && times.is_sorted_by(|a, b| if downwards { a >= b } else { a <= b }))
            .then_some(()))
        })
    };
    page.get("button", "Age")?.click()?;
    sorted(true)?;
    let head = page.get("columnheader", "Age")?;
    same("the order", head.attr("aria-sort")?.as_deref(), Some("ascending"))?;
    page.get("button", "Age")?.click()?;
    sorted(false)
}

fn pinned(page: &Page) -> Result<Vec<Vec<String>>> {
    let read = page.eval(
        "return [...document.querySelectorAll('table[aria-label=\"Pinned paths\"] tbody tr')]
            .map(row => [...row.children].map(cell => cell.textContent.trim()))",
    )?;
    serde_json::from_value(read).context("the pins are a table")
}

fn pins(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    let last = golden.states.last().context("a state")?;
    let chosen: Vec<_> = last.items.iter().filter(|item| item.path.is_some()).take(2).collect();
    for item in &chosen {
        select(page, item.path.as_deref().context("a path")?)?;
        crate::details::say(page, &[item.path.as_deref().context("a path")?])?;
        page.get("button", "Pin")?.click()?;
        page.get("button", "Unpin")?;
    }
    filter(page, "/nothing/**")?;
    shows(page, &[])?;
    // At every time that is known, where they have a value and where they have none.
    for state in &golden.states {
        let Some(delta) = golden.deltas.iter().find(|delta| delta.time == state.at) else {
            continue;
        };
        seek(page, &delta.time)?;
        at(page, &delta.time)?;
        let wanted: Vec<(String, String)> = chosen
            .iter()
            .map(|pin| {
                let found = state.items.iter().find(|item| item.id == pin.id);
                let value = found.map_or("–".to_owned(), |item| item.plain.clone());
                (pin.shown_path(), value)
            })
            .collect();
        let mut told = Vec::new();
        let seen = page.wait(&format!("the pins at {}", state.at), || {
            told = pinned(page)?.into_iter().map(|row| (row[0].clone(), row[2].clone())).collect();
            Ok((told == wanted).then_some(()))
        });
        seen.with_context(|| format!("the pins are {told:?}, not {wanted:?}"))?;
    }
    filter(page, "")?;
    picture::take(page, "pins")?;
    for item in &chosen {
        page.get("button", &format!("Unpin {}", item.shown_path()))?.click()?;
    }
    page.wait("no pins", || Ok(pinned(page)?.is_empty().then_some(())))
}

fn pick(page: &Page, name: &str, value: &str) -> Result<()> {
    let choose = "function(value) { this.value = value;
        this.dispatchEvent(new Event('change', { bubbles: true })); return this.value }";
    page.get("combobox", name)?.call(choose, &[value.into()]).map(drop)
}

fn text(page: &Page, name: &str) -> Result<String> {
    let value = page.get("textbox", name)?.call("function() { return this.value }", &[])?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

fn recent(page: &Page) -> Result<()> {
    let golden = golden("paths-many")?;
    open(page, &golden.file)?;
    page.get("button", "End")?.click()?;
    let path = golden.paths.last().context("a path")?.path.clone();
    ensure!(!page.has("combobox", "Recent filter")?, "there are filters of before");
    filter(page, &path)?;
    page.press(&[Key::Enter])?;
    shows(page, &[&path])?;
    page.get("button", "Clear filter")?.click()?;
    page.wait("all rows", || Ok((crate::support::shown(page)?.len() > 1).then_some(())))?;
    pick(page, "Recent filter", &path)?;
    shows(page, &[&path])?;
    same("the filter", text(page, "Filter")?, path.clone())?;
    // Known to this browser for good.
    page.reload_after("")?;
    sample(page)?;
    pick(page, "Recent filter", &path)?;
    page.wait("the filter", || Ok((text(page, "Filter")? == path).then_some(())))
}

fn examples(page: &Page) -> Result<()> {
    let golden = golden("bool-null-ok")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    let state = golden.states.last().context("a state")?;
    let mut nulls: Vec<String> =
        state.items.iter().filter(|it| it.kind == "null").map(|it| it.shown_path()).collect();
    nulls.sort();
    ensure!(!nulls.is_empty() && nulls.len() < state.items.len(), "nulls and others");
    pick(page, "Examples of values", "null")?;
    let nulls: Vec<&str> = nulls.iter().map(String::as_str).collect();
    shows(page, &nulls)?;
    same("the conditions", text(page, "Values")?, "null".to_owned())?;
    let focused = "return document.activeElement?.id";
    same("what has the focus", page.eval(focused)?, "values".into())
}
