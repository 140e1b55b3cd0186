//! Which values a person wants to see, and in which order.

use super::{Image, number};
use crate::{
    format::{Error, Event, Naming, Value, write_value},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, fmt};

/// Conditions, all of which a value must meet.
///
/// ```text
/// > 100   >= 1.5   < 0   <= 7   = 3   != "x"      numbers, or the text of a value
/// contains x   x                                  part of the text of a value
/// type f64   unsubscribed   null                  what it is
/// since 10s   since 2026-03-01T09:30:00Z          updated no longer ago, or no earlier
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ValueFilter(Vec<Condition>);

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    Compare(&'static str, f64),
    Is { text: String, negated: bool },
    Contains(String),
    Type(String),
    Within(Span),
    From(Timestamp),
}

/// A condition that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueFilterError(String);

impl fmt::Display for ValueFilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ValueFilterError {}

const OPERATORS: [&str; 6] = [">=", "<=", "!=", ">", "<", "="];

impl ValueFilter {
    /// Reads conditions, separated by spaces; a text with spaces stands in quotes.
    pub fn parse(text: &str) -> Result<Self, ValueFilterError> {
        let mut words = words(text).into_iter();
        let mut conditions = Vec::new();
        while let Some(word) = words.next() {
            let operator = OPERATORS.into_iter().find(|it| word.text.starts_with(it));
            if let Some(operator) = operator.filter(|_| !word.is_quoted) {
                let rest = word.text[operator.len()..].to_owned();
                let operand = match rest.is_empty() {
                    true => words.next().map(|word| word.text).ok_or_else(|| {
                        ValueFilterError(format!("{operator} needs something to compare with"))
                    })?,
                    false => rest,
                };
                conditions.push(comparison(operator, operand)?);
                continue;
            }
            let mut next = |what: &str| {
                let word = words.next().map(|word| word.text);
                word.ok_or_else(|| ValueFilterError(format!("{what}, as in {what} …")))
            };
            conditions.push(match &*word.text {
                _ if word.is_quoted => Condition::Contains(word.text),
                "contains" => Condition::Contains(next("contains a text")?),
                "type" => Condition::Type(next("type needs the name of a type")?),
                "unsubscribed" | "null" => Condition::Type(word.text),
                "since" => since(&next("since needs a time or a length of time")?)?,
                _ => Condition::Contains(word.text),
            });
        }
        Ok(Self(conditions))
    }

    /// Whether every value matches, because nothing is asked.
    pub fn takes_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an event matches that came at `updated`, seen from `at`.
    pub fn matches(
        &self,
        event: &Result<Event<'_>, Error>,
        updated: Timestamp,
        at: Timestamp,
    ) -> bool {
        let value = event.as_ref().ok().and_then(|event| event.value().ok());
        let mut text = None;
        self.0.iter().all(|condition| {
            let mut text = || text.get_or_insert_with(|| text_of(value.as_ref())).clone();
            match condition {
                Condition::Compare(operator, wanted) => {
                    let held = value.flatten().as_ref().and_then(number);
                    held.is_some_and(|held| compares(held, operator, *wanted))
                }
                Condition::Is { text: wanted, negated } => {
                    (text().trim_matches('"') == wanted) != *negated
                }
                Condition::Contains(part) => text().contains(part.as_str()),
                Condition::Type(wanted) => kind_of(value.as_ref()) == wanted,
                Condition::Within(span) => at.since(updated) <= *span,
                Condition::From(time) => updated >= *time,
            }
        })
    }
}

fn comparison(operator: &'static str, operand: String) -> Result<Condition, ValueFilterError> {
    let number: Option<f64> = operand.parse().ok().filter(|n: &f64| !n.is_nan());
    match (operator, number) {
        (operator, Some(number)) => Ok(Condition::Compare(operator, number)),
        ("=", None) => Ok(Condition::Is { text: operand, negated: false }),
        ("!=", None) => Ok(Condition::Is { text: operand, negated: true }),
        (operator, None) => {
            Err(ValueFilterError(format!("{operator} needs a number, and {operand:?} is none")))
        }
    }
}

fn since(text: &str) -> Result<Condition, ValueFilterError> {
    use super::Seek;
    let wrong = || {
        ValueFilterError(format!("{text:?} is neither a time nor a length of time (10s, 5m, 2h)"))
    };
    match text.parse::<Seek>() {
        Ok(Seek::Absolute(time)) => return Ok(Condition::From(time)),
        Ok(Seek::BatchRelative(_) | Seek::TimeRelative(_) | Seek::Beginning | Seek::End) => {}
        Err(_) => {}
    }
    match format!("+{}", text.trim_start_matches('+')).parse::<Seek>() {
        Ok(Seek::TimeRelative(span)) => Ok(Condition::Within(span)),
        _ => Err(wrong()),
    }
}

fn compares(held: f64, operator: &str, wanted: f64) -> bool {
    match operator {
        ">" => held > wanted,
        ">=" => held >= wanted,
        "<" => held < wanted,
        "<=" => held <= wanted,
        "!=" => held != wanted,
        _ => held == wanted,
    }
}

fn kind_of(value: Option<&Option<Value<'_>>>) -> &'static str {
    match value {
        None => "unreadable",
        Some(None) => "unsubscribed",
        Some(Some(value)) => value.kind().name(),
    }
}

fn text_of(value: Option<&Option<Value<'_>>>) -> String {
    let mut text = String::new();
    match value {
        Some(Some(value)) => {
            // What is too long to be written is matched by its beginning.
            let _ = write_value(value, Naming::Plain, &mut text);
        }
        Some(None) => text.push_str("unsubscribed"),
        None => {}
    }
    text
}

struct Word {
    text: String,
    is_quoted: bool,
}

/// The words between spaces; quotes hold together.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, is_quoted, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (word, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                (word, true, after)
            }
            None => {
                let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                (word, false, after)
            }
        };
        words.push(Word { text: word.to_owned(), is_quoted });
        rest = after.trim_start();
    }
    words
}

/// A column of the image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// By path.
    #[default]
    Path,
    /// By type, in the order of their names.
    Type,
    /// Numbers by size, then everything else by its text.
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
            let value = |row: u32| image.event(entry(row)).and_then(|event| event.value()).ok();
            let key = |row: u32| kind_of(value(row).as_ref());
            rows.sort_by(|l, r| directed(key(*l).cmp(key(*r))));
        }
        Column::Value => {
            let key = |row: &u32| {
                let event = image.event(entry(*row));
                let value = event.and_then(|event| event.value()).ok();
                match value.flatten().as_ref().and_then(number) {
                    Some(number) => (Some(number), String::new()),
                    // The quotes around a text are no part of its order.
                    None => (None, text_of(value.as_ref()).trim_matches('"').to_owned()),
                }
            };
            let mut keyed: Vec<_> = rows.iter().map(|row| (key(row), *row)).collect();
            keyed.sort_by(|((l, l_text), _), ((r, r_text), _)| match (l, r) {
                (Some(l), Some(r)) => directed(l.total_cmp(r)),
                // Numbers first, in either direction.
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => directed(l_text.cmp(r_text)),
            });
            rows = keyed.into_iter().map(|(_, row)| row).collect();
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Origin, Reader};

    fn takes(filter: &str, bytes: &[u8]) -> bool {
        let event = Event::read(&mut Reader::new(bytes, Origin::File(0)));
        let at = |seconds: i64| Timestamp::from_nanos(seconds * 1_000_000_000);
        ValueFilter::parse(filter).unwrap().matches(&event, at(100), at(160))
    }

    const SEVEN: &[u8] = &[23, 7];
    const TEXT: &[u8] = &[12, 6, b'o', b'p', b'e', b'n', b' ', b'x'];
    const GONE: &[u8] = &[0x40];

    #[test]
    fn conditions_on_what_values_are() {
        for (filter, seven, text, gone) in [
            ("", true, true, true),
            ("> 6", true, false, false),
            (">6 <8", true, false, false),
            (">= 7.5", false, false, false),
            ("= 7", true, false, false),
            ("!= 7", false, false, false),
            ("= \"open x\"", false, true, false),
            ("!= open", true, true, true),
            ("contains pen", false, true, false),
            ("\"n x\"", false, true, false),
            ("7", true, false, false),
            ("type u8", true, false, false),
            ("unsubscribed", false, false, true),
            ("since 60s", true, true, true),
            ("since 59s", false, false, false),
            ("since 1m > 3", true, false, false),
            ("since 1970-01-01T00:01:40Z", true, true, true),
            ("since 1970-01-01T00:01:41Z", false, false, false),
        ] {
            let found = [SEVEN, TEXT, GONE].map(|bytes| takes(filter, bytes));
            assert_eq!(found, [seven, text, gone], "{filter}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |text: &str| ValueFilter::parse(text).unwrap_err().to_string();
        assert_eq!(wrong("> x"), "> needs a number, and \"x\" is none");
        assert_eq!(wrong("5 >="), ">= needs something to compare with");
        assert!(wrong("since yesterdayish").contains("yesterdayish"));
        assert!(wrong("type").contains("type needs"));
    }
}
