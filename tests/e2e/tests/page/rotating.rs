//! A recorder's folder that is followed: files grow, are rotated, and are replaced by their compressed form.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::growing::Growing;
use e2e::recording::folder;
use e2e::writer::{Batch, Writer};
use e2e::{Page, table};

use crate::Test;
use crate::support::{alerted, at, opened, same, shown};

pub const TESTS: &[(&str, Test)] = &[
    ("nothing_is_lost_or_doubled_by_rotations", rotations),
    ("a_file_may_be_replaced_and_a_shard_may_come", replaced),
    ("a_chosen_folder_says_how_it_can_be_followed", chosen),
    ("a_link_leads_into_an_older_file", linked),
    ("a_worker_that_breaks_loses_no_file", restarted),
];

/// 2026-03-01T09:30:00Z.
const BASIS: i64 = 1_772_357_400;

/// The header of a file whose batches have an index.
const INDEXED: u32 = 0x4000_0000;

/// One shard of a recorder.
struct Recorder {
    home: PathBuf,
    names: Growing,
    paths: u64,
    current: Growing,
    /// Batches in `current`, and in all.
    own: Vec<u32>,
    batches: u32,
}

/// A batch a tenth of a second, of one path.
fn batch(writer: &mut Writer, nth: u32, id: u64) {
    writer.strings(Batch::Delta, nth * 100_000, [(id, text(nth).as_str())].into_iter());
}

fn text(nth: u32) -> String {
    format!("batch {nth}")
}

/// The name of a file that was rotated behind a batch.
fn name(nth: u32) -> String {
    format!("2026-03-01T09:30:{:02}.{:03}+00:00", nth / 10, nth % 10 * 100 + 50)
}

impl Recorder {
    fn start(test: &str, shard: &str) -> Result<Self> {
        let home = folder(test)?.join("rec").join(shard);
        Self::in_folder(home)
    }

    fn in_folder(home: PathBuf) -> Result<Self> {
        let mut names = Writer::new(0, BASIS);
        names.paths(["/of/0"].into_iter());
        let names = Growing::start(home.join("pathindex"), names)?;
        let current = Growing::start(home.join("current"), Writer::new(0, BASIS))?;
        Ok(Self { home, names, paths: 1, current, own: Vec::new(), batches: 0 })
    }

    fn write(&mut self, count: u32) -> Result<()> {
        for nth in 0..count {
            // The newest path first.
            let id = (self.paths - 1).saturating_sub(u64::from(nth));
            batch(&mut self.current.writer, self.batches, id);
            self.own.push(self.batches);
            self.batches += 1;
        }
        self.current.write()?;
        self.current.commit()
    }

    /// The name first, as the recorder does it.
    fn add_path(&mut self) -> Result<()> {
        let path = format!("/of/{}", self.paths);
        let mut record = vec![1, path.len() as u8];
        record.extend(path.bytes());
        record.push(self.paths as u8);
        self.names.writer.record(1, 0, &record);
        self.names.write()?;
        self.names.commit()?;
        self.paths += 1;
        Ok(())
    }

    fn rotate(&mut self) -> Result<String> {
        let name = name(self.batches.saturating_sub(1));
        fs::rename(self.current.path(), self.home.join(&name))?;
        self.current = Growing::start(self.home.join("current"), Writer::new(0, BASIS))?;
        self.own.clear();
        Ok(name)
    }

    fn folder(&self) -> Result<&std::path::Path> {
        self.home.parent().context("a folder")
    }
}

/// Waits until the page knows of so many batches.
fn counts(page: &Page, batches: u32) -> Result<()> {
    let mut last = String::new();
    page.wait(&format!("{batches} batches"), || {
        let facts = page.eval("return document.querySelector('.facts')?.innerText ?? ''")?;
        last = facts.as_str().unwrap_or_default().to_owned();
        Ok(last.contains(&format!("{batches} batches")).then_some(()))
    })
    .with_context(|| format!("the page says {last:?}; {:?}", page.said("alert")))
}

/// The values of all batches, in the order of the grid.
fn values(page: &Page) -> Result<Vec<String>> {
    let rows = table::all_rows(page, "Batches")?;
    Ok(rows.iter().map(|row| row.cell("Value").trim_matches('"').to_owned()).collect())
}

fn has_all(page: &Page, batches: u32) -> Result<()> {
    counts(page, batches)?;
    page.get("tab", "Batches")?.click()?;
    let wanted: Vec<String> = (0..batches).map(text).collect();
    page.wait("every batch once and in order", || {
        Ok(values(page).is_ok_and(|values| values == wanted).then_some(()))
    })
    .with_context(|| format!("there are {:?}", values(page)))?;
    page.get("tab", "Image")?.click()
}

fn rotations(page: &Page) -> Result<()> {
    let mut recorder = Recorder::start("rotations", "0")?;
    recorder.write(3)?;
    page.drop_files(&[recorder.folder()?])?;
    opened(page, "0/current")?;
    page.get("switch", "Follow")?.click()?;
    counts(page, 3)?;
    // The end of a file is written just before it is rotated; the next one has a path that is new.
    sleep(Duration::from_millis(1_100));
    recorder.write(10)?;
    recorder.rotate()?;
    recorder.add_path()?;
    recorder.write(5)?;
    has_all(page, 18)?;
    // Two rotations between two looks.
    for _ in 0..2 {
        recorder.write(4)?;
        recorder.rotate()?;
        recorder.add_path()?;
        recorder.write(2)?;
    }
    has_all(page, 30)?;
    page.wait("the newest path", || {
        Ok(shown(page)?.iter().any(|path| path == "/of/3").then_some(()))
    })
    .with_context(|| format!("the paths are {:?}", shown(page)))?;
    // It goes on, and is in the list.
    for _ in 0..8 {
        recorder.write(1)?;
        recorder.rotate()?;
        sleep(Duration::from_millis(300));
    }
    recorder.write(2)?;
    has_all(page, 40)?;
    let text = page.get("region", "Recording")?.text()?;
    ensure!(text.contains("13 files"), "the list says {text:?}");
    same("what the alert says", page.said("alert")?, String::new())?;
    same("the switch", page.get("switch", "Follow")?.attr("aria-checked")?, Some("true".to_owned()))
}

/// The same batches in another layout, as `compress` leaves them under the name of the file.
fn in_another_layout(batches: &[u32]) -> Vec<u8> {
    let mut writer = Writer::new(INDEXED, BASIS);
    for nth in batches {
        let text = text(*nth);
        // The length of the index, how many ids, the id; then the batch of one string.
        let mut payload = vec![3, 1, 0, 1, 0, 12, text.len() as u8];
        payload.extend(text.bytes());
        writer.record(Batch::Delta as u64, nth * 100_000, &payload);
    }
    writer.finish()
}

fn replaced(page: &Page) -> Result<()> {
    let mut recorder = Recorder::start("replaced-file", "0")?;
    recorder.write(6)?;
    let first = recorder.own.clone();
    let old = recorder.rotate()?;
    recorder.write(6)?;
    page.drop_files(&[recorder.folder()?])?;
    opened(page, "0/current")?;
    page.get("switch", "Follow")?.click()?;
    has_all(page, 12)?;
    sleep(Duration::from_millis(1_100));
    // The copy in the making is no part of it.
    let copy = recorder.home.join(format!("{old}.rz"));
    fs::write(&copy, in_another_layout(&first))?;
    sleep(Duration::from_millis(1_100));
    fs::rename(&copy, recorder.home.join(&old))?;
    recorder.write(1)?;
    has_all(page, 13)?;
    // Rotated and compressed at once.
    recorder.write(1)?;
    let (second, new) = (recorder.own.clone(), recorder.rotate()?);
    fs::write(recorder.home.join(&new), in_another_layout(&second))?;
    recorder.write(1)?;
    has_all(page, 15)?;
    // Another shard begins.
    let mut other = Recorder::in_folder(recorder.folder()?.join("1"))?;
    other.write(2)?;
    counts(page, 17)?;
    page.wait("the path of both shards", || {
        let paths = shown(page)?;
        let both = ["/of/0 (shard 0)", "/of/0 (shard 1)"];
        Ok(both.iter().all(|path| paths.iter().any(|it| it == path)).then_some(()))
    })?;
    same("what the alert says", page.said("alert")?, String::new())
}

fn chosen(page: &Page) -> Result<()> {
    let mut recorder = Recorder::start("chosen-rotates", "0")?;
    recorder.write(3)?;
    page.choose_files_in("Open folder", &[recorder.folder()?])?;
    opened(page, "0/current")?;
    page.get("switch", "Follow")?.click()?;
    let said = page.get("region", "Follow")?.text()?;
    ensure!(said.contains("Drop the folder"), "the notice says {said:?}");
    Ok(())
}

/// A folder of three rotated files of two batches each, and `current` with as many.
fn of_four_files(test: &str) -> Result<Recorder> {
    let mut recorder = Recorder::start(test, "0")?;
    for _ in 0..3 {
        recorder.write(1)?;
        recorder.add_path()?;
        recorder.write(1)?;
        recorder.rotate()?;
    }
    recorder.write(2)?;
    Ok(recorder)
}

fn linked(page: &Page) -> Result<()> {
    let recorder = of_four_files("linked")?;
    page.go("about:blank")?;
    page.go(&format!("{}#at=2026-03-01T09:30:00.1Z", page.site()))?;
    page.get("button", "Open sample")?;
    page.drop_files(&[recorder.folder()?])?;
    counts(page, 8)?;
    at(page, "2026-03-01T09:30:00.1Z")?;
    page.wait("the state of then", || Ok((shown(page)? == ["/of/0", "/of/1"]).then_some(())))
        .with_context(|| format!("the paths are {:?}", shown(page)))
}

fn restarted(page: &Page) -> Result<()> {
    let recorder = of_four_files("restarted")?;
    page.reload_after(
        "if (!globalThis.held) { globalThis.held = []; const Plain = Worker;
            globalThis.Worker = class extends Plain {
                constructor(...args) { super(...args); held.push(this); } }; }",
    )?;
    page.get("button", "Open sample")?;
    page.drop_files(&[recorder.folder()?])?;
    counts(page, 8)?;
    page.eval("held[0].postMessage('no call at all')")?;
    alerted(page, &["restarted"])?;
    counts(page, 8)
}
