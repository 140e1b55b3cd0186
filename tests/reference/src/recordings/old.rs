//! Recordings as old versions left them.

use super::{
    Recorded, Recording,
    landing::rotated_name,
    shard::{DataFile, Written, index_to},
};
use crate::{
    legacy::{self, Legacy},
    rng::Rng,
    val::{self, up},
};
use anyhow::{Context, Result};
use netidx::publisher::Value;
use netidx_0_12::subscriber::{Event as OldEvent, Value as OldValue};
use std::path::Path as FilePath;

/// The paths that each file maps, in the order of their ids: the recorder mapped them in the order in which
/// it subscribed to them, another one after each rotation.
const FILES: [&[&str]; 4] = [
    &["/old/a", "/old/b", "/old/c"],
    &["/old/c", "/old/a", "/old/b"],
    &["/old/b", "/old/d", "/old/a", "/old/c"],
    &["/old/d", "/old/c", "/old/b", "/old/a"],
];

pub fn own_ids(root: &FilePath) -> Result<Recording> {
    let mut rng = Rng::new(60);
    let mut files = Vec::new();
    let mut last = std::collections::BTreeMap::new();
    for (number, paths) in FILES.iter().enumerate() {
        let begin = number as i64 * 20;
        let rotated = (number + 1 < FILES.len()).then(|| val::secs(begin + 20));
        let name = rotated.as_ref().map_or_else(|| "current".to_owned(), rotated_name);
        let mut file = Legacy::create(&root.join(&name))?;
        file.paths(paths)?;
        let mut batches = Vec::new();
        for second in 0..15 {
            let now = val::secs(begin + second);
            let image = second == 0 && number > 0;
            let wanted: Vec<usize> = match image {
                true => (0..paths.len()).filter(|n| last.contains_key(paths[*n])).collect(),
                false => vec![rng.below(paths.len() as u64) as usize],
            };
            let values: Vec<(usize, i64)> = wanted
                .into_iter()
                .map(|n| (n, if image { last[paths[n]] } else { rng.between(-999, 999) }))
                .collect();
            last.extend(values.iter().map(|(n, value)| (paths[*n], *value)));
            let event = |value: i64| OldEvent::Update(OldValue::I64(value));
            let items: Vec<_> =
                values.iter().map(|(n, value)| (paths[*n], event(*value))).collect();
            file.batch(image, now, &items)?;
            let items =
                values.iter().map(|(n, value)| (*n as u32, up(Value::I64(*value)))).collect();
            batches.push(Written { image, now, items });
        }
        file.finish()?;
        files.push(DataFile { rotated, batches });
    }
    let first = root.join(rotated_name(files[0].rotated.as_ref().context("a first file")?));
    index_to(&first, &first.with_extension("ix"))?;
    let copy = first.with_extension("ix").file_name().map(|name| name.to_string_lossy().into());
    let not_part = vec![(copy.context("a name")?, "the indexed copy of the first file")];
    Ok(Recording {
        about: "as 0.18 to 0.19.2 left it: no shard folder, no pathindex, no record indexes; each file maps the \
                paths itself and counts its ids from 0 again",
        writer: legacy::WRITER,
        shards: vec![Recorded { name: "", files, not_part, twins: vec![] }],
    })
}
