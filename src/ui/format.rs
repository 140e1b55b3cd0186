//! Numbers, sizes, lengths of time and times as people read them.
//!
//! Times keep every digit; everything else is rounded to what helps. No locale is asked: thousands
//! are separated by commas, decimals by a point, everywhere the same.

use crate::format::visible;
use crate::time::{Span, Timestamp};

/// `1234567` as `1,234,567`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 batch`, `2,000 batches`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A size in decimal units, three digits where there is a unit: `812 bytes`, `48.1 MB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1_000 {
        return count(bytes, "byte", "bytes");
    }
    let mut amount = bytes as f64;
    let mut unit = "";
    for next in UNITS {
        // 999.95 kB would be written as 1000.
        if !unit.is_empty() && amount < 999.5 {
            break;
        }
        amount /= 1_000.0;
        unit = next;
    }
    let decimals = match amount {
        amount if amount < 9.995 => 2,
        amount if amount < 99.95 => 1,
        _ => 0,
    };
    format!("{amount:.decimals$} {unit}")
}

/// A length of time in its two largest units: `1 h 12 min`, `350 ms`, `0 s`.
pub fn duration(span: Span) -> String {
    const MILLI: u64 = 1_000_000;
    const SECOND: u64 = 1_000 * MILLI;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let nanos = span.nanos().unsigned_abs();
    let sign = if span.nanos() < 0 { "-" } else { "" };
    let pair = |large: u64, large_name: &str, small: u64, small_name: &str| {
        let (whole, rest) = (nanos / large, nanos % large / small);
        let whole = thousands(whole);
        if rest == 0 {
            format!("{sign}{whole} {large_name}")
        } else {
            format!("{sign}{whole} {large_name} {rest} {small_name}")
        }
    };
    let scaled = |unit: u64, name: &str| {
        let amount = format!("{:.3}", nanos as f64 / unit as f64);
        let amount = amount.trim_end_matches('0').trim_end_matches('.');
        format!("{sign}{amount} {name}")
    };
    match nanos {
        0 => "0 s".to_owned(),
        n if n < 1_000 => format!("{sign}{n} ns"),
        n if n < MILLI => scaled(1_000, "µs"),
        n if n < SECOND => scaled(MILLI, "ms"),
        n if n < MINUTE => scaled(SECOND, "s"),
        n if n < HOUR => pair(MINUTE, "min", SECOND, "s"),
        n if n < DAY => pair(HOUR, "h", MINUTE, "min"),
        _ => pair(DAY, "d", HOUR, "h"),
    }
}

/// The text of a time cut where the eye wants it: `2026-03-01`, `T`, `09:30:00`, `.000000000Z`.
/// Put together again they are the text of the time.
pub fn time_parts(time: Timestamp) -> [String; 4] {
    parts(&time.to_string())
}

/// The same for a text in RFC 3339.
pub fn parts(text: &str) -> [String; 4] {
    let at_t = text.find('T').unwrap_or(text.len());
    let (date, rest) = text.split_at(at_t);
    let (t, rest) = rest.split_at(rest.len().min(1));
    let (clock, fraction) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    [date, t, clock, fraction].map(str::to_owned)
}

/// A time as `2026-03-01 09:30:00`, with as many digits of the second as tell apart times that are
/// `resolution` from each other.
pub fn time_short(time: Timestamp, resolution: Span) -> String {
    let [date, _, clock, fraction] = time_parts(time);
    format!("{date} {clock}{}", &fraction[..fraction_digits(resolution, fraction.len() - 1)])
}

/// The same without the date.
pub fn clock_short(time: Timestamp, resolution: Span) -> String {
    let [_, _, clock, fraction] = time_parts(time);
    format!("{clock}{}", &fraction[..fraction_digits(resolution, fraction.len() - 1)])
}

/// From a time to a later one, with the digits that tell them apart and no date twice.
pub fn stretch(from: Timestamp, to: Timestamp) -> [String; 2] {
    let resolution = seen_apart(from, to);
    let end = if is_one_day(from, to) { clock_short } else { time_short };
    [time_short(from, resolution), end(to, resolution)]
}

/// The same within a day that is known.
pub fn stretch_of_day(from: Timestamp, to: Timestamp) -> [String; 2] {
    [from, to].map(|time| clock_short(time, seen_apart(from, to)))
}

/// Whether two times are of one date.
pub fn is_one_day(from: Timestamp, to: Timestamp) -> bool {
    time_parts(from)[0] == time_parts(to)[0]
}

/// A thousandth is what an eye tells apart on a screen; a point in time is given in full.
fn seen_apart(from: Timestamp, to: Timestamp) -> Span {
    Span::from_nanos(to.since(from).nanos() / 1_000)
}

/// How much of `.000000000` to keep, the point included: 0, 4, 7 or 10.
fn fraction_digits(resolution: Span, available: usize) -> usize {
    let digits = match resolution.nanos().unsigned_abs() {
        0 => 10,
        nanos if nanos >= 1_000_000_000 => 0,
        nanos if nanos >= 1_000_000 => 4,
        nanos if nanos >= 1_000 => 7,
        _ => 10,
    };
    digits.min(available)
}

/// A name from a file as it is shown.
pub fn shown(name: &str) -> String {
    visible(name).into_owned()
}

/// A path as it is shown, or the number of an id that has none.
pub fn path_or_id(path: Option<&str>, id: u32) -> String {
    path.map_or_else(|| format!("#{id}"), shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (100, "100")]
        {
            assert_eq!(thousands(number), text);
        }
        assert_eq!(thousands(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(count(1, "batch", "batches"), "1 batch");
        assert_eq!(count(0, "batch", "batches"), "0 batches");
    }

    #[test]
    fn sizes() {
        for (size, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1.00 kB"),
            (48_123_456, "48.1 MB"),
            (480_000, "480 kB"),
            (999_499, "999 kB"),
            (999_999, "1.00 MB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(size), text);
        }
    }

    #[test]
    fn lengths() {
        for (nanos, text) in [
            (0, "0 s"),
            (999, "999 ns"),
            (1_500, "1.5 µs"),
            (350_000_000, "350 ms"),
            (1_000_000_000, "1 s"),
            (61_000_000_000, "1 min 1 s"),
            (4_320_000_000_000, "1 h 12 min"),
            (86_400_000_000_000, "1 d"),
            (-2_000_000_000, "-2 s"),
            (i64::MAX, "106,751 d 23 h"),
        ] {
            assert_eq!(duration(Span::from_nanos(nanos)), text);
        }
    }

    #[test]
    fn times() {
        let time: Timestamp = "2026-03-01T09:30:00.123456789Z".parse().expect("a time");
        assert_eq!(time_parts(time).concat(), time.to_string());
        for (resolution, text) in [
            (60_000_000_000, "2026-03-01 09:30:00"),
            (1_000_000, "2026-03-01 09:30:00.123"),
            (999_999, "2026-03-01 09:30:00.123456"),
            (1, "2026-03-01 09:30:00.123456789"),
            (0, "2026-03-01 09:30:00.123456789"),
        ] {
            assert_eq!(time_short(time, Span::from_nanos(resolution)), text);
        }
        assert_eq!(clock_short(time, Span::from_nanos(1_000_000_000)), "09:30:00");
    }

    #[test]
    fn stretches() {
        let from: Timestamp = "2026-03-01T23:59:00.123456789Z".parse().expect("a time");
        let after = |nanos| stretch(from, from.saturating_add(Span::from_nanos(nanos)));
        assert_eq!(after(50_000_000_000), ["2026-03-01 23:59:00.123", "23:59:50.123"]);
        assert_eq!(after(101_000), ["2026-03-01 23:59:00.123456789", "23:59:00.123557789"]);
        assert_eq!(after(3_600_000_000_000), ["2026-03-01 23:59:00", "2026-03-02 00:59:00"]);
    }

    #[test]
    fn paths() {
        assert_eq!(path_or_id(Some("/a\u{202e}b"), 7), r"/a\u{202e}b");
        assert_eq!(path_or_id(None, 7), "#7");
    }
}
