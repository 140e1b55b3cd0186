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
        Value::F32(n) => n.into(),
        Value::F64(n) => n,
        // By its text: the library's own conversion is off in the last digit.
        Value::Decimal(n) => n.to_string().parse().ok()?,
        Value::Duration(length) => length.as_secs_f64(),
        _ => return None,
    };
    (!number.is_nan()).then_some(number)
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
}
