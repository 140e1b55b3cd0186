//! The zone of this machine, which only the browser knows.

use crate::time::Timestamp;
use chrono::{FixedOffset, SecondsFormat};

/// How far this machine's clocks are ahead of UTC at a time.
pub fn local_offset(time: Timestamp) -> FixedOffset {
    let date = js_sys::Date::new(&((time.nanos() / 1_000_000) as f64).into());
    // Minutes behind UTC; NaN where the date is none.
    let seconds = -(date.get_timezone_offset() * 60.0) as i32;
    FixedOffset::east_opt(seconds).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc))
}

/// A time in this machine's zone, with all its digits and the zone.
pub fn local_text(time: Timestamp) -> String {
    time.to_datetime()
        .with_timezone(&local_offset(time))
        .to_rfc3339_opts(SecondsFormat::Nanos, false)
}
