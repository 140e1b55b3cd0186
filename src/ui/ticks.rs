//! Where the marks of a time axis stand, and what is written at them, in UTC or in a zone.
//!
//! Steps are round in the unit that people count in: 1, 2, 5, 10, 15, 30 seconds and minutes; 1,
//! 2, 3, 6, 12 hours; days, months and years by the calendar. A mark that begins a day carries its
//! date, so that the date of any other mark can be read off to its left.

use super::scale::Scale;
use super::wall::{self, OffsetAt};
use crate::time::{Span, Timestamp};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

/// A mark of the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// When.
    pub time: Timestamp,
    /// What is written at it.
    pub label: String,
    /// Whether it begins a larger unit than its neighbours: a day among hours, a year among months.
    pub major: bool,
}

const MICRO: i64 = 1_000;
const MILLI: i64 = 1_000_000;
const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// More than any axis shows; a guard, not a rule.
const MOST: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Nanos(i64),
    Months(u32),
}

impl Step {
    /// At least how long it is.
    fn nanos(self) -> i64 {
        match self {
            Self::Nanos(nanos) => nanos,
            // The shortest that it can be, and a little less.
            Self::Months(months) => i64::from(months) * (365 * DAY / 12) - 3 * DAY,
        }
    }
}

/// The marks of `scale`, in order, with at least `spacing` pixels from one to the next.
pub fn ticks(scale: &Scale, spacing: f64) -> Vec<Tick> {
    let least = scale.length() as f64 / scale.width() * spacing;
    match step_of(least) {
        Step::Nanos(step) => regular((scale.from(), scale.to()), step),
        Step::Months(months) => calendar((scale.from(), scale.to()), months),
    }
}

/// The marks of `scale` as the clocks of a zone show them: where they are put forward or back in
/// between, hours are skipped or come twice.
pub fn ticks_in(scale: &Scale, spacing: f64, offset_at: OffsetAt<'_>) -> Vec<Tick> {
    let least = scale.length() as f64 / scale.width() * spacing;
    let wall = |time: Timestamp| wall::of(time, offset_at);
    match step_of(least) {
        // Of one offset each.
        Step::Nanos(step) if step < DAY => {
            let changes = wall::changes(scale.from(), scale.to(), offset_at);
            let ends = changes.iter().copied().chain([scale.to()]);
            let starts = [scale.from()].into_iter().chain(changes.iter().copied());
            let parts = starts.zip(ends).enumerate().flat_map(|(nth, (from, to))| {
                let ahead = offset_at(from);
                let there = |time: Timestamp| time.saturating_add(ahead);
                // What begins at a change is of the part behind it.
                let is_last = nth == changes.len();
                let within = regular((there(from), there(to)), step);
                let back = move |tick: Tick| Tick {
                    time: tick.time.saturating_add(ahead.negated()),
                    ..tick
                };
                within.into_iter().map(back).filter(move |tick| is_last || tick.time < to)
            });
            parts.collect()
        }
        step => {
            const MARGIN: Span = Span::from_nanos(DAY);
            let from = wall(scale.from()).saturating_add(MARGIN.negated());
            let to = wall(scale.to()).saturating_add(MARGIN);
            let ticks = match step {
                Step::Nanos(step) => regular((from, to), step),
                Step::Months(months) => calendar((from, to), months),
            };
            let there = |tick: Tick| Tick { time: wall::time(tick.time, offset_at), ..tick };
            let is_in = |tick: &Tick| scale.from() <= tick.time && tick.time <= scale.to();
            ticks.into_iter().map(there).filter(is_in).collect()
        }
    }
}

fn step_of(least: f64) -> Step {
    let fixed = [1, 2, 5, 10, 15, 30]
        .map(|n| n * SECOND)
        .into_iter()
        .chain([1, 2, 5, 10, 15, 30].map(|n| n * MINUTE))
        .chain([1, 2, 3, 6, 12].map(|n| n * HOUR))
        .chain([1, 2, 7, 14].map(|n| n * DAY))
        .map(Step::Nanos);
    let decimal = (0..9).flat_map(|power| [1, 2, 5].map(|n| Step::Nanos(n * 10_i64.pow(power))));
    let calendar = [1, 3, 6]
        .into_iter()
        .chain([1, 2, 5, 10, 20, 50, 100, 200].map(|n| n * 12))
        .map(Step::Months);
    decimal
        .chain(fixed)
        .chain(calendar)
        .find(|step| step.nanos() as f64 >= least)
        .unwrap_or(Step::Months(12_000))
}

fn regular((from, to): (Timestamp, Timestamp), step: i64) -> Vec<Tick> {
    // Weeks begin on Mondays, as 1970-01-05 did; all other steps divide the days since 1970-01-01.
    let origin = if step % (7 * DAY) == 0 { 4 * DAY } else { 0 };
    let wide = i128::from(step);
    let before = (i128::from(from.nanos()) - i128::from(origin)).div_euclid(wide);
    let first = i128::from(origin) + before * wide;
    (0..)
        .map(|n| first + n * wide)
        .skip_while(|nanos| *nanos < i128::from(from.nanos()))
        .take_while(|nanos| *nanos <= i128::from(to.nanos()))
        .take(MOST)
        .filter_map(|nanos| i64::try_from(nanos).ok())
        .map(|nanos| {
            let time = Timestamp::from_nanos(nanos);
            let major = step < DAY && nanos.rem_euclid(DAY) == 0;
            let label = if major || step >= DAY { date(time) } else { clock(time, step) };
            Tick { time, label, major }
        })
        .collect()
}

fn date(time: Timestamp) -> String {
    time.to_datetime().format("%Y-%m-%d").to_string()
}

fn clock(time: Timestamp, step: i64) -> String {
    let format = match step {
        step if step % MINUTE == 0 => "%H:%M",
        step if step % SECOND == 0 => "%H:%M:%S",
        step if step % MILLI == 0 => "%H:%M:%S%.3f",
        step if step % MICRO == 0 => "%H:%M:%S%.6f",
        _ => "%H:%M:%S%.9f",
    };
    time.to_datetime().format(format).to_string()
}

fn calendar((from, to): (Timestamp, Timestamp), months: u32) -> Vec<Tick> {
    let first = from.to_datetime();
    let years = months / 12;
    let start = match years {
        0 => {
            let month = first.month0() / months * months + 1;
            NaiveDate::from_ymd_opt(first.year(), month, 1)
        }
        years => {
            let years = i32::try_from(years).unwrap_or(1);
            NaiveDate::from_ymd_opt(first.year().div_euclid(years) * years, 1, 1)
        }
    };
    let midnight =
        |date: NaiveDate| -> Option<DateTime<Utc>> { Some(date.and_hms_opt(0, 0, 0)?.and_utc()) };
    std::iter::successors(start, |date| date.checked_add_months(Months::new(months)))
        .take(MOST)
        .map_while(midnight)
        .take_while(|date| *date <= to.to_datetime())
        .filter(|date| *date >= first)
        .filter_map(|date| {
            let time = Timestamp::from_datetime(date)?;
            let major = years == 0 && date.month() == 1;
            let label = if major || years > 0 {
                date.year().to_string()
            } else {
                date.format("%Y-%m").to_string()
            };
            Some(Tick { time, label, major })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: &str, to: &str, width: f64) -> Vec<String> {
        let scale = Scale::new(from.parse().unwrap(), to.parse().unwrap(), width);
        ticks(&scale, 100.0).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn an_hour_has_round_minutes() {
        assert_eq!(
            labels("2026-03-01T09:30:00Z", "2026-03-01T10:30:00Z", 700.0),
            ["09:30", "09:40", "09:50", "10:00", "10:10", "10:20", "10:30"]
        );
    }

    /// Time of day in UTC and label of each mark, in Berlin.
    fn in_berlin(from: &str, to: &str, width: f64) -> Vec<(String, String)> {
        let scale = Scale::new(from.parse().unwrap(), to.parse().unwrap(), width);
        let ticks = ticks_in(&scale, 90.0, &wall::tests::berlin);
        ticks.into_iter().map(|it| (it.time.to_string()[5..16].to_owned(), it.label)).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(time, label)| ((*time).to_owned(), (*label).to_owned())).collect()
    }

    #[test]
    fn other_zones_have_other_midnights() {
        let ticks = in_berlin("2026-06-30T18:00:00Z", "2026-07-01T06:00:00Z", 500.0);
        assert!(ticks.contains(&("06-30T22:00".to_owned(), "2026-07-01".to_owned())), "{ticks:?}");
    }

    #[test]
    fn summer_time_begins_and_ends_on_the_axis() {
        assert_eq!(
            in_berlin("2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z", 800.0),
            pairs(&[
                ("03-28T22:00", "23:00"),
                ("03-28T23:00", "2026-03-29"),
                ("03-29T00:00", "01:00"),
                ("03-29T01:00", "03:00"),
                ("03-29T02:00", "04:00"),
                ("03-29T03:00", "05:00"),
                ("03-29T04:00", "06:00"),
                ("03-29T05:00", "07:00"),
                ("03-29T06:00", "08:00"),
            ])
        );
        let labels: Vec<String> = in_berlin("2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z", 400.0)
            .into_iter()
            .map(|(_, label)| label)
            .collect();
        assert_eq!(labels, ["01:00", "02:00", "02:00", "03:00", "04:00"]);
        // Days begin at midnight on either side.
        let days = in_berlin("2026-03-27T12:00:00Z", "2026-03-31T12:00:00Z", 400.0);
        assert_eq!(
            days,
            pairs(&[
                ("03-27T23:00", "2026-03-28"),
                ("03-28T23:00", "2026-03-29"),
                ("03-29T22:00", "2026-03-30"),
                ("03-30T22:00", "2026-03-31"),
            ])
        );
        let months = in_berlin("2026-01-15T00:00:00Z", "2026-06-15T00:00:00Z", 600.0);
        assert_eq!(months[0].0, "01-31T23:00");
        assert_eq!(months[4], ("05-31T22:00".to_owned(), "2026-06".to_owned()));
    }

    #[test]
    fn midnight_carries_the_date() {
        assert_eq!(
            labels("2026-02-28T18:00:00Z", "2026-03-01T06:00:00Z", 500.0),
            ["18:00", "21:00", "2026-03-01", "03:00", "06:00"]
        );
    }

    #[test]
    fn fractions_keep_the_digits_that_tell_them_apart() {
        assert_eq!(
            labels("2026-03-01T09:30:00Z", "2026-03-01T09:30:00.004Z", 400.0),
            ["09:30:00.000", "09:30:00.001", "09:30:00.002", "09:30:00.003", "09:30:00.004"]
        );
        assert_eq!(
            labels("2026-03-01T09:30:00Z", "2026-03-01T09:30:00.00000002Z", 400.0)[1],
            "09:30:00.000000005"
        );
    }

    #[test]
    fn weeks_begin_on_mondays() {
        assert_eq!(
            labels("2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z", 300.0),
            ["2026-03-02", "2026-03-09", "2026-03-16"]
        );
    }

    #[test]
    fn months_and_years_follow_the_calendar() {
        assert_eq!(
            labels("2025-11-15T00:00:00Z", "2026-02-15T00:00:00Z", 340.0),
            ["2025-12", "2026", "2026-02"]
        );
        assert_eq!(
            labels("1999-06-01T00:00:00Z", "2031-01-01T00:00:00Z", 400.0),
            ["2000", "2010", "2020", "2030"]
        );
    }

    #[test]
    fn all_of_time_has_ticks_apart_from_each_other() {
        for width in [50.0, 390.0, 1_440.0, 4_000.0] {
            let scale = Scale::new(Timestamp::MIN, Timestamp::MAX, width);
            let ticks = ticks(&scale, 90.0);
            assert!(width < 100.0 || !ticks.is_empty());
            for pair in ticks.windows(2) {
                assert!(scale.x(pair[1].time) - scale.x(pair[0].time) >= 89.0);
            }
        }
    }
}
