//! The same batches in every layout, with images and without: all ways to read them agree with
//! each other and with a replay that is too simple to be wrong.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use netidx_archive_viewer::{
    archive::Archive,
    format::ErrorKind,
    query::{Cursor, Deltas, Filter, Selection, image, read_next},
    time::{Span, Timestamp},
};
use std::{collections::BTreeMap, ops::Bound};
use writer::{Layout, Writer};

#[path = "../../tests/it/writer.rs"]
#[allow(dead_code)]
mod writer;

/// Ids below this have a path.
const MAPPED: u32 = 12;
const BASIS: i64 = 1_772_357_400;

#[derive(Debug, Arbitrary)]
enum Event<'a> {
    Number(u64),
    Text(&'a str),
    Null,
    Unsubscribed,
    Array(u8),
}

#[derive(Debug, Arbitrary)]
enum Step<'a> {
    Delta { micros: u8, items: Vec<(u8, Event<'a>)> },
    Image,
    Basis { micros: u16 },
}

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    steps: Vec<Step<'a>>,
    chosen: u16,
    page: u8,
    bounds: (u16, u16),
}

type Items = Vec<(u32, Vec<u8>)>;

/// What a file is made of, and what it must answer.
struct Model {
    deltas: Vec<(Timestamp, Items)>,
}

impl Model {
    /// The last event of each id up to a time.
    fn state(&self, at: Timestamp, wanted: impl Fn(u32) -> bool) -> BTreeMap<u32, Vec<u8>> {
        let until = self.deltas.iter().take_while(|(time, _)| *time <= at);
        let items = until.flat_map(|(_, items)| items.iter().cloned());
        items.filter(|(id, _)| wanted(*id)).collect()
    }

    /// The deltas with anything wanted.
    fn deltas(&self, selected: bool, wanted: impl Fn(u32) -> bool) -> Vec<(Timestamp, Items)> {
        let only = self.deltas.iter().map(|(time, items)| {
            (*time, items.iter().filter(|(id, _)| wanted(*id)).cloned().collect::<Items>())
        });
        only.filter(|(_, items)| !selected || !items.is_empty()).collect()
    }
}

fn encoded(event: &Event<'_>) -> Vec<u8> {
    match event {
        Event::Number(n) => writer::number(*n),
        Event::Text(text) => writer::text(text),
        Event::Null => vec![16],
        Event::Unsubscribed => vec![writer::UNSUBSCRIBED],
        Event::Array(n) => [&[19, n % 16][..], &vec![14; usize::from(n % 16)]].concat(),
    }
}

fn build(steps: &[Step<'_>], layout: Layout, with_images: bool) -> (Archive, Model) {
    let mut file = Writer::new(layout);
    let mut basis = Timestamp::from_parts(BASIS, 0).expect("a time of today");
    let mut time = basis;
    let mut state = BTreeMap::new();
    let mut model = Model { deltas: Vec::new() };
    file.basis(BASIS, 0);
    let paths: Vec<_> = (0..MAPPED).map(|id| (format!("/p/{id}"), id)).collect();
    file.paths(&paths);
    let offset = |time: Timestamp, basis: Timestamp| (time.since(basis).nanos() / 1_000) as u32;
    for step in steps {
        match step {
            Step::Delta { micros, items } => {
                time = time.saturating_add(Span::from_micros(i64::from(*micros)));
                let items: Items =
                    items.iter().map(|(id, event)| (u32::from(id % 16), encoded(event))).collect();
                file.delta(offset(time, basis), &items);
                state.extend(items.iter().cloned());
                model.deltas.push((time, items));
            }
            Step::Image if with_images => {
                let items: Items = state.clone().into_iter().collect();
                file.image(offset(time, basis), &items);
            }
            Step::Image => {}
            Step::Basis { micros } => {
                time = time.saturating_add(Span::from_micros(i64::from(*micros)));
                basis = time;
                let seconds = basis.nanos().div_euclid(1_000_000_000);
                let nanos = basis.nanos().rem_euclid(1_000_000_000);
                file.basis(seconds, nanos as u32);
            }
        }
    }
    (Archive::open(file.finish()).expect("a sound file"), model)
}

fn read_all(
    mut deltas: Deltas<'_>,
    most: usize,
) -> (Vec<(Timestamp, Items)>, Option<netidx_archive_viewer::index::Mark>) {
    let mut all = Vec::new();
    let mut last = None;
    while all.len() < most
        && let Some(batch) = deltas.next_batch()
    {
        let batch = batch.expect("a sound batch");
        let items = batch.items().map(|item| item.expect("a sound item"));
        all.push((batch.key.time, items.map(|i| (i.id, i.event.encoded().to_vec())).collect()));
        last = Some(batch.mark);
    }
    (all, last)
}

fn check(
    archive: &Archive,
    model: &Model,
    selection: Option<&Selection>,
    chosen: u16,
    input: &Input<'_>,
) {
    let wanted = |id: u32| match selection {
        None => true,
        Some(_) => id < MAPPED && chosen & (1 << id) != 0,
    };
    let expected = model.deltas(selection.is_some(), wanted);
    let everything = Cursor::default();
    let (all, _) = read_all(Deltas::new(archive, selection, &everything), usize::MAX);
    assert_eq!(all, expected);
    // In pages.
    let page = usize::from(input.page % 7) + 1;
    let mut paged = Vec::new();
    let mut mark = None;
    loop {
        let ahead = Deltas::new(archive, selection, &everything);
        let ahead = match mark {
            Some(mark) => ahead.behind(mark),
            None => ahead,
        };
        let (some, last) = read_all(ahead, page);
        paged.extend(some);
        match last {
            Some(last) => mark = Some(last),
            None => break,
        }
    }
    assert_eq!(paged, expected);
    // Between bounds.
    let start = Timestamp::from_parts(BASIS, 0).expect("a time of today");
    let at = |micros: u16| start.saturating_add(Span::from_micros(i64::from(micros)));
    let (from, to) = (at(input.bounds.0), at(input.bounds.1));
    let cursor = Cursor::new(Bound::Included(from), Bound::Excluded(to));
    let (some, _) = read_all(Deltas::new(archive, selection, &cursor), usize::MAX);
    let inside: Vec<_> =
        expected.iter().filter(|(time, _)| from <= *time && *time < to).cloned().collect();
    assert_eq!(some, inside);
    let next = read_next(archive, selection, &cursor, |batch| batch.key.time);
    assert_eq!(next.expect("a sound batch"), inside.first().map(|(time, _)| *time));
    // Images at every batch and beside it.
    let mut times: Vec<_> = model.deltas.iter().map(|(time, _)| *time).collect();
    times.extend([from, to]);
    times.dedup();
    for time in times.into_iter().take(40) {
        for nanos in [-1, 0, 1] {
            let time = time.saturating_add(Span::from_nanos(nanos));
            let image = image(archive, selection, Bound::Included(time));
            let problems = image.problems.iter();
            assert!(problems.into_iter().all(|p| p.kind() == ErrorKind::UnmappedId));
            let got: BTreeMap<_, _> = image
                .entries()
                .iter()
                .map(|entry| {
                    let event = image.event(entry).expect("events of an image are sound");
                    (entry.id, event.encoded().to_vec())
                })
                .collect();
            assert_eq!(got.len(), image.entries().len());
            assert_eq!(got, model.state(time, wanted), "at {time}");
        }
    }
}

fuzz_target!(|input: Input| {
    let steps = &input.steps[..input.steps.len().min(60)];
    let chosen = input.chosen;
    let globs: Vec<_> =
        (0..MAPPED).filter(|id| chosen & (1 << id) != 0).map(|id| format!("/p/{id}")).collect();
    let filter = Filter::from_globs(&globs).expect("globs");
    for layout in Layout::ALL {
        for with_images in [false, true] {
            let (archive, model) = build(steps, layout, with_images);
            assert_eq!(archive.index().problem_count(), 0);
            assert_eq!(archive.index().deltas.len(), model.deltas.len());
            check(&archive, &model, None, chosen, &input);
            let selection = filter.select(&archive.index().paths);
            check(&archive, &model, selection.as_ref(), chosen, &input);
        }
    }
});
