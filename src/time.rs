//! Points in time and spans, as whole nanoseconds.
//!
//! What the format can say is wider (years -262143 to 262142) than what an `i64` of nanoseconds
//! holds (1677-09-21 to 2262-04-11). Batch times outside are clamped to [`Timestamp::MIN`] or
//! [`Timestamp::MAX`] by the index, which reports a problem; datetime *values* keep their range.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const NANOS_PER_MICRO: i64 = 1_000;

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z.
///
/// Displays as RFC 3339 in UTC with all nine fractional digits, and parses any RFC 3339 text:
///
/// ```
/// # use netidx_archive_viewer::time::Timestamp;
/// let t: Timestamp = "2026-03-01T09:30:00.5+01:00".parse().unwrap();
/// assert_eq!(t.to_string(), "2026-03-01T08:30:00.500000000Z");
/// ```
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest time that can be held, in 1677. Batches before any time basis stand here.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest time that can be held, in 2262.
    pub const MAX: Self = Self(i64::MAX);

    /// From nanoseconds since 1970.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since 1970.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// From the format's pair of seconds since 1970 and nanoseconds.
    /// `None` when an `i64` of nanoseconds cannot hold it.
    pub const fn from_parts(seconds: i64, nanos: u32) -> Option<Self> {
        // In 128 bits, because the last seconds before MIN pass it on the way.
        let total = seconds as i128 * NANOS_PER_SECOND as i128 + nanos as i128;
        if total < i64::MIN as i128 || total > i64::MAX as i128 {
            None
        } else {
            Some(Self(total as i64))
        }
    }

    /// The format's pair of seconds since 1970 and nanoseconds.
    pub const fn to_parts(self) -> (i64, u32) {
        (self.0.div_euclid(NANOS_PER_SECOND), self.0.rem_euclid(NANOS_PER_SECOND) as u32)
    }

    /// From a chrono time; `None` outside what nanoseconds in an `i64` can hold.
    pub fn from_datetime(datetime: DateTime<Utc>) -> Option<Self> {
        Self::from_parts(datetime.timestamp(), datetime.timestamp_subsec_nanos())
    }

    /// From a chrono time; outside what nanoseconds in an `i64` can hold the nearest that they can.
    /// No batch lies further out, so that as a bound or a place to go it does what the other would.
    pub fn nearest(datetime: DateTime<Utc>) -> Self {
        let outside = if datetime.timestamp() < 0 { Self::MIN } else { Self::MAX };
        Self::from_datetime(datetime).unwrap_or(outside)
    }

    /// The same time for chrono.
    pub fn to_datetime(self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.0)
    }

    /// Later by `span` (earlier if it is negative), stopping at [`MIN`](Self::MIN) and
    /// [`MAX`](Self::MAX).
    #[inline]
    pub const fn saturating_add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The span from `earlier` to this time, saturating.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written here and not by chrono, whose formatting weighs kilobytes in the page.
        const DAY: i64 = 86_400;
        let (seconds, nanos) =
            (self.0.div_euclid(NANOS_PER_SECOND), self.0.rem_euclid(NANOS_PER_SECOND));
        let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        // Days since 0000-03-01, so that a leap day is the last of its year; an era is 400 years.
        let days = days + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let leaps = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
        let year_of_era = (day_of_era - leaps) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z")
    }
}

impl FromStr for Timestamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = DateTime::parse_from_rfc3339(text)
            .map_err(|_| format!("{text:?} is not an RFC 3339 time"))?;
        Self::from_datetime(parsed.to_utc())
            .ok_or_else(|| format!("{text} lies outside the years 1677 to 2262"))
    }
}

/// A signed length of time in nanoseconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(i64);

impl Span {
    /// One microsecond: the format's resolution, and how far an excluded bound is from the nearest
    /// time inside.
    pub const MICROSECOND: Self = Self(NANOS_PER_MICRO);

    /// From nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From microseconds, saturating.
    #[inline]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros.saturating_mul(NANOS_PER_MICRO))
    }

    /// In nanoseconds.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// In whole microseconds, towards zero.
    pub const fn micros(self) -> i64 {
        self.0 / NANOS_PER_MICRO
    }

    /// The same length in the other direction, saturating.
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_chrono_writes_them() {
        let written = |time: Timestamp| {
            time.to_datetime().to_rfc3339_opts(chrono::SecondsFormat::Nanos, true)
        };
        let ends = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX];
        // Some prime number of nanoseconds apart, so that every part takes every value.
        let many = (-12_000..12_000).map(|nth: i64| nth * 700_000_000_000_003);
        for nanos in ends.into_iter().chain(many) {
            let time = Timestamp::from_nanos(nanos);
            assert_eq!(time.to_string(), written(time));
        }
    }

    #[test]
    fn parts_reach_exactly_to_the_ends() {
        let max = Timestamp::MAX.to_datetime();
        let parts = (max.timestamp(), max.timestamp_subsec_nanos());
        assert_eq!(Timestamp::from_parts(parts.0, parts.1), Some(Timestamp::MAX));
        assert_eq!(Timestamp::from_parts(parts.0, parts.1 + 1), None);
        let min = Timestamp::MIN.to_datetime();
        let parts = (min.timestamp(), min.timestamp_subsec_nanos());
        assert_eq!(Timestamp::from_parts(parts.0, parts.1), Some(Timestamp::MIN));
        assert_eq!(Timestamp::from_parts(parts.0, parts.1 - 1), None);
        assert_eq!(Timestamp::from_parts(i64::MIN, 0), None);
        assert_eq!(Timestamp::from_parts(i64::MAX, u32::MAX), None);
    }

    #[test]
    fn text_keeps_every_digit_and_reads_back() {
        for nanos in [0, 1, -1, 999_999_999, 1_772_357_400_123_456_789, i64::MIN, i64::MAX] {
            let time = Timestamp::from_nanos(nanos);
            assert_eq!(time.to_string().parse(), Ok(time), "{time}");
        }
        assert_eq!(Timestamp::from_nanos(1).to_string(), "1970-01-01T00:00:00.000000001Z");
        assert!("yesterday".parse::<Timestamp>().is_err());
        assert!("0001-01-01T00:00:00Z".parse::<Timestamp>().unwrap_err().contains("1677"));
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Timestamp::MAX.saturating_add(Span::MICROSECOND), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.saturating_add(Span::MICROSECOND.negated()), Timestamp::MIN);
        assert_eq!(Timestamp::MAX.since(Timestamp::MIN), Span::from_nanos(i64::MAX));
        assert_eq!(Span::from_nanos(i64::MIN).negated(), Span::from_nanos(i64::MAX));
    }
}
