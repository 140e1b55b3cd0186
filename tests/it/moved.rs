//! An image that goes on from another equals the one that is built anew, and a session that was asked
//! before answers as one that was not.

use crate::common::{FIXTURES, Random, differential::QUESTIONS, mutations::mutate};
use crate::hostile::Sample;
use crate::paged::younger;
use crate::replay::{filters, interesting_times};
use crate::scripts::{Subjects, answer};
use crate::writer::{HEADER, Layout};
use netidx_archive_viewer::{
    archive::Archive,
    format::Error,
    query::{Image, Selection, Way, image},
    session::Session,
    source::Pages,
    time::Timestamp,
};
use std::ops::Bound;

/// Everything in an image, by id.
type Contents = (Vec<(u32, Option<u32>, Timestamp, u64, Vec<u8>)>, Vec<Error>);

fn contents(image: &Image) -> Contents {
    let entries = image.entries().iter().map(|entry| {
        let event = image.event(entry).expect("an event").encoded().to_vec();
        (entry.id, entry.ordinal, entry.time, entry.record, event)
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    (entries, image.problems.clone())
}

/// How many images could go on from another: back, and ahead.
#[derive(Debug, Default)]
struct Moves {
    back: usize,
    ahead: usize,
}

impl Moves {
    /// Goes between random bounds, at first from the image of all paths, then from the one before.
    fn check(
        &mut self,
        name: &str,
        archive: &Archive,
        selection: Option<&Selection>,
        random: &mut Random,
    ) {
        let times: Vec<_> = interesting_times(archive).into_iter().collect();
        let mut bound = || {
            let time = times[random.below(times.len())];
            if random.below(2) == 0 { Bound::Included(time) } else { Bound::Excluded(time) }
        };
        for _ in 0..4 {
            let mut before = image(archive, None, bound());
            for _ in 0..8 {
                let bound = bound();
                let anew = image(archive, selection, bound);
                let moved = before.moved(archive, selection, bound);
                let way = before.way(archive.index(), bound);
                assert_eq!(moved.is_some(), way.is_some(), "{name} at {bound:?}");
                if let (Some(moved), Some(way)) = (moved, way) {
                    match way {
                        Way::Back(_) => self.back += 1,
                        Way::Ahead(_) => self.ahead += 1,
                    }
                    assert_eq!(contents(&moved), contents(&anew), "{name} at {bound:?}");
                    assert!(moved.is_at(archive.index(), bound), "{name} at {bound:?}");
                    before = moved;
                } else {
                    before = anew;
                }
            }
        }
    }
}

#[test]
fn images_go_on_from_any_other() {
    let mut moves = Moves::default();
    let mut random = Random(31);
    let golden = FIXTURES.iter().map(|fixture| (fixture.name.to_owned(), fixture.archive.to_vec()));
    let samples = Layout::ALL.map(|layout| (format!("{layout:?}"), Sample::new(layout).bytes));
    for (name, bytes) in golden.chain(samples) {
        let archive = Archive::open(bytes).expect("golden files open");
        for selection in filters(&archive) {
            moves.check(&name, &archive, selection.as_ref(), &mut random);
        }
    }
    assert!(moves.back > 500 && moves.ahead > 500, "{moves:?}");
}

#[test]
fn images_of_damaged_files_go_on_only_from_what_holds() {
    let mut moves = Moves::default();
    let mut random = Random(32);
    for round in 0..3_000 {
        let layout = Layout::ALL[round % 4];
        let mut bytes = Sample::new(layout).bytes;
        (0..=random.below(3)).for_each(|_| mutate(&mut bytes, &mut random));
        let Ok(archive) = Archive::open(bytes) else { continue };
        // With a selection, what a false index hides depends on what else is looked for.
        let selections = if layout.indexed { vec![None] } else { filters(&archive) };
        for selection in selections {
            moves.check(&format!("round {round}"), &archive, selection.as_ref(), &mut random);
        }
    }
    assert!(moves.back > 5_000 && moves.ahead > 5_000, "{moves:?}");
}

#[test]
fn a_session_that_was_asked_before_answers_as_a_new_one() {
    let mut random = Random(33);
    let samples = Layout::ALL.map(|layout| Sample::new(layout).bytes);
    let golden = FIXTURES.iter().map(|fixture| fixture.archive.to_vec());
    let questions = QUESTIONS.iter().filter(|questions| questions.archive.len() < 400_000);
    let questions = questions.map(|questions| questions.archive.to_vec());
    for (number, bytes) in samples.into_iter().chain(golden).chain(questions).enumerate() {
        let open = |bytes: &[u8]| {
            let mut session = Session::new();
            session.open(String::new(), bytes.to_vec()).map(|_| session)
        };
        let Some(subjects) = Subjects::of(&mut open(&bytes).expect("it opens")) else { continue };
        let mut growing: Option<Session> = None;
        for quarter in 1..=4 {
            let committed = HEADER + (bytes.len() - HEADER) * quarter / 4;
            let part = match quarter {
                4 => bytes.clone(),
                _ => younger(&bytes, committed, &mut random).to_vec(),
            };
            // What was never committed is not there at the end either.
            let pages = Pages::whole(part.clone());
            match growing.as_mut().map(|session| session.refresh(pages)) {
                Some(Ok(())) => {}
                Some(Err(_)) | None => growing = open(&part).ok(),
            }
            let Some(session) = &mut growing else { continue };
            session.scan_to(u64::MAX);
            for _ in 0..12 {
                let request = subjects.request(&mut random);
                let mut new = open(&part).expect("it opened");
                let answers = [answer(session, &request), answer(&mut new, &request)];
                assert_eq!(answers[0], answers[1], "file {number}: {request:?}");
            }
        }
    }
}
