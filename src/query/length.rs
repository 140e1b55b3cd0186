//! A length of time as people write it: `1s`, `20ms`, `1.5h`.

use super::Seek;
use crate::time::Span;

/// Reads a length of time: a number and a unit, those of seek expressions or `ms`, `us`, `ns`. `None` for what is
/// none, and for nothing and less.
///
/// ```
/// # use netidx_archive_viewer::query::length;
/// assert_eq!(length("1.5m").map(|it| it.nanos()), Some(90_000_000_000));
/// assert_eq!(length("-1s"), None);
/// ```
pub fn length(text: &str) -> Option<Span> {
    let text = text.trim();
    let small = [("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)].into_iter().find_map(|(unit, part)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(Span::from_nanos((number * part * 1e9).round() as i64))
    });
    let long = || match format!("+{}", text.trim_start_matches('+')).parse() {
        Ok(Seek::TimeRelative(length)) => Some(length),
        _ => None,
    };
    small.or_else(long).filter(|length| *length > Span::default())
}
