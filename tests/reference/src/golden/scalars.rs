//! Text, bytes, times and the values without a payload.

use super::{Golden, numbers::one_batch};
use crate::{
    archive::Archive,
    legacy::{self, Legacy},
    patch,
    val::{self, *},
};
use anyhow::Result;
use chrono::{DateTime, Utc};
use netidx::publisher::Value;
use netidx_0_12::subscriber::{Event as OldEvent, Value as OldValue};
use std::path::Path as FilePath;

pub fn strings(file: &FilePath) -> Result<Golden> {
    let texts = [
        ("empty", ""),
        ("space", " "),
        ("spaces", "  two  spaces  "),
        ("word", "open"),
        ("quotes", "say \"hello\", it's fine"),
        ("backslash", r"C:\temp\new \\ \n"),
        ("newlines", "one\ntwo\r\nthree\n"),
        ("tab", "a\tb"),
        ("nul", "a\0b"),
        ("controls", "\u{1}\u{7}\u{8}\u{b}\u{c}\u{1b}[31m\u{1f}\u{7f}"),
        ("controls-c1", "\u{80}\u{85}\u{9b}\u{9f}\u{a0}"),
        ("separators", "line\u{2028}paragraph\u{2029}end"),
        ("zero-width", "a\u{200b}b\u{200d}c\u{feff}d"),
        ("html", "<script>alert(\"x\")</script><img src=x onerror=alert(1)>&amp;&lt;"),
        ("template", "{{7*7}} ${7*7} <%= 7 %>"),
        ("url", "javascript:alert(1)"),
        ("hebrew", "שלום עולם"),
        ("arabic-mixed", "price السعر 101.37 USD"),
        ("bidi-override", "user\u{202e}gpj.exe\u{202c} \u{2066}isolated\u{2069}"),
        ("emoji", "🚀 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽"),
        ("combining", "e\u{301} vs é, Z\u{351}\u{36b}\u{343}"),
        ("cjk", "日本語 中文 한국어"),
        ("astral", "\u{10000}\u{10ffff}"),
        ("private", "\u{e000}\u{f8ff}\u{fffd}\u{ffff}"),
        ("looks-null", "null"),
        ("looks-number", "f64:1.5"),
        ("looks-unsubscribed", "unsubscribed"),
        ("json", "{\"a\": [1, 2, \"\\u0000\"]}"),
        ("csv", "=1+1,\"a\"\"b\"\n;\t"),
        ("proto", "__proto__"),
    ];
    let values: Vec<_> = texts.iter().map(|(p, t)| (format!("/string/{p}"), s(t))).collect();
    one_batch(file, &values, true)?;
    Ok(Golden::new("strings: empty, escapes, controls, HTML, right to left, emoji, what looks like something else")
        .states([at(10)]))
}

pub fn strings_long(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/long"])?;
    let lengths = [127, 128, 129, 255, 256, 1_000, 4_096, 16_383, 16_384, 16_385];
    for (i, length) in lengths.into_iter().enumerate() {
        let text: String = ('a'..='z').cycle().take(length).collect();
        a.delta(at(i as i64), &[("/long", up(s(&text)))])?;
    }
    // characters of two to four bytes, so that no cut at a round number of bytes is a cut between characters
    let text: String = "añ漢🚀".chars().cycle().take(28_000).collect();
    a.delta(at(100), &[("/long", up(s(&text)))])?;
    a.delta(at(101), &[("/long", up(s("short again")))])?;
    a.finish()?;
    Ok(Golden::new("long strings of many lengths up to 70,000 bytes, one path").states([at(101)]))
}

pub fn bytes_values(file: &FilePath) -> Result<Golden> {
    let all: Vec<u8> = (0..=255).collect();
    let values: Vec<_> = [
        ("empty", &[][..]),
        ("one", &[0]),
        ("two", &[0xFF, 0xFE]),
        ("three", &[1, 2, 3]),
        ("four", b"text"),
        ("plus-and-slash", &[0xFB, 0xEF, 0xFF, 0x3E, 0x3F]),
        ("not-utf8", &[0xC3, 0x28, 0xED, 0xA0, 0x80]),
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("all-256", &all),
        ("twice-256", &[&all[..], &all[..]].concat()),
    ]
    .iter()
    .map(|(p, b)| (format!("/bytes/{p}"), val::bytes(b)))
    .collect();
    one_batch(file, &values, true)?;
    Ok(Golden::new("bytes: empty, all lengths of base64 padding, all 256 values").states([at(10)]))
}

pub fn datetimes(file: &FilePath) -> Result<Golden> {
    let times: [(&str, DateTime<Utc>); 22] = [
        ("epoch", time(0, 0)),
        ("before-epoch", time(-1, 999_999_999)),
        ("whole-second", start()),
        ("milliseconds", time(1_772_357_400, 120_000_000)),
        ("microseconds", time(1_772_357_400, 123_456_000)),
        ("nanoseconds", time(1_772_357_400, 123_456_789)),
        ("one-nanosecond", time(1_772_357_400, 1)),
        ("leap-second", time(1_483_228_799, 1_000_000_000)),
        ("leap-second-half", time(1_483_228_799, 1_500_000_000)),
        ("leap-second-last", time(1_483_228_799, 1_999_999_999)),
        ("leap-day", time(1_709_208_000, 0)),
        ("year-0", time(-62_167_219_200, 0)),
        ("year-1", time(-62_135_596_800, 0)),
        ("year-minus-1", time(-62_198_755_200, 0)),
        ("year-9999", time(253_402_300_799, 999_999_999)),
        ("year-10000", time(253_402_300_800, 0)),
        ("year-1582", time(-12_219_292_800, 0)),
        ("i64-nanoseconds-last", time(9_223_372_036, 854_775_807)),
        ("i64-nanoseconds-passed", time(9_223_372_036, 854_775_808)),
        ("i64-nanoseconds-before", time(-9_223_372_037, 145_224_191)),
        ("smallest", DateTime::<Utc>::MIN_UTC),
        ("largest", DateTime::<Utc>::MAX_UTC),
    ];
    let values: Vec<_> = times.iter().map(|(p, t)| (format!("/datetime/{p}"), dt(*t))).collect();
    one_batch(file, &values, true)?;
    Ok(Golden::new(
        "datetimes: fractions, leap seconds, years 1, 0 and before, far past and future",
    )
    .states([at(10)]))
}

pub fn durations(file: &FilePath) -> Result<Golden> {
    let durations = [
        ("zero", 0, 0),
        ("nanosecond", 0, 1),
        ("microsecond", 0, 1_000),
        ("millisecond", 0, 1_000_000),
        ("half", 0, 500_000_000),
        ("almost-one", 0, 999_999_999),
        ("one", 1, 0),
        ("one-and-a-half", 1, 500_000_000),
        ("one-and-a-nanosecond", 1, 1),
        ("day", 86_400, 0),
        ("year-and-nanosecond", 31_556_736, 1),
        ("2-53", 9_007_199_254_740_992, 0),
        ("2-53-and-one", 9_007_199_254_740_993, 1),
        ("largest", u64::MAX, 999_999_999),
    ];
    let values: Vec<_> =
        durations.iter().map(|(p, s, n)| (format!("/duration/{p}"), dur(*s, *n))).collect();
    one_batch(file, &values, true)?;
    Ok(Golden::new("durations: zero, whole, fractional, where a double loses digits, the largest")
        .states([at(10)]))
}

pub fn bool_null_ok(file: &FilePath) -> Result<Golden> {
    let mut a = Archive::create(file)?;
    a.paths(&["/true", "/false", "/null", "/ok"])?;
    a.delta(
        at(0),
        &[
            ("/true", up(Value::Bool(true))),
            ("/false", up(Value::Bool(false))),
            ("/null", up(Value::Null)),
            ("/ok", up(Value::Null)),
        ],
    )?;
    a.delta(at(1), &[("/null", up(arr([Value::Null, s("ok?")])))])?;
    a.finish()?;
    patch::replace(file, &[2, 16, 3, 16], &[2, 16, 3, 17])?;
    patch::replace(file, &[19, 2, 16, 12], &[19, 2, 17, 12])?;
    Ok(Golden::new(
        "true, false, null; two nulls were patched to the old tag 17 (Ok), one of them in an array",
    ))
}

pub fn plain_ok(file: &FilePath) -> Result<Golden> {
    let mut a = Legacy::create(file)?;
    a.paths(&["/ok", "/array", "/error"])?;
    a.batch(
        false,
        start(),
        &[
            ("/ok", OldEvent::Update(OldValue::Ok)),
            (
                "/array",
                OldEvent::Update(OldValue::Array(vec![OldValue::Ok, OldValue::Null].into())),
            ),
            ("/error", OldEvent::Update(OldValue::Error("old <error>".into()))),
        ],
    )?;
    a.finish()?;
    Ok(Golden::new("Value::Ok as 0.12.1 wrote it (tag 17), which is null today").by(legacy::WRITER))
}
