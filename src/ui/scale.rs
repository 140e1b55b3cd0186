//! Time to pixels and back.
//!
//! ```text
//! from                    time                          to
//!  |----------------------|-----------------------------|
//!  0                      x                         width   CSS pixels
//! ```
//!
//! Arithmetic is done in 128-bit whole nanoseconds where a time comes out, so that both ends are
//! exact and nothing overflows between 1677 and 2262.

use crate::time::{Span, Timestamp};

/// A stretch of time on a stretch of pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    from: Timestamp,
    to: Timestamp,
    width: f64,
}

impl Scale {
    /// From `from` at pixel 0 to `to` at pixel `width`. A single point in time becomes a second
    /// around it, so that there is always something to see.
    pub fn new(from: Timestamp, to: Timestamp, width: f64) -> Self {
        const HALF: Span = Span::from_nanos(500_000_000);
        let (from, to) = if from < to {
            (from, to)
        } else {
            (from.saturating_add(HALF.negated()), from.saturating_add(HALF))
        };
        Self { from, to, width: width.max(1.0) }
    }

    /// The time at pixel 0.
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// The time at pixel [`width`](Self::width).
    pub const fn to(&self) -> Timestamp {
        self.to
    }

    /// In CSS pixels; at least one.
    pub const fn width(&self) -> f64 {
        self.width
    }

    /// The whole number of pixels: how many slots a density over all of it has.
    pub fn slots(&self) -> u32 {
        self.width as u32
    }

    /// All of it, in nanoseconds; at least one.
    pub fn length(&self) -> i128 {
        i128::from(self.to.nanos()) - i128::from(self.from.nanos())
    }

    /// Where a time is; beyond the ends too.
    pub fn x(&self, time: Timestamp) -> f64 {
        let since = i128::from(time.nanos()) - i128::from(self.from.nanos());
        since as f64 / self.length() as f64 * self.width
    }

    /// The time at a pixel, kept between the ends and rounded to the coarsest power of ten that is
    /// still finer than a pixel: a time picked by hand has no digits that the hand did not choose.
    pub fn time(&self, x: f64) -> Timestamp {
        let part = (x / self.width).clamp(0.0, 1.0);
        if part == 0.0 {
            return self.from;
        }
        if part == 1.0 {
            return self.to;
        }
        let grain = i128::from(self.grain().nanos());
        let nanos = i128::from(self.from.nanos()) + (part * self.length() as f64) as i128;
        let rounded = nanos.div_euclid(grain) * grain;
        let clamped = rounded.clamp(i128::from(self.from.nanos()), i128::from(self.to.nanos()));
        i64::try_from(clamped).map_or(self.to, Timestamp::from_nanos)
    }

    /// What a pixel stands for.
    pub fn per_pixel(&self) -> Span {
        Span::from_nanos((self.length() as f64 / self.width) as i64)
    }

    /// The largest power of ten nanoseconds that is not more than a pixel.
    pub fn grain(&self) -> Span {
        let pixel = self.per_pixel().nanos().max(1);
        Span::from_nanos(10_i64.pow(pixel.ilog10()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: i64) -> Timestamp {
        Timestamp::from_nanos(nanos)
    }

    #[test]
    fn ends_are_exact() {
        let scale = Scale::new(at(123_456_789), at(9_876_543_210_123), 777.0);
        assert_eq!(scale.time(0.0), at(123_456_789));
        assert_eq!(scale.time(777.0), at(9_876_543_210_123));
        assert_eq!(scale.time(-5.0), scale.from());
        assert_eq!(scale.time(1e9), scale.to());
        assert_eq!(scale.x(scale.from()), 0.0);
        assert_eq!(scale.x(scale.to()), 777.0);
    }

    #[test]
    fn there_and_back_is_within_a_pixel() {
        let scale = Scale::new(at(0), at(3_600_000_000_000), 1_000.0);
        for x in 0..=1_000 {
            let back = scale.x(scale.time(f64::from(x)));
            assert!((back - f64::from(x)).abs() <= 1.0, "{x} came back as {back}");
        }
    }

    #[test]
    fn picked_times_are_round() {
        let scale = Scale::new(at(7), at(3_600_000_000_007), 1_000.0);
        assert_eq!(scale.grain(), Span::from_nanos(1_000_000_000));
        assert_eq!(scale.time(500.5).nanos() % 1_000_000_000, 0);
    }

    #[test]
    fn all_of_time_fits() {
        let scale = Scale::new(Timestamp::MIN, Timestamp::MAX, 100.0);
        assert_eq!(scale.time(100.0), Timestamp::MAX);
        assert!((scale.x(at(0)) - 50.0).abs() < 0.001);
        assert!(scale.time(50.0) < scale.time(51.0));
    }

    #[test]
    fn a_point_becomes_a_second() {
        let scale = Scale::new(at(10), at(10), 0.0);
        assert_eq!(scale.length(), 1_000_000_000);
        assert_eq!(scale.width(), 1.0);
        assert_eq!(scale.x(at(10)), 0.5);
        let scale = Scale::new(Timestamp::MAX, Timestamp::MAX, 10.0);
        assert!(scale.length() > 0);
    }
}
