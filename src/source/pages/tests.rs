//! Pages of a file that is slow, fails, or grew.

use super::*;
use std::cell::Cell;

/// Gives at most three bytes a read, counts the reads, and fails from the `fails_at`th on.
struct Slow {
    bytes: Vec<u8>,
    reads: Rc<Cell<usize>>,
    fails_at: usize,
}

impl ReadAt for Slow {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize, String> {
        self.reads.set(self.reads.get() + 1);
        if self.reads.get() >= self.fails_at {
            return Err("pulled out".to_owned());
        }
        let len = into.len().min(3);
        self.bytes.read_at(offset, &mut into[..len])
    }
}

fn slow(len: u8, fails_at: usize) -> (Slow, Rc<Cell<usize>>) {
    let reads = Rc::new(Cell::new(0));
    (Slow { bytes: (0..len).collect(), reads: Rc::clone(&reads), fails_at }, reads)
}

#[test]
fn every_span_by_pages_of_every_size() {
    for page in 1..=21 {
        let pages = Pages::new(slow(20, usize::MAX).0, CacheSize { page, pages: 2 });
        let mut window = Window::default();
        for start in 0..20_u8 {
            for end in start..=20 {
                let expected: Vec<u8> = (start..end).collect();
                let len = usize::from(end - start);
                assert_eq!(pages.bytes(start.into(), len, &mut window), Ok(&expected[..]));
                let some = pages.some(start.into(), end.into(), 4, &mut window).expect("bytes");
                assert!(expected.starts_with(some) && some.len() >= len.min(4));
            }
        }
        assert!(pages.cache.borrow().pages.len() <= 2);
        assert!(pages.bytes(18, 3, &mut window).is_err());
    }
}

#[test]
fn a_page_in_use_is_read_once() {
    let (source, reads) = slow(20, usize::MAX);
    let pages = Pages::new(source, CacheSize { page: 3, pages: 2 });
    let mut window = Window::default();
    for offset in [0, 1, 4, 0, 5, 2] {
        pages.bytes(offset, 1, &mut window).expect("bytes");
    }
    assert_eq!(reads.get(), 2);
    pages.bytes(7, 1, &mut window).expect("bytes");
    // Page 1 was used before page 0 was, and had to go.
    pages.bytes(0, 1, &mut window).expect("bytes");
    assert_eq!(reads.get(), 3);
    pages.bytes(3, 1, &mut window).expect("bytes");
    assert_eq!(reads.get(), 4);
}

#[test]
fn random_access_reads_a_partial_page_first() {
    let (source, reads) = slow(200, usize::MAX);
    let pages = Pages::new(source, CacheSize { page: 24, pages: 2 });
    // Three bytes at a time: 4 of 24 in a partial page.
    let read = |offset: u64, len: u8| {
        let before = reads.get();
        let expected: Vec<u8> = (offset as u8..offset as u8 + len).collect();
        let mut window = Window::default();
        assert_eq!(pages.bytes(offset, len.into(), &mut window), Ok(&expected[..]));
        reads.get() - before
    };
    let (piece, page) = (2, 8);
    assert_eq!(read(60, 2), piece, "around what is looked for");
    assert_eq!(read(59, 2), 0);
    assert_eq!(read(61, 2), 0);
    assert_eq!(read(119, 1), piece, "at the end of page 4");
    assert_eq!(read(66, 2), page, "the same page again");
    assert_eq!(read(48, 24), 0);
    assert_eq!(read(73, 2), page, "the page beside it");
    assert_eq!(read(143, 2), piece, "across two pages");
    assert_eq!(read(150, 4), page, "a large piece");
    assert_eq!(read(199, 1), piece, "at the end of the file");
}

#[test]
fn what_was_read_ahead_of_a_large_file_drives_nothing_out() {
    let (source, reads) = slow(20, usize::MAX);
    let pages = Pages::new(source, CacheSize { page: 3, pages: 3 });
    let mut window = Window::default();
    pages.bytes(0, 6, &mut window).expect("bytes");
    window = Window::default();
    let mut memory = Vec::new();
    for number in 2..7 {
        memory.clear();
        memory.extend((number * 3..20.min(number * 3 + 3)).map(|byte| byte as u8));
        let bytes = memory.clone();
        memory = pages.put(number, memory);
        assert_eq!(pages.bytes(number * 3, bytes.len(), &mut window), Ok(&bytes[..]));
        window = Window::default();
        assert_eq!(memory.is_empty(), number == 2, "page {number}");
    }
    assert_eq!(pages.put(0, vec![9; 3]), [9; 3], "it is held");
    assert_eq!(pages.put(3, vec![9; 2]), [9; 2], "it is short");
    let before = reads.get();
    assert_eq!(pages.bytes(0, 3, &mut window), Ok(&[0, 1, 2][..]));
    assert_eq!(reads.get(), before);

    let fits = Pages::new(slow(20, usize::MAX).0, CacheSize { page: 3, pages: 7 });
    for number in 0..7 {
        let bytes = (number * 3..20.min(number * 3 + 3)).map(|byte| byte as u8).collect();
        assert!(fits.put(number, bytes).is_empty());
    }
    assert!((0..7).all(|number| fits.holds(number)));
}

#[test]
fn a_read_that_fails_says_where_and_leaves_what_was_read() {
    let (source, _) = slow(20, 3);
    let pages = Pages::new(source, CacheSize { page: 6, pages: 4 });
    let mut window = Window::default();
    assert!(pages.bytes(0, 6, &mut window).is_ok());
    let error = pages.bytes(6, 2, &mut window).expect_err("the third read fails");
    assert_eq!((error.kind(), error.offset()), (ErrorKind::Source, Some(6)));
    assert!(error.to_string().contains("pulled out"));
    assert_eq!(pages.bytes(2, 2, &mut window), Ok(&[2, 3][..]));
    let shorter = Pages { length: 30, ..Pages::new(slow(20, 99).0, CacheSize::default()) };
    let error = shorter.bytes(18, 5, &mut window).expect_err("ten bytes are gone");
    assert_eq!((error.kind(), error.offset()), (ErrorKind::Source, Some(20)));
}

#[test]
fn a_source_that_fails_is_not_tried_for_ever() {
    let (source, reads) = slow(200, 2);
    let pages = Pages::new(source, CacheSize { page: 3, pages: 2 });
    let mut window = Window::default();
    pages.bytes(0, 3, &mut window).expect("the first read is sound");
    for question in 1..4 {
        let before = reads.get();
        for page in 1..60 {
            let error = pages.bytes(page * 3, 1, &mut window).expect_err("the source fails");
            assert_eq!(error.kind(), ErrorKind::Source);
            // The same again costs nothing.
            assert!(pages.bytes(page * 3 + 1, 1, &mut window).is_err());
        }
        assert_eq!(reads.get() - before, MAX_REFUSALS as usize, "question {question}");
        assert_eq!(pages.bytes(1, 2, &mut window), Ok(&[1, 2][..]));
        pages.retry();
    }
}

#[test]
fn of_a_file_that_grew_the_sound_pages_are_kept() {
    let (source, reads) = slow(20, usize::MAX);
    let size = CacheSize { page: 3, pages: 9 };
    let younger = Pages::new(slow(11, usize::MAX).0, size);
    younger.bytes(0, 11, &mut Window::default()).expect("bytes");
    let mut pages = Pages::new(source, size);
    pages.inherit(&younger, 8);
    pages.inherit(&younger, 8);
    assert_eq!(pages.cache.borrow().pages.len(), 2, "none is held twice");
    let kept: Vec<u64> = (0..7).filter(|number| pages.holds(*number)).collect();
    assert_eq!((kept, pages.length()), (vec![0, 1], 20));
    assert_eq!(pages.bytes(4, 9, &mut Window::default()).map(<[u8]>::len), Ok(9));
    assert_eq!(reads.get(), 3);
}

#[test]
fn no_bytes_at_the_end_of_a_page_read_nothing() {
    let (source, reads) = slow(20, usize::MAX);
    let pages = Pages::new(source, CacheSize { page: 10, pages: 2 });
    let mut window = Window::default();
    pages.bytes(0, 20, &mut window).expect("bytes");
    let before = reads.get();
    for offset in [0, 7, 10, 20] {
        assert_eq!(pages.bytes(offset, 0, &mut Window::default()), Ok(&[][..]));
        assert_eq!(pages.some(20, 20, 8, &mut window), Ok(&[][..]));
    }
    assert!(pages.bytes(21, 0, &mut window).is_err());
    pages.bytes(0, 20, &mut window).expect("bytes");
    assert_eq!(reads.get(), before);
}

#[test]
fn a_file_in_memory_is_lent_and_stays() {
    let bytes: Vec<u8> = (0..20).collect();
    let place = bytes.as_ptr();
    let mut pages = Pages::whole(bytes.clone());
    let whole = Pages::whole(bytes);
    let mut window = Window::default();
    assert_eq!(whole.bytes(3, 4, &mut window), Ok(&[3, 4, 5, 6][..]));
    assert_eq!(whole.bytes(0, 20, &mut window).map(<[u8]>::len), Ok(20));
    assert!(whole.holds(0) && whole.bytes(19, 2, &mut window).is_err());
    let mut peeked = [0; 3];
    assert!(whole.peek(17, &mut peeked) && !whole.peek(18, &mut peeked));
    assert_eq!((peeked, whole.read(18, 9)), ([17, 18, 19], Ok(vec![18, 19])));
    assert_eq!(pages.bytes(0, 1, &mut window).map(<[u8]>::as_ptr), Ok(place), "no copy");
    // What the file is now, is shorter and fails: all is here.
    pages.read_from(Pages::new(slow(3, 0).0, CacheSize { page: 3, pages: 2 }));
    assert_eq!(pages.bytes(17, 3, &mut Window::default()), Ok(&[17, 18, 19][..]));
}

#[test]
fn pages_go_on_from_memory() {
    let size = CacheSize { page: 3, pages: 2 };
    let mut pages = Pages::new(slow(20, 4).0, size);
    let mut window = Window::default();
    pages.bytes(0, 3, &mut window).expect("bytes");
    assert!(pages.bytes(3, 9, &mut window).is_err());
    pages.retry();
    pages.read_from(Pages::whole((0..20).collect()));
    assert_eq!(pages.bytes(2, 11, &mut window).map(<[u8]>::len), Ok(11));
    assert_eq!(pages.bytes(0, 20, &mut window).map(|bytes| bytes[19]), Ok(19));
    // Less than there was.
    pages.read_from(Pages::whole((0..20).collect()));
    let mut shrunk = Pages::new(slow(20, 99).0, size);
    shrunk.read_from(Pages::whole((0..10).collect()));
    assert_eq!(shrunk.bytes(4, 5, &mut Window::default()), Ok(&[4, 5, 6, 7, 8][..]));
    let error = shrunk.bytes(9, 3, &mut Window::default()).expect_err("bytes that are gone");
    assert_eq!((error.kind(), error.offset()), (ErrorKind::Source, Some(10)));
}

#[test]
fn a_miss_says_what_is_missing_and_is_not_remembered() {
    let bytes: Vec<u8> = (0..40).collect();
    let source = super::super::PushSource::new(40);
    let pages = Pages::new(source.clone(), CacheSize { page: 10, pages: 1 });
    let mut window = Window::default();
    let pairs = |error: &Error| {
        let missing = error.missing().iter();
        missing.map(|range| (range.start, range.end)).collect::<Vec<_>>()
    };
    let missing = |offset, len| {
        let error = pages.bytes(offset, len, &mut Window::default()).expect_err("a miss");
        assert_eq!(error.kind(), ErrorKind::Pending);
        pairs(&error)
    };
    assert_eq!(missing(2, 3), [(0, 10)]);
    assert_eq!(missing(2, 3), [(0, 10)]);
    source.push(0, &bytes[..10]);
    assert_eq!(pages.bytes(2, 3, &mut window), Ok(&[2, 3, 4][..]), "without a retry");
    source.push(12, &bytes[12..18]);
    // All that is missing of several pages, and none of the page that is held has to go for it.
    assert_eq!(missing(8, 30), [(10, 12), (18, 20), (20, 30), (30, 40)]);
    assert_eq!(pairs(&pages.read(15, 9).expect_err("a miss")), [(18, 24)]);
    assert!(pages.holds(0) && !pages.failed());
    source.push(0, &bytes);
    assert_eq!(pages.bytes(8, 30, &mut window), Ok(&bytes[8..38]));
    assert_eq!(pages.read(15, 9), Ok(bytes[15..24].to_vec()));
}
