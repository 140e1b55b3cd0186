//! The rows of one batch.

use super::row::{Row, RowWriter};
use crate::{
    format::{Batch, Error},
    index::{Paths, Problems},
    query::Selection,
    timeline::Place,
};

/// The shard of some rows.
pub(super) struct ShardRows<'a> {
    pub number: usize,
    /// Named where the recording has shards.
    pub name: Option<&'a str>,
    pub paths: &'a Paths,
    /// The paths that are wanted; all without it.
    pub selection: Option<&'a Selection>,
}

/// What was written of a batch.
pub(super) struct Written {
    /// How many rows.
    pub rows: u64,
    /// The number of the first item that is not written; `None` where all are.
    pub rest: Option<usize>,
}

/// Writes the rows of items of a batch, from a number on, until `out` has so many bytes.
pub(super) fn write_items(
    writer: &mut dyn RowWriter,
    shard: &ShardRows<'_>,
    place: Place,
    items: Batch<'_>,
    (from, most): (usize, usize),
    out: &mut Vec<u8>,
    left_out: &mut Problems,
) -> Written {
    let time = place.key.time;
    let within = |e: Error| e.within(place.kind().name(), place.key.offset);
    let mut rows = 0;
    for (number, item) in items.enumerate().skip(from) {
        let item = match item {
            Ok(item) => item,
            Err(e) => {
                left_out.push(within(e));
                break;
            }
        };
        if shard.selection.is_some_and(|selection| !selection.contains_id(item.id)) {
            continue;
        }
        if out.len() >= most {
            return Written { rows, rest: Some(number) };
        }
        if rows == 0 && from == 0 {
            writer.batch(time, out);
        }
        rows += 1;
        let ordinal = shard.paths.ordinal(item.id);
        let row = Row {
            time,
            shard: shard.name,
            shard_number: shard.number,
            path: ordinal.map(|ordinal| shard.paths.path(ordinal)),
            ordinal,
            id: item.id,
            event: Ok(item.event),
        };
        if let Err(e) = writer.row(&row, out) {
            left_out.push(within(e));
        }
    }
    Written { rows, rest: None }
}
