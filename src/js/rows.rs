//! Items by the thousand on their way to JavaScript: columns, of which `glue.js` makes the objects.

use super::values::{plain_to_js, safe_integer};
use crate::{
    format::{Kind, Naming, Value, write_value},
    recording::{Item, NO_PATH, PlainValue, Recording, Typed},
    time::Timestamp,
};
use js_sys::{Array, Float64Array, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/js/glue.js")]
extern "C" {
    #[allow(clippy::too_many_arguments)]
    fn items(
        table: &JsValue,
        places: &Uint32Array,
        types: &Uint8Array,
        codes: &Uint8Array,
        numbers: &Float64Array,
        specials: &Array,
        loose: &Float64Array,
        text: &str,
        ends: &Uint32Array,
        times: Option<String>,
        with_shard: bool,
    ) -> Array;
    fn batches(items: &Array, counts: &Uint32Array, times: &str, files: &JsValue) -> Array;
}

/// What the value of a row is made of.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
enum ValueCode {
    Undefined = 0,
    Number = 1,
    Bool = 2,
    Null = 3,
    /// The text between its quotes.
    Text = 4,
    /// The next of the specials.
    Special = 5,
}

const UNSUBSCRIBED: u8 = 254;
const UNREADABLE: u8 = 255;

/// Rows, column by column.
#[derive(Default)]
pub(super) struct Rows {
    places: Vec<u32>,
    types: Vec<u8>,
    codes: Vec<u8>,
    numbers: Vec<f64>,
    specials: Array,
    /// The ids of rows that no path mapping names.
    loose: Vec<f64>,
    text: String,
    /// Where each text ends, in UTF-16 code units.
    ends: Vec<u32>,
    times: String,
}

impl Rows {
    /// Adds an item.
    pub fn push(&mut self, item: &Item<'_>) {
        let place = item.place.unwrap_or(NO_PATH);
        self.places.push(place);
        if place == NO_PATH {
            self.loose.push(item.id as f64);
        }
        if let Some(time) = item.time {
            push_time(&mut self.times, time);
        }
        let start = self.text.len();
        let value = item.event.as_ref().ok().and_then(|event| event.value().ok());
        let (kind, code, number) = match value {
            Some(Some(value)) => match self.push_value(&value, start) {
                Some((code, number)) => (value.kind() as u8, code, number),
                None => self.push_unreadable(item, start),
            },
            Some(None) => {
                self.text.push_str("unsubscribed");
                (UNSUBSCRIBED, ValueCode::Undefined, 0.)
            }
            None => self.push_unreadable(item, start),
        };
        self.types.push(kind);
        self.codes.push(code as u8);
        self.numbers.push(number);
        let before = self.ends.last().copied().unwrap_or_default();
        self.ends.push(before + utf16_len(&self.text[start..]));
    }

    /// Adds the text of a value, and what the value is made of; `None` where it cannot be read.
    fn push_value(&mut self, value: &Value<'_>, start: usize) -> Option<(ValueCode, f64)> {
        write_value(value, Naming::Typed, &mut self.text).ok()?;
        let number = |n: f64| Some((ValueCode::Number, n));
        match *value {
            Value::U8(n) => number(n.into()),
            Value::I8(n) => number(n.into()),
            Value::U16(n) => number(n.into()),
            Value::I16(n) => number(n.into()),
            Value::U32(n) | Value::V32(n) => number(n.into()),
            Value::I32(n) | Value::Z32(n) => number(n.into()),
            Value::F32(n) => number(n.into()),
            Value::F64(n) => number(n),
            Value::Duration(length) => number(length.as_secs_f64()),
            Value::Bool(truth) => Some((ValueCode::Bool, truth.into())),
            Value::Null => Some((ValueCode::Null, 0.)),
            Value::U64(n) | Value::V64(n) if let Some(n) = safe_integer(n.into()) => number(n),
            Value::I64(n) | Value::Z64(n) if let Some(n) = safe_integer(n.into()) => number(n),
            Value::String(_) if !self.text[start..].contains('\\') => Some((ValueCode::Text, 0.)),
            _ => {
                self.specials.push(&plain_to_js(&PlainValue::of(value).ok()?));
                Some((ValueCode::Special, 0.))
            }
        }
    }

    fn push_unreadable(&mut self, item: &Item<'_>, start: usize) -> (u8, ValueCode, f64) {
        self.text.truncate(start);
        self.text.push_str(&Typed::of(&item.event).text);
        (UNREADABLE, ValueCode::Undefined, 0.)
    }

    /// The objects. `table` is [`table`] of the recording.
    pub fn objects(self, table: &JsValue, with_shard: bool) -> Array {
        items(
            table,
            &Uint32Array::from(&self.places[..]),
            &Uint8Array::from(&self.types[..]),
            &Uint8Array::from(&self.codes[..]),
            &Float64Array::from(&self.numbers[..]),
            &self.specials,
            &Float64Array::from(&self.loose[..]),
            &self.text,
            &Uint32Array::from(&self.ends[..]),
            (!self.times.is_empty()).then_some(self.times),
            with_shard,
        )
    }
}

/// Batches, whose items are rows.
#[derive(Default)]
pub(super) struct BatchRows {
    /// The items of all batches.
    pub rows: Rows,
    counts: Vec<u32>,
    /// Rows of the batches that are ended.
    ended: usize,
    times: String,
    /// Shard and file of each.
    files: Array,
}

impl BatchRows {
    /// Ends a batch, to which the rows belong that were added since the last.
    pub fn end(&mut self, time: Timestamp, file: Option<(&str, &str)>) {
        self.counts.push((self.rows.places.len() - self.ended) as u32);
        self.ended = self.rows.places.len();
        push_time(&mut self.times, time);
        if let Some((shard, file)) = file {
            self.files.push(&shard.into());
            self.files.push(&file.into());
        }
    }

    /// The objects.
    pub fn objects(self, table: &JsValue) -> Array {
        let files = match self.files.length() {
            0 => JsValue::UNDEFINED,
            _ => self.files.into(),
        };
        let items = self.rows.objects(table, false);
        batches(&items, &Uint32Array::from(&self.counts[..]), &self.times, &files)
    }
}

/// The ids, paths and shards of a recording by place, and the names of its shards.
pub(super) fn table(recording: &Recording) -> JsValue {
    let (ids, paths, shards, names) = (Array::new(), Array::new(), Array::new(), Array::new());
    let mut of_shard: Vec<(&str, JsValue)> = Vec::new();
    for path in recording.paths() {
        ids.push(&(path.id as f64).into());
        paths.push(&path.path.into());
        if let Some(shard) = path.shard {
            if of_shard.last().is_none_or(|(name, _)| *name != shard) {
                of_shard.push((shard, shard.into()));
            }
            shards.push(&of_shard[of_shard.len() - 1].1);
        }
    }
    for shard in recording.timeline().shards() {
        names.push(&shard.name().into());
    }
    super::values::object([
        ("ids", ids.into()),
        ("paths", paths.into()),
        ("shards", shards.into()),
        ("names", names.into()),
    ])
}

fn push_time(times: &mut String, time: Timestamp) {
    use std::fmt::Write;
    // Writing to a string does not fail.
    let _ = write!(times, "{time}");
}

fn utf16_len(text: &str) -> u32 {
    match text.is_ascii() {
        true => text.len() as u32,
        false => text.encode_utf16().count() as u32,
    }
}

// `glue.js` names the types by these codes.
const _: () = assert!(Kind::U8 as u8 == 0 && Kind::String as u8 == 24);
