//! The rows of an image that match, in an order.
//!
//! By value rows stand in these groups, whichever way they are sorted, and within each in the order
//! that is named or its reverse:
//!
//! 1. numbers and durations, as [`exact`](super::exact) orders them,
//! 2. datetimes, by time,
//! 3. booleans, `false` before `true`,
//! 4. strings, by their characters,
//! 5. bytes, arrays, maps, errors and abstract values, by the first 4 KiB of their text,
//! 6. nulls, 7. unsubscribed paths, 8. what cannot be read.
//!
//! Rows that are equal stand by path.

use super::{Image, exact::Number, value_filter::ValueFilter};
use crate::{
    format::{Error, Event, Naming, Value, write_value_start},
    time::Timestamp,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// As much of a text is compared, in bytes.
const MAX_COMPARED: usize = 4 << 10;

/// A column of the image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// By path.
    #[default]
    Path,
    /// By type, in the order of their names.
    Type,
    /// By what the value is; see the module.
    Value,
    /// By the time of the last update.
    Updated,
}

/// In which order rows stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// By which column; rows that are equal there stand by path.
    pub by: Column,
    /// From the largest to the smallest.
    pub descending: bool,
}

/// The numbers of the entries of an image that match, in an order. The entries stand by path.
pub fn arrange(image: &Image, filter: &ValueFilter, order: Order, at: Timestamp) -> Vec<u32> {
    let entries = image.entries();
    let mut rows: Vec<u32> = (0..entries.len() as u32).collect();
    let entry = |row: u32| &entries[row as usize];
    if !filter.takes_all() {
        rows.retain(|row| {
            let entry = entry(*row);
            filter.matches(&image.event(entry), entry.time, at)
        });
    }
    let directed =
        |ordering: Ordering| if order.descending { ordering.reverse() } else { ordering };
    match order.by {
        Column::Path if order.descending => rows.reverse(),
        Column::Path => {}
        Column::Updated => rows.sort_by(|l, r| directed(entry(*l).time.cmp(&entry(*r).time))),
        Column::Type => {
            let key = |row: u32| kind_of(&image.event(entry(row)));
            rows.sort_by(|l, r| directed(key(*l).cmp(key(*r))));
        }
        Column::Value => {
            let key = |row: &u32| Key::of(image.event(entry(*row)));
            let mut keyed: Vec<_> = rows.iter().map(|row| (key(row), *row)).collect();
            keyed.sort_by(|(l, _), (r, _)| {
                l.group().cmp(&r.group()).then_with(|| directed(l.compare(r)))
            });
            rows = keyed.into_iter().map(|(_, row)| row).collect();
        }
    }
    rows
}

/// The name of the type of an event.
pub(super) fn kind_of(event: &Result<Event<'_>, Error>) -> &'static str {
    match event.as_ref().map(|event| event.value()) {
        Err(_) | Ok(Err(_)) => "unreadable",
        Ok(Ok(None)) => "unsubscribed",
        Ok(Ok(Some(value))) => value.kind().name(),
    }
}

/// What a row is sorted by.
enum Key<'a> {
    Number(Number),
    Time(DateTime<Utc>),
    Bool(bool),
    Text(&'a str),
    Other(String),
    Null,
    Unsubscribed,
    Unreadable,
}

impl<'a> Key<'a> {
    fn of(event: Result<Event<'a>, Error>) -> Self {
        match event.and_then(|event| event.value()) {
            Err(_) => Self::Unreadable,
            Ok(None) => Self::Unsubscribed,
            Ok(Some(value)) => Self::of_value(&value),
        }
    }

    fn of_value(value: &Value<'a>) -> Self {
        match *value {
            Value::DateTime(time) => Self::Time(time),
            Value::Bool(truth) => Self::Bool(truth),
            Value::String(text) => Self::Text(text),
            Value::Null => Self::Null,
            _ => Number::of(value).map_or_else(|| Self::of_text(value), Self::Number),
        }
    }

    fn of_text(value: &Value<'_>) -> Self {
        let mut text = String::new();
        match write_value_start(value, Naming::Plain, MAX_COMPARED, &mut text) {
            Ok(_) => Self::Other(text),
            Err(_) => Self::Unreadable,
        }
    }

    const fn group(&self) -> u8 {
        match self {
            Self::Number(_) => 1,
            Self::Time(_) => 2,
            Self::Bool(_) => 3,
            Self::Text(_) => 4,
            Self::Other(_) => 5,
            Self::Null => 6,
            Self::Unsubscribed => 7,
            Self::Unreadable => 8,
        }
    }

    /// Within a group.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(l), Self::Number(r)) => l.total_cmp(r),
            (Self::Time(l), Self::Time(r)) => l.cmp(r),
            (Self::Bool(l), Self::Bool(r)) => l.cmp(r),
            (Self::Text(l), Self::Text(r)) => l.cmp(r),
            (Self::Other(l), Self::Other(r)) => l.cmp(r),
            _ => Ordering::Equal,
        }
    }
}
