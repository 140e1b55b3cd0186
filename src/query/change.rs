//! How far it is from one value to another.

use super::{exact::Number, number};
use crate::format::Value;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// The difference of two values that are numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Difference {
    /// Of two integers, exact.
    Integer(i128),
    /// Of two decimals, or a decimal and an integer, exact.
    Decimal(Decimal),
    /// Of all other numbers; of durations in seconds.
    Float(f64),
}

impl Difference {
    /// `after` less `before`; `None` where one of them is no number, and where both are infinite.
    pub fn of(before: &Value<'_>, after: &Value<'_>) -> Option<Self> {
        if let (Some(before), Some(after)) = (integer(before), integer(after)) {
            return Some(Self::Integer(after - before));
        }
        let exact = decimal(after).zip(decimal(before));
        if let Some(difference) = exact.and_then(|(after, before)| after.checked_sub(before)) {
            return Some(Self::Decimal(difference));
        }
        let difference = float(after)? - float(before)?;
        (!difference.is_nan()).then_some(Self::Float(difference))
    }

    /// The same difference as conditions compare it; its size where it `is_size`.
    pub(super) fn number(self, is_size: bool) -> Option<Number> {
        match self {
            Self::Integer(n) => {
                let n = if is_size { n.abs() } else { n };
                let short = i64::try_from(n).ok().and_then(|n| Number::of(&Value::I64(n)));
                short.or_else(|| Number::parse(&n.to_string()))
            }
            Self::Decimal(n) => Number::of(&Value::Decimal(if is_size { n.abs() } else { n })),
            Self::Float(n) => Number::of(&Value::F64(if is_size { n.abs() } else { n })),
        }
    }
}

/// Whether two values are numbers of one size, whatever their types.
pub fn is_equal_number(one: &Value<'_>, other: &Value<'_>) -> bool {
    let numbers = Number::of(one).zip(Number::of(other));
    numbers.is_some_and(|(one, other)| {
        one.compare(&other) == Some(Ordering::Equal) || (one.is_nan() && other.is_nan())
    })
}

fn integer(value: &Value<'_>) -> Option<i128> {
    Some(match *value {
        Value::U8(n) => n.into(),
        Value::I8(n) => n.into(),
        Value::U16(n) => n.into(),
        Value::I16(n) => n.into(),
        Value::U32(n) | Value::V32(n) => n.into(),
        Value::I32(n) | Value::Z32(n) => n.into(),
        Value::U64(n) | Value::V64(n) => n.into(),
        Value::I64(n) | Value::Z64(n) => n.into(),
        _ => return None,
    })
}

fn decimal(value: &Value<'_>) -> Option<Decimal> {
    match value {
        Value::Decimal(n) => Some(*n),
        _ => Decimal::try_from_i128_with_scale(integer(value)?, 0).ok(),
    }
}

/// The number that a value is, to the bits of a double: of a short float the one that it is widened to.
pub fn float(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::F32(n) => (!n.is_nan()).then_some(f64::from(*n)),
        _ => number(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn differences() {
        let of = |before, after| Difference::of(&before, &after);
        let dec = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(
            of(Value::U64(u64::MAX), Value::I64(i64::MIN)),
            Some(Difference::Integer(i128::from(i64::MIN) - i128::from(u64::MAX)))
        );
        assert_eq!(
            of(Value::Decimal(dec("1.10")), Value::U8(2)),
            Some(Difference::Decimal(dec("0.90")))
        );
        assert_eq!(of(Value::F64(1.5), Value::U8(2)), Some(Difference::Float(0.5)));
        assert_eq!(of(Value::Decimal(dec("1.5")), Value::F64(2.)), Some(Difference::Float(0.5)));
        assert_eq!(
            of(
                Value::Duration(Duration::from_millis(500)),
                Value::Duration(Duration::from_secs(2))
            ),
            Some(Difference::Float(1.5))
        );
        assert_eq!(of(Value::F64(f64::NAN), Value::F64(1.)), None);
        assert_eq!(of(Value::F64(f64::INFINITY), Value::F64(f64::INFINITY)), None);
        assert_eq!(of(Value::Null, Value::U8(1)), None);
    }
}
