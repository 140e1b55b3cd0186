//! The reader and the JS package in a real browser, headless, in a dedicated worker.
//!
//! `cargo xtask test` runs these by wasm-pack.

#![cfg(target_arch = "wasm32")]

#[path = "common/mod.rs"]
mod common;

use common::{Expected, ExpectedItem, FIXTURES, Fixture, compare};
use js_sys::{Array, BigInt, Object, Reflect, Uint8Array};
use netidx_archive_viewer::js::{Archive, Recording};
use netidx_archive_viewer::source::{
    ReadAt,
    browser::{BufferSource, ReadAhead},
};
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[derive(Debug, Deserialize, PartialEq)]
struct Item {
    id: u32,
    path: Option<String>,
    time: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    text: String,
}

#[derive(Debug, Deserialize)]
struct Batch {
    time: String,
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Page {
    batches: Vec<Batch>,
    bytes: u64,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    version: u32,
    compressed: bool,
    indexed: bool,
    committed: u64,
    length: u64,
    delta_batches: usize,
    image_batches: usize,
    paths: usize,
    problems: Vec<Problem>,
}

#[derive(Debug, Deserialize)]
struct Problem {
    kind: String,
    offset: Option<i64>,
    message: String,
}

fn fixture(name: &str) -> (&'static Fixture, Expected) {
    let fixture = FIXTURES.iter().find(|fixture| fixture.name == name).expect("a golden file");
    (fixture, fixture.expected())
}

fn open(fixture: &Fixture) -> Archive {
    let buffer = Uint8Array::from(fixture.archive).buffer();
    Archive::open(buffer.into(), JsValue::UNDEFINED)
        .unwrap_or_else(|e| panic!("{}: {e:?}", fixture.name))
}

fn options(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).expect("a fresh object");
    }
    object.into()
}

fn globs(list: &[&str]) -> JsValue {
    list.iter().map(|glob| JsValue::from(*glob)).collect::<Array>().into()
}

fn read<T: for<'de> Deserialize<'de>>(value: Result<JsValue, JsValue>) -> T {
    let value = value.unwrap_or_else(|e| panic!("{e:?}"));
    serde_wasm_bindgen::from_value(value).expect("the documented shape")
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object")
}

fn expected(item: &ExpectedItem) -> Item {
    let ExpectedItem { id, path, time, kind, text, .. } = item.clone();
    Item { id, path, time, kind, text }
}

#[wasm_bindgen_test]
fn every_golden_file_decodes_to_its_json() {
    FIXTURES.iter().for_each(compare);
}

#[wasm_bindgen_test]
fn the_differential_suite_finds_nothing() {
    common::differential::answers_are_those_of_the_reference_or_of_its_documentation();
    common::differential::globs_match_as_in_netidx();
    common::differential::cursors_move_as_in_the_reference();
    common::differential::seek_expressions_read_as_in_the_reference();
}

#[wasm_bindgen_test]
fn nothing_in_a_file_panics() {
    common::mutations::mutants(60, |_, bytes| common::mutations::exercise(bytes));
    common::mutations::cuts(|_, bytes| common::mutations::exercise(bytes));
}

#[wasm_bindgen_test]
fn the_package_answers_as_the_json_says() {
    for fixture in FIXTURES {
        let (name, json) = (fixture.name, fixture.expected());
        let archive = open(fixture);
        let info: Info = read(archive.info());
        assert_eq!(
            (info.version, info.compressed, info.indexed, info.committed, info.length),
            (json.version, json.compressed, json.indexed, json.committed, json.length),
            "{name}"
        );
        assert_eq!(
            (info.delta_batches, info.image_batches, info.paths),
            (json.deltas.len(), json.images.len(), json.paths.len()),
            "{name}"
        );
        let paths: Vec<common::ExpectedPath> = read(archive.paths());
        assert_eq!(paths, json.paths, "{name}");
        for state in &json.states {
            let at = JsValue::from(state.at.as_str());
            let mut image: Vec<Item> = read(archive.image(options(&[("at", at)])));
            image.sort_by_key(|item| item.id);
            let wanted: Vec<_> = state.items.iter().map(expected).collect();
            assert_eq!(image, wanted, "{name} at {}", state.at);
        }
        pages_hold_every_batch_once(&archive, &json, name);
    }
}

/// Pages of two batches, each begun where the one before ended.
fn pages_hold_every_batch_once(archive: &Archive, json: &Expected, name: &str) {
    let mut wanted = json.deltas.iter();
    let mut after = JsValue::UNDEFINED;
    loop {
        let page: Page =
            read(archive.deltas(options(&[("after", after), ("limit", JsValue::from(2))])));
        let mut bytes = 0;
        for batch in &page.batches {
            let wanted = wanted.next().unwrap_or_else(|| panic!("{name}: a batch too many"));
            assert_eq!(batch.time, wanted.time, "{name}");
            let items: Vec<_> = wanted.items.iter().map(expected).collect();
            assert_eq!(batch.items, items, "{name} at {}", batch.time);
            bytes += wanted.bytes;
        }
        assert_eq!(page.bytes, bytes, "{name}");
        match page.next {
            Some(next) => after = next.into(),
            None => break,
        }
    }
    assert_eq!(wanted.next(), None, "{name}");
}

/// What netidx's own test recorder wrote; see `tests/fixtures/recordings`.
const CURRENT: &[u8] = include_bytes!("fixtures/recordings/netidx-test-recorder/0/current");
const PATH_INDEX: &[u8] = include_bytes!("fixtures/recordings/netidx-test-recorder/0/pathindex");
const RECORDING: &str = include_str!("fixtures/recordings/netidx-test-recorder.json");

#[wasm_bindgen_test]
fn a_recorders_file_is_read_by_path_with_its_path_index() {
    let bytes = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
    let with_names = options(&[("pathIndex", bytes(PATH_INDEX))]);
    let archive = Archive::open(bytes(CURRENT), with_names).expect("an archive");
    let json: serde_json::Value = serde_json::from_str(RECORDING).expect("a JSON");
    let file = &json["shards"][0]["files"][0];
    let of_json = |value: &serde_json::Value| -> Vec<ExpectedItem> {
        serde_json::from_value(value.clone()).expect("items")
    };

    let info: Info = read(archive.info());
    assert_eq!((info.paths, info.delta_batches + info.image_batches), (2, 1_002));
    let paths: Vec<common::ExpectedPath> = read(archive.paths());
    let paths: Vec<_> = paths.iter().map(|mapped| mapped.path.as_str()).collect();
    assert_eq!(paths, ["/test/d0", "/test/d1"]);

    let all: Page = read(archive.deltas(options(&[("limit", JsValue::from(2_000))])));
    let written = file["batches"].as_array().expect("batches");
    let written: Vec<_> = written.iter().filter(|batch| batch["kind"] == "delta").collect();
    assert_eq!(all.batches.len(), written.len());
    for (found, wanted) in all.batches.iter().zip(written) {
        assert_eq!(found.time, wanted["time"].as_str().expect("a time"));
        let wanted: Vec<_> = of_json(&wanted["items"]).iter().map(expected).collect();
        assert_eq!(found.items, wanted, "at {}", found.time);
    }
    let filter = options(&[("filter", globs(&["/test/d1"])), ("limit", JsValue::from(2_000))]);
    let page: Page = read(archive.deltas(filter));
    let mut items = page.batches.iter().flat_map(|batch| &batch.items);
    assert!(items.all(|item| item.path.as_deref() == Some("/test/d1")));
    assert!(page.batches.len() > 900);

    // Without it there are ids only, and a filter finds nothing.
    let nameless = Archive::open(bytes(CURRENT), JsValue::UNDEFINED).expect("an archive");
    let paths: Vec<common::ExpectedPath> = read(nameless.paths());
    assert!(paths.is_empty());
    let page: Page = read(nameless.deltas(JsValue::UNDEFINED));
    assert!(page.batches.iter().flat_map(|batch| &batch.items).all(|item| item.path.is_none()));
    // What is no path index is refused as one.
    let refused = Archive::open(bytes(CURRENT), options(&[("pathIndex", bytes(CURRENT))]));
    let error = refused.map(drop).expect_err("a data file is no path index");
    assert_eq!(get(&error, "kind").as_string().as_deref(), Some("names"));
}

#[wasm_bindgen_test]
fn values_for_programs() {
    let (fixture, json) = fixture("integers");
    let archive = open(fixture);
    let last = json.states.last().expect("a state");
    let image = archive.image(options(&[("at", last.at.as_str().into())])).expect("an image");
    let mut seen_bigint = false;
    for item in Array::from(&image).iter() {
        let text = get(&item, "text").as_string().expect("a text");
        let digits = text.split_once(':').expect("a type prefix").1.to_owned();
        let value = get(&item, "value");
        if let Some(big) = value.dyn_ref::<BigInt>() {
            seen_bigint = true;
            assert_eq!(big.to_string(10).map(String::from), Ok(digits));
        } else {
            let number = value.as_f64().expect("a number");
            assert!(number.abs() <= 9_007_199_254_740_991.);
            assert_eq!(format!("{number}"), digits);
        }
    }
    assert!(seen_bigint);
}

#[wasm_bindgen_test]
fn a_blob_reads_as_its_bytes() {
    let (fixture, json) = fixture("indexed-images");
    let parts = Array::of1(&Uint8Array::from(fixture.archive));
    let blob = web_sys::Blob::new_with_u8_array_sequence(&parts).expect("a Blob");
    let archive = Archive::open(blob.into(), JsValue::UNDEFINED).expect("an archive");
    let info: Info = read(archive.info());
    assert_eq!((info.length, info.delta_batches), (json.length, json.deltas.len()));
}

/// In order, with hops, to the end, and in the same memory; also where the browser does not stream into memory of ours,
/// and of a stream that is left in the middle.
#[wasm_bindgen_test]
async fn a_blob_is_read_ahead_page_by_page() {
    const PAGE: usize = 300_000;
    let bytes: Vec<u8> = (0..10 * PAGE as u64 + 77).map(|n| (n * n / 251) as u8).collect();
    let parts = Array::of1(&Uint8Array::from(&bytes[..]));
    let blob = web_sys::Blob::new_with_u8_array_sequence(&parts).expect("a Blob");
    let global = js_sys::global();
    let name = JsValue::from_str("ReadableStreamBYOBReader");
    let reader = Reflect::get(&global, &name).expect("a global object");
    assert!(reader.is_function(), "this browser streams into memory of ours");
    for replaced in [reader.clone(), JsValue::UNDEFINED] {
        Reflect::set(&global, &name, &replaced).expect("it can be replaced");
        let mut ahead = ReadAhead::new(blob.clone(), PAGE);
        // What another page left, to be written over.
        let mut memory = vec![7; 3];
        for number in [0, 1, 2, 6, 7, 3, 9, 10, 0] {
            let start = number as usize * PAGE;
            let wanted = &bytes[start..bytes.len().min(start + PAGE)];
            memory = ahead.page(number, memory).await.expect("a page");
            assert!(memory == wanted, "page {number} of {} bytes", memory.len());
        }
    }
    Reflect::set(&global, &name, &reader).expect("it can be put back");
}

#[wasm_bindgen_test]
fn filters_and_bounds() {
    let (fixture, json) = fixture("indexed-images");
    let archive = open(fixture);
    let path = &json.paths[0].path;
    let filter = options(&[("filter", globs(&[path]))]);
    let page: Page = read(archive.deltas(filter));
    assert!(!page.batches.is_empty());
    assert!(page.batches.iter().flat_map(|b| &b.items).all(|i| i.path.as_ref() == Some(path)));
    let times: Vec<_> = json.deltas.iter().map(|b| b.time.as_str()).collect();
    let (first, last) = (times[0], times[times.len() - 1]);
    let excluded = options(&[("excluded", last.into())]);
    let page: Page = read(archive.deltas(options(&[("after", first.into()), ("end", excluded)])));
    assert_eq!(page.batches.len(), times.len() - 2);
    let page: Page = read(archive.deltas(options(&[("start", last.into())])));
    assert_eq!(page.batches.len(), 1);
    // Without a time, the last state.
    let at_the_end: Vec<Item> = read(archive.image(options(&[("at", last.into())])));
    let unsaid: Vec<Item> = read(archive.image(JsValue::UNDEFINED));
    assert!(!unsaid.is_empty() && unsaid == at_the_end);
    // A `Date` and milliseconds are times, too; what no option is called is an error.
    let millis = js_sys::Date::parse(last);
    for time in [millis.into(), js_sys::Date::new(&millis.into()).into()] {
        let start: JsValue = time;
        let page: Page = read(archive.deltas(options(&[("start", start)])));
        assert!(!page.batches.is_empty());
    }
    let typo = archive.image(options(&[("time", last.into())])).unwrap_err();
    assert_eq!(get(&typo, "kind").as_string().as_deref(), Some("argument"));
    let bad = archive.deltas(options(&[("filter", globs(&["relative"]))])).unwrap_err();
    assert_eq!(get(&bad, "kind").as_string().as_deref(), Some("filter"));
}

#[wasm_bindgen_test]
fn cursors_move() {
    let (fixture, json) = fixture("indexed");
    let archive = open(fixture);
    let position = |cursor: &JsValue| get(cursor, "position").as_string();
    let start = options(&[]);
    let second = archive.seek(start.clone(), "+2").expect("a cursor");
    assert_eq!(position(&second).as_ref(), Some(&json.deltas[1].time));
    let end = archive.seek(second, "end").expect("a cursor");
    assert_eq!(position(&end), json.deltas.last().map(|batch| batch.time.clone()));
    let beginning = archive.seek(end, "beginning").expect("a cursor");
    assert_eq!(position(&beginning), None);
    let error = archive.seek(start, "next week").unwrap_err();
    assert_eq!(get(&error, "kind").as_string().as_deref(), Some("seek"));
}

#[wasm_bindgen_test]
fn failures_are_archive_errors() {
    let thrown =
        |bytes: &[u8]| match Archive::open(Uint8Array::from(bytes).into(), JsValue::UNDEFINED) {
            Ok(_) => panic!("{bytes:?} is no archive"),
            Err(e) => e,
        };
    let error = thrown(b"\x89PNG\r\n\x1a\n and what else a picture has in it");
    assert!(error.is_instance_of::<js_sys::Error>());
    assert_eq!(get(&error, "name").as_string().as_deref(), Some("ArchiveError"));
    assert_eq!(get(&error, "kind").as_string().as_deref(), Some("not-an-archive"));
    assert!(get(&error, "offset").is_undefined());
    assert!(get(&error, "message").as_string().expect("a message").contains("PNG"));
    let (fixture, _) = fixture("indexed");
    let mut version = fixture.archive.to_vec();
    version[17] = 3;
    let error = thrown(&version);
    assert_eq!(get(&error, "offset").as_f64(), None);
    assert_eq!(get(&error, "offset"), JsValue::from(BigInt::from(14)));
    assert!(Archive::open(JsValue::from(7), JsValue::UNDEFINED).is_err());
}

#[wasm_bindgen_test]
fn a_buffer_that_was_given_away_is_refused_and_harms_nothing() {
    let (fixture, json) = fixture("indexed");
    let buffer = Uint8Array::from(fixture.archive).buffer();
    let transfer = get(&buffer, "transfer").dyn_into::<js_sys::Function>().expect("a function");
    transfer.call0(&buffer).expect("a buffer gives its bytes away");
    let error = Archive::open(buffer.clone().into(), JsValue::UNDEFINED).map(drop).unwrap_err();
    assert_eq!(get(&error, "kind").as_string().as_deref(), Some("empty"));
    let mut archive = open(fixture);
    assert!(archive.rescan(buffer.into(), JsValue::UNDEFINED).is_err());
    let still: Info = read(archive.info());
    assert_eq!(still.delta_batches, json.deltas.len());
}

#[wasm_bindgen_test]
fn times_outside_those_of_batches_are_bounds_like_any_other() {
    let (fixture, json) = fixture("indexed");
    let archive = open(fixture);
    let far = BigInt::from(i64::MAX) + BigInt::from(1);
    let last = &json.states.last().expect("a state").items;
    for late in [JsValue::from("9999-12-31T23:59:59Z"), far.clone().into()] {
        let image: Vec<Item> = read(archive.image(options(&[("at", late.clone())])));
        assert_eq!(image.len(), last.len());
        let page: Page = read(archive.deltas(options(&[("after", late)])));
        assert!(page.batches.is_empty() && page.next.is_none());
    }
    for early in [JsValue::from("0001-01-01T00:00:00Z"), (-far).into()] {
        let image: Vec<Item> = read(archive.image(options(&[("at", early.clone())])));
        assert_eq!(image, []);
        let page: Page = read(archive.deltas(options(&[("start", early)])));
        assert_eq!(page.batches.len(), json.deltas.len());
    }
}

#[wasm_bindgen_test]
fn a_file_that_grew_is_read_on() {
    let (fixture, json) = fixture("indexed");
    // The same file while it was recorded: one record less committed.
    let whole = fixture.archive;
    let last = &json.deltas[json.deltas.len() - 1];
    let committed = json.committed - last.bytes - 8;
    let mut younger = whole[..committed as usize].to_vec();
    younger[18..26].copy_from_slice(&committed.to_be_bytes());
    let mut archive = Archive::open(Uint8Array::from(&younger[..]).into(), JsValue::UNDEFINED)
        .expect("an archive");
    let before: Info = read(archive.info());
    assert_eq!(before.delta_batches, json.deltas.len() - 1);
    let after: Info = read(archive.rescan(Uint8Array::from(whole).into(), JsValue::UNDEFINED));
    assert_eq!(after.delta_batches, json.deltas.len());
    assert!(archive.rescan(Uint8Array::from(&younger[..]).into(), JsValue::UNDEFINED).is_err());
    let still: Info = read(archive.info());
    assert_eq!(still.delta_batches, json.deltas.len());
}

#[wasm_bindgen_test]
fn problems_have_a_kind_an_offset_and_a_sentence() {
    let (fixture, json) = fixture("indexed");
    let cut = &fixture.archive[..fixture.archive.len() - 3];
    let archive =
        Archive::open(Uint8Array::from(cut).into(), JsValue::UNDEFINED).expect("an archive");
    let info: Info = read(archive.info());
    assert_eq!(info.delta_batches, json.deltas.len() - 1);
    let kinds: Vec<_> = info.problems.iter().map(|problem| problem.kind.as_str()).collect();
    assert_eq!(kinds, ["truncated", "committed"]);
    let offset = json.committed - json.deltas[json.deltas.len() - 1].bytes - 8;
    assert!(info.problems[0].message.contains(&format!("{offset:#x}")));
    assert_eq!(info.problems[0].offset, Some(offset as i64 + 8));
}

#[wasm_bindgen_test]
fn what_reading_finds_is_said_once() {
    let (fixture, json) = fixture("ids-without-path");
    let archive = open(fixture);
    let before: Info = read(archive.info());
    assert!(before.problems.is_empty());
    for _ in 0..2 {
        let page: Page = read(archive.deltas(JsValue::UNDEFINED));
        assert_eq!(page.batches.len(), json.deltas.len());
    }
    let after: Info = read(archive.info());
    let kinds: Vec<_> = after.problems.iter().map(|problem| problem.kind.as_str()).collect();
    assert_eq!(kinds, ["unmapped-id"; 3]);
}

#[wasm_bindgen_test]
fn a_damaged_batch_hides_no_other() {
    let (fixture, json) = fixture("indexed");
    let mut bytes = fixture.archive.to_vec();
    let archive = open(fixture);
    let whole: Page = read(archive.deltas(JsValue::UNDEFINED));
    // The tag of the last value of the file becomes one that no value has.
    let last = whole.batches.last().expect("a batch");
    let value = last.items.last().expect("an item").text.trim_matches('"').len();
    let tag = bytes.len() - value - 2;
    assert_eq!(bytes[tag], 12, "the last value of this file is a string");
    bytes[tag] = 0x3f;
    let archive =
        Archive::open(Uint8Array::from(&bytes[..]).into(), JsValue::UNDEFINED).expect("an archive");
    let page: Page = read(archive.deltas(JsValue::UNDEFINED));
    assert_eq!(page.batches.len(), json.deltas.len());
    let damaged = page.batches.last().expect("a batch");
    assert_eq!(damaged.items, last.items[..last.items.len() - 1]);
    let info: Info = read(archive.info());
    assert_eq!(info.problems[0].kind, "unknown-tag");
    assert_eq!(info.problems[0].offset, Some(tag as i64));
}

#[wasm_bindgen_test]
fn a_buffer_of_more_than_four_gigabytes_is_read_where_it_is() {
    const START: f64 = 3.0;
    const FAR: f64 = 4_294_967_296.0;
    let script = format!(
        "const bytes = new Uint8Array({FAR} + 16);
         bytes.set([7, 8, 9], {FAR} + 4);
         bytes.subarray({START})"
    );
    let view = js_sys::eval(&script).expect("room for 4 GiB of nothing");
    let source = BufferSource::new(&view).expect("a Uint8Array");
    assert_eq!(source.length(), FAR as u64 + 13);
    let mut bytes = [0; 16];
    let offset = (FAR + 4.0 - START) as u64;
    assert_eq!(source.read_at(offset, &mut bytes), Ok(12));
    assert_eq!(bytes[..4], [7, 8, 9, 0]);
    assert_eq!(source.read_at(source.length(), &mut bytes), Ok(0));
}

#[derive(Debug, Deserialize)]
struct RecordingBatch {
    shard: String,
    file: String,
    time: String,
}

#[derive(Debug, Deserialize)]
struct RecordingPage {
    batches: Vec<RecordingBatch>,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ShardItem {
    id: f64,
    path: String,
    shard: String,
}

#[wasm_bindgen_test]
fn a_recording_is_read_as_one() {
    const OF: [(&str, &[u8]); 4] = [
        ("east/current", include_bytes!("fixtures/recordings/two-shards-one-path/east/current")),
        (
            "east/pathindex",
            include_bytes!("fixtures/recordings/two-shards-one-path/east/pathindex"),
        ),
        (
            "west/pathindex",
            include_bytes!("fixtures/recordings/two-shards-one-path/west/pathindex"),
        ),
        ("west/current", include_bytes!("fixtures/recordings/two-shards-one-path/west/current")),
    ];
    let noise = [("notes.txt", &b"nothing"[..]), ("east/current.lock", &b""[..])];
    let files: Array = OF
        .into_iter()
        .chain(noise)
        .map(|(name, bytes)| {
            options(&[("name", name.into()), ("source", Uint8Array::from(bytes).into())])
        })
        .collect();
    let recording = Recording::open(files.into(), JsValue::UNDEFINED).expect("a recording");
    let info = recording.info().expect("info");
    let shards = Array::from(&get(&info, "shards"));
    let names: Vec<_> = shards.iter().map(|it| get(&it, "shard").as_string()).collect();
    assert_eq!(names, [Some("east".to_owned()), Some("west".to_owned())]);
    assert_eq!(Array::from(&get(&info, "leftOut")).length(), 2);
    let total = get(&info, "deltaBatches").as_f64().expect("a number") as usize;
    // A path that both shards have comes twice, told apart.
    let items: Vec<ShardItem> = read(recording.image(JsValue::UNDEFINED));
    let twice = items.iter().filter(|it| {
        items
            .iter()
            .any(|other| it.path == other.path && it.shard != other.shard && it.id != other.id)
    });
    assert_eq!(twice.count(), 2);
    assert!(items.is_sorted_by_key(|it| (it.path.clone(), it.shard.clone())));
    // All batches by pages of 3: each once, shards by time.
    let (mut all, mut after) = (Vec::new(), JsValue::UNDEFINED);
    loop {
        let page: RecordingPage =
            read(recording.deltas(options(&[("after", after), ("limit", 3.into())])));
        all.extend(page.batches);
        let Some(next) = page.next else { break };
        after = next.into();
    }
    assert_eq!(all.len(), total);
    assert!(all.is_sorted_by_key(|batch| batch.time.clone()));
    assert!(all.iter().all(|batch| batch.file == "current" && !batch.shard.is_empty()));
    let end = recording.seek(JsValue::UNDEFINED, "end").expect("a cursor");
    assert_eq!(get(&end, "position").as_string().as_ref(), all.last().map(|batch| &batch.time));
}

/// The calls that answer questions hand over what the native answers say; those are tested natively.
#[wasm_bindgen_test]
fn questions_answer_as_natively() {
    use netidx_archive_viewer::{
        recording::{FindQuery, RangeQuery, Recording as Native},
        source::Pages,
    };
    let text = |value: &JsValue, name: &str| get(value, name).as_string();
    for name in ["indexed-images", "floats", "unsubscribed", "integers", "strings", "decimals"] {
        let (fixture, json) = fixture(name);
        let archive = open(fixture);
        let native = Native::open_file(Pages::whole(fixture.archive.to_vec()), None).expect("one");

        let found = archive.find(options(&[("where", "changed".into())])).expect("hits");
        let hits = Array::from(&get(&found, "hits"));
        let wanted = native.find(&FindQuery::new("changed")).expect("hits");
        assert_eq!(hits.length() as usize, wanted.len(), "{name}");
        for (hit, wanted) in hits.iter().zip(wanted.hits()) {
            assert_eq!(text(&hit, "path").as_deref(), Some(wanted.path), "{name}");
            assert_eq!(text(&hit, "from"), Some(wanted.hit.from.to_string()), "{name}");
            assert!(text(&hit, "text").is_some() && text(&hit, "type").is_some());
        }
        assert!(get(&found, "next").is_undefined());

        let rows = Array::from(&archive.statistics(JsValue::UNDEFINED).expect("statistics"));
        let wanted = native.statistics(&RangeQuery::default()).expect("statistics");
        assert_eq!(rows.length() as usize, wanted.len(), "{name}");
        for (row, wanted) in rows.iter().zip(&wanted) {
            assert_eq!(get(&row, "updates").as_f64(), Some(wanted.of.updates as f64), "{name}");
            let mean = wanted.of.numbers().map(|(.., mean)| mean.to_bits());
            assert_eq!(get(&row, "mean").as_f64().map(f64::to_bits), mean, "{name}");
        }

        let columns = archive.columns(options(&[("text", true.into())])).expect("columns");
        let length = |name: &str| get(&get(&columns, name), "length").as_f64();
        let items: usize = json.deltas.iter().map(|batch| batch.items.len()).sum();
        for column in ["time", "path", "type", "number", "text"] {
            assert_eq!(length(column), Some(items as f64), "{name}: {column}");
        }
        let texts = Array::from(&get(&columns, "text"));
        let wanted = json.deltas.iter().flat_map(|batch| &batch.items);
        assert!(
            texts.iter().zip(wanted).all(|(it, item)| it.as_string().as_ref() == Some(&item.text))
        );

        let [first, last] = ["first", "last"].map(|name| get(&archive.info().expect("info"), name));
        let rows = archive.diff(first, last, JsValue::UNDEFINED).expect("differences");
        for row in Array::from(&rows).iter() {
            let change = text(&row, "change").expect("a change");
            assert_eq!(get(&row, "before").is_undefined(), change == "appeared", "{name}");
        }
    }
    let archive = open(fixture("integers").0);
    let wrong = archive.find(options(&[("where", "> x".into())])).unwrap_err();
    assert_eq!(get(&wrong, "kind").as_string().as_deref(), Some("condition"));
    let typo = archive.columns(options(&[("texts", true.into())])).unwrap_err();
    assert_eq!(get(&typo, "kind").as_string().as_deref(), Some("argument"));
}
