//! A file for each shard and day, laid out as engines of tables read them:
//!
//! ```text
//! DIR/shard=0/day=2026-03-01/part-0.csv
//! ```
//!
//! Days are those of UTC. A day without rows has no file. Rows name no shard: their folder does.

use super::{
    drive::{drive, say_problems},
    made::Made,
};
use crate::{
    export::Scope,
    nav::{
        destination::{Destination, Rules},
        fault::Fault,
        open::Opened,
    },
    query::Times,
    time::Timestamp,
    timeline::Timeline,
};
use std::{fs, ops::Bound, path::Path};

const NANOS_PER_DAY: i64 = 86_400_000_000_000;

/// Writes the files. Returns whether something could not be read, or nothing was found.
pub fn by_day(
    path: &Path,
    opened: Opened,
    out: &Path,
    rules: &Rules,
    scope: &Scope,
    made: Made,
) -> Result<bool, Fault> {
    let Made::Part(part) = made else {
        return Err(Fault::Said("a copy is of one file, and not divided".to_owned()));
    };
    let mut lacks = false;
    let mut files = 0;
    for timeline in opened.recording.into_timeline().into_shards() {
        let Some(shard) = timeline.shards().first() else { continue };
        let name = match shard.name() {
            "" => own_folder(path),
            name => name.to_owned(),
        };
        let folder = out.join(format!("shard={}", escaped(&name)));
        let mut from = first_time(scope.start);
        while let Some(day) = next_day(&timeline, from, scope.end) {
            let folder = folder.join(format!("day={}", &day.start.to_string()[..10]));
            let is_new = !folder.exists();
            fs::create_dir_all(&folder).map_err(|e| Fault::of(folder.display(), e))?;
            let file = folder.join(format!("part-0.{}", part.extension()));
            let mut out = Destination::create(&file, rules)?;
            let scope = Scope {
                start: day.within(scope.start),
                end: day.up_to(scope.end),
                ..scope.clone()
            };
            let mut export = part.export(&timeline, &scope, false);
            drive(&mut *export, &timeline, |piece| out.write(piece))?;
            lacks |= say_problems(export.left_out());
            if export.rows() != Some(0) {
                if let Some(head) = export.head() {
                    out.write_head(&head)?;
                }
                out.finish()?;
                files += 1;
            } else if is_new {
                drop(out);
                // Others may have put something there, which then stays.
                let _ = fs::remove_dir(&folder);
            }
            let Some(next) = day.next else { break };
            from = next;
        }
    }
    Ok(lacks || files == 0)
}

/// A day of UTC.
struct Day {
    start: Timestamp,
    /// `None` where time ends in it.
    next: Option<Timestamp>,
}

impl Day {
    fn of(time: Timestamp) -> Self {
        let day = time.nanos().div_euclid(NANOS_PER_DAY);
        // The first one begins before time does.
        let start = day.checked_mul(NANOS_PER_DAY).unwrap_or(i64::MIN);
        let next = (day + 1).checked_mul(NANOS_PER_DAY);
        Self { start: Timestamp::from_nanos(start), next: next.map(Timestamp::from_nanos) }
    }

    /// The later one of the start of the day and of a bound.
    fn within(&self, start: Bound<Timestamp>) -> Bound<Timestamp> {
        match start {
            Bound::Included(time) | Bound::Excluded(time) if time >= self.start => start,
            _ => Bound::Included(self.start),
        }
    }

    /// The earlier one of the end of the day and of a bound.
    fn up_to(&self, end: Bound<Timestamp>) -> Bound<Timestamp> {
        match (self.next, end) {
            (Some(next), Bound::Included(time) | Bound::Excluded(time)) if time < next => end,
            (Some(next), _) => Bound::Excluded(next),
            (None, end) => end,
        }
    }
}

/// The day of the first update from a time on, unless that is past the end.
fn next_day(timeline: &Timeline, from: Timestamp, end: Bound<Timestamp>) -> Option<Day> {
    let files = timeline.files();
    let files = files.first()?;
    let (_, last) = files.delta_span()?;
    let before = files.deltas_before(Bound::Excluded(from));
    let next = Times::nth(files, before);
    let is_over = match end {
        Bound::Included(end) => next > end,
        Bound::Excluded(end) => next >= end,
        Bound::Unbounded => false,
    };
    (from <= last && !is_over).then(|| Day::of(next))
}

const fn first_time(start: Bound<Timestamp>) -> Timestamp {
    match start {
        Bound::Included(time) | Bound::Excluded(time) => time,
        Bound::Unbounded => Timestamp::MIN,
    }
}

/// The folder of a file, which is its shard; of a folder its own name.
fn own_folder(path: &Path) -> String {
    let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = if absolute.is_dir() { Some(&*absolute) } else { absolute.parent() };
    let name = folder.and_then(Path::file_name).unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// A value in the name of a folder: what Hive escapes there is escaped.
fn escaped(name: &str) -> String {
    let mut escaped = String::new();
    for c in name.chars() {
        match c {
            '"' | '#' | '%' | '\'' | '*' | '/' | ':' | '=' | '?' | '\\' | '{' | '[' | ']' | '^' => {
                escaped.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c if c.is_ascii_control() => escaped.push_str(&format!("%{:02X}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_utc_also_at_the_ends_of_time() {
        let day = |text: &str| Day::of(text.parse().expect("a time"));
        for (time, start) in [
            ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            ("2026-03-01T23:59:59.999999999Z", "2026-03-01T00:00:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T00:00:00Z"),
        ] {
            assert_eq!(day(time).start, start.parse().expect("a time"));
        }
        let first = Day::of(Timestamp::MIN);
        assert_eq!((first.start, first.next.is_some()), (Timestamp::MIN, true));
        assert!(Day::of(Timestamp::MAX).next.is_none());
    }

    #[test]
    fn names_of_folders_are_escaped_as_hive_does() {
        assert_eq!(escaped("0"), "0");
        assert_eq!(escaped("a b+c"), "a b+c");
        assert_eq!(escaped("x=1:2%"), "x%3D1%3A2%25");
    }
}
