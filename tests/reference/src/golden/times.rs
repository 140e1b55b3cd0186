//! Times: bases, offsets, and batches that share one time or go back.

use super::Golden;
use crate::{
    archive::Archive,
    legacy::{self, Legacy},
    patch,
    val::*,
};
use anyhow::Result;
use netidx::{publisher::Value, subscriber::Event};
use netidx_0_12::subscriber::{Event as OldEvent, Value as OldValue};
use std::path::Path as FilePath;

fn n(n: i64) -> Event {
    up(Value::I64(n))
}

pub fn basis_changes(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b"])?;
    let max = 0x03FF_FFFF;
    for (i, us) in [
        0,
        1,
        max,          // the last offset of the first basis
        max + 1,      // the first that needs a new one
        2 * max + 1,  // its last
        2 * max + 10, // a third
        86_400_000_000,
        86_400_000_001,
    ]
    .into_iter()
    .enumerate()
    {
        a.delta(at(us), &[(if i % 2 == 0 { "/a" } else { "/b" }, n(i as i64))])?;
    }
    a.image(at(86_500_000_000), &[("/a", n(6)), ("/b", n(7))])?;
    a.delta(at(86_500_000_001), &[("/a", n(9))])?;
    a.finish()?;
    Ok(Golden::new(
        "gaps at and beyond the largest offset of 67.1 s, so that the time basis changes; also before an image",
    ))
}

pub fn basis_nanoseconds(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a"])?;
    a.delta(time(1_772_357_400, 123_456_789), &[("/a", n(0))])?;
    // 1.5 µs later: the writer keeps whole microseconds
    a.delta(time(1_772_357_400, 123_458_289), &[("/a", n(1))])?;
    a.delta(time(1_772_357_401, 999_999_999), &[("/a", n(2))])?;
    a.delta(time(1_772_357_500, 1), &[("/a", n(3))])?;
    a.delta(time(1_772_357_500, 2_001), &[("/a", n(4))])?;
    a.image(time(1_772_357_500, 9_001), &[("/a", n(4))])?;
    a.finish()?;
    Ok(Golden::new("bases with nanoseconds below a microsecond, which every batch time keeps"))
}

pub fn basis_before_1970(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a"])?;
    a.delta(time(-62_135_596_800, 0), &[("/a", n(0))])?;
    a.delta(time(-2, 500_000_000), &[("/a", n(1))])?;
    a.delta(time(0, 250_000_000), &[("/a", n(2))])?;
    a.delta(time(253_402_300_799, 999_999_000), &[("/a", n(3))])?;
    a.finish()?;
    Ok(Golden::new(
        "batches in year 1, around 1970 and at the end of year 9999: beyond 64-bit nanoseconds on both sides",
    ))
}

pub fn offset_wide(file: &FilePath) -> Result<Golden> {
    let mut a = Legacy::create(file)?;
    a.paths(&["/a"])?;
    let n = |n: i64| OldEvent::Update(OldValue::I64(n));
    a.batch(false, start(), &[("/a", n(0))])?;
    a.batch_with_offset(false, 0x03FF_FFFF, &[("/a", n(1))])?;
    a.batch_with_offset(false, 0x0400_0000, &[("/a", n(2))])?;
    a.batch_with_offset(false, 0x3FFF_FFFF, &[("/a", n(3))])?;
    a.finish()?;
    Ok(Golden::new("offsets of all 30 bits, beyond where today's writer stops").by(legacy::WRITER))
}

pub fn same_time(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b", "/c"])?;
    a.delta(at(0), &[("/a", n(0)), ("/c", n(0))])?;
    a.delta(at(100), &[("/a", n(1)), ("/b", n(1))])?;
    a.delta(at(101), &[("/a", n(2))])?;
    a.delta(at(102), &[("/b", n(3))])?;
    a.delta(at(200), &[("/a", n(4))])?;
    a.delta(at(300), &[("/a", n(5))])?;
    a.delta(at(301), &[("/b", n(6))])?;
    a.finish()?;
    patch::set_offset(file, 2, 100)?;
    patch::set_offset(file, 3, 100)?;
    patch::set_offset(file, 6, 300)?;
    Ok(Golden::new("three deltas at one time, and the last two at one time (offsets patched)")
        .states([at(-1), at(0), at(99), at(100), at(101), at(200), at(299), at(300), at(301)]))
}

pub fn same_time_images(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b", "/only-image"])?;
    a.delta(at(0), &[("/a", n(0)), ("/b", n(0))])?;
    // a delta, then an image at its time that holds what the delta said
    a.delta(at(100), &[("/a", n(1))])?;
    a.image(at(101), &[("/a", n(1)), ("/b", n(0)), ("/only-image", n(1))])?;
    // an image, then a delta at its time that goes on from it
    a.image(at(200), &[("/a", n(1)), ("/b", n(0)), ("/only-image", n(2))])?;
    a.delta(at(201), &[("/b", n(2))])?;
    // an image between two deltas at one time
    a.delta(at(300), &[("/a", n(3))])?;
    a.image(at(301), &[("/a", n(3)), ("/b", n(2)), ("/only-image", n(3))])?;
    a.delta(at(302), &[("/a", n(4))])?;
    // two images at one time
    a.image(at(400), &[("/a", n(4)), ("/b", n(2)), ("/only-image", n(4))])?;
    a.image(at(401), &[("/a", n(4)), ("/b", n(2))])?;
    a.delta(at(500), &[("/b", n(5))])?;
    a.finish()?;
    for (batch, us) in [(2, 100), (4, 200), (6, 300), (7, 300), (9, 400)] {
        patch::set_offset(file, batch, us)?;
    }
    Ok(Golden::new("images and deltas at one time, in both orders, and two images at one time (offsets patched)")
        .states([0, 99, 100, 101, 199, 200, 201, 299, 300, 301, 399, 400, 401, 500].map(at)))
}

pub fn plain_same_time(file: &FilePath) -> Result<Golden> {
    let mut a = Legacy::create(file)?;
    a.paths(&["/a", "/b"])?;
    let n = |n: i64| OldEvent::Update(OldValue::I64(n));
    a.batch(false, at(0), &[("/a", n(0))])?;
    a.batch(false, at(0), &[("/b", n(1))])?;
    a.batch(true, at(0), &[("/a", n(0)), ("/b", n(1))])?;
    a.batch(false, at(50), &[("/a", n(2))])?;
    a.batch(true, at(50), &[("/a", n(2)), ("/b", n(1))])?;
    a.batch(false, at(50), &[("/a", n(3)), ("/b", n(3))])?;
    a.finish()?;
    Ok(Golden::new(
        "plain, batches that share a time; here no byte was patched, 0.12.1 takes what it is given",
    )
    .by(legacy::WRITER)
    .states([at(-1), at(0), at(49), at(50), at(51)]))
}

pub fn reopened(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a"])?;
    a.delta(at(0), &[("/a", n(0))])?;
    a.delta(at(10), &[("/a", n(1))])?;
    a.finish()?;
    let mut a = Archive::append(file)?;
    a.paths(&["/a", "/b"])?;
    a.delta(secs(5), &[("/a", n(2)), ("/b", n(2))])?;
    a.finish_with_tail()?;
    let mut a = Archive::append(file)?;
    a.delta(secs(6), &[("/b", n(3))])?;
    a.finish()?;
    Ok(Golden::new(
        "closed and opened again by the writer, twice: each time a new basis, ids go on",
    ))
}

pub fn clock_back(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/a", "/b"])?;
    a.delta(secs(10), &[("/a", n(0))])?;
    a.delta(secs(20), &[("/a", n(1))])?;
    a.finish()?;
    // a new writer takes the first time that it is given, even if it is before the file's last
    let mut a = Archive::append(file)?;
    a.delta(secs(5), &[("/b", n(2))])?;
    a.delta(secs(15), &[("/b", n(3))])?;
    a.delta(secs(25), &[("/b", n(4))])?;
    a.finish()?;
    Ok(Golden::new(
        "the clock was set back between two runs of the writer: deltas in file order, their times not; \
         no path is in both runs, so that a state is the same in either order",
    )
    .states([4, 5, 10, 12, 15, 20, 22, 25, 30].map(secs)))
}
