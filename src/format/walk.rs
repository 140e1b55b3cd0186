//! Walking a value once, from its first byte to its last, however deep it nests.
//!
//! Everything that shows a value is a [`Visitor`]: text, JSON, parts. A visitor that has enough
//! stops the walk, which has then cost no more than what was shown.

use super::{
    Error, ErrorKind, Kind, Reader, Value, Values,
    limits::MAX_RESORTED,
    order::{self, Budget, Key},
    value,
};
use std::cmp::Ordering;

/// What is shown the parts of a value in order.
///
/// ```text
/// [7, {"a" => null}]     begin(Array) item(0) leaf(7) item(1)
///                          begin(Map) entry(0, "a") leaf(null) entry_end end(Map)
///                        end(Array)
/// ```
pub trait Visitor<'a> {
    /// Why the walk stops before its end.
    type Stop: From<Error>;

    /// A value that holds no others.
    fn leaf(&mut self, value: &Value<'a>) -> Result<(), Self::Stop>;
    /// A value that holds others begins.
    fn begin(&mut self, container: Holder) -> Result<(), Self::Stop>;
    /// The value of this number in an array or an error comes next.
    fn item(&mut self, nth: usize) -> Result<(), Self::Stop>;
    /// The value of this key comes next.
    fn entry(&mut self, nth: usize, key: &Key<'a>) -> Result<(), Self::Stop>;
    /// The value of an entry was shown.
    fn entry_end(&mut self) -> Result<(), Self::Stop>;
    /// What began last ends.
    fn end(&mut self, container: Holder) -> Result<(), Self::Stop>;

    /// A place to go back to.
    fn mark(&self) -> usize;
    /// Takes back everything since a mark: a map turned out not to be sorted, and begins anew.
    fn reset(&mut self, mark: usize);
}

/// A value that holds others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// So many values.
    Array(usize),
    /// So many entries, as encoded: of equal keys only the first is shown.
    Map {
        /// How many.
        entries: usize,
        /// Whether all keys are strings.
        of_strings: bool,
    },
    /// One value.
    Error,
}

/// Shows a value to a visitor. The entries of a map are sorted, as netidx sorts them; a walk that
/// is stopped inside a map that is encoded in another order, which netidx never writes, may have
/// shown the first entries as they are encoded.
pub fn walk<'a, V: Visitor<'a>>(value: &Value<'a>, visitor: &mut V) -> Result<(), V::Stop> {
    // A copy moves along what the value holds.
    let held = match value {
        Value::Array(values) | Value::Error(values) => values,
        Value::Map(entries) => &entries.0,
        leaf => return visitor.leaf(leaf),
    };
    Walk { resorted: 0 }.opened(value, &mut held.reader.clone(), visitor)
}

impl<'a> Key<'a> {
    /// Shows the key to a visitor.
    pub fn walk<V: Visitor<'a>>(&self, visitor: &mut V) -> Result<(), V::Stop> {
        let holder = match self {
            Self::Leaf(leaf) => return visitor.leaf(leaf),
            Self::List(Kind::Error, _) => Holder::Error,
            Self::List(_, held) => Holder::Array(held.len()),
            Self::Map(entries) => Holder::Map {
                entries: entries.len(),
                of_strings: entries.first().is_none_or(|(key, _)| key.kind() == Kind::String),
            },
        };
        visitor.begin(holder)?;
        match self {
            Self::Leaf(_) => {}
            Self::List(_, held) => {
                for (nth, held) in held.iter().enumerate() {
                    visitor.item(nth)?;
                    held.walk(visitor)?;
                }
            }
            Self::Map(entries) => {
                for (nth, (key, value)) in entries.iter().enumerate() {
                    visitor.entry(nth, key)?;
                    value.walk(visitor)?;
                    visitor.entry_end()?;
                }
            }
        }
        visitor.end(holder)
    }
}

struct Walk {
    /// Bytes of maps that were walked a second time because they were not sorted.
    resorted: usize,
}

impl Walk {
    /// Shows the value that `reader` is at, inside `depth` containers.
    fn value<'a, V: Visitor<'a>>(
        &mut self,
        reader: &mut Reader<'a>,
        depth: u32,
        visitor: &mut V,
    ) -> Result<(), V::Stop> {
        let value = value::open(reader, depth)?;
        self.opened(&value, reader, visitor)
    }

    /// Shows a value; of a container, `reader` is at the first value in it.
    fn opened<'a, V: Visitor<'a>>(
        &mut self,
        value: &Value<'a>,
        reader: &mut Reader<'a>,
        visitor: &mut V,
    ) -> Result<(), V::Stop> {
        match value {
            Value::Array(values) => self.list(Holder::Array(values.count), values, reader, visitor),
            Value::Error(values) => self.list(Holder::Error, values, reader, visitor),
            Value::Map(entries) => self.map(entries.len(), reader, entries.0.depth, visitor),
            leaf => visitor.leaf(leaf),
        }
    }

    fn list<'a, V: Visitor<'a>>(
        &mut self,
        holder: Holder,
        values: &Values<'a>,
        reader: &mut Reader<'a>,
        visitor: &mut V,
    ) -> Result<(), V::Stop> {
        visitor.begin(holder)?;
        for nth in 0..values.count {
            visitor.item(nth)?;
            if values.untagged_string {
                visitor.leaf(&value::error_text(reader)?)?;
            } else {
                self.value(reader, values.depth, visitor)?;
            }
        }
        visitor.end(holder)
    }

    /// Shows a map as it comes, as long as its keys are sorted.
    fn map<'a, V: Visitor<'a>>(
        &mut self,
        count: usize,
        reader: &mut Reader<'a>,
        depth: u32,
        visitor: &mut V,
    ) -> Result<(), V::Stop> {
        let (start, mark) = (*reader, visitor.mark());
        let mut holder = Holder::Map { entries: count, of_strings: true };
        let (mut previous, mut nth): (Option<Key<'a>>, usize) = (None, 0);
        for _ in 0..count {
            let key = Key::read(reader, depth, &mut Budget::default())?;
            match previous.as_ref().map(|previous| previous.compare(&key)) {
                Some(Ordering::Less) => {}
                Some(Ordering::Equal) => {
                    value::skip_nested(reader, depth)?;
                    continue;
                }
                Some(Ordering::Greater) => {
                    visitor.reset(mark);
                    self.note_resorted(&start, reader)?;
                    *reader = start;
                    return self.unsorted_map(count, reader, depth, visitor);
                }
                None => {
                    holder = of_first_key(count, &key);
                    visitor.begin(holder)?;
                }
            }
            visitor.entry(nth, &key)?;
            self.value(reader, depth, visitor)?;
            visitor.entry_end()?;
            (previous, nth) = (Some(key), nth + 1);
        }
        if count == 0 {
            visitor.begin(holder)?;
        }
        visitor.end(holder)
    }

    fn unsorted_map<'a, V: Visitor<'a>>(
        &mut self,
        count: usize,
        reader: &mut Reader<'a>,
        depth: u32,
        visitor: &mut V,
    ) -> Result<(), V::Stop> {
        let start = *reader;
        let entries = order::sorted(reader, count, depth)?;
        self.note_resorted(&start, reader)?;
        let mut holder = Holder::Map { entries: count, of_strings: true };
        for (nth, (key, [_, mut value])) in entries.into_iter().enumerate() {
            if nth == 0 {
                holder = of_first_key(count, &key);
                visitor.begin(holder)?;
            }
            visitor.entry(nth, &key)?;
            self.value(&mut value, depth, visitor)?;
            visitor.entry_end()?;
        }
        visitor.end(holder)
    }

    /// Notes that what lies between two readers is walked once more.
    fn note_resorted(&mut self, from: &Reader<'_>, to: &Reader<'_>) -> Result<(), Error> {
        self.resorted += from.remaining() - to.remaining();
        if self.resorted > MAX_RESORTED {
            let detail =
                format!("maps in maps that are not sorted, of {MAX_RESORTED} bytes or more");
            return Err(from.error(ErrorKind::Limit, format!("{detail} together, are not shown,")));
        }
        Ok(())
    }
}

/// Strings are the last of all types: where the first key is one, all are.
fn of_first_key(entries: usize, key: &Key<'_>) -> Holder {
    Holder::Map { entries, of_strings: key.kind() == Kind::String }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Naming, Origin, limits::MAX_VALUE_DEPTH, write_value};
    use std::time::{Duration, Instant};

    fn text(bytes: &[u8]) -> Result<String, Error> {
        let mut text = String::new();
        let value = Value::read(&mut Reader::new(bytes, Origin::File(0)))?;
        write_value(&value, Naming::Plain, &mut text).map(|()| text)
    }

    /// Maps of two entries, the larger key first, one inside the other: each is begun anew, and
    /// everything inside it with it.
    #[test]
    fn unsorted_maps_in_maps_cost_no_more_than_they_may() {
        let nested = |levels: usize| {
            let mut map = vec![16];
            for _ in 0..levels {
                map = [&[21, 2, 23, 2][..], &map, &[23, 1, 16]].concat();
            }
            map
        };
        assert_eq!(text(&nested(2)).unwrap(), "{1 => null, 2 => {1 => null, 2 => null}}");
        let started = Instant::now();
        assert!(text(&nested(10)).is_ok());
        let error = text(&nested(MAX_VALUE_DEPTH as usize)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }

    #[test]
    fn a_map_is_shown_the_same_however_it_is_encoded() {
        let entry = |n: u8| [&[12, 1, n][..], &[19, 1, 23, n]].concat();
        let entries: Vec<_> = b"abcd".iter().map(|n| entry(*n)).collect();
        let map = |order: &[usize]| {
            let held: Vec<u8> = order.iter().flat_map(|nth| entries[*nth].clone()).collect();
            [&[21, order.len() as u8][..], &held].concat()
        };
        let sorted = text(&map(&[0, 1, 2, 3])).unwrap();
        assert_eq!(sorted, r#"{"a" => [97], "b" => [98], "c" => [99], "d" => [100]}"#);
        for order in [&[3, 2, 1, 0][..], &[0, 2, 1, 3], &[1, 0, 3, 2], &[0, 0, 1, 2, 2, 3, 1]] {
            assert_eq!(text(&map(order)).unwrap(), sorted, "{order:?}");
        }
        assert_eq!(text(&map(&[])).unwrap(), "{}");
    }
}
