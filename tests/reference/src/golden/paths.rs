//! Paths and ids: odd ones, late ones, missing ones, and what an update says about them.

use super::Golden;
use crate::{
    archive::{Archive, id},
    patch,
    val::*,
};
use anyhow::Result;
use netidx::{publisher::Value, subscriber::Event};
use std::path::Path as FilePath;

fn n(n: i64) -> Event {
    up(Value::I64(n))
}

pub fn unsubscribed(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/feed/a", "/feed/b", "/feed/never", "/feed/only-unsubscribed"])?;
    a.delta(at(0), &[("/feed/a", n(1)), ("/feed/b", n(1))])?;
    a.delta(at(10), &[("/feed/a", Event::Unsubscribed)])?;
    a.delta(
        at(20),
        &[("/feed/b", Event::Unsubscribed), ("/feed/only-unsubscribed", Event::Unsubscribed)],
    )?;
    a.image(
        at(25),
        &[
            ("/feed/a", Event::Unsubscribed),
            ("/feed/b", Event::Unsubscribed),
            ("/feed/only-unsubscribed", Event::Unsubscribed),
        ],
    )?;
    a.delta(at(30), &[("/feed/a", up(Value::Null))])?;
    a.delta(at(40), &[("/feed/a", n(2)), ("/feed/b", up(s("unsubscribed")))])?;
    a.finish()?;
    Ok(Golden::new(
        "paths that are unsubscribed, come back as null and as a value, are never seen, or only ever unsubscribed",
    ))
}

pub fn paths_late(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a"])?;
    a.delta(at(0), &[("/a", n(0))])?;
    a.paths(&["/b", "/a/child"])?;
    a.delta(at(10), &[("/b", n(1)), ("/a/child", n(1))])?;
    a.delta(at(20), &[("/a", n(2))])?;
    a.paths(&["/z"])?;
    a.paths(&["/c"])?;
    a.delta(at(30), &[("/c", n(3)), ("/a", n(3))])?;
    a.paths(&["/last/never/updated"])?;
    a.finish()?;
    Ok(Golden::new(
        "paths added late, between batches, one after the last batch; a path that is also a parent",
    ))
}

pub fn paths_odd(file: &FilePath) -> Result<Golden> {
    let paths = [
        "/",
        "",
        "relative",
        "relative/deep",
        "/ ",
        "/with space/and  two",
        "/ leading/trailing ",
        r"/escaped\/slash/leaf",
        r"/escaped\\/back",
        r"/escaped\\\/both/leaf",
        r"/trailing\",
        r"/trailing\\",
        "/日本語/🚀",
        "/שלום/عالم",
        "/<b>bold</b>/<script>alert(1)<\\/script>",
        "/glob/*/[a]/{b,c}/?",
        "/line\nbreak",
        "/tab\tnul\0",
        "/dot/./..",
        "/__proto__/constructor",
        "/case/a",
        "/case/A",
        "/case/á",
        "/case/a\u{301}",
        "/percent%20/and+plus#hash?query",
        "/10",
        "/9",
        "/quote\"/apostrophe'",
        "/a",
        "/a/b",
        "/a/b/c",
        "/a-b",
        "/a b",
        &format!("/long/{}", "component".repeat(60)),
        &"/deep".repeat(60),
    ];
    let mut a = Archive::create(file)?;
    a.paths(&paths)?;
    let items: Vec<_> = paths.iter().enumerate().map(|(i, p)| (*p, n(i as i64))).collect();
    a.delta(start(), &items)?;
    a.finish()?;
    Ok(Golden::new("odd paths as the writer takes them: root, empty, relative, escapes, unicode, globs, very long, very deep")
        .states([start()]))
}

pub fn paths_not_canonical(file: &FilePath) -> Result<Golden> {
    let paths = [
        "/p00//b",
        "/p01/b///",
        "/p02/",
        "//p03/b",
        "////p04",
        "/p05////b",
        "xp06/b",
        r"/p07\//b",
        r"/p08\\/b",
        r"/p09\\//b",
        r"/p10\//c/b",
        "///",
        "//",
        "/p11/..",
        "p12//b",
        "p13///",
        r"/p14/\/",
        r"/p15/\//",
        r"/p16/\//b",
        r"/p17\///\/b",
    ];
    // what is written first: as long, canonical, and found again
    let written: Vec<String> = paths
        .iter()
        .enumerate()
        .map(|(i, p)| format!("w{i:02}xxxxxxxx")[..p.len()].into())
        .collect();
    let mut a = Archive::create(file)?;
    a.paths(&written)?;
    let items: Vec<_> = written.iter().enumerate().map(|(i, p)| (p, n(i as i64))).collect();
    a.delta(start(), &items)?;
    a.finish()?;
    let prefixed = |p: &str| [&[p.len() as u8], p.as_bytes()].concat();
    for (written, patched) in written.iter().zip(paths) {
        patch::replace(file, &prefixed(written), &prefixed(patched))?;
    }
    Ok(Golden::new(
        "paths that were patched: empty components at the start, inside, at the end, beside escapes; \
         the reader says what is canonical",
    ))
}

pub fn paths_duplicate(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/same/x", "/same/y", "/same/xz"])?;
    a.delta(at(0), &[("/same/x", n(0)), ("/same/y", n(1)), ("/same/xz", n(2))])?;
    a.paths(&["/other/a", "/other/b"])?;
    a.delta(at(10), &[("/other/a", n(3)), ("/other/b", n(4))])?;
    a.delta(at(20), &[("/same/x", n(5))])?;
    a.finish()?;
    // one path with two ids, at once and after it is made canonical
    patch::replace(file, b"/same/y", b"/same/x")?;
    patch::replace(file, b"/same/xz", b"/same/x/")?;
    // one id with two paths: /other/b, written for id 4, now says id 0
    patch::replace(file, b"/other/b\x04", b"/other/b\x00")?;
    Ok(Golden::new(
        "mappings that were patched: one path with three ids, an id whose path changes late, an id left without one",
    ))
}

pub fn paths_many(file: &FilePath) -> Result<Golden> {
    let paths: Vec<String> =
        (0..300).map(|i| format!("/many/{}/{:03}", ["a", "b", "c"][i % 3], i)).collect();
    let mut a = Archive::create(file)?;
    a.paths(&paths)?;
    let items: Vec<_> = paths.iter().enumerate().map(|(i, p)| (p, n(i as i64))).collect();
    a.delta(at(0), &items)?;
    a.delta(at(10), &items[100..228])?;
    a.delta(at(20), &items[..2])?;
    a.finish()?;
    Ok(Golden::new(
        "300 paths: ids of two bytes, an index whose own length takes two bytes, a batch of all",
    )
    .states([at(20)]))
}

pub fn ids_without_path(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a"])?;
    a.batch_by_id(false, at(0), vec![(id(0), n(1)), (id(7), n(2))])?;
    a.batch_by_id(false, at(10), vec![(id(16_384), n(3)), (id(u32::MAX), n(4))])?;
    a.batch_by_id(true, at(20), vec![(id(0), n(1)), (id(7), n(2)), (id(2_097_152), n(5))])?;
    a.finish()?;
    Ok(Golden::new(
        "items of ids that no mapping names, up to the largest id; the writer does not check",
    ))
}

pub fn repeated_in_batch(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b"])?;
    a.delta(at(0), &[("/a", n(1)), ("/b", n(1)), ("/a", n(2)), ("/a", n(3))])?;
    a.delta(at(10), &[("/b", n(2)), ("/b", Event::Unsubscribed)])?;
    a.delta(
        at(20),
        &[("/b", Event::Unsubscribed), ("/b", n(3)), ("/a", up(s("last"))), ("/a", up(s("last")))],
    )?;
    a.image(at(30), &[("/a", n(8)), ("/b", n(9)), ("/a", n(10))])?;
    a.finish()?;
    Ok(Golden::new(
        "several updates of one path in one batch: all are history, the last is the state",
    ))
}
