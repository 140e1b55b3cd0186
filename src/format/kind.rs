//! The types of values, and the tag bytes that announce them.

/// The types of netidx values.
///
/// In netidx's order, by which the keys of a map are sorted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the variants are netidx's own names
pub enum Kind {
    U8,
    I8,
    U16,
    I16,
    U32,
    V32,
    I32,
    Z32,
    U64,
    V64,
    I64,
    Z64,
    F32,
    F64,
    Bool,
    Null,
    Abstract,
    Duration,
    DateTime,
    Decimal,
    Map,
    Array,
    Error,
    Bytes,
    String,
}

impl Kind {
    /// netidx's name of the type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::V32 => "v32",
            Self::I32 => "i32",
            Self::Z32 => "z32",
            Self::U64 => "u64",
            Self::V64 => "v64",
            Self::I64 => "i64",
            Self::Z64 => "z64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Bool => "bool",
            Self::Null => "null",
            Self::Abstract => "abstract",
            Self::Duration => "duration",
            Self::DateTime => "datetime",
            Self::Decimal => "decimal",
            Self::Map => "map",
            Self::Array => "array",
            Self::Error => "error",
            Self::Bytes => "bytes",
            Self::String => "string",
        }
    }

    /// The type that a tag byte announces; `None` for a tag that no value has.
    #[inline]
    pub const fn from_tag(tag: u8) -> Option<Self> {
        // Guessed, as where lengths are looked up.
        if tag == tag::F64 { Some(Self::F64) } else { KINDS[tag as usize] }
    }
}

/// The tag bytes by their names.
#[rustfmt::skip]
pub(super) mod tag {
    pub const U32: u8 = 0;
    pub const V32: u8 = 1;
    pub const I32: u8 = 2;
    pub const Z32: u8 = 3;
    pub const U64: u8 = 4;
    pub const V64: u8 = 5;
    pub const I64: u8 = 6;
    pub const Z64: u8 = 7;
    pub const F32: u8 = 8;
    pub const F64: u8 = 9;
    pub const DATETIME: u8 = 10;
    pub const DURATION: u8 = 11;
    pub const STRING: u8 = 12;
    pub const BYTES: u8 = 13;
    pub const TRUE: u8 = 14;
    pub const FALSE: u8 = 15;
    pub const NULL: u8 = 16;
    /// What older writers had for `Ok`.
    pub const OK: u8 = 17;
    /// An error that holds a string, which has no tag of its own.
    pub const ERROR_STRING: u8 = 18;
    pub const ARRAY: u8 = 19;
    pub const DECIMAL: u8 = 20;
    pub const MAP: u8 = 21;
    pub const ERROR: u8 = 22;
    pub const U8: u8 = 23;
    pub const I8: u8 = 24;
    pub const U16: u8 = 25;
    pub const I16: u8 = 26;
    pub const ABSTRACT: u8 = 27;
    /// Of no value: the path was unsubscribed.
    pub const UNSUBSCRIBED: u8 = 0x40;
}

/// Each tag, the type it announces, and how many bytes such a value takes, its tag included; 0
/// where the tag alone does not tell.
const TAGS: [(u8, Kind, u8); 28] = [
    (tag::U32, Kind::U32, 5),
    (tag::V32, Kind::V32, 0),
    (tag::I32, Kind::I32, 5),
    (tag::Z32, Kind::Z32, 0),
    (tag::U64, Kind::U64, 9),
    (tag::V64, Kind::V64, 0),
    (tag::I64, Kind::I64, 9),
    (tag::Z64, Kind::Z64, 0),
    (tag::F32, Kind::F32, 5),
    (tag::F64, Kind::F64, F64_LEN as u8),
    (tag::DATETIME, Kind::DateTime, 13),
    (tag::DURATION, Kind::Duration, 13),
    (tag::STRING, Kind::String, 0),
    (tag::BYTES, Kind::Bytes, 0),
    (tag::TRUE, Kind::Bool, 1),
    (tag::FALSE, Kind::Bool, 1),
    (tag::NULL, Kind::Null, 1),
    (tag::OK, Kind::Null, 1),
    (tag::ERROR_STRING, Kind::Error, 0),
    (tag::ARRAY, Kind::Array, 0),
    (tag::DECIMAL, Kind::Decimal, 17),
    (tag::MAP, Kind::Map, 0),
    (tag::ERROR, Kind::Error, 0),
    (tag::U8, Kind::U8, 2),
    (tag::I8, Kind::I8, 2),
    (tag::U16, Kind::U16, 3),
    (tag::I16, Kind::I16, 3),
    (tag::ABSTRACT, Kind::Abstract, 0),
];

/// How many bytes an `f64` takes, which is what most values are: hot paths guess it, so that the
/// processor need not wait for a table.
pub(super) const F64_LEN: usize = 9;

/// How many bytes a value takes, its tag included, where the tag alone tells; else 0.
pub(super) const FIXED: [u8; 256] = {
    let mut fixed = [0; 256];
    let mut i = 0;
    while i < TAGS.len() {
        fixed[TAGS[i].0 as usize] = TAGS[i].2;
        i += 1;
    }
    fixed
};

const KINDS: [Option<Kind>; 256] = {
    let mut kinds = [None; 256];
    let mut i = 0;
    while i < TAGS.len() {
        kinds[TAGS[i].0 as usize] = Some(TAGS[i].1);
        i += 1;
    }
    kinds
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_stands_in_the_table_once() {
        for (place, (tag, kind, _)) in TAGS.iter().enumerate() {
            assert_eq!(usize::from(*tag), place);
            assert_eq!(Kind::from_tag(*tag), Some(*kind));
        }
        for tag in TAGS.len() as u8..=u8::MAX {
            assert_eq!((Kind::from_tag(tag), FIXED[usize::from(tag)]), (None, 0), "{tag}");
        }
    }
}
