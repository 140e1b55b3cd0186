//! The archives that are asked about: two contents, each in the layouts that it can have, and a
//! few that are almost nothing.

use crate::{
    archive::{Archive, compress},
    decoded::Decoded,
    json::event_text,
    legacy::Legacy,
    rng::Rng,
    val::*,
};
use anyhow::{Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use netidx::{publisher::Value, subscriber::Event};
use std::{collections::BTreeMap, path::Path as FilePath};

/// An archive to ask about.
pub struct Asked {
    /// The file's name without its extension.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// How many questions are worth it.
    pub queries: usize,
}

/// Writes them all into `dir`.
pub fn write_all(dir: &FilePath) -> Result<Vec<Asked>> {
    let file = |name: &str| dir.join(format!("{name}.archive"));
    write(indexed(&file("indexed"))?, 11, false)?;
    write(plain(&file("plain"))?, 11, false)?;
    write(indexed(&file("indexed-images"))?, 12, true)?;
    write(plain(&file("plain-images"))?, 12, true)?;
    compress(&file("plain-images"), &file("compressed-images"))?;
    compress(&file("indexed-images"), &file("compressed-indexed-images"))?;
    one_batch(&file("one-batch"))?;
    one_image(&file("only-images"))?;
    let mut empty = indexed(&file("no-batch"))?;
    empty.paths(&["/a", "/b"])?;
    empty.finish()?;
    let asked = |name, queries, about| Asked { name, about, queries };
    Ok(vec![
        asked("indexed", 900, "deltas only, indexed"),
        asked("plain", 600, "the deltas of indexed without an index; its ids are one higher"),
        asked("indexed-images", 1_500, "deltas and images, indexed"),
        asked(
            "plain-images",
            900,
            "the batches of indexed-images without an index; its ids are one higher",
        ),
        asked("compressed-images", 600, "plain-images compressed"),
        asked("compressed-indexed-images", 900, "indexed-images compressed"),
        asked("one-batch", 200, "a single delta batch"),
        asked("only-images", 200, "images but no delta"),
        asked("no-batch", 150, "paths but no batch"),
    ])
}

fn indexed(file: &FilePath) -> Result<Archive> {
    Archive::create(file)
}

/// 0.32.0 keeps a file plain that 0.12.1 began.
fn plain(file: &FilePath) -> Result<Archive> {
    Legacy::create(file)?.finish()?;
    Archive::append(file)
}

/// A base with nanoseconds: every time of the file has them.
fn base() -> DateTime<Utc> {
    time(1_772_357_400, 123_456_789)
}

fn one_batch(file: &FilePath) -> Result<()> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b", "/c"])?;
    a.delta(base(), &[("/a", up(Value::I64(1))), ("/c", up(s("only")))])?;
    a.finish()
}

fn one_image(file: &FilePath) -> Result<()> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b"])?;
    for i in 0..4 {
        a.image(base() + TimeDelta::seconds(i), &[("/a", up(Value::I64(i)))])?;
    }
    a.finish()
}

/// Some 350 deltas over an hour, in bursts and with gaps that change the basis.
fn write(mut a: Archive, seed: u64, images: bool) -> Result<()> {
    let mut rng = Rng::new(seed);
    let early: Vec<String> = ["a", "b"]
        .iter()
        .flat_map(|top| (0..12).map(move |n| format!("/{top}/{}/v{n:02}", n % 3)))
        .chain(["/single", "/a/deep/er/than/most", "/x/y.z", "/x/ÿ"].map(String::from))
        .collect();
    let late: Vec<String> = (0..6).map(|n| format!("/late/v{n}")).collect();
    let mut paths = early;
    a.paths(&paths)?;
    let mut last: BTreeMap<String, Event> = BTreeMap::new();
    let mut us = 0;
    if images {
        // what only images know: no delta touches these, so a reader that skips the image loses them
        for path in &paths[..8] {
            last.insert(path.clone(), up(s("from the image")));
        }
        image(&mut a, us, &last)?;
        us += 5;
    }
    let untouched = if images { 4 } else { 0 };
    for n in 0..350 {
        if n == 200 {
            a.paths(&late)?;
            paths.extend(late.iter().cloned());
        }
        let mut items = vec![];
        let most = if rng.one_in(15) { 25 } else { 4 };
        for _ in 0..=rng.below(most) {
            let path = &paths[untouched + rng.below((paths.len() - untouched) as u64) as usize];
            items.push((path.clone(), event(&mut rng)));
        }
        a.delta(base() + TimeDelta::microseconds(us), &items)?;
        last.extend(items);
        us += match rng.below(30) {
            0 => 70_000_000 + rng.below(400_000_000) as i64,
            1..=9 => 1 + rng.below(3) as i64,
            _ => 1_000 + rng.below(2_000_000) as i64,
        };
        if images && rng.one_in(30) {
            image(&mut a, us, &last)?;
            us += 1 + rng.below(2) as i64 * 700;
        }
    }
    a.finish()
}

fn image(a: &mut Archive, us: i64, last: &BTreeMap<String, Event>) -> Result<()> {
    let items: Vec<_> = last.iter().map(|(p, e)| (p, e.clone())).collect();
    a.image(base() + TimeDelta::microseconds(us), &items)
}

fn event(rng: &mut Rng) -> Event {
    up(match rng.below(16) {
        0 => return Event::Unsubscribed,
        1 => Value::Null,
        2 => Value::Bool(rng.one_in(2)),
        3 => s(rng.pick::<&str>(&["open", "halted", "auction", "a \"quoted\" <b>text</b>\n"])),
        4 => dec(&format!("{}.{:02}", rng.below(1_000), rng.below(100))),
        5 => dt(base() + TimeDelta::nanoseconds(rng.below(1 << 40) as i64)),
        6 => arr([Value::V32(rng.below(1 << 20) as u32), s("in an array")]),
        7 => err(s("lost")),
        8 => Value::Z64(rng.between(-1_000_000, 1_000_000)),
        9 => dur(rng.below(100), 250_000_000),
        _ => Value::F64(rng.between(9_000, 11_000) as f64 / 100.),
    })
}

/// The layouts of one content say the same, so that a test may compare them with each other.
pub fn check_pairs(dir: &FilePath) -> Result<()> {
    let read = |name: &str| Decoded::read(&dir.join(format!("{name}.archive")));
    for (a, b) in [
        ("indexed", "plain"),
        ("indexed-images", "plain-images"),
        ("indexed-images", "compressed-indexed-images"),
        ("plain-images", "compressed-images"),
    ] {
        ensure!(by_path(&read(a)?) == by_path(&read(b)?), "{a} and {b} differ");
    }
    Ok(())
}

type ByPath<'a> = Vec<(bool, DateTime<Utc>, Vec<(Option<String>, String)>)>;

fn by_path(file: &Decoded) -> ByPath<'_> {
    let batches =
        file.deltas.iter().map(|b| (false, b)).chain(file.images.iter().map(|b| (true, b)));
    batches
        .map(|(image, b)| {
            let items =
                b.items.iter().map(|(id, e)| (file.path(*id).map(String::from), event_text(e).1));
            (image, b.time, items.collect())
        })
        .collect()
}
