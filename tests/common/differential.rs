//! The same questions to the reference and to this reader.
//!
//! `tests/fixtures/differential` holds archives, thousands of questions to each, and what
//! `netidx-archive` 0.32.0 answers. A line that departs from the documentation has the documented
//! answer as `want`. docs/departures.md lists the departures; number 10 is the one where this
//! reader does as the reference does.

use super::{item, only_unmapped_ids, time};
use netidx_archive_viewer::{
    archive::Archive,
    format::{Event, FileHeader},
    query::{
        Cursor, DeltaBatch, Deltas, Filter, Seek, Selection, check_in_file, has_overlap, image,
        read_next,
    },
    source::Pages,
    time::{Span, Timestamp},
};
use serde::Deserialize;
use serde_json::Value as Json;
use std::ops::Bound;

/// The departure in which the reference's behaviour is kept: FORMAT.md does not list it.
const KEPT: u64 = 9;

#[derive(Deserialize)]
struct Script {
    base: String,
    length: u64,
    committed: u64,
    compressed: bool,
    indexed: bool,
    delta_batches: usize,
    image_batches: usize,
    paths: usize,
    capacity: u64,
    filters: Vec<FilterLine>,
    queries: Vec<Json>,
}

#[derive(Deserialize)]
struct FilterLine {
    globs: Vec<String>,
    ids: Vec<u32>,
}

/// An archive and the questions to it.
pub struct Questions {
    pub name: &'static str,
    pub archive: &'static [u8],
    pub json: &'static str,
}

macro_rules! questions {
    ($($name:literal),* $(,)?) => {
        &[$(Questions {
            name: $name,
            archive: include_bytes!(concat!("../fixtures/differential/", $name, ".archive")),
            json: include_str!(concat!("../fixtures/differential/", $name, ".queries.json")),
        }),*]
    };
}

/// Every script in the folder; that none is missing is a test of its own.
pub const QUESTIONS: &[Questions] = questions![
    "compressed-images",
    "compressed-indexed-images",
    "indexed",
    "indexed-images",
    "no-batch",
    "one-batch",
    "only-images",
    "plain",
    "plain-images",
];

fn parse<T: for<'de> Deserialize<'de>>(name: &str, json: &'static str) -> T {
    serde_json::from_str(json).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// 64-bit FNV-1a of the lines of a batch or an image.
struct Fnv(u64);

impl Fnv {
    fn of(lines: impl IntoIterator<Item = String>) -> String {
        let mut fnv = Self(0xcbf2_9ce4_8422_2325);
        for byte in lines.into_iter().flat_map(String::into_bytes) {
            fnv.0 = (fnv.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("{:016x}", fnv.0)
    }
}

struct Asked<'a> {
    archive: &'a Archive,
    base: i64,
    selections: Vec<Option<Selection>>,
}

impl Asked<'_> {
    fn time(&self, json: &Json) -> Option<Timestamp> {
        json.as_i64().map(|nanos| Timestamp::from_nanos(self.base + nanos))
    }

    fn nanos(&self, time: Option<Timestamp>) -> Json {
        time.map_or(Json::Null, |time| (time.nanos() - self.base).into())
    }

    fn bound(&self, json: &Json) -> Bound<Timestamp> {
        bound(json, self.base)
    }

    fn cursor(&self, json: &Json) -> Cursor {
        let mut cursor = Cursor::new(self.bound(&json[0]), self.bound(&json[1]));
        if let Some(position) = self.time(&json[2]) {
            cursor.set_position(position);
        }
        cursor
    }

    fn selection(&self, json: &Json) -> Option<&Selection> {
        self.selections[json.as_u64()? as usize].as_ref()
    }

    fn line(&self, id: u32, event: Event<'_>) -> String {
        format!("{id}|{}\n", item(self.archive, id, None, event).text)
    }

    fn batch(&self, batch: &DeltaBatch<'_>) -> (Json, String) {
        let items = batch.items().map(|item| item.expect("sound items"));
        let hash = Fnv::of(items.map(|item| self.line(item.id, item.event)));
        (self.nanos(Some(batch.key.time)), hash)
    }

    /// This reader's answer, with the fields that the script has.
    fn answer(&self, query: &Json) -> Json {
        let index = self.archive.index();
        let mut cursor = self.cursor(&query["c"]);
        match query["op"].as_str().expect("an op") {
            "seek" => {
                let seek: Seek = query["s"].as_str().expect("an expression").parse().unwrap();
                cursor.seek(index, seek);
                serde_json::json!({ "r": self.nanos(cursor.position()) })
            }
            "steps" => {
                let moved = cursor.seek_steps(index, query["n"].as_i64().expect("a number"));
                serde_json::json!({ "moved": moved, "r": self.nanos(cursor.position()) })
            }
            "relative" => {
                let span = Span::from_nanos(query["ns"].as_i64().expect("nanoseconds"));
                let (found, time) = cursor.seek_time_relative(index, span);
                serde_json::json!({ "found": found, "r": self.nanos(Some(time)) })
            }
            "deltas" => self.deltas(query, cursor),
            "next" => {
                let selection = self.selection(&query["f"]);
                let next = read_next(self.archive, selection, &cursor, |batch| self.batch(&batch));
                let next = next.expect("sound batches");
                serde_json::json!({ "batch": next.map(|(time, hash)| serde_json::json!([time, hash])) })
            }
            "image" => {
                let image = image(self.archive, self.selection(&query["f"]), cursor.image_bound());
                assert!(only_unmapped_ids(&image), "{:?}", image.problems);
                let mut entries = image.entries().to_vec();
                entries.sort_by_key(|entry| entry.id);
                let lines = entries
                    .iter()
                    .map(|entry| self.line(entry.id, image.event(entry).expect("an event")));
                serde_json::json!({ "count": entries.len(), "hash": Fnv::of(lines) })
            }
            "in_file" => {
                let time = self.time(&query["t"]).expect("a time");
                serde_json::json!({ "found": check_in_file(index, time) })
            }
            "overlap" => serde_json::json!({ "found": has_overlap(index, &cursor) }),
            op => panic!("no such op: {op}"),
        }
    }

    fn deltas(&self, query: &Json, mut cursor: Cursor) -> Json {
        let n = query["n"].as_u64().expect("a number");
        let mut deltas = Deltas::new(self.archive, self.selection(&query["f"]), &cursor);
        let (mut batches, mut bytes, mut last) = (Vec::new(), 0, None);
        for _ in 0..n {
            let Some(batch) = deltas.next_batch() else { break };
            let batch = batch.expect("sound batches");
            bytes += batch.bytes;
            last = Some(batch.key.time);
            batches.push(self.batch(&batch));
        }
        if let Some(last) = last {
            cursor.set_position(last);
        }
        let mut answer = serde_json::json!({
            "count": batches.len(), "bytes": bytes, "r": self.nanos(cursor.position()),
        });
        if batches.len() <= 6 {
            answer["batches"] = batches.iter().map(|(t, h)| serde_json::json!([t, h])).collect();
        } else {
            let lines = batches.iter().map(|(time, hash)| format!("{time}|{hash}\n"));
            answer["hash"] = Fnv::of(lines).into();
        }
        answer
    }
}

fn bound(json: &Json, base: i64) -> Bound<Timestamp> {
    let Some(text) = json.as_str() else { return Bound::Unbounded };
    let (kind, nanos) = text.split_at(1);
    let time = Timestamp::from_nanos(base + nanos.parse::<i64>().expect("nanoseconds"));
    match kind {
        "i" => Bound::Included(time),
        _ => Bound::Excluded(time),
    }
}

/// What the script wants: the reference's answer, or the documented one where that departs.
fn wanted(query: &Json) -> Json {
    let departs = query["departure"].as_u64().is_some_and(|number| number != KEPT);
    let mut wanted = query.clone();
    let fields = wanted.as_object_mut().expect("an object");
    let want = fields.remove("want");
    for question in ["op", "c", "f", "n", "s", "ns", "t", "departure"] {
        fields.remove(question);
    }
    if departs {
        // What is not said to differ stays as the reference has it.
        for (name, value) in want.as_ref().and_then(Json::as_object).into_iter().flatten() {
            fields.insert(name.clone(), value.clone());
        }
        // A list of batches and a hash of many exclude each other.
        if want.as_ref().is_some_and(|want| want.get("hash").is_some()) {
            fields.remove("batches");
        } else if want.as_ref().is_some_and(|want| want.get("batches").is_some()) {
            fields.remove("hash");
        }
    }
    wanted
}

fn check(questions: &Questions) -> usize {
    let name = questions.name;
    let script: Script = parse(name, questions.json);
    let bytes = questions.archive;
    let archive = Archive::open(bytes.to_vec()).expect("an archive");
    let index = archive.index();
    assert_eq!(
        (archive.length(), archive.header().committed, script.capacity),
        (script.length, script.committed, archive.length())
    );
    assert_eq!(
        (archive.header().compressed, archive.header().indexed),
        (script.compressed, script.indexed)
    );
    assert_eq!(
        (index.deltas.len(), index.images.len(), index.paths.len()),
        (script.delta_batches, script.image_batches, script.paths)
    );
    let selections = script.filters.iter().map(|line| {
        let filter = Filter::from_globs(&line.globs).expect("good globs");
        let selection = filter.select(&index.paths).expect("a selection");
        let ids = index.paths.iter().map(|(id, _)| id);
        let ids: Vec<_> = ids.filter(|id| selection.contains_id(*id)).collect();
        assert_eq!(ids, line.ids, "{name}: {:?}", line.globs);
        Some(selection)
    });
    let asked = Asked {
        archive: &archive,
        base: script.base.parse().expect("nanoseconds"),
        selections: selections.collect(),
    };
    for query in &script.queries {
        if query["op"] == "prefix" {
            check_prefix(&asked, bytes, query);
        } else {
            assert_eq!(asked.answer(query), wanted(query), "{name}: {query}");
        }
    }
    script.queries.len()
}

/// The file as it was when less of it was committed; and the rest, read when it had grown.
fn check_prefix(asked: &Asked<'_>, bytes: &[u8], query: &Json) {
    let mut younger = bytes.to_vec();
    let committed = query["committed"].as_u64().expect("an offset");
    let range = FileHeader::LEN as usize - 8..FileHeader::LEN as usize;
    younger[range].copy_from_slice(&committed.to_be_bytes());
    let mut archive = Archive::open(younger).expect("an archive");
    let index = archive.index();
    let found = serde_json::json!({
        "op": "prefix", "committed": committed, "deltas": index.deltas.len(),
        "images": index.images.len(), "paths": index.paths.len(),
        "last": asked.nanos(index.deltas.last()),
    });
    assert_eq!(found, *query);
    archive.rescan(Pages::whole(bytes.to_vec())).expect("the same file");
    let (grown, whole) = (archive.index(), asked.archive.index());
    assert!(grown.deltas.times().eq(whole.deltas.times()));
    assert!(grown.images.times().eq(whole.images.times()));
    assert!(grown.paths.iter().eq(whole.paths.iter()));
    assert_eq!((grown.end(), grown.problem_count()), (whole.end(), whole.problem_count()));
}

/// Asks everything; panics at the first answer that differs.
pub fn answers_are_those_of_the_reference_or_of_its_documentation() {
    let queries: usize = QUESTIONS.iter().map(check).sum();
    assert!(queries > 5_000, "only {queries} queries");
}

/// Globs against netidx's own.
pub fn globs_match_as_in_netidx() {
    #[derive(Deserialize)]
    struct Globs {
        paths: Vec<String>,
        globs: Vec<Line>,
    }
    #[derive(Deserialize)]
    struct Line {
        globs: Vec<String>,
        paths: Option<Vec<usize>>,
    }
    let script: Globs = parse("globs.json", include_str!("../fixtures/differential/globs.json"));
    for line in &script.globs {
        let matched = Filter::from_globs(&line.globs).ok().map(|filter| {
            let paths = script.paths.iter().enumerate();
            paths.filter(|(_, path)| filter.matches(path)).map(|(number, _)| number).collect()
        });
        assert_eq!(matched, line.paths, "{:?}", line.globs);
    }
}

/// Cursors, without any archive.
pub fn cursors_move_as_in_the_reference() {
    #[derive(Deserialize)]
    struct Cursors {
        cursors: Vec<Line>,
    }
    #[derive(Deserialize)]
    struct Line {
        start: Json,
        end: Json,
        position: Option<i64>,
        made: Json,
        steps: Vec<Json>,
    }
    const BASE: &str = "2026-03-01T09:30:00Z";
    let base = time(BASE).nanos();
    let script: Cursors =
        parse("cursors.json", include_str!("../fixtures/differential/cursors.json"));
    let at = |nanos: i64| Timestamp::from_nanos(base + nanos);
    let state = |cursor: &Cursor| {
        let position = cursor.position().map(|time| time.nanos() - base);
        serde_json::json!([position, cursor.at_start(), cursor.at_end()])
    };
    for line in &script.cursors {
        let mut cursor = Cursor::new(bound(&line.start, base), bound(&line.end, base));
        if let Some(position) = line.position {
            cursor.set_position(at(position));
        }
        assert_eq!(state(&cursor), line.made, "{:?} {:?}", line.start, line.end);
        for step in &line.steps {
            let mut expected = step.as_array().expect("a step")[2..].to_vec();
            match step[0].as_str().expect("a name") {
                "set_start" => cursor.set_start(bound(&step[1], base)),
                "set_end" => cursor.set_end(bound(&step[1], base)),
                "set_current" => cursor.set_position(at(step[1].as_i64().expect("a time"))),
                "reset" => cursor.reset(),
                "contains" => {
                    let inside = cursor.contains(at(step[1].as_i64().expect("a time")));
                    assert_eq!(expected.pop(), Some(inside.into()));
                    continue;
                }
                name => panic!("no such step: {name}"),
            }
            assert_eq!(state(&cursor), Json::Array(expected), "{step} of {cursor:?}");
        }
    }
}

/// Full dates with a time are read by chrono here. The reference's library of dates drops a zone,
/// digits or the whole time that it does not expect: docs/departures.md, number 8.
fn is_a_full_time(text: &str) -> bool {
    let year = text.trim().trim_start_matches(['+', '-']);
    text.contains(':') && year.get(..4).is_some_and(|y| y.bytes().all(|b| b.is_ascii_digit()))
}

/// What people type to go somewhere.
pub fn seek_expressions_read_as_in_the_reference() {
    #[derive(Deserialize)]
    struct Expressions {
        expressions: Vec<Line>,
    }
    #[derive(Deserialize)]
    struct Line {
        s: String,
        seek: Json,
    }
    let script: Expressions = parse(
        "seek-expressions.json",
        include_str!("../fixtures/differential/seek-expressions.json"),
    );
    let mut differing = Vec::new();
    for Line { s, seek } in &script.expressions {
        let parsed = match s.parse::<Seek>() {
            Err(_) => Json::Null,
            Ok(Seek::Beginning) => "beginning".into(),
            Ok(Seek::End) => "end".into(),
            Ok(Seek::BatchRelative(n)) => serde_json::json!({ "batches": n }),
            Ok(Seek::TimeRelative(span)) => serde_json::json!({ "ns": span.nanos().to_string() }),
            Ok(Seek::Absolute(time)) => serde_json::json!({ "time": time.to_string() }),
        };
        // A leap second counts as the first of the next minute; years are clamped.
        let seek = match seek["time"].as_str() {
            Some(text) => serde_json::json!({ "time": time(text).to_string() }),
            None => seek.clone(),
        };
        // Any count of batches, where the reference takes an i8.
        let more_batches = seek.is_null() && parsed["batches"].is_i64();
        if parsed != seek && !more_batches {
            differing.push((s.as_str(), parsed, seek));
        }
    }
    let (explained, unexplained): (Vec<_>, Vec<_>) =
        differing.into_iter().partition(|(text, ..)| is_a_full_time(text));
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    assert!(!explained.is_empty(), "the departure is gone; strike it from the documentation");
}
