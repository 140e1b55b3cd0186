//! The calls that an archive and a recording have in common.

use super::{
    args::{self, Thrown},
    rows::{self, BatchRows, Rows},
    values::{failure, integer, object, plain_to_js, safe_integer, set, to_js, typed_value},
};
use crate::{
    query::Difference,
    recording::{PlainValue, Recording, State, Typed},
};
use js_sys::{Array, BigInt, BigInt64Array, Float64Array, Function, Uint8Array, Uint32Array};
use std::cell::OnceCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/js/glue.js")]
extern "C" {
    #[allow(clippy::too_many_arguments)]
    fn hit(
        path: &str,
        shard: Option<&str>,
        from: &str,
        to: Option<String>,
        updates: f64,
        kind: &str,
        value: &JsValue,
        text: &str,
    ) -> JsValue;
    fn difference(
        path: &str,
        shard: Option<&str>,
        change: &str,
        before: &JsValue,
        after: &JsValue,
        delta: &JsValue,
    ) -> JsValue;
    fn state(time: &str, kind: &str, value: &JsValue, text: &str) -> JsValue;
    #[allow(clippy::too_many_arguments)]
    fn statistics(
        path: &str,
        shard: Option<&str>,
        updates: f64,
        first: &str,
        last: &str,
        minimum: Option<f64>,
        maximum: Option<f64>,
        mean: Option<f64>,
    ) -> JsValue;
    fn texts(text: &str, ends: &Uint32Array, into: &Array);
    fn joined(parts: &Array, of: &Function) -> JsValue;
}

/// A recording and what scripts were told of it.
pub(super) struct Calls {
    /// The recording; shared with copies in the making.
    pub recording: std::rc::Rc<Recording>,
    /// See [`rows::table`].
    table: OnceCell<JsValue>,
}

impl Calls {
    pub fn new(recording: Recording) -> Self {
        Self { recording: std::rc::Rc::new(recording), table: OnceCell::new() }
    }

    /// The recording, to be changed; `None` while a copy of it is being made.
    pub fn recording_mut(&mut self) -> Option<&mut Recording> {
        self.table.take();
        std::rc::Rc::get_mut(&mut self.recording)
    }

    fn table(&self) -> &JsValue {
        self.table.get_or_init(|| rows::table(&self.recording))
    }

    pub fn info(&self) -> Thrown<JsValue> {
        let info = self.recording.info();
        let object = to_js(&info)?;
        // A damaged header can say anything.
        set(&object, "committed", &integer(info.committed));
        Ok(object)
    }

    pub fn paths(&self) -> Thrown<JsValue> {
        to_js(&self.recording.paths().collect::<Vec<_>>())
    }

    pub fn image(&self, options: &JsValue) -> Thrown<JsValue> {
        let query = args::image(options)?;
        let answer = self.recording.image(&query).map_err(failure)?;
        let mut rows = Rows::default();
        answer.items().for_each(|item| rows.push(&item));
        Ok(rows.objects(self.table(), self.recording.archive().is_none()).into())
    }

    pub fn deltas(&self, options: &JsValue) -> Thrown<JsValue> {
        let query = args::deltas(options)?;
        let mut batches = BatchRows::default();
        let end = self.recording.deltas(&query, |batch| {
            batch.items().for_each(|item| batches.rows.push(&item));
            batches.end(batch.time, batch.shard.zip(batch.file));
        });
        let end = end.map_err(failure)?;
        Ok(object([
            ("batches", batches.objects(self.table()).into()),
            ("bytes", (end.bytes as f64).into()),
            ("next", end.next.map_or(JsValue::UNDEFINED, JsValue::from)),
        ]))
    }

    pub fn seek(&self, cursor: &JsValue, expression: &str) -> Thrown<JsValue> {
        let cursor = args::read_cursor(cursor)?;
        let cursor = self.recording.seek(cursor, expression).map_err(failure)?;
        args::write_cursor(&cursor)
    }

    pub fn find(&self, options: &JsValue) -> Thrown<JsValue> {
        let query = args::find(options)?;
        let answer = self.recording.find(&query).map_err(failure)?;
        let hits = answer.hits().map(|it| {
            let (from, to) = (it.hit.from.to_string(), it.hit.to.map(|to| to.to_string()));
            let typed = Typed::of(&it.hit.event());
            let updates = it.hit.updates as f64;
            let value = typed_value(&typed);
            hit(it.path, it.shard, &from, to, updates, typed.kind, &value, &typed.text)
        });
        let hits: Array = hits.collect();
        let next = answer.next.as_deref().map_or(JsValue::UNDEFINED, JsValue::from);
        Ok(object([("hits", hits.into()), ("next", next)]))
    }

    pub fn statistics(&self, options: &JsValue) -> Thrown<JsValue> {
        let query = args::statistics(options)?;
        let rows = self.recording.statistics(&query).map_err(failure)?;
        let rows = rows.iter().map(|row| {
            let of = &row.of;
            let [first, last] = [of.first, of.last].map(|time| time.to_string());
            let numbers = of.numbers();
            statistics(
                row.path,
                row.shard,
                of.updates as f64,
                &first,
                &last,
                numbers.map(|(minimum, ..)| minimum),
                numbers.map(|(_, maximum, _)| maximum),
                numbers.map(|(.., mean)| mean),
            )
        });
        Ok(rows.collect::<Array>().into())
    }

    pub fn diff(&self, before: &JsValue, after: &JsValue, options: &JsValue) -> Thrown<JsValue> {
        let (times, filter) = args::diff(before, after, options)?;
        let answer = self.recording.diff(times, filter.as_deref()).map_err(failure)?;
        let rows = answer.rows().map(|row| {
            let state_of = |it: &Option<State<'_>>| {
                it.as_ref().map_or(JsValue::UNDEFINED, |it| {
                    let typed = Typed::of(&it.event);
                    state(&it.time.to_string(), typed.kind, &typed_value(&typed), &typed.text)
                })
            };
            let delta = match row.delta {
                None => JsValue::UNDEFINED,
                Some(Difference::Integer(n)) => BigInt::from(n).into(),
                Some(Difference::Float(n)) => n.into(),
                Some(Difference::Decimal(n)) => plain_to_js(&PlainValue::Text(n.to_string())),
            };
            let (before, after) = (state_of(&row.before), state_of(&row.after));
            difference(row.path, row.shard, row.change.name(), &before, &after, &delta)
        });
        Ok(rows.collect::<Array>().into())
    }

    pub fn columns(&self, options: &JsValue) -> Thrown<JsValue> {
        let (query, with_text) = args::columns(options)?;
        let parts = [(); 4].map(|()| Array::new());
        let text = Array::new();
        let shown = self.recording.columns(&query, with_text, |columns| {
            parts[0].push(&BigInt64Array::from(&columns.time[..]));
            parts[1].push(&Uint32Array::from(&columns.path[..]));
            parts[2].push(&Uint8Array::from(&columns.tag[..]));
            parts[3].push(&Float64Array::from(&columns.number[..]));
            if with_text {
                texts(&columns.text, &Uint32Array::from(&columns.text_ends[..]), &text);
            }
        });
        shown.map_err(failure)?;
        let global = js_sys::global();
        let join = |parts: &Array, name: &str| -> Thrown<JsValue> {
            let of = js_sys::Reflect::get(&global, &name.into())?;
            Ok(joined(parts, of.unchecked_ref::<Function>()))
        };
        let table = self.table();
        let [paths, shards] =
            ["paths", "shards"].map(|name| js_sys::Reflect::get(table, &name.into()));
        let columns = object([
            ("paths", Array::from(&paths?).into()),
            ("time", join(&parts[0], "BigInt64Array")?),
            ("path", join(&parts[1], "Uint32Array")?),
            ("type", join(&parts[2], "Uint8Array")?),
            ("number", join(&parts[3], "Float64Array")?),
        ]);
        if self.recording.archive().is_none() {
            set(&columns, "shards", &Array::from(&shards?));
        }
        if with_text {
            set(&columns, "text", &text);
        }
        Ok(columns)
    }
}

/// A number of bytes that a script gets.
pub(super) fn bytes(n: u64) -> JsValue {
    safe_integer(n.into()).map_or_else(|| integer(n), JsValue::from)
}
