//! Files, their values and their copies.

use anyhow::{Context, Result, ensure};
use e2e::golden::Golden;
use e2e::other::Window;
use e2e::support::{golden, scratch};
use e2e::time;
use serde_json::Value;

use crate::Test;

pub const TESTS: &[(&str, Test)] = &[
    ("the_sample_opens", sample),
    ("a_chosen_file_has_the_values_of_the_reference", values),
    ("a_dropped_file_opens", dropped),
    ("a_copy_has_in_it_what_the_file_has", saved),
];

pub const FIREFOX_ONLY: &[(&str, Test)] = &[("what_is_no_archive_is_said_in_a_sentence", refused)];

fn sample(window: &Window) -> Result<()> {
    window.click("button", "Open sample")?;
    let said = window.opened("market/current")?;
    ensure!(said.contains("batches") && said.contains("paths"), "the status says {said:?}");
    window.wait("rows with values", || Ok((rows(window)?.len() > 5).then_some(())))
}

fn values(window: &Window) -> Result<()> {
    for name in ["plain", "compressed-indexed"] {
        let golden = golden(name)?;
        window.choose("Open archive", &[&golden.file])?;
        window.opened(name)?;
        shows_last(window, &golden)?;
    }
    Ok(())
}

/// Goes to the end, where the grid has to begin with what the reference has there.
fn shows_last(window: &Window, golden: &Golden) -> Result<()> {
    let end = golden.deltas.last().context("a delta")?;
    let state = golden.states.iter().find(|state| state.at == end.time).context("a state")?;
    let mut items: Vec<_> = state.items.iter().collect();
    items.sort_by_key(|item| (item.path.is_none(), item.path.clone()));
    let wanted: Vec<[String; 4]> = items
        .iter()
        .map(|item| {
            [item.shown_path(), item.kind.clone(), item.plain.clone(), time::held(&item.time)]
        })
        .collect();
    window.click("button", "End")?;
    let mut last = Vec::new();
    let seen = window.wait(&format!("the last image of {}", golden.name), || {
        last = rows(window)?;
        let all = last.len() >= wanted.len().min(10);
        let same = last.iter().zip(&wanted).all(|(row, wanted)| row == wanted);
        Ok((all && same).then_some(()))
    });
    seen.with_context(|| format!("the grid has {last:#?} and not {wanted:#?}"))
}

/// Path, type, value and time of the rows in view, from the top.
pub fn rows(window: &Window) -> Result<Vec<[String; 4]>> {
    let script = "
        const grid = document.querySelector('[role=grid][aria-label=Image]');
        if (!grid) return [];
        const names = [...grid.querySelectorAll('[role=columnheader]')].map(it => it.textContent.trim());
        const at = ['Path', 'Type', 'Value', 'Updated'].map(name => names.indexOf(name));
        return [...grid.querySelectorAll('[role=row][aria-rowindex]')]
            .filter(row => !row.querySelector('[role=columnheader]'))
            .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
            .map(row => [...row.querySelectorAll('[role=gridcell], [role=rowheader]')])
            .map(cells => at.map(i => cells[i]?.getAttribute('aria-label') ?? cells[i]?.textContent ?? ''));";
    let mut rows: Vec<[String; 4]> = serde_json::from_value(window.eval(script, &[])?)?;
    for row in &mut rows {
        row[3] = time::normal(&row[3]);
    }
    Ok(rows)
}

/// As a file manager does it, as far as a script can: the events are its own, the file is not.
fn dropped(window: &Window) -> Result<()> {
    let golden = golden("indexed")?;
    let bytes: Vec<Value> = std::fs::read(&golden.file)?.into_iter().map(Value::from).collect();
    let script = "
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(arguments[0])], 'dropped'));
        for (const type of ['dragenter', 'dragover', 'drop'])
            document.body.dispatchEvent(
                new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));";
    window.eval(script, &[bytes.into()])?;
    window.opened("dropped")?;
    shows_last(window, &golden)
}

fn saved(window: &Window) -> Result<()> {
    let golden = golden("indexed-images")?;
    window.choose("Open archive", &[&golden.file])?;
    window.opened(&golden.name)?;
    // What would be downloaded is kept.
    let keep = "window.make = URL.createObjectURL;
        URL.createObjectURL = blob => { window.saved = blob; return window.make.call(URL, blob) };
        HTMLAnchorElement.prototype.click = function() { window.savedAs = this.download };";
    window.eval(keep, &[])?;
    window.click("button", "Save as…")?;
    window.click("radio", "Compressed copy")?;
    window.click("button", "Save")?;
    window.wait("the copy", || Ok(window.text().contains("Saved indexed-images").then_some(())))?;
    let bytes = window
        .eval_async("window.saved.arrayBuffer().then(buffer => [...new Uint8Array(buffer)])")?;
    let bytes: Vec<u8> = serde_json::from_value(bytes).context("no copy")?;
    ensure!(!bytes.is_empty(), "the copy is empty");
    let copy = scratch("copy-elsewhere", &bytes)?;
    window.load()?;
    window.choose("Open archive", &[&copy])?;
    window.opened("copy-elsewhere")?;
    shows_last(window, &golden)?;
    ensure!(window.text().contains("compressed"), "the copy is not compressed");
    Ok(())
}

fn refused(window: &Window) -> Result<()> {
    let text = scratch("no archive", b"This is no archive at all, but a text of some length.")?;
    window.choose("Open archive", &[&text])?;
    window.wait("an alert", || {
        let said = window.said("alert")?;
        Ok(said.contains("no archive").then_some(()))
    })
}
