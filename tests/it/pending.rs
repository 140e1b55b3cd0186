//! A file of which only parts are here, which come when they are asked for, against the whole file.

use crate::common::{FIXTURES, Random};
use crate::hostile::Sample;
use crate::paged::{same, tiny, younger};
use crate::writer::{HEADER, Layout};
use netidx_archive_viewer::{
    archive::{Archive, Batches},
    format::{Error, ErrorKind},
    source::{CacheSize, Pages, PushSource, ReadAt},
};

/// A file that is fed what it asks for, and nothing else.
struct Fed<'a> {
    bytes: &'a [u8],
    source: PushSource,
    size: CacheSize,
    rounds: usize,
}

impl<'a> Fed<'a> {
    fn new(bytes: &'a [u8], size: CacheSize) -> Self {
        Self { bytes, source: PushSource::new(bytes.len() as u64), size, rounds: 0 }
    }

    /// Asks until nothing is missing.
    fn ask<T>(&mut self, mut question: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
        loop {
            let missing = match question() {
                Err(e) if e.kind() == ErrorKind::Pending => e.missing().to_vec(),
                answer => return answer,
            };
            assert!(!missing.is_empty());
            for range in missing {
                let missing = self.source.missing(range.clone());
                assert_eq!(missing.first(), Some(&range), "it was fed before");
                self.source
                    .push(range.start, &self.bytes[range.start as usize..range.end as usize]);
            }
            self.rounds += 1;
        }
    }

    /// Opens and scans.
    fn open(&mut self, random: &mut Random) -> Result<Archive, Error> {
        let (source, size) = (self.source.clone(), self.size);
        let mut archive = self.ask(|| Archive::start(Pages::new(source.clone(), size)))?;
        self.scan(&mut archive, random);
        Ok(archive)
    }

    fn scan(&mut self, archive: &mut Archive, random: &mut Random) {
        loop {
            let until = archive.next_offset() + 1 + random.below(300) as u64;
            let is_over = self.ask(|| {
                let scanned = archive.scan(until);
                let kinds = archive.index().problems().map(Error::kind);
                assert!(kinds.into_iter().all(|kind| !kind.is_of_source()));
                assert!(!archive.pages().failed());
                scanned
            });
            if is_over.expect("nothing fails") {
                return;
            }
        }
    }

    /// Reads all batches, and then as if all were here.
    fn read(&mut self, name: &str, archive: &Archive, whole: &Archive) {
        let index = whole.index();
        let (mut batches, mut expected) = (archive.batches(), whole.batches());
        for mark in index.deltas.iter().chain(index.images.iter()) {
            let fed = self.ask(|| contents(&mut batches, mark.offset));
            assert_eq!(fed, contents(&mut expected, mark.offset), "{name}");
        }
        self.check_rounds(name);
        // What was missing is not remembered.
        self.source.push(0, self.bytes);
        same(name, archive, whole);
    }

    /// Each round brings a page, or a part of one.
    fn check_rounds(&self, name: &str) {
        let pages = self.bytes.len() / self.size.page + 2;
        assert!(self.rounds <= 8 * pages, "{name}: {} rounds for {pages} pages", self.rounds);
        assert!(self.source.held() <= self.bytes.len() as u64);
    }
}

fn contents(batches: &mut Batches<'_>, offset: u64) -> Result<Vec<(u32, Vec<u8>)>, Error> {
    batches
        .batch(offset)?
        .map(|item| item.map(|item| (item.id, item.event.encoded().to_vec())))
        .collect()
}

fn check(name: &str, bytes: &[u8], size: CacheSize, random: &mut Random) {
    let mut fed = Fed::new(bytes, size);
    match (fed.open(random), Archive::open(bytes.to_vec())) {
        (Ok(archive), Ok(whole)) => fed.read(name, &archive, &whole),
        (fed, whole) => assert_eq!(fed.err(), whole.err(), "{name}"),
    }
}

#[test]
fn what_is_fed_is_what_the_whole_file_is() {
    let mut random = Random(21);
    for fixture in FIXTURES {
        let size = CacheSize { page: 4_096, pages: 3 };
        check(fixture.name, fixture.archive, size, &mut random);
    }
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        for round in 0..40 {
            let size = tiny(&mut random);
            check(&format!("{layout:?} {round}"), &sample.bytes, size, &mut random);
        }
    }
}

#[test]
fn damage_is_found_the_same_way() {
    let mut random = Random(22);
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        for round in 0..150 {
            let mut bytes = sample.bytes.clone();
            let head = if round % 5 == 0 { 0 } else { HEADER };
            let start = head + random.below(bytes.len() - head);
            let end = (start + 1 + random.below(60)).min(bytes.len());
            bytes[start..end].fill_with(|| random.next() as u8);
            let size = tiny(&mut random);
            check(&format!("{layout:?} {round}"), &bytes, size, &mut random);
        }
    }
}

#[test]
fn growth_goes_on_with_what_is_new() {
    let mut random = Random(23);
    for layout in Layout::ALL {
        let sample = Sample::new(layout);
        let whole = Archive::open(sample.bytes.clone()).expect("an archive");
        for end in [300, 500, 700] {
            let size = tiny(&mut random);
            let young = younger(&sample.bytes, end, &mut random);
            let mut archive = Fed::new(&young, size).open(&mut random).expect("an archive");
            let mut fed = Fed::new(&sample.bytes, size);
            let (source, known) = (fed.source.clone(), archive.index().deltas.len());
            let grown = fed.ask(|| archive.grow(Pages::new(source.clone(), size)));
            assert_eq!((grown, archive.index().deltas.len()), (Ok(true), known));
            fed.scan(&mut archive, &mut random);
            fed.read(&format!("{layout:?} {end}"), &archive, &whole);
        }
    }
}
