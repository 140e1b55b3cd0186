//! What axe-core says of every view, light and dark, on a desktop and on a phone.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use e2e::Page;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::Test;
use crate::details::select;
use crate::support::{alerted, golden, open, seek};

pub const TESTS: &[(&str, Test)] = &[
    ("before_a_file_is_open", empty),
    ("the_image_and_a_selected_path", image),
    ("batches_plot_and_statistics", views),
    ("problems_and_alerts", problems),
    ("a_selected_time_and_a_zoom", timeline),
    ("keys_and_palette", dialogs),
    ("a_recording_and_what_it_lacks", recording),
];

/// Puts axe-core beside the page's own scripts. The page's policy stays as it is: it does not bind
/// what the browser's own protocol evaluates.
fn load(page: &Page) -> Result<()> {
    let path = xtask::axe::path()?;
    let script =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let digest = evaluate(
        page,
        &format!(
            "crypto.subtle.digest('SHA-256', new TextEncoder().encode({}))
                .then(it => [...new Uint8Array(it)].map(b => b.toString(16).padStart(2, 0)).join(''))",
            json!(script)
        ),
    )?;
    ensure!(digest == xtask::axe::SHA_256, "{} is {digest}", path.display());
    evaluate(page, &format!("{script}; undefined")).map(drop)
}

fn evaluate(page: &Page, expression: &str) -> Result<Value> {
    let what = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
    let answer = page.cdp("Runtime.evaluate", what)?;
    if let Some(thrown) = answer.get("exceptionDetails") {
        bail!("it threw {thrown}");
    }
    Ok(answer["result"]["value"].clone())
}

/// Fails on any violation, with what axe-core says about it.
fn judge(page: &Page, what: &str) -> Result<()> {
    if evaluate(page, "typeof axe")? == "undefined" {
        load(page)?;
    }
    let mut found = Vec::new();
    for (width, height) in [(1440, 900), (390, 844)] {
        for (dark, theme) in [(false, "light"), (true, "dark")] {
            page.resize(width, height, dark)?;
            // Colours and panes on their way are no state to judge.
            std::thread::sleep(std::time::Duration::from_millis(500));
            let still = "document.getAnimations().every(it => it.playState !== 'running')";
            page.wait("the page to stand still", || {
                Ok((evaluate(page, still)? == true).then_some(()))
            })?;
            let said = evaluate(
                page,
                "axe.run(document, { resultTypes: ['violations'] }).then(all =>
                    all.violations.flatMap(of => of.nodes.map(node =>
                        `${of.id} (${of.impact}): ${node.html.slice(0, 160)}: ${node.failureSummary}`)))",
            )?;
            let said: Vec<String> = serde_json::from_value(said).context("axe-core's answer")?;
            found.extend(said.iter().map(|it| format!("{what}, {width}, {theme}: {it}")));
        }
    }
    page.resize(1440, 900, false)?;
    ensure!(found.is_empty(), "{} violations\n{}", found.len(), found.join("\n"));
    Ok(())
}

fn sample(page: &Page) -> Result<()> {
    crate::support::sample(page)?;
    seek(page, "end")
}

fn empty(page: &Page) -> Result<()> {
    judge(page, "empty")
}

fn image(page: &Page) -> Result<()> {
    sample(page)?;
    judge(page, "image")?;
    crate::support::filter(page, "p")?;
    page.wait("a filtered image", || Ok(page.said("status")?.contains("match").then_some(())))?;
    judge(page, "filtered image")?;
    crate::support::filter(page, "/[")?;
    page.wait("what is wrong", || Ok((!page.said("alert")?.is_empty()).then_some(())))?;
    judge(page, "filter that is none")?;
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    seek(page, "end")?;
    for item in &golden.states.last().context("a state")?.items {
        // Parts and bytes have their own tables.
        if ["array", "map", "bytes", "datetime"].contains(&item.kind.as_str()) {
            select(page, item.path.as_deref().context("a path")?)?;
            judge(page, &format!("details of {}", item.kind))?;
        }
    }
    crate::support::filter(page, "nothing has this")?;
    page.wait("no rows", || Ok(page.said("status")?.contains("0 rows").then_some(())))?;
    judge(page, "no rows")
}

fn views(page: &Page) -> Result<()> {
    sample(page)?;
    for view in ["Batches", "Statistics", "Plot"] {
        page.get("tab", view)?.click()?;
        judge(page, view)?;
    }
    page.get("tab", "Image")?.click()?;
    let row = page.wait("a path", || {
        let rows = e2e::table::window(&page.get("grid", "Image")?)?.rows;
        Ok(rows.into_iter().find(|row| row.cell("Type") == "f64"))
    })?;
    select(page, row.cell("Path"))?;
    page.get("button", "Add to plot")?.click()?;
    page.get("button", "Remove from plot")?;
    judge(page, "plot of a path")
}

fn problems(page: &Page) -> Result<()> {
    open(page, &golden("indexed")?.file)?;
    page.get("tab", "Problems")?.click()?;
    judge(page, "no problems")?;
    open(page, &golden("committed-beyond-end")?.file)?;
    page.get("tab", "Problems")?.click()?;
    judge(page, "problems")?;
    seek(page, "+10 parsecs")?;
    alerted(page, &["parsecs"])?;
    judge(page, "a seek that goes nowhere")?;
    open(page, &crate::support::scratch("no-archive", b"This is no archive at all.")?)
        .err()
        .context("text was opened as an archive")?;
    judge(page, "an alert")
}

fn timeline(page: &Page) -> Result<()> {
    sample(page)?;
    page.get("button", "Select up to here")?.click()?;
    page.get("button", "Zoom in")?.click()?;
    page.get("radio", "Local")?.click()?;
    judge(page, "selected and zoomed")
}

fn dialogs(page: &Page) -> Result<()> {
    sample(page)?;
    page.get("button", "Keys")?.click()?;
    page.get("dialog", "Keys")?;
    judge(page, "keys")?;
    page.press(&[Key::Escape])?;
    page.wait("the help to go", || Ok((!page.has("dialog", "Keys")?).then_some(())))?;
    let ctrl_k = json!({ "type": "keyDown", "key": "k", "modifiers": 2 });
    page.cdp("Input.dispatchKeyEvent", ctrl_k)?;
    page.get("combobox", "Find a command")?;
    judge(page, "palette")
}

fn recording(page: &Page) -> Result<()> {
    let hazards = e2e::recording::copy("accessible", "hazards")?;
    page.drop_files(&[&hazards])?;
    crate::support::opened(page, "0/current")?;
    judge(page, "a recording")?;
    page.get("tree", "Files")?.call("function() { this.scrollTop = 1e6 }", &[])?;
    judge(page, "what is left out")?;
    page.drop_files(&[&hazards.join("0/current")])?;
    crate::support::opened(page, "current")?;
    page.get("button", "Add path index…")?;
    judge(page, "without names")
}
