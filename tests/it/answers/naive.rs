//! The questions answered naively, from the batches and images of the same recording.

use super::json;
use netidx_archive_viewer::{
    recording::{After, DeltasQuery, ImageQuery, Recording},
    time::{Span, Timestamp},
};
use serde_json::Value;

/// One update.
#[derive(Debug, Clone)]
pub struct Update {
    pub time: Timestamp,
    /// Path and shard.
    pub path: (String, String),
    pub item: Value,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// All updates in order.
pub fn updates(recording: &Recording) -> Vec<Update> {
    let (mut all, mut query) = (Vec::new(), DeltasQuery::default());
    loop {
        let end = recording.deltas(&query, |batch| {
            let batch = json(batch);
            for item in batch["items"].as_array().expect("items") {
                if item["path"].is_string() {
                    all.push(Update {
                        time: text(&batch["time"]).parse().expect("a time"),
                        path: (text(&item["path"]), text(&batch["shard"])),
                        item: item.clone(),
                    });
                }
            }
        });
        let Some(next) = end.expect("a page").next else { return all };
        query.after = After::Batch(next.parse().expect("next is read back"));
    }
}

/// The state at a time.
pub fn state(recording: &Recording, at: Timestamp) -> Vec<Update> {
    let query = ImageQuery { at: Some(at), filter: None };
    let answer = json(&recording.image(&query).expect("an image"));
    let items = answer.as_array().expect("items").iter().filter(|item| item["path"].is_string());
    items
        .map(|item| Update {
            time: text(&item["time"]).parse().expect("a time"),
            path: (text(&item["path"]), text(&item["shard"])),
            item: item.clone(),
        })
        .collect()
}

/// The number that an item is.
pub fn number(item: &Value) -> Option<f64> {
    item["value"].as_f64().or_else(|| match item["value"].as_str()? {
        _ if ["string", "datetime"].contains(&item["type"].as_str().unwrap_or_default()) => None,
        "NaN" => None,
        text => text.parse().ok(),
    })
}

/// Whether two items are the same event, where maps and arrays are none.
pub fn same(one: &Value, other: &Value) -> bool {
    one["type"] == other["type"]
        && (one["text"] == other["text"]
            || number(one).is_some_and(|n| n == 0. && number(other) == Some(0.)))
}

/// What a condition says of an update and of the one before it.
pub type Met = fn(&Value, Option<&Value>) -> bool;

/// A stretch: path, from, to, updates, text of the first.
pub type Stretch = ((String, String), Timestamp, Option<Timestamp>, u64, String);

/// When a condition held between two times, both included.
pub fn find(recording: &Recording, met: Met, bounds: Option<[Timestamp; 2]>) -> Vec<Stretch> {
    let all = updates(recording);
    let [start, end] = bounds.unwrap_or([Timestamp::MIN, Timestamp::MAX]);
    let mut found = Vec::new();
    let mut before = Vec::new();
    if bounds.is_some() {
        before = state(recording, start.saturating_add(Span::from_nanos(-1)));
        // An image at the start tells of paths that nothing told of before.
        let is_new = |it: &Update| {
            before.iter().chain(&all).all(|known| known.path != it.path || known.time > start)
        };
        let new: Vec<_> = state(recording, start).into_iter().filter(is_new).collect();
        before.extend(new);
    }
    let mut paths: Vec<_> = all.iter().chain(&before).map(|it| it.path.clone()).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let carried = before.iter().find(|it| it.path == path);
        let of_path = all.iter().filter(|it| it.path == path && start <= it.time && it.time <= end);
        let mut of_path: Vec<_> = of_path.collect();
        // Updates at the start come after what was true before it, which no time was left for.
        let mut open: Option<Stretch> = carried
            .filter(|it| met(&it.item, None))
            .map(|it| (path.clone(), start, None, 1, text(&it.item["text"])));
        if of_path.first().is_some_and(|first| first.time == start) {
            open = None;
        }
        for update in of_path.drain(..) {
            match (met(&update.item, None), &mut open) {
                (true, Some(open)) => open.3 += 1,
                (true, None) => {
                    let first = text(&update.item["text"]);
                    open = Some((path.clone(), update.time, None, 1, first));
                }
                (false, _) => {
                    if let Some(mut over) = open.take() {
                        over.2 = Some(update.time);
                        found.push(over);
                    }
                }
            }
        }
        found.extend(open);
    }
    found.sort_by(|l, r| (l.1, &l.0).cmp(&(r.1, &r.0)));
    found
}

/// Each update between two times that meets a condition on it and the one before.
pub fn changes(recording: &Recording, met: Met, bounds: Option<[Timestamp; 2]>) -> Vec<Stretch> {
    let all = updates(recording);
    let [start, end] = bounds.unwrap_or([Timestamp::MIN, Timestamp::MAX]);
    let mut found = Vec::new();
    for (nth, update) in all.iter().enumerate() {
        if update.time < start || end < update.time {
            continue;
        }
        let before = all[..nth].iter().rfind(|it| it.path == update.path);
        if met(&update.item, before.map(|it| &it.item)) {
            let first = text(&update.item["text"]);
            found.push((update.path.clone(), update.time, Some(update.time), 1, first));
        }
    }
    found.sort_by(|l, r| (l.1, &l.0).cmp(&(r.1, &r.0)));
    found
}
