//! One event of one path, as answers hold it.

use super::value::PlainValue;
use crate::{
    error::Error,
    format::{Event, Naming, write_value},
    time::Timestamp,
};
use serde::{Serialize, Serializer, ser::SerializeMap};

/// An event of a path.
///
/// Serialized: `{ id, path, shard, time, type, value, text }`, of which what is missing is left out.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    /// The number of the path in this recording.
    pub id: u64,
    /// The place of the path among those of [`Recording::paths`](super::Recording::paths).
    pub place: Option<u32>,
    /// `None` for an id that no path mapping names.
    pub path: Option<&'a str>,
    /// In a recording of several files, where the answer names shards by item.
    pub shard: Option<&'a str>,
    /// The time of the batch, where the answer is no batch.
    pub time: Option<Timestamp>,
    /// What happened, or why it cannot be read.
    pub event: Result<Event<'a>, Error>,
}

/// The type of an event, its value for programs and its text for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// netidx's name of the type; `unsubscribed`; `unreadable` where the bytes are no value.
    pub kind: &'static str,
    /// `None` where there is no value.
    pub value: Option<PlainValue>,
    /// netidx's text form with its type prefix; of what is unreadable the reason.
    pub text: String,
}

impl Typed {
    /// Reads an event.
    pub fn of(event: &Result<Event<'_>, Error>) -> Self {
        let read = |event: &Event<'_>| -> Result<Self, Error> {
            let Some(value) = event.value()? else {
                let (kind, text) = ("unsubscribed", "unsubscribed".to_owned());
                return Ok(Self { kind, value: None, text });
            };
            let mut text = String::new();
            write_value(&value, Naming::Typed, &mut text)?;
            Ok(Self { kind: value.kind().name(), value: Some(PlainValue::of(&value)?), text })
        };
        event.as_ref().map_err(Clone::clone).and_then(read).unwrap_or_else(|e| Self {
            kind: "unreadable",
            value: None,
            text: e.to_string(),
        })
    }
}

impl Typed {
    /// Adds `type`, `value` and `text` to an object.
    pub(super) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("type", self.kind)?;
        if let Some(value) = &self.value {
            map.serialize_entry("value", value)?;
        }
        map.serialize_entry("text", &self.text)
    }
}

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { id, path, shard, time, event, .. } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", id)?;
        for (name, text) in [("path", path), ("shard", shard)] {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }
        if let Some(time) = time {
            map.serialize_entry("time", &time.to_string())?;
        }
        Typed::of(event).serialize_into(&mut map)?;
        map.end()
    }
}
