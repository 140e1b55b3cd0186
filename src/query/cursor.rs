//! A place in an archive, and the bounds that it stays in.

use crate::time::{Span, Timestamp};
use std::ops::{Bound, RangeBounds};

/// Start, end and, once something was read or sought, a position between them.
///
/// ```
/// # use netidx_archive_viewer::{query::Cursor, time::Timestamp};
/// # use std::ops::Bound;
/// let t = Timestamp::from_nanos;
/// let mut cursor = Cursor::new(Bound::Included(t(10_000)), Bound::Excluded(t(20_000)));
/// cursor.set_position(t(50_000));
/// assert_eq!(cursor.position(), Some(t(19_000))); // a microsecond inside the excluded end
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    start: Bound<Timestamp>,
    end: Bound<Timestamp>,
    position: Option<Timestamp>,
}

impl Default for Cursor {
    fn default() -> Self {
        Self::new(Bound::Unbounded, Bound::Unbounded)
    }
}

impl Cursor {
    /// A cursor with bounds and no position.
    pub const fn new(start: Bound<Timestamp>, end: Bound<Timestamp>) -> Self {
        Self { start, end, position: None }
    }

    /// The first bound.
    pub const fn start(&self) -> Bound<Timestamp> {
        self.start
    }

    /// The last bound.
    pub const fn end(&self) -> Bound<Timestamp> {
        self.end
    }

    /// The position; `None` before anything was read or sought.
    pub const fn position(&self) -> Option<Timestamp> {
        self.position
    }

    /// Moves the first bound. A position that it excludes is forgotten.
    pub fn set_start(&mut self, start: Bound<Timestamp>) {
        self.start = start;
        self.position = self.position.filter(|position| self.contains(*position));
    }

    /// Moves the last bound. A position that it excludes is forgotten.
    pub fn set_end(&mut self, end: Bound<Timestamp>) {
        self.end = end;
        self.position = self.position.filter(|position| self.contains(*position));
    }

    /// Goes to `position`, or to the time nearest to it inside the bounds.
    pub fn set_position(&mut self, position: Timestamp) {
        self.position = Some(if self.contains(position) {
            position
        } else if self.is_before_start(position) {
            self.first_inside().unwrap_or(position)
        } else {
            self.last_inside().unwrap_or(position)
        });
    }

    /// Forgets the position.
    pub fn reset(&mut self) {
        self.position = None;
    }

    /// Whether a time lies inside the bounds.
    pub fn contains(&self, time: Timestamp) -> bool {
        (self.start, self.end).contains(&time)
    }

    /// Whether the position is the first time inside the start bound.
    pub fn at_start(&self) -> bool {
        self.position.is_some() && self.position == self.first_inside()
    }

    /// Whether the position is the last time inside the end bound.
    pub fn at_end(&self) -> bool {
        self.position.is_some() && self.position == self.last_inside()
    }

    /// The first time inside the start bound.
    pub(super) fn first_inside(&self) -> Option<Timestamp> {
        match self.start {
            Bound::Unbounded => None,
            Bound::Included(time) => Some(time),
            Bound::Excluded(time) => Some(time.saturating_add(Span::MICROSECOND)),
        }
    }

    /// The last time inside the end bound.
    pub(super) fn last_inside(&self) -> Option<Timestamp> {
        match self.end {
            Bound::Unbounded => None,
            Bound::Included(time) => Some(time),
            Bound::Excluded(time) => Some(time.saturating_add(Span::MICROSECOND.negated())),
        }
    }

    /// The range after the position, or from the start if there is none.
    pub(super) fn after(&self) -> (Bound<Timestamp>, Bound<Timestamp>) {
        (self.position.map_or(self.start, Bound::Excluded), self.end)
    }

    /// The range before the position, or up to the end if there is none.
    pub(super) fn before(&self) -> (Bound<Timestamp>, Bound<Timestamp>) {
        (self.start, self.position.map_or(self.end, Bound::Excluded))
    }

    /// The bound up to which an image at this cursor goes: its position, or its start.
    pub fn image_bound(&self) -> Bound<Timestamp> {
        self.position.map_or(self.start, Bound::Included)
    }

    fn is_before_start(&self, time: Timestamp) -> bool {
        match self.start {
            Bound::Unbounded => false,
            Bound::Included(start) => time < start,
            Bound::Excluded(start) => time <= start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Bound::{Excluded, Included, Unbounded};

    fn t(micros: i64) -> Timestamp {
        Timestamp::from_nanos(micros * 1_000)
    }

    #[test]
    fn positions_are_clamped_to_the_nearest_inside() {
        let cases = [
            (Unbounded, Unbounded, 5, 5),
            (Included(t(10)), Unbounded, 5, 10),
            (Excluded(t(10)), Unbounded, 10, 11),
            (Unbounded, Included(t(20)), 25, 20),
            (Unbounded, Excluded(t(20)), 20, 19),
            (Included(t(10)), Included(t(20)), 9, 10),
            (Included(t(10)), Included(t(20)), 21, 20),
            (Excluded(t(10)), Excluded(t(20)), 0, 11),
            (Excluded(t(10)), Excluded(t(20)), 30, 19),
            (Excluded(t(10)), Included(t(20)), 15, 15),
            (Included(t(20)), Included(t(10)), 15, 20),
            (Included(t(20)), Included(t(10)), 25, 10),
        ];
        for (start, end, wanted, got) in cases {
            let mut cursor = Cursor::new(start, end);
            cursor.set_position(t(wanted));
            assert_eq!(cursor.position(), Some(t(got)), "{start:?} {end:?} {wanted}");
        }
    }

    #[test]
    fn a_bound_that_excludes_the_position_clears_it() {
        let mut cursor = Cursor::default();
        cursor.set_position(t(10));
        cursor.set_start(Included(t(10)));
        assert_eq!(cursor.position(), Some(t(10)));
        cursor.set_start(Excluded(t(10)));
        assert_eq!(cursor.position(), None);
        cursor.set_position(t(15));
        cursor.set_end(Excluded(t(15)));
        assert_eq!(cursor.position(), None);
    }
}
