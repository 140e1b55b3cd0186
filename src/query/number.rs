//! Values as numbers, for plots and statistics.

use crate::format::Value;

/// The number that a value is, to the digits that a float holds. Durations count in seconds.
/// `None` for what is no number, and for NaN.
pub fn number(value: &Value<'_>) -> Option<f64> {
    let number = match *value {
        Value::U8(n) => n.into(),
        Value::I8(n) => n.into(),
        Value::U16(n) => n.into(),
        Value::I16(n) => n.into(),
        Value::U32(n) | Value::V32(n) => n.into(),
        Value::I32(n) | Value::Z32(n) => n.into(),
        Value::U64(n) | Value::V64(n) => n as f64,
        Value::I64(n) | Value::Z64(n) => n as f64,
        Value::F32(n) => written(n),
        Value::F64(n) => n,
        // By its text: the library's own conversion is off in the last digit.
        Value::Decimal(n) => n.to_string().parse().ok()?,
        Value::Duration(length) => length.as_secs_f64(),
        _ => return None,
    };
    (!number.is_nan()).then_some(number)
}

/// The number that a short float is written as: 0.1, where its bits say 0.10000000149.
pub(super) fn written(short: f32) -> f64 {
    let exact = f64::from(short);
    if exact.abs() < f64::from(1 << f32::MANTISSA_DIGITS) {
        // Few digits tell most floats of a recording; a quotient like this is the float that is
        // the nearest to them.
        for power in [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6] {
            let rounded = (exact * power).round() / power;
            if rounded as f32 == short {
                return rounded;
            }
        }
    }
    short.to_string().parse().unwrap_or(exact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn numbers_and_what_is_none() {
        assert_eq!(number(&Value::I8(-3)), Some(-3.0));
        assert_eq!(number(&Value::U64(1 << 60)), Some((1_u64 << 60) as f64));
        assert_eq!(number(&Value::Duration(Duration::from_millis(1_500))), Some(1.5));
        assert_eq!(number(&Value::Decimal("-1.25".parse().unwrap())), Some(-1.25));
        assert_eq!(number(&Value::F64(f64::INFINITY)), Some(f64::INFINITY));
        for value in [Value::F64(f64::NAN), Value::Bool(true), Value::Null, Value::String("1")] {
            assert_eq!(number(&value), None, "{value:?}");
        }
    }

    #[test]
    fn short_floats_are_what_is_written() {
        let prices = (-200_000..200_000).step_by(7).map(|cents| cents as f32 / 100.0);
        let any = (0..100_000_u32).map(|n| f32::from_bits(n.wrapping_mul(0x9e37_79b9)));
        for short in prices.chain(any) {
            let text: f64 = short.to_string().parse().unwrap();
            assert_eq!(number(&Value::F32(short)), (!text.is_nan()).then_some(text), "{short}");
        }
    }
}
