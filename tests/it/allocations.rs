//! Reading allocates for the answer and for nothing else.

use crate::writer::{Layout, Writer, number, text};
use allocation_counter::{AllocationInfo, measure};
use netidx_archive_viewer::{
    archive::Archive,
    query::{Cursor, Deltas, Filter, Selection},
};

/// So many batches of so many items each, of which only the last two are of path `/rare`.
fn archive(layout: Layout, batches: u32, items: u32) -> Archive {
    let mut file = Writer::new(layout);
    file.basis(1_772_357_400, 0);
    let paths: Vec<_> = (0..items).map(|id| (format!("/common/{id}"), id + 1)).collect();
    let paths: Vec<_> = paths.iter().map(|(path, id)| (path.as_str(), *id)).collect();
    file.paths(&[&[("/rare", 0)], &paths[..]].concat());
    for batch in 0..batches {
        let value = |id| match id % 3 {
            0 => (id, text("a text that allocates where it is copied")),
            1 => (id, number(u64::from(id) << 40)),
            _ => (id, vec![19, 3, 23, 1, 14, 16]),
        };
        let mut items: Vec<_> = (1..=items).map(value).collect();
        if batch + 2 >= batches {
            items.push((0, number(7)));
        }
        file.delta(batch, &items);
    }
    Archive::open(file.finish()).expect("a sound file")
}

fn read(archive: &Archive, selection: Option<&Selection>) -> AllocationInfo {
    measure(|| {
        let mut deltas = Deltas::new(archive, selection, &Cursor::default());
        let mut values = 0;
        while let Some(batch) = deltas.next_batch() {
            for item in batch.expect("a sound batch").items() {
                let event = item.expect("a sound item").event;
                values += usize::from(event.value().expect("a sound value").is_some());
            }
        }
        assert!(values > 0);
    })
}

#[test]
fn batches_and_items_are_read_without_allocating_for_each() {
    for layout in Layout::ALL {
        let few = read(&archive(layout, 10, 8), None);
        let many = read(&archive(layout, 400, 8), None);
        // What a decoder needs for one batch, at most once more where a later batch is larger.
        assert!(many.count_total <= few.count_total + 4, "{layout:?}: {few:?} {many:?}");
        assert!(many.count_total < 40, "{layout:?}: {many:?}");
        // Of items there are 250 times as many; buffers of a decoder double a few times.
        let large = read(&archive(layout, 10, 2_000), None);
        assert!(large.count_total <= few.count_total + 32, "{layout:?}: {few:?} {large:?}");
    }
}

#[test]
fn what_is_not_wanted_costs_no_allocation() {
    for layout in Layout::ALL {
        let [few, many] = [10, 400].map(|batches| {
            let archive = archive(layout, batches, 8);
            let filter = Filter::from_globs(["/rare"]).expect("a glob");
            let selection = filter.select(&archive.index().paths).expect("a selection");
            assert_eq!(selection.len(), 1);
            read(&archive, Some(&selection))
        });
        assert!(many.count_total <= few.count_total + 4, "{layout:?}: {few:?} {many:?}");
    }
}

#[test]
fn the_index_takes_nine_bytes_a_batch() {
    const BATCHES: u32 = 50_000;
    let bytes = {
        let mut file = Writer::new(Layout::PLAIN);
        file.basis(1_772_357_400, 0);
        file.paths(&[("/a", 0)]);
        for batch in 0..BATCHES {
            file.delta(batch, &[(0, number(7))]);
        }
        file.finish()
    };
    let mut archive = None;
    let taken = measure(|| archive = Some(Archive::open(bytes).expect("a sound file")));
    assert_eq!(archive.map(|archive| archive.index().deltas.len()), Some(BATCHES as usize));
    let each = taken.bytes_current as f64 / f64::from(BATCHES);
    // A flat vector by id takes 256 KiB, whatever the number of batches.
    assert!(each < 9.0 + f64::from(300 << 10) / f64::from(BATCHES), "{each} bytes a batch");
}
