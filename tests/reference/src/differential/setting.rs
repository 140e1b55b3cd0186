//! What the questions to an archive have in common: its filters, the times worth standing at, and
//! what was in it at earlier committed ends.

use super::{
    answers::Clock,
    model::{Ids, Time},
};
use crate::{
    archive::{id, id_number},
    decoded::Decoded,
    json::quote,
    patch,
};
use anyhow::Result;
use arcstr::ArcStr;
use chrono::TimeDelta;
use netidx_archive::logfile::{ArchiveReader, Id};
use netidx_netproto::glob::GlobSet;
use nohash::IntSet;
use std::{fs, path::Path as FilePath};

/// The filters that every archive is asked with.
const FILTERS: [&[&str]; 10] = [
    &["/**"],
    &["/a/**"],
    &["/a/0/*", "/b/1/v1?"],
    &["/single"],
    &["/late/*"],
    &["/x/*"],
    &["/*/2/v{02,05}"],
    &["/**/v0[0-3]"],
    &["/a", "/b", "/c"],
    &["/nothing/**"],
];

/// The ids that some globs match, for the model and for the reader.
pub struct Filter {
    /// For the model.
    pub ids: Ids,
    /// For the reader.
    pub set: IntSet<Id>,
}

/// The filters, and the lines that say what they are.
pub fn filters(reader: &ArchiveReader) -> Result<(Vec<Filter>, Vec<String>)> {
    let mut filters = vec![];
    let mut lines = vec![];
    for globs in FILTERS {
        let globs: Vec<ArcStr> = globs.iter().map(|g| ArcStr::from(*g)).collect();
        let set = GlobSet::try_from(globs.clone())?;
        let index = reader.index();
        let ids: Ids = index
            .iter_pathmap()
            .filter(|(_, path)| set.is_match(path))
            .map(|(id, _)| id_number(*id))
            .collect();
        let globs: Vec<_> = globs.iter().map(|g| quote(g)).collect();
        let numbers: Vec<_> = ids.iter().map(u32::to_string).collect();
        lines.push(format!("{{\"globs\":[{}],\"ids\":[{}]}}", globs.join(","), numbers.join(",")));
        filters.push(Filter { set: ids.iter().map(|n| id(*n)).collect(), ids });
    }
    Ok((filters, lines))
}

/// Every batch's time, and some far from all.
pub fn places(file: &Decoded, base: Time) -> Vec<Time> {
    let mut places: Vec<_> = file.deltas.iter().chain(&file.images).map(|b| b.time).collect();
    let last = places.iter().max().copied().unwrap_or(base);
    for (from, seconds) in [(base, -40), (base, -86_400), (last, 40), (last, 86_400)] {
        places.push(from + TimeDelta::seconds(seconds));
    }
    places
}

/// What the reader finds when the file was committed only up to some record.
pub fn prefixes(file: &FilePath, decoded: &Decoded, clock: Clock) -> Result<Vec<String>> {
    if decoded.header.compressed {
        return Ok(vec![]);
    }
    let records = patch::records(file)?;
    let copy = file.with_extension("prefix");
    let mut lines = vec![];
    for record in records.iter().step_by(records.len().div_ceil(16).max(1)) {
        fs::copy(file, &copy)?;
        patch::set_committed(&copy, record.offset as u64)?;
        let reader = ArchiveReader::open(&copy)?;
        let index = reader.index();
        lines.push(format!(
            "{{\"op\":\"prefix\",\"committed\":{},\"deltas\":{},\"images\":{},\"paths\":{},\"last\":{}}}",
            record.offset,
            reader.delta_batches(),
            reader.image_batches(),
            index.iter_pathmap().count(),
            clock.option(index.deltamap().last_key_value().map(|(t, _)| *t)),
        ));
    }
    fs::remove_file(copy)?;
    Ok(lines)
}
