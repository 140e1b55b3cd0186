//! Values in values: arrays, maps, errors, and types that only their program knows.

use super::{Golden, numbers::one_batch};
use crate::{patch, val::*};
use anyhow::Result;
use bytes::{Buf, BufMut};
use netidx::{
    pack::{Pack, PackError},
    publisher::Value,
};
use netidx_value::Abstract;
use std::path::Path as FilePath;
use uuid::{Uuid, uuid};

pub fn arrays(file: &FilePath) -> Result<Golden> {
    let deep = (0..40).fold(Value::U8(1), |v, _| arr([v]));
    let values = [
        ("empty", arr([])),
        ("one", arr([Value::I64(1)])),
        ("of-strings", arr([s("a"), s("b, c"), s("\"d\"")])),
        ("mixed", arr([Value::U8(1), Value::F64(2.0), s("x"), Value::Bool(false), Value::Null])),
        ("nested", arr([arr([]), arr([arr([Value::Z32(-1)]), Value::V64(7)]), s("end")])),
        ("pairs", arr([arr([s("bid"), Value::F64(101.25)]), arr([s("ask"), Value::F64(101.5)])])),
        ("of-128", arr((0..128).map(Value::V32))),
        ("of-129", arr((0..129).map(|n| Value::U8(n as u8)))),
        ("deep-40", deep),
        (
            "of-all",
            arr([dec("1.10"), dt(start()), dur(2, 0), bytes(&[]), bytes(&[1]), err(s("e"))]),
        ),
    ];
    one_batch(file, &values.map(|(p, v)| (format!("/array/{p}"), v)), true)?;
    Ok(Golden::new("arrays: empty, mixed, nested, 40 deep, of more than 128 elements")
        .states([at(10)]))
}

pub fn maps(file: &FilePath) -> Result<Golden> {
    let deep = (0..20).fold(Value::U8(1), |v, _| map([(s("k"), v)]));
    let values = [
        ("empty", map([])),
        ("one", map([(s("k"), Value::U32(1))])),
        ("sorted", map([(s("b"), Value::U8(2)), (s("a"), Value::U8(1)), (s("B"), Value::U8(3))])),
        (
            "key-types",
            map([
                (s("1"), s("string")),
                (Value::U8(1), s("u8")),
                (Value::I8(1), s("i8")),
                (Value::U16(1), s("u16")),
                (Value::I16(1), s("i16")),
                (Value::U32(1), s("u32")),
                (Value::V32(1), s("v32")),
                (Value::I32(1), s("i32")),
                (Value::Z32(1), s("z32")),
                (Value::U64(1), s("u64")),
                (Value::V64(1), s("v64")),
                (Value::I64(1), s("i64")),
                (Value::Z64(1), s("z64")),
                (Value::F32(1.0), s("f32")),
                (Value::F64(1.0), s("f64")),
                (Value::Bool(true), s("bool")),
                (Value::Null, s("null")),
                (dec("1"), s("decimal")),
                (dt(time(1, 0)), s("datetime")),
                (dur(1, 0), s("duration")),
                (bytes(&[1]), s("bytes")),
                (err(s("1")), s("error")),
                (err(Value::U8(1)), s("error of u8")),
                (arr([Value::U8(1)]), s("array")),
                (map([(Value::U8(1), Value::Null)]), s("map")),
            ]),
        ),
        (
            "key-order",
            map([
                (Value::F64(f64::NAN), s("nan")),
                (Value::F64(f64::NEG_INFINITY), s("-inf")),
                (Value::F64(-1.5), s("-1.5")),
                (Value::F64(0.0), s("0")),
                (Value::F64(f64::INFINITY), s("inf")),
                (Value::I64(-1), s("-1")),
                (Value::I64(1), s("1")),
                (Value::I64(i64::MIN), s("min")),
                (s(""), s("empty")),
                (s("a"), s("a")),
                (s("é"), s("e acute")),
                (s("🚀"), s("rocket")),
                (s("\u{ffff}"), s("below the rocket in UTF-8, above it in UTF-16")),
                (Value::Bool(false), s("false")),
                (Value::Bool(true), s("true")),
                (arr([]), s("[]")),
                (arr([Value::I64(0)]), s("[0]")),
                (arr([Value::I64(0), Value::I64(0)]), s("[0, 0]")),
                (arr([Value::I64(1)]), s("[1]")),
                (dec("1.5"), s("1.5")),
                (dec("-20"), s("-20")),
                (bytes(&[0]), s("00")),
                (bytes(&[]), s("no bytes")),
                (bytes(&[0, 0]), s("0000")),
            ]),
        ),
        ("of-100", map((0..100).map(|n| (Value::I64(n * 37 % 100), Value::V32(n as u32))))),
        ("deep-20", deep),
        (
            "of-containers",
            map([(s("a"), arr([Value::Null])), (s("m"), map([])), (s("e"), err(s("x")))]),
        ),
    ];
    one_batch(file, &values.map(|(p, v)| (format!("/map/{p}"), v)), true)?;
    Ok(Golden::new("maps: empty, keys of every type and their order, 100 entries, nested")
        .states([at(10)]))
}

pub fn maps_duplicate_keys(file: &FilePath) -> Result<Golden> {
    let f = |n: f64| Value::F64(n);
    let values = [
        (
            "unsorted",
            map([(s("ka"), Value::U8(1)), (s("kb"), Value::U8(2)), (s("kc"), Value::U8(3))]),
        ),
        (
            "duplicate",
            map([(s("la"), Value::U8(1)), (s("lb"), Value::U8(2)), (s("lc"), Value::U8(3))]),
        ),
        ("zeros", map([(f(1.0), s("first")), (f(2.0), s("second"))])),
        ("nans", map([(f(3.0), s("first")), (f(4.0), s("second"))])),
        ("decimals", map([(dec("7.0"), s("first")), (dec("8.00"), s("second"))])),
        ("many", map((0..80u16).map(|n| (Value::U16(0x5500 + n), Value::U16(n))))),
    ];
    one_batch(file, &values.map(|(p, v)| (format!("/map/{p}"), v)), false)?;
    // the keys ka, kb, kc become kc, ka, kb
    for (old, new) in [(b"ka", b"k0"), (b"kb", b"ka"), (b"kc", b"kb"), (b"k0", b"kc")] {
        patch::replace(file, &[&[12, 2], &old[..]].concat(), &[&[12, 2], &new[..]].concat())?;
    }
    patch::replace(file, &[12, 2, b'l', b'c'], &[12, 2, b'l', b'a'])?;
    let key = |n: f64| [&[9], &n.to_be_bytes()[..]].concat();
    patch::replace(file, &key(1.0), &key(-0.0))?;
    patch::replace(file, &key(2.0), &key(0.0))?;
    patch::replace(file, &key(3.0), &key(f64::NAN))?;
    patch::replace(file, &key(4.0), &key(-f64::NAN))?;
    let key = |text: &str| {
        let mut buf = vec![];
        dec(text).encode(&mut buf).expect("a vector takes every value");
        buf
    };
    patch::replace(file, &key("8.00"), &key("7.00"))?;
    // every fourth of 80 keys becomes the one three before it
    for n in (3..80u16).step_by(4) {
        let pair = |k: u16| {
            let key = (0x5500 + k).to_be_bytes();
            [&[25], &key[..], &[25], &n.to_be_bytes()].concat()
        };
        patch::replace(file, &pair(n), &pair(n - 3))?;
    }
    Ok(Golden::new(
        "maps whose keys were patched: out of order, equal, equal in number only (-0.0 and 0.0, NaNs, \
         7.0 and 7.00), 20 equal pairs among 80",
    ))
}

pub fn errors(file: &FilePath) -> Result<Golden> {
    let values = [
        ("string", err(s("connection lost"))),
        ("empty", err(s(""))),
        ("escapes", err(s("line one\nline \"two\" <b>"))),
        ("u8", err(Value::U8(7))),
        ("f64-whole", err(Value::F64(2.0))),
        ("null", err(Value::Null)),
        ("decimal", err(dec("1.50"))),
        ("datetime", err(dt(start()))),
        ("duration", err(dur(3, 0))),
        ("bytes", err(bytes(&[1, 2, 3]))),
        ("bytes-empty", err(bytes(&[]))),
        ("array", err(arr([s("code"), Value::I32(-5)]))),
        ("map", err(map([(s("code"), Value::I32(-5)), (s("why"), s("timeout"))]))),
        ("error-of-string", err(err(s("inner")))),
        ("error-of-value", err(err(Value::U64(9)))),
        ("deep", err(err(err(err(arr([err(s("x")), err(Value::Null)])))))),
        ("in-array", arr([err(s("a")), err(Value::V32(1)), err(err(s("b")))])),
    ];
    one_batch(file, &values.map(|(p, v)| (format!("/error/{p}"), v)), true)?;
    Ok(Golden::new(
        "errors of both kinds: of a string (tag 18), of any other value (tag 22), nested",
    )
    .states([at(10)]))
}

/// A type that only this program knows; readers keep its bytes as they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Opaque<const N: usize>(Vec<u8>);

impl<const N: usize> Pack for Opaque<N> {
    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn encode(&self, buf: &mut impl BufMut) -> Result<(), PackError> {
        buf.put_slice(&self.0);
        Ok(())
    }

    fn decode(buf: &mut impl Buf) -> Result<Self, PackError> {
        Ok(Opaque(buf.copy_to_bytes(buf.remaining()).to_vec()))
    }
}

pub fn abstract_values(file: &FilePath) -> Result<Golden> {
    const ONE: Uuid = uuid!("550e8400-e29b-41d4-a716-446655440000");
    const TWO: Uuid = uuid!("00000000-0000-0000-0000-0000000000ff");
    let one = Abstract::register::<Opaque<1>>(ONE)?;
    let two = Abstract::register::<Opaque<2>>(TWO)?;
    let values = [
        ("empty", one.wrap(Opaque(vec![]))),
        ("text", one.wrap(Opaque(b"payload".to_vec()))),
        ("other-type", two.wrap(Opaque(vec![0, 255, 27]))),
        // its length with and without the length's own bytes: 127 and 128, then 129 and 131
        ("length-110", one.wrap(Opaque(vec![1; 110]))),
        ("length-111", one.wrap(Opaque(vec![2; 111]))),
        ("length-300", one.wrap(Opaque(vec![3; 300]))),
        ("in-array", arr([Value::U8(1), two.wrap(Opaque(vec![9])), s("after")])),
        ("in-map", map([(s("k"), one.wrap(Opaque(vec![8])))])),
        ("in-error", err(two.wrap(Opaque(vec![7])))),
    ];
    one_batch(file, &values.map(|(p, v)| (format!("/abstract/{p}"), v)), true)?;
    Ok(Golden::new(
        "abstract values of two types, alone and inside others, where their length grows by a byte",
    )
    .states([at(10)]))
}
