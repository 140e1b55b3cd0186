//! Exports of rows, read back by other readers of CSV and JSON and compared with what the golden files and
//! recordings say.

use crate::{
    common::{Expected, ExpectedItem, FIXTURES},
    recordings::stored::{self, Recording as Stored},
    writer::{Layout, Writer},
};
use netidx_archive_viewer::{
    archive::Archive,
    export::{
        Export, Scope,
        rows::{RowFormat, Rows},
    },
    query::{
        Filter,
        pass::{Budget, Step},
    },
    recording::{Opening, Recording},
    source::Pages,
    time::{Span, Timestamp},
    timeline::Timeline,
};
use std::{
    collections::{BTreeMap, VecDeque},
    ops::Bound,
};

/// One update, as the expectations have it.
#[derive(Debug, Clone, PartialEq)]
struct Update {
    time: String,
    shard: Option<String>,
    path: String,
    kind: String,
    plain: String,
    /// As `record-client oneshot` prints it.
    naked: String,
}

const CSV: RowFormat = RowFormat::Csv { guard: false };

/// An export with no budget and with the smallest: the same however it is cut.
fn export(timeline: &Timeline, scope: &Scope, format: RowFormat, names_shards: bool) -> String {
    let [whole, cut] = [Budget::UNLIMITED, Budget::bytes(65)].map(|budget| {
        let mut rows = Rows::new(timeline, scope, format, names_shards);
        let (mut all, mut steps) = (Vec::new(), 0);
        while rows.step(timeline, &budget).expect("readable files") != Step::Done {
            all.extend(rows.take());
            steps += 1;
            assert!(steps < 1_000_000, "it gets nowhere");
        }
        all.extend(rows.take());
        String::from_utf8(all).expect("text")
    });
    assert_eq!(whole, cut);
    whole
}

fn updates_of(expected: &Expected) -> Vec<Update> {
    let batches = expected.deltas.iter();
    let of_batch = |batch: &'_ crate::common::ExpectedBatch| -> Vec<Update> {
        batch.items.iter().map(|item| update(&batch.time, None, item)).collect()
    };
    batches.flat_map(of_batch).collect()
}

fn update(time: &str, shard: Option<&str>, item: &ExpectedItem) -> Update {
    Update {
        time: time.to_owned(),
        shard: shard.map(str::to_owned),
        path: item.path.clone().unwrap_or_else(|| format!("#{}", item.id)),
        kind: item.kind.clone(),
        plain: item.plain.clone(),
        naked: match item.kind.as_str() {
            "array" | "map" | "error" => item.text.clone(),
            "f32" | "f64" => item.plain.trim_end_matches('.').to_owned(),
            "datetime" => item.plain.trim_matches('"').to_owned(),
            "bytes" if item.plain == "bytes:==" => String::new(),
            _ => item.plain.clone(),
        },
    }
}

/// What the value cell of CSV holds: of a string its own characters.
fn cell(update: &Update) -> String {
    match update.kind.as_str() {
        "unsubscribed" => String::new(),
        "string" => unescaped(&update.plain),
        _ => update.plain.clone(),
    }
}

fn unescaped(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("quotes");
    let (mut plain, mut chars) = (String::new(), inner.chars());
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => match chars.next().expect("an escape") {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                'u' => {
                    let digits: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    let code = u32::from_str_radix(&digits, 16).expect("hexadecimal digits");
                    char::from_u32(code).expect("a character")
                }
                other => other,
            },
            c => c,
        });
    }
    plain
}

fn read_csv(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let owned = |record: csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let mut records = reader.records().map(|record| owned(record.expect("CSV")));
    (records.next().expect("a header"), records.collect())
}

fn assert_csv(timeline: &Timeline, expected: &[Update], names_shards: bool, what: &str) {
    let text = export(timeline, &Scope::default(), CSV, names_shards);
    assert!(text.ends_with("\r\n"));
    let (header, rows) = read_csv(&text);
    let shard = if names_shards { &["shard"][..] } else { &[] };
    assert_eq!(header, [&["time"], shard, &["path", "type", "value"]].concat(), "{what}");
    let row = |update: &Update| {
        let mut row = vec![update.time.clone()];
        row.extend(update.shard.clone());
        row.extend([update.path.clone(), update.kind.clone(), cell(update)]);
        row
    };
    assert_eq!(rows, expected.iter().map(row).collect::<Vec<_>>(), "{what}");
}

fn assert_ndjson(timeline: &Timeline, expected: &[Update], names_shards: bool, what: &str) {
    let text = export(timeline, &Scope::default(), RowFormat::Ndjson, names_shards);
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), expected.len(), "{what}");
    for ((line, raw), update) in lines.iter().zip(text.lines()).zip(expected) {
        let (value, plain) = (&line["value"], &update.plain);
        assert_eq!(line["time"], update.time, "{what}");
        assert_eq!(line["path"], update.path, "{what}");
        assert_eq!(line["type"], update.kind, "{what}");
        assert_eq!(line.get("shard").and_then(|it| it.as_str()), update.shard.as_deref());
        match update.kind.as_str() {
            "unsubscribed" | "null" => assert!(value.is_null()),
            "string" => assert_eq!(*value, unescaped(plain)),
            "bool" => assert_eq!(value.to_string(), *plain),
            "i64" | "u64" | "z64" | "v64" | "u8" | "i32" => match value.as_str() {
                Some(text) => {
                    assert_eq!(text, plain);
                    assert!(plain.trim_start_matches('-').len() >= 16, "{what}");
                }
                None => assert_eq!(value.to_string(), *plain, "{what}"),
            },
            "f64" if value.is_number() => {
                // serde_json reads floats to within a bit or so.
                let (_, digits) = raw.rsplit_once(':').expect("a value");
                let [written, expected] = [&digits[..digits.len() - 1], plain.as_str()]
                    .map(|text| text.parse::<f64>().expect("a number").to_bits());
                assert_eq!(written, expected, "{what}");
            }
            "decimal" => assert!(value.is_string(), "{what}"),
            "array" | "map" => assert!(value.is_array(), "{what}"),
            _ => {}
        }
    }
}

fn assert_text(timeline: &Timeline, expected: &[Update], names_shards: bool, what: &str) {
    let text = export(timeline, &Scope::default(), RowFormat::Text, names_shards);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("timestamp|")).collect();
    let own = expected.iter().map(|update| {
        let path = update.path.replace('|', r"\|").replace('\n', r"\n").replace('\r', r"\r");
        match update.kind.as_str() {
            "unsubscribed" => format!("Unsubscribed|{path}"),
            kind => format!("{path}|{kind}|{}", update.naked),
        }
    });
    assert_eq!(lines, own.collect::<Vec<_>>(), "{what}");
}

#[test]
fn golden_files_are_read_back() {
    let mut seen = 0;
    for fixture in FIXTURES {
        let Ok(archive) = Archive::open(fixture.archive.to_vec()) else { continue };
        let timeline = Timeline::of("current", archive);
        let expected = updates_of(&fixture.expected());
        assert_csv(&timeline, &expected, false, fixture.name);
        assert_ndjson(&timeline, &expected, false, fixture.name);
        assert_text(&timeline, &expected, false, fixture.name);
        seen += expected.len();
    }
    assert!(seen > 500, "{seen}");
}

pub fn open(stored: &Stored) -> Recording {
    let mut opening = Opening::default();
    for shard in &stored.shards {
        for file in stored::file_names(&stored.folder_of(shard)) {
            let folder = if shard.name.is_empty() { "" } else { "/" };
            let bytes = stored.bytes(shard, &file);
            let name = format!("{}{folder}{file}", shard.name);
            opening.add(&name, || Ok(Pages::whole(bytes))).expect("a good call");
        }
    }
    opening.finish().expect("a recording")
}

/// The updates of all shards, by time: of each shard in its order.
fn merged(stored: &Stored) -> Vec<Update> {
    let mut queues: Vec<VecDeque<_>> = Vec::new();
    for shard in &stored.shards {
        let batches = shard.files.iter().flat_map(|file| &file.batches);
        let deltas = batches.filter(|batch| batch.kind == "delta");
        queues.push(deltas.map(|batch| (batch, shard.name.as_str())).collect());
    }
    let mut all = Vec::new();
    loop {
        let heads = queues.iter().enumerate().filter_map(|(number, queue)| {
            let time: Timestamp = queue.front()?.0.time.parse().expect("a time");
            Some((time, number))
        });
        let Some((time, number)) = heads.min() else { return all };
        let (batch, shard) = queues[number].pop_front().expect("it has one");
        let time = time.to_string();
        all.extend(batch.items.iter().map(|item| update(&time, Some(shard), item)));
    }
}

#[test]
fn recordings_are_read_back_with_their_shards() {
    let mut seen = 0;
    for stored in Stored::all() {
        let recording = open(&stored);
        let expected = merged(&stored);
        assert_csv(recording.timeline(), &expected, true, &stored.name);
        assert_ndjson(recording.timeline(), &expected, true, &stored.name);
        assert_text(recording.timeline(), &expected, true, &stored.name);
        seen += expected.len();
    }
    assert!(seen > 1_000, "{seen}");
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanos((1_772_357_400 + seconds) * 1_000_000_000)
}

/// `/a` every second as 0, 1, 2 …, `/b` = "=x" at 1 s, unsubscribed at 3 s; `/c` only at 0 s.
fn steady() -> Timeline {
    let mut writer = Writer::new(Layout::INDEXED);
    writer.basis(at(0).to_parts().0, 0);
    writer.paths(&[("/a", 0), ("/b", 1), ("/c", 2)]);
    for second in 0..6 {
        let mut items = vec![(0, i64_event(second))];
        match second {
            0 => items.push((2, string_event("c,\"d\""))),
            1 => items.push((1, string_event("=x"))),
            3 => items.push((1, vec![0x40])),
            _ => {}
        }
        writer.delta(second as u32 * 1_000_000, &items);
    }
    Timeline::of("current", Archive::open(writer.finish()).expect("an archive"))
}

fn i64_event(n: i64) -> Vec<u8> {
    [&[6][..], &n.to_be_bytes()].concat()
}

fn string_event(text: &str) -> Vec<u8> {
    [&[12, text.len() as u8][..], text.as_bytes()].concat()
}

fn scope(from: i64, to: i64) -> Scope {
    Scope { start: Bound::Included(at(from)), end: Bound::Included(at(to)), ..Scope::default() }
}

/// Lines in which a time is its second.
fn short(text: &str) -> Vec<String> {
    let short = |line: &str| match line.strip_prefix("2026-03-01T09:30:0") {
        Some(rest) => format!("{}{}", &rest[..1], &rest[rest.find(',').expect("columns")..]),
        None => line.to_owned(),
    };
    text.lines().map(short).collect()
}

#[test]
fn bounds_state_and_filters() {
    let timeline = steady();
    let bounded = export(&timeline, &scope(2, 3), CSV, false);
    assert_eq!(
        short(&bounded),
        ["time,path,type,value", "2,/a,i64,2", "3,/a,i64,3", "3,/b,unsubscribed,"]
    );
    let initial = Scope { initial: true, ..scope(2, 2) };
    assert_eq!(
        short(&export(&timeline, &initial, CSV, false)),
        [
            "time,path,type,value",
            "2,/a,i64,2",
            "1,/b,string,=x",
            "0,/c,string,\"c,\"\"d\"\"\"",
            "2,/a,i64,2"
        ]
    );
    let filter = Some(Filter::from_globs(["/b"]).expect("a glob"));
    let filtered = Scope { filter, ..scope(0, 5) };
    assert_eq!(
        short(&export(&timeline, &filtered, RowFormat::Csv { guard: true }, false)),
        ["time,path,type,value", "1,/b,string,'=x", "3,/b,unsubscribed,"]
    );
    assert_eq!(
        export(&timeline, &filtered, RowFormat::Text, false),
        "timestamp|datetime|2026-03-01 09:30:01 UTC\n/b|string|\"=x\"\n\
         timestamp|datetime|2026-03-01 09:30:03 UTC\nUnsubscribed|/b\n"
    );
}

#[test]
fn wide_rows_hold_what_each_path_last_was() {
    let timeline = steady();
    let wide = |scope: &Scope, step: Option<i64>| {
        let step = step.map(|millis| Span::from_nanos(millis * 1_000_000));
        short(&export(&timeline, scope, RowFormat::WideCsv { step, guard: false }, false))
    };
    assert_eq!(
        wide(&scope(2, 3), None),
        ["time,/a,/b,/c", "2,2,=x,\"c,\"\"d\"\"\"", "3,3,,\"c,\"\"d\"\"\""]
    );
    let filter = Some(Filter::from_globs(["/b"]).expect("a glob"));
    let only = |from, to| Scope { filter: filter.clone(), ..scope(from, to) };
    assert_eq!(wide(&only(0, 5), None), ["time,/b", "1,=x", "3,"]);
    let initial = Scope { initial: true, ..only(2, 5) };
    assert_eq!(wide(&initial, None), ["time,/b", "2,=x", "3,"]);
    assert_eq!(wide(&only(0, 4), Some(1_000)), ["time,/b", "0,", "1,=x", "2,=x", "3,", "4,"]);
    assert_eq!(wide(&only(4, 2), Some(1_000)), ["time,/b"]);
    // From the first batch to the last one, 5 s later.
    let all = Scope { filter: filter.clone(), ..Scope::default() };
    assert_eq!(wide(&all, Some(2_500)).len(), 4);
}

#[test]
fn numbers_are_never_guarded() {
    let mut writer = Writer::new(Layout::PLAIN);
    writer.basis(at(0).to_parts().0, 0);
    writer.paths(&[("/n", 0), ("/s", 1)]);
    let texts = ["=1+1", "+1", "-1+1", "@x", "\tx", "\rx", "plain", "-"];
    for (second, text) in (0..).zip(texts) {
        let number = i64_event(-i64::from(second) - 1);
        writer.delta(second * 1_000_000, &[(0, number), (1, string_event(text))]);
    }
    let timeline = Timeline::of("current", Archive::open(writer.finish()).expect("an archive"));
    for guard in [true, false] {
        let csv = export(&timeline, &Scope::default(), RowFormat::Csv { guard }, false);
        let mut cells: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in read_csv(&csv).1 {
            cells.entry(row[1].clone()).or_default().push(row[3].clone());
        }
        assert_eq!(cells["/n"], (1..=8).map(|n| format!("-{n}")).collect::<Vec<_>>());
        let guarded = |text: &str| if guard && text != "plain" { "'" } else { "" };
        assert_eq!(cells["/s"], texts.map(|text| format!("{}{text}", guarded(text))));
    }
}
