//! The five ways to move a cursor, and the text that people type for them.

use super::{Cursor, check_in_file};
use crate::{
    archive::Archive,
    index::Index,
    time::{Span, Timestamp},
    timeline::Files,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use std::{fmt, ops::Bound, str::FromStr};

const SECONDS_PER_DAY: f64 = 86_400.;
const DAYS_PER_YEAR: f64 = 365.24;

/// Where to go.
///
/// As text: `beginning`, `end`, a signed number of batches (`+1`, `-10`), a date (RFC 3339 and
/// the usual written forms), or a signed quantity with a unit `y M d h m s u` (`-1.5d`, `+10s`):
///
/// ```
/// # use netidx_archive_viewer::{query::Seek, time::Span};
/// assert_eq!("+1.5s".parse(), Ok(Seek::TimeRelative(Span::from_nanos(1_500_000_000))));
/// assert_eq!("-3".parse(), Ok(Seek::BatchRelative(-3)));
/// assert!("next week".parse::<Seek>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seek {
    /// Before the first batch: no position.
    Beginning,
    /// The last delta batch.
    End,
    /// This time, or the nearest in the file.
    Absolute(Timestamp),
    /// So many delta batches on.
    BatchRelative(i64),
    /// So much time on.
    TimeRelative(Span),
}

/// Text that is no seek expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeekError(String);

impl fmt::Display for SeekError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no place to go: type a date, a number of batches (+1, -10), a time (+10s, \
             -1.5d; units y M d h m s u), beginning or end",
            self.0
        )
    }
}

impl std::error::Error for SeekError {}

impl FromStr for Seek {
    type Err = SeekError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        match text {
            "beginning" => return Ok(Self::Beginning),
            "end" => return Ok(Self::End),
            _ => {}
        }
        if let Ok(steps) = text.parse() {
            return Ok(Self::BatchRelative(steps));
        }
        let time = date(text).map(|time| Self::Absolute(Timestamp::nearest(time)));
        time.or_else(|| quantity(text).map(Self::TimeRelative))
            .ok_or_else(|| SeekError(text.to_owned()))
    }
}

/// A date in any form people write. Full times are read here first, because the library takes
/// three digits of a fraction and zones with a colon, and silently drops any others.
fn date(text: &str) -> Option<DateTime<Utc>> {
    const ZONED: [&str; 3] =
        ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z"];
    const LOCAL: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
    let in_utc = text.strip_suffix("UTC").map_or(text, str::trim_end);
    let zoned = ZONED.iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
    let local = || LOCAL.iter().find_map(|form| NaiveDateTime::parse_from_str(in_utc, form).ok());
    zoned
        .map(|time| time.to_utc())
        .or_else(|| local().map(|time| time.and_utc()))
        .or_else(|| diligent_date_parser::parse_date(text).map(|time| time.to_utc()))
}

/// A signed number and a unit. Computed in the reference's order, so that every digit agrees; a
/// cast saturates, and takes NaN for zero.
fn quantity(text: &str) -> Option<Span> {
    let unsigned = text.strip_prefix(['+', '-'])?;
    let unit = unsigned.chars().next_back()?;
    let number: f64 = unsigned[..unsigned.len() - unit.len_utf8()].parse().ok()?;
    let seconds = match unit {
        'y' => number * DAYS_PER_YEAR * SECONDS_PER_DAY,
        'M' => number * (DAYS_PER_YEAR / 12.) * SECONDS_PER_DAY,
        'd' => number * SECONDS_PER_DAY,
        'h' => number * 3600.,
        'm' => number * 60.,
        's' => number,
        'u' => number * 1e-6,
        _ => return None,
    };
    let sign = if text.starts_with('-') { -1. } else { 1. };
    Some(Span::from_nanos((sign * seconds * 1e9).trunc() as i64))
}

/// The times that a cursor moves among: those of the delta batches, whatever files they are in.
pub trait Times {
    /// The earliest and the latest delta batch.
    fn delta_span(&self) -> Option<(Timestamp, Timestamp)>;

    /// The latest batch of any kind.
    fn last(&self) -> Option<Timestamp>;

    /// How many delta batches there are up to a bound.
    fn deltas_before(&self, bound: Bound<Timestamp>) -> usize;

    /// The time of the delta batch that so many come before, in the order of time. One past the end has the
    /// time of the last.
    fn nth(&self, number: usize) -> Timestamp {
        bisect(self, number)
    }
}

/// Finds the time of a delta batch by how many come before.
fn bisect(times: &(impl Times + ?Sized), number: usize) -> Timestamp {
    let Some((first, last)) = times.delta_span() else { return Timestamp::MIN };
    let (mut low, mut high) = (i128::from(first.nanos()), i128::from(last.nanos()));
    while low < high {
        // Rounded down, also below zero.
        let middle = (low + high).div_euclid(2);
        match times.deltas_before(Bound::Included(Timestamp::from_nanos(middle as i64))) > number {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    Timestamp::from_nanos(low as i64)
}

impl Times for Index {
    fn delta_span(&self) -> Option<(Timestamp, Timestamp)> {
        self.deltas.first().zip(self.deltas.last())
    }

    fn last(&self) -> Option<Timestamp> {
        Index::last(self)
    }

    fn deltas_before(&self, bound: Bound<Timestamp>) -> usize {
        self.deltas.count_before(bound)
    }

    fn nth(&self, number: usize) -> Timestamp {
        match (self.deltas.runs().len(), self.deltas.len().checked_sub(1)) {
            (1, Some(last)) => self.deltas.get(number.min(last)).time,
            _ => bisect(self, number),
        }
    }
}

impl Times for Files<'_> {
    fn delta_span(&self) -> Option<(Timestamp, Timestamp)> {
        Files::delta_span(self)
    }

    fn last(&self) -> Option<Timestamp> {
        self.span().map(|(_, last)| last)
    }

    fn deltas_before(&self, bound: Bound<Timestamp>) -> usize {
        Files::deltas_before(self, bound)
    }

    fn nth(&self, number: usize) -> Timestamp {
        match self.archives() {
            [only] => only.index().nth(number),
            _ => bisect(self, number),
        }
    }
}

impl Times for Archive {
    fn delta_span(&self) -> Option<(Timestamp, Timestamp)> {
        self.index().delta_span()
    }

    fn last(&self) -> Option<Timestamp> {
        self.index().last()
    }

    fn deltas_before(&self, bound: Bound<Timestamp>) -> usize {
        self.index().deltas_before(bound)
    }

    fn nth(&self, number: usize) -> Timestamp {
        self.index().nth(number)
    }
}

/// Shards side by side.
impl<T: Times> Times for [T] {
    fn delta_span(&self) -> Option<(Timestamp, Timestamp)> {
        let spans = self.iter().filter_map(Times::delta_span);
        spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }

    fn last(&self) -> Option<Timestamp> {
        self.iter().filter_map(Times::last).max()
    }

    fn deltas_before(&self, bound: Bound<Timestamp>) -> usize {
        self.iter().map(|times| times.deltas_before(bound)).sum()
    }

    fn nth(&self, number: usize) -> Timestamp {
        match self {
            [only] => only.nth(number),
            _ => bisect(self, number),
        }
    }
}

/// How many delta batches a lower bound leaves out.
fn left_out(times: &(impl Times + ?Sized), start: Bound<Timestamp>) -> usize {
    match start {
        Bound::Unbounded => 0,
        Bound::Included(time) => times.deltas_before(Bound::Excluded(time)),
        Bound::Excluded(time) => times.deltas_before(Bound::Included(time)),
    }
}

impl Cursor {
    /// Moves as `seek` says. Returns how many batches were moved, for
    /// [`Seek::BatchRelative`], and 0 otherwise.
    pub fn seek(&mut self, times: &(impl Times + ?Sized), seek: Seek) -> i64 {
        match seek {
            Seek::Beginning => self.reset(),
            Seek::End => match times.delta_span() {
                Some((_, last)) => self.set_position(last),
                None => self.reset(),
            },
            Seek::Absolute(time) => self.set_position(clamp_to_file(times, time)),
            Seek::TimeRelative(span) => self.seek_time(times, span),
            Seek::BatchRelative(steps) => return self.seek_steps(times, steps),
        }
        0
    }

    /// The same, but the end of a file of images alone is the last image: what a person wants to see. The
    /// reference has no position there.
    pub fn go(&mut self, times: &(impl Times + ?Sized), seek: Seek) {
        self.seek(times, seek);
        if let (Seek::End, None, Some(last)) = (seek, self.position(), times.last()) {
            self.set_position(last);
        }
    }

    fn seek_time(&mut self, times: &(impl Times + ?Sized), span: Span) {
        let (in_file, to) = self.seek_time_relative(times, span);
        if !in_file && times.delta_span().is_some() {
            self.set_position(clamp_to_file(times, to));
        }
    }

    /// Moves by `span` from the position, or from the first delta batch. Stays inside the bounds,
    /// and returns whether it stayed inside the file too, and where it came to.
    pub fn seek_time_relative(
        &mut self,
        times: &(impl Times + ?Sized),
        span: Span,
    ) -> (bool, Timestamp) {
        // One second after the epoch, in a file without batches, as the reference has it.
        let epoch = Timestamp::from_nanos(1_000_000_000);
        let first = times.delta_span().map(|(first, _)| first);
        let from = self.position().or(first).unwrap_or(epoch);
        let wanted = from.saturating_add(span);
        self.set_position(wanted);
        let to = self.position().unwrap_or(wanted);
        (check_in_file(times, to), to)
    }

    /// Moves by `steps` delta batches in the order of time, back for a negative number, as far as there are
    /// batches inside the bounds. Returns how many were moved, negative for back. Without a position,
    /// forward counts from the start and back from the end.
    pub fn seek_steps(&mut self, times: &(impl Times + ?Sized), steps: i64) -> i64 {
        let steps_wanted = usize::try_from(steps.unsigned_abs()).unwrap_or(usize::MAX);
        let range = |(start, end): (Bound<Timestamp>, Bound<Timestamp>)| {
            let start = left_out(times, start);
            start..times.deltas_before(end).max(start)
        };
        // At the very first and the very last time inside the bounds there is no further step,
        // also where several batches stand there.
        let standing_at = |time: Option<Timestamp>| {
            time.map(|time| range((Bound::Included(time), Bound::Included(time))))
                .filter(|batches| !batches.is_empty())
        };
        let (target, moved) = if steps >= 0 {
            let range = range(self.after());
            let last = standing_at(self.last_inside())
                .map_or(range.end, |last| (last.start.max(range.start) + 1).min(range.end));
            let moved = steps_wanted.min(last - range.start);
            ((range.start + moved).checked_sub(1), moved as i64)
        } else {
            let range = range(self.before());
            let first = standing_at(self.first_inside()).map_or(range.start, |first| {
                first.end.min(range.end).saturating_sub(1).max(range.start)
            });
            let moved = steps_wanted.min(range.end - first);
            (Some(range.end - moved), -(moved as i64))
        };
        if let Some(target) = target.filter(|_| moved != 0) {
            self.set_position(times.nth(target));
        }
        moved
    }
}

/// The time in the file nearest to `time`; `time` itself in a file without batches.
fn clamp_to_file(times: &(impl Times + ?Sized), time: Timestamp) -> Timestamp {
    match times.delta_span() {
        Some((first, last)) => time.clamp(first, last),
        None => time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Seek {
        Seek::Absolute(text.parse().unwrap())
    }

    #[test]
    fn the_grammar() {
        for (text, seek) in [
            ("beginning", Seek::Beginning),
            (" end ", Seek::End),
            ("+1", Seek::BatchRelative(1)),
            ("-10", Seek::BatchRelative(-10)),
            ("0", Seek::BatchRelative(0)),
            ("100000", Seek::BatchRelative(100_000)),
            ("+10s", Seek::TimeRelative(Span::from_micros(10_000_000))),
            ("-1u", Seek::TimeRelative(Span::from_micros(-1))),
            ("-1.5d", Seek::TimeRelative(Span::from_micros(-129_600_000_000))),
            ("+1y", Seek::TimeRelative(Span::from_micros(31_556_736_000_000))),
            ("+12M", Seek::TimeRelative(Span::from_micros(31_556_736_000_000))),
            ("+2h", Seek::TimeRelative(Span::from_micros(7_200_000_000))),
            ("+2m", Seek::TimeRelative(Span::from_micros(120_000_000))),
            ("+1e300y", Seek::TimeRelative(Span::from_nanos(i64::MAX))),
            ("2026-03-01T09:30:00Z", time("2026-03-01T09:30:00Z")),
            ("2026-03-01T09:30:00.123456789+01:00", time("2026-03-01T08:30:00.123456789Z")),
            ("2026-03-01 09:30:00", time("2026-03-01T09:30:00Z")),
            ("2026-03-01 09:30:00.123456", time("2026-03-01T09:30:00.123456Z")),
            ("2026-03-01 09:30:00.5 UTC", time("2026-03-01T09:30:00.5Z")),
            ("2026-03-01 09:30", time("2026-03-01T09:30:00Z")),
            ("2026-03-01", time("2026-03-01T00:00:00Z")),
            ("Sun, 1 Mar 2026 09:30:00 +0100", time("2026-03-01T08:30:00Z")),
            ("Mar 1 2026", time("2026-03-01T00:00:00Z")),
            ("03/01/2026", time("2026-03-01T00:00:00Z")),
            ("2026-03-01T09:30:00+0200", time("2026-03-01T07:30:00Z")),
            ("2026-03-01 09:30:00.123456 +02", time("2026-03-01T07:30:00.123456Z")),
            ("0001-01-01", Seek::Absolute(Timestamp::MIN)),
            ("9999-12-31", Seek::Absolute(Timestamp::MAX)),
        ] {
            assert_eq!(text.parse(), Ok(seek), "{text:?}");
        }
        for text in ["", "+", "-s", "10s", "+10q", "tomorrow", "+1é"] {
            assert!(text.parse::<Seek>().is_err(), "{text:?}");
        }
    }
}
