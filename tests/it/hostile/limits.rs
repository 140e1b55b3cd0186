//! What a file may claim, and what it gets.

use super::{BASIS, everything, numbers, open};
use crate::common::assert_sentence;
use crate::writer::{Kind, Layout, Writer, encoded_varint, record_header, sized};
use netidx_archive_viewer::{
    archive::Archive,
    format::{
        Dictionary, Error, ErrorKind, Inflater, Naming, Origin, Reader, Value, limits, write_value,
    },
    source::{CacheSize, Pages, ReadAt},
};
use std::time::{Duration, Instant};

/// What the one batch of a compressed file gives, with any frame in it.
fn inflated(bound: u32, frame: &[u8]) -> Result<usize, Error> {
    let mut file = Writer::new(Layout::COMPRESSED);
    file.basis(BASIS, 0);
    let payload = [&bound.to_be_bytes()[..], frame].concat();
    let record = file.record(Kind::Delta, 1, &payload);
    let items = everything(&open(file.finish())).remove(&record).expect("the batch").items;
    items.map(|items| items.len())
}

#[test]
fn a_tiny_frame_that_claims_much_is_refused() {
    let magic = b"\x28\xb5\x2f\xfd";
    // Content sizes of 4 GiB and of 2^63 bytes in a frame of one empty block.
    let four = [&magic[..], &[0xa0], &u32::MAX.to_le_bytes(), &[1, 0, 0]].concat();
    let eight = [&magic[..], &[0xe0], &(1u64 << 63).to_le_bytes(), &[1, 0, 0]].concat();
    // A window of 3.75 TiB.
    let window = [&magic[..], &[0, 0xff], &[1, 0, 0]].concat();
    // 128 KiB of one byte from four bytes, over and over.
    let run = [(128 << 10) << 3 | 2, 0, 0].map(|n: u32| n.to_le_bytes())[0];
    let mut bomb = [&magic[..], &[0, 0x40]].concat();
    for _ in 0..10_000 {
        bomb.extend([run[0], run[1], run[2], 16]);
    }
    bomb.extend([1, 0, 0]);
    for (what, frame) in [("4", &four), ("8", &eight), ("window", &window), ("bomb", &bomb)] {
        for bound in [0, 100, 1 << 20, u32::MAX] {
            let started = Instant::now();
            let error = inflated(bound, frame).expect_err(what);
            assert!(
                matches!(error.kind(), ErrorKind::Compression | ErrorKind::Truncated),
                "{error}"
            );
            assert!(started.elapsed() < Duration::from_secs(20), "{what}");
        }
    }
}

/// More than the record says is never inflated, though the frame holds it.
#[test]
fn a_frame_is_held_to_the_size_that_its_record_says() {
    let mut file = Writer::new(Layout::COMPRESSED);
    let batch = [&[1, 0][..], &[13], &sized(&[7; 5_000])].concat();
    let frame = file.frame(&batch);
    let length = batch.len() as u32;
    let dictionary = crate::writer::DICTIONARY;
    let parsed = Dictionary::new(dictionary);
    let mut inflater = Inflater::default();
    let reader = Reader::new(&frame, Origin::File(0x40));
    for bound in [length, length + 1, u32::MAX] {
        inflater.inflate(reader, bound, &parsed, || Ok(dictionary.to_vec())).expect("it fits");
        assert_eq!(inflater.inflated(0x38).rest(), batch);
    }
    let error =
        inflater.inflate(reader, length - 1, &parsed, || Ok(dictionary.to_vec())).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (ErrorKind::Compression, Some(0x40)));
}

#[test]
fn a_dictionary_larger_than_the_file_is_refused() {
    for length in [100, limits::MAX_DICTIONARY, limits::MAX_DICTIONARY + 1, u64::MAX] {
        let length = encoded_varint(length);
        let header = crate::writer::wrapped(&[&length[..], b"short"].concat());
        let mut file = b"netidx archive\x80\0\0\0".to_vec();
        file.extend(1000u64.to_be_bytes());
        file.extend(header);
        let error = Archive::open(file).err().expect("no archive");
        assert!(matches!(error.kind(), ErrorKind::Truncated | ErrorKind::Limit), "{error}");
        assert!(error.offset().is_some_and(|at| (26..60).contains(&at)), "{error}");
    }
}

/// A file that is zeros but for some parts, which takes no memory.
struct Sparse {
    length: u64,
    parts: Vec<(u64, Vec<u8>)>,
}

impl ReadAt for Sparse {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        into.fill(0);
        let end = offset + into.len() as u64;
        for (start, part) in &self.parts {
            let (from, to) = (offset.max(*start), end.min(start + part.len() as u64));
            if from < to {
                let part = &part[(from - start) as usize..(to - start) as usize];
                into[(from - offset) as usize..(to - offset) as usize].copy_from_slice(part);
            }
        }
        Ok(into.len())
    }
}

/// A compressed file of one batch with a dictionary of so many zeros.
fn with_dictionary_of(length: u64) -> Result<Archive, Error> {
    let mut file = Writer::with_dictionary(Layout::COMPRESSED, &[]);
    let head = file.at();
    file.basis(BASIS, 0);
    file.delta(1, &numbers(&[(0, 7)]));
    let records = file.finish().split_off(head as usize);
    let own = encoded_varint(length);
    let whole = length + own.len() as u64;
    let whole = encoded_varint(whole + encoded_varint(whole).len() as u64);
    let mut head = b"netidx archive\x80\0\0\0".to_vec();
    let start = 26 + (whole.len() + own.len()) as u64 + length;
    let end = start + records.len() as u64;
    head.extend(end.to_be_bytes());
    head.extend([whole, own].concat());
    let source = Sparse { length: end, parts: vec![(0, head), (start, records)] };
    let mut archive = Archive::start(Pages::new(source, CacheSize::default()))?;
    archive.scan_to(u64::MAX);
    Ok(archive)
}

#[test]
fn a_dictionary_is_read_up_to_the_limit_and_refused_past_it() {
    let batch = |archive: &Archive| everything(archive).pop_first().expect("a batch").1.items;
    // More than the largest batch, as the reference writes it for 6 GB.
    for length in [0, 1, 5_000_000, 600_000_000] {
        let archive = with_dictionary_of(length).expect("an archive");
        assert_eq!(batch(&archive), Ok(numbers(&[(0, 7)])), "{length}");
    }
    for length in [limits::MAX_DICTIONARY + 1, 3 << 30] {
        let error = with_dictionary_of(length).err().expect("too large");
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        assert!(error.to_string().contains("at most 107374"), "{error}");
    }
}

/// Each frame once copied the dictionary and parsed it anew for the second decoder.
#[test]
fn a_damaged_dictionary_costs_no_time_for_each_frame() {
    let raw: Vec<u8> =
        (0..4_u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut file = Writer::with_dictionary(Layout::COMPRESSED, &raw);
    file.basis(BASIS, 0);
    for micros in 0..2_000 {
        file.delta(micros, &numbers(&[(0, u64::from(micros))]));
    }
    let mut bytes = file.finish();
    let dictionary = bytes.windows(64).position(|part| part == &raw[..64]).expect("it is there");
    // What a dictionary of zstd's own begins with, before tables of noise.
    bytes[dictionary..dictionary + 4].copy_from_slice(&[0x37, 0xa4, 0x30, 0xec]);
    let archive = open(bytes);
    assert!(archive.index().problems().any(|e| e.kind() == ErrorKind::Compression));
    let started = Instant::now();
    let batches = everything(&archive);
    let took = started.elapsed();
    assert!(batches.values().all(|seen| seen.items.is_err()));
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn a_record_longer_than_the_file_is_refused() {
    let mut file = Writer::new(Layout::PLAIN);
    file.basis(BASIS, 0);
    let record = file.at();
    file.raw(&record_header(Kind::Delta, u32::MAX, 0));
    file.raw(b"some bytes");
    let archive = open(file.finish());
    let problem = archive.index().problems().next().expect("a problem").clone();
    assert_eq!(problem.kind(), ErrorKind::Truncated);
    assert!(problem.to_string().starts_with(&format!("delta batch at {record:#x}: ")), "{problem}");
}

#[test]
fn counts_allocate_nothing_before_they_are_believed() {
    for (what, batch) in [
        ("items", encoded_varint(u64::MAX)),
        ("an array", [&[1, 0, 19][..], &encoded_varint(1 << 40)].concat()),
        ("a map", [&[1, 0, 21][..], &encoded_varint(u64::MAX)].concat()),
        ("a string", [&[1, 0, 12][..], &encoded_varint(1 << 62)].concat()),
    ] {
        let mut file = Writer::new(Layout::PLAIN);
        file.basis(BASIS, 0);
        let record = file.batch(Kind::Delta, 1, &[], &batch);
        let items = &everything(&open(file.finish()))[&record].items;
        let error = items.clone().expect_err(what);
        assert!(matches!(error.kind(), ErrorKind::Length | ErrorKind::Truncated), "{error}");
    }
}

fn value_text(bytes: &[u8]) -> Result<String, Error> {
    let mut text = String::new();
    let read = Value::read(&mut Reader::new(bytes, Origin::File(0)));
    let written = read.and_then(|value| write_value(&value, Naming::Typed, &mut text));
    written.inspect_err(assert_sentence).map(|()| text)
}

#[test]
fn values_nest_so_deep_and_no_deeper() {
    let deep = |level: &[u8], levels: u32| [level.repeat(levels as usize), vec![16]].concat();
    for level in [&[22][..], &[19, 1], &[21, 1, 16]] {
        assert!(value_text(&deep(level, limits::MAX_VALUE_DEPTH)).is_ok());
        for levels in [limits::MAX_VALUE_DEPTH + 1, 100_000] {
            let error = value_text(&deep(level, levels)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Limit);
        }
    }
}

/// A map whose two keys are such maps again. Sorting the inner ones for each comparison takes
/// six times as long with each level: months for this one.
#[test]
fn maps_of_maps_as_keys_are_sorted_in_time() {
    let mut map = vec![16];
    for _ in 0..15 {
        map = [&[21, 2][..], &map, &[23, 1], &map, &[23, 2]].concat();
    }
    let started = Instant::now();
    let text = value_text(&map).expect("it is sorted");
    assert!(text.starts_with("{{{") && text.contains("null => u8:1"));
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn a_map_of_too_many_keys_and_a_text_too_long_are_refused() {
    // One that is sorted is shown as it comes. Of these the first key is the last.
    let keys = limits::MAX_SORTED_VALUES;
    let map = [&[21][..], &encoded_varint(keys as u64 + 1), &[14, 16], &[23, 1, 16].repeat(keys)];
    assert_eq!(value_text(&map.concat()).unwrap_err().kind(), ErrorKind::Limit);
    let equal = [&[21][..], &encoded_varint(keys as u64 + 1), &[16, 16].repeat(keys + 1)];
    assert_eq!(value_text(&equal.concat()), Ok("{null => null}".to_owned()));
    let tiny = [&[9][..], &f64::from_bits(1).to_be_bytes()].concat();
    let count = limits::MAX_VALUE_TEXT / 300;
    let array = [&[19][..], &encoded_varint(count as u64), &tiny.repeat(count)].concat();
    assert_eq!(value_text(&array).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn a_key_that_is_no_text_is_an_error_and_no_panic_in_the_sort() {
    let key = |bytes: &[u8]| [&[12][..], &sized(bytes), &[16]].concat();
    let mut map = [&[21][..], &encoded_varint(100)].concat();
    for n in 0..100u8 {
        map.extend(key(if n == 50 {
            &[0xff, 0xfe]
        } else {
            std::slice::from_ref(&b"abc"[n as usize % 3])
        }));
    }
    assert_eq!(value_text(&map).unwrap_err().kind(), ErrorKind::Utf8);
    let duration = [&[11][..], &[0xff; 12]].concat();
    assert_eq!(value_text(&duration).unwrap_err().kind(), ErrorKind::Range);
}
