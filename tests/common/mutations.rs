//! Tens of thousands of small changes to every golden file: whatever comes of them, it is an
//! answer, in bounded time and memory.

use super::{FIXTURES, Random, assert_sentence};
use netidx_archive_viewer::{
    archive::Archive,
    format::{Naming, write_value},
    protocol::{ImageQuery, Request},
    query::{Cursor, Deltas, Filter, image},
    session::Session,
};
use std::ops::Bound;

pub fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    const ODD: [u8; 12] = [0, 1, 2, 7, 12, 18, 19, 21, 27, 0x40, 0x7f, 0xff];
    let length = bytes.len().max(1);
    // Past the magic most of the time: without it nothing is read at all.
    let place =
        if random.below(16) == 0 { random.below(length) } else { 14 + random.below(length) };
    let place = place.min(bytes.len());
    let end = (place + 1 + random.below(12)).min(bytes.len());
    match random.below(7) {
        0 => bytes.truncate(place),
        1 => bytes[place..end].fill(ODD[random.below(ODD.len())]),
        2 => bytes[place..end].fill_with(|| random.next() as u8),
        3 => drop(bytes.drain(place..end)),
        4 => {
            let from = random.below(length);
            let piece = bytes[from..(from + 1 + random.below(40)).min(length)].to_vec();
            bytes.splice(place..place, piece);
        }
        // A length or a count a little off.
        5 if place < bytes.len() => {
            bytes[place] = bytes[place].wrapping_add(1 + random.below(3) as u8).wrapping_sub(2);
        }
        _ if place < bytes.len() => bytes[place] ^= 1 << random.below(8),
        _ => {}
    }
}

/// Reads all that there is to read.
pub fn exercise(bytes: Vec<u8>) {
    let archive = match Archive::open(bytes.clone()) {
        Ok(archive) => archive,
        Err(error) => return assert_sentence(&error),
    };
    let index = archive.index();
    index.problems().for_each(assert_sentence);
    for batches in [&index.deltas, &index.images] {
        assert!(batches.iter().map(|mark| mark.offset).is_sorted());
        let numbers = batches.runs().map(|run| run.map(|number| batches.get(number).time));
        assert!(numbers.into_iter().all(|times| times.is_sorted()));
    }
    let mut text = String::new();
    let selection = Filter::parse("/**/*a*").expect("a glob").select(&index.paths);
    for selection in [None, selection.as_ref()] {
        let mut deltas = Deltas::new(&archive, selection, &Cursor::default());
        let mut count = 0;
        while let Some(batch) = deltas.next_batch() {
            count += 1;
            let batch = match batch {
                Ok(batch) => batch,
                Err(error) => {
                    assert_sentence(&error);
                    continue;
                }
            };
            batch.problems().listed().iter().for_each(assert_sentence);
            for item in batch.items().map_while(Result::ok) {
                let value = match item.event.value() {
                    Ok(Some(value)) => value,
                    Ok(None) => continue,
                    Err(error) => {
                        assert_sentence(&error);
                        continue;
                    }
                };
                for naming in [Naming::Typed, Naming::Plain] {
                    text.clear();
                    if let Err(error) = write_value(&value, naming, &mut text) {
                        assert_sentence(&error);
                    }
                }
            }
        }
        assert!(count <= index.deltas.len());
    }
    for number in 0..index.images.len() {
        let batch = archive.batches().batch(index.images.get(number).offset).map(Iterator::count);
        assert!(batch.is_err() || batch.is_ok_and(|count| count <= bytes.len() * 1000));
    }
    let mut session = Session::new();
    session.open(String::new(), bytes).expect("it opened before");
    let middle = index.deltas.times().nth(index.deltas.len() / 2);
    for time in [index.first(), middle, index.last()].into_iter().flatten() {
        for filter in ["", "/**"] {
            let selection = Filter::parse(filter).expect("a glob").select(&index.paths);
            let image = image(&archive, selection.as_ref(), Bound::Included(time));
            image.problems.iter().for_each(assert_sentence);
            for entry in image.entries() {
                let event = image.event(entry).expect("it was sound when it was taken");
                let _ = event.value();
            }
            let filter = filter.to_owned();
            let query = ImageQuery { at: time, filter, count: 50, ..ImageQuery::default() };
            session.handle(Request::Image(query)).expect("an image");
        }
    }
}

/// Mutants of every golden file, `most` of each that is small, the same in every run.
pub fn mutants(most: usize, mut check: impl FnMut(&str, Vec<u8>)) {
    let mut random = Random(0x6e65_7469_6478);
    for fixture in FIXTURES {
        // Large files would take most of the time and show nothing that small ones do not.
        let rounds = most * 2_000 / fixture.archive.len().max(2_000);
        for _ in 0..rounds.max(20) {
            let mut bytes = fixture.archive.to_vec();
            for _ in 0..1 + random.below(4) {
                mutate(&mut bytes, &mut random);
            }
            check(fixture.name, bytes);
        }
    }
}

/// Every small golden file, cut at every byte.
pub fn cuts(mut check: impl FnMut(&str, Vec<u8>)) {
    for fixture in FIXTURES.iter().filter(|fixture| fixture.archive.len() < 1_500) {
        for cut in 0..fixture.archive.len() {
            check(fixture.name, fixture.archive[..cut].to_vec());
        }
    }
}
