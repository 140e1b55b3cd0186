//! A file read a page at a time and scanned in steps, against the same bytes in memory.

use crate::common::{
    FIXTURES, Random,
    differential::QUESTIONS,
    mutations::{cuts, mutants},
};
use crate::hostile::Sample;
use crate::writer::{HEADER, Layout};
use netidx_archive_viewer::{
    archive::Archive,
    format::{Error, ErrorKind},
    index::BatchTimes,
    query::{Cursor, Seek, image},
    source::{CacheSize, Pages, ReadAt},
    time::Timestamp,
};
use std::{cell::Cell, ops::Bound, rc::Rc};

/// A file whose reads are short, and of which the reads from some number on fail.
pub struct Source {
    pub bytes: Rc<Vec<u8>>,
    pub reads: Rc<Cell<usize>>,
    pub fails_from: usize,
}

impl ReadAt for Source {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        let read = self.reads.replace(self.reads.get() + 1);
        if read >= self.fails_from {
            return Err("pulled out".to_owned());
        }
        // Of many lengths, and always a byte at least.
        let most = into.len().min(1 + read * 7 % 41);
        self.bytes.read_at(offset, &mut into[..most])
    }
}

pub fn pages(bytes: &Rc<Vec<u8>>, size: CacheSize, fails_from: usize) -> (Pages, Rc<Cell<usize>>) {
    let reads = Rc::new(Cell::new(0));
    let source = Source { bytes: Rc::clone(bytes), reads: Rc::clone(&reads), fails_from };
    (Pages::new(source, size), reads)
}

/// Pages so small that every record straddles them.
pub fn tiny(random: &mut Random) -> CacheSize {
    CacheSize { page: 1 + random.below(64), pages: 1 + random.below(3) }
}

/// Scans in steps of up to 300 bytes.
fn scan(archive: &mut Archive, random: &mut Random) {
    let mut until = 0;
    for _ in 0..1_000_000 {
        until = archive.index().end().max(until) + random.below(300) as u64;
        if archive.scan_to(until) {
            return;
        }
    }
    panic!("a scan does not end");
}

fn marks(times: &BatchTimes) -> Vec<(Timestamp, u64)> {
    (0..times.len()).map(|n| times.get(n)).map(|mark| (mark.time, mark.offset)).collect()
}

/// A batch or an image: ids, times and places of events, and their bytes.
type Contents = Result<Vec<(u32, Vec<u8>)>, Error>;

fn batches(archive: &Archive) -> Vec<(u64, Contents)> {
    let mut batches = archive.batches();
    let all = [marks(&archive.index().deltas), marks(&archive.index().images)].concat();
    all.iter()
        .map(|(_, offset)| {
            let items = batches.batch(*offset).and_then(|batch| {
                batch.map(|item| item.map(|i| (i.id, i.event.encoded().to_vec()))).collect()
            });
            (*offset, items)
        })
        .collect()
}

/// Everything that is known of a file, and everything that can be read of it.
pub fn same(name: &str, paged: &Archive, whole: &Archive) {
    let (l, r) = (paged.index(), whole.index());
    assert_eq!(marks(&l.deltas), marks(&r.deltas), "{name}");
    assert_eq!(marks(&l.images), marks(&r.images), "{name}");
    assert!(l.paths.iter().eq(r.paths.iter()), "{name}");
    assert_eq!(l.end(), r.end(), "{name}");
    let problems = |archive: &Archive| archive.index().problems().cloned().collect::<Vec<_>>();
    assert_eq!(problems(paged), problems(whole), "{name}");
    assert_eq!(l.problem_count(), r.problem_count(), "{name}");
    assert_eq!(batches(paged), batches(whole), "{name}");
    let times = r.deltas.times().collect::<Vec<_>>();
    let middle = times.get(times.len() / 2).copied();
    for at in [r.first(), middle, r.last()].into_iter().flatten() {
        let (l, r) = [paged, whole].map(|archive| image(archive, None, Bound::Included(at))).into();
        let events = |image: &netidx_archive_viewer::query::Image| {
            let entries = image.entries().iter().map(|entry| {
                let event = image.event(entry).map(|event| event.encoded().to_vec());
                (entry.id, entry.ordinal, entry.time, entry.record, event)
            });
            entries.collect::<Vec<_>>()
        };
        assert_eq!(events(&l), events(&r), "{name} at {at}");
        assert_eq!(l.problems, r.problems, "{name} at {at}");
        for expression in ["+1", "-2", "+0.5s", "-1u", "end", "beginning"] {
            let sought = [paged, whole].map(|archive| {
                let mut cursor = Cursor::default();
                cursor.set_position(at);
                let seek: Seek = expression.parse().expect("a seek");
                cursor.seek(archive.index(), seek);
                cursor.position()
            });
            assert_eq!(sought[0], sought[1], "{name} at {at} {expression}");
        }
    }
}

/// Opens bytes in memory and by pages.
fn check(name: &str, bytes: Vec<u8>, random: &mut Random) {
    let shared = Rc::new(bytes);
    let (source, _) = pages(&shared, tiny(random), usize::MAX);
    let paged = Archive::start(source);
    let whole = Archive::open(shared.to_vec());
    match (paged, whole) {
        (Ok(mut paged), Ok(whole)) => {
            scan(&mut paged, random);
            same(name, &paged, &whole);
        }
        (paged, whole) => assert_eq!(paged.err(), whole.err(), "{name}"),
    }
}

#[test]
fn golden_files() {
    let mut random = Random(11);
    for fixture in FIXTURES {
        for _ in 0..2_000_000 / fixture.archive.len().max(100_000) {
            check(fixture.name, fixture.archive.to_vec(), &mut random);
        }
    }
}

#[test]
fn differential_archives() {
    let mut random = Random(12);
    for questions in QUESTIONS.iter().filter(|questions| questions.archive.len() < 400_000) {
        check(questions.name, questions.archive.to_vec(), &mut random);
    }
}

#[test]
fn mutants_of_golden_files() {
    let mut random = Random(13);
    mutants(40, |name, bytes| check(name, bytes, &mut random));
}

#[test]
fn golden_files_cut_at_every_byte() {
    let mut random = Random(14);
    cuts(|name, bytes| {
        if random.below(4) == 0 {
            check(name, bytes, &mut random);
        }
    });
}

#[test]
fn damage_in_every_layout() {
    let mut random = Random(15);
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        for round in 0..150 {
            let mut bytes = sample.bytes.clone();
            let start = HEADER + random.below(bytes.len() - HEADER);
            let end = (start + 1 + random.below(60)).min(bytes.len());
            bytes[start..end].fill_with(|| random.next() as u8);
            check(&format!("{layout:?} {round}"), bytes, &mut random);
        }
    }
}

/// The reads fail from each one on: what was read until then is right, and a sound source goes on
/// from there to the same end.
#[test]
fn reads_that_fail_at_every_point() {
    let mut random = Random(16);
    for layout in Layout::ALL {
        let bytes = Rc::new(Sample::new(layout).bytes);
        let whole = Archive::open(bytes.to_vec()).expect("an archive");
        let all = marks(&whole.index().deltas);
        let size = CacheSize { page: 48, pages: 2 };
        let (source, reads) = pages(&bytes, size, usize::MAX);
        scan(&mut Archive::start(source).expect("an archive"), &mut random);
        let mut started = 0;
        for fails_from in 0..reads.get() {
            let (source, _) = pages(&bytes, size, fails_from);
            let mut archive = match Archive::start(source) {
                Ok(archive) => archive,
                Err(e) => {
                    assert_eq!(e.kind(), ErrorKind::Source);
                    continue;
                }
            };
            started += 1;
            scan(&mut archive, &mut random);
            let known = marks(&archive.index().deltas);
            assert!(all.starts_with(&known), "{layout:?} {fails_from}");
            let kinds: Vec<_> = archive.index().problems().map(Error::kind).collect();
            assert!(kinds.iter().all(|kind| *kind == ErrorKind::Source), "{kinds:?}");
            for (_, contents) in batches(&archive) {
                assert!(contents.is_ok_and(|items| !items.is_empty()) || !kinds.is_empty());
            }
            // An image says what of it could not be read.
            if let Some(last) = archive.index().last() {
                let image = image(&archive, None, Bound::Included(last));
                let known = [ErrorKind::Source, ErrorKind::UnmappedId];
                assert!(image.problems.iter().all(|e| known.contains(&e.kind())));
            }
            archive.grow(pages(&bytes, size, usize::MAX).0).expect("the same file");
            scan(&mut archive, &mut random);
            same(&format!("{layout:?} {fails_from}"), &archive, &whole);
        }
        assert!(started > 20, "{layout:?}: only {started} of {} reads", reads.get());
    }
}

/// A file as it is while it is recorded: committed up to some offset, with anything behind it.
pub fn younger(bytes: &[u8], committed: usize, random: &mut Random) -> Rc<Vec<u8>> {
    let mut younger = bytes[..committed].to_vec();
    younger[HEADER - 8..HEADER].copy_from_slice(&(committed as u64).to_be_bytes());
    match random.below(3) {
        0 => {}
        1 => younger.extend(vec![0; random.below(500)]),
        // What is being written just now.
        _ => {
            younger.extend_from_slice(&bytes[committed..][..random.below(bytes.len() - committed)])
        }
    }
    Rc::new(younger)
}

#[test]
fn growth_in_random_steps() {
    let mut random = Random(17);
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        let starts: Vec<usize> = sample.starts().collect();
        let whole = Archive::open(sample.bytes.clone()).expect("an archive");
        for round in 0..60 {
            let name = format!("{layout:?} {round}");
            // By whole records, as the recorder commits; some rounds at any byte.
            let mut ends: Vec<usize> = match round % 4 {
                0 => (0..6)
                    .map(|_| starts[0] + random.below(sample.bytes.len() - starts[0]))
                    .collect(),
                _ => (0..6).map(|_| starts[random.below(starts.len())]).collect(),
            };
            ends.sort_unstable();
            let size = tiny(&mut random);
            let mut archive: Option<Archive> = None;
            for end in ends {
                let bytes = younger(&sample.bytes, end, &mut random);
                let (source, _) = pages(&bytes, size, usize::MAX);
                match &mut archive {
                    None => archive = Archive::start(source).ok(),
                    Some(archive) => drop(archive.grow(source).expect("the same file")),
                }
                let Some(archive) = &mut archive else { continue };
                // Sometimes it grows before all of it is scanned.
                match random.below(3) {
                    0 => drop(archive.scan_to(random.below(end) as u64)),
                    _ => scan(archive, &mut random),
                }
                let end = end as u64;
                assert!(archive.index().end() <= end, "{name}: nothing behind committed");
                assert!(marks(&archive.index().deltas).iter().all(|(_, offset)| *offset < end));
            }
            let mut archive = archive.expect("the head is whole");
            let bytes = Rc::new(sample.bytes.clone());
            archive.grow(pages(&bytes, size, usize::MAX).0).expect("the same file");
            scan(&mut archive, &mut random);
            same(&name, &archive, &whole);
            let again = archive.grow(pages(&bytes, size, usize::MAX).0);
            assert_eq!(again, Ok(false), "nothing is new");
            same(&name, &archive, &whole);
        }
    }
}

#[test]
fn another_file_in_its_place_is_refused() {
    let size = CacheSize { page: 4_096, pages: 4 };
    let sample = Sample::new(Layout::INDEXED);
    let bytes = Rc::new(sample.bytes.clone());
    let mut archive = Archive::start(pages(&bytes, size, usize::MAX).0).expect("an archive");
    archive.scan_to(u64::MAX);
    let whole = Archive::open(sample.bytes.clone()).expect("an archive");
    let mut refused = |bytes: Vec<u8>| {
        let (source, _) = pages(&Rc::new(bytes), size, usize::MAX);
        let error = archive.grow(source).expect_err("not the same file");
        assert_eq!((error.kind(), error.offset()), (ErrorKind::Changed, None), "{error}");
        same("what was open", &archive, &whole);
        error.to_string()
    };
    // A longer file that began at another time.
    let mut other = [&sample.bytes[..], &sample.bytes[HEADER..]].concat();
    let committed = (other.len() as u64).to_be_bytes();
    other[HEADER - 8..HEADER].copy_from_slice(&committed);
    let mut later = other.clone();
    later[HEADER + 8 + 7] ^= 1;
    assert!(refused(later).contains("another file"));
    // One with another end of what is known.
    other[sample.bytes.len() - 1] ^= 1;
    assert!(refused(other).contains("another file"));
    assert!(refused(b"PNG".to_vec()).contains("another file"));
    assert!(refused(Vec::new()).contains("another file"));
    assert!(refused(sample.bytes[..sample.bytes.len() - 1].to_vec()).contains("shrank"));
    let mut shrunk = sample.bytes.clone();
    let committed = shrunk.len() as u64 - 40;
    shrunk[HEADER - 8..HEADER].copy_from_slice(&committed.to_be_bytes());
    assert!(refused(shrunk).contains("shrank"));
}

/// From pages to memory and back, as a script does that has a `Blob` first and its bytes later.
#[test]
fn a_file_goes_on_from_memory_and_back() {
    let mut random = Random(18);
    for layout in Layout::ALL {
        let bytes = Rc::new(Sample::new(layout).bytes);
        let whole = Archive::open(bytes.to_vec()).expect("an archive");
        let size = CacheSize { page: 64, pages: 2 };
        let young = younger(&bytes, 400, &mut random);
        for start in [&bytes, &young] {
            let mut paged = Archive::start(pages(start, size, usize::MAX).0).expect("an archive");
            paged.scan_to(u64::MAX);
            paged.rescan(Pages::whole(bytes.to_vec())).expect("the same file");
            same("from pages to memory", &paged, &whole);
            paged.rescan(pages(&bytes, size, usize::MAX).0).expect("the same file");
            same("and back", &paged, &whole);
            let mut whole_first = Archive::open(start.to_vec()).expect("an archive");
            whole_first.rescan(pages(&bytes, size, usize::MAX).0).expect("the same file");
            same("from memory to pages", &whole_first, &whole);
        }
    }
}
