//! What a recorder wrote: its folder, or single files of it.

use anyhow::{Context, Result, ensure};
use e2e::other::Window;
use e2e::recording::{copy, real_name};
use serde_json::Value;

use crate::Test;
use crate::reading::rows;

pub const TESTS: &[(&str, Test)] = &[("current_and_pathindex_have_names_together", together)];

pub const FIREFOX_ONLY: &[(&str, Test)] = &[
    ("a_chosen_folder_has_every_path_by_name", public),
    ("a_chosen_folder_is_listed_by_shard_and_name", listed),
];

fn together(window: &Window) -> Result<()> {
    let home = e2e::root().join("tests/fixtures/recordings/netidx-test-recorder/0");
    window.choose("Open archive", &[&home.join("current"), &home.join("pathindex")])?;
    window.opened("current")?;
    has_paths(window, &["/test/d0", "/test/d1"])
}

/// Waits until the image at the end has exactly these paths.
fn has_paths(window: &Window, wanted: &[&str]) -> Result<()> {
    window.click("button", "End")?;
    let mut last = Vec::new();
    let seen = window.wait("the paths", || {
        last = rows(window)?.into_iter().map(|[path, ..]| path).collect::<Vec<_>>();
        Ok((last == wanted).then_some(()))
    });
    seen.with_context(|| format!("the grid has {last:?} and not {wanted:?}"))
}

fn public(window: &Window) -> Result<()> {
    let recorder = copy("elsewhere-public", "netidx-test-recorder")?;
    window.answer_folder_dialog(&recorder)?;
    window.click("button", "Open folder")?;
    window.accept()?;
    window.opened("0/current")?;
    has_paths(window, &["/test/d0", "/test/d1"])
}

fn listed(window: &Window) -> Result<()> {
    let folder = copy("elsewhere-plain", "plain")?;
    window.answer_folder_dialog(&folder)?;
    window.click("button", "Open folder")?;
    window.accept()?;
    window.opened("0/current")?;
    let text = std::fs::read(e2e::root().join("tests/fixtures/recordings/plain.json"))?;
    let expected: Value = serde_json::from_slice(&text)?;
    let mut wanted = Vec::new();
    for shard in expected["shards"].as_array().context("shards")? {
        let name = shard["shard"].as_str().context("a name")?;
        wanted.push(format!("Shard {name}"));
        for file in shard["files"].as_array().context("files")?.iter().rev() {
            wanted.push(format!("{name}/{}", real_name(file["name"].as_str().context("a name")?)));
        }
        wanted.push(format!("{name}/pathindex"));
    }
    let mut last = Vec::new();
    let seen = window.wait("the list of files with their times", || {
        let script =
            "return [...document.querySelectorAll('[aria-label=Recording] [role=treeitem]')]
            .map(row => row.innerText)";
        last = serde_json::from_value::<Vec<String>>(window.eval(script, &[])?)?;
        let same = last.iter().zip(&wanted).all(|(row, wanted)| {
            let is_data = wanted.contains('/') && !wanted.ends_with("pathindex");
            row.contains(wanted)
                && (!is_data || row.contains("B") && row.contains("2026-03-01 09:3"))
        });
        Ok((same && last.len() > 5).then_some(()))
    });
    seen.with_context(|| format!("the list has {last:#?} and not {wanted:#?}"))?;
    window.click("button", "End")?;
    window.wait("paths by name", || {
        let rows = rows(window)?;
        Ok((!rows.is_empty() && rows.iter().all(|[path, ..]| path.starts_with('/'))).then_some(()))
    })?;
    ensure!(window.said("alert")?.is_empty(), "the alert says {}", window.said("alert")?);
    Ok(())
}
