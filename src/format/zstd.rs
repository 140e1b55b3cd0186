//! Inflating batches: the only file that names a zstd crate.
//!
//! Each batch is a frame of its own that uses the dictionary of the file. `zstd-rs` decodes:
//! it parses the dictionary once and shares it by reference, so that a frame costs the same
//! whatever the dictionary's size, it bounds its output, and it forbids unsafe code. `ruzstd`
//! copies the dictionary for each frame; it is the independent second opinion, asked only when
//! the first refuses, and no more after it refused some frames as well.

use super::{Error, ErrorKind, Origin, Reader, limits::MAX_INFLATED_BATCH};
use ruzstd::decoding::FrameDecoder;
use std::cell::RefCell;
use zstd_rs::{DecoderDictionary, Decompressor, DictionaryFormat};

/// What each frame begins with.
const MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";

/// How many frames in a row the second decoder refuses before it is given up. Each frame costs it a
/// copy of the dictionary, and a file of which both decoders refuse so many is damaged.
const MAX_REFUSALS: u32 = 16;

/// The dictionary of a file, parsed once by each decoder that needs it.
pub struct Dictionary {
    /// As `zstd-rs` has it, or why it does not.
    parsed: Result<DecoderDictionary, zstd_rs::Error>,
    second: RefCell<Second>,
}

/// The second decoder of a file.
#[derive(Default)]
struct Second {
    /// With the dictionary, or why it does not take it. `None` until it is asked.
    decoder: Option<Result<FrameDecoder, String>>,
    /// How many frames in a row it refused.
    refusals: u32,
}

impl Dictionary {
    /// Parses the dictionary of a compression header.
    pub fn new(raw: &[u8]) -> Self {
        let parsed = zstd_rs::Dictionary::new(raw, DictionaryFormat::Detect);
        Self { parsed: parsed.and_then(DecoderDictionary::new), second: RefCell::default() }
    }

    /// Why the dictionary is no good, if it is not. Frames may still be read by the second
    /// decoder.
    pub fn refusal(&self) -> Option<String> {
        self.parsed.as_ref().err().map(ToString::to_string)
    }
}

/// A decoder and its buffer, used for frame after frame. Keeps the largest batch it has seen
/// allocated, so that a frame allocates nothing.
pub struct Inflater {
    decompressor: Decompressor,
    batch: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self { decompressor: Decompressor::new(), batch: Vec::new() }
    }
}

impl Inflater {
    /// Inflates a frame, at most `bound` bytes. `raw` reads the text of `dictionary`, once for the
    /// second decoder if it is asked.
    pub fn inflate(
        &mut self,
        frame: Reader<'_>,
        bound: u32,
        dictionary: &Dictionary,
        raw: impl FnOnce() -> Result<Vec<u8>, Error>,
    ) -> Result<(), Error> {
        let limit = most_bytes(frame.remaining(), bound);
        if let Err(refusal) = self.first(frame.rest(), limit, dictionary) {
            let mut second = dictionary.second.borrow_mut();
            second.inflate(frame.rest(), limit, &mut self.batch, raw)?.map_err(|_| {
                // In the same words whether the second was asked or is given up.
                let detail = format!("the zstd frame cannot be read ({refusal}),");
                frame.error(ErrorKind::Compression, detail)
            })?;
        }
        Ok(())
    }

    /// Inflates a frame by both decoders. Holds nothing afterwards.
    ///
    /// # Errors
    /// Where one of them inflates it and the other does not, or to something else.
    pub fn compare(
        &mut self,
        frame: Reader<'_>,
        bound: u32,
        dictionary: &Dictionary,
        raw: impl FnOnce() -> Result<Vec<u8>, Error>,
    ) -> Result<(), Error> {
        let limit = most_bytes(frame.remaining(), bound);
        let first = self.first(frame.rest(), limit, dictionary).map_err(|e| e.to_string());
        let own = std::mem::take(&mut self.batch);
        let mut second = dictionary.second.borrow_mut();
        if second.refusals >= MAX_REFUSALS {
            return Ok(());
        }
        let second = second.inflate(frame.rest(), limit, &mut self.batch, raw)?;
        let differ = match (first, second) {
            (Ok(()), Ok(())) if own == self.batch => return Ok(()),
            (Ok(()), Ok(())) => "two zstd decoders inflate the frame to different bytes".to_owned(),
            (Ok(()), Err(e)) => format!("of two zstd decoders one refuses the frame ({e})"),
            // The second is there for what the first refuses, and `inflate` says what both do.
            (Err(_), _) => return Ok(()),
        };
        Err(frame.error(ErrorKind::Compression, format!("{differ},")))
    }

    /// What the last frame inflated to, said to be of the record at `record`.
    pub fn inflated(&self, record: u64) -> Reader<'_> {
        Reader::new(&self.batch, Origin::Inflated { record, at: 0 })
    }

    fn first(
        &mut self,
        frame: &[u8],
        limit: usize,
        dictionary: &Dictionary,
    ) -> Result<(), zstd_rs::Error> {
        let dictionary = dictionary.parsed.as_ref().map_err(|e| *e)?;
        self.batch.clear();
        self.decompressor.decompress(frame, Some(dictionary), limit, &mut self.batch).map(drop)
    }
}

impl Second {
    /// Inflates a frame into `batch`, or says why not. `Err` where the dictionary cannot be had.
    #[cold]
    fn inflate(
        &mut self,
        frame: &[u8],
        limit: usize,
        batch: &mut Vec<u8>,
        raw: impl FnOnce() -> Result<Vec<u8>, Error>,
    ) -> Result<Result<(), String>, Error> {
        if self.refusals >= MAX_REFUSALS {
            return Ok(Err("the second decoder is given up".to_owned()));
        }
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            none => none.insert(second_decoder(&raw()?)),
        };
        let inflated = match decoder {
            Ok(decoder) => decode(decoder, frame, limit, batch),
            Err(refusal) => Err(refusal.clone()),
        };
        self.refusals = if inflated.is_ok() { 0 } else { self.refusals + 1 };
        Ok(inflated)
    }
}

fn second_decoder(dictionary: &[u8]) -> Result<FrameDecoder, String> {
    let mut decoder = FrameDecoder::new();
    if !dictionary.is_empty() {
        let dictionary = ruzstd::decoding::Dictionary::decode_dict(dictionary)
            .map_err(|e| format!("dictionary: {e}"))?;
        decoder.add_dict(dictionary).map_err(|e| format!("dictionary: {e}"))?;
    }
    Ok(decoder)
}

fn decode(
    decoder: &mut FrameDecoder,
    frame: &[u8],
    limit: usize,
    batch: &mut Vec<u8>,
) -> Result<(), String> {
    if frame.is_empty() {
        return Err("no frame".to_owned());
    }
    // Its default accepts a window of 100 MB from a frame of 16 bytes.
    decoder.set_max_window_size((limit as u64).next_power_of_two().max(1 << 20));
    batch.clear();
    batch.try_reserve_exact(limit).map_err(|e| e.to_string())?;
    batch.resize(limit, 0);
    let written = decoder.decode_all(frame, batch).map_err(|e| e.to_string())?;
    batch.truncate(written);
    // It does not hold the frame to its own content size.
    let said = decoder.content_size();
    if said != 0 && said != written as u64 {
        return Err(format!("the frame says {said} bytes and holds {written}"));
    }
    Ok(())
}

/// The most bytes that a frame may inflate to: what the record says, what this reader accepts,
/// and what so few bytes can encode (a block of 128 KiB takes four).
fn most_bytes(frame: usize, bound: u32) -> usize {
    let blocks = (frame as u64 / 4).saturating_add(1);
    u64::from(bound).min(MAX_INFLATED_BATCH).min(blocks << 17) as usize
}

/// Whether `bytes` begin as a zstd frame does.
pub(crate) fn starts_frame(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Whether `bytes` are one zstd frame from the first byte to the last, by its header and the
/// headers of its blocks. Nothing is inflated.
pub(crate) fn is_whole_frame(bytes: &[u8]) -> bool {
    frame_len(bytes) == Some(bytes.len())
}

/// ```text
/// magic 4 │ descriptor 1 │ window 0-1 │ dictionary id 0-4 │ content size 0-8 │ blocks │ checksum 0-4
/// ```
fn frame_len(bytes: &[u8]) -> Option<usize> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (&descriptor, rest) = rest.split_first()?;
    let single_segment = descriptor & 0x20 != 0;
    let window = usize::from(!single_segment);
    let dictionary_id = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let content_size = match descriptor >> 6 {
        0 => usize::from(single_segment),
        n => 1 << n,
    };
    let mut rest = rest.get(window + dictionary_id + content_size..)?;
    loop {
        let (header, blocks) = rest.split_first_chunk::<3>()?;
        let header = u32::from_le_bytes([header[0], header[1], header[2], 0]);
        let size = match header >> 1 & 3 {
            1 => 1,
            0 | 2 => (header >> 3) as usize,
            _ => return None,
        };
        rest = blocks.get(size..)?;
        if header & 1 == 1 {
            break;
        }
    }
    let checksum = if descriptor & 4 != 0 { 4 } else { 0 };
    Some(bytes.len() - rest.get(checksum..)?.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use zstd_rs::{CompressionConfig, Compressor, EncoderDictionary};

    /// Frames of one text, with the raw dictionary and without.
    fn frame(text: &[u8], dictionary: Option<&EncoderDictionary>) -> Vec<u8> {
        let mut out = Vec::new();
        let config = CompressionConfig::DEFAULT;
        Compressor::new(config).unwrap().compress(text, dictionary, &mut out).unwrap();
        out
    }

    fn inflate(frame: &[u8], bound: u32, raw: &[u8]) -> Result<Vec<u8>, Error> {
        let mut inflater = Inflater::default();
        let reader = Reader::new(frame, Origin::File(0x90));
        let dictionary = Dictionary::new(raw);
        inflater.inflate(reader, bound, &dictionary, || Ok(raw.to_vec()))?;
        let inflated = inflater.inflated(0x80);
        assert_eq!(inflated.origin(), Origin::Inflated { record: 0x80, at: 0 });
        Ok(inflated.rest().to_vec())
    }

    #[test]
    fn inflates_within_the_bound() {
        let text = b"netidx netidx netidx netidx netidx netidx".repeat(40);
        let frame = frame(&text, None);
        assert_eq!(inflate(&frame, text.len() as u32, b"").unwrap(), text);
        let error = inflate(&frame, text.len() as u32 - 1, b"").unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::Compression, Some(0x90)));
        assert!(inflate(&frame[..frame.len() - 1], 1 << 20, b"").is_err());
        assert!(inflate(b"no frame at all", 1 << 20, b"").is_err());
    }

    #[test]
    fn uses_the_dictionary() {
        let raw = b"a dictionary that holds the text of all the batches there are".repeat(8);
        let dictionary = zstd_rs::Dictionary::new(&raw, DictionaryFormat::Detect).unwrap();
        let encoder = EncoderDictionary::new(&dictionary, 3).unwrap();
        let text = &raw[..300];
        let small = frame(text, Some(&encoder));
        assert!(small.len() < 40);
        assert_eq!(inflate(&small, 300, &raw).unwrap(), text);
        assert_ne!(inflate(&small, 300, b"").ok().as_deref(), Some(text));
    }

    #[test]
    fn the_second_decoder_agrees_and_is_held_to_the_content_size() {
        let text = b"netidx netidx netidx netidx netidx netidx".repeat(40);
        let frame = frame(&text, None);
        let mut second = Second::default();
        let mut batch = Vec::new();
        let mut inflate =
            |limit| second.inflate(&frame, limit, &mut batch, || Ok(Vec::new())).unwrap();
        inflate(text.len()).unwrap();
        assert!(inflate(text.len() - 1).is_err());
        assert!(inflate(text.len() + 1).is_ok(), "after a refusal");
        assert_eq!(batch, text);
    }

    #[test]
    fn the_second_decoder_has_the_dictionary_once_and_is_given_up() {
        let failed = || Error::new(ErrorKind::Source, 7, "the file is gone");
        for dictionary in [&b""[..], b"no dictionary of zstd's own"] {
            let (mut second, mut batch, mut asked) = (Second::default(), Vec::new(), 0);
            let error = second.inflate(b"x", 9, &mut batch, || Err(failed())).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Source);
            for number in 0..2 * MAX_REFUSALS {
                let raw = || {
                    asked += 1;
                    Ok(dictionary.to_vec())
                };
                let refusal = second.inflate(b"x", 9, &mut batch, raw).unwrap().unwrap_err();
                assert_eq!(refusal.contains("given up"), number >= MAX_REFUSALS, "{refusal}");
            }
            assert_eq!(asked, 1);
        }
        // What it reads between refusals keeps it.
        let frame = frame(b"netidx netidx netidx", None);
        let (mut second, mut batch) = (Second::default(), Vec::new());
        for number in 0..3 * MAX_REFUSALS {
            let bytes = if number % MAX_REFUSALS == 0 { &frame[..] } else { b"x" };
            let read = second.inflate(bytes, 99, &mut batch, || Ok(Vec::new())).unwrap();
            assert_eq!(read.is_ok(), number % MAX_REFUSALS == 0);
        }
    }

    #[test]
    fn the_length_of_a_frame_is_told_without_inflating() {
        for length in [0, 1, 100, 300, 70_000, 400_000] {
            let text: Vec<u8> = (0..length).map(|i| (i % 251 * (i / 1_000)) as u8).collect();
            for checksum in [false, true] {
                let mut frame = Vec::new();
                let config = CompressionConfig { checksum, ..CompressionConfig::FAST };
                Compressor::new(config).unwrap().compress(&text, None, &mut frame).unwrap();
                assert!(is_whole_frame(&frame), "{length}");
                assert!(!is_whole_frame(&frame[..frame.len() - 1]));
                frame.push(0);
                assert!(!is_whole_frame(&frame));
            }
        }
        assert!(!is_whole_frame(b""));
    }

    #[test]
    fn a_small_frame_justifies_only_so_much() {
        assert_eq!(most_bytes(0, u32::MAX), 128 << 10);
        assert_eq!(most_bytes(1 << 30, 77), 77);
        assert_eq!(most_bytes(1 << 30, u32::MAX) as u64, MAX_INFLATED_BATCH);
    }
}
