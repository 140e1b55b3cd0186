//! Recordings made at random: shards, files, images, equal times, every kind of value that questions treat apart.

use crate::{
    common::Random,
    writer::{Item, Layout, Writer},
};
use netidx_archive_viewer::{
    recording::{Opening, Recording},
    source::Pages,
};

/// The first second of all of them.
pub const START: i64 = 1_772_357_400;

/// A file: batches at microseconds after the start, whether each is an image, and its items.
type Batches = Vec<(u32, bool, Vec<Item>)>;

fn value(random: &mut Random) -> Vec<u8> {
    let string = |text: &str| [&[12, text.len() as u8][..], text.as_bytes()].concat();
    let float = |n: f64| [&[9][..], &n.to_be_bytes()].concat();
    match random.below(12) {
        0 => vec![0x40],
        1 => vec![16],
        2 => string("failed"),
        3 => string("ok"),
        4 => float([0.1, 1e16, -1e16, -0., 0.][random.below(5)]),
        5 => float([f64::NAN, f64::INFINITY, 7.][random.below(3)]),
        6 => [&[6][..], &(random.below(9) as i64 - 4).to_be_bytes()].concat(),
        _ => vec![23, random.below(12) as u8],
    }
}

fn archive(layout: Layout, batches: &Batches, paths: &[(String, u32)]) -> Vec<u8> {
    let mut writer = Writer::new(layout);
    writer.basis(START, 0);
    if !paths.is_empty() {
        writer.paths(paths);
    }
    for (micros, is_image, items) in batches {
        match is_image {
            true => writer.image(*micros, items),
            false => writer.delta(*micros, items),
        };
    }
    writer.finish()
}

fn paths(shard: usize) -> Vec<(String, u32)> {
    // One path is of both shards.
    (0..5)
        .map(|id| (if id == 4 { "/both".to_owned() } else { format!("/{shard}/{id}") }, id))
        .collect()
}

/// Batches of a shard, the images consistent with the deltas.
fn batches(random: &mut Random, count: usize) -> Batches {
    let (mut at, mut state, mut all) = (0, std::collections::BTreeMap::new(), Vec::new());
    for _ in 0..count {
        at += [0, 1, 1, 2, 5, 12][random.below(6)] * 1_000_000;
        if random.below(9) == 0 && !state.is_empty() {
            all.push((at, true, state.clone().into_iter().collect()));
        }
        let items = 1 + random.below(3);
        let items: Vec<Item> =
            (0..items).map(|_| (random.below(5) as u32, value(random))).collect();
        state.extend(items.iter().cloned());
        all.push((at, false, items));
    }
    all
}

/// A recording of two shards, each cut into three files somewhere.
pub fn folder(random: &mut Random) -> Recording {
    let mut opening = Opening::default();
    for shard in 0..2 {
        let mut add = |name: &str, bytes: Vec<u8>| {
            let name = format!("{shard}/{name}");
            opening.add(&name, || Ok(Pages::whole(bytes))).expect("bytes are a source");
        };
        add("pathindex", archive(Layout::INDEXED, &Vec::new(), &paths(shard)));
        let all = batches(random, 24);
        let cut = 4 + random.below(8);
        for (nth, part) in [&all[..cut], &all[cut..cut + 8], &all[cut + 8..]].iter().enumerate() {
            let layout = Layout::ALL[random.below(4)];
            let name = ["2026-03-01T09:30:01+00:00", "2026-03-01T09:30:02+00:00", "current"][nth];
            add(name, archive(layout, &part.to_vec(), &[]));
        }
    }
    opening.finish().expect("a recording")
}

/// The batches of one shard of such a recording as one file with its own paths.
pub fn file(random: &mut Random) -> Recording {
    let layout = Layout::ALL[random.below(4)];
    let bytes = archive(layout, &batches(random, 30), &paths(0));
    Recording::open_file(Pages::whole(bytes), None).expect("an archive")
}
