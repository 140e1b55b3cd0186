//! From what scripts pass to what the reader takes.

use super::values::{failure, object};
use crate::{
    export::{Depth, Level, Options, Scope, rows::RowFormat},
    protocol::Failure,
    query::{Cursor, Filter, length},
    recording::{After, AfterHit, DeltasQuery, FindQuery, ImageQuery, RangeQuery},
    time::Timestamp,
};
use chrono::DateTime;
use js_sys::{Array, ArrayBuffer, BigInt, Date, Object, Reflect, Uint8Array};
use std::ops::Bound;
use wasm_bindgen::{JsCast, prelude::*};

pub(super) type Thrown<T> = Result<T, JsValue>;

/// The options of `open` and `rescan`.
pub(super) struct OpenArgs {
    pub path_index: Option<JsValue>,
    /// The bytes of the sidecar.
    pub sidecar: Option<Vec<u8>>,
}

impl OpenArgs {
    pub fn read(options: &JsValue) -> Thrown<Self> {
        check_options(options, &["pathIndex", "sidecar"])?;
        let path_index = field(options, "pathIndex")?;
        let sidecar = field(options, "sidecar")?;
        let sidecar = match bytes_of(&sidecar) {
            None if !is_absent(&sidecar) => {
                return Err(wrong("sidecar must be an ArrayBuffer or a Uint8Array"));
            }
            sidecar => sidecar,
        };
        Ok(Self { path_index: Some(path_index).filter(|value| !is_absent(value)), sidecar })
    }
}

/// A copy of bytes.
fn bytes_of(value: &JsValue) -> Option<Vec<u8>> {
    let bytes = match value.dyn_ref::<Uint8Array>() {
        Some(bytes) => bytes.clone(),
        None => Uint8Array::new(value.dyn_ref::<ArrayBuffer>()?),
    };
    Some(bytes.to_vec())
}

/// The options of `image`.
pub(super) fn image(options: &JsValue) -> Thrown<ImageQuery> {
    check_options(options, &["at", "filter"])?;
    let at = field(options, "at")?;
    let at = if is_absent(&at) { None } else { Some(read_time(&at, "at")?) };
    Ok(ImageQuery { at, filter: read_filter(options)? })
}

/// The options of `deltas`.
pub(super) fn deltas(options: &JsValue) -> Thrown<DeltasQuery> {
    check_options(options, &["after", "start", "end", "filter", "limit"])?;
    let after = field(options, "after")?;
    let after = match after.as_string().map(|text| text.parse()) {
        None if is_absent(&after) => After::Start,
        Some(Ok(batch)) => After::Batch(batch),
        _ => After::Time(read_after(&after)?),
    };
    let RangeQuery { filter, start, end } = read_range(options)?;
    Ok(DeltasQuery { after, start, end, filter, limit: read_limit(options, "batches")? })
}

/// The options of `find`.
pub(super) fn find(options: &JsValue) -> Thrown<FindQuery> {
    check_options(options, &["where", "filter", "start", "end", "limit", "after"])?;
    let condition = field(options, "where")?;
    let condition =
        condition.as_string().ok_or_else(|| wrong("where must be a condition, as text"))?;
    let after = field(options, "after")?;
    let after = match after.as_string().map(|text| text.parse()) {
        None if is_absent(&after) => AfterHit::Start,
        Some(Ok(hit)) => AfterHit::Hit(hit),
        _ => AfterHit::Time(read_after(&after)?),
    };
    let RangeQuery { filter, start, end } = read_range(options)?;
    Ok(FindQuery { condition, filter, start, end, limit: read_limit(options, "hits")?, after })
}

/// The options of `statistics`.
pub(super) fn statistics(options: &JsValue) -> Thrown<RangeQuery> {
    check_options(options, &["start", "end", "filter"])?;
    read_range(options)
}

/// The options of `columns`: which updates, and whether with their texts.
pub(super) fn columns(options: &JsValue) -> Thrown<(RangeQuery, bool)> {
    check_options(options, &["start", "end", "filter", "text"])?;
    let text = field(options, "text")?;
    let with_text = match text.as_bool() {
        Some(with_text) => with_text,
        None if is_absent(&text) => false,
        None => return Err(wrong("text must be true or false")),
    };
    Ok((read_range(options)?, with_text))
}

/// The times of `diff`, and its filter.
pub(super) fn diff(
    before: &JsValue,
    after: &JsValue,
    options: &JsValue,
) -> Thrown<([Timestamp; 2], Option<Vec<String>>)> {
    check_options(options, &["filter"])?;
    let times = [read_time(before, "the first time")?, read_time(after, "the second time")?];
    Ok((times, read_filter(options)?))
}

fn read_range(options: &JsValue) -> Thrown<RangeQuery> {
    Ok(RangeQuery {
        filter: read_filter(options)?,
        start: read_bound(&field(options, "start")?, "start")?,
        end: read_bound(&field(options, "end")?, "end")?,
    })
}

fn read_limit(options: &JsValue, of: &str) -> Thrown<usize> {
    let limit = field(options, "limit")?;
    match limit.as_f64() {
        None if is_absent(&limit) => Ok(usize::MAX),
        Some(limit) if limit >= 1. => Ok(limit as usize),
        _ => Err(wrong(&format!("limit must be a number of {of}, 1 or more"))),
    }
}

/// What is made of the updates between two times.
#[derive(Debug, Clone, Copy)]
pub(super) enum Made {
    /// Rows of text.
    Rows(RowFormat),
    /// Another archive.
    Archive(Depth),
}

/// The options of `export`.
pub(super) struct ExportArgs {
    pub scope: Scope,
    pub made: Made,
}

impl ExportArgs {
    pub fn read(options: &JsValue) -> Thrown<Self> {
        let known = ["format", "start", "end", "filter", "initial", "step", "guard"];
        check_options(options, &known)?;
        let format = field(options, "format")?;
        let format = format.as_string().ok_or_else(|| wrong("format must be a text"))?;
        let RangeQuery { filter, start, end } = read_range(options)?;
        let filter = filter.map(Filter::from_globs).transpose();
        let filter = filter.map_err(|e| failure(Failure::new("filter", e.to_string())))?;
        let scope = Scope { start, end, filter, initial: read_flag(options, "initial")? };
        let guard = read_flag(options, "guard")?;
        let step = field(options, "step")?;
        let step = match step.as_string() {
            None if is_absent(&step) => None,
            Some(text) => Some(length(&text).ok_or_else(|| {
                wrong(&format!("step {text:?} is no length of time such as \"1s\""))
            })?),
            None => return Err(wrong("step must be a text such as \"1s\"")),
        };
        if step.is_some() && format != "wide-csv" {
            return Err(wrong("step is an option of wide-csv only"));
        }
        if guard && !["csv", "wide-csv"].contains(&format.as_str()) {
            return Err(wrong("guard is an option of csv and wide-csv only"));
        }
        let made = match format.as_str() {
            "csv" => Made::Rows(RowFormat::Csv { guard }),
            "wide-csv" => Made::Rows(RowFormat::WideCsv { step, guard }),
            "ndjson" => Made::Rows(RowFormat::Ndjson),
            "text" => Made::Rows(RowFormat::Text),
            "slice" => Made::Archive(Depth::Copied),
            "recovered" => Made::Archive(Depth::Sound),
            other => return Err(no_format(other)),
        };
        Ok(Self { scope, made })
    }
}

fn read_flag(options: &JsValue, name: &str) -> Thrown<bool> {
    let flag = field(options, name)?;
    match flag.as_bool() {
        Some(flag) => Ok(flag),
        None if is_absent(&flag) => Ok(false),
        None => Err(wrong(&format!("{name} must be true or false"))),
    }
}

/// The options of `compress`.
pub(super) struct CompressArgs {
    pub options: Options,
}

impl CompressArgs {
    pub fn read(options: &JsValue) -> Thrown<Self> {
        check_options(options, &["level", "dictionary"])?;
        let level = field(options, "level")?;
        let level = match level.as_f64() {
            None if is_absent(&level) => Level::default(),
            Some(number) if number.fract() == 0. => {
                // The cast saturates, and what it saturates to is no level.
                Level::new(number as i32).ok_or_else(no_level)?
            }
            _ => return Err(no_level()),
        };
        let dictionary = field(options, "dictionary")?;
        let dictionary = match (dictionary.as_f64(), dictionary.as_bool()) {
            (None, None) if is_absent(&dictionary) => None,
            (None, Some(false)) => Some(0),
            // A part of a byte is none.
            (Some(bytes), None) if bytes >= 0. => Some(bytes as u64),
            _ => return Err(wrong("dictionary must be a number of bytes, or false")),
        };
        Ok(Self { options: Options { level, dictionary } })
    }
}

fn no_level() -> JsValue {
    wrong("level must be a whole number from 1 to 19")
}

/// A time to go on after, where a text is no `next` either.
fn read_after(value: &JsValue) -> Thrown<Timestamp> {
    if value.as_string().is_some_and(|text| text.contains('#')) {
        return Err(wrong("after must be a time, or the next of an earlier answer"));
    }
    read_time(value, "after")
}

fn read_filter(options: &JsValue) -> Thrown<Option<Vec<String>>> {
    let value = field(options, "filter")?;
    if is_absent(&value) {
        return Ok(None);
    }
    let globs = value.dyn_into::<Array>().map_err(|_| wrong("filter must be an array of globs"))?;
    let text = |glob: JsValue| glob.as_string().ok_or_else(|| wrong("a glob must be a string"));
    globs.iter().map(text).collect::<Thrown<_>>().map(Some)
}

/// A cursor: `{ start, end, position }`, each of which may be absent.
pub(super) fn read_cursor(value: &JsValue) -> Thrown<Cursor> {
    check_options(value, &["start", "end", "position"])?;
    let start = read_bound(&field(value, "start")?, "start")?;
    let mut cursor = Cursor::new(start, read_bound(&field(value, "end")?, "end")?);
    let position = field(value, "position")?;
    if !is_absent(&position) {
        cursor.set_position(read_time(&position, "position")?);
    }
    Ok(cursor)
}

pub(super) fn write_cursor(cursor: &Cursor) -> Thrown<JsValue> {
    let bound = |bound| match bound {
        Bound::Unbounded => JsValue::UNDEFINED,
        Bound::Included(time) => time_text(time),
        Bound::Excluded(time) => object([("excluded", time_text(time))]),
    };
    Ok(object([
        ("start", bound(cursor.start())),
        ("end", bound(cursor.end())),
        ("position", cursor.position().map_or(JsValue::UNDEFINED, time_text)),
    ]))
}

fn time_text(time: Timestamp) -> JsValue {
    time.to_string().into()
}

/// A bound: a time, which is included, or `{ included: time }` or `{ excluded: time }`.
fn read_bound(value: &JsValue, name: &str) -> Thrown<Bound<Timestamp>> {
    if is_absent(value) {
        return Ok(Bound::Unbounded);
    }
    if value.is_object() && !value.is_instance_of::<Date>() {
        check_options(value, &["included", "excluded"])?;
        let excluded = field(value, "excluded")?;
        if !is_absent(&excluded) {
            return Ok(Bound::Excluded(read_time(&excluded, name)?));
        }
        return Ok(Bound::Included(read_time(&field(value, "included")?, name)?));
    }
    Ok(Bound::Included(read_time(value, name)?))
}

/// A time: RFC 3339 text, a `Date`, a number of milliseconds or a `bigint` of nanoseconds since 1970.
fn read_time(value: &JsValue, name: &str) -> Thrown<Timestamp> {
    if let Some(text) = value.as_string() {
        let time =
            DateTime::parse_from_rfc3339(&text).map(|time| Timestamp::nearest(time.to_utc()));
        return time.map_err(|_| wrong(&format!("{name}: {text:?} is not an RFC 3339 time")));
    }
    let millis = value.dyn_ref::<Date>().map(Date::get_time).or_else(|| value.as_f64());
    if let Some(millis) = millis {
        // Milliseconds that are whole are so in nanoseconds, too; the cast saturates.
        let nanos = millis.trunc() as i128 * 1_000_000 + (millis.fract() * 1e6).round() as i128;
        let nanos = nanos.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        return match millis.is_nan() {
            true => Err(wrong(&format!("{name} is no time"))),
            false => Ok(Timestamp::from_nanos(nanos)),
        };
    }
    let Some(nanos) = value.dyn_ref::<BigInt>() else {
        let message = "must be RFC 3339 text, a Date, milliseconds or a bigint of nanoseconds";
        return Err(wrong(&format!("{name} {message}")));
    };
    // No batch lies further out than what an `i64` holds.
    let outside = if nanos < &BigInt::from(0) { Timestamp::MIN } else { Timestamp::MAX };
    Ok(i64::try_from(nanos.clone()).map_or(outside, Timestamp::from_nanos))
}

/// Fails on a field that no option has: a typo would be passed over without a word.
pub(super) fn check_options(options: &JsValue, known: &[&str]) -> Thrown<()> {
    if is_absent(options) {
        return Ok(());
    }
    if !options.is_object() {
        return Err(wrong("options must be an object"));
    }
    for name in Object::keys(options.unchecked_ref::<Object>()).iter() {
        let name = name.as_string().unwrap_or_default();
        if !known.contains(&name.as_str()) {
            let known = match known {
                [] => "there are none".to_owned(),
                known => format!("known are {}", known.join(", ")),
            };
            return Err(wrong(&format!("{name} is no option: {known}")));
        }
    }
    Ok(())
}

/// A field of an options object that may itself be absent.
fn field(object: &JsValue, name: &str) -> Thrown<JsValue> {
    match object {
        object if is_absent(object) => Ok(JsValue::UNDEFINED),
        object if object.is_object() => Reflect::get(object, &name.into()),
        _ => Err(wrong("options must be an object")),
    }
}

fn is_absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// What is said where something else stands in the place of a file.
pub(super) fn not_bytes() -> Failure {
    Failure::new("argument", "open takes an ArrayBuffer, a Uint8Array, a Blob or a File")
}

pub(super) fn wrong(message: &str) -> JsValue {
    failure(Failure::new("argument", message))
}

/// What is said of a format that is none.
fn no_format(format: &str) -> JsValue {
    let known = "csv, wide-csv, ndjson, text, parquet, slice, indexed, compressed, recovered";
    let message = format!("{format:?} is no format of exports: known are {known}");
    wrong(&message)
}
