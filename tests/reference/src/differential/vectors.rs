//! Answers that need no archive: the grammar of seeks, the clamping of cursors, and globs.

use super::{answers::Clock, expressions, globs, model::Time};
use crate::{
    json::quote,
    rng::Rng,
    val::{at, rfc3339},
};
use anyhow::{Context, Result};
use chrono::TimeDelta;
use netidx_archive::logfile::{Cursor, Seek};
use std::{collections::BTreeSet, fs, ops::Bound, path::Path as FilePath};

/// Writes the three files.
pub fn write_all(dir: &FilePath) -> Result<()> {
    write(
        dir,
        "seek-expressions.json",
        "what 0.32.0 makes of a seek expression; times are RFC 3339, ns are nanoseconds as a string, null is an error",
        &seeks(),
    )?;
    write(
        dir,
        "cursors.json",
        "a cursor made with create_from and then changed, as 0.32.0 does it; times are nanoseconds after 2026-03-01T09:30:00Z, \
         bounds null, i<time> (included) or e<time> (excluded); after each step: position, at_start, at_end; \
         `narrow` marks bounds with no room between them, where a clamped position can lie outside both",
        &cursors(),
    )?;
    write(
        dir,
        "globs.json",
        "which of `paths` a netidx GlobSet matches, by their numbers; null where a glob is refused; where Glob::new panics the answer is globset's own",
        &globs::vectors(),
    )
}

fn write(dir: &FilePath, name: &str, about: &str, lines: &[(&str, Vec<String>)]) -> Result<()> {
    let lists: Vec<_> = lines
        .iter()
        .map(|(name, lines)| format!("\"{name}\": [\n{}\n]", lines.join(",\n")))
        .collect();
    let text = format!("{{\n\"about\": {},\n{}\n}}\n", quote(about), lists.join(",\n"));
    serde_json::from_str::<serde_json::Value>(&text).context("our JSON is not JSON")?;
    println!("{name}: {} bytes", text.len());
    Ok(fs::write(dir.join(name), text)?)
}

fn seeks() -> Vec<(&'static str, Vec<String>)> {
    let mut rng = Rng::new(21);
    let mut texts: Vec<String> = expressions::TYPED.iter().map(|t| t.to_string()).collect();
    texts.extend((0..500).map(|_| expressions::random(&mut rng)));
    let mut seen = BTreeSet::new();
    texts.retain(|t| seen.insert(t.clone()));
    let line = |text: &String| {
        let seek = match text.parse::<Seek>() {
            Err(_) => "null".into(),
            Ok(Seek::Beginning) => "\"beginning\"".into(),
            Ok(Seek::End) => "\"end\"".into(),
            Ok(Seek::BatchRelative(n)) => format!("{{\"batches\":{n}}}"),
            Ok(Seek::Absolute(t)) => format!("{{\"time\":\"{}\"}}", rfc3339(t)),
            Ok(Seek::TimeRelative(d)) => {
                format!("{{\"ns\":\"{}\"}}", d.num_nanoseconds().expect("made of nanoseconds"))
            }
        };
        format!("{{\"s\":{},\"seek\":{seek}}}", quote(text))
    };
    vec![("expressions", texts.iter().map(line).collect())]
}

fn cursors() -> Vec<(&'static str, Vec<String>)> {
    let mut rng = Rng::new(22);
    let clock = Clock { base: at(0).timestamp_nanos_opt().expect("a time near 2026") };
    let lines = (0..700).map(|_| cursor(&mut rng, clock)).collect();
    vec![("cursors", lines)]
}

/// Times so near each other that bounds and positions often meet.
fn near(rng: &mut Rng) -> Time {
    let ns = *rng.pick(&[0, 0, 0, 0, 1, 500, 999]);
    at(rng.between(0, 12)) + TimeDelta::nanoseconds(ns)
}

fn bound(rng: &mut Rng) -> Bound<Time> {
    match rng.below(5) {
        0 | 1 => Bound::Included(near(rng)),
        2 | 3 => Bound::Excluded(near(rng)),
        _ => Bound::Unbounded,
    }
}

fn is_narrow(cursor: &Cursor) -> bool {
    let us = TimeDelta::microseconds(1);
    let low = match cursor.start() {
        Bound::Unbounded => return false,
        Bound::Included(t) => *t,
        Bound::Excluded(t) => *t + us,
    };
    match cursor.end() {
        Bound::Unbounded => false,
        Bound::Included(t) => low > *t,
        Bound::Excluded(t) => low > *t - us,
    }
}

fn cursor(rng: &mut Rng, clock: Clock) -> String {
    let (start, end) = (bound(rng), bound(rng));
    let position = if rng.one_in(4) { None } else { Some(near(rng)) };
    let mut cursor = Cursor::create_from(start, end, position);
    let mut narrow = is_narrow(&cursor);
    let state =
        |c: &Cursor| format!("{},{},{}", clock.option(c.current()), c.at_start(), c.at_end());
    let made = format!(
        "\"start\":{},\"end\":{},\"position\":{},\"made\":[{}]",
        clock.bound(&start),
        clock.bound(&end),
        clock.option(position),
        state(&cursor)
    );
    let mut steps = vec![];
    for _ in 0..rng.below(4) {
        let step = match rng.below(6) {
            0 | 1 => {
                let bound = bound(rng);
                cursor.set_start(bound);
                format!("\"set_start\",{}", clock.bound(&bound))
            }
            2 | 3 => {
                let bound = bound(rng);
                cursor.set_end(bound);
                format!("\"set_end\",{}", clock.bound(&bound))
            }
            4 => {
                let t = near(rng);
                cursor.set_current(t);
                format!("\"set_current\",{}", clock.time(t))
            }
            _ if rng.one_in(3) => {
                cursor.reset();
                "\"reset\",null".into()
            }
            _ => {
                let t = near(rng);
                steps.push(format!("[\"contains\",{},{}]", clock.time(t), cursor.contains(&t)));
                continue;
            }
        };
        narrow |= is_narrow(&cursor);
        steps.push(format!("[{step},{}]", state(&cursor)));
    }
    let narrow = if narrow { ",\"narrow\":true" } else { "" };
    format!("{{{made},\"steps\":[{}]{narrow}}}", steps.join(","))
}
