//! Times and filters as arguments, in the page's grammar.

use super::fault::Fault;
use crate::{
    query::{Cursor, Filter, Seek, Times},
    time::Timestamp,
};

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

/// The filter of several `--filter`: globs, one of which a path must match, and words, all of which it must
/// contain.
pub fn filter(filters: &[String]) -> Result<Option<Filter>, Fault> {
    if filters.is_empty() {
        return Ok(None);
    }
    Filter::parse(&filters.join(" ")).map(Some).map_err(|e| Fault::Said(e.to_string()))
}
