//! What the name of a file in a recorder's folder says.

use crate::time::Timestamp;

/// What a name says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is being written.
    Current,
    /// It was rotated at this time, which is its end.
    Rotated(Timestamp),
    /// Nothing: what is in it decides.
    Other,
    /// It has the paths of its shard.
    PathIndex,
}

impl Kind {
    /// What a name says.
    ///
    /// # Errors
    /// Where the file is no part of a recording, with the reason: a clause about "it".
    pub fn of(name: &str) -> Result<Self, &'static str> {
        let ends = |end: &str| name.len() > end.len() && name.ends_with(end);
        if name.starts_with('.') || ["Thumbs.db", "desktop.ini"].contains(&name) {
            return Err("it is a hidden file");
        }
        if ends(".rz") {
            return Err("it is a compressed copy in the making, or one that was left behind");
        }
        if ends(".ix") {
            return Err("it is an indexed copy in the making, or one that was left behind");
        }
        if ends(".lock") {
            return Err("it is a lock of the recorder");
        }
        if ends(".navidx") {
            return Err("it is an index beside a file");
        }
        match name {
            "current_copy" => Err("it is a copy of current in the making"),
            "current" => Ok(Self::Current),
            _ if is_path_index(name) => Ok(Self::PathIndex),
            _ => Ok(rotation(name).map_or(Self::Other, Self::Rotated)),
        }
    }

    /// When the file ends, where its name says it.
    pub fn end(self) -> Option<Timestamp> {
        match self {
            Self::Rotated(end) => Some(end),
            _ => None,
        }
    }
}

/// `pathindex`, or what a download makes of it: `pathindex (1)`, `pathindex.archive`.
fn is_path_index(name: &str) -> bool {
    let rest = name.strip_prefix("pathindex");
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}

/// What stands for `:` in names that went through Windows, browsers, servers and zip tools.
const COLONS: [&str; 8] = [":", "I", "_", "%3A", "%3a", "\u{ff1a}", "-", "."];
/// What stands for `+`.
const SIGNS: [(&str, char); 6] =
    [("+", '+'), (" ", '+'), ("_", '+'), ("%2B", '+'), ("%2b", '+'), ("-", '-')];

/// The time that a rotated file is named by, however its `:` and `+` are spelled, and with whatever
/// extension or number of a copy behind it.
fn rotation(name: &str) -> Option<Timestamp> {
    let mut rest = Rest(name);
    let mut text = rest.digits(4..=4)?.to_owned();
    for (before, digits) in [("-", 2), ("-", 2), ("T", 2)] {
        rest.one_of(&[before])?;
        text.push_str(before);
        text.push_str(rest.digits(digits..=digits)?);
    }
    for _ in 0..2 {
        rest.one_of(&COLONS)?;
        text.push(':');
        text.push_str(rest.digits(2..=2)?);
    }
    if rest.one_of(&[".", ","]).is_some() {
        text.push('.');
        text.push_str(rest.digits(1..=9)?);
    }
    if rest.one_of(&["Z"]).is_some() {
        text.push('Z');
    } else {
        let (_, sign) = SIGNS.into_iter().find(|(spelled, _)| rest.one_of(&[spelled]).is_some())?;
        text.push(sign);
        text.push_str(rest.digits(2..=2)?);
        rest.one_of(&COLONS)?;
        text.push(':');
        text.push_str(rest.digits(2..=2)?);
    }
    if !rest.0.is_empty() && !rest.0.starts_with(['.', ' ', '(']) {
        return None;
    }
    text.parse().ok()
}

/// What is left of a text.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Takes the first of some texts that comes next.
    fn one_of(&mut self, texts: &[&str]) -> Option<()> {
        let rest = texts.iter().find_map(|text| self.0.strip_prefix(text))?;
        self.0 = rest;
        Some(())
    }

    /// Takes digits, as many as there are up to the end of the range.
    fn digits(&mut self, count: std::ops::RangeInclusive<usize>) -> Option<&'a str> {
        let found = self.0.bytes().take(*count.end()).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(found);
        self.0 = rest;
        count.contains(&found).then_some(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_names_in_every_spelling() {
        for (name, time) in [
            ("2026-03-01T09:30:00+00:00", "2026-03-01T09:30:00Z"),
            ("2026-03-01T09:30:00.123+00:00", "2026-03-01T09:30:00.123Z"),
            ("2026-03-01T09:30:00.123456+00:00", "2026-03-01T09:30:00.123456Z"),
            ("2026-03-01T09:30:00.123456789+00:00", "2026-03-01T09:30:00.123456789Z"),
            ("2026-03-01T09I30I00.5+00I00", "2026-03-01T09:30:00.5Z"),
            ("2026-03-01T09_30_00.5_00_00", "2026-03-01T09:30:00.5Z"),
            ("2026-03-01T09:30:00.5 00:00", "2026-03-01T09:30:00.5Z"),
            ("2026-03-01T09%3A30%3A00%2B00%3A00", "2026-03-01T09:30:00Z"),
            ("2026-03-01T09-30-00+00-00", "2026-03-01T09:30:00Z"),
            ("2026-03-01T09\u{ff1a}30\u{ff1a}00+00\u{ff1a}00", "2026-03-01T09:30:00Z"),
            ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z"),
            ("2026-03-01T09:30:00+01:00", "2026-03-01T08:30:00Z"),
            ("2026-03-01T09:30:00+00:00 (1)", "2026-03-01T09:30:00Z"),
            ("2026-03-01T09_30_00+00_00.archive", "2026-03-01T09:30:00Z"),
        ] {
            let time: Timestamp = time.parse().expect("a time");
            assert_eq!(Kind::of(name), Ok(Kind::Rotated(time)), "{name}");
        }
        for name in [
            "",
            "day.archive",
            "2026-03-01",
            "2026-13-01T09:30:00+00:00",
            "2026-03-01T09:30:00",
            "2026-03-01T09:30:00.+00:00",
            "2026-03-01T09:30:00+00:00x",
            "2026-03-01T9:30:00+00:00",
        ] {
            assert_eq!(Kind::of(name), Ok(Kind::Other), "{name}");
        }
    }

    #[test]
    fn what_is_no_part_of_a_recording() {
        for name in [
            "2026-03-01T09:30:00+00:00.rz",
            "2026-03-01T09:30:00+00:00.ix",
            "current.lock",
            "current_copy",
            ".DS_Store",
            ".hidden",
            "Thumbs.db",
            "current.navidx",
        ] {
            assert!(Kind::of(name).is_err(), "{name}");
        }
        assert_eq!(Kind::of("current"), Ok(Kind::Current));
        for name in ["pathindex", "pathindex (1)", "pathindex.archive", "pathindex-0"] {
            assert_eq!(Kind::of(name), Ok(Kind::PathIndex), "{name}");
        }
        assert_eq!(Kind::of("pathindexes"), Ok(Kind::Other));
    }
}
