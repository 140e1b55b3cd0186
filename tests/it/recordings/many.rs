//! A shard that was rotated very often, made when it is asked for: stored, its files would take as many
//! blocks of a disk.

use crate::writer::{Item, Layout, Writer, number};

/// The paths of the shard; their ids are their places.
pub const PATHS: [&str; 3] = ["/many/a", "/many/b", "/many/c"];

const START: i64 = 1_772_357_400;
const SECONDS_PER_FILE: i64 = 60;
const BATCHES: i64 = 5;

/// A shard of many tiny files.
pub struct Many {
    pub path_index: Vec<u8>,
    /// Name and bytes, in order; the last one is `current`.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A shard of `count` files, rotated each minute, an image at the head of each but the first. The values of
/// all paths count on from file to file.
pub fn many(count: usize) -> Many {
    let mut writer = Writer::new(Layout::INDEXED);
    writer.paths(&PATHS.iter().zip(0..).collect::<Vec<_>>());
    let path_index = writer.finish();
    let mut last: Vec<Item> = (0..PATHS.len() as u32).map(|id| (id, number(0))).collect();
    let mut counter = 0;
    let files = (0..count).map(|nth| {
        let mut writer = Writer::new(Layout::INDEXED);
        let begin = START + nth as i64 * SECONDS_PER_FILE;
        writer.basis(begin, 0);
        if nth > 0 {
            writer.image(0, &last);
        }
        for batch in 1..=BATCHES {
            counter += 1;
            let item = (counter as u32 % PATHS.len() as u32, number(counter));
            last[item.0 as usize] = item.clone();
            writer.delta(batch as u32 * 1_000_000, &[item]);
        }
        let end = chrono::DateTime::from_timestamp(begin + SECONDS_PER_FILE, 0).expect("a time");
        let name = if nth + 1 == count { "current".to_owned() } else { end.to_rfc3339() };
        (name, writer.finish())
    });
    Many { files: files.collect(), path_index }
}
