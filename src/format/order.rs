//! netidx's total order of values, by which the keys of a map are sorted.
//!
//! A key is decoded to its whole depth before any comparison, maps inside it sorted once. So a
//! comparison cannot fail in the middle of a sort, and costs no more than the shorter key:
//! sorting the maps inside keys anew for each comparison would take years for a value of 64 KiB
//! whose keys are maps of maps.

use super::{
    Entries, Error, ErrorKind, Event, Kind, Origin, Reader, Value, limits::MAX_SORTED_VALUES, value,
};
use std::cmp::Ordering;

type Result<T> = std::result::Result<T, Error>;

/// The entries of a map as netidx sees them: sorted by key, the first of equal keys. More values
/// than [`MAX_SORTED_VALUES`] in its keys are not sorted.
pub fn sorted_entries<'a>(map: &Entries<'a>) -> Result<Vec<(Value<'a>, Value<'a>)>> {
    let mut reader = map.0.reader;
    let entries = sorted(&mut reader, map.len(), map.0.depth)?;
    let read = |(_, entry): (_, [Reader<'a>; 2])| {
        let [key, value] = entry.map(Value::read_skipped);
        Ok((key?, value?))
    };
    entries.into_iter().map(read).collect()
}

/// Whether two events are the same: both that the path was unsubscribed, or values that are equal in netidx's
/// order and of one type. So `NaN` is the same as `NaN`, also inside of others, and `-0.` the same as `0.`;
/// `i32:5` and `i64:5` differ. What cannot be decoded is the same as equal bytes only.
pub fn is_same(one: &Event<'_>, other: &Event<'_>) -> bool {
    if one.encoded() == other.encoded() {
        return true;
    }
    if one.kind() != other.kind() || matches!(one.kind(), None | Some(Kind::Abstract)) {
        return false;
    }
    let [mut one, mut other] =
        [one, other].map(|event| Reader::new(event.encoded(), Origin::File(0)));
    let keys = (
        Key::read(&mut one, 0, &mut Budget::default()),
        Key::read(&mut other, 0, &mut Budget::default()),
    );
    matches!(keys, (Ok(one), Ok(other)) if one.compare(&other).is_eq())
}

/// The entries of a map in order, each with readers at its key and its value. Moves `reader` from
/// the first to the end of the map.
pub(super) fn sorted<'a>(
    reader: &mut Reader<'a>,
    count: usize,
    depth: u32,
) -> Result<Vec<(Key<'a>, [Reader<'a>; 2])>> {
    let mut budget = Budget::default();
    let mut entries = Vec::new();
    for _ in 0..count {
        let before = *reader;
        let key = Key::read(reader, depth, &mut budget)?;
        entries.push((key, [before, *reader]));
        value::skip_nested(reader, depth)?;
    }
    sort(&mut entries);
    Ok(entries)
}

fn sort<T>(entries: &mut Vec<(Key<'_>, T)>) {
    entries.sort_by(|(l, _), (r, _)| l.compare(r));
    entries.dedup_by(|later, first| first.0.compare(&later.0).is_eq());
}

/// How many more values may be decoded.
pub(super) struct Budget {
    left: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: MAX_SORTED_VALUES }
    }
}

/// The key of a map, decoded to its whole depth.
pub enum Key<'a> {
    /// What holds no other values.
    Leaf(Value<'a>),
    /// An array or an error.
    List(Kind, Vec<Self>),
    /// A map, sorted.
    Map(Vec<(Self, Self)>),
}

impl<'a> Key<'a> {
    /// Decodes the value that `reader` is at, inside `depth` containers.
    pub(super) fn read(reader: &mut Reader<'a>, depth: u32, budget: &mut Budget) -> Result<Self> {
        budget.left = budget.left.checked_sub(1).ok_or_else(|| {
            let detail = format!("a map whose keys hold more than {MAX_SORTED_VALUES} values");
            reader.error(ErrorKind::Limit, format!("{detail} is not sorted"))
        })?;
        let opened = value::open(reader, depth)?;
        let mut next = |reader: &mut Reader<'a>| Self::read(reader, depth + 1, budget);
        Ok(match opened {
            Value::Error(held) if held.untagged_string => {
                Self::List(Kind::Error, vec![Self::Leaf(value::error_text(reader)?)])
            }
            Value::Array(held) | Value::Error(held) => {
                let values = (0..held.count).map(|_| next(reader)).collect::<Result<_>>()?;
                Self::List(opened.kind(), values)
            }
            Value::Map(map) => {
                let mut entries = Vec::new();
                for _ in 0..map.len() {
                    entries.push((next(reader)?, next(reader)?));
                }
                sort(&mut entries);
                Self::Map(entries)
            }
            leaf => Self::Leaf(leaf),
        })
    }

    /// The type.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Leaf(value) => value.kind(),
            Self::List(kind, _) => *kind,
            Self::Map(_) => Kind::Map,
        }
    }

    /// By type, then by content.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Leaf(l), Self::Leaf(r)) => compare_leaves(l, r),
            (Self::List(l, held_l), Self::List(r, held_r)) if l == r => {
                compare_all(held_l, held_r, Self::compare)
            }
            (Self::Map(l), Self::Map(r)) => {
                compare_all(l, r, |(lk, lv), (rk, rv)| lk.compare(rk).then_with(|| lv.compare(rv)))
            }
            (l, r) => l.kind().cmp(&r.kind()),
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
    use crate::format::Origin;

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

    #[test]
    fn same_events() {
        let same = |l: &[u8], r: &[u8]| {
            let [l, r] =
                [l, r].map(|bytes| Event::read(&mut Reader::new(bytes, Origin::File(0))).unwrap());
            assert_eq!(is_same(&l, &r), is_same(&r, &l));
            is_same(&l, &r)
        };
        let float = |n: f64| [&[9][..], &n.to_be_bytes()].concat();
        let nan = float(f64::NAN);
        let other_nan = float(f64::from_bits(f64::NAN.to_bits() | 1));
        let listed = |value: &[u8]| [&[19, 1][..], value].concat();
        assert!(same(&nan, &nan) && same(&nan, &other_nan));
        assert!(same(&listed(&nan), &listed(&other_nan)));
        assert!(same(&float(-0.), &float(0.)));
        assert!(!same(&float(1.), &float(2.)) && !same(&nan, &float(1.)));
        // i32:5 and i64:5, null in both encodings, null and unsubscribed.
        assert!(!same(&[2, 0, 0, 0, 5], &[6, 0, 0, 0, 0, 0, 0, 0, 5]));
        assert!(same(&[16], &[17]) && !same(&[16], &[0x40]) && same(&[0x40], &[0x40]));
        assert!(!same(&[14], &[15]));
        // error:"x" in both encodings.
        assert!(same(&[18, 1, b'x'], &[22, 12, 1, b'x']));
    }

    #[test]
    fn maps_are_sorted_and_the_first_of_equal_keys_wins() {
        // {"b" => 1, u8:9 => 2, "a" => 3, "b" => 4}
        let bytes =
            [21, 4, 12, 1, b'b', 23, 1, 23, 9, 23, 2, 12, 1, b'a', 23, 3, 12, 1, b'b', 23, 4];
        let Ok(Value::Map(entries)) = Value::read(&mut Reader::new(&bytes, Origin::File(0))) else {
            panic!()
        };
        let flat: Vec<_> =
            sorted_entries(&entries).unwrap().iter().map(|(k, v)| format!("{k:?} {v:?}")).collect();
        assert_eq!(flat, ["U8(9) U8(2)", "String(\"a\") U8(3)", "String(\"b\") U8(1)"]);
    }
}
