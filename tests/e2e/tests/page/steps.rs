//! Moving through a file: by batch, by the seek box, by keyboard.

use anyhow::{Context, Result, ensure};
use e2e::{Page, time};
use fantoccini::key::Key;

use crate::Test;
use crate::support::{alerted, at, golden, open, position, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("by_batch_with_the_buttons", buttons),
    ("by_change_of_the_selected_path", changes),
    ("by_seek_expressions", expressions),
    ("a_wrong_expression_moves_nothing_and_says_so", wrong),
    ("by_keyboard_on_the_slider", keyboard),
];

/// A file with several batches, and the times of its deltas.
fn opened(page: &Page) -> Result<Vec<String>> {
    let golden = golden("indexed")?;
    let mut times: Vec<String> = golden.deltas.iter().map(|batch| batch.time.clone()).collect();
    times.dedup();
    ensure!(times.len() >= 4, "{} has only {} batch times", golden.name, times.len());
    open(page, &golden.file)?;
    Ok(times)
}

fn buttons(page: &Page) -> Result<()> {
    let times = opened(page)?;
    let click = |name: &str| page.get("button", name)?.click();
    click("Beginning")?;
    at(page, &times[0])?;
    for time in &times[1..4] {
        click("Next batch")?;
        at(page, time)?;
    }
    click("Previous batch")?;
    at(page, &times[2])?;
    click("End")?;
    at(page, &times[times.len() - 1])?;
    click("Previous batch")?;
    at(page, &times[times.len() - 2])
}

fn changes(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    let of = |id: u32| {
        let batches = golden.deltas.iter().filter(move |it| it.items.iter().any(|i| i.id == id));
        let mut times: Vec<&str> = batches.map(|batch| &*batch.time).collect();
        times.dedup();
        times
    };
    // One that is updated more than once, and not with every batch.
    let is_some =
        |path: &&e2e::golden::Mapping| (2..golden.deltas.len()).contains(&of(path.id).len());
    let path = golden.paths.iter().find(is_some).context("a path with some updates")?;
    let times = of(path.id);
    page.get("button", "End")?.click()?;
    crate::details::select(page, &path.path)?;
    crate::details::say(page, &[&path.path])?;
    page.get("button", "Beginning")?.click()?;
    at(page, &golden.deltas[0].time)?;
    for time in times.iter().filter(|time| **time != golden.deltas[0].time) {
        page.get("button", "Next change")?.click()?;
        at(page, time)?;
    }
    page.get("button", "Previous change")?.click()?;
    at(page, times[times.len() - 2])
}

fn expressions(page: &Page) -> Result<()> {
    let times = opened(page)?;
    let last = times.len() - 1;
    seek(page, "beginning")?;
    at(page, &times[0])?;
    seek(page, "+2")?;
    at(page, &times[2])?;
    seek(page, "end")?;
    at(page, &times[last])?;
    seek(page, "-3")?;
    at(page, &times[last - 3])?;
    seek(page, &times[1])?;
    at(page, &times[1])?;
    seek(page, "2026-03-01 09:30:01 UTC")?;
    at(page, "2026-03-01T09:30:01Z")?;
    seek(page, "+1s")?;
    at(page, "2026-03-01T09:30:02Z")?;
    seek(page, "-0.25s")?;
    at(page, "2026-03-01T09:30:01.75Z")?;
    // Times are clamped to the file's own.
    seek(page, "+10s")?;
    at(page, &times[last])?;
    seek(page, "-1.5d")?;
    at(page, &times[0])?;
    seek(page, "+1u")?;
    at(page, &one_microsecond_after(&times[0])?)
}

fn one_microsecond_after(time: &str) -> Result<String> {
    let time = time::normal(time);
    let (seconds, nanos) = time.trim_end_matches('Z').split_once('.').context("a full time")?;
    let nanos: u32 = nanos.parse()?;
    ensure!(nanos < 999_999_000, "the fixture's first time is too near the next second");
    Ok(format!("{seconds}.{:09}Z", nanos + 1000))
}

fn wrong(page: &Page) -> Result<()> {
    let times = opened(page)?;
    seek(page, "end")?;
    at(page, &times[times.len() - 1])?;
    for expression in ["+10 parsecs", "yesterdayish", "--3"] {
        seek(page, expression)?;
        alerted(page, &[expression])?;
        at(page, &times[times.len() - 1])?;
    }
    seek(page, "beginning")?;
    at(page, &times[0])?;
    page.wait("the alert to go", || Ok(page.said("alert")?.is_empty().then_some(())))
}

fn keyboard(page: &Page) -> Result<()> {
    let times = opened(page)?;
    let slider = page.get("slider", "Position")?;
    slider.call("function() { this.focus() }", &[])?;
    page.press(&[Key::Home])?;
    at(page, &times[0])?;
    page.press(&[Key::Right])?;
    let after = page.wait("the slider to move right", || {
        let now = position(page)?;
        Ok((now > time::normal(&times[0])).then_some(now))
    })?;
    page.press(&[Key::Left])?;
    page.wait("the slider to move left", || Ok((position(page)? < after).then_some(())))?;
    page.press(&[Key::End])?;
    at(page, &times[times.len() - 1])
}
