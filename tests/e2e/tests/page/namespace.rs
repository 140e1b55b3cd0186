//! The tree of paths, and playing.

use anyhow::{Context, Result, ensure};
use e2e::Page;
use fantoccini::key::Key;

use crate::Test;
use crate::details::say;
use crate::support::{filter, golden, open, position, same, sample};

pub const TESTS: &[(&str, Test)] = &[
    ("opens_closes_and_selects_by_keyboard", keyboard),
    ("shows_what_the_filter_leaves", filtered),
    ("selects_and_opens_a_branch_that_is_a_path", both),
    ("splits_names_as_netidx_does_and_shows_what_is_in_them", names),
    ("plays_to_the_end_and_stops", plays),
];

/// Name, level, whether open, of the rows of the tree.
fn rows(page: &Page) -> Result<Vec<(String, String, Option<String>)>> {
    let items = page.all("treeitem", None)?;
    let of = |item: &e2e::Node| {
        let prefix = item.attr("title")?.context("a row has its path")?;
        let level = item.attr("aria-level")?.unwrap_or_default();
        Ok((prefix, level, item.attr("aria-expanded")?))
    };
    items.iter().map(of).collect()
}

fn keyboard(page: &Page) -> Result<()> {
    sample(page)?;
    let tree = page.get("tree", "Namespace")?;
    let first = page.wait("rows", || Ok(rows(page)?.into_iter().next()))?;
    same("the level of the first row", first.1.as_str(), "1")?;
    tree.call("function() { this.focus() }", &[])?;
    page.press(&[Key::Down])?;
    let was_open = first.2.as_deref() == Some("true");
    page.press(&[if was_open { Key::Left } else { Key::Right }])?;
    let wanted = Some((!was_open).to_string());
    page.wait("the first branch turned over", || {
        Ok((rows(page)?.first().map(|row| row.2.clone()) == Some(wanted.clone())).then_some(()))
    })?;
    // Down to the first leaf, opening what is closed on the way.
    let active = || -> Result<(String, Option<String>)> {
        let id = tree.attr("aria-activedescendant")?.context("an active row")?;
        let row = page.eval(&format!(
            "const row = document.getElementById('{id}'); return row && [row.title, row.ariaExpanded]"
        ))?;
        let path = row[0].as_str().context("a path")?.to_owned();
        Ok((path, row[1].as_str().map(str::to_owned)))
    };
    let mut row = page.wait("an active row", || active().map(Some))?;
    for _ in 0..12 {
        match row.1.as_deref() {
            Some("false") => page.press(&[Key::Right])?,
            Some(_) => page.press(&[Key::Down])?,
            None => {
                page.press(&[Key::Enter])?;
                return say(page, &[&row.0]).map(drop);
            }
        }
        row = page.wait("what the key does", || Ok(Some(active()?).filter(|it| *it != row)))?;
    }
    anyhow::bail!("no leaf in {:?}", rows(page)?)
}

fn filtered(page: &Page) -> Result<()> {
    let golden = golden("paths-many")?;
    open(page, &golden.file)?;
    let path = golden.paths.last().context("a path")?.path.clone();
    filter(page, &path)?;
    page.wait(&format!("the tree down to {path}"), || {
        Ok(rows(page)?.iter().any(|(prefix, ..)| *prefix == path).then_some(()))
    })?;
    let others = rows(page)?;
    ensure!(others.iter().all(|(prefix, ..)| path.starts_with(prefix.as_str())), "{others:?}");
    // What was typed is marked in every part of the path.
    let marks = "return [...document.querySelectorAll('.tree-name mark')].map(it => it.textContent).join('/')";
    same("what is marked", page.eval(marks)?, path.trim_start_matches('/').into())
}

fn names(page: &Page) -> Result<()> {
    let mut writer = e2e::writer::Writer::new(0, 1_772_355_600);
    let paths = [r"/x/a\/b", "/x/r\u{202e}cba", "/x/two\nlines", "/x/z"];
    writer.paths(paths.into_iter());
    let items = [(0, "escaped"), (1, "turned"), (2, "broken"), (3, "plain")];
    writer.strings(e2e::writer::Batch::Delta, 0, items.into_iter());
    open(page, &crate::support::scratch("names", &writer.finish())?)?;
    page.get("button", "End")?.click()?;
    let texts = |selector: &str, wanted: &[&str]| {
        let read = format!(
            "return [...document.querySelectorAll('{selector}')].map(it => it.textContent)"
        );
        page.wait(&format!("{selector}: {wanted:?}"), || {
            Ok((page.eval(&read)? == serde_json::json!(wanted)).then_some(()))
        })
    };
    let names = [r"r\u{202e}cba", r"two\nlines", "z"];
    texts(".tree-name", &["x", "a/b", names[0], names[1], names[2]])?;
    texts("[role=grid] .path-parent", &["/x/"; 4])?;
    texts("[role=grid] .path-name", &[r"a\/b", names[0], names[1], names[2]])?;
    // No name makes its row higher, or reaches into what stands after it.
    let heights = "const rows = [...document.querySelectorAll('.tree-row, .path-name')];
        return new Set(rows.map(it => it.className + it.getBoundingClientRect().height)).size";
    same("heights of rows and names", page.eval(heights)?, 2.into())?;
    // It is shown as it is seen, and copied as it is.
    for (nth, value) in [(1, "escaped"), (2, "turned"), (3, "broken")] {
        page.objects_of(".tree-name")?.get(nth).context("a row")?.click()?;
        say(page, &[value])?;
        page.get("button", "Copy path")?.click()?;
        let path = paths[nth - 1];
        page.wait(
            &format!("a copy of {path:?}"),
            || Ok((page.clipboard()? == path).then_some(())),
        )?;
    }
    say(page, &[r"/x/two\nlines"])?;
    // A name with a separator is one branch of the filter, too.
    filter(page, "a/b")?;
    texts(".tree-name mark", &["a/b"])
}

fn both(page: &Page) -> Result<()> {
    let mut writer = e2e::writer::Writer::new(0, 1_772_355_600);
    writer.paths(["/plant", "/plant/pump"].into_iter());
    let items = [(0, "the plant"), (1, "the pump")];
    writer.strings(e2e::writer::Batch::Delta, 0, items.into_iter());
    open(page, &crate::support::scratch("both", &writer.finish())?)?;
    page.get("button", "End")?.click()?;
    let shown = |wanted: &[&str]| {
        page.wait(&format!("the rows {wanted:?}"), || {
            let rows = rows(page)?;
            Ok(rows.iter().map(|row| row.0.as_str()).eq(wanted.iter().copied()).then_some(()))
        })
    };
    shown(&["/plant", "/plant/pump"])?;
    let click = |selector: &str| page.objects_of(selector)?.first().context("a row")?.click();
    click("[role=treeitem][title='/plant'] .tree-name")?;
    say(page, &["the plant"])?;
    shown(&["/plant", "/plant/pump"])?;
    click("[role=treeitem][title='/plant'] .tree-mark")?;
    shown(&["/plant"])?;
    page.get("tree", "Namespace")?.call("function() { this.focus() }", &[])?;
    page.press(&[Key::Right])?;
    shown(&["/plant", "/plant/pump"])?;
    page.press(&[Key::Down, Key::Enter])?;
    say(page, &["the pump"])?;
    page.press(&[Key::Up, Key::Enter])?;
    say(page, &["the plant"]).map(drop)
}

fn plays(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    let start = position(page)?;
    let speed = page.get("combobox", "Speed")?;
    speed.call(
        "function() { this.value = '10×'; this.dispatchEvent(new Event('change', { bubbles: true })) }",
        &[],
    )?;
    page.get("button", "Play")?.click()?;
    page.wait("the playhead to move", || Ok((position(page)? != start).then_some(())))?;
    page.get("button", "Play")?;
    let end = golden.deltas.last().context("a batch")?.time.clone();
    crate::support::at(page, &end)
}
