//! Times and filters as arguments, in the page's grammar.

use super::{args::Span, fault::Fault};
use crate::{
    export::Scope,
    query::{self, Cursor, Filter, Seek, Times},
    time::{Span as Length, Timestamp},
};
use std::ops::Bound;

/// Reads a time: a date, `beginning`, `end`, or what lies so far from the beginning (`+10s`, `+3`) or from the
/// end (`-1.5h`, `-10`).
///
/// # Errors
/// Where it is none of these.
pub fn time(text: &str, times: &(impl Times + ?Sized)) -> Result<Option<Timestamp>, Fault> {
    let seek: Seek = text.parse().map_err(|e| Fault::Said(format!("{e}")))?;
    let mut cursor = Cursor::default();
    match seek {
        // As it is written, in the file or not.
        Seek::Absolute(time) => return Ok(Some(time)),
        Seek::Beginning => return Ok(times.delta_span().map(|(first, _)| first)),
        Seek::End => {}
        Seek::BatchRelative(_) | Seek::TimeRelative(_) => {
            if text.trim_start().starts_with('-') {
                cursor.go(times, Seek::End);
            }
        }
    }
    cursor.go(times, seek);
    Ok(cursor.position())
}

/// What of a recording is exported: times, both included, and paths.
///
/// # Errors
/// Where a time or the filter is none.
pub fn scope(span: &Span, times: &(impl Times + ?Sized)) -> Result<Scope, Fault> {
    let bound = |text: &Option<String>| -> Result<Bound<Timestamp>, Fault> {
        Ok(match text.as_deref().map(str::trim) {
            None | Some("beginning" | "end") => Bound::Unbounded,
            Some(text) => time(text, times)?.map_or(Bound::Unbounded, Bound::Included),
        })
    };
    Ok(Scope {
        start: bound(&span.start)?,
        end: bound(&span.end)?,
        filter: filter(&span.filter.filter)?,
        initial: span.initial,
    })
}

/// A length of time: `1s`, `10m`, `1.5h`, with the units of the page, and `ms`, `us`, `ns`.
///
/// # Errors
/// Where it is none, or not longer than nothing.
pub fn length(text: &str) -> Result<Length, Fault> {
    query::length(text)
        .ok_or_else(|| Fault::Said(format!("{text:?} is no length of time: 1s, 10m, 1.5h")))
}

/// The filter of several `--filter`: globs, one of which a path must match, and words, all of which it must
/// contain.
pub fn filter(filters: &[String]) -> Result<Option<Filter>, Fault> {
    if filters.is_empty() {
        return Ok(None);
    }
    Filter::parse(&filters.join(" ")).map(Some).map_err(|e| Fault::Said(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_the_units_of_the_page() {
        let nanos = |text| length(text).map(|it| it.nanos()).ok();
        for (text, wanted) in [
            ("1s", 1_000_000_000),
            ("+1s", 1_000_000_000),
            ("1.5m", 90_000_000_000),
            ("20ms", 20_000_000),
            ("5us", 5_000),
            ("9ns", 9),
            ("2h", 7_200_000_000_000),
        ] {
            assert_eq!(nanos(text), Some(wanted), "{text}");
        }
        for text in ["", "1", "s", "-1s", "0s", "2026-03-01", "beginning"] {
            assert_eq!(nanos(text), None, "{text}");
        }
    }
}
