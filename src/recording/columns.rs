//! All updates as columns, for programs that take numbers by the million.

use super::{RangeQuery, Recording};
use crate::{
    format::{BatchItem, Naming, write_value},
    protocol::Failure,
    query::{
        Selection, float,
        pass::{Budget, Merged, Stop},
    },
    timeline::Kinds,
};

/// Rows of a chunk.
const CHUNK: usize = 1 << 16;

/// The path of a row whose id no path mapping names.
pub const NO_PATH: u32 = u32::MAX;

/// Rows, one an update, in the order of the files; column by column.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Nanoseconds since 1970.
    pub time: Vec<i64>,
    /// The place of the path among those of [`Recording::paths`], or [`NO_PATH`].
    pub path: Vec<u32>,
    /// The tag byte of the event.
    pub tag: Vec<u8>,
    /// The number that the value is; NaN where it is none. Durations in seconds.
    pub number: Vec<f64>,
    /// The text forms with their prefixes, one after the other; empty unless they are asked for.
    pub text: String,
    /// Where each text ends, in UTF-16 code units.
    pub text_ends: Vec<u32>,
}

impl Columns {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    fn clear(&mut self) {
        let Self { time, path, tag, number, text, text_ends } = self;
        time.clear();
        path.clear();
        tag.clear();
        number.clear();
        text.clear();
        text_ends.clear();
    }

    #[inline]
    fn push(&mut self, time: i64, path: u32, item: &BatchItem<'_>, with_text: bool) {
        let value = item.event.value();
        self.time.push(time);
        self.path.push(path);
        self.tag.push(item.event.encoded().first().copied().unwrap_or_default());
        let number = value.as_ref().ok().and_then(|value| float(value.as_ref()?));
        self.number.push(number.unwrap_or(f64::NAN));
        if with_text {
            let start = self.text.len();
            let written = value.and_then(|value| match value {
                Some(value) => write_value(&value, Naming::Typed, &mut self.text),
                None => {
                    self.text.push_str("unsubscribed");
                    Ok(())
                }
            });
            if let Err(e) = written {
                self.text.truncate(start);
                self.text.push_str(&e.to_string());
            }
            let before = self.text_ends.last().copied().unwrap_or_default();
            let added = &self.text[start..];
            let units = if added.is_ascii() { added.len() } else { added.encode_utf16().count() };
            self.text_ends.push(before + units as u32);
        }
    }
}

impl Recording {
    /// Shows all updates between two bounds, some ten thousand rows at a time.
    ///
    /// # Errors
    /// Of kind `filter` where a glob is none, and where bytes are not here yet.
    pub fn columns(
        &self,
        query: &RangeQuery,
        with_text: bool,
        mut visit: impl FnMut(&Columns),
    ) -> Result<(), Failure> {
        let selections = self.select(query.filter.as_deref())?;
        let selections: Vec<_> = selections.iter().map(Option::as_ref).collect();
        let (files, starts) = (self.timeline.files(), self.starts());
        let mut pass = Merged::new(&files, (query.start, query.end), Kinds::Deltas);
        let mut readers: Vec<_> = files.iter().map(|files| files.reader()).collect();
        let mut columns = Columns::default();
        loop {
            let (shard, place) = match pass.next(&mut readers, &selections, &Budget::UNLIMITED) {
                Ok(Some(found)) => found,
                Err(Stop::Pending(e)) => return Err(e.into()),
                // There is no limit to what is read.
                Ok(None) | Err(Stop::Budget) => break,
            };
            let (paths, start) = (files[shard].paths(), starts[shard]);
            let wanted: Option<&Selection> = selections[shard];
            let record = match readers[shard].record(place.key) {
                Ok(record) => record,
                Err(e) => {
                    self.note([&e]);
                    continue;
                }
            };
            let visited = record.items.visit(|item| {
                if wanted.is_none_or(|wanted| wanted.contains_id(item.id)) {
                    let path = paths.ordinal(item.id).map_or(NO_PATH, |ordinal| start + ordinal);
                    columns.push(place.key.time.nanos(), path, &item, with_text);
                }
            });
            if let Err(e) = visited {
                self.note([&e.within(place.kind().name(), place.key.offset)]);
            }
            if columns.len() >= CHUNK {
                visit(&columns);
                columns.clear();
            }
        }
        if !columns.is_empty() {
            visit(&columns);
        }
        Ok(())
    }
}
