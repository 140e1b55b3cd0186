//! A zstd frame and a dictionary: two decoders, and the bytes where both accept.
//!
//! `u16 length of the dictionary, u16 bound / 16, dictionary, frame`, and first a byte that says
//! whether the frame is one or a text to be compressed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netidx_archive_viewer::format::{Dictionary, Inflater, Origin, Reader};
use ruzstd::decoding::FrameDecoder;
use zstd_rs::{CompressionConfig, Compressor, DictionaryFormat, EncoderDictionary};

fuzz_target!(|bytes: &[u8]| {
    let Some((&[compress, l0, l1, b0, b1], rest)) = bytes.split_first_chunk::<5>() else { return };
    let length = usize::from(u16::from_be_bytes([l0, l1])).min(rest.len());
    let bound = u32::from(u16::from_be_bytes([b0, b1])) << 4;
    let (raw, rest) = rest.split_at(length);
    let made;
    let frame = match compress & 1 {
        0 => rest,
        _ => {
            let Some(frame) = compressed(rest, raw) else { return };
            made = frame;
            &made[..]
        }
    };
    let dictionary = Dictionary::new(raw);
    let mut inflater = Inflater::default();
    let reader = Reader::new(frame, Origin::File(0));
    let accepted = inflater.inflate(reader, bound, &dictionary, || Ok(raw.to_vec()));
    let first = zstd_rs_alone(frame, raw, bound as usize);
    let second = ruzstd_alone(frame, raw, bound as usize);
    if let (Some(first), Some(second)) = (&first, &second) {
        assert_eq!(first, second);
    }
    if compress & 1 == 1 && rest.len() <= bound as usize {
        assert_eq!(first.as_deref(), Some(rest), "what was compressed comes back");
    }
    match accepted {
        Ok(()) => {
            let inflated = inflater.inflated(0);
            assert!(inflated.remaining() <= bound as usize);
            let expected = first.or(second).expect("one of the two accepts");
            assert_eq!(inflated.rest(), expected);
        }
        Err(_) => assert!(first.is_none()),
    }
});

fn compressed(text: &[u8], raw: &[u8]) -> Option<Vec<u8>> {
    let config = CompressionConfig::FAST;
    let dictionary = zstd_rs::Dictionary::new(raw, DictionaryFormat::Detect).ok()?;
    let dictionary = EncoderDictionary::new(&dictionary, config.level).ok()?;
    let mut frame = Vec::new();
    Compressor::new(config).ok()?.compress(text, Some(&dictionary), &mut frame).ok()?;
    Some(frame)
}

fn zstd_rs_alone(frame: &[u8], raw: &[u8], bound: usize) -> Option<Vec<u8>> {
    let dictionary = zstd_rs::Dictionary::new(raw, DictionaryFormat::Detect).ok()?;
    let dictionary = zstd_rs::DecoderDictionary::new(dictionary).ok()?;
    let mut out = Vec::new();
    let mut decoder = zstd_rs::Decompressor::new();
    decoder.decompress(frame, Some(&dictionary), bound, &mut out).ok()?;
    Some(out)
}

fn ruzstd_alone(frame: &[u8], raw: &[u8], bound: usize) -> Option<Vec<u8>> {
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(1 << 20);
    if !raw.is_empty() {
        let dictionary = ruzstd::decoding::Dictionary::decode_dict(raw).ok()?;
        decoder.add_dict(dictionary).ok()?;
    }
    let mut out = vec![0; bound];
    let written = decoder.decode_all(frame, &mut out).ok()?;
    out.truncate(written);
    let said = decoder.content_size();
    (said == 0 || said == written as u64).then_some(out)
}
