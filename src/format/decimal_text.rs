//! The shortest text of a float that has few decimals, as most floats of a recording have.

/// Factors that are exact.
const POWERS: [f64; 8] = [1., 10., 100., 1e3, 1e4, 1e5, 1e6, 1e7];
/// Whole numbers below this are exact in a float, also times the last of the powers.
const MAX_WHOLE: f64 = 9e8;

/// The digits of a number, with a point after the whole ones, at the end of a buffer.
pub(super) struct DecimalText {
    buffer: [u8; 24],
    start: usize,
}

impl DecimalText {
    /// What [`Display`](std::fmt::Display) writes of a float, with a point after a whole number. `None` for one
    /// with more than seven decimals, or that is large: the general way costs five times as much.
    ///
    /// A quotient of two exact numbers is the nearest float to it. So where `whole / power` is the number, its
    /// digits are those of `whole`; with the least power there is no shorter text.
    #[inline]
    pub fn of(number: f64) -> Option<Self> {
        let size = number.abs();
        if size >= MAX_WHOLE || size.is_nan() {
            return None;
        }
        let (decimals, mut whole) = POWERS.iter().enumerate().find_map(|(decimals, power)| {
            let whole = (size * power).round();
            (whole / power == size).then_some((decimals, whole as u64))
        })?;
        let mut text = Self { buffer: [b'0'; 24], start: 24 };
        for _ in 0..decimals {
            text.push(b'0' + (whole % 10) as u8);
            whole /= 10;
        }
        text.push(b'.');
        loop {
            text.push(b'0' + (whole % 10) as u8);
            whole /= 10;
            if whole == 0 {
                break;
            }
        }
        if number.is_sign_negative() {
            text.push(b'-');
        }
        Some(text)
    }

    /// Puts a character in front. Seven decimals, nine digits, a point and a sign fit.
    fn push(&mut self, byte: u8) {
        self.start = self.start.saturating_sub(1);
        self.buffer[self.start] = byte;
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.buffer[self.start..]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_display() {
        let cents = (-300_000..300_000).map(|n| f64::from(n) / 100.);
        let tenths = (0..200_000).map(|n| f64::from(n) * 0.1);
        let small = (1..20_000).map(|n| f64::from(n) / 1e7);
        let mut state = 3_u64;
        let random = (0..400_000).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let float = f64::from_bits(state);
            if float.abs() > 1e3 { (state % 900_000_000) as f64 / 128. } else { float }
        });
        let odd = [0., -0., 0.1 + 0.2, 1e-7, 1.5e-7, 1e-8, 899_999_999.999_999_9, 123_456_789.25];
        let mut quick = 0;
        for number in cents.chain(tenths).chain(small).chain(random).chain(odd) {
            let Some(text) = DecimalText::of(number) else { continue };
            let point = if number.fract() == 0. { "." } else { "" };
            assert_eq!(text.as_str(), format!("{number}{point}"));
            quick += 1;
        }
        assert!(quick > 600_000, "{quick}");
        assert!(DecimalText::of(f64::NAN).is_none() && DecimalText::of(1e300).is_none());
    }
}
