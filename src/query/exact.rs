//! Numbers of every type in one order, exactly.
//!
//! A number is the decimal number that its text shows: the `f32` 0.1 is 0.1 and not
//! 0.100000001490116, the `f64` 2^60 is 1152921504606847000. So whole numbers, decimals and floats
//! have one order, what a person reads is what is compared, and no digit is lost on the way.
//!
//! ```text
//! NaN   -inf   -2   -0   0   0.1   1.5 s   9007199254740992   9007199254740993   inf
//! ```
//!
//! Durations count in seconds. `NaN` stands before every number, as in netidx, and is neither less
//! nor greater than one; `-0` stands before `0`, and is equal to it.

use super::number::written;
use crate::format::Value;
use std::cmp::Ordering;

/// A number, to its last digit.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// The nearest float.
    near: f64,
    /// `None` where the number is the decimal that `near` is written as.
    exact: Option<Digits>,
}

/// Whole numbers up to here are floats.
const MAX_FLOAT_INTEGER: u128 = 1 << f64::MANTISSA_DIGITS;

impl Number {
    /// The number that a value is; `None` for what is no number.
    pub fn of(value: &Value<'_>) -> Option<Self> {
        let (near, exact) = match *value {
            Value::U8(n) => (n.into(), None),
            Value::I8(n) => (n.into(), None),
            Value::U16(n) => (n.into(), None),
            Value::I16(n) => (n.into(), None),
            Value::U32(n) | Value::V32(n) => (n.into(), None),
            Value::I32(n) | Value::Z32(n) => (n.into(), None),
            Value::U64(n) | Value::V64(n) => (n as f64, large(false, n)),
            Value::I64(n) | Value::Z64(n) => (n as f64, large(n < 0, n.unsigned_abs())),
            Value::F32(n) => (written(n), None),
            Value::F64(n) => (n, None),
            Value::Decimal(n) => {
                let (mantissa, exponent) = (n.mantissa(), -i64::from(n.scale()));
                let exact = Digits::new(mantissa < 0, mantissa.unsigned_abs(), exponent);
                (n.to_string().parse().ok()?, Some(exact))
            }
            Value::Duration(length) => {
                let nanos = length.as_nanos();
                let near = match nanos {
                    // A quotient of two floats is the float that is nearest to it.
                    ..MAX_FLOAT_INTEGER => nanos as f64 / 1e9,
                    _ => format!("{nanos}e-9").parse().ok()?,
                };
                (near, Some(Digits::new(false, nanos, -9)))
            }
            _ => return None,
        };
        Some(Self { near, exact })
    }

    /// Reads a number as people and values write it: `7`, `-1.5`, `3.`, `1e9`, `inf`, `NaN`.
    pub fn parse(text: &str) -> Option<Self> {
        let near: f64 = text.parse().ok()?;
        let exact = Digits::parse(text);
        // What has no digits is `inf` or `NaN` in one of its spellings.
        (exact.is_some() || !near.is_finite()).then_some(Self { near, exact })
    }

    /// The number times a whole one, divided by a power of ten.
    pub fn scaled(self, factor: u32, power: i64) -> Option<Self> {
        let exact = self.exact?.scaled(factor, power);
        let near = format!("{}e{}", exact.signed(), exact.exponent - PLACES).parse().ok()?;
        Some(Self { near, exact: Some(exact) })
    }

    /// Whether it is no number at all.
    pub const fn is_nan(&self) -> bool {
        self.near.is_nan()
    }

    /// By size; `None` where one of the two is `NaN`.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        // The nearest floats of two numbers are never the other way round.
        match (self.near.partial_cmp(&other.near)?, self.exact, other.exact) {
            (Ordering::Equal, None, None) => Some(Ordering::Equal),
            (Ordering::Equal, ..) => Some(self.digits().cmp(&other.digits())),
            (different, ..) => Some(different),
        }
    }

    /// The order of all numbers, for sorting.
    pub fn total_cmp(&self, other: &Self) -> Ordering {
        let is_below_zero = |number: &Self| number.near.is_sign_negative();
        match self.compare(other) {
            Some(Ordering::Equal) => is_below_zero(other).cmp(&is_below_zero(self)),
            Some(different) => different,
            None => other.is_nan().cmp(&self.is_nan()),
        }
    }

    fn digits(&self) -> Digits {
        let written = || match self.near.is_infinite() {
            true => Digits::infinite(self.near < 0.0),
            false => Digits::parse(&format!("{:e}", self.near)).unwrap_or_default(),
        };
        self.exact.unwrap_or_else(written)
    }
}

/// The digits of a whole number that may be none of the floats.
fn large(negative: bool, n: u64) -> Option<Digits> {
    (u128::from(n) > MAX_FLOAT_INTEGER).then(|| Digits::new(negative, n.into(), 0))
}

/// Decimal digits, as many as any value has: a decimal of netidx has 29, a `u64` of seconds with its
/// nanoseconds too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Digits {
    negative: bool,
    /// The power of ten of the first digit.
    exponent: i64,
    /// 38 digits, the first of which is not 0; 0 for zero.
    mantissa: u128,
    /// Whether digits follow that are not all 0.
    more: bool,
}

/// As many digits follow the first one.
const PLACES: i64 = 37;
/// Larger exponents are as good as this one.
const MAX_EXPONENT: i64 = i64::MAX / 4;

impl Digits {
    /// `mantissa` × 10^`exponent`.
    fn new(negative: bool, mantissa: u128, exponent: i64) -> Self {
        let Some(log) = mantissa.checked_ilog10() else { return Self::default() };
        let (mantissa, more) = match PLACES - i64::from(log) {
            places @ 0.. => (mantissa * 10u128.pow(places as u32), false),
            // 128 bits hold one digit more at the most.
            _ => (mantissa / 10, !mantissa.is_multiple_of(10)),
        };
        Self { negative, exponent: exponent + i64::from(log), mantissa, more }
    }

    fn infinite(negative: bool) -> Self {
        Self { negative, exponent: i64::MAX, mantissa: 1, more: false }
    }

    fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (digits, power) = match unsigned.split_once(['e', 'E']) {
            Some((digits, power)) => (digits, parse_power(power)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || whole.len() + fraction.len() == 0 {
            return None;
        }
        let (mut mantissa, mut more, mut dropped) = (0u128, false, 0i64);
        for digit in whole.bytes().chain(fraction.bytes()).map(|byte| byte - b'0') {
            if mantissa < 10u128.pow(PLACES as u32) {
                mantissa = 10 * mantissa + u128::from(digit);
            } else {
                dropped += 1;
                more |= digit != 0;
            }
        }
        let exponent = power + dropped - fraction.len() as i64;
        Some(Self { more, ..Self::new(text.starts_with('-'), mantissa, exponent) })
    }

    fn scaled(self, factor: u32, power: i64) -> Self {
        let (mut mantissa, mut exponent) = (self.mantissa, self.exponent - PLACES + power);
        while mantissa != 0 && mantissa.is_multiple_of(10) {
            (mantissa, exponent) = (mantissa / 10, exponent + 1);
        }
        let mut more = self.more;
        let product = loop {
            match mantissa.checked_mul(u128::from(factor)) {
                Some(product) => break product,
                None => {
                    more |= !mantissa.is_multiple_of(10);
                    (mantissa, exponent) = (mantissa / 10, exponent + 1);
                }
            }
        };
        let scaled = Self::new(self.negative, product, exponent);
        Self { more: scaled.more || more, ..scaled }
    }

    /// The mantissa with its sign.
    fn signed(&self) -> String {
        format!("{}{}", if self.negative { "-" } else { "" }, self.mantissa)
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |digits: &Self| match (digits.mantissa, digits.negative) {
            (0, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        let size = |digits: &Self| (digits.exponent, digits.mantissa, digits.more);
        match (sign(self), sign(other)) {
            (-1, -1) => size(other).cmp(&size(self)),
            (1, 1) => size(self).cmp(&size(other)),
            (l, r) => l.cmp(&r),
        }
    }
}

fn parse_power(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let power = digits.parse().unwrap_or(i64::MAX).min(MAX_EXPONENT);
    Some(if text.starts_with('-') { -power } else { power })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;
    use std::time::Duration;

    fn number(value: Value<'_>) -> Number {
        Number::of(&value).unwrap()
    }

    fn decimal(text: &str) -> Number {
        number(Value::Decimal(text.parse().unwrap()))
    }

    #[test]
    fn all_numbers_stand_in_one_order() {
        // Numbers of one line are equal.
        let lines = [
            vec![number(Value::F64(f64::NAN)), number(Value::F32(f32::NAN)), parse("nan")],
            vec![number(Value::F64(f64::NEG_INFINITY)), parse("-inf")],
            vec![parse("-1e400")],
            vec![number(Value::F64(f64::MIN))],
            vec![number(Value::I64(i64::MIN)), parse("-9223372036854775808")],
            vec![number(Value::I64(i64::MIN + 1)), decimal("-9223372036854775807")],
            vec![number(Value::I8(-2)), number(Value::F32(-2.0)), parse("-2."), decimal("-2.00")],
            vec![number(Value::F64(-0.0)), parse("-0")],
            vec![number(Value::F64(0.0)), number(Value::U8(0)), parse("0.000"), decimal("0.0")],
            vec![number(Value::F64(f64::from_bits(1)))],
            vec![decimal("0.0999999999999999999999999999")],
            vec![number(Value::F32(0.1)), number(Value::F64(0.1)), decimal("0.10"), parse(".1")],
            vec![decimal("0.1000000000000000000000000001")],
            vec![number(Value::F64(f64::from(0.1f32)))],
            vec![number(Value::Duration(Duration::from_millis(1_500))), parse("15e-1")],
            vec![number(Value::U64(9_007_199_254_740_992)), number(Value::F64(2f64.powi(53)))],
            vec![number(Value::V64(9_007_199_254_740_993)), parse("9007199254740993")],
            vec![parse("9007199254740993.00000000000000000000000000000000000000001")],
            vec![number(Value::Z64(9_007_199_254_740_994)), number(Value::F64(9007199254740994.0))],
            vec![number(Value::U64(u64::MAX - 1))],
            vec![number(Value::U64(u64::MAX)), decimal("18446744073709551615")],
            vec![number(Value::F64(18446744073709551616.0)), parse("18446744073709552000")],
            vec![decimal("7922816251426433759354395033.4")],
            vec![decimal("7922816251426433759354395033.5")],
            vec![number(Value::F64(f64::MAX))],
            vec![parse("1e400")],
            vec![parse("1e99999999999999999999")],
            vec![number(Value::F64(f64::INFINITY)), parse("inf")],
        ];
        for (nth, line) in lines.iter().enumerate() {
            for (other_nth, other) in lines.iter().enumerate() {
                for (l, r) in line.iter().flat_map(|l| other.iter().map(move |r| (l, r))) {
                    let order = nth.cmp(&other_nth);
                    assert_eq!(l.total_cmp(r), order, "{l:?} and {r:?}");
                    let expected = match (nth, other_nth) {
                        (0, _) | (_, 0) => None,
                        (7 | 8, 7 | 8) => Some(Ordering::Equal),
                        _ => Some(order),
                    };
                    assert_eq!(l.compare(r), expected, "{l:?} and {r:?}");
                }
            }
        }
    }

    fn parse(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    /// Floats around every power of two and ten, and what is written of them.
    #[test]
    fn floats_are_equal_to_what_is_written_of_them() {
        let powers = (-300..300).map(|power| 10f64.powi(power));
        let powers = powers.chain((-1_000..1_000).map(|power| 2f64.powi(power)));
        let mut before = Number::parse("-inf").unwrap();
        let mut all: Vec<f64> =
            powers.flat_map(|float| [float.next_down(), float, float.next_up()]).collect();
        all.sort_by(f64::total_cmp);
        all.dedup();
        for float in all {
            let [value, text] = [number(Value::F64(float)), parse(&float.to_string())];
            assert_eq!(value.compare(&text), Some(Ordering::Equal), "{float}");
            assert_eq!(before.compare(&text), Some(Ordering::Less), "{float}");
            assert_eq!(before.digits().cmp(&text.digits()), Ordering::Less, "{float}");
            before = value;
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", ".", "-", "e5", "1e", "1e+", "0x10", "1_000", "1,5", "٣", "1 ", "--1"] {
            assert!(Number::parse(text).is_none(), "{text:?}");
        }
        for value in [Value::Null, Value::Bool(true), Value::String("1"), Value::Bytes(b"1")] {
            assert!(Number::of(&value).is_none(), "{value:?}");
        }
    }

    #[test]
    fn scaling_is_exact() {
        for (text, factor, power, product) in [
            ("1.5", 60, 0, "90"),
            ("0.1", 86_400, 0, "8640"),
            ("-250", 1, -3, "-0.25"),
            ("1", 1, -9, "0.000000001"),
            ("12345678901234567890.123456789", 3_600, 0, "44444444044444444404444.4444404"),
        ] {
            let scaled = parse(text).scaled(factor, power).unwrap();
            assert_eq!(scaled.compare(&parse(product)), Some(Ordering::Equal), "{text}");
        }
        assert!(parse("NaN").scaled(60, 0).is_none());
    }

    #[test]
    fn decimals_of_any_scale_are_compared() {
        let one = Decimal::from_parts(1, 0, 0, false, 28);
        let two = Decimal::from_parts(2, 0, 0, false, 28);
        let order = number(Value::Decimal(one)).compare(&number(Value::Decimal(two)));
        assert_eq!(order, Some(Ordering::Less));
    }
}
