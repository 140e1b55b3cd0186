//! A whole file: opened, scanned, summarised, and everything in it read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netidx_archive_viewer::{
    archive::Archive,
    format::{Naming, write_value},
    protocol::{DensityQuery, ImageQuery, Request, Response},
    query::{Cursor, Deltas, Filter, image},
    session::Session,
    source::{CacheSize, Pages},
};
use std::ops::Bound;

fuzz_target!(|bytes: &[u8]| {
    let mut session = Session::new();
    let Ok(Response::Opened(summary)) = session.open("fuzz".to_owned(), bytes.to_vec()) else {
        return;
    };
    assert!(summary.problems.len() as u64 <= summary.problem_count);
    assert!(summary.first <= summary.last);
    let archive = Archive::open(bytes.to_vec()).expect("it opened a moment ago");
    let index = archive.index();
    // The same in pages, of which records straddle many.
    let size = CacheSize { page: 1 + bytes.len() % 61, pages: 2 };
    let mut paged = Archive::start(Pages::new(bytes.to_vec(), size)).expect("the same bytes");
    let mut until = 0;
    while !paged.scan_to(until) {
        until += 1 + bytes.len() as u64 / 7;
    }
    assert!(paged.index().deltas.times().eq(index.deltas.times()));
    assert!(paged.index().images.times().eq(index.images.times()));
    assert_eq!(paged.index().end(), index.end());
    assert!(index.deltas.times().is_sorted() && index.images.times().is_sorted());
    let mut text = String::new();
    let filter = Filter::parse("/a/**").expect("a glob");
    let selection = filter.select(&index.paths);
    for selection in [None, selection.as_ref()] {
        let mut deltas = Deltas::new(&archive, selection, &Cursor::default());
        while let Some(batch) = deltas.next_batch() {
            let Ok(batch) = batch else { continue };
            for item in batch.items().map_while(Result::ok) {
                // What is sound in structure can still be no text and no time.
                if let Ok(Some(value)) = item.event.value() {
                    text.clear();
                    let _ = write_value(&value, Naming::Typed, &mut text);
                }
            }
        }
    }
    for time in [index.first(), index.last()].into_iter().flatten() {
        let full = image(&archive, None, Bound::Included(time));
        assert!(full.entries().iter().all(|entry| full.event(entry).is_ok()));
        let query = ImageQuery {
            at: time,
            filter: "/a/**".to_owned(),
            count: 100,
            ..ImageQuery::default()
        };
        let _ = session.handle(Request::Image(query));
    }
    if let (Some(from), Some(to)) = (summary.first, summary.last) {
        let query = DensityQuery { from, to, slots: 100 };
        let Ok(Response::Density(density)) = session.handle(Request::Density(query)) else {
            panic!("density has an answer");
        };
        let counted: u64 = density.deltas.iter().map(|n| u64::from(*n)).sum();
        assert_eq!(counted, summary.delta_batches);
    }
});
