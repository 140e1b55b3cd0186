//! Damage in one record never hides the others.

use super::{BASIS, Random, Sample, Seen, everything, kinds, numbers, open};
use crate::writer::{HEADER, Kind, Layout, Writer, record_header, sized};
use netidx_archive_viewer::format::{ErrorKind, RecordHeader};
use std::{collections::BTreeMap, ops::Range};

type Batches = BTreeMap<u64, Seen>;

/// What is wanted of the batches that damage did not touch.
#[derive(Clone, Copy, PartialEq)]
enum Times {
    Same,
    /// A time basis may be gone, and the times with it.
    Any,
}

/// All batches outside `damaged` are there and read as before.
fn untouched(
    what: &str,
    before: &Batches,
    after: &Batches,
    damaged: &[Range<usize>],
    times: Times,
) {
    let touched = |offset: u64| damaged.iter().any(|range| range.contains(&(offset as usize)));
    for (offset, sound) in before.iter().filter(|(offset, _)| !touched(**offset)) {
        let Some(read) = after.get(offset) else { panic!("{what}: {offset:#x} is gone") };
        assert_eq!(read.items, sound.items, "{what}: {offset:#x}");
        if times == Times::Same {
            assert_eq!(read.time, sound.time, "{what}: {offset:#x}");
        }
    }
    // And nothing is made up.
    for offset in after.keys().filter(|offset| !touched(**offset)) {
        assert!(before.contains_key(offset), "{what}: {offset:#x} is no batch");
    }
}

/// Whether the header at `start` leads, by chance, right to where a later record than the next one
/// begins. Then nothing in the headers tells that records were jumped over.
fn jumps(bytes: &[u8], start: usize, starts: impl IntoIterator<Item = usize>) -> bool {
    let Some(header) = bytes.get(start..).and_then(|rest| rest.first_chunk()) else { return false };
    let end = start as u64 + RecordHeader::from_bytes(*header).record_len();
    let mut later = starts.into_iter().chain([bytes.len()]).filter(|other| *other > start);
    later.next();
    later.any(|other| other as u64 == end)
}

fn damage_all(layout: Layout, mut damage: impl FnMut(&Sample, usize, &dyn Fn(&str, &[u8], Times))) {
    let sample = Sample::new(layout);
    let sound = open(sample.bytes.clone());
    assert_eq!(kinds(&sound), []);
    let before = everything(&sound);
    assert!(before.values().all(|seen| seen.items.is_ok()));
    for number in 0..sample.records.len() {
        let span = sample.span(number);
        let basis = sample.bases.contains(&(span.start as u64));
        damage(&sample, number, &|what, bytes, times| {
            if jumps(bytes, span.start, sample.starts()) {
                return;
            }
            let what = format!("{layout:?}, record {number} at {:#x}, {what}", span.start);
            let times = if basis { Times::Any } else { times };
            let after = everything(&open(bytes.to_vec()));
            untouched(&what, &before, &after, std::slice::from_ref(&span), times);
        });
    }
}

#[test]
fn garbled_payloads() {
    let mut random = Random(1);
    for layout in Layout::ALL {
        damage_all(layout, |sample, number, check| {
            let span = sample.span(number);
            for round in 0..12 {
                let mut bytes = sample.bytes.clone();
                let from = span.start + 8 + random.below(span.len() - 8);
                let to = (from + 1 + random.below(16)).min(span.end);
                bytes[from..to].fill_with(|| random.next() as u8);
                check(&format!("round {round}"), &bytes, Times::Same);
            }
        });
    }
}

#[test]
fn every_byte_of_every_record_header() {
    for layout in Layout::ALL {
        damage_all(layout, |sample, number, check| {
            let start = sample.span(number).start;
            for byte in 0..8 {
                for flip in [1, 2, 4, 8, 16, 32, 64, 128, 0xff] {
                    let mut bytes = sample.bytes.clone();
                    bytes[start + byte] ^= flip;
                    check(&format!("byte {byte} ^ {flip:#x}"), &bytes, Times::Same);
                }
            }
        });
    }
}

#[test]
fn records_that_are_zeros_or_noise_throughout() {
    let mut random = Random(2);
    for layout in Layout::ALL {
        damage_all(layout, |sample, number, check| {
            let span = sample.span(number);
            let mut bytes = sample.bytes.clone();
            bytes[span.clone()].fill(0);
            check("zeros", &bytes, Times::Same);
            bytes[span.clone()].fill(0xff);
            check("ones", &bytes, Times::Same);
            for round in 0..8 {
                bytes[span.clone()].fill_with(|| random.next() as u8);
                check(&format!("noise {round}"), &bytes, Times::Same);
            }
        });
    }
}

#[test]
fn zeros_and_noise_across_records_twice_in_one_file() {
    let mut random = Random(3);
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        let before = everything(&open(sample.bytes.clone()));
        let first = sample.records[0] as usize;
        for round in 0..400 {
            let mut bytes = sample.bytes.clone();
            let mut damaged = Vec::new();
            for _ in 0..2 {
                let from = first + random.below(bytes.len() - first);
                let to = (from + 1 + random.below(90)).min(bytes.len());
                let zeros = random.below(2) == 0;
                bytes[from..to].fill_with(|| if zeros { 0 } else { random.next() as u8 });
                // All of every record that it reaches into.
                let spans = (0..sample.records.len()).map(|number| sample.span(number));
                damaged.extend(spans.filter(|span| span.start < to && from < span.end));
            }
            // Up to two small records between damaged ones could be chance, and are not believed.
            for _ in 0..2 {
                let starts: Vec<_> = damaged.iter().map(|span| span.start).collect();
                let spans = (0..sample.records.len()).map(|number| sample.span(number));
                damaged.extend(spans.filter(|span| span.len() < 32 && starts.contains(&span.end)));
            }
            if damaged.iter().any(|span| jumps(&bytes, span.start, sample.starts())) {
                continue;
            }
            let what = format!("{layout:?}, round {round}");
            untouched(&what, &before, &everything(&open(bytes)), &damaged, Times::Any);
        }
    }
}

/// Bytes put in or taken out, so that all that follows moves.
#[test]
fn bytes_too_many_and_too_few() {
    let mut random = Random(4);
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        let items = |bytes: Vec<u8>| -> Vec<_> {
            everything(&open(bytes)).into_values().filter_map(|seen| seen.items.ok()).collect()
        };
        let before = items(sample.bytes.clone());
        for number in 0..sample.records.len() {
            for round in 0..6 {
                let span = sample.span(number);
                let place = span.start + random.below(span.len());
                let mut bytes = sample.bytes.clone();
                if round % 2 == 0 {
                    let noise: Vec<_> = (0..1 + random.below(20)).map(|_| random.next()).collect();
                    bytes.splice(place..place, noise.iter().map(|n| *n as u8));
                } else {
                    let end = (place + 1 + random.below(20)).min(span.end);
                    bytes.drain(place..end);
                }
                let length = bytes.len() as u64;
                bytes[HEADER - 8..HEADER].copy_from_slice(&length.to_be_bytes());
                let grown = bytes.len() as isize - sample.bytes.len() as isize;
                let moved = |start: usize| {
                    if start > place { start.wrapping_add_signed(grown) } else { start }
                };
                if jumps(&bytes, span.start, sample.starts().map(moved)) {
                    continue;
                }
                let after = items(bytes);
                let lost = before.iter().filter(|sound| !after.contains(sound)).count();
                // Where bytes are taken out, a string can end in the header behind it, soundly.
                let most = 1 + round % 2;
                assert!(lost <= most, "{layout:?}, record {number}, {round}: {lost} lost");
            }
        }
    }
}

#[test]
fn what_is_skipped_is_said_with_its_place() {
    let sample = Sample::new(Layout::INDEXED);
    let mut bytes = sample.bytes.clone();
    let span = sample.span(7);
    bytes[span.clone()].fill(0);
    let archive = open(bytes);
    let problem = super::problem(&archive);
    assert_eq!(
        (problem.kind(), problem.offset()),
        (ErrorKind::NotARecord, Some(span.start as u64))
    );
    assert!(problem.to_string().starts_with(&format!("{} bytes", span.len())), "{problem}");
}

/// A hole in a sparse file, or a sector that came back empty.
#[test]
fn a_long_hole_is_crossed() {
    let sample = Sample::new(Layout::PLAIN);
    let place = sample.span(9).start;
    let mut bytes = sample.bytes.clone();
    bytes.splice(place..place, vec![0; 80 << 20]);
    let length = bytes.len() as u64;
    bytes[HEADER - 8..HEADER].copy_from_slice(&length.to_be_bytes());
    let count = everything(&open(sample.bytes)).len();
    let archive = open(bytes);
    assert_eq!(everything(&archive).len(), count);
    assert_eq!(kinds(&archive), [ErrorKind::NotARecord]);
}

/// A delta of which the length is damaged leads into a text of the next one, which holds what looks
/// like path mappings.
#[test]
fn mappings_that_were_read_where_none_are_are_taken_back() {
    let fakes = [
        // A new path for a known id, then a path that passes the end.
        [&[2, 2, b'/', b'x', 5, 200][..], &[b'y'; 34]].concat(),
        // A new id, a known path for another id, a known id again, and an end too early.
        [&[3][..], b"\x02/z\x07\x02/b\x09\x02/a\x05", &[b'y'; 27]].concat(),
    ];
    for fake in fakes {
        let length = fake.len() as u32;
        let fake = [&record_header(Kind::PathMappings, length, 0)[..], &fake, &[0; 16]].concat();
        let mut file = Writer::new(Layout::PLAIN);
        file.basis(BASIS, 0);
        file.paths(&[("/a", 5), ("/b", 6)]);
        file.delta(1, &numbers(&[(5, 1)]));
        let second = file.delta(2, &numbers(&[(5, 2)]));
        file.delta(3, &[(5, [&[13][..], &sized(&fake)].concat())]);
        file.delta(4, &numbers(&[(5, 4)]));
        let mut bytes = file.finish();
        let sound = open(bytes.clone());
        let target = bytes.windows(8).position(|part| part == &fake[..8]).expect("the text");
        let header = record_header(Kind::Delta, (target - second as usize - 8) as u32, 2);
        bytes[second as usize..][..8].copy_from_slice(&header);
        let archive = open(bytes);
        let paths = |archive: &netidx_archive_viewer::archive::Archive| {
            let paths = &archive.index().paths;
            let ids = ["/a", "/b", "/x", "/z"].map(|path| paths.id_of(path));
            (paths.iter().map(|(id, path)| (id, path.to_owned())).collect::<Vec<_>>(), ids)
        };
        assert_eq!(paths(&archive), paths(&sound));
        assert_eq!(kinds(&archive), [ErrorKind::NotARecord]);
        assert_eq!(everything(&archive).len(), 3);
    }
}
