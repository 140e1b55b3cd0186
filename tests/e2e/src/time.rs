//! Comparing RFC 3339 times, in which `…00.5Z` and `…00.500000000+00:00` are one.

/// A time in UTC with its nanoseconds written in full, to compare as text.
pub fn normal(time: &str) -> String {
    let time = time.trim();
    let time = time.strip_suffix('Z').or_else(|| time.strip_suffix("+00:00")).unwrap_or(time);
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, ""));
    format!("{}.{fraction:0<9}Z", seconds.replacen(' ', "T", 1))
}
