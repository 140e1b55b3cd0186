//! Zooming, selecting a time, and what follows from it.

use anyhow::{Context, Result, ensure};
use e2e::{Page, picture, table, time};
use serde_json::json;

use crate::Test;
use crate::support::{at, golden, open, position, same, sample, scratch, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("the_wheel_zooms_at_the_pointer", wheel),
    ("a_selected_time_bounds_everything", range),
    ("a_drag_with_shift_selects_a_time", drag),
    ("a_drag_moves_a_zoomed_axis_and_a_click_the_playhead", pan),
    ("a_brush_on_the_overview_zooms_and_a_link_brings_it_back", brush),
    ("two_fingers_zoom", pinch),
    ("a_pause_is_marked_on_the_overview", gap),
    ("a_selection_is_taken_back", undo),
    ("what_hovers_has_its_time_and_its_count", hover),
    ("times_are_told_in_utc_or_in_the_zone_of_the_machine", zone),
    ("heights_are_linear_or_logarithmic", heights),
];

/// Middle of the slider in the window.
fn middle(page: &Page) -> Result<(f64, f64)> {
    let slider = page.get("slider", "Position")?;
    let read = slider.call(
        "function() { const r = this.getBoundingClientRect();
            return [r.left + r.width / 2, r.top + r.height / 2] }",
        &[],
    )?;
    Ok((read[0].as_f64().context("x")?, read[1].as_f64().context("y")?))
}

fn wheel(page: &Page) -> Result<()> {
    sample(page)?;
    let (x, y) = middle(page)?;
    ensure!(!page.has("button", "Zoom to the whole file")?, "zoomed before it was");
    for _ in 0..4 {
        let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": -300 });
        page.cdp("Input.dispatchMouseEvent", event)?;
    }
    page.get("button", "Zoom to the whole file")?;
    // Clicking in the middle goes to the time that was there before, as near as a pixel was.
    let event = |kind: &str| {
        let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
        page.cdp("Input.dispatchMouseEvent", event).map(drop)
    };
    event("mousePressed")?;
    event("mouseReleased")?;
    page.wait("the playhead in the middle", || {
        let at = position(page)?;
        Ok(at.starts_with("2026-03-02T14:52:").then_some(()))
    })?;
    picture::take(page, "zoomed")?;
    page.get("button", "Zoom to the whole file")?.click()?;
    page.wait("the whole file", || {
        Ok((!page.has("button", "Zoom to the whole file")?).then_some(()))
    })
}

fn range(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    let mut times: Vec<String> = golden.deltas.iter().map(|batch| batch.time.clone()).collect();
    times.dedup();
    ensure!(times.len() >= 4, "too few times in {}", golden.name);
    open(page, &golden.file)?;
    seek(page, &times[1])?;
    at(page, &times[1])?;
    page.get("button", "Select from here")?.click()?;
    seek(page, &times[2])?;
    at(page, &times[2])?;
    page.get("button", "Select up to here")?.click()?;
    // Neither end can be left.
    page.get("button", "End")?.click()?;
    at(page, &times[2])?;
    page.get("button", "Beginning")?.click()?;
    at(page, &times[1])?;
    page.get("tab", "Batches")?.click()?;
    page.wait("the rows of the range", || {
        let rows = table::all_rows(page, "Batches")?;
        let all_in = rows.iter().all(|row| {
            let when = time::normal(row.cell("Time"));
            time::held(&times[1]) <= when && when <= time::held(&times[2])
        });
        Ok((all_in && !rows.is_empty()).then_some(()))
    })?;
    page.wait("the range in the address", || {
        let hash = page.eval("return location.hash")?;
        let hash = hash.as_str().unwrap_or_default().to_owned();
        Ok((hash.contains("from=") && hash.contains("to=")).then_some(()))
    })?;
    page.get("button", "Select everything")?.click()?;
    page.get("button", "End")?.click()?;
    at(page, &times[times.len() - 1])
}

fn drag(page: &Page) -> Result<()> {
    sample(page)?;
    let (x, y) = middle(page)?;
    let event = |kind: &str, x: f64| {
        let event = json!({
            "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1,
            "modifiers": 8,
        });
        page.cdp("Input.dispatchMouseEvent", event).map(drop)
    };
    event("mousePressed", x)?;
    event("mouseMoved", x + 100.0)?;
    event("mouseMoved", x + 200.0)?;
    event("mouseReleased", x + 200.0)?;
    page.get("button", "Select everything")?;
    let inside = page.wait("the playhead at the start of it", || {
        Ok(Some(position(page)?).filter(|at| at.starts_with("2026-03-02T14:52:")))
    })?;
    same("the year", &inside[..4], "2026")?;
    picture::take(page, "range")
}

fn mouse(page: &Page, kind: &str, x: f64, y: f64) -> Result<()> {
    let event =
        json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
    page.cdp("Input.dispatchMouseEvent", event).map(drop)
}

/// What the overview says is zoomed to.
fn zoomed(page: &Page) -> Result<String> {
    let all = "return [...document.querySelectorAll('.overview .hidden')].map(it => it.textContent)
        .find(it => it.startsWith('Zoomed')) ?? ''";
    Ok(page.eval(all)?.as_str().unwrap_or_default().to_owned())
}

fn pan(page: &Page) -> Result<()> {
    sample(page)?;
    let (x, y) = middle(page)?;
    for _ in 0..2 {
        page.get("button", "Zoom in")?.click()?;
    }
    let before = page.wait("a zoom", || Ok(Some(zoomed(page)?).filter(|it| !it.is_empty())))?;
    let at_first = position(page)?;
    mouse(page, "mousePressed", x, y)?;
    mouse(page, "mouseMoved", x - 100.0, y)?;
    mouse(page, "mouseMoved", x - 200.0, y)?;
    mouse(page, "mouseReleased", x - 200.0, y)?;
    page.wait("another time in view", || Ok((zoomed(page)? != before).then_some(())))?;
    same("the position after a drag", position(page)?, at_first.clone())?;
    mouse(page, "mousePressed", x, y)?;
    mouse(page, "mouseReleased", x, y)?;
    page.wait(
        "the playhead where it was clicked",
        || Ok((position(page)? > at_first).then_some(())),
    )
}

fn brush(page: &Page) -> Result<()> {
    sample(page)?;
    let (x, y) = middle(page)?;
    let top =
        page.eval("return document.querySelector('.overview').getBoundingClientRect().top")?;
    let top = top.as_f64().context("the overview")? + 10.0;
    ensure!(top < y, "the overview is above the axis");
    mouse(page, "mousePressed", x - 200.0, top)?;
    mouse(page, "mouseMoved", x, top)?;
    mouse(page, "mouseReleased", x, top)?;
    let brushed = page.wait("a zoom", || Ok(Some(zoomed(page)?).filter(|it| !it.is_empty())))?;
    page.wait("the gaps in words", || {
        let said = page.eval("return document.querySelector('.overview .hidden').textContent")?;
        Ok(said.as_str().unwrap_or_default().contains("gap").then_some(()))
    })?;
    let hash = page.wait("the zoom in the address", || {
        let hash = page.eval("return location.hash")?.as_str().unwrap_or_default().to_owned();
        Ok(Some(hash).filter(|hash| hash.contains("zoom=")))
    })?;
    page.go("about:blank")?;
    page.go(&format!("{}{hash}", page.site()))?;
    sample(page)?;
    page.wait("the same zoom", || Ok((zoomed(page)? == brushed).then_some(())))?;
    page.get("button", "Zoom to the whole file")?.click()?;
    page.wait("the whole file", || Ok(zoomed(page)?.is_empty().then_some(())))?;
    page.wait("an address without a zoom", || {
        let hash = page.eval("return location.hash")?;
        Ok((!hash.as_str().unwrap_or_default().contains("zoom=")).then_some(()))
    })?;
    page.eval("history.back()")?;
    page.wait("the zoom of before", || Ok((zoomed(page)? == brushed).then_some(())))
}

fn pinch(page: &Page) -> Result<()> {
    sample(page)?;
    let (x, y) = middle(page)?;
    let touch = |kind: &str, spread: f64| {
        let points = match spread > 0.0 {
            true => {
                json!([{ "x": x - spread, "y": y, "id": 1 }, { "x": x + spread, "y": y, "id": 2 }])
            }
            false => json!([]),
        };
        page.cdp("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points }))
            .map(drop)
    };
    touch("touchStart", 50.0)?;
    touch("touchMove", 100.0)?;
    touch("touchMove", 200.0)?;
    touch("touchEnd", 0.0)?;
    page.wait("a zoom", || Ok((!zoomed(page)?.is_empty()).then_some(())))
}

fn gap(page: &Page) -> Result<()> {
    use e2e::writer::{Batch, Writer};
    let mut writer = Writer::new(0, 1_772_355_600);
    writer.paths(["/a"].into_iter());
    for tenth in (0..100).chain(400..600_u32) {
        writer.strings(Batch::Delta, tenth * 100_000, [(0, "here")].into_iter());
    }
    open(page, &scratch("gap", &writer.finish())?)?;
    let words = "return document.querySelector('.overview .hidden').textContent";
    page.wait("the gap in words", || {
        let said = page.eval(words)?;
        let said = said.as_str().unwrap_or_default().to_owned();
        Ok((said.starts_with("1 gap: 2026-03-01 09:00:") && said.contains("(30.03 s)"))
            .then_some(()))
    })?;
    // Marked at its top, where the rest has nothing. Read from a copy: Chromium complains of a canvas
    // that is read twice.
    let read = "const canvas = document.querySelector('.overview canvas'), { width } = canvas;
         const copy = new OffscreenCanvas(width, 1).getContext('2d', { willReadFrequently: true });
         copy.drawImage(canvas, 0, 0);
         const { data } = copy.getImageData(0, 0, width, 1);
         return [5, 25, 50].map(second => data[4 * Math.round(width * second / 60) + 3])";
    let mut marks = json!([]);
    let marked = page.wait("the mark", || {
        marks = page.eval(read)?;
        Ok((marks == json!([0, 255, 0])).then_some(()))
    });
    marked.with_context(|| format!("at the top at 5, 25 and 50 s are {marks}"))?;
    picture::take(page, "gap")
}

fn undo(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    let mut times: Vec<String> = golden.deltas.iter().map(|batch| batch.time.clone()).collect();
    times.dedup();
    open(page, &golden.file)?;
    seek(page, &times[2])?;
    at(page, &times[2])?;
    let selected = || {
        let hash = page.eval("return location.hash")?.as_str().unwrap_or_default().to_owned();
        Ok((
            hash.contains("from="),
            hash.contains("to=") && page.has("button", "Select everything")?,
        ))
    };
    let wait = |what: &str, wanted: bool| {
        page.wait(what, || {
            let found: Result<(bool, bool)> = selected();
            Ok((found? == (wanted, wanted)).then_some(()))
        })
    };
    page.get("button", "Select from here")?.click()?;
    wait("a selection", true)?;
    page.get("button", "Select everything")?.click()?;
    wait("none", false)?;
    let undo = || {
        page.eval("document.activeElement.blur()")?;
        let ctrl_z = json!({ "type": "keyDown", "key": "z", "modifiers": 2 });
        page.cdp("Input.dispatchKeyEvent", ctrl_z)
    };
    undo()?;
    wait("the selection of before", true)?;
    page.get("button", "Beginning")?.click()?;
    at(page, &times[2])?;
    undo()?;
    wait("none, as at first", false)?;
    undo()?;
    page.wait("that it is said", || {
        Ok(page.said("status")?.contains("Nothing to undo").then_some(()))
    })
}

/// Batches a second apart: one in the first, a hundred in the last second.
fn uneven() -> Result<std::path::PathBuf> {
    use e2e::writer::{Batch, Writer};
    let mut writer = Writer::new(0, 1_772_355_600);
    writer.paths(["/a"].into_iter());
    let times = [0].into_iter().chain((0..100).map(|n| 10_000_000 + n));
    for micros in times {
        writer.strings(Batch::Delta, micros, [(0, "here")].into_iter());
    }
    scratch("uneven", &writer.finish())
}

fn hover(page: &Page) -> Result<()> {
    open(page, &uneven()?)?;
    let (x, y) = middle(page)?;
    let width = page.eval("return document.querySelector('[role=slider]').offsetWidth")?;
    let half = width.as_f64().context("a width")? / 2.0;
    for (x, words) in [
        (x - half + 0.5, ["09:00:00", "1 batch"]),
        (x, ["09:00:05", "0 batches"]),
        (x + half - 1.0, ["09:00:09.99", "100 batches"]),
    ] {
        let event = json!({ "type": "mouseMoved", "x": x, "y": y });
        page.cdp("Input.dispatchMouseEvent", event)?;
        let mut last = serde_json::Value::Null;
        let said = page.wait(&format!("{words:?}"), || {
            last = page.eval("return document.querySelector('.hover-text')?.textContent")?;
            let text = last.as_str().unwrap_or_default();
            Ok(words.iter().all(|word| text.contains(word)).then_some(()))
        });
        said.with_context(|| format!("what hovers is {last}"))?;
    }
    Ok(())
}

fn zone(page: &Page) -> Result<()> {
    page.zone("Asia/Kathmandu")?;
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    page.get("button", "End")?.click()?;
    let last = time::held(&golden.deltas.last().context("a batch")?.time);
    at(page, &last)?;
    let checked = "function() { return this.checked }";
    let is_checked = |name: &str| page.get("radio", name)?.call(checked, &[]);
    page.get("radiogroup", "Time zone")?;
    same("UTC at first", is_checked("UTC")?, true.into())?;
    page.get("radio", "Local")?.click()?;
    let shown = "return document.querySelector('.zone-offset')?.textContent";
    page.wait("the zone", || Ok((page.eval(shown)? == "Local, UTC+05:45").then_some(())))?;
    let told = position(page)?;
    ensure!(told.contains("+05:45"), "the position is {told}");
    let read = "return Date.parse(document.querySelector('[role=slider]').ariaValueText)";
    let utc = page.eval(&format!("return Date.parse({last:?})"))?;
    same("the same moment", page.eval(read)?, utc)?;
    page.wait("rows in the zone", || {
        let rows = table::window(&page.get("grid", "Image")?)?.rows;
        let all_in = rows.iter().all(|row| row.cell("Updated").ends_with("+05:45"));
        Ok((!rows.is_empty() && all_in).then_some(()))
    })?;
    // It is kept, and in the link.
    page.wait("the zone in the address", || {
        let hash = page.eval("return location.hash")?;
        Ok(hash.as_str().unwrap_or_default().contains("zone=local").then_some(()))
    })?;
    page.go("about:blank")?;
    page.go(&page.site())?;
    open(page, &golden.file)?;
    page.wait("Local", || Ok((is_checked("Local")? == true).then_some(())))?;
    page.get("radio", "UTC")?.click()?;
    page.get("button", "End")?.click()?;
    at(page, &last)
}

fn heights(page: &Page) -> Result<()> {
    open(page, &uneven()?)?;
    // How much of the first column of the overview is a bar. Read from a copy: Chromium complains of a
    // canvas that is read twice.
    let height = || {
        page.eval(
            "const canvas = document.querySelector('.overview canvas'), { height } = canvas;
             const copy = new OffscreenCanvas(1, height).getContext('2d', { willReadFrequently: true });
             copy.drawImage(canvas, 0, 0);
             const { data } = copy.getImageData(0, 0, 1, height);
             return [...Array(height).keys()].filter(row => data[4 * row + 3] > 0).length",
        )
    };
    let is = |what: &str, heights: std::ops::Range<i64>| {
        let mut last = serde_json::Value::Null;
        let seen = page.wait(what, || {
            last = height()?;
            Ok(last.as_i64().is_some_and(|it| heights.contains(&it)).then_some(()))
        });
        seen.with_context(|| format!("its height is {last}"))
    };
    is("one of a hundred", 1..2)?;
    page.get("button", "Logarithmic heights")?.click()?;
    // ln 2 to ln 101.
    is("a seventh of the height", 3..5)
}
