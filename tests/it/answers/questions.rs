//! `find`, `statistics`, `diff` and `columns` against naive answers, over golden files and recordings made at
//! random.

use super::{
    json, made,
    naive::{self, Met, Stretch, number, same, state, updates},
    open, open_folder,
};
use crate::{
    common::{FIXTURES, Random},
    writer::{Layout, Writer},
};
use netidx_archive_viewer::{
    recording::{AfterHit, FindQuery, RangeQuery, Recording},
    source::Pages,
    time::{Span, Timestamp},
};
use serde_json::{Value, json};
use std::ops::Bound;

/// Recordings made at random, and the stored ones.
fn subjects(seed: u64) -> Vec<Recording> {
    let mut random = Random(seed);
    let mut all: Vec<_> = (0..6).map(|_| made::folder(&mut random)).collect();
    all.extend((0..6).map(|_| made::file(&mut random)));
    let golden = ["indexed-images", "same-time-images", "unsubscribed", "floats", "integers"];
    all.extend(FIXTURES.iter().filter(|it| golden.contains(&it.name)).map(open));
    all.extend(["two-shards-one-path", "plain", "deltas-only"].map(open_folder));
    all
}

/// Some ranges, both ends included, at times of updates and between them; none for everything.
fn ranges(recording: &Recording, random: &mut Random) -> Vec<Option<[Timestamp; 2]>> {
    let times: Vec<_> = updates(recording).iter().map(|update| update.time).collect();
    let mut ranges = vec![None];
    for _ in 0..4 {
        if times.is_empty() {
            continue;
        }
        let mut ends = [0; 2].map(|_| {
            let off = Span::from_nanos([0, 0, 1, -1][random.below(4)]);
            times[random.below(times.len())].saturating_add(off)
        });
        ends.sort();
        ranges.push(Some(ends));
    }
    ranges
}

fn bounds(range: Option<[Timestamp; 2]>) -> (Bound<Timestamp>, Bound<Timestamp>) {
    range.map_or((Bound::Unbounded, Bound::Unbounded), |[start, end]| {
        (Bound::Included(start), Bound::Included(end))
    })
}

/// All hits by pages of `limit`, and how many pages there were.
fn find(recording: &Recording, query: &FindQuery) -> Vec<Stretch> {
    let (mut query, mut all) = (query.clone(), Vec::new());
    loop {
        let answer = recording.find(&query).expect("hits");
        assert!(answer.len() <= query.limit);
        let said = json(&answer);
        assert_eq!(said["hits"].as_array().map(Vec::len), Some(answer.len()));
        let time = |value: &Value| value.as_str().map(|text| text.parse().expect("a time"));
        all.extend(said["hits"].as_array().expect("hits").iter().map(|hit| {
            let text = |name: &str| hit[name].as_str().unwrap_or_default().to_owned();
            let from = time(&hit["from"]).expect("from");
            let updates = hit["updates"].as_u64().expect("a number");
            ((text("path"), text("shard")), from, time(&hit["to"]), updates, text("text"))
        }));
        match answer.next {
            Some(next) => query.after = AfterHit::Hit(next.parse().expect("next is read back")),
            None => return all,
        }
    }
}

/// Shows only where two lists differ first.
fn assert_same(found: &[Stretch], wanted: &[Stretch], what: &str) {
    let differ = found.iter().zip(wanted).find(|(found, wanted)| found != wanted);
    assert!(differ.is_none(), "{what}: {differ:?}");
    assert_eq!(found.len(), wanted.len(), "{what}");
}

#[test]
fn find_tells_every_stretch() {
    let conditions: [(&str, Met); 6] = [
        ("> 3", |item, _| number(item).is_some_and(|n| n > 3.)),
        ("= \"failed\"", |item, _| item["text"] == "\"failed\""),
        ("unsubscribed", |item, _| item["type"] == "unsubscribed"),
        ("null", |item, _| item["type"] == "null"),
        ("!= null < 7", |item, _| item["type"] != "null" && number(item).is_some_and(|n| n < 7.)),
        ("", |_, _| true),
    ];
    let (mut random, mut hits) = (Random(3), 0);
    for recording in subjects(77) {
        for range in ranges(&recording, &mut random) {
            for (text, met) in conditions {
                let wanted = naive::find(&recording, met, range);
                hits += wanted.len();
                for limit in [usize::MAX, 1, 3] {
                    let (start, end) = bounds(range);
                    let query = FindQuery { start, end, limit, ..FindQuery::new(text) };
                    assert_same(
                        &find(&recording, &query),
                        &wanted,
                        &format!("{text} {range:?} by {limit}"),
                    );
                }
            }
        }
    }
    assert!(hits > 1_000, "{hits}");
}

#[test]
fn find_tells_every_change() {
    let conditions: [(&str, Met); 4] = [
        ("changed", |item, before| before.is_none_or(|before| !same(before, item))),
        ("changed by > 5", |item, before| {
            let both = before.and_then(number).zip(number(item));
            both.is_some_and(|(before, after)| (after - before).abs() > 5.)
        }),
        ("changed by < -2", |item, before| {
            let both = before.and_then(number).zip(number(item));
            both.is_some_and(|(before, after)| after - before < -2.)
        }),
        ("changed type u8", |item, before| {
            item["type"] == "u8" && before.is_none_or(|before| !same(before, item))
        }),
    ];
    let (mut random, mut hits) = (Random(5), 0);
    for recording in subjects(79) {
        for range in ranges(&recording, &mut random) {
            for (text, met) in conditions {
                let wanted = naive::changes(&recording, met, range);
                hits += wanted.len();
                for limit in [usize::MAX, 7] {
                    let (start, end) = bounds(range);
                    let query = FindQuery { start, end, limit, ..FindQuery::new(text) };
                    assert_same(
                        &find(&recording, &query),
                        &wanted,
                        &format!("{text} {range:?} by {limit}"),
                    );
                }
            }
        }
    }
    assert!(hits > 1_000, "{hits}");
}

/// `no update for` and `since` begin and end between updates.
#[test]
fn find_tells_silences() {
    let (mut random, mut hits) = (Random(7), 0);
    for recording in subjects(81) {
        let all = updates(&recording);
        let Some(last) = recording.info().last else { continue };
        for span in [1_000_000_000, 4_000_000_000, 10_000_000_000] {
            let span = Span::from_nanos(span);
            let (mut silent, mut fresh): (Vec<Stretch>, Vec<Stretch>) = Default::default();
            for (nth, update) in all.iter().enumerate() {
                let text = update.item["text"].as_str().unwrap_or_default().to_owned();
                let next = all[nth + 1..].iter().find(|it| it.path == update.path);
                let (over, next) = (update.time.saturating_add(span), next.map(|it| it.time));
                if next.map_or(over <= last, |next| over < next) {
                    silent.push((update.path.clone(), over, next, 1, text.clone()));
                }
                let before = fresh.iter_mut().rfind(|it| it.0 == update.path);
                let end = (over < next.unwrap_or(last)).then_some(over);
                match before.filter(|it| it.2.is_none()) {
                    Some(open) => (open.2, open.3) = (end, open.3 + 1),
                    None => fresh.push((update.path.clone(), update.time, end, 1, text)),
                }
            }
            for (condition, mut wanted) in [("no update for", silent), ("since", fresh)] {
                wanted.sort_by(|l, r| (l.1, &l.0).cmp(&(r.1, &r.0)));
                hits += wanted.len();
                let text = format!("{condition} {}s", span.nanos() / 1_000_000_000);
                let limit = 1 + random.below(9);
                let query = FindQuery { limit, ..FindQuery::new(&text) };
                assert_same(&find(&recording, &query), &wanted, &text);
            }
        }
    }
    assert!(hits > 500, "{hits}");
}

#[test]
fn conditions_that_are_none_say_what_is_wrong() {
    let recording = made::file(&mut Random(9));
    for text in
        ["> x", "changed by", "changed by 5", "no update for ever", "changed no update for 1s"]
    {
        let failure = recording.find(&FindQuery::new(text)).map(drop).expect_err(text);
        assert_eq!(failure.kind, "condition", "{text}");
        assert!(failure.message.len() > 20, "{}", failure.message);
    }
}

/// A state that goes on over files, pauses and the ends of what is asked.
#[test]
fn a_state_across_files() {
    let t = |seconds: i64| Timestamp::from_nanos((made::START + seconds) * 1_000_000_000);
    let file = |updates: &[(u32, &str)]| {
        let mut writer = Writer::new(Layout::INDEXED);
        writer.basis(made::START, 0);
        for (seconds, text) in updates {
            let event = [&[12, text.len() as u8][..], text.as_bytes()].concat();
            writer.delta(seconds * 1_000_000, &[(0, event)]);
        }
        Pages::whole(writer.finish())
    };
    let mut index = Writer::new(Layout::INDEXED);
    index.basis(made::START, 0);
    index.paths(&[("/s", 0)]);
    let mut opening = netidx_archive_viewer::recording::Opening::default();
    for (name, pages) in [
        ("0/pathindex", Pages::whole(index.finish())),
        ("0/2026-03-01T09:30:50+00:00", file(&[(5, "failed"), (40, "failed")])),
        ("0/2026-03-01T09:31:50+00:00", file(&[(100, "ok")])),
        ("0/current", file(&[(130, "failed")])),
    ] {
        opening.add(name, || Ok(pages)).expect("bytes are a source");
    }
    let recording = opening.finish().expect("a recording");
    let hits = |start| {
        let query = FindQuery { start, ..FindQuery::new("= \"failed\"") };
        let found = find(&recording, &query).into_iter();
        found.map(|(_, from, to, updates, _)| (from, to, updates)).collect::<Vec<_>>()
    };
    assert_eq!(hits(Bound::Unbounded), [(t(5), Some(t(100)), 2), (t(130), None, 1)]);
    assert_eq!(hits(Bound::Included(t(50))), [(t(50), Some(t(100)), 1), (t(130), None, 1)]);
    assert_eq!(hits(Bound::Excluded(t(40))), [(t(40), Some(t(100)), 1), (t(130), None, 1)]);
}

#[test]
fn statistics_are_those_of_the_updates() {
    let mut random = Random(11);
    for recording in subjects(83) {
        for range in ranges(&recording, &mut random) {
            let (start, end) = bounds(range);
            let query = RangeQuery { start, end, filter: None };
            let found = json(&recording.statistics(&query).expect("statistics"));
            let [start, end] = range.unwrap_or([Timestamp::MIN, Timestamp::MAX]);
            let all =
                updates(&recording).into_iter().filter(|it| start <= it.time && it.time <= end);
            let all: Vec<_> = all.collect();
            let mut paths: Vec<_> = all.iter().map(|it| it.path.clone()).collect();
            paths.sort();
            paths.dedup();
            let wanted = paths.iter().map(|path| {
                let of: Vec<_> = all.iter().filter(|it| it.path == *path).collect();
                let mut row = json!({
                    "path": path.0,
                    "updates": of.len(),
                    "first": of[0].time.to_string(),
                    "last": of[of.len() - 1].time.to_string(),
                });
                if !path.1.is_empty() {
                    row["shard"] = path.1.as_str().into();
                }
                (row, of.iter().filter_map(|it| number(&it.item)).collect::<Vec<_>>())
            });
            let wanted: Vec<_> = wanted.collect();
            let found = found.as_array().expect("rows");
            assert_eq!(found.len(), wanted.len());
            for (found, (row, numbers)) in found.iter().zip(&wanted) {
                for (name, value) in row.as_object().expect("an object") {
                    assert_eq!(&found[name], value, "{found}");
                }
                let told = |name: &str| number(&json!({ "value": found[name] }));
                let minimum = numbers.iter().copied().reduce(f64::min);
                let maximum = numbers.iter().copied().reduce(f64::max);
                assert_eq!((told("minimum"), told("maximum")), (minimum, maximum), "{found}");
                match numbers.iter().all(|n| n.is_finite()) {
                    true if numbers.is_empty() => assert!(found["mean"].is_null()),
                    true => {
                        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
                        let far = numbers.iter().fold(1., |far, n| n.abs().max(far)) * 1e-12;
                        assert!((told("mean").expect("a mean") - mean).abs() <= far, "{found}");
                    }
                    false => assert!(told("mean").is_none_or(f64::is_infinite), "{found}"),
                }
            }
        }
    }
}

#[test]
fn differences_between_any_two_times() {
    let (mut random, mut rows) = (Random(13), 0);
    for recording in subjects(85) {
        for range in ranges(&recording, &mut random) {
            let Some([one, two]) = range else { continue };
            for [one, two] in [[one, two], [two, one]] {
                let found = json(&recording.diff([one, two], None).expect("differences"));
                let states = [state(&recording, one), state(&recording, two)];
                let mut paths: Vec<_> = states.iter().flatten().map(|it| it.path.clone()).collect();
                paths.sort();
                paths.dedup();
                let mut wanted = Vec::new();
                for path in paths {
                    let of = [0, 1].map(|nth| states[nth].iter().find(|it| it.path == path));
                    let change = match of {
                        [None, _] => "appeared",
                        [_, None] => "vanished",
                        [Some(before), Some(after)] => match (&before.item, &after.item) {
                            (before, after) if same(before, after) => continue,
                            (before, after) if before["type"] == after["type"] => "value",
                            (before, after)
                                if number(before).is_some() && number(before) == number(after) =>
                            {
                                "type"
                            }
                            _ => "value",
                        },
                    };
                    wanted.push((path, change));
                }
                let found = found.as_array().expect("rows");
                rows += found.len();
                let told = found.iter().map(|row| {
                    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
                    ((text("path"), text("shard")), text("change"))
                });
                let told: Vec<_> = told.collect();
                let wanted: Vec<_> =
                    wanted.into_iter().map(|(path, it)| (path, it.to_owned())).collect();
                assert_eq!(told, wanted);
                for row in found {
                    let numbers = [&row["before"], &row["after"]].map(number);
                    if let [Some(before), Some(after)] = numbers
                        && before.is_finite()
                        && after.is_finite()
                    {
                        let delta = number(&json!({ "value": row["delta"] })).expect("a number");
                        let far = 1e-12 * before.abs().max(after.abs());
                        assert!((delta - (after - before)).abs() <= far, "{row}");
                    }
                }
            }
        }
    }
    assert!(rows > 200, "{rows}");
}

/// A path, its events before and after, and the change and delta that are told.
type OddPair = (&'static str, Vec<u8>, Vec<u8>, Option<&'static str>, Value);

/// NaN, -0, types and the states that are apart.
#[test]
fn differences_of_odd_values() {
    let float = |n: f64| [&[9][..], &n.to_be_bytes()].concat();
    let nan = float(f64::NAN);
    let pairs: [OddPair; 9] = [
        ("/nan", nan.clone(), nan.clone(), None, Value::Null),
        (
            "/nan/list",
            [&[19, 1][..], &nan].concat(),
            [&[19, 1][..], &nan].concat(),
            None,
            Value::Null,
        ),
        ("/zero", float(-0.), float(0.), None, Value::Null),
        ("/type", vec![2, 0, 0, 0, 5], vec![6, 0, 0, 0, 0, 0, 0, 0, 5], Some("type"), json!(0)),
        ("/gone", vec![16], vec![0x40], Some("value"), Value::Null),
        ("/from-nan", nan, float(1.), Some("value"), Value::Null),
        (
            "/large",
            vec![6, 0x80, 0, 0, 0, 0, 0, 0, 0],
            [vec![4], vec![0xff; 8]].concat(),
            Some("value"),
            json!("27670116110564327423"),
        ),
        ("/text", vec![12, 1, b'5'], vec![23, 5], Some("value"), Value::Null),
        ("/float", float(1.5), vec![23, 2], Some("value"), json!(0.5)),
    ];
    let mut writer = Writer::new(Layout::INDEXED);
    writer.basis(made::START, 0);
    let paths: Vec<_> = pairs.iter().zip(0..).map(|((path, ..), id)| (*path, id)).collect();
    writer.paths(&paths);
    writer.delta(0, &pairs.iter().zip(0..).map(|(it, id)| (id, it.1.clone())).collect::<Vec<_>>());
    writer.delta(9, &pairs.iter().zip(0..).map(|(it, id)| (id, it.2.clone())).collect::<Vec<_>>());
    let recording = Recording::open_file(Pages::whole(writer.finish()), None).expect("an archive");
    let at = |micros: i64| Timestamp::from_nanos(made::START * 1_000_000_000 + micros * 1_000);
    let found = json(&recording.diff([at(0), at(9)], None).expect("differences"));
    for (path, _, _, change, delta) in &pairs {
        let row = found.as_array().expect("rows").iter().find(|row| row["path"] == *path);
        assert_eq!(row.map(|row| row["change"].as_str().expect("a change")), *change, "{path}");
        assert_eq!(row.map_or(&Value::Null, |row| &row["delta"]), delta, "{path}");
    }
    let before = json(&recording.diff([at(-1), at(0)], None).expect("differences"));
    assert!(before.as_array().expect("rows").iter().all(|row| row["change"] == "appeared"));
}

#[test]
fn columns_hold_every_update() {
    let mut random = Random(15);
    for recording in subjects(87) {
        for range in ranges(&recording, &mut random) {
            let (start, end) = bounds(range);
            let query = RangeQuery { start, end, filter: None };
            let paths: Vec<_> = recording
                .paths()
                .map(|it| (it.path.to_owned(), it.shard.unwrap_or_default().to_owned()))
                .collect();
            let mut rows = Vec::new();
            let columns = recording.columns(&query, true, |columns| {
                let units: Vec<u16> = columns.text.encode_utf16().collect();
                let mut start = 0;
                for row in 0..columns.len() {
                    let end = columns.text_ends[row] as usize;
                    let text = String::from_utf16(&units[start..end]).expect("text");
                    start = end;
                    let path = paths.get(columns.path[row] as usize).cloned();
                    rows.push((columns.time[row], path, columns.number[row], text));
                }
            });
            columns.expect("columns");
            let [start, end] = range.unwrap_or([Timestamp::MIN, Timestamp::MAX]);
            let wanted =
                updates(&recording).into_iter().filter(|it| start <= it.time && it.time <= end);
            let rows: Vec<_> = rows.into_iter().filter(|row| row.1.is_some()).collect();
            let wanted: Vec<_> = wanted.collect();
            assert_eq!(rows.len(), wanted.len());
            for ((time, path, found, text), wanted) in rows.into_iter().zip(wanted) {
                assert_eq!((time, path), (wanted.time.nanos(), Some(wanted.path)));
                assert_eq!(wanted.item["text"], text);
                assert_eq!((!found.is_nan()).then_some(found), number(&wanted.item), "{text}");
            }
        }
    }
}
