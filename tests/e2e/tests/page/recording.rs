//! What a recorder writes: folders of shards, path indexes beside data files, files by the thousand.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use e2e::growing::Growing;
use e2e::recording::{copy, folder};
use e2e::writer::{Batch, Writer};
use e2e::{Page, picture, table};
use fantoccini::key::Key;
use serde_json::Value;

use crate::Test;
use crate::support::{alerted, at, filter, opened, same, scratch, seek, shown, shows};

pub const TESTS: &[(&str, Test)] = &[
    ("a_dropped_folder_shows_its_paths_by_name", dropped_folder),
    ("a_chosen_folder_is_a_list_of_shards_and_files", chosen_folder),
    ("a_file_and_its_path_index_are_chosen_in_any_order", together),
    ("a_file_alone_says_what_is_missing_and_takes_it", missing),
    ("a_path_index_alone_says_what_it_is", path_index_alone),
    ("what_is_no_part_of_a_recording_is_named", left_out),
    ("folders_without_archives_leave_what_is_open", without_archives),
    ("an_empty_file_is_left_out_beside_others", empty_file),
    ("a_packed_file_is_said_to_be_one", packed),
    ("names_that_were_changed_are_sorted_by_time", renamed),
    ("a_path_that_is_added_while_it_is_followed_has_its_name", grows),
    ("each_dropped_file_is_looked_at_again", each_is_alive),
    ("a_chosen_file_that_changed_is_offered_again", changed),
    ("files_of_one_name_are_told_apart", same_name),
    ("several_folders_and_files_at_once", at_once),
    ("thousands_of_files_are_listed_at_once", thousands),
    ("a_slow_fetch_does_not_replace_what_was_opened_since", late),
    ("a_folder_of_a_server_is_opened", of_a_server),
    ("all_files_of_a_folder_are_one_timeline", as_one),
];

/// The lines of the list that exist, each as it is read: the name, what stands beside and below it.
fn rows(page: &Page) -> Result<Vec<String>> {
    page.get("region", "Recording")?;
    let script = "return [...document.querySelectorAll('[aria-label=Recording] [role=treeitem]')]
        .map(row => row.innerText.replace(/\\s*\\n\\s*/g, ' | ').trim())";
    Ok(serde_json::from_value(page.eval(script)?)?)
}

/// Waits until the lines of the list begin like this.
fn lists(page: &Page, wanted: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    let seen = page.wait(&format!("the files {wanted:?}"), || {
        last = rows(page)?;
        let begin = last.iter().zip(wanted).all(|(row, wanted)| row.contains(wanted));
        Ok((last.len() == wanted.len() && begin).then_some(()))
    });
    seen.with_context(|| format!("the list has {last:#?}"))
}

/// The line of the list that is marked as open.
fn open_row(page: &Page) -> Result<String> {
    let script = "return document.querySelector(
        '[aria-label=Recording] [role=treeitem][aria-selected=true]')?.innerText ?? ''";
    Ok(page.eval(script)?.as_str().unwrap_or_default().replace('\n', " | "))
}

/// Clicks a line of the list.
fn choose(page: &Page, name: &str) -> Result<()> {
    page.wait(&format!("the file {name}"), || {
        let script = format!(
            "const row = [...document.querySelectorAll('[aria-label=Recording] [role=treeitem]')]
                .find(row => row.querySelector('.tree-name').textContent.startsWith({name:?}));
             row?.click(); return !!row"
        );
        Ok((page.eval(&script)? == true).then_some(()))
    })
}

/// The file of a recording.
fn fixture(name: &str) -> PathBuf {
    e2e::root().join("tests/fixtures/recordings").join(name)
}

/// What the notice about paths says.
fn notice(page: &Page) -> Result<String> {
    page.get("region", "Path index")?.text()
}

fn dropped_folder(page: &Page) -> Result<()> {
    let recorder = copy("dropped", "netidx-test-recorder")?;
    page.drop_files(&[&recorder])?;
    let said = opened(page, "0/current")?;
    ensure!(said.contains("2 paths"), "the status says {said:?}");
    page.get("button", "End")?.click()?;
    shows(page, &["/test/d0", "/test/d1"])?;
    lists(page, &["Shard 0", "0/current", "0/pathindex"])?;
    let open = open_row(page)?;
    ensure!(open.contains("0/current") && open.contains("36.9 kB"), "open is {open:?}");
    ensure!(!page.has("button", "Add path index…")?, "the names are not missing");
    filter(page, "/test/d1")?;
    shows(page, &["/test/d1"])?;
    // The folder of the shard itself is the same.
    filter(page, "")?;
    page.drop_files(&[&recorder.join("0")])?;
    opened(page, "0/current")?;
    page.get("button", "End")?.click()?;
    shows(page, &["/test/d0", "/test/d1"])
}

fn chosen_folder(page: &Page) -> Result<()> {
    let plain = copy("chosen", "plain")?;
    page.choose_files_in("Open folder", &[&plain])?;
    opened(page, "0/current")?;
    let all = rows(page)?;
    let expected: Value = serde_json::from_slice(&fs::read(fixture("plain.json"))?)?;
    let mut wanted = Vec::new();
    for shard in expected["shards"].as_array().context("shards")? {
        let name = shard["shard"].as_str().context("a name")?;
        wanted.push(format!("Shard {name}"));
        let files = shard["files"].as_array().context("files")?;
        for file in files.iter().rev() {
            let file = e2e::recording::real_name(file["name"].as_str().context("a name")?);
            wanted.push(format!("{name}/{file}"));
        }
        wanted.push(format!("{name}/pathindex"));
    }
    let script = "const list = document.querySelector('[aria-label=Recording] [role=tree]');
        return list.scrollHeight / parseFloat(list.style.getPropertyValue('--row'))";
    let count = page.eval(script)?.as_f64().unwrap_or_default();
    same("the number of rows", count, wanted.len() as f64)?;
    for (row, wanted) in all.iter().zip(&wanted) {
        ensure!(row.contains(wanted), "{row:?} is not {wanted:?}");
    }
    picture::take(page, "recording")?;
    // By keys: the file before, which is one line further down.
    page.get("button", "End")?.click()?;
    let paths = shown(page)?;
    ensure!(paths.iter().all(|path| path.starts_with('/')), "the paths are {paths:?}");
    page.get("tree", "Files")?.call("function() { this.focus() }", &[])?;
    page.press(&[Key::Down])?;
    page.press(&[Key::Enter])?;
    opened(page, wanted[2].as_str())?;
    page.wait("the mark of the open file", || {
        Ok(open_row(page)?.contains(&wanted[2]).then_some(()))
    })?;
    page.get("button", "End")?.click()?;
    let of_rotated = shown(page)?;
    ensure!(of_rotated.iter().all(|path| path.starts_with('/')), "the paths are {of_rotated:?}");
    // The other shard has other paths for the same ids, and all of them are there.
    page.get("tree", "Files")?.call("function() { this.focus() }", &[])?;
    let other = wanted.iter().position(|row| row == "Shard 1").context("another shard")?;
    page.press(&vec![Key::Down; other + 1 - 2])?;
    page.press(&[Key::Enter])?;
    opened(page, "1/current")?;
    page.get("button", "End")?.click()?;
    let all: Vec<&str> = expected["shards"]
        .as_array()
        .context("shards")?
        .iter()
        .filter_map(|shard| shard["paths"].as_array())
        .flatten()
        .filter_map(|path| path["path"].as_str())
        .collect();
    page.wait("the paths of both shards", || {
        let now = shown(page)?;
        let has = |path: &&str| now.iter().any(|shown| shown == path);
        Ok((now.len() == all.len() && all.iter().all(has)).then_some(()))
    })
    .with_context(|| format!("{:?} and not {all:?}", shown(page)))?;
    // A click on the head of a shard closes it.
    page.get("tree", "Files")?.call("function() { this.scrollTop = 0 }", &[])?;
    let before = page.wait("the first row", || {
        let all = rows(page)?;
        Ok(all[0].contains("Shard 0").then_some(all.len()))
    })?;
    choose(page, "Shard 0")?;
    page.wait("fewer rows", || Ok((rows(page)?.len() < before).then_some(())))
}

fn together(page: &Page) -> Result<()> {
    let [current, index] =
        ["current", "pathindex"].map(|it| fixture("netidx-test-recorder/0").join(it));
    for files in [[&current, &index], [&index, &current]] {
        page.choose_files(&[files[0], files[1]])?;
        opened(page, "current")?;
        page.get("button", "End")?.click()?;
        shows(page, &["/test/d0", "/test/d1"])?;
        lists(page, &["current", "pathindex"])?;
    }
    // Of two path indexes the one that fits is taken, whatever it is called.
    let home = folder("together")?;
    let mut other = Writer::new(0, 0);
    other.paths(["/wrong"].into_iter());
    fs::write(home.join("names"), other.finish())?;
    fs::copy(&index, home.join("more names"))?;
    page.drop_files(&[&home.join("names"), &current, &home.join("more names")])?;
    page.wait("current with its paths", || {
        Ok(page.said("status")?.contains("Opened current").then_some(()))
    })?;
    page.get("button", "End")?.click()?;
    shows(page, &["/test/d0", "/test/d1"])
}

fn missing(page: &Page) -> Result<()> {
    let home = fixture("netidx-test-recorder/0");
    let (current, index) = (home.join("current"), home.join("pathindex"));
    page.drop_files(&[&current])?;
    opened(page, "current")?;
    page.get("button", "End")?.click()?;
    let said = notice(page)?;
    ensure!(said.contains("pathindex") && said.contains("by id"), "the notice says {said:?}");
    let ids = shown(page)?;
    same("how many rows there are", ids.len(), 2)?;
    ensure!(!ids[0].contains("/test"), "without names there are {ids:?}");
    page.get("button", "Add path index…")?;
    picture::take(page, "names-missing")?;
    // What is no path index is refused, and changes nothing.
    page.choose_files_in("Add path index…", &[&current])?;
    alerted(page, &["current", "no path index"])?;
    page.choose_files_in("Add path index…", &[&index])?;
    shows(page, &["/test/d0", "/test/d1"])?;
    page.wait("the notice to go", || Ok((!page.has("region", "Path index")?).then_some(())))?;
    same("what the alert says", page.said("alert")?, String::new())?;
    ensure!(page.said("status")?.contains("Added pathindex"), "{}", page.said("status")?);
    // Dropped onto the page it is added, too.
    page.choose_files(&[&current])?;
    opened(page, "current")?;
    page.get("region", "Path index")?;
    page.drop_files(&[&index])?;
    page.get("button", "End")?.click()?;
    shows(page, &["/test/d0", "/test/d1"])
}

fn path_index_alone(page: &Page) -> Result<()> {
    page.drop_files(&[&fixture("netidx-test-recorder/0/pathindex")])?;
    opened(page, "pathindex")?;
    let said = notice(page)?;
    ensure!(said.contains("names of 2 paths, no values"), "the notice says {said:?}");
    page.wait("the paths in the tree", || {
        let tree = page.get("tree", "Namespace")?.text()?;
        Ok((tree.contains("test") && tree.contains("d0") && tree.contains("d1")).then_some(()))
    })?;
    picture::take(page, "path-index")
}

fn left_out(page: &Page) -> Result<()> {
    let hazards = copy("left-out", "hazards")?;
    fs::write(hazards.join(".DS_Store"), b"x")?;
    fs::create_dir_all(hazards.join("notes/old"))?;
    fs::write(hazards.join("notes/old/read me.txt"), b"This is no archive at all, but a text.")?;
    page.drop_files(&[&hazards])?;
    opened(page, "0/current")?;
    page.get("tree", "Files")?.call("function() { this.scrollTop = 1e6 }", &[])?;
    page.wait("what is left out", || {
        let all = rows(page)?.join("\n");
        let named = ["Left out", "0/current.lock", "0/current_copy", ".rz", ".ix", ".DS_Store"];
        Ok(named.iter().all(|name| all.contains(name)).then_some(()))
    })
    .with_context(|| format!("the list has {:#?}", rows(page)))?;
    // A file that is none is told by what is in it, once somebody wants it.
    page.get("tree", "Files")?.call("function() { this.scrollTop = 1e6 }", &[])?;
    page.wait("the text among what is left out", || {
        let all = rows(page)?;
        let text = all.iter().find(|row| row.contains("read me.txt"));
        Ok(text.is_some_and(|row| row.contains("not an archive")).then_some(()))
    })
    .with_context(|| format!("the list has {:#?}", rows(page)))?;
    picture::take(page, "left-out")
}

fn without_archives(page: &Page) -> Result<()> {
    let recorder = copy("without", "netidx-test-recorder")?;
    page.drop_files(&[&recorder])?;
    opened(page, "0/current")?;
    page.get("button", "End")?.click()?;
    shows(page, &["/test/d0", "/test/d1"])?;
    let before = rows(page)?;
    let home = folder("without-archives")?;
    for name in ["empty", "text/a", "empty files", "nested/a/b/c"] {
        fs::create_dir_all(home.join(name))?;
    }
    fs::write(home.join("text/a/read me"), b"This is no archive at all, but a text.")?;
    fs::write(home.join("text/picture"), b"\x89PNG\r\n\x1a\n, or nearly so; it is long enough")?;
    fs::write(home.join("empty files/current"), b"")?;
    fs::write(home.join("empty files/current.lock"), b"")?;
    let says: [(&str, &[&str]); 4] = [
        ("empty", &["empty is empty"]),
        ("text", &["text has no archive in it", "read me", "PNG"]),
        ("empty files", &["no archive in it", "empty", "current.lock"]),
        ("nested", &["nested is empty"]),
    ];
    for (name, says) in says {
        page.drop_files(&[&home.join(name)])?;
        alerted(page, says).with_context(|| format!("after dropping {name}"))?;
        same("the list of files", rows(page)?, before.clone())?;
        same("what is shown", shown(page)?.len(), 2)?;
        ensure!(!page.said("status")?.contains("Opening"), "it is still being opened");
    }
    picture::take(page, "no-archives")
}

fn empty_file(page: &Page) -> Result<()> {
    let home = fixture("netidx-test-recorder/0");
    let none = scratch("nothing", b"")?;
    page.choose_files(&[&none, &home.join("current"), &home.join("pathindex")])?;
    opened(page, "current")?;
    lists(page, &["current", "pathindex", "Left out", "nothing"])?;
    // In a dropped folder lengths are known once files are looked at.
    let recorder = copy("empty-file", "netidx-test-recorder")?;
    fs::rename(recorder.join("0/current"), recorder.join("0/2026-03-01T09:30:00+00:00"))?;
    fs::write(recorder.join("0/current"), b"")?;
    page.drop_files(&[&recorder])?;
    opened(page, "0/2026-03-01T09:30:00+00:00")?;
    lists(page, &["Shard 0", "0/2026-03-01", "0/pathindex", "Left out", "0/current"])?;
    // Alone it is a sentence.
    page.drop_files(&[&none])?;
    alerted(page, &["nothing", "empty"])?;
    same("how many rows there are", rows(page)?.len(), 5)
}

fn packed(page: &Page) -> Result<()> {
    let mut tar = vec![0; 1024];
    tar[..7].copy_from_slice(b"current");
    tar[257..262].copy_from_slice(b"ustar");
    let files: [(&str, Vec<u8>); 5] = [
        ("gzip", [&b"\x1f\x8b\x08\0"[..], &[7; 60]].concat()),
        ("zip", [&b"PK\x03\x04"[..], &[7; 60]].concat()),
        ("zstd", [&b"\x28\xb5\x2f\xfd"[..], &[7; 60]].concat()),
        ("7-Zip", [&b"7z\xbc\xaf\x27\x1c"[..], &[7; 60]].concat()),
        ("tar", tar),
    ];
    for (kind, bytes) in files {
        // Its name says nothing.
        let file = scratch("packed", &bytes)?;
        page.drop_files(&[&file])?;
        alerted(page, &["packed", &format!("this is a {kind} file: unpack it first")])?;
    }
    Ok(())
}

/// A file in which one path has one value, at a second after 09:30.
fn one_value(second: u32, value: &str) -> Vec<u8> {
    let mut writer = Writer::new(0, BASIS + i64::from(second));
    writer.strings(Batch::Delta, 0, [(0, value)].into_iter());
    writer.finish()
}

/// 2026-03-01T09:30:00Z.
const BASIS: i64 = 1_772_357_400;

/// A path index of these paths.
fn path_index(paths: &[&str]) -> Writer {
    let mut writer = Writer::new(0, BASIS);
    writer.paths(paths.iter().copied());
    writer
}

fn renamed(page: &Page) -> Result<()> {
    let names = [
        "2026-03-01T09:30:00+00:00",
        "2026-03-01T09:30:00.500+00:00",
        "2026-03-01T09:30:00.500001+00:00",
    ];
    for (nth, (colon, plus)) in
        [("I", "+"), ("_", "_"), (":", " "), ("%3A", "%2B")].into_iter().enumerate()
    {
        let home = folder(&format!("renamed-{nth}"))?.join("0");
        fs::create_dir_all(&home)?;
        let names = names.map(|name| name.replace('+', plus).replace(':', colon));
        for (second, name) in names.iter().enumerate() {
            fs::write(home.join(name), one_value(second as u32, name))?;
        }
        fs::write(home.join("pathindex"), path_index(&["/name"]).finish())?;
        page.drop_files(&[&home])?;
        opened(page, &format!("0/{}", names[2]))?;
        let [first, second, third] = names.each_ref().map(|name| format!("0/{name}"));
        lists(page, &["Shard 0", &third, &second, &first, "0/pathindex"])?;
        page.get("button", "End")?.click()?;
        shows(page, &["/name"])?;
    }
    Ok(())
}

fn grows(page: &Page) -> Result<()> {
    let home = folder("grows")?.join("rec/0");
    fs::create_dir_all(&home)?;
    let mut names = Growing::start(home.join("pathindex"), path_index(&["/old"]))?;
    let mut writer = Writer::new(0, BASIS);
    writer.strings(Batch::Delta, 0, [(0, "first")].into_iter());
    let mut current = Growing::start(home.join("current"), writer)?;
    page.drop_files(&[home.parent().context("a folder")?])?;
    opened(page, "0/current")?;
    page.get("switch", "Follow")?.click()?;
    shows(page, &["/old"])?;
    for (second, path) in [(1, "/new"), (2, "/newer")] {
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        // As the recorder does it: the name first, then what has it.
        let mut record = vec![1, path.len() as u8];
        record.extend(path.bytes());
        record.push(second as u8);
        names.writer.record(1, 0, &record);
        names.write()?;
        names.commit()?;
        let id = u64::from(second);
        current.writer.strings(Batch::Delta, second * 1_000_000, [(id, "late")].into_iter());
        current.write()?;
        current.commit()?;
        at(page, &format!("2026-03-01T09:30:0{second}Z"))?;
        page.wait(&format!("the path {path}"), || {
            Ok(shown(page)?.iter().any(|shown| shown == path).then_some(()))
        })?;
    }
    same("what the alert says", page.said("alert")?, String::new())?;
    ensure!(!page.has("region", "Path index")?, "the names are not missing");
    // The tree has them, too.
    page.wait("the paths in the tree", || {
        Ok(page.get("tree", "Namespace")?.text()?.contains("newer").then_some(()))
    })
}

fn each_is_alive(page: &Page) -> Result<()> {
    let home = folder("alive")?;
    let mut writer = Writer::new(0, BASIS);
    writer.paths(["/a"].into_iter());
    writer.strings(Batch::Delta, 0, [(0, "before")].into_iter());
    let mut growing = Growing::start(home.join("a"), writer)?;
    let b = home.join("b");
    fs::write(&b, one_value(0, "b"))?;
    page.drop_files(&[&b, growing.path()])?;
    opened(page, "b")?;
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    growing.writer.strings(Batch::Delta, 5_000_000, [(0, "after")].into_iter());
    growing.write()?;
    growing.commit()?;
    choose(page, "a")?;
    let said = opened(page, "a")?;
    ensure!(said.contains("2 batches"), "the status says {said:?}");
    page.get("switch", "Follow")?.click()?;
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    growing.writer.strings(Batch::Delta, 6_000_000, [(0, "later")].into_iter());
    growing.write()?;
    growing.commit()?;
    at(page, "2026-03-01T09:30:06Z")
}

fn changed(page: &Page) -> Result<()> {
    let home = folder("changed")?;
    let mut writer = Writer::new(0, BASIS);
    writer.strings(Batch::Delta, 0, [(0, "before")].into_iter());
    let mut growing = Growing::start(home.join("a"), writer)?;
    let b = home.join("b");
    fs::write(&b, one_value(0, "b"))?;
    page.choose_files(&[&b, growing.path()])?;
    opened(page, "b")?;
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    growing.writer.strings(Batch::Delta, 5_000_000, [(0, "after")].into_iter());
    growing.write()?;
    growing.commit()?;
    choose(page, "a")?;
    alerted(page, &["a cannot be opened", "changed after it was chosen"])?;
    page.get("button", "Choose again")?;
    // The other one is open all the same.
    page.get("button", "End")?.click()?;
    let open = open_row(page)?;
    ensure!(open.starts_with('b'), "open is {open:?}");
    page.choose_files(&[growing.path()])?;
    let said = opened(page, "a")?;
    ensure!(said.contains("2 batches"), "the status says {said:?}");
    ensure!(!page.has("button", "Choose again")?, "nothing is left to choose");
    Ok(())
}

fn same_name(page: &Page) -> Result<()> {
    let home = folder("same-name")?;
    let files = ["x", "y"].map(|folder| home.join(folder).join("current"));
    for (nth, file) in files.iter().enumerate() {
        fs::create_dir_all(file.parent().context("a folder")?)?;
        fs::write(file, one_value(nth as u32, &"long ".repeat(nth + 1)))?;
    }
    page.choose_files(&[&files[0], &files[1]])?;
    opened(page, "current (1 of 2)")?;
    page.wait("two lines that differ", || {
        let all = rows(page)?;
        let [one, two] = &all[..] else { return Ok(None) };
        let sizes = one.contains("bytes") && two.contains("bytes");
        Ok((one != two && sizes && one.contains("2026-03-01")).then_some(()))
    })
    .with_context(|| format!("the list has {:#?}", rows(page)))?;
    choose(page, "current (2 of 2)")?;
    opened(page, "current (2 of 2)")?;
    ensure!(open_row(page)?.contains("(2 of 2)"), "the other one is marked");
    Ok(())
}

fn at_once(page: &Page) -> Result<()> {
    let one = copy("at-once-1", "netidx-test-recorder")?;
    let two = copy("at-once-2", "two-shards-one-path")?;
    let loose = scratch("loose", &one_value(0, "x"))?;
    page.drop_files(&[&two, &loose, &one])?;
    opened(page, "loose")?;
    page.get("tree", "Files")?;
    let all = rows(page)?;
    for name in ["loose", "east/current", "west/current", "0/current", "Shard east"] {
        ensure!(all.iter().any(|row| row.contains(name)), "there is no {name} in {all:#?}");
    }
    choose(page, "west/current")?;
    opened(page, "west/current")?;
    page.get("button", "End")?.click()?;
    page.wait("its paths", || {
        let now = shown(page)?;
        let both = ["/shared/level (shard east)", "/shared/level (shard west)"];
        Ok(both.iter().all(|path| now.iter().any(|it| it == path)).then_some(()))
    })
}

/// When files are dropped, and when there is an image first.
const TIMED: &str = "globalThis.timed = { dropped: 0, shown: 0, now: () => performance.now() };
    addEventListener('drop', () => timed.dropped = performance.now(), true);
    const look = () => {
        if (!timed.shown && document.querySelector('[role=grid][aria-label=Image] [role=gridcell]'))
            timed.shown = performance.now();
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true });";

fn thousands(page: &Page) -> Result<()> {
    const FILES: u32 = 5_000;
    let home = folder("thousands")?.join("many/0");
    fs::create_dir_all(&home)?;
    for nth in 0..FILES {
        let (hour, minute, second) = (nth / 3600, nth / 60 % 60, nth % 60);
        let name = format!("2026-03-01T{hour:02}:{minute:02}:{second:02}+00:00");
        fs::write(home.join(name), one_value(nth, "x"))?;
    }
    fs::write(home.join("current"), one_value(FILES, "the last"))?;
    fs::write(home.join("pathindex"), path_index(&["/value"]).finish())?;
    page.eval(TIMED)?;
    let started = Instant::now();
    page.drop_files(&[home.parent().context("a folder")?])?;
    page.get("grid", "Image")?;
    page.wait("the first view", || Ok((page.eval("return timed.shown")? != 0).then_some(())))?;
    let taken = started.elapsed();
    let first = page.eval("return timed.shown - timed.dropped")?.as_f64().unwrap_or(f64::MAX);
    eprintln!("5,000 files: the newest is shown {first:.0} ms after the drop");
    let all = "5,000 other files".to_owned();
    page.wait_for(&all, Duration::from_secs(240), || {
        Ok(page.said("status")?.contains(&all).then_some(()))
    })?;
    let all = page.eval("return timed.now() - timed.dropped")?.as_f64().unwrap_or(f64::MAX);
    eprintln!("5,000 files: all are one timeline {all:.0} ms after the drop");
    page.get("button", "End")?.click()?;
    shows(page, &["/value"])?;
    ensure!(taken.as_secs() < 10, "the first view took {taken:?}");
    let text = page.get("region", "Recording")?.text()?;
    ensure!(text.contains("5,002 files"), "the list says {text:?}");
    ensure!(rows(page)?.len() < 40, "more rows exist than are in view");
    let list = page.get("tree", "Files")?;
    list.call("function() { this.scrollTop = 1e7 }", &[])?;
    page.wait("the oldest file", || {
        let all = rows(page)?.join("\n");
        let is_oldest = all.contains("0/2026-03-01T00:00:00+00:00") && all.contains("0/pathindex");
        Ok(is_oldest.then_some(()))
    })?;
    choose(page, "0/2026-03-01T00:00:00+00:00")?;
    opened(page, "0/2026-03-01T00:00:00+00:00")?;
    shows(page, &["/value"])?;
    picture::take(page, "thousands")
}

/// Addresses with the word `slow` in them answer after two seconds.
const SLOW: &str =
    "const plain = fetch; globalThis.fetch = (it, ...rest) => String(it).includes('slow')
    ? new Promise(done => setTimeout(() => done(plain(it, ...rest)), 2000)) : plain(it, ...rest);";

fn late(page: &Page) -> Result<()> {
    page.reload_after(SLOW)?;
    let good = fixture("netidx-test-recorder/0/current");
    for source in ["sample.archive%3Fslow", "sample%2Fmarket%2Fpathindex%3Fslow"] {
        page.go("about:blank")?;
        page.go(&format!("{}?src={source}", page.site()))?;
        page.get("button", "Open sample")?;
        page.wait("the fetch", || {
            let said = page.said("status")?;
            Ok(said.contains("Opening").then_some(()))
        })?;
        page.drop_files(&[&good])?;
        opened(page, "current")?;
        std::thread::sleep(std::time::Duration::from_millis(3_000));
        let said = page.said("status")?;
        ensure!(said.contains("Opened current"), "the status says {said:?}");
        same("what the alert says", page.said("alert")?, String::new())?;
    }
    Ok(())
}

fn of_a_server(page: &Page) -> Result<()> {
    page.go("about:blank")?;
    page.go(&format!("{}?src=sample%2F", page.site()))?;
    opened(page, "market/current")?;
    seek(page, "end")?;
    page.wait("rows with paths", || {
        let rows = table::window(&page.get("grid", "Image")?)?.rows;
        let named = rows.iter().all(|row| row.cell("Path").starts_with('/'));
        Ok((!rows.is_empty() && named).then_some(()))
    })?;
    choose(page, "plant/current")?;
    opened(page, "plant/current")?;
    page.go("about:blank")?;
    page.go(&format!("{}?src=no-such-folder%2F", page.site()))?;
    alerted(page, &["no-such-folder", "files.txt", "404"])?;
    // The browser complains of it, too, which it may.
    page.complaints().map(drop)
}

/// State carries over from earlier files, every batch counts once, and a copy is left out.
fn as_one(page: &Page) -> Result<()> {
    page.drop_files(&[&copy("as-one", "hazards")?])?;
    opened(page, "0/current")?;
    let written: Value = serde_json::from_slice(&fs::read(fixture("hazards.json"))?)?;
    let shards = written["shards"].as_array().context("shards")?;
    let files: Vec<&Value> =
        shards.iter().filter_map(|shard| shard["files"].as_array()).flatten().collect();
    let batches: Vec<&Value> =
        files.iter().filter_map(|file| file["batches"].as_array()).flatten().collect();
    let deltas = batches.iter().filter(|batch| batch["kind"] == "delta").count();
    let others = format!("Opened 0/current and {} other files: {deltas} batches", files.len() - 1);
    page.wait("all files", || Ok(page.said("status")?.contains(&others).then_some(())))
        .with_context(|| format!("{:?} and not {others:?}", page.said("status")))?;
    // Its twin is left out, and says so.
    page.get("tree", "Files")?.call("function() { this.scrollTop = 1e6 }", &[])?;
    page.wait("the twin among what is left out", || {
        Ok(rows(page)?.join("\n").contains("it is a copy").then_some(()))
    })?;
    page.get("tree", "Files")?.call("function() { this.scrollTop = 0 }", &[])?;
    page.get("button", "Beginning")?.click()?;
    let first = batches.iter().filter_map(|batch| batch["time"].as_str()).min();
    at(page, first.context("a time")?)?;
    // In a file that begins with a delta, what earlier files said still holds.
    let time = files[4]["batches"][0]["time"].as_str().context("a time")?;
    seek(page, time)?;
    at(page, time)?;
    let carried = ["/h/count", "/h/level", "/h/price", "/h/rare", "/h/state"];
    let has_all = |now: &[String]| carried.iter().all(|path| now.iter().any(|it| it == path));
    page.wait("the state from earlier files", || Ok(has_all(&shown(page)?).then_some(())))?;
    picture::take(page, "as-one")?;
    // Without the files before it the state goes, and comes back with them.
    let all = shown(page)?.len();
    let earlier = files[..4].iter().filter_map(|file| file["name"].as_str());
    let earlier: Vec<String> =
        earlier.map(|name| format!("Show 0/{}", e2e::recording::real_name(name))).collect();
    for is_left_out in [true, false] {
        for name in &earlier {
            page.get("tree", "Files")?.call("function() { this.scrollTop = 400 }", &[])?;
            page.get("checkbox", name)?.click()?;
        }
        page.wait("other rows", || Ok(((shown(page)?.len() < all) == is_left_out).then_some(())))?;
    }
    page.wait("the state again", || Ok(has_all(&shown(page)?).then_some(())))
}
