//! Files that grow while they are open, and large ones while they are scanned.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::growing::Growing;
use e2e::writer::{Batch, Writer};
use e2e::{Page, picture, table};

use crate::Test;
use crate::support::{alerted, at, filter, open, record, recorded, same, scratch};

pub const TESTS: &[(&str, Test)] = &[
    ("a_growing_file_is_followed_through_its_handle", followed),
    ("nothing_behind_committed_is_shown", uncommitted),
    ("moving_away_ends_following", moving_away),
    ("a_file_that_shrank_is_said_to_have", shrank),
    ("a_file_that_was_replaced_is_said_to_be", replaced),
    ("a_file_that_is_gone_is_said_to_be", gone),
    ("without_a_handle_the_file_is_chosen_again", chosen_again),
];

/// 2026-03-01T09:30:00Z.
const BASIS: i64 = 1_772_357_400;

/// As in browsers that give no handles to files.
const NO_HANDLES: &str = "delete globalThis.showOpenFilePicker; \
                          delete DataTransferItem.prototype.getAsFileSystemHandle;";

/// The time so many seconds after the first.
fn time(seconds: u32) -> String {
    format!("2026-03-01T09:30:{seconds:02}Z")
}

fn batch(writer: &mut Writer, second: u32) {
    let text = format!("value {second}");
    writer.strings(Batch::Delta, second * 1_000_000, [(0, text.as_str()), (1, "b")].into_iter());
}

/// A file with a batch in each of its first three seconds.
fn recording(name: &str) -> Result<Growing> {
    let mut writer = Writer::new(0, BASIS);
    writer.paths(["/a/counter", "/b/other"].into_iter());
    (0..3).for_each(|second| batch(&mut writer, second));
    Growing::start(e2e::root().join("target/e2e/growing").join(name), writer)
}

/// Waits until the first row of the image has this value.
fn value(page: &Page, wanted: &str) -> Result<()> {
    let wanted = format!("{wanted:?}");
    let mut last = String::new();
    let seen = page.wait(&format!("the value {wanted}"), || {
        let grid = page.get("grid", "Image")?;
        let row = table::window(&grid)?.rows.into_iter().next();
        last = row.map(|row| row.cell("Value").to_owned()).unwrap_or_default();
        Ok((last == wanted).then_some(()))
    });
    seen.with_context(|| format!("the value is {last}"))
}

fn follow(page: &Page) -> Result<()> {
    page.get("switch", "Follow")?.click()?;
    follows(page, true)
}

fn follows(page: &Page, on: bool) -> Result<()> {
    page.wait(&format!("the switch to be {on}"), || {
        let checked = page.get("switch", "Follow")?.attr("aria-checked")?;
        Ok((checked == Some(on.to_string())).then_some(()))
    })
}

fn followed(page: &Page) -> Result<()> {
    let mut file = recording("followed")?;
    open(page, file.path())?;
    at(page, &time(0))?;
    follow(page)?;
    at(page, &time(2))?;
    value(page, "value 2")?;
    for second in [3, 4, 7] {
        // A snapshot of a file that changed since can no longer be read; clocks tell by seconds.
        sleep(Duration::from_millis(1_100));
        batch(&mut file.writer, second);
        file.write()?;
        file.commit()?;
        at(page, &time(second))?;
        value(page, &format!("value {second}"))?;
        same("what the status says", page.said("status")?.as_str(), "Following followed")?;
    }
    // What came before is still there.
    page.get("button", "Beginning")?.click()?;
    value(page, "value 0")?;
    same("what the alert says", page.said("alert")?, String::new())?;
    page.get("button", "End")?.click()?;
    follow(page)?;
    picture::take(page, "following")
}

fn uncommitted(page: &Page) -> Result<()> {
    let mut file = recording("uncommitted")?;
    open(page, file.path())?;
    follow(page)?;
    at(page, &time(2))?;
    batch(&mut file.writer, 5);
    record(page)?;
    file.write()?;
    // Time for the page to look at the file twice.
    sleep(Duration::from_millis(2_500));
    let (seen, end) = (recorded(page)?, e2e::time::held(&time(2)));
    ensure!(seen.iter().all(|it| *it == end), "shown before it was committed: {seen:?}");
    value(page, "value 2")?;
    file.commit()?;
    at(page, &time(5))?;
    value(page, "value 5")
}

fn moving_away(page: &Page) -> Result<()> {
    let mut file = recording("moving")?;
    open(page, file.path())?;
    follow(page)?;
    page.get("button", "Previous batch")?.click()?;
    at(page, &time(1))?;
    follows(page, false)?;
    batch(&mut file.writer, 3);
    file.write()?;
    file.commit()?;
    sleep(Duration::from_millis(1_500));
    at(page, &time(1))?;
    follow(page)?;
    at(page, &time(3))
}

fn shrank(page: &Page) -> Result<()> {
    let mut file = recording("shrank")?;
    open(page, file.path())?;
    follow(page)?;
    at(page, &time(2))?;
    file.cut(file.writer.bytes().len() as u64 - 10)?;
    alerted(page, &["shrank", "shrank", "no longer followed"])?;
    follows(page, false)?;
    picture::take(page, "shrank")?;
    // What was read is still there.
    page.get("button", "Beginning")?.click()?;
    value(page, "value 0")?;
    page.get("button", "End")?.click()?;
    value(page, "value 2")
}

fn replaced(page: &Page) -> Result<()> {
    let file = recording("replaced")?;
    open(page, file.path())?;
    follow(page)?;
    at(page, &time(2))?;
    let mut other = Writer::new(0, BASIS + 60);
    other.paths(["/another/counter", "/b/other"].into_iter());
    (0..9).for_each(|second| batch(&mut other, second));
    let beside = scratch("another", &other.finish())?;
    fs::rename(beside, file.path())?;
    alerted(page, &["replaced", "another file", "no longer followed"])?;
    page.get("button", "Beginning")?.click()?;
    value(page, "value 0")
}

fn gone(page: &Page) -> Result<()> {
    let file = recording("gone")?;
    open(page, file.path())?;
    follow(page)?;
    at(page, &time(2))?;
    fs::remove_file(file.path())?;
    alerted(page, &["gone", "cannot be read", "no longer followed"])?;
    page.get("button", "Beginning")?.click()?;
    value(page, "value 0")
}

fn chosen_again(page: &Page) -> Result<()> {
    page.reload_after(NO_HANDLES)?;
    let mut file = recording("chosen")?;
    open(page, file.path())?;
    filter(page, "counter")?;
    follow(page)?;
    at(page, &time(2))?;
    page.get("region", "Follow")?;
    picture::take(page, "choose-again")?;
    page.resize(390, 844, true)?;
    picture::take(page, "choose-again-narrow-dark")?;
    page.resize(1440, 900, false)?;
    batch(&mut file.writer, 6);
    file.write()?;
    file.commit()?;
    page.choose_files_in("Choose the file again", &[file.path()])?;
    at(page, &time(6))?;
    value(page, "value 6")?;
    let text = page.get("textbox", "Filter")?.call("function() { return this.value }", &[])?;
    same("the filter", text.as_str(), Some("counter"))?;
    ensure!(page.said("status")?.starts_with("Read chosen again: 4 batches"));
    // Another name is another file.
    let other = recording("another-name")?;
    page.choose_files_in("Choose the file again", &[other.path()])?;
    page.wait("the other file", || {
        Ok(page.said("status")?.starts_with("Opened another-name").then_some(()))
    })
}
