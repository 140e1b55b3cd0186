//! One file for each layout of a record, and the smallest files that there can be.

use super::Golden;
use crate::{
    archive::{self, Archive, compress},
    legacy::{self, Legacy},
    rng::Rng,
    val::*,
};
use anyhow::Result;
use netidx::{publisher::Value, subscriber::Event};
use netidx_0_12::subscriber::{Event as OldEvent, Value as OldValue};
use std::{fs, path::Path as FilePath};

pub fn fresh(file: &FilePath) -> Result<Golden> {
    Archive::create(file)?.finish()?;
    Ok(Golden::new("nothing but the header of a new file, cut to the committed 26 bytes"))
}

pub fn fresh_tail(file: &FilePath) -> Result<Golden> {
    Archive::create(file)?.finish_with_tail()?;
    Ok(Golden::new(
        "a new file as the writer leaves it: a header and a block of preallocated zeros",
    ))
}

pub fn paths_only(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b", "/b/c"])?;
    a.finish()?;
    Ok(Golden::new("path mappings and no batch"))
}

pub fn single_batch(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b"])?;
    a.delta(start(), &[("/a", up(Value::U64(42))), ("/b", up(s("x")))])?;
    a.finish()?;
    Ok(Golden::new("one time basis and one delta batch"))
}

pub fn indexed(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b", "/c"])?;
    for i in 0..10i64 {
        let mut items = vec![("/a", up(Value::I64(i)))];
        if i % 2 == 0 {
            items.push(("/b", up(Value::F64(i as f64 / 4.))));
        }
        if i % 3 == 0 {
            items.push(("/c", up(s(&format!("batch {i}")))));
        }
        a.delta(at(i * 250_000), &items)?;
    }
    a.finish()?;
    Ok(Golden::new("indexed, uncompressed, no images: what today's recorder writes"))
}

pub fn indexed_images(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b", "/c", "/d"])?;
    let event = |n: i64| up(Value::I64(n));
    // starts with an image, and its paths are not in the deltas that follow
    a.image(at(0), &[("/a", event(0)), ("/b", event(0)), ("/c", event(0))])?;
    for i in 1..=12i64 {
        let t = at(i * 100_000);
        a.delta(t, &[(if i % 2 == 0 { "/a" } else { "/b" }, event(i))])?;
        if i % 5 == 0 {
            let (a_last, b_last) = if i % 2 == 0 { (i, i - 1) } else { (i - 1, i) };
            let mut image = vec![("/a", event(a_last)), ("/b", event(b_last)), ("/c", event(0))];
            if i == 10 {
                image.push(("/d", up(s("only the image has it"))));
            }
            a.image(at(i * 100_000 + 10), &image)?;
        }
    }
    a.finish()?;
    Ok(Golden::new("indexed with images: one before all deltas, one with a path that no delta has"))
}

pub fn plain(file: &FilePath) -> Result<Golden> {
    let mut a = Legacy::create(file)?;
    a.paths(&["/old/a", "/old/b"])?;
    let t = |i: i64| at(i * 1_000_000);
    a.batch(false, t(0), &[("/old/a", OldEvent::Update(OldValue::U32(7)))])?;
    a.batch(false, t(1), &[("/old/b", OldEvent::Update(OldValue::V32(300)))])?;
    a.batch(
        false,
        t(2),
        &[
            ("/old/a", OldEvent::Update(OldValue::Error("gone".into()))),
            ("/old/b", OldEvent::Unsubscribed),
        ],
    )?;
    a.batch(false, t(100), &[("/old/a", OldEvent::Update(OldValue::True))])?;
    a.finish()?;
    Ok(Golden::new("plain: no index, no compression, no images").by(legacy::WRITER))
}

pub fn plain_images(file: &FilePath) -> Result<Golden> {
    let mut a = Legacy::create(file)?;
    a.paths(&["/old/a", "/old/b", "/old/c"])?;
    let n = |n: i64| OldEvent::Update(OldValue::Z64(n));
    for i in 0..9i64 {
        a.batch(
            false,
            at(i * 40_000_000),
            &[(["/old/a", "/old/b", "/old/c"][i as usize % 3], n(-i))],
        )?;
        if i % 4 == 3 {
            let t = at(i * 40_000_000 + 5);
            a.batch(true, t, &[("/old/a", n(-(i / 3 * 3))), ("/old/b", n(-i)), ("/old/c", n(1))])?;
        }
    }
    a.finish()?;
    Ok(Golden::new("plain with images, and a basis that changes").by(legacy::WRITER))
}

pub fn plain_modern(file: &FilePath) -> Result<Golden> {
    Legacy::create(file)?.finish()?;
    let mut a = Archive::append(file)?;
    a.paths(&["/a", "/b"])?;
    a.delta(at(0), &[("/a", up(dec("1.20"))), ("/b", up(map([(s("k"), Value::U8(1))])))])?;
    a.image(at(10), &[("/a", up(dec("1.20"))), ("/b", up(map([(s("k"), Value::U8(1))])))])?;
    a.delta(at(20), &[("/b", up(err(Value::I16(-3))))])?;
    a.finish()?;
    Ok(Golden::new(
        "a new file of 0.12.1 that 0.32.0 appended to: plain records with values that 0.12.1 did \
         not know; the ids start at 1",
    )
    .by("netidx-archive 0.12.1, then 0.32.0"))
}

pub fn compressed(file: &FilePath) -> Result<Golden> {
    let source = file.with_extension("source");
    let mut a = Legacy::create(&source)?;
    let paths: Vec<String> = (0..12).map(|i| format!("/plant/pump{i:02}/pressure")).collect();
    a.paths(&paths)?;
    let mut rng = Rng::new(1);
    for i in 0..60i64 {
        let items: Vec<_> = (0..6)
            .map(|_| {
                let bar = rng.between(100, 140) as f64 / 10.;
                (rng.pick(&paths).clone(), OldEvent::Update(OldValue::F64(bar)))
            })
            .collect();
        a.batch(false, at(i * 500_000), &items)?;
        if i % 20 == 10 {
            let image: Vec<_> =
                paths.iter().map(|p| (p, OldEvent::Update(OldValue::F64(i as f64)))).collect();
            a.batch(true, at(i * 500_000 + 1), &image)?;
        }
    }
    a.finish()?;
    compress(&source, file)?;
    fs::remove_file(source)?;
    Ok(Golden::new("compressed without index: a plain file of 0.12.1 through 0.32.0's compress")
        .by("netidx-archive 0.12.1, then 0.32.0"))
}

pub fn compressed_indexed(file: &FilePath) -> Result<Golden> {
    let source = file.with_extension("source");
    let mut a = Archive::create(&source)?;
    let paths: Vec<String> = (0..20)
        .map(|i| format!("/market/{}/sym{i:02}/last", if i % 2 == 0 { "lse" } else { "nyse" }))
        .collect();
    let (early, late) = paths.split_at(15);
    a.paths(early)?;
    let mut rng = Rng::new(2);
    let mut last: Vec<Option<Event>> = vec![None; paths.len()];
    for i in 0..80i64 {
        if i == 40 {
            a.paths(late)?;
        }
        let known = if i < 40 { early.len() } else { paths.len() };
        let items: Vec<_> = (0..1 + rng.below(6))
            .map(|_| {
                let n = rng.below(known as u64) as usize;
                let event = match rng.below(10) {
                    0 => Event::Unsubscribed,
                    1 => up(Value::Null),
                    _ => up(Value::F64(rng.between(9_000, 11_000) as f64 / 100.)),
                };
                last[n] = Some(event.clone());
                (paths[n].as_str(), event)
            })
            .collect();
        a.delta(at(i * 3_000_000), &items)?;
        if i % 30 == 29 {
            let image: Vec<_> = paths
                .iter()
                .zip(&last)
                .filter_map(|(p, e)| Some((p.as_str(), e.clone()?)))
                .collect();
            a.image(at(i * 3_000_000 + 7), &image)?;
        }
    }
    a.finish()?;
    compress(&source, file)?;
    fs::remove_file(source)?;
    Ok(Golden::new(
        "compressed and indexed, with images and paths added late (the copy has them first)",
    ))
}

pub fn compressed_values(file: &FilePath) -> Result<Golden> {
    let source = file.with_extension("source");
    let mut a = Archive::create(&source)?;
    let values = [
        ("/v/u8", Value::U8(255)),
        ("/v/i16", Value::I16(-32768)),
        ("/v/z64", Value::Z64(i64::MIN)),
        ("/v/f64", Value::F64(-0.0)),
        ("/v/string", s("text that comes again and again, text that comes again and again")),
        ("/v/bytes", bytes(&[7; 200])),
        ("/v/decimal", dec("-12.3400")),
        ("/v/datetime", dt(start())),
        ("/v/array", arr([Value::Null, arr([s("deep")]), Value::Bool(true)])),
        ("/v/map", map([(Value::U32(1), s("one")), (s("k"), Value::F32(1.5))])),
        ("/v/error", err(err(s("inner")))),
        ("/v/duration", dur(1, 500_000_000)),
    ];
    a.paths(&values.iter().map(|(p, _)| *p).collect::<Vec<_>>())?;
    let mut rng = Rng::new(3);
    for i in 0..40i64 {
        let first = rng.below(values.len() as u64) as usize;
        let items: Vec<_> =
            (first..values.len()).map(|n| (values[n].0, up(values[n].1.clone()))).collect();
        a.delta(at(i * 10), &items)?;
    }
    a.finish()?;
    compress(&source, file)?;
    fs::remove_file(source)?;
    let last = at(390);
    Ok(Golden::new(
        "compressed and indexed, values of many types, no images; batches that compress well",
    )
    .by(archive::WRITER)
    .states([last]))
}
