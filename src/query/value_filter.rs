//! Which values a person wants to see: the grammar of the page's Values box.
//!
//! Conditions stand one after the other, separated by spaces; a value must meet all of them.
//!
//! ```text
//! = X  != X                       X a number, a time, a length of time, a text or any value's text
//! > X  >= X  < X  <= X            X a number, a time or a length of time
//! contains X  X                   a part of the text
//! type f64  unsubscribed  null    what it is
//! since 10s                       updated no longer ago
//! since 2026-03-01T09:30:00Z      updated at this time or later
//! no update for 10s               not updated for at least this long
//! ```
//!
//! Conditions over time, as Find takes them, have two more, which compare an update with the one before it:
//!
//! ```text
//! changed                         another value than before; the first one too
//! changed by > 5                  how far, with any of > >= < <= = !=; X with a sign (+5, -5) tells up from down
//! ```
//!
//! Texts with spaces stand in quotes, which may have escapes: see `words`. What one
//! copies from the Value column and puts after `=` finds its row.
//!
//! | X | is equal to |
//! |---|---|
//! | `7` `-1.5` `3.` `1e9` `inf` `NaN` | numbers of this size, as `exact` compares them, of any type; a duration is its number of seconds |
//! | `1.5s` `20ms` `5us` `9ns` `3m` `2h` `1d` | durations of this length, and as any other text |
//! | `2026-03-01` `2026-03-01T09:30:00Z` `"2026-03-01 09:30:00 UTC"` | datetimes, to the nanosecond, and as any other text |
//! | `open` `"open"` `"7"` | strings of these characters |
//! | `true` `null` `AQI=` `[1, 2]` `error:"gone"` | what has this text, where it is no string; never in quotes |
//!
//! - A number without quotes is no text: `= 7` finds numbers, `= "7"` the text `7`.
//! - `!= X` finds whatever `= X` does not, of every type, nulls and unsubscribed paths included.
//! - `>` and the others find what has the type of X: a number is neither before nor after a time,
//!   and `NaN` neither less nor greater than any number.
//! - `contains` looks at the characters of strings, also of those inside other values, and at the
//!   first MiB of the text of everything else.

use super::{
    Seek,
    arrange::kind_of,
    change::Difference,
    exact::Number,
    words::{Word, next_word},
};
use crate::{
    format::{
        Error, Event, Holder, Key, Naming, Stop, Value, Visitor, is_same, walk, write_value_start,
    },
    time::{Span, Timestamp},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use std::{cmp::Ordering, fmt, time::Duration};

pub use super::arrange::{Column, Order, arrange};

/// As much of the text of a value that is no string is searched, in bytes.
const MAX_SEARCHED: usize = 1 << 20;

/// Conditions, all of which a value must meet.
#[derive(Debug, Clone, Default)]
pub struct ValueFilter(Vec<Condition>);

#[derive(Debug, Clone)]
enum Condition {
    Equal {
        operand: Operand,
        negated: bool,
    },
    Ordered {
        operator: Operator,
        operand: Operand,
    },
    Contains(String),
    Type(String),
    Within(Span),
    From(Timestamp),
    /// Not updated for at least this long.
    Silent(Span),
    Changed,
    ChangedBy(Step),
}

/// By how much a value has to change.
#[derive(Debug, Clone)]
struct Step {
    comparison: Comparison,
    by: Number,
    /// Whether up and down are the same.
    is_size: bool,
}

#[derive(Debug, Clone, Copy)]
enum Comparison {
    Ordered(Operator),
    Equal,
    Unequal,
}

impl Step {
    fn matches(&self, before: &Value<'_>, after: &Value<'_>) -> bool {
        let step = Difference::of(before, after).and_then(|it| it.number(self.is_size));
        let ordering = step.and_then(|step| step.compare(&self.by));
        ordering.is_some_and(|ordering| match self.comparison {
            Comparison::Ordered(operator) => operator.holds(ordering),
            Comparison::Equal => ordering.is_eq(),
            Comparison::Unequal => ordering.is_ne(),
        })
    }
}

/// A comparison by order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Greater,
    AtLeast,
    Less,
    AtMost,
}

impl Operator {
    const fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Greater => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
        }
    }
}

/// What a value is compared with: everything that a word can mean.
#[derive(Debug, Clone)]
struct Operand {
    text: String,
    is_quoted: bool,
    number: Option<Number>,
    /// In seconds.
    length: Option<Number>,
    time: Option<DateTime<Utc>>,
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

/// The longer ones first, which begin like others.
const OPERATORS: [(&str, Option<Operator>); 6] = [
    (">=", Some(Operator::AtLeast)),
    ("<=", Some(Operator::AtMost)),
    ("!=", None),
    (">", Some(Operator::Greater)),
    ("<", Some(Operator::Less)),
    ("=", None),
];

impl ValueFilter {
    /// Reads conditions on the values of one time.
    ///
    /// ```
    /// # use netidx_archive_viewer::query::value_filter::ValueFilter;
    /// assert!(ValueFilter::parse(r#">= 1.5 < 100 != "say \"hi\"" since 10s"#).is_ok());
    /// assert!(ValueFilter::parse("> x").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, ValueFilterError> {
        let filter = Self::parse_over_time(text)?;
        if filter.compares_updates() {
            let detail = "\"changed\" compares updates, which Find does; put it in quotes to look for the text";
            return Err(ValueFilterError(detail.to_owned()));
        }
        Ok(filter)
    }

    /// Reads conditions over time.
    ///
    /// ```
    /// # use netidx_archive_viewer::query::value_filter::ValueFilter;
    /// assert!(ValueFilter::parse_over_time("changed by > 5").is_ok());
    /// assert!(ValueFilter::parse("changed by > 5").is_err());
    /// ```
    pub fn parse_over_time(text: &str) -> Result<Self, ValueFilterError> {
        let mut rest = text.trim_start();
        let mut conditions = Vec::new();
        while !rest.is_empty() {
            let (condition, after) = condition(rest)?;
            conditions.push(condition);
            rest = after.trim_start();
        }
        let filter = Self(conditions);
        if filter.compares_updates() && filter.silence().is_some() {
            let detail = "\"changed\" is about an update, and \"no update for\" about a time without one: \
                          no time meets both";
            return Err(ValueFilterError(detail.to_owned()));
        }
        Ok(filter)
    }

    /// Whether an update is compared with the one before it.
    pub fn compares_updates(&self) -> bool {
        self.0.iter().any(|it| matches!(it, Condition::Changed | Condition::ChangedBy(_)))
    }

    /// How long after an update it holds at the earliest.
    pub fn silence(&self) -> Option<Span> {
        let spans = self.0.iter().filter_map(|condition| match condition {
            Condition::Silent(span) => Some(*span),
            _ => None,
        });
        spans.max()
    }

    /// How long after an update it holds at the latest.
    pub fn freshness(&self) -> Option<Span> {
        let spans = self.0.iter().filter_map(|condition| match condition {
            Condition::Within(span) => Some(*span),
            _ => None,
        });
        spans.min()
    }

    /// Whether it can begin or end between updates.
    pub fn has_timers(&self) -> bool {
        self.0.iter().any(|it| matches!(it, Condition::Silent(_) | Condition::Within(_)))
    }

    /// Whether an update at a time matches, seen from then, whatever [`silence`](Self::silence) and
    /// [`freshness`](Self::freshness) ask. `before` is the event before it; `None` for the first one.
    pub fn matches_update(
        &self,
        event: &Event<'_>,
        before: Option<&Event<'_>>,
        updated: Timestamp,
    ) -> bool {
        let event = Ok(*event);
        let value = value_of(&event);
        self.0.iter().all(|condition| match condition {
            Condition::Silent(_) | Condition::Within(_) => true,
            Condition::Changed => match (before, &event) {
                (Some(before), Ok(event)) => !is_same(before, event),
                _ => true,
            },
            Condition::ChangedBy(step) => {
                let before = before.and_then(|before| before.value().ok().flatten());
                let after = value.flatten();
                before.zip(after).is_some_and(|(before, after)| step.matches(&before, &after))
            }
            condition => condition.matches(&event, &value, updated, updated),
        })
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
        let value = value_of(event);
        self.0.iter().all(|condition| condition.matches(event, &value, updated, at))
    }
}

/// What an event holds: `None` where it cannot be read, `Some(None)` where the path was unsubscribed.
fn value_of<'a>(event: &Result<Event<'a>, Error>) -> Option<Option<Value<'a>>> {
    event.as_ref().ok().and_then(|event| event.value().ok())
}

impl Condition {
    fn matches(
        &self,
        event: &Result<Event<'_>, Error>,
        value: &Option<Option<Value<'_>>>,
        updated: Timestamp,
        at: Timestamp,
    ) -> bool {
        match self {
            Self::Equal { operand, negated } => operand.equals(value) != *negated,
            Self::Ordered { operator, operand } => {
                let ordering = value.flatten().and_then(|value| operand.order(&value));
                ordering.is_some_and(|ordering| operator.holds(ordering))
            }
            Self::Contains(part) => contains(value, part),
            Self::Type(wanted) => kind_of(event) == wanted,
            Self::Within(span) => at.since(updated) <= *span,
            Self::From(time) => updated >= *time,
            Self::Silent(span) => at.since(updated) >= *span,
            // One time alone does not tell.
            Self::Changed | Self::ChangedBy(_) => false,
        }
    }
}

/// The first condition of a text, and what follows it.
fn condition(text: &str) -> Result<(Condition, &str), ValueFilterError> {
    for (name, operator) in OPERATORS {
        let Some(rest) = text.strip_prefix(name) else { continue };
        let (word, rest) = next_word(rest)
            .ok_or_else(|| ValueFilterError(format!("{name} needs something to compare with")))?;
        let operand = Operand::new(word);
        let condition = match operator {
            None => Condition::Equal { operand, negated: name == "!=" },
            Some(operator) if operand.has_order() => Condition::Ordered { operator, operand },
            Some(_) => {
                let detail =
                    format!("a number, a time or a length of time, and {:?}", operand.text);
                return Err(ValueFilterError(format!("{name} needs {detail} is none")));
            }
        };
        return Ok((condition, rest));
    }
    // A text of spaces only was never given.
    let Some((word, rest)) = next_word(text) else {
        return Ok((Condition::Contains(String::new()), ""));
    };
    let next = |what: &str| {
        let next = next_word(rest).map(|(word, rest)| (word.text, rest));
        next.ok_or_else(|| ValueFilterError(format!("{what}, as in {} …", word.text)))
    };
    Ok(match &*word.text {
        _ if word.is_quoted => (Condition::Contains(word.text), rest),
        "contains" => {
            let (part, rest) = next("contains needs a text")?;
            (Condition::Contains(part), rest)
        }
        "type" => {
            let (kind, rest) = next("type needs the name of a type")?;
            (Condition::Type(kind), rest)
        }
        "since" => {
            let (time, rest) = next("since needs a time or a length of time")?;
            (since(&time)?, rest)
        }
        "changed" => change(rest)?,
        "no" => match rest.trim_start().strip_prefix("update").map(str::trim_start) {
            Some(after) if after.starts_with("for") => {
                let (span, rest) = next_word(&after[3..]).ok_or_else(|| {
                    ValueFilterError("no update for needs a length of time, as in 10s".to_owned())
                })?;
                let none = || no_length(&span.text);
                (Condition::Silent(span_of(&span.text).ok_or_else(none)?), rest)
            }
            _ => (Condition::Contains(word.text), rest),
        },
        "unsubscribed" | "null" => (Condition::Type(word.text), rest),
        _ => (Condition::Contains(word.text), rest),
    })
}

fn since(text: &str) -> Result<Condition, ValueFilterError> {
    if let Ok(Seek::Absolute(time)) = text.parse() {
        return Ok(Condition::From(time));
    }
    span_of(text).map(Condition::Within).ok_or_else(|| {
        ValueFilterError(format!("{text:?} is neither a time nor a length of time (10s, 5m, 2h)"))
    })
}

fn no_length(text: &str) -> ValueFilterError {
    ValueFilterError(format!("{text:?} is no length of time (500ms, 10s, 5m, 2h)"))
}

/// A length of time that is not negative.
fn span_of(text: &str) -> Option<Span> {
    let text = text.trim_start_matches('+');
    for (unit, nanos) in [("ms", 1e6), ("us", 1e3), ("ns", 1.)] {
        if let Some(number) = text.strip_suffix(unit) {
            let number: f64 = number.parse().ok().filter(|number| *number >= 0.)?;
            return Some(Span::from_nanos((number * nanos) as i64));
        }
    }
    match format!("+{text}").parse() {
        Ok(Seek::TimeRelative(span)) if span.nanos() >= 0 => Some(span),
        _ => None,
    }
}

/// What follows `changed`: nothing of it, or `by` and a comparison.
fn change(text: &str) -> Result<(Condition, &str), ValueFilterError> {
    let Some((Word { text: by, is_quoted: false }, rest)) = next_word(text) else {
        return Ok((Condition::Changed, text));
    };
    if by != "by" {
        return Ok((Condition::Changed, text));
    }
    let rest = rest.trim_start();
    let wrong =
        || ValueFilterError("changed by needs a comparison and a number, as in > 5".to_owned());
    let (name, operator) =
        OPERATORS.into_iter().find(|(name, _)| rest.starts_with(name)).ok_or_else(wrong)?;
    let comparison = match operator {
        Some(operator) => Comparison::Ordered(operator),
        None if name == "=" => Comparison::Equal,
        None => Comparison::Unequal,
    };
    let (word, rest) = next_word(&rest[name.len()..]).ok_or_else(wrong)?;
    let number = Number::parse(&word.text).or_else(|| length(&word.text)).ok_or_else(wrong)?;
    if word.is_quoted || number.is_nan() {
        return Err(wrong());
    }
    let is_size = !word.text.starts_with(['+', '-']);
    Ok((Condition::ChangedBy(Step { comparison, by: number, is_size }), rest))
}

impl Operand {
    fn new(word: Word) -> Self {
        let Word { text, is_quoted } = word;
        let bare = (!is_quoted).then_some(text.as_str());
        let number = bare.and_then(Number::parse);
        let length = bare.filter(|_| number.is_none()).and_then(length);
        let time = Some(&text).filter(|_| number.is_none()).and_then(|text| time(text));
        Self { number, length, time, is_quoted, text }
    }

    /// Whether anything can be less or greater.
    fn has_order(&self) -> bool {
        let is_number = self.number.is_some_and(|number| !number.is_nan());
        is_number || self.length.is_some() || self.time.is_some()
    }

    /// How a value compares to this; `None` where it is of another type.
    fn order(&self, value: &Value<'_>) -> Option<Ordering> {
        match value {
            Value::DateTime(time) => Some(time.cmp(&self.time?)),
            Value::Duration(_) => Number::of(value)?.compare(&self.number.or(self.length)?),
            _ => Number::of(value)?.compare(&self.number?),
        }
    }

    fn equals(&self, value: &Option<Option<Value<'_>>>) -> bool {
        let value = match value {
            None => return false,
            Some(None) => return !self.is_quoted && self.text == "unsubscribed",
            Some(Some(value)) => value,
        };
        match value {
            Value::String(text) => self.number.is_none() && *text == self.text,
            Value::DateTime(time) => self.time == Some(*time),
            Value::Duration(length) => {
                let wanted = self.number.or(self.length);
                wanted.is_some_and(|wanted| is_length(*length, &wanted))
            }
            _ => match (Number::of(value), self.number) {
                (Some(held), Some(wanted)) if held.is_nan() => wanted.is_nan(),
                (Some(held), Some(wanted)) => held.compare(&wanted) == Some(Ordering::Equal),
                (Some(_), None) => false,
                (None, _) => !self.is_quoted && self.is_text_of(value),
            },
        }
    }

    /// Whether this is the text of a value.
    fn is_text_of(&self, value: &Value<'_>) -> bool {
        let mut text = String::new();
        let whole = write_value_start(value, Naming::Plain, self.text.len(), &mut text);
        matches!(whole, Ok(true)) && text == self.text
    }
}

/// Whether a duration is so many seconds, to its last digit or to the digits that are shown of it.
fn is_length(length: Duration, wanted: &Number) -> bool {
    let exact = Value::Duration(length);
    let shown = Value::F64(length.as_secs_f64());
    [exact, shown]
        .iter()
        .filter_map(Number::of)
        .any(|it| it.compare(wanted) == Some(Ordering::Equal))
}

/// A number with a unit of time, in seconds.
fn length(text: &str) -> Option<Number> {
    // The longer ones first, which end like others.
    const UNITS: [(&str, u32, i64); 7] = [
        ("ns", 1, -9),
        ("us", 1, -6),
        ("ms", 1, -3),
        ("s", 1, 0),
        ("m", 60, 0),
        ("h", 3_600, 0),
        ("d", 86_400, 0),
    ];
    let found = UNITS.iter().find_map(|unit| Some((text.strip_suffix(unit.0)?, unit)));
    let (number, (_, factor, power)) = found?;
    Number::parse(number)?.scaled(*factor, *power)
}

/// A time as values show it, or in RFC 3339; without a zone in UTC, without a clock at midnight.
fn time(text: &str) -> Option<DateTime<Utc>> {
    const ZONED: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z"];
    const IN_UTC: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
    let in_utc = text.strip_suffix("UTC").map_or(text, str::trim_end);
    let in_utc = in_utc.strip_suffix(['Z', 'z']).unwrap_or(in_utc);
    let local = IN_UTC.iter().find_map(|form| NaiveDateTime::parse_from_str(in_utc, form).ok());
    let date = || NaiveDate::parse_from_str(in_utc, "%Y-%m-%d").ok();
    let local = local.or_else(|| Some(date()?.and_time(NaiveTime::MIN)));
    let zoned = || ZONED.iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
    local.map(|time| time.and_utc()).or_else(|| Some(zoned()?.to_utc()))
}

/// Whether the text of a value contains a part.
fn contains(value: &Option<Option<Value<'_>>>, part: &str) -> bool {
    let value = match value {
        None => return false,
        Some(None) => return "unsubscribed".contains(part),
        Some(Some(Value::String(text))) => return text.contains(part),
        Some(Some(value)) => value,
    };
    let mut text = String::new();
    // What cannot be read to its end is searched as far as it can.
    let _ = write_value_start(value, Naming::Plain, MAX_SEARCHED, &mut text);
    if text.contains(part) {
        return true;
    }
    let holds_others = matches!(value, Value::Array(_) | Value::Map(_) | Value::Error(_));
    holds_others && matches!(walk(value, &mut Strings { part }), Err(Stop::Full))
}

/// Looks for a part in every string that a value holds, and stops where it is found.
struct Strings<'p> {
    part: &'p str,
}

impl<'a> Visitor<'a> for Strings<'_> {
    type Stop = Stop;

    fn leaf(&mut self, value: &Value<'a>) -> Result<(), Stop> {
        match value {
            Value::String(text) if text.contains(self.part) => Err(Stop::Full),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, _: Holder) -> Result<(), Stop> {
        Ok(())
    }

    fn item(&mut self, _: usize) -> Result<(), Stop> {
        Ok(())
    }

    fn entry(&mut self, _: usize, key: &Key<'a>) -> Result<(), Stop> {
        key.walk(self)
    }

    fn entry_end(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    fn end(&mut self, _: Holder) -> Result<(), Stop> {
        Ok(())
    }

    fn mark(&self) -> usize {
        0
    }

    fn reset(&mut self, _: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Origin, Reader, varints};

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
            ("=7", true, false, false),
            ("!= 7", false, true, true),
            ("!= 8", true, true, true),
            ("= \"open x\"", false, true, false),
            ("=\"open x\"", false, true, false),
            ("!= open", true, true, true),
            ("!= \"open x\"", true, false, true),
            ("contains pen", false, true, false),
            ("\"n x\"", false, true, false),
            ("7", true, false, false),
            ("type u8", true, false, false),
            ("unsubscribed", false, false, true),
            ("= unsubscribed", false, false, true),
            ("!= unsubscribed", true, true, false),
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
        assert_eq!(wrong("> x"), "> needs a number, a time or a length of time, and \"x\" is none");
        assert!(wrong("< NaN").starts_with("< needs a number"));
        assert!(wrong("> \"7\"").starts_with("> needs a number"));
        assert_eq!(wrong("5 >="), ">= needs something to compare with");
        assert!(wrong("since yesterdayish").contains("yesterdayish"));
        assert!(wrong("type").contains("type needs"));
    }

    /// The names of those values that a filter takes.
    fn found(filter: &str, values: &[(char, Vec<u8>)]) -> String {
        values.iter().filter(|(_, bytes)| takes(filter, bytes)).map(|(name, _)| *name).collect()
    }

    fn unsigned(n: u64) -> Vec<u8> {
        [&[4][..], &n.to_be_bytes()].concat()
    }

    fn signed(n: i64) -> Vec<u8> {
        [&[6][..], &n.to_be_bytes()].concat()
    }

    fn float(n: f64) -> Vec<u8> {
        [&[9][..], &n.to_be_bytes()].concat()
    }

    fn short_float(n: f32) -> Vec<u8> {
        [&[8][..], &n.to_be_bytes()].concat()
    }

    fn decimal(text: &str) -> Vec<u8> {
        [&[20][..], &text.parse::<rust_decimal::Decimal>().unwrap().serialize()].concat()
    }

    fn string(text: &str) -> Vec<u8> {
        let mut bytes = vec![12];
        varints::push(&mut bytes, text.len() as u64);
        [&bytes, text.as_bytes()].concat()
    }

    fn datetime(seconds: i64, nanos: u32) -> Vec<u8> {
        [&[10][..], &seconds.to_be_bytes(), &nanos.to_be_bytes()].concat()
    }

    fn duration(seconds: u64, nanos: u32) -> Vec<u8> {
        [&[11][..], &seconds.to_be_bytes(), &nanos.to_be_bytes()].concat()
    }

    #[test]
    fn whole_numbers_are_compared_to_the_last_digit() {
        let values = [
            ('a', unsigned(9_007_199_254_740_992)),
            ('b', unsigned(9_007_199_254_740_993)),
            ('c', unsigned(u64::MAX - 1)),
            ('d', unsigned(u64::MAX)),
            ('e', signed(i64::MIN)),
            ('f', signed(i64::MIN + 1)),
            ('g', float(9_007_199_254_740_992.0)),
            ('h', decimal("7922816251426433759354395033.4")),
            ('i', decimal("7922816251426433759354395033.5")),
            ('j', float(f64::NAN)),
        ];
        for (filter, wanted) in [
            ("= 9007199254740993", "b"),
            ("= 9007199254740992", "ag"),
            ("= 9007199254740992.5", ""),
            ("> 9007199254740992", "bcdhi"),
            (">= 9007199254740993 < 1e19", "b"),
            ("= 18446744073709551615", "d"),
            ("!= 18446744073709551615 > 1e19", "hic"),
            ("< -9223372036854775807", "e"),
            ("<= -9223372036854775807", "ef"),
            ("= 7922816251426433759354395033.4", "h"),
            ("> 7922816251426433759354395033.4", "i"),
            ("= NaN", "j"),
            ("!= NaN < 0", "ef"),
        ] {
            let mut wanted: Vec<char> = wanted.chars().collect();
            wanted.sort_unstable();
            assert_eq!(found(filter, &values), String::from_iter(wanted), "{filter}");
        }
    }

    #[test]
    fn floats_are_what_is_written_of_them_and_zeros_are_equal() {
        let values = [
            ('a', float(0.1)),
            ('b', short_float(0.1)),
            ('c', decimal("0.10")),
            ('d', float(-0.0)),
            ('e', vec![23, 0]),
            ('f', float(f64::INFINITY)),
            ('g', float(f64::NEG_INFINITY)),
        ];
        for (filter, wanted) in [
            ("= 0.1", "abc"),
            ("= 0.10000000000000000001", ""),
            ("> 0.0999999999999999999 < inf", "abc"),
            ("= 0", "de"),
            ("= -0", "de"),
            ("< 0", "g"),
            ("= inf", "f"),
            ("= -inf", "g"),
            ("> 1e308", "f"),
        ] {
            assert_eq!(found(filter, &values), wanted, "{filter}");
        }
    }

    #[test]
    fn texts_are_compared_with_the_text_itself() {
        let values = [
            ('a', string(r"C:\Program Files\x")),
            ('b', string(r#"say "hi""#)),
            ('c', string("two\nlines")),
            ('d', string(r#""q""#)),
            ('e', string("q")),
            ('f', string("7")),
            ('g', vec![23, 7]),
            ('h', [&[18][..], &string(r"no C:\Program")[1..]].concat()),
            ('i', [&[19, 1][..], &string(r#"say "hi" too"#)].concat()),
            ('j', vec![14]),
            ('k', string("true")),
        ];
        for (filter, wanted) in [
            (r"contains C:\Program", "ah"),
            (r#"contains "C:\Program Files""#, "a"),
            (r#""C:\\Program""#, "ah"),
            (r#"contains "say \"hi""#, "bi"),
            (r#"contains "two\nlines""#, "c"),
            (r"= C:\Program", ""),
            (r#"= "C:\\Program Files\\x""#, "a"),
            (r#"= "C:\Program Files\x""#, "a"),
            (r#"= "say \"hi\"""#, "b"),
            (r#"= "two\nlines""#, "c"),
            (r#"= "\"q\"""#, "d"),
            ("= q", "e"),
            (r#"= "q""#, "e"),
            (r#"= "7""#, "f"),
            ("= 7", "g"),
            (r#"= "true""#, "k"),
            ("= true", "jk"),
            (r#"!= "7" 7"#, "g"),
        ] {
            assert_eq!(found(filter, &values), wanted, "{filter}");
        }
    }

    #[test]
    fn datetimes_are_compared_by_time_and_durations_by_length() {
        let values = [
            ('a', datetime(1_772_357_400, 0)),
            ('b', datetime(1_772_357_400, 1)),
            ('c', datetime(316_517_284_800, 0)),
            ('d', datetime(-62_198_755_200, 0)),
            ('e', duration(90, 0)),
            ('f', duration(1_234_567_890, 123_456_789)),
            ('g', vec![23, 90]),
            ('h', string("2026-03-01")),
            ('i', string("90s")),
        ];
        for (filter, wanted) in [
            ("= 2026-03-01T09:30:00Z", "a"),
            ("= 2026-03-01T10:30:00+01:00", "a"),
            (r#"= "2026-03-01 09:30:00 UTC""#, "a"),
            ("> 2026-03-01T09:30:00Z", "bc"),
            (">= 2026-03-01", "abc"),
            ("< 2026-03-01", "d"),
            ("= 2026-03-01", "h"),
            ("= 90", "eg"),
            ("= 90s", "ei"),
            ("= 1.5m", "e"),
            ("> 1m", "ef"),
            ("> 89999ms <= 90000ms", "e"),
            ("= 1234567890.123456789s", "f"),
            ("> 89", "efg"),
        ] {
            assert_eq!(found(filter, &values), wanted, "{filter}");
        }
    }

    /// What the Value column shows of any value, put after `=`, finds it.
    #[test]
    fn what_is_copied_finds_its_row() {
        let held = [&[21, 1][..], &string("a b"), &[19, 2], &string("c \"]"), &[23, 1]].concat();
        let values = [
            unsigned(u64::MAX),
            signed(i64::MIN),
            float(3.0),
            float(1e300),
            float(f64::from_bits(1)),
            float(f64::NAN),
            float(f64::NEG_INFINITY),
            float(-0.0),
            short_float(0.1),
            short_float(1e30),
            decimal("7"),
            decimal("-79228162514264337593543950335"),
            datetime(1_772_357_400, 120_000_000),
            datetime(316_517_284_800, 0),
            datetime(-62_198_755_200, 1),
            duration(2, 0),
            duration(1_234_567_890, 123_456_789),
            duration(u64::MAX, 999_999_999),
            string(""),
            string(" two  spaces "),
            string("\\\"\n\r\t\0\u{7f}\u{85}'[{é"),
            string("2026-03-01"),
            string("7"),
            vec![13, 0],
            vec![13, 3, 0xd7, 0x6d, 0xf8],
            vec![14],
            vec![16],
            vec![18, 9, b'n', b'o', b't', b' ', b'f', b'o', b'u', b'n', b'd'],
            [&[22][..], &held].concat(),
            [&[19, 2][..], &held, &[14]].concat(),
            vec![19, 0],
            held,
            [&[27, 18][..], &[7; 17]].concat(),
            vec![0x40],
        ];
        for (nth, bytes) in values.iter().enumerate() {
            let event = Event::read(&mut Reader::new(bytes, Origin::File(0))).unwrap();
            let mut shown = "unsubscribed".to_owned();
            if let Some(value) = event.value().unwrap() {
                shown.clear();
                write_value_start(&value, Naming::Plain, 1 << 10, &mut shown).unwrap();
            }
            for filter in [format!("= {shown}"), format!("={shown} since 60s")] {
                assert!(takes(&filter, bytes), "{filter}");
                let others = values.iter().enumerate().filter(|(other, _)| *other != nth);
                let also: Vec<_> = others.filter(|(_, it)| takes(&filter, it)).collect();
                assert!(also.is_empty(), "{filter} finds {also:?}");
            }
            assert!(!takes(&format!("!= {shown}"), bytes), "{shown}");
        }
    }
}
