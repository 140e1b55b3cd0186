//! Zooming and panning: which part of the whole time is visible.
//!
//! All of it in whole nanoseconds; a part never leaves the whole, and is never shorter than
//! [`LEAST`]. `None` stands for the whole.

use crate::time::{Span, Timestamp};

/// From a time to a later one.
pub type Stretch = (Timestamp, Timestamp);

/// The shortest that can be zoomed to: a few of the format's microseconds.
pub const LEAST: Span = Span::from_micros(10);

fn length((from, to): Stretch) -> i128 {
    i128::from(to.nanos()) - i128::from(from.nanos())
}

/// A part of `length` nanoseconds from `from` on, moved into the whole.
fn inside(whole: Stretch, from: i128, wanted: i128) -> Option<Stretch> {
    let wanted = wanted.max(i128::from(LEAST.nanos()));
    if wanted >= length(whole) {
        return None;
    }
    let (first, last) = (i128::from(whole.0.nanos()), i128::from(whole.1.nanos()));
    let from = from.clamp(first, last - wanted);
    let time = |nanos: i128| i64::try_from(nanos).map(Timestamp::from_nanos).ok();
    Some((time(from)?, time(from + wanted)?))
}

/// Makes the visible time `factor` times as long; the time `at` stays where it is.
pub fn zoomed(whole: Stretch, visible: Stretch, at: Timestamp, factor: f64) -> Option<Stretch> {
    let before = length(visible);
    let after = (before as f64 * factor.clamp(1e-6, 1e6)) as i128;
    let part =
        (i128::from(at.nanos()) - i128::from(visible.0.nanos())) as f64 / before.max(1) as f64;
    let from = i128::from(at.nanos()) - (after as f64 * part) as i128;
    inside(whole, from, after)
}

/// Moves the visible time by a part of its length.
pub fn panned(whole: Stretch, visible: Stretch, part: f64) -> Option<Stretch> {
    let length = length(visible);
    inside(whole, i128::from(visible.0.nanos()) + (length as f64 * part) as i128, length)
}

/// The visible time after two fingers went from two parts of it to two others, the times under
/// them staying there.
pub fn pinched(whole: Stretch, visible: Stretch, was: [f64; 2], now: [f64; 2]) -> Option<Stretch> {
    let spread = |parts: [f64; 2]| (parts[1] - parts[0]).abs().max(0.01);
    let before = length(visible) as f64;
    let after = before * spread(was) / spread(now);
    let middle = |parts: [f64; 2]| (parts[0] + parts[1]) / 2.0;
    // In whole nanoseconds: since 1970 there are too many of them for a float.
    let moved = (middle(was) * before - middle(now) * after) as i128;
    inside(whole, i128::from(visible.0.nanos()) + moved, after as i128)
}

/// The visible time moved just so far that `time` is in it: a tenth inside from where it left.
pub fn following(whole: Stretch, visible: Stretch, time: Timestamp) -> Option<Stretch> {
    let tenth = length(visible) / 10;
    let (from, to) = visible;
    let wanted = if time < from {
        i128::from(time.nanos()) - 9 * tenth
    } else if time > to {
        i128::from(time.nanos()) - tenth
    } else {
        return Some(visible);
    };
    inside(whole, wanted, length(visible))
}

/// What lies between two times, in whichever order, as part of the whole.
pub fn between(whole: Stretch, a: Timestamp, b: Timestamp) -> Option<Stretch> {
    let (from, to) = (a.min(b), a.max(b));
    inside(whole, i128::from(from.nanos()), length((from, to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_nanos(micros * 1_000)
    }

    fn micros(stretch: Option<Stretch>) -> Option<(i64, i64)> {
        let rounded = |time: Timestamp| (time.nanos() + 500) / 1_000;
        stretch.map(|(from, to)| (rounded(from), rounded(to)))
    }

    const WHOLE: Stretch = (Timestamp::from_nanos(0), Timestamp::from_nanos(1_000_000));

    #[test]
    fn the_time_under_the_pointer_stays() {
        assert_eq!(micros(zoomed(WHOLE, WHOLE, at(500), 0.5)), Some((250, 750)));
        assert_eq!(micros(zoomed(WHOLE, WHOLE, at(0), 0.5)), Some((0, 500)));
        assert_eq!(micros(zoomed(WHOLE, (at(250), at(750)), at(300), 0.5)), Some((275, 525)));
        // Back out, and no further than the whole.
        assert_eq!(zoomed(WHOLE, (at(250), at(750)), at(500), 4.0), None);
        assert_eq!(micros(zoomed(WHOLE, (at(0), at(100)), at(100), 2.0)), Some((0, 200)));
        // And no further in than a few microseconds.
        let closest = zoomed(WHOLE, (at(500), at(520)), at(510), 0.0);
        assert_eq!(closest.map(length), Some(10_000));
    }

    #[test]
    fn panning_stops_at_the_ends() {
        let visible = (at(100), at(200));
        assert_eq!(micros(panned(WHOLE, visible, 0.5)), Some((150, 250)));
        assert_eq!(micros(panned(WHOLE, visible, -5.0)), Some((0, 100)));
        assert_eq!(micros(panned(WHOLE, visible, 50.0)), Some((900, 1_000)));
    }

    #[test]
    fn fingers_hold_their_times() {
        let visible = (at(0), at(500));
        assert_eq!(micros(pinched(WHOLE, visible, [0.4, 0.6], [0.3, 0.7])), Some((125, 375)));
        assert_eq!(
            micros(pinched(WHOLE, (at(200), at(400)), [0.2, 0.8], [0.3, 0.9])),
            Some((180, 380))
        );
        assert!(pinched(WHOLE, visible, [0.5, 0.5], [0.5, 0.5]).is_some());
        // To the nanosecond, this century too.
        let time = |nanos: i64| Timestamp::from_nanos(1_772_357_400_000_000_000 + nanos);
        let (whole, visible) = ((time(0), time(1_000_000)), (time(500_001), time(600_001)));
        assert_eq!(pinched(whole, visible, [0.2, 0.8], [0.2, 0.8]), Some(visible));
    }

    #[test]
    fn the_playhead_is_followed_and_ranges_have_no_direction() {
        let visible = (at(100), at(200));
        assert_eq!(following(WHOLE, visible, at(150)), Some(visible));
        assert_eq!(micros(following(WHOLE, visible, at(300))), Some((290, 390)));
        assert_eq!(micros(following(WHOLE, visible, at(50))), Some((0, 100)));
        assert_eq!(micros(between(WHOLE, at(300), at(200))), Some((200, 300)));
        assert_eq!(micros(between(WHOLE, at(300), at(300))), Some((300, 310)));
        assert_eq!(between(WHOLE, at(0), at(1_000)), None);
    }

    #[test]
    fn all_of_time_can_be_zoomed() {
        let whole = (Timestamp::MIN, Timestamp::MAX);
        let half = zoomed(whole, whole, at(0), 0.5).unwrap();
        assert!(half.0 > Timestamp::MIN && half.1 < Timestamp::MAX && half.0 < half.1);
    }
}
