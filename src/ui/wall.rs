//! What the clocks of a zone show, and back to the times at which they show it.
//!
//! ```text
//! offset   ───+01:00───┐      ┌── summer begins: no clock shows 02:30
//!                      └──+02:00───┐
//!                                  └──+01:00───   it ends: 02:30 comes twice
//! ```
//!
//! A wall time is a [`Timestamp`] whose digits in UTC are those that the clocks show. A zone is a
//! function from a time to how far its clocks are ahead of UTC then.

use crate::time::{Span, Timestamp};
use chrono::NaiveDate;

/// How far the clocks of a zone are ahead of UTC at a time.
pub type OffsetAt<'z> = &'z dyn Fn(Timestamp) -> Span;

/// No zone changes its clocks twice within this time.
const APART: Span = Span::from_nanos(12 * 3_600_000_000_000);

/// What the clocks show at a time.
pub fn of(time: Timestamp, offset_at: OffsetAt<'_>) -> Timestamp {
    time.saturating_add(offset_at(time))
}

/// The times at which the clocks show a wall time, in order: one, none where they are put forward
/// past it, two where they are put back past it.
pub fn times(wall: Timestamp, offset_at: OffsetAt<'_>) -> Vec<Timestamp> {
    let near = [APART.negated(), APART].map(|by| offset_at(wall.saturating_add(by)));
    let mut times: Vec<Timestamp> = near
        .into_iter()
        .map(|ahead| wall.saturating_add(ahead.negated()))
        .filter(|time| of(*time, offset_at) == wall)
        .collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// The first time at which the clocks show a wall time; where none does, as if they were not yet put
/// forward.
pub fn time(wall: Timestamp, offset_at: OffsetAt<'_>) -> Timestamp {
    let before = offset_at(wall.saturating_add(APART.negated()));
    let first = times(wall, offset_at).first().copied();
    first.unwrap_or_else(|| wall.saturating_add(before.negated()))
}

/// The times between two times at which the clocks are put forward or back: of each the first
/// second of the new offset.
pub fn changes(from: Timestamp, to: Timestamp, offset_at: OffsetAt<'_>) -> Vec<Timestamp> {
    /// More are in no part of time whose hours are told apart.
    const MOST_LOOKS: i64 = 200;
    let length = to.since(from).nanos().max(0);
    let step = (length / MOST_LOOKS).max(APART.nanos());
    let mut changes = Vec::new();
    let (mut left, mut before) = (from, offset_at(from));
    while left < to {
        let right = left.saturating_add(Span::from_nanos(step)).min(to);
        let after = offset_at(right);
        if after != before {
            let (mut low, mut high) = (left.nanos(), right.nanos());
            while high - low > 1_000_000_000 {
                let middle = low + (high - low) / 2;
                match offset_at(Timestamp::from_nanos(middle)) == before {
                    true => low = middle,
                    false => high = middle,
                }
            }
            // Clocks change at whole seconds.
            changes.push(Timestamp::from_nanos(high.div_euclid(1_000_000_000) * 1_000_000_000));
        }
        (left, before) = (right, after);
    }
    changes
}

/// A text of a place to go whose date names no zone, as one that names it: it is read as the clocks
/// show it. Any other text as it is.
///
/// # Errors
/// A sentence, for a text that may be a date whose zone is not clear.
pub fn in_utc(text: &str, offset_at: OffsetAt<'_>) -> Result<String, String> {
    let text = text.trim();
    let is_movement = ["beginning", "end"].contains(&text)
        || text.starts_with(['+', '-'])
        || text.parse::<i64>().is_ok();
    if is_movement || names_zone(text) {
        return Ok(text.to_owned());
    }
    match read(text) {
        Some(wall) => Ok(time(wall, offset_at).to_string()),
        None => Err(format!(
            "{text:?} is no place to go in local time: type a date (2026-03-01 10:30), a date with \
             its zone, a number of batches (+1, -10), a time (+10s, -1.5d), beginning or end"
        )),
    }
}

/// Conditions on values of which those that begin with `since` name the zone of their dates.
pub fn conditions_in_utc(text: &str, offset_at: OffsetAt<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_after_since = false;
    for piece in words(text) {
        let is_quoted = piece.starts_with('"');
        let bare = piece.trim_matches('"');
        if is_after_since
            && !names_zone(bare)
            && let Some(wall) = read(bare)
        {
            out += &time(wall, offset_at).to_string();
        } else {
            out += piece;
        }
        if !piece.trim().is_empty() {
            is_after_since = piece == "since" && !is_quoted;
        }
    }
    out
}

/// Words and what is between them, quotes holding together; all of them are all of the text.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if first == '"' {
            let mut escaped = false;
            let close = rest.char_indices().skip(1).find(|(_, sign)| {
                let is_end = *sign == '"' && !escaped;
                escaped = *sign == '\\' && !escaped;
                is_end
            });
            close.map_or(rest.len(), |(at, _)| at + 1)
        } else {
            let is_space = first.is_whitespace();
            rest.find(|sign: char| sign.is_whitespace() != is_space).unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

/// Whether a date names its zone: by `Z`, `UTC` and the like at its end, or by an offset after its
/// time of day.
fn names_zone(text: &str) -> bool {
    let name = text.rsplit(|sign: char| !sign.is_ascii_alphabetic()).next().unwrap_or_default();
    let is_zone = match name {
        "" => false,
        "AM" | "PM" | "am" | "pm" => false,
        "UTC" | "GMT" => true,
        name => name.len() <= 5 && text.len() > name.len() && text.contains(':'),
    };
    let of_day = text.find(':').and_then(|colon| text.get(colon..)).unwrap_or_default();
    is_zone || of_day.contains(['+', '-', '−'])
}

/// A date, with or without a time of day, as the clocks show it.
fn read(text: &str) -> Option<Timestamp> {
    let (date, clock) = match text.split_once(['T', 't', ' ']) {
        Some((date, clock)) => (date, clock.trim()),
        None => (text, ""),
    };
    let digits = |text: &str, most: usize| -> Option<u32> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| is_number && text.len() <= most)
    };
    let [year, month, day] = numbers(date, '-', 3)?[..] else { return None };
    let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let parts = if clock.is_empty() { vec!["0", "0"] } else { clock.split(':').collect() };
    let (hour, minute, second) = match parts[..] {
        [hour, minute] if fraction.is_empty() => (hour, minute, "0"),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let nanos = match fraction {
        "" => 0,
        fraction => digits(fraction, 9)? * 10_u32.pow(9 - u32::try_from(fraction.len()).ok()?),
    };
    let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
    let time = date.and_hms_nano_opt(hour, minute, second, nanos)?;
    Some(Timestamp::nearest(time.and_utc()))
}

fn numbers(text: &str, between: char, count: usize) -> Option<Vec<&str>> {
    let numbers: Vec<&str> = text.split(between).collect();
    (numbers.len() == count).then_some(numbers)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    /// The clocks of Berlin in 2026.
    pub fn berlin(time: Timestamp) -> Span {
        let is_summer = at("2026-03-29T01:00:00Z") <= time && time < at("2026-10-25T01:00:00Z");
        Span::from_nanos(if is_summer { 2 } else { 1 } * 3_600_000_000_000)
    }

    #[test]
    fn clocks_show_each_wall_time_once_or_twice_or_never() {
        let times = |wall: &str| -> Vec<String> {
            times(at(wall), &berlin)
                .iter()
                .map(|time| time.to_string()[11..16].to_owned())
                .collect()
        };
        assert_eq!(times("2026-03-01T10:30:00Z"), ["09:30"]);
        assert_eq!(times("2026-07-01T10:30:00Z"), ["08:30"]);
        assert!(times("2026-03-29T02:30:00Z").is_empty());
        assert_eq!(times("2026-10-25T02:30:00Z"), ["00:30", "01:30"]);
        assert_eq!(times("2026-10-25T03:00:00Z"), ["02:00"]);
        assert_eq!(time(at("2026-03-29T02:30:00Z"), &berlin), at("2026-03-29T01:30:00Z"));
        assert_eq!(time(at("2026-10-25T02:30:00Z"), &berlin), at("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn changes_are_found() {
        let found = changes(at("2026-01-01T00:00:00Z"), at("2026-12-31T00:00:00Z"), &berlin);
        assert_eq!(found, [at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z")]);
        let found = changes(at("2026-03-29T00:59:59.5Z"), at("2026-03-29T01:00:00.5Z"), &berlin);
        assert_eq!(found, [at("2026-03-29T01:00:00Z")]);
        assert!(
            changes(at("2026-04-01T00:00:00Z"), at("2026-04-01T00:00:00Z"), &berlin).is_empty()
        );
    }

    #[test]
    fn what_is_typed_without_a_zone_is_what_the_clocks_show() {
        for (typed, read) in [
            ("2026-03-01 10:30", "2026-03-01T09:30:00.000000000Z"),
            ("2026-07-01T10:30:00.123456789", "2026-07-01T08:30:00.123456789Z"),
            (" 2026-03-01 ", "2026-02-28T23:00:00.000000000Z"),
            ("2026-03-01 10:30:01,5", "2026-03-01T09:30:01.500000000Z"),
            ("2026-03-01T10:30:00Z", "2026-03-01T10:30:00Z"),
            ("2026-03-01T10:30:00.5+05:45", "2026-03-01T10:30:00.5+05:45"),
            ("2026-03-01 10:30:00 UTC", "2026-03-01 10:30:00 UTC"),
            ("Sun, 1 Mar 2026 09:30:00 +0100", "Sun, 1 Mar 2026 09:30:00 +0100"),
            ("end", "end"),
            ("beginning", "beginning"),
            ("+10s", "+10s"),
            ("-3", "-3"),
            ("100", "100"),
        ] {
            assert_eq!(in_utc(typed, &berlin).as_deref(), Ok(read), "{typed:?}");
        }
        for unclear in [
            "tomorrow",
            "Mar 1 2026",
            "03/01/2026 10:30",
            "2026-13-01",
            "10:30",
            "2026-03-01 25:00",
        ] {
            assert!(in_utc(unclear, &berlin).is_err(), "{unclear:?}");
        }
    }

    #[test]
    fn conditions_name_their_zone() {
        for (typed, asked) in [
            ("> 3 since 2026-03-01T10:30", "> 3 since 2026-03-01T09:30:00.000000000Z"),
            ("since  \"2026-07-01 10:30\" x", "since  2026-07-01T08:30:00.000000000Z x"),
            ("since 2026-03-01T10:30:00Z", "since 2026-03-01T10:30:00Z"),
            ("since 10s contains 2026-03-01", "since 10s contains 2026-03-01"),
            ("\"since\" 2026-03-01", "\"since\" 2026-03-01"),
            ("= \"a \\\" since 2026-03-01\"", "= \"a \\\" since 2026-03-01\""),
            ("", ""),
        ] {
            let found = conditions_in_utc(typed, &berlin);
            assert_eq!(found, asked, "{typed:?}");
            assert_eq!(conditions_in_utc(&found, &berlin), found, "what is read once stays");
        }
    }
}
