//! The views of an open file, the seek box, keys and links.

use anyhow::{Context, Result, ensure};
use e2e::golden::Golden;
use e2e::other::Window;
use e2e::support::golden;
use e2e::time;
use fantoccini::key::Key;

use crate::Test;
use crate::reading::rows;

pub const TESTS: &[(&str, Test)] = &[("the_plot_draws_the_path_that_is_selected", plot)];

pub const FIREFOX_ONLY: &[(&str, Test)] = &[
    ("batches_have_the_times_of_the_reference", batches),
    ("the_seek_box_and_keys_move_the_playhead", moved),
    ("a_link_brings_back_where_it_was_made", link),
    ("a_filter_leaves_what_matches", filtered),
];

fn open(window: &Window, name: &str) -> Result<Golden> {
    let golden = golden(name)?;
    window.choose("Open archive", &[&golden.file])?;
    window.opened(name)?;
    Ok(golden)
}

fn position(window: &Window) -> Result<String> {
    let script = "return document.querySelector('[role=slider][aria-label=Position]')
        .getAttribute('aria-valuetext')";
    Ok(time::normal(window.eval(script, &[])?.as_str().unwrap_or_default()))
}

fn at(window: &Window, wanted: &str) -> Result<()> {
    let wanted = time::held(wanted);
    window
        .wait(&format!("the position {wanted}"), || Ok((position(window)? == wanted).then_some(())))
}

fn seek(window: &Window, expression: &str) -> Result<()> {
    window.fill("Seek", expression)?;
    window.press(&char::from(Key::Enter).to_string())
}

fn plot(window: &Window) -> Result<()> {
    let golden = open(window, "indexed")?;
    seek(window, "end")?;
    at(window, &golden.deltas.last().context("a delta")?.time)?;
    let first = window.wait("a row", || Ok(rows(window)?.into_iter().next()))?;
    let click = "const cell = [...document.querySelectorAll('[aria-label=Image] [role=row] *')]
            .find(cell => cell.textContent === arguments[0] || cell.ariaLabel === arguments[0]);
        for (const type of ['pointerdown', 'pointerup', 'click'])
            cell.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0 }));";
    window.eval(click, &[first[0].clone().into()])?;
    window.click("tab", "Plot")?;
    let mut last = Vec::new();
    let seen = window.wait("the legend", || {
        let script = "return [...document.querySelectorAll(
            'table[aria-label=\"Plotted paths\"] tbody tr')]
            .map(row => [...row.children].slice(0, 2).map(cell => cell.textContent.trim()))";
        last = serde_json::from_value::<Vec<Vec<String>>>(window.eval(script, &[])?)?;
        Ok((last == [[first[0].clone(), first[2].clone()]]).then_some(()))
    });
    seen.with_context(|| format!("the legend is {last:?} and not of {first:?}"))?;
    window.wait("something drawn", || {
        let script = "const all = [...document.querySelectorAll('.track-canvas')];
            return all.length > 0 && all.every(canvas => canvas.width > 0 && canvas.getContext('2d')
                .getImageData(0, 0, canvas.width, canvas.height).data.some(byte => byte > 0));";
        Ok((window.eval(script, &[])? == true).then_some(()))
    })
}

fn batches(window: &Window) -> Result<()> {
    let golden = open(window, "indexed")?;
    seek(window, "beginning")?;
    window.click("tab", "Batches")?;
    let wanted = time::held(&golden.deltas.first().context("a delta")?.time);
    window.wait("the first batch", || {
        let text = window
            .eval("return document.querySelector('[aria-label=Batches]')?.textContent", &[])?;
        let date_and_time =
            text.as_str().unwrap_or_default().contains(wanted.trim_end_matches('Z'));
        Ok(date_and_time.then_some(()))
    })
}

fn moved(window: &Window) -> Result<()> {
    let golden = open(window, "indexed")?;
    let mut times: Vec<&str> = golden.deltas.iter().map(|batch| batch.time.as_str()).collect();
    times.dedup();
    seek(window, times[1])?;
    at(window, times[1])?;
    window.click("button", "Next batch")?;
    at(window, times[2])?;
    window.click("button", "Previous batch")?;
    at(window, times[1])?;
    window.click("button", "End")?;
    at(window, times.last().context("a delta")?)
}

fn link(window: &Window) -> Result<()> {
    let golden = open(window, "indexed")?;
    let time = &golden.deltas[1].time;
    seek(window, time)?;
    at(window, time)?;
    let hash = window.wait("the time in the address", || {
        let hash = window.eval("return location.hash", &[])?;
        let hash = hash.as_str().unwrap_or_default().to_owned();
        Ok(hash.contains("at=").then_some(hash))
    })?;
    window.go(&hash)?;
    window.choose("Open archive", &[&golden.file])?;
    window.opened("indexed")?;
    at(window, time)
}

fn filtered(window: &Window) -> Result<()> {
    open(window, "indexed")?;
    window.click("button", "End")?;
    let all = window.wait("rows", || Ok(Some(rows(window)?).filter(|rows| rows.len() > 1)))?;
    let wanted = &all[1][0];
    window.fill("Filter", wanted)?;
    window.wait("what matches", || {
        let now = rows(window)?;
        let matches = now.iter().all(|[path, ..]| path.contains(wanted.as_str()));
        Ok((!now.is_empty() && now.len() < all.len() && matches).then_some(()))
    })?;
    ensure!(window.said("alert")?.is_empty(), "the alert says {}", window.said("alert")?);
    Ok(())
}
