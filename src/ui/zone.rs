//! The zone of this machine, which only the browser knows.

use crate::time::{Span, Timestamp};
use crate::ui::format;
use yew::prelude::*;

/// How far this machine's clocks are ahead of UTC at a time.
pub fn ahead(time: Timestamp) -> Span {
    let date = js_sys::Date::new(&((time.nanos() / 1_000_000) as f64).into());
    // Minutes behind UTC; NaN, which becomes 0, where the date is none.
    Span::from_nanos(-(date.get_timezone_offset() * 60.0) as i64 * 1_000_000_000)
}

/// What a zone is called.
pub fn name(local: bool, ahead: Span) -> String {
    if !local {
        return "UTC".to_owned();
    }
    ["Local, UTC", &offset(ahead, '−')].concat()
}

/// A time in this machine's zone, with all its digits and the zone.
pub fn local_text(time: Timestamp) -> String {
    let ahead = ahead(time);
    let shifted = time.saturating_add(ahead).to_string();
    [shifted.trim_end_matches('Z'), &offset(ahead, '-')].concat()
}

/// `+05:45`; a machine's text has a hyphen for its minus, a person's label a minus.
fn offset(ahead: Span, minus: char) -> String {
    let minutes = ahead.nanos() / 60_000_000_000;
    let sign = if minutes < 0 { minus } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Whether times are shown in this machine's zone, for every part of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Local(pub bool);

/// Whether times are shown in this machine's zone.
#[hook]
pub fn use_local() -> bool {
    use_context::<Local>().is_some_and(|local| local.0)
}

/// A time with all its digits and its zone.
pub fn text(time: Timestamp, local: bool) -> String {
    if local { local_text(time) } else { time.to_string() }
}

/// The same, cut where the eye wants it.
pub fn parts(time: Timestamp, local: bool) -> [String; 4] {
    format::parts(&text(time, local))
}

/// How far the zone that is shown is ahead of UTC at a time.
pub fn shown_ahead(time: Timestamp, local: bool) -> Span {
    if local { ahead(time) } else { Span::from_nanos(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_always_said() {
        let minutes = |n: i64| Span::from_nanos(n * 60_000_000_000);
        assert_eq!(name(false, minutes(60)), "UTC");
        assert_eq!(name(true, minutes(0)), "Local, UTC+00:00");
        assert_eq!(name(true, minutes(345)), "Local, UTC+05:45");
        assert_eq!(name(true, minutes(-210)), "Local, UTC−03:30");
    }
}
