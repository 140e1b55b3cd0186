//! Hands that drag, step, play, scroll and come back, where the browser has a part in it.

use anyhow::{Context, Result, ensure};
use e2e::writer::Writer;
use e2e::{Page, table};
use fantoccini::key::Key;
use serde_json::json;

use crate::Test;
use crate::details::{say, select};
use crate::support::{at, golden, open, position, same, sample, scratch, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("the_selected_path_stays_selected_while_rows_change_places", selected),
    ("a_drag_of_fifty_moves_is_undone_at_once", dragged),
    ("escape_gives_a_drag_up", escaped),
    ("pins_and_the_legend_can_be_read_while_it_plays", playing),
    ("the_history_has_each_of_the_updates_at_one_time", history),
    ("dialogs_give_the_focus_back", focus),
    ("the_palette_shows_the_command_that_is_chosen", palette),
    ("a_grid_that_is_shown_again_is_where_it_was", scrolled),
    ("a_hand_that_shakes_zooms_to_nothing", shaken),
];

/// A second in 2026.
const START: i64 = 1_772_355_600;

fn mouse(page: &Page, kind: &str, x: f64, y: f64, modifiers: u32) -> Result<()> {
    let event = json!({
        "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1,
        "modifiers": modifiers,
    });
    page.cdp("Input.dispatchMouseEvent", event).map(drop)
}

/// Left, top, width and height of the first element of a selector.
pub fn place(page: &Page, selector: &str) -> Result<[f64; 4]> {
    page.wait(&format!("an element {selector}"), || {
        let read = page.eval(&format!(
            "const r = document.querySelector({selector:?})?.getBoundingClientRect();
             return r && [r.left, r.top, r.width, r.height]"
        ))?;
        Ok(serde_json::from_value(read).ok())
    })
}

fn key(page: &Page, key: &str, modifiers: u32) -> Result<()> {
    for kind in ["keyDown", "keyUp"] {
        page.cdp(
            "Input.dispatchKeyEvent",
            json!({ "type": kind, "key": key, "modifiers": modifiers }),
        )?;
    }
    Ok(())
}

fn hash(page: &Page) -> Result<String> {
    Ok(page.eval("return location.hash")?.as_str().unwrap_or_default().to_owned())
}

/// The path of the active row of the image.
fn active(page: &Page) -> Result<Option<String>> {
    let rows = table::window(&page.get("grid", "Image")?)?.rows;
    let read = "return document.querySelector('[role=grid] [aria-selected=true]')?.ariaRowIndex
        ?? document.querySelector('[role=grid] [aria-selected=true]')?.getAttribute('aria-rowindex')";
    let index = page.eval(read)?.as_str().map(str::to_owned);
    let found = rows.iter().find(|row| Some(row.index.to_string()) == index);
    Ok(found.map(|row| row.cell("Path").to_owned()))
}

fn selected(page: &Page) -> Result<()> {
    let mut writer = Writer::new(0, START);
    writer.paths(["/a", "/b", "/c"].into_iter());
    for second in 0..20_u32 {
        // Sorted by their values they change places with each batch.
        let turn = f64::from(second);
        let of = |nth: f64| (turn + nth) % 3.0;
        writer.numbers(second * 1_000_000, &[(0, of(0.0)), (1, of(1.0)), (2, of(2.0))]);
    }
    open(page, &scratch("turns", &writer.finish())?)?;
    page.get("button", "Beginning")?.click()?;
    page.get("button", "Value")?.click()?;
    let is_active = |path: &str| {
        let mut last = None;
        let seen = page.wait(&format!("the active row {path}"), || {
            last = active(page)?;
            Ok((last.as_deref() == Some(path)).then_some(()))
        });
        seen.with_context(|| format!("it is {last:?}"))
    };
    page.wait("rows", || Ok((crate::support::shown(page)?.len() == 3).then_some(())))?;
    page.objects_of("[role=grid] [aria-rowindex='1']")?.first().context("a row")?.click()?;
    is_active("/a")?;
    // Another path is chosen in the tree, and one steps on.
    page.get("treeitem", "b")?.click()?;
    is_active("/b")?;
    for _ in 0..4 {
        page.get("button", "Next batch")?.click()?;
        say(page, &["/b"])?;
        is_active("/b")?;
    }
    page.wait("the path in the address", || Ok(hash(page)?.contains("path=/b").then_some(())))
}

/// Presses Shift in the middle of the axis and moves fifty times.
fn drag(page: &Page, from: f64, to: f64) -> Result<(f64, f64)> {
    let [left, top, width, height] = place(page, "[role=slider]")?;
    let y = top + height / 2.0;
    let x = |part: f64| left + width * part;
    mouse(page, "mousePressed", x(from), y, 8)?;
    for step in 1..=50 {
        mouse(page, "mouseMoved", x(from + (to - from) * f64::from(step) / 50.0), y, 8)?;
    }
    Ok((x(to), y))
}

fn dragged(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    let mut times: Vec<String> = golden.deltas.iter().map(|batch| batch.time.clone()).collect();
    times.dedup();
    let inside = &times[times.len() / 2];
    seek(page, inside)?;
    at(page, inside)?;
    let (x, y) = drag(page, 0.02, 0.98)?;
    ensure!(!hash(page)?.contains("from="), "a drag that is not over selects nothing");
    mouse(page, "mouseReleased", x, y, 8)?;
    page.get("button", "Select everything")?;
    at(page, inside)?;
    page.wait("the times in the address", || Ok(hash(page)?.contains("from=").then_some(())))?;
    page.eval("document.activeElement.blur()")?;
    key(page, "z", 2)?;
    page.wait(
        "nothing selected",
        || Ok((!page.has("button", "Select everything")?).then_some(())),
    )?;
    at(page, inside)?;
    key(page, "z", 2)?;
    page.wait("that nothing is left to undo", || {
        Ok(page.said("status")?.contains("Nothing to undo").then_some(()))
    })
}

fn escaped(page: &Page) -> Result<()> {
    sample(page)?;
    let (x, y) = drag(page, 0.3, 0.6)?;
    page.get("button", "Select everything")?;
    page.press(&[Key::Escape])?;
    page.wait(
        "nothing selected",
        || Ok((!page.has("button", "Select everything")?).then_some(())),
    )?;
    mouse(page, "mouseMoved", x - 40.0, y, 8)?;
    mouse(page, "mouseReleased", x - 40.0, y, 8)?;
    std::thread::sleep(std::time::Duration::from_millis(400));
    ensure!(!hash(page)?.contains("from="), "what is given up is selected");
    Ok(())
}

fn playing(page: &Page) -> Result<()> {
    let mut writer = Writer::new(0, START);
    writer.paths(["/n", "/m"].into_iter());
    for tenth in 0..600_u32 {
        writer.numbers(tenth * 100_000, &[(0, f64::from(tenth)), (1, 1.0)]);
    }
    open(page, &scratch("reading", &writer.finish())?)?;
    page.get("button", "Beginning")?.click()?;
    select(page, "/n")?;
    say(page, &["/n"])?;
    page.get("button", "Pin")?.click()?;
    page.get("button", "Add to plot")?.click()?;
    // What each painted frame shows while it plays.
    let watch = |selector: &str| {
        page.eval(&format!(
            "globalThis.frames = [];
             globalThis.watching = true;
             const look = () => {{
                frames.push(document.querySelector({selector:?})?.textContent ?? '');
                if (watching) requestAnimationFrame(look);
             }};
             requestAnimationFrame(look)"
        ))
    };
    for (tab, selector) in [("Plot", ".legend .legend-value"), ("Image", ".pinned .pinned-value")] {
        page.get("tab", tab)?.click()?;
        page.wait("a value", || {
            let read = format!("return document.querySelector({selector:?})?.textContent");
            Ok((page.eval(&read)?.as_str().is_some_and(|it| !it.is_empty())).then_some(()))
        })?;
        page.get("button", "Play")?.click()?;
        watch(selector)?;
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        page.get("button", "Pause")?.click()?;
        let read = page.eval("watching = false; return frames")?;
        let frames: Vec<String> = serde_json::from_value(read)?;
        let empty = frames.iter().filter(|frame| frame.is_empty()).count();
        let mut numbers: Vec<f64> = frames.iter().filter_map(|frame| frame.parse().ok()).collect();
        ensure!(empty == 0, "{tab}: {empty} of {} frames are empty", frames.len());
        ensure!(numbers.is_sorted(), "{tab}: {numbers:?}");
        numbers.dedup();
        ensure!(numbers.len() > 5, "{tab}: only {numbers:?}");
    }
    Ok(())
}

fn history(page: &Page) -> Result<()> {
    let mut writer = Writer::new(0, START);
    writer.paths(["/a", "/b"].into_iter());
    let mut updates: Vec<(u32, f64)> = Vec::new();
    // Five at one time, in three batches; then one a second.
    for values in [&[1.0, 2.0, 3.0][..], &[4.0], &[5.0]] {
        writer.numbers(5_000_000, &values.iter().map(|value| (0, *value)).collect::<Vec<_>>());
        updates.extend(values.iter().map(|value| (5, *value)));
    }
    for second in 6..31_u32 {
        writer.numbers(second * 1_000_000, &[(0, f64::from(second)), (1, 0.0)]);
        updates.push((second, f64::from(second)));
    }
    open(page, &scratch("one-time", &writer.finish())?)?;
    page.get("button", "End")?.click()?;
    select(page, "/a")?;
    let is = |second: u32| {
        let until = updates.iter().rev().filter(|(when, _)| *when <= second);
        let wanted: Vec<String> = until.map(|(_, value)| format!("{value}.")).collect();
        let read =
            "return [...document.querySelectorAll('table[aria-label=History] .history-value')]
            .map(it => it.textContent)";
        let mut last = json!(null);
        let seen = page.wait(&format!("the history at {second}"), || {
            last = page.eval(read)?;
            Ok((last == json!(wanted)).then_some(()))
        });
        seen.with_context(|| format!("it is {last}, not {wanted:?}"))
    };
    is(30)?;
    for _ in 0..5 {
        for (expression, second) in
            [("2026-03-01T09:00:05Z", 5), ("end", 30), ("2026-03-01T09:00:06Z", 6)]
        {
            seek(page, expression)?;
            is(second)?;
        }
    }
    Ok(())
}

fn focused(page: &Page) -> Result<String> {
    let read = "const it = document.activeElement;
        return it?.ariaLabel || it?.labels?.[0]?.textContent || it?.textContent?.trim() || it?.tagName";
    Ok(page.eval(read)?.as_str().unwrap_or_default().chars().take(40).collect())
}

fn focus(page: &Page) -> Result<()> {
    sample(page)?;
    let gone = |name: &'static str| {
        page.wait("the dialog to go", || Ok((!page.has("dialog", name)?).then_some(())))
    };
    page.get("button", "Next batch")?.call("function() { this.focus() }", &[])?;
    for close in ["×", "backdrop", "Escape"] {
        key(page, "?", 0)?;
        page.get("dialog", "Keys")?;
        match close {
            "×" => page.get("button", "Close")?.click()?,
            "Escape" => page.press(&[Key::Escape])?,
            _ => {
                mouse(page, "mousePressed", 5.0, 5.0, 0)?;
                mouse(page, "mouseReleased", 5.0, 5.0, 0)?;
            }
        }
        gone("Keys")?;
        same(close, focused(page)?, "Next batch".to_owned())?;
    }
    // A command that opens another dialog, which is closed in its turn.
    key(page, "k", 2)?;
    page.get("combobox", "Find a command")?.type_text("show the keys")?;
    page.get("option", "Show the keys ?").or_else(|_| page.get("option", "Show the keys?"))?;
    page.press(&[Key::Enter])?;
    page.get("dialog", "Keys")?;
    page.press(&[Key::Escape])?;
    gone("Keys")?;
    same("after two dialogs", focused(page)?, "Next batch".to_owned())
}

fn palette(page: &Page) -> Result<()> {
    sample(page)?;
    key(page, "k", 2)?;
    let field = page.get("combobox", "Find a command")?;
    for _ in 0..40 {
        page.press(&[Key::Down])?;
    }
    let read = "const list = document.getElementById('commands').getBoundingClientRect();
        const id = document.querySelector('[role=combobox][aria-controls=commands]')
            .getAttribute('aria-activedescendant');
        const it = document.getElementById(id)?.getBoundingClientRect();
        return [id, it && it.top >= list.top - 1 && it.bottom <= list.bottom + 1]";
    page.wait("the last command in view", || Ok((page.eval(read)?[1] == true).then_some(())))?;
    field.type_text("no such command")?;
    page.wait("no command", || Ok((page.eval(read)? == json!([null, null])).then_some(())))
}

fn scrolled(page: &Page) -> Result<()> {
    sample(page)?;
    seek(page, "end")?;
    let top = || page.eval("return Math.round(document.querySelector('[role=grid]').scrollTop)");
    page.wait("rows to scroll", || {
        page.eval("document.querySelector('[role=grid]').scrollTop = 700")?;
        Ok((top()? == 700).then_some(()))
    })?;
    std::thread::sleep(std::time::Duration::from_millis(200));
    page.get("tab", "Plot")?.click()?;
    page.get("tab", "Image")?.click()?;
    page.wait("the same rows", || Ok((top()? == 700).then_some(())))?;
    // Another filter starts from the top.
    crate::support::filter(page, "/**")?;
    page.wait("the top", || Ok((top()? == 0).then_some(())))
}

fn shaken(page: &Page) -> Result<()> {
    sample(page)?;
    let [left, top, width, height] = place(page, ".overview")?;
    let (x, y) = (left + width / 2.0, top + height / 2.0);
    mouse(page, "mousePressed", x, y, 0)?;
    mouse(page, "mouseMoved", x + 1.0, y, 0)?;
    mouse(page, "mouseMoved", x + 2.0, y, 0)?;
    mouse(page, "mouseReleased", x + 2.0, y, 0)?;
    let before = position(page)?;
    std::thread::sleep(std::time::Duration::from_millis(400));
    ensure!(!page.has("button", "Zoom to the whole file")?, "zoomed by a click");
    same("the position", position(page)?, before)
}
