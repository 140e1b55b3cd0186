//! Files that are no archive, or no longer a whole one, and text that would like to be markup.

use std::fs;

use anyhow::{Context, Result};
use e2e::writer::{Batch, Writer};
use e2e::{Page, picture, table};

use crate::Test;
use crate::support::{alerted, golden, open, opened, same, scratch, shown, shows_state};

pub const TESTS: &[(&str, Test)] = &[
    ("what_is_no_archive_is_said_to_be_none", none),
    ("a_cut_archive_opens_as_far_as_it_goes", cut),
    ("a_broken_file_leaves_the_good_one_open", keeps),
    ("text_of_a_file_is_only_text", markup),
    ("a_check_of_everything_finds_what_opening_does_not", verified),
    ("a_browser_that_is_too_old_says_what_it_lacks", too_old),
];

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

fn none(page: &Page) -> Result<()> {
    let files: [(&str, &[u8], &[&str]); 4] = [
        ("picture.png", PNG, &["PNG"]),
        ("empty", b"", &["empty"]),
        ("twelve", b"netidx archi", &["12 bytes", "26"]),
        ("future", &Writer::new(3, 0).finish(), &["version 3"]),
    ];
    for (name, bytes, says) in files {
        let file = scratch(name, bytes)?;
        page.drop_files(&[&file])?;
        alerted(page, says).with_context(|| format!("after dropping {name}"))?;
    }
    picture::take(page, "no-archive")
}

fn cut(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    let bytes = fs::read(&golden.file)?;
    let file = scratch("cut", &bytes[..bytes.len() * 3 / 4])?;
    open(page, &file)?;
    page.get("button", "End")?.click()?;
    let grid = page.get("grid", "Image")?;
    page.wait("rows of what is left", || Ok((table::window(&grid)?.total() > 0).then_some(())))?;
    page.get("tab", "Problems")?.click()?;
    page.wait("a problem with its offset", || {
        let text = page.said("tabpanel")?;
        Ok(text.contains("0x").then_some(()))
    })?;
    picture::take(page, "cut")
}

fn keeps(page: &Page) -> Result<()> {
    let golden = golden("indexed")?;
    open(page, &golden.file)?;
    page.get("button", "End")?.click()?;
    // Until the answer is there, the rows are those of the beginning.
    shows_state(page, golden.states.last().context("a state")?)?;
    let before = shown(page)?;
    page.drop_files(&[&scratch("picture-2.png", PNG)?])?;
    alerted(page, &["PNG"])?;
    same("what is shown", shown(page)?, before)
}

fn markup(page: &Page) -> Result<()> {
    const PATH: &str = "/<b>bold</b>/<img src=x onerror=alert(1)>";
    const TEXT: &str = "<script>document.title = 'taken'</script>&amp;";
    let mut writer = Writer::new(0, 1_772_355_600);
    writer.paths([PATH].into_iter());
    writer.strings(Batch::Delta, 0, [(0, TEXT)].into_iter());
    let file = scratch("<i>markup<i>", &writer.finish())?;
    page.drop_files(&[&file])?;
    opened(page, "<i>markup<i>")?;
    page.get("button", "End")?.click()?;
    let rows = page.wait("the row", || {
        Ok(Some(table::all_rows(page, "Image")?).filter(|rows| rows.len() == 1))
    })?;
    same("the path", rows[0].cell("Path"), PATH.replace("</", "<").as_str())
        .or_else(|_| same("the path", rows[0].cell("Path"), PATH))?;
    same("the value", rows[0].cell("Value"), &format!("{TEXT:?}"))?;
    let made =
        page.eval("return document.querySelectorAll('#app b, #app i, img[src=x]').length")?;
    same("the number of elements that the file made", made, 0.into())
}

/// A check of everything finds what opening does not.
fn verified(page: &Page) -> Result<()> {
    let golden = crate::support::golden("compressed-indexed")?;
    open(page, &golden.file)?;
    opened(page, "compressed-indexed.archive")?;
    page.get("tab", "Problems")?.click()?;
    page.get("button", "Verify")?.click()?;
    let said = |what: &str| {
        page.wait(what, || {
            let text = page.get("region", "List of problems")?.text()?;
            Ok(text.contains(what).then_some(()))
        })
    };
    said("Sound:")?;
    page.get("button", "Save report")?;
    let mut bytes = std::fs::read(&golden.file)?;
    // The last byte of the last frame.
    let end = u64::from_be_bytes(bytes[18..26].try_into()?) as usize;
    bytes[end - 3] ^= 0x55;
    page.drop_files(&[&scratch("flipped", &bytes)?])?;
    opened(page, "flipped")?;
    page.get("tab", "Problems")?.click()?;
    page.get("button", "Verify")?.click()?;
    said("Damaged:")?;
    said("Found by the check")
}

fn too_old(page: &Page) -> Result<()> {
    page.reload_after("CSS.supports = () => false")?;
    let readme = fs::read_to_string(e2e::root().join("README.md"))?;
    let floor = ["Edge 123", "Firefox 128", "Safari 17.5"];
    anyhow::ensure!(floor.iter().all(|version| readme.contains(version)), "the README differs");
    alerted(page, &["too old", "light and dark", floor[0], floor[1], floor[2]]).map(drop)
}
