//! Keys, the palette, sorting and conditions on values.

use anyhow::{Result, ensure};
use e2e::{Page, picture, table};
use fantoccini::key::Key;

use crate::Test;
use crate::support::{open, same, sample, scratch, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("keys_do_what_the_help_says", keys),
    ("the_palette_finds_commands", palette),
    ("colours_are_light_dark_or_as_the_system_has_them", theme),
    ("back_leads_back_and_forward_forward", back),
    ("a_problem_leads_to_its_batch", problem),
    ("panes_are_resized_and_stay", panes),
    ("the_image_is_sorted_and_filtered_by_values", values),
];

fn type_keys(page: &Page, text: &str) -> Result<()> {
    for key in text.chars() {
        let event = |kind: &str| {
            let mut event = serde_json::json!({ "type": kind, "key": key.to_string() });
            if kind == "keyDown" {
                event["text"] = key.to_string().into();
            }
            page.cdp("Input.dispatchKeyEvent", event).map(drop)
        };
        event("keyDown")?;
        event("keyUp")?;
    }
    Ok(())
}

fn selected_tab(page: &Page, name: &str) -> Result<()> {
    page.wait(&format!("the tab {name}"), || {
        let tab = page.get("tab", name)?;
        Ok((tab.attr("aria-selected")?.as_deref() == Some("true")).then_some(()))
    })
}

fn keys(page: &Page) -> Result<()> {
    sample(page)?;
    page.eval("document.activeElement.blur()")?;
    type_keys(page, "3")?;
    selected_tab(page, "Plot")?;
    type_keys(page, "?")?;
    let help = page.get("dialog", "Keys")?;
    ensure!(help.text()?.contains("Play or pause"), "the help is {}", help.text()?);
    picture::take(page, "keys")?;
    page.press(&[Key::Escape])?;
    page.wait("the help to go", || Ok((!page.has("dialog", "Keys")?).then_some(())))?;
    type_keys(page, "/")?;
    let focused = "return document.activeElement?.labels?.[0]?.textContent";
    same("what has the focus", page.eval(focused)?, "Filter".into())?;
    // In a field a key is a letter.
    type_keys(page, "1")?;
    selected_tab(page, "Plot")
}

fn palette(page: &Page) -> Result<()> {
    sample(page)?;
    let ctrl_k = serde_json::json!({ "type": "keyDown", "key": "k", "modifiers": 2 });
    page.cdp("Input.dispatchKeyEvent", ctrl_k)?;
    page.get("combobox", "Find a command")?;
    // It has the focus.
    type_keys(page, "statist")?;
    page.get("option", "Show the statistics 4")
        .or_else(|_| page.get("option", "Show the statistics4"))?;
    page.press(&[Key::Enter])?;
    selected_tab(page, "Statistics")
}

fn theme(page: &Page) -> Result<()> {
    let is_dark = |wanted: bool| {
        let ground = "const [r, g, b] = getComputedStyle(document.body).backgroundColor
                .match(/[\\d.]+/g).map(Number);
            return r + g + b < 384";
        page.wait(&format!("a page that is dark: {wanted}"), || {
            Ok((page.eval(ground)? == wanted).then_some(()))
        })
    };
    let choose = |shown: &str| page.get("button", &format!("Theme: {shown}"))?.click();
    is_dark(false)?;
    // As the system has it, while it is open.
    page.resize(1440, 900, true)?;
    is_dark(true)?;
    choose("system")?;
    is_dark(false)?;
    choose("light")?;
    page.resize(1440, 900, false)?;
    is_dark(true)?;
    page.reload_after("")?;
    is_dark(true)?;
    choose("dark")?;
    is_dark(false)?;
    page.get("button", "Theme: system").map(drop)
}

fn values(page: &Page) -> Result<()> {
    let mut writer = e2e::writer::Writer::new(0, 1_772_355_600);
    let paths = ["/v/a", "/v/b", "/v/c"];
    writer.paths(paths.into_iter());
    let items = [(0, "pear"), (1, "apple"), (2, "quince")];
    writer.strings(e2e::writer::Batch::Delta, 0, items.into_iter());
    open(page, &scratch("values", &writer.finish())?)?;
    seek(page, "end")?;
    let shows = |wanted: &[&str]| {
        page.wait(&format!("the order {wanted:?}"), || {
            let grid = page.get("grid", "Image")?;
            let rows = table::window(&grid)?.rows;
            let shown: Vec<&str> = rows.iter().map(|row| row.cell("Path")).collect();
            Ok((shown == wanted).then_some(()))
        })
    };
    shows(&paths)?;
    page.get("button", "Value")?.click()?;
    shows(&["/v/b", "/v/a", "/v/c"])?;
    page.get("button", "Value")?.click()?;
    shows(&["/v/c", "/v/a", "/v/b"])?;
    page.get("textbox", "Values")?.fill("contains p")?;
    shows(&["/v/a", "/v/b"])?;
    page.get("textbox", "Values")?.fill("> much")?;
    page.wait("what is wrong", || {
        Ok(page.said("alert")?.contains("needs a number").then_some(()))
    })?;
    // The rows are those of the last conditions that were any.
    shows(&["/v/a", "/v/b"])
}

fn back(page: &Page) -> Result<()> {
    sample(page)?;
    let address = |view: &str| {
        page.wait(&format!("{view} in the address"), || {
            let hash = page.eval("return location.hash")?;
            let wanted = format!("view={view}");
            Ok(hash.as_str().unwrap_or_default().contains(&wanted).then_some(()))
        })
    };
    address("image")?;
    for (tab, view) in [("Batches", "batches"), ("Statistics", "statistics")] {
        page.get("tab", tab)?.click()?;
        address(view)?;
    }
    page.eval("history.back()")?;
    selected_tab(page, "Batches")?;
    page.eval("history.back()")?;
    selected_tab(page, "Image")?;
    page.eval("history.forward()")?;
    selected_tab(page, "Batches")?;
    // A movement is no step: it is written over the last address.
    let steps = page.eval("return history.length")?;
    page.get("button", "Next batch")?.click()?;
    std::thread::sleep(std::time::Duration::from_millis(600));
    same("the number of steps", page.eval("return history.length")?, steps)
}

fn problem(page: &Page) -> Result<()> {
    let golden = crate::support::golden("committed-beyond-end")?;
    open(page, &golden.file)?;
    page.get("tab", "Problems")?.click()?;
    let links = page.wait("a link to a place", || {
        let links = page.objects_of(".problem-table button")?;
        Ok((!links.is_empty()).then_some(links))
    })?;
    links[0].click()?;
    selected_tab(page, "Batches")
}

fn panes(page: &Page) -> Result<()> {
    sample(page)?;
    let width = || page.eval("return document.getElementById('details').offsetWidth");
    let before = width()?.as_i64().unwrap_or_default();
    let line = page.get("separator", "Width of details")?;
    line.call("function() { this.focus() }", &[])?;
    page.press(&[Key::Left, Key::Left])?;
    page.wait("a wider part", || Ok((width()?.as_i64() == Some(before + 32)).then_some(())))?;
    let place = "function() { const r = this.getBoundingClientRect();
        return [r.left + r.width / 2, r.top + r.height / 2] }";
    let [x, y]: [f64; 2] = serde_json::from_value(line.call(place, &[])?)?;
    for (kind, x) in [
        ("mousePressed", x),
        ("mouseMoved", x + 30.0),
        ("mouseMoved", x + 48.0),
        ("mouseReleased", x + 48.0),
    ] {
        let event =
            serde_json::json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1 });
        page.cdp("Input.dispatchMouseEvent", event)?;
    }
    let before = before - 48;
    page.wait("a narrower part", || Ok((width()?.as_i64() == Some(before + 32)).then_some(())))?;
    page.reload_after("")?;
    sample(page)?;
    page.wait("the same width", || Ok((width()?.as_i64() == Some(before + 32)).then_some(())))
}
