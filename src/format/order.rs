//! netidx's total order of values, by which the keys of a map are sorted.
//!
//! A key is decoded to its whole depth before any comparison, maps inside it sorted once. So a
//! comparison cannot fail in the middle of a sort, and costs no more than the shorter key:
//! sorting the maps inside keys anew for each comparison would take years for a value of 64 KiB
//! whose keys are maps of maps.

use super::{Error, ErrorKind, Value, limits::MAX_SORTED_VALUES, value::Entries};
use std::cmp::Ordering;

type Result<T> = std::result::Result<T, Error>;

/// The entries of a map sorted by key, of equal keys the first.
pub(super) fn sorted<'a>(map: &Entries<'a>) -> Result<Vec<(Value<'a>, Value<'a>)>> {
    let mut budget = Budget { left: MAX_SORTED_VALUES };
    let mut entries = Vec::new();
    for entry in map.encoded() {
        let (key, value) = entry?;
        entries.push((Whole::of(&key, map, &mut budget)?, (key, value)));
    }
    Ok(distinct(entries).map(|(_, entry)| entry).collect())
}

fn distinct<'a, T>(mut entries: Vec<(Whole<'a>, T)>) -> impl Iterator<Item = (Whole<'a>, T)> {
    entries.sort_by(|(l, _), (r, _)| l.compare(r));
    entries.dedup_by(|later, first| first.0.compare(&later.0).is_eq());
    entries.into_iter()
}

/// How many more values may be decoded.
struct Budget {
    left: usize,
}

/// A value decoded to its whole depth.
enum Whole<'a> {
    /// What holds no other values.
    Leaf(Value<'a>),
    /// An array or an error.
    List(Value<'a>, Vec<Self>),
    /// A map, sorted.
    Map(Value<'a>, Vec<(Self, Self)>),
}

impl<'a> Whole<'a> {
    /// `map` is the map that is being sorted, for the error.
    fn of(value: &Value<'a>, map: &Entries<'a>, budget: &mut Budget) -> Result<Self> {
        budget.left = budget.left.checked_sub(1).ok_or_else(|| {
            let detail = format!("a map of more than {MAX_SORTED_VALUES} keys is not sorted,");
            map.error(ErrorKind::Limit, detail)
        })?;
        Ok(match value {
            Value::Array(values) | Value::Error(values) => {
                let held = values.iter().map(|held| Self::of(&held?, map, budget));
                Self::List(*value, held.collect::<Result<_>>()?)
            }
            Value::Map(entries) => {
                let mut whole = Vec::new();
                for entry in entries.encoded() {
                    let (key, value) = entry?;
                    whole.push((Self::of(&key, map, budget)?, Self::of(&value, map, budget)?));
                }
                Self::Map(*value, distinct(whole).collect())
            }
            leaf => Self::Leaf(*leaf),
        })
    }

    fn value(&self) -> &Value<'a> {
        match self {
            Self::Leaf(value) | Self::List(value, _) | Self::Map(value, _) => value,
        }
    }

    /// By type, then by content.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Leaf(l), Self::Leaf(r)) => compare_leaves(l, r),
            (Self::List(l, held_l), Self::List(r, held_r)) if l.kind() == r.kind() => {
                compare_all(held_l, held_r, Self::compare)
            }
            (Self::Map(_, l), Self::Map(_, r)) => {
                compare_all(l, r, |(lk, lv), (rk, rv)| lk.compare(rk).then_with(|| lv.compare(rv)))
            }
            (l, r) => l.value().kind().cmp(&r.value().kind()),
        }
    }
}

/// The order of the first that differ; else the shorter is less.
fn compare_all<T>(l: &[T], r: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
    let differ = l.iter().zip(r).map(|(l, r)| compare(l, r)).find(|order| order.is_ne());
    differ.unwrap_or_else(|| l.len().cmp(&r.len()))
}

fn compare_leaves(l: &Value<'_>, r: &Value<'_>) -> Ordering {
    use Value::*;
    match (l, r) {
        (U8(l), U8(r)) => l.cmp(r),
        (I8(l), I8(r)) => l.cmp(r),
        (U16(l), U16(r)) => l.cmp(r),
        (I16(l), I16(r)) => l.cmp(r),
        (U32(l), U32(r)) | (V32(l), V32(r)) => l.cmp(r),
        (I32(l), I32(r)) | (Z32(l), Z32(r)) => l.cmp(r),
        (U64(l), U64(r)) | (V64(l), V64(r)) => l.cmp(r),
        (I64(l), I64(r)) | (Z64(l), Z64(r)) => l.cmp(r),
        // With one NaN, partial_cmp knows no order: the NaN is less.
        (F32(l), F32(r)) => l.partial_cmp(r).unwrap_or_else(|| r.is_nan().cmp(&l.is_nan())),
        (F64(l), F64(r)) => l.partial_cmp(r).unwrap_or_else(|| r.is_nan().cmp(&l.is_nan())),
        (Bool(l), Bool(r)) => l.cmp(r),
        // The reference compares what an unknown type holds, not which type it is.
        (Abstract { payload: l, .. }, Abstract { payload: r, .. }) => l.cmp(r),
        (Duration(l), Duration(r)) => l.cmp(r),
        (DateTime(l), DateTime(r)) => l.cmp(r),
        (Decimal(l), Decimal(r)) => l.cmp(r),
        (Bytes(l), Bytes(r)) => l.cmp(r),
        (String(l), String(r)) => l.cmp(r),
        // Null is equal to null.
        _ => l.kind().cmp(&r.kind()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_is_less_than_any_number() {
        let nan = Value::F64(f64::NAN);
        assert_eq!(compare_leaves(&nan, &Value::F64(f64::NEG_INFINITY)), Ordering::Less);
        assert_eq!(compare_leaves(&Value::F64(0.), &nan), Ordering::Greater);
        assert_eq!(compare_leaves(&nan, &nan), Ordering::Equal);
        assert_eq!(compare_leaves(&Value::F64(-0.), &Value::F64(0.)), Ordering::Equal);
        assert_eq!(compare_leaves(&Value::Null, &Value::Null), Ordering::Equal);
        assert_eq!(compare_leaves(&Value::Null, &Value::U8(0)), Ordering::Greater);
    }
}
