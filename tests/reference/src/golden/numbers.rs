//! Numbers at their extremes. The delta and the image at the end hold the same values.

use super::Golden;
use crate::{archive::Archive, patch, val::*};
use anyhow::Result;
use netidx::{publisher::Value, subscriber::Event};
use rust_decimal::Decimal;
use std::path::Path as FilePath;
use triomphe::Arc;

/// One path a value, `/<type>/<what>`: a delta with all of them and, where it says so, an image.
pub fn one_batch(file: &FilePath, values: &[(String, Value)], image: bool) -> Result<()> {
    let mut a = Archive::create(file)?;
    a.paths(&values.iter().map(|(p, _)| p).collect::<Vec<_>>())?;
    let items: Vec<(&String, Event)> = values.iter().map(|(p, v)| (p, up(v.clone()))).collect();
    a.delta(at(0), &items)?;
    if image {
        a.image(at(10), &items)?;
    }
    a.finish()
}

pub fn integers(file: &FilePath) -> Result<Golden> {
    let mut values = vec![];
    macro_rules! all {
        ($($variant:ident $typ:ty: $($n:expr),*;)*) => {$(
            for n in [<$typ>::MIN, <$typ>::MAX, 0, 1 $(, $n)*] {
                let typ = stringify!($variant).to_lowercase();
                values.push((format!("/{typ}/{n}"), Value::$variant(n)));
            }
        )*}
    }
    all! {
        U8 u8: 127, 128;
        I8 i8: -1;
        U16 u16: 255, 256;
        I16 i16: -1, -256;
        U32 u32: 65_536, 4_000_000_000;
        V32 u32: 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456;
        I32 i32: -1;
        Z32 i32: -1, 63, 64, -64, -65, 8_191, 8_192, -8_192, -8_193;
        U64 u64: 9_007_199_254_740_993;
        V64 u64: 127, 128, 4_294_967_296, 9_007_199_254_740_993, 9_223_372_036_854_775_807,
            9_223_372_036_854_775_808;
        I64 i64: -1, 9_007_199_254_740_993, -9_007_199_254_740_993;
        Z64 i64: -1, 64, -65, 9_007_199_254_740_993, -9_007_199_254_740_993;
    }
    one_batch(file, &values, true)?;
    Ok(Golden::new(
        "every integer type: smallest, largest, 0, 1 and where an encoding grows by a byte",
    )
    .states([at(0), at(10)]))
}

pub fn floats(file: &FilePath) -> Result<Golden> {
    let mut values = vec![];
    let f64s: [(&str, f64); 32] = [
        ("nan", f64::NAN),
        ("nan-negative", -f64::NAN),
        ("nan-signalling", f64::from_bits(0x7FF0_0000_0000_0001)),
        ("inf", f64::INFINITY),
        ("inf-negative", f64::NEG_INFINITY),
        ("zero", 0.0),
        ("zero-negative", -0.0),
        ("one", 1.0),
        ("whole", 100.0),
        ("whole-negative", -42.0),
        ("whole-large", 123456789012345680.0),
        ("half", 0.5),
        ("tenth", 0.1),
        ("sum", 0.1 + 0.2),
        ("pi", std::f64::consts::PI),
        ("max", f64::MAX),
        ("min", f64::MIN),
        ("min-positive", f64::MIN_POSITIVE),
        ("subnormal-smallest", f64::from_bits(1)),
        ("subnormal-largest", f64::from_bits(0x000F_FFFF_FFFF_FFFF)),
        ("subnormal-negative", -f64::from_bits(12345)),
        ("epsilon", f64::EPSILON),
        ("1e300", 1e300),
        ("1e-300", 1e-300),
        ("1e15", 1e15),
        ("1e16", 1e16),
        ("1e17", 1e17),
        ("1e21", 1e21),
        ("1e-5", 1e-5),
        ("1e-7", 1e-7),
        ("2-53", 9_007_199_254_740_992.0),
        ("near-one", 0.999_999_999_999_999_9),
    ];
    let f32s: [(&str, f32); 23] = [
        ("nan", f32::NAN),
        ("nan-negative", -f32::NAN),
        ("nan-signalling", f32::from_bits(0x7F80_0001)),
        ("inf", f32::INFINITY),
        ("inf-negative", f32::NEG_INFINITY),
        ("zero", 0.0),
        ("zero-negative", -0.0),
        ("one", 1.0),
        ("whole", 16_777_216.0),
        ("tenth", 0.1),
        ("third", 1.0 / 3.0),
        ("price", 101.37),
        ("max", f32::MAX),
        ("min", f32::MIN),
        ("min-positive", f32::MIN_POSITIVE),
        ("subnormal-smallest", f32::from_bits(1)),
        ("subnormal-largest", f32::from_bits(0x007F_FFFF)),
        ("epsilon", f32::EPSILON),
        ("1e30", 1e30),
        ("1e-30", 1e-30),
        ("1e10", 1e10),
        ("1e-5", 1e-5),
        ("negative", -2.5),
    ];
    values.extend(f64s.map(|(what, v)| (format!("/f64/{what}"), Value::F64(v))));
    values.extend(f32s.map(|(what, v)| (format!("/f32/{what}"), Value::F32(v))));
    one_batch(file, &values, true)?;
    Ok(Golden::new("f32 and f64: NaN, infinities, zeros, subnormals, whole, huge and tiny numbers")
        .states([at(0), at(10)]))
}

pub fn decimals(file: &FilePath) -> Result<Golden> {
    let texts = [
        "0",
        "0.0",
        "0.00",
        "1",
        "1.0",
        "1.20",
        "-1.20",
        "100",
        "100.00",
        "0.1",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "7.9228162514264337593543950335",
        "-7.9228162514264337593543950335",
        "0.0000000000000000000000000001",
        "-0.0000000000000000000000000001",
        "0.0000000000000000000000000000",
        "1234567890123456789012345678",
        "1.2345678901234567890123456789",
        "12345678901234.56789012345678",
        "4294967296",
        "18446744073709551616",
    ];
    let mut values: Vec<_> = texts.iter().map(|t| (format!("/decimal/{t}"), dec(t))).collect();
    let parts = |lo, mid, hi, negative, scale| {
        Value::Decimal(Arc::new(Decimal::from_parts(lo, mid, hi, negative, scale)))
    };
    values.push(("/decimal/zero-negative".into(), parts(0, 0, 0, true, 0)));
    values.push(("/decimal/zero-negative-scale-28".into(), parts(0, 0, 0, true, 28)));
    values.push(("/decimal/high-word-scale-28".into(), parts(0, 0, 1, false, 28)));
    values.push(("/decimal/patched".into(), dec("0.00000")));
    one_batch(file, &values, false)?;
    // the sign bit of a zero, which rust_decimal itself never sets
    let zero = [&[20, 0, 0, 5, 0], &[0; 12][..]].concat();
    let negative = [&[20, 0, 0, 5, 0x80], &[0; 12][..]].concat();
    patch::replace(file, &zero, &negative)?;
    Ok(Golden::new("decimals: all scales from 0 to 28, the largest and smallest, zeros with a scale, a zero whose sign was patched")
        .states([at(10)]))
}
