//! Comparing RFC 3339 times, in which `…00.5Z` and `…00.500000000+00:00` are one.

/// A time in UTC with its nanoseconds written in full, to compare as text.
pub fn normal(time: &str) -> String {
    let time = time.trim();
    let time = time.strip_suffix('Z').or_else(|| time.strip_suffix("+00:00")).unwrap_or(time);
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, ""));
    format!("{}.{fraction:0<9}Z", seconds.replacen(' ', "T", 1))
}

/// The nearest time to this one that 64-bit nanoseconds since 1970 hold, as the page does.
pub fn held(time: &str) -> String {
    const FIRST: &str = "1677-09-21T00:12:43.145224192Z";
    const LAST: &str = "2262-04-11T23:47:16.854775807Z";
    let time = normal(time);
    // A sign stands before years that do not have four digits.
    if time.starts_with('-') || (!time.starts_with('+') && time.as_str() < FIRST) {
        FIRST.to_owned()
    } else if time.starts_with('+') || time.as_str() > LAST {
        LAST.to_owned()
    } else {
        time
    }
}
