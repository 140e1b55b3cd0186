//! The readable side of a fixture: JSON with one item on a line, so that a change of a fixture is
//! a readable diff.

use crate::{
    decoded::{Batch, Decoded},
    replay,
    val::rfc3339,
};
use chrono::{DateTime, Utc};
use netidx::{publisher::Value, subscriber::Event};
use netidx_value::Typ;
use std::fmt::{self, Write};

/// All that is expected of a file, with its state at `states`.
pub fn document(about: &str, writer: &str, file: &Decoded, states: &[DateTime<Utc>]) -> String {
    let mut out = String::new();
    let header = &file.header;
    let _ = write!(
        out,
        "{{\n\"about\": {},\n\"writer\": {},\n\"length\": {},\n\"committed\": {},\n\"version\": {},\n\
         \"compressed\": {},\n\"indexed\": {}",
        quote(about),
        quote(writer),
        file.length,
        header.committed,
        header.version,
        header.compressed,
        header.indexed,
    );
    let paths = file.paths.iter().map(|(id, p)| format!("{{\"id\":{id},\"path\":{}}}", quote(p)));
    list(&mut out, "paths", paths);
    list(&mut out, "deltas", file.deltas.iter().map(|b| batch(file, b)));
    list(&mut out, "images", file.images.iter().map(|b| batch(file, b)));
    list(&mut out, "states", states.iter().map(|at| state(file, *at)));
    out.push_str("\n}\n");
    out
}

/// The text of a value without type prefixes.
pub struct Plain<'a>(pub &'a Value);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_notyp(f)
    }
}

/// The type, the full text and the plain text of an event.
pub fn event_text(event: &Event) -> (&'static str, String, String) {
    match event {
        Event::Unsubscribed => ("unsubscribed", "unsubscribed".into(), "unsubscribed".into()),
        Event::Update(v) => (Typ::get(v).name(), v.to_string(), Plain(v).to_string()),
    }
}

/// A JSON string.
pub fn quote(text: &str) -> String {
    serde_json::to_string(text).expect("every string is JSON")
}

/// Appends a field that is a list, one item on a line.
pub fn list(out: &mut String, name: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    let _ = match items.is_empty() {
        true => write!(out, ",\n\"{name}\": []"),
        false => write!(out, ",\n\"{name}\": [\n{}\n]", items.join(",\n")),
    };
}

fn batch(file: &Decoded, batch: &Batch) -> String {
    let items: Vec<_> =
        batch.items.iter().map(|(id, e)| item(file.path(*id), *id, None, e)).collect();
    format!(
        "{{\"time\":\"{}\",\"bytes\":{},\"items\":[\n{}\n]}}",
        rfc3339(batch.time),
        batch.record_length,
        items.join(",\n")
    )
}

fn state(file: &Decoded, at: DateTime<Utc>) -> String {
    let items: Vec<_> = replay::state_at(file, at)
        .iter()
        .map(|(id, (time, event))| item(file.path(*id), *id, Some(*time), event))
        .collect();
    let newline = if items.is_empty() { "" } else { "\n" };
    format!("{{\"at\":\"{}\",\"items\":[{newline}{}{newline}]}}", rfc3339(at), items.join(",\n"))
}

/// One item of a batch or a state.
pub fn item(path: Option<&str>, id: u32, time: Option<DateTime<Utc>>, event: &Event) -> String {
    let path = path.map_or("null".to_string(), quote);
    let time = time.map_or(String::new(), |t| format!("\"time\":\"{}\",", rfc3339(t)));
    let (typ, text, plain) = event_text(event);
    format!(
        "{{\"id\":{id},\"path\":{path},{time}\"type\":\"{typ}\",\"text\":{},\"plain\":{}}}",
        quote(&text),
        quote(&plain)
    )
}
