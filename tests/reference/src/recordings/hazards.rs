//! What else lies in a recorder's folder, and what time does there.

use super::{
    Recorded, Recording, Shard, Twin,
    landing::{rotated_name, stored_name},
    shard::{compress_to, index_to},
    steady::{Feed, S},
};
use crate::{legacy::Legacy, val};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path as FilePath, PathBuf},
};

const PATHS: [&str; 4] = ["/h/level", "/h/count", "/h/state", "/h/price"];

pub fn hazards(root: &FilePath) -> Result<Recording> {
    // Begun by a version that wrote no record indexes: whoever appends to a file goes on as it began.
    fs::create_dir_all(root.join("0"))?;
    Legacy::create(&root.join("0/current"))?.finish()?;
    let mut shard = Shard::open_external(root, "0")?;
    let mut feed = Feed::new(val::start(), &PATHS, 50);
    let mut not_part = vec![
        ("current.lock".to_owned(), "a lock file"),
        ("pathindex.lock".to_owned(), "a lock file"),
    ];

    feed.begin(&mut shard, 0)?;
    feed.tick(&mut shard, S)?;
    shard.paths(&["/h/rare"])?;
    shard.delta(feed.at(S + 500_000), &[("/h/rare", val::up(val::s("heard once")))])?;
    feed.run(&mut shard, 2 * S..20 * S, S as usize)?;
    let without_index = shard.rotate_with_image(feed.at(20 * S + 500_000))?;
    let copy = without_index.with_extension("ix");
    index_to(&without_index, &copy)?;
    not_part.push((name(&copy)?, "the indexed copy of the first file, kept beside it"));

    // The writer writes batches of one time a microsecond apart and so runs ahead of the clock.
    feed.run(&mut shard, 21 * S..30 * S, S as usize)?;
    for _ in 0..60 {
        feed.tick(&mut shard, 30 * S)?;
    }
    shard.rotate_with_image(feed.at(30 * S + 20))?;
    feed.run(&mut shard, 31 * S..41 * S, S as usize)?;
    // One time at both sides of the boundary: a delta and an image, then two deltas.
    shard.rotate_with_image(feed.at(40 * S))?;
    feed.run(&mut shard, 41 * S..51 * S, S as usize)?;
    shard.rotate(feed.at(50 * S))?;
    feed.run(&mut shard, 50 * S..60 * S, S as usize)?;
    shard.rotate(feed.at(60 * S))?;
    // Nothing happened until the next rotation: a file without a record.
    shard.rotate(feed.at(70 * S))?;

    // Down for nine minutes: the gap lies inside the file, without an image, and the next image lacks what
    // was not heard of since.
    feed.run(&mut shard, 71 * S..75 * S, S as usize)?;
    shard.restart()?;
    feed.run(&mut shard, 600 * S..610 * S, S as usize)?;
    shard.rotate_with_image(feed.at(610 * S))?;

    feed.run(&mut shard, 610 * S + S / 4..630 * S, 150_000)?;
    let original = shard.rotate_with_image(feed.at(630 * S))?;
    let twin = rotated_name(&feed.at(630 * S + 250_000));
    compress_to(&original, &original.with_file_name(&twin))?;
    let copy = original.with_extension("rz");
    compress_to(&original, &copy)?;
    not_part.push((name(&copy)?, "a compressed copy of the last rotated file, kept beside it"));

    // The clock was set back by half a minute while the recorder was down.
    feed.run(&mut shard, 700 * S..720 * S, S as usize)?;
    shard.stop();
    fs::copy(root.join("0/current"), root.join("0/current_copy"))?;
    shard.restart()?;
    not_part.push(("current_copy".to_owned(), "a copy of current, taken before it grew further"));
    feed.run(&mut shard, 690 * S..710 * S, S as usize)?;
    shard.image(feed.at(710 * S))?;
    feed.run(&mut shard, 711 * S..730 * S, S as usize)?;
    let twins = vec![Twin { name: twin, of: name(&original)? }];
    let first = Recorded { name: "0", files: shard.finish()?, not_part, twins };

    let mut second = Shard::open(root, "1")?;
    let mut feed = Feed::new(val::start(), &["/other/level", "/other/count"], 51);
    feed.begin(&mut second, 0)?;
    feed.run(&mut second, 15 * S..360 * S, 15 * S as usize)?;
    second.rotate_with_image(feed.at(360 * S))?;
    feed.run(&mut second, 375 * S..735 * S, 15 * S as usize)?;
    Ok(Recording::new(
        "in the order of shard 0: a file without record indexes; a tail later than the file's name and \
         than the head of the next file; a delta and an image of one time at a boundary, then two deltas of one \
         time; an empty file; a gap inside a file, \
         after which images lack /h/rare; the original of a twin; current, in which time steps back. \
         Shard 1 goes on beside it",
        vec![first, Recorded::new("1", second.finish()?)],
    ))
}

pub fn crashed(root: &FilePath) -> Result<Recording> {
    let mut shard = Shard::open(root, "0")?;
    let mut feed = Feed::new(val::start(), &PATHS, 52);
    feed.begin(&mut shard, 0)?;
    feed.run(&mut shard, S / 2..10 * S, 500_000)?;
    shard.rotate_with_image(feed.at(10 * S))?;
    feed.run(&mut shard, 10 * S + S / 4..30 * S, 150_000)?;
    // Rotation with compression puts the compressed file in its place before it removes current. Here it
    // came no further; started again, the recorder goes on with current.
    shard.stop();
    let twin = rotated_name(&feed.at(30 * S));
    compress_to(&root.join("0/current"), &root.join("0").join(&twin))?;
    shard.restart()?;
    feed.run(&mut shard, 60 * S..70 * S, S as usize)?;
    let twins = vec![Twin { name: twin, of: "current".to_owned() }];
    Ok(Recording::new(
        "a crash while current was rotated and compressed: the compressed file has what current had then, and \
         current went on growing",
        vec![Recorded { name: "0", files: shard.finish()?, not_part: vec![], twins }],
    ))
}

/// The name under which a file will be stored.
fn name(file: &PathBuf) -> Result<String> {
    let name = file.file_name().and_then(|name| name.to_str());
    Ok(stored_name(name.with_context(|| format!("{file:?} has no name"))?))
}
