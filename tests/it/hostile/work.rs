//! Files made to keep the scan busy: the time stays in proportion to the bytes.
//!
//! Sizes are such that work in the square of them would take hours.

use super::{BASIS, Random, kinds, numbers, open};
use crate::views::{ask, session};
use crate::writer::{HEADER, Kind, Layout, Writer, record_header, sized};
use netidx_archive_viewer::{
    archive::Archive,
    format::ErrorKind,
    protocol::views::{
        BatchesQuery, DetailsQuery, SeriesQuery, StatisticsQuery, StatisticsSort, Subject,
        ViewRequest, ViewResponse,
    },
    source::{CacheSize, Pages},
    time::Timestamp,
};
use std::time::{Duration, Instant};

const SIZE: usize = 8 << 20;

fn timed(what: &str, bytes: Vec<u8>) {
    let started = Instant::now();
    let archive = open(bytes);
    let took = started.elapsed();
    println!("{what}: {took:?}, {} problems", archive.index().problem_count());
    assert!(took < Duration::from_secs(60), "{what}: {took:?}");
}

fn file(layout: Layout, body: impl Fn(&mut Writer)) -> Vec<u8> {
    let mut file = Writer::new(layout);
    file.basis(BASIS, 0);
    file.delta(1, &numbers(&[(0, 1)]));
    body(&mut file);
    file.finish()
}

#[test]
fn noise_zeros_and_ones() {
    let mut random = Random(9);
    let noise: Vec<u8> = (0..SIZE).map(|_| random.next() as u8).collect();
    for layout in Layout::ALL {
        timed("noise", file(layout, |file| file.raw(&noise)));
        timed("ones", file(layout, |file| file.raw(&vec![0xff; SIZE])));
        timed("zeros", file(layout, |file| file.raw(&vec![0; SIZE])));
    }
}

#[test]
fn headers_without_payload() {
    for kind in [Kind::Timestamp, Kind::PathMappings, Kind::Delta, Kind::Image] {
        for micros in [0, 1] {
            let headers = [record_header(kind, 0, micros), record_header(kind, 0, 0)].concat();
            let headers = headers.repeat(SIZE / 16);
            timed(&format!("{kind:?}"), file(Layout::INDEXED, |file| file.raw(&headers)));
        }
    }
}

/// Every few bytes a header whose record leads to the end, and reads well up to there.
#[test]
fn each_place_looks_like_the_start_of_a_long_record() {
    for kind in [Kind::Delta, Kind::PathMappings] {
        let mut body = Vec::new();
        while body.len() < SIZE {
            let left = (SIZE - body.len()) as u32;
            let header = record_header(kind, left, 0);
            // A count that can be, then items that hide the next header in a string.
            let item = match kind {
                Kind::Delta => [&[0x80, 0x80, 0x08, 1, 13][..], &sized(&[0; 9])].concat(),
                _ => [&[0x80, 0x80, 0x08][..], &sized(b"/123456789"), &[1]].concat(),
            };
            body.extend(header);
            body.extend(item);
        }
        body.extend([0; 64]);
        timed(&format!("{kind:?}"), file(Layout::PLAIN, |file| file.raw(&body)));
        // The same behind something that is no record at all.
        let body = [&[0xff; 64][..], &body].concat();
        timed(&format!("{kind:?} searched"), file(Layout::PLAIN, |file| file.raw(&body)));
    }
    // Frames of empty blocks without end.
    let one = [&100u32.to_be_bytes()[..], b"\x28\xb5\x2f\xfd\0\x40"].concat();
    let mut body = vec![0xff; 64];
    while body.len() < SIZE {
        body.extend(record_header(Kind::Delta, (SIZE - body.len()) as u32, 0));
        body.extend(&one);
        body.extend([0; 12]);
    }
    timed("frames", file(Layout::COMPRESSED, |file| file.raw(&body)));
}

/// A sound record, then one that leads astray as far as can be, over and over.
#[test]
fn a_way_on_that_leads_astray_each_time() {
    for kind in [Kind::Delta, Kind::PathMappings, Kind::Image] {
        let mut file = Writer::new(Layout::PLAIN);
        file.basis(BASIS, 0);
        while file.at() < SIZE as u64 {
            file.delta(1, &[(0, [&[13][..], &sized(&[1; 24])].concat())]);
            let left = SIZE as u32 + 200 - file.at() as u32;
            file.raw(&record_header(kind, left, 0));
            file.raw(&[0x90, 0x4e]);
        }
        file.raw(&[0; 4096]);
        timed(&format!("{kind:?} astray"), file.finish());
    }
}

#[test]
fn after_the_search_gives_up_what_was_read_before_stays() {
    let mut random = Random(11);
    let noise: Vec<u8> = (0..1 << 20).map(|_| random.next() as u8 | 0x80).collect();
    let archive = open(file(Layout::INDEXED, |file| file.raw(&noise)));
    assert_eq!(archive.index().deltas.len(), 1);
    assert!(kinds(&archive).contains(&ErrorKind::NotARecord));
}

/// Batches around noise, most of which is turned away at once. Once 64 MiB of it hid the rest.
fn around_noise(noise: usize) -> Vec<u8> {
    let mut random = Random(12);
    let mut bytes = vec![0xff; noise];
    bytes.iter_mut().step_by(256).for_each(|byte| *byte = random.next() as u8);
    file(Layout::INDEXED, |file| {
        file.raw(&bytes);
        file.basis(BASIS + 1, 0);
        for micros in 2..6 {
            file.delta(micros, &numbers(&[(0, 1)]));
        }
    })
}

#[test]
fn noise_of_any_length_hides_nothing_and_is_searched_in_pieces() {
    let bytes = around_noise(66 << 20);
    let length = bytes.len() as u64;
    let size = CacheSize::default();
    let mut archive = Archive::start(Pages::new(bytes, size)).expect("an archive");
    let mut steps = 0;
    loop {
        let until = archive.next_offset() + size.page as u64;
        let is_over = archive.scan_to(until);
        assert!(archive.next_offset() <= until + 64, "a step looks at what it is to look at");
        assert!(archive.next_offset() == until || is_over, "and at all of it");
        steps += 1;
        if is_over {
            break;
        }
        assert_eq!(kinds(&archive), [], "nothing is said before the search is over");
    }
    assert_eq!((steps, archive.next_offset()), (length / size.page as u64 + 1, length));
    assert_eq!(archive.index().deltas.len(), 5);
    assert_eq!(kinds(&archive), [ErrorKind::NotARecord]);
}

#[test]
fn a_search_goes_on_when_the_file_grows() {
    let bytes = around_noise(40_000);
    let whole = open(bytes.clone());
    let committed_at = |end: usize| {
        let mut younger = bytes[..end].to_vec();
        younger[HEADER - 8..HEADER].copy_from_slice(&(end as u64).to_be_bytes());
        Pages::new(younger, CacheSize { page: 1_000, pages: 4 })
    };
    let mut archive = Archive::start(committed_at(5_000)).expect("an archive");
    for end in (5_000..bytes.len()).step_by(700).chain([bytes.len()]) {
        archive.grow(committed_at(end)).expect("the same file");
        assert!(archive.scan_to(u64::MAX));
        let known = archive.index().deltas.len();
        if known == 1 {
            // Said anew by each scan, and once.
            assert!(archive.scan_to(0));
            assert_eq!(kinds(&archive), [ErrorKind::Truncated, ErrorKind::NotARecord]);
        }
    }
    let offsets = |archive: &Archive| {
        archive.index().deltas.iter().map(|mark| mark.offset).collect::<Vec<_>>()
    };
    assert_eq!(offsets(&archive), offsets(&whole));
    assert_eq!(kinds(&archive), kinds(&whole));
}

/// One batch with a clock of the future at the start: every later one lies before it.
#[test]
fn a_batch_of_the_future_costs_nothing() {
    const BATCHES: u32 = 400_000;
    let took = [false, true].map(|future| {
        let mut file = Writer::new(Layout::PLAIN);
        if future {
            file.basis(BASIS + 3_000_000_000, 0);
            file.delta(0, &numbers(&[(0, 1)]));
        }
        file.basis(BASIS, 0);
        for micros in 0..BATCHES {
            file.delta(micros, &numbers(&[(0, 1)]));
        }
        let size = CacheSize { page: 64 << 10, pages: 4 };
        let started = Instant::now();
        let mut archive = Archive::start(Pages::new(file.finish(), size)).expect("an archive");
        let pages = (1..).find(|pages| archive.scan_to(pages * (64 << 10)));
        assert!(pages > Some(50), "in pieces");
        let deltas = &archive.index().deltas;
        assert_eq!(deltas.len(), BATCHES as usize + usize::from(future));
        assert_eq!(deltas.runs().len(), 1 + usize::from(future));
        started.elapsed()
    });
    assert!(took[1] < 4 * took[0] + Duration::from_secs(1), "{took:?}");
}

/// Frames of 2 kB that inflate to megabytes: an answer ends by what it inflates, not by what it reads.
#[test]
fn an_answer_is_bounded_by_what_it_inflates() {
    const INFLATED: usize = 6 << 20;
    let zeros = [&[1, 0, 13][..], &sized(&vec![0; INFLATED])].concat();
    let mut file = Writer::new(Layout::COMPRESSED);
    file.basis(BASIS, 0);
    file.paths(&[("/a", 0)]);
    let payload = file.payload(&[0], &zeros);
    for micros in 0..500 {
        file.record(Kind::Delta, micros, &payload);
    }
    let bytes = file.finish();
    assert!(bytes.len() < 4 << 20, "{} bytes", bytes.len());
    let mut session = session(&bytes);
    let query = StatisticsQuery {
        filter: String::new(),
        bounds: None,
        sort: StatisticsSort::Path,
        first: 0,
        count: 1,
    };
    for nth in 1..=3 {
        let answer = ask(&mut session, ViewRequest::Statistics(query.clone())).expect("an answer");
        let ViewResponse::Statistics(found) = answer else { panic!("{answer:?}") };
        let (done, of) = found.progress;
        assert!(of == 500 && (nth..=4 * nth).contains(&done), "{done} of {of} after {nth}");
    }
    let batches = BatchesQuery {
        filter: String::new(),
        bounds: None,
        first: 0,
        count: 10,
        find: Timestamp::MIN,
    };
    let answer = ask(&mut session, ViewRequest::Batches(batches)).expect("an answer");
    let ViewResponse::Batches(page) = answer else { panic!("{answer:?}") };
    assert!((1..=4).contains(&page.counted.0), "{:?}", page.counted);
    let series = SeriesQuery {
        subjects: vec![Subject::Id(0)],
        from: Timestamp::MIN,
        to: Timestamp::MAX,
        columns: 10,
    };
    let answer = ask(&mut session, ViewRequest::Series(series)).expect("an answer");
    let ViewResponse::Series(series) = answer else { panic!("{answer:?}") };
    assert!((1..=4).contains(&series.progress.0), "{:?}", series.progress);
    let details = DetailsQuery { subject: Subject::Id(0), at: Timestamp::MAX, updates: 400 };
    let answer = ask(&mut session, ViewRequest::Details(details)).expect("an answer");
    let ViewResponse::Details(details) = answer else { panic!("{answer:?}") };
    assert!((1..=4).contains(&details.history.len()), "{}", details.history.len());
    assert!(details.searched_to.is_some());
}
