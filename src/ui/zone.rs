//! The zone that times are shown and read in: UTC, or that of this machine, which only the browser
//! knows. Kept in this browser and nowhere else.

use super::storage;
use super::wall;
use crate::time::{Span, Timestamp};
use crate::ui::format;
use yew::prelude::*;

const KEY: &str = "netidx-archive-viewer.zone";

/// The zone of every time on the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Zone {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// That of this machine.
    Local,
}

impl Zone {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Utc, Self::Local];

    /// What the choice says.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Local => "Local",
        }
    }

    /// What a link says.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Utc => "utc",
            Self::Local => "local",
        }
    }

    /// The zone that a link means.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zone| zone.key() == key)
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Utc => Self::Local,
            Self::Local => Self::Utc,
        }
    }

    /// The one that was kept.
    pub fn kept() -> Self {
        storage::kept(KEY).and_then(|key| Self::from_key(&key)).unwrap_or_default()
    }

    /// Keeps it.
    pub fn keep(self) {
        storage::keep(KEY, self.key());
    }

    /// How far its clocks are ahead of UTC at a time.
    pub fn offset_at(self, time: Timestamp) -> Span {
        match self {
            Self::Utc => Span::from_nanos(0),
            Self::Local => of_machine(time),
        }
    }

    /// What its clocks show at a time: a time whose digits in UTC are those.
    pub fn wall(self, time: Timestamp) -> Timestamp {
        wall::of(time, &|time| self.offset_at(time))
    }

    /// A time with all its digits and its offset.
    pub fn text(self, time: Timestamp) -> String {
        match self {
            Self::Utc => time.to_string(),
            Self::Local => {
                let shown = self.wall(time).to_string();
                [shown.trim_end_matches('Z'), &offset(self.offset_at(time), '-')].concat()
            }
        }
    }

    /// The same, cut where the eye wants it.
    pub fn parts(self, time: Timestamp) -> [String; 4] {
        format::parts(&self.text(time))
    }

    /// From a time to a later one, with the digits that tell them apart and no date twice.
    pub fn stretch(self, from: Timestamp, to: Timestamp) -> [String; 2] {
        format::stretch(self.wall(from), self.wall(to))
    }

    /// Its name between two times: where its clocks change there, with both offsets.
    pub fn name_between(self, from: Timestamp, to: Timestamp) -> String {
        named(self, self.offset_at(from), self.offset_at(to))
    }

    /// A text of a place to go, in which a date without a zone is of this one.
    ///
    /// # Errors
    /// A sentence, for a text that may be a date whose zone is not clear.
    pub fn in_utc(self, text: &str) -> Result<String, String> {
        match self {
            Self::Utc => Ok(text.to_owned()),
            Self::Local => wall::in_utc(text, &of_machine),
        }
    }

    /// Conditions on values, in which a date without a zone is of this one.
    pub fn conditions_in_utc(self, text: &AttrValue) -> AttrValue {
        match self {
            Self::Utc => text.clone(),
            Self::Local => wall::conditions_in_utc(text, &of_machine).into(),
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn of_machine(time: Timestamp) -> Span {
    let date = js_sys::Date::new(&((time.nanos().div_euclid(1_000_000)) as f64).into());
    // Minutes behind UTC; NaN, which becomes 0, where the date is none.
    Span::from_nanos(-(date.get_timezone_offset() * 60.0) as i64 * 1_000_000_000)
}

/// Outside a browser, where tests run, the machine's zone is that of India.
#[cfg(not(target_arch = "wasm32"))]
const fn of_machine(_: Timestamp) -> Span {
    Span::from_nanos(19_800_000_000_000)
}

fn named(zone: Zone, from: Span, to: Span) -> String {
    match zone {
        Zone::Utc => "UTC".to_owned(),
        Zone::Local if from == to => format!("Local, UTC{}", offset(from, '−')),
        Zone::Local => format!("Local, UTC{} to UTC{}", offset(from, '−'), offset(to, '−')),
    }
}

/// `+05:45`; a machine's text has a hyphen for its minus, a person's label a minus.
fn offset(ahead: Span, minus: char) -> String {
    let minutes = ahead.nanos() / 60_000_000_000;
    let sign = if minutes < 0 { minus } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The zone that the page shows.
#[hook]
pub fn use_zone() -> Zone {
    use_context::<Zone>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_always_said() {
        let minutes = |n: i64| Span::from_nanos(n * 60_000_000_000);
        let name = |zone: Zone, n: i64| named(zone, minutes(n), minutes(n));
        assert_eq!(name(Zone::Utc, 60), "UTC");
        assert_eq!(name(Zone::Local, 0), "Local, UTC+00:00");
        assert_eq!(name(Zone::Local, 345), "Local, UTC+05:45");
        assert_eq!(name(Zone::Local, -210), "Local, UTC−03:30");
        let summer = named(Zone::Local, minutes(60), minutes(120));
        assert_eq!(summer, "Local, UTC+01:00 to UTC+02:00");
    }

    #[test]
    fn a_text_of_a_time_names_its_offset() {
        let time = Timestamp::from_nanos(1_772_357_400_000_000_001);
        assert_eq!(Zone::Utc.text(time), "2026-03-01T09:30:00.000000001Z");
        assert_eq!(Zone::Local.text(time), "2026-03-01T15:00:00.000000001+05:30");
        let typed = Zone::Local.in_utc("2026-03-01 15:00:00.000000001");
        assert_eq!(typed.as_deref(), Ok("2026-03-01T09:30:00.000000001Z"));
    }
}
