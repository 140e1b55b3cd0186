//! An image that goes on from others equals the one that is built anew, and a session that was asked
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
    query::{Distance, Image, Selection, image, image_between},
    session::Session,
    source::Pages,
    time::Timestamp,
};
use std::{ops::Bound, rc::Rc};

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

/// How many images could go on from an earlier one, from a later one, and from one of each.
#[derive(Debug, Default)]
struct Moves {
    ahead: usize,
    back: usize,
    between: usize,
}

impl Moves {
    /// Builds images at random bounds from others, at first of all paths, then those built so.
    fn check(
        &mut self,
        name: &str,
        archive: &Archive,
        selection: Option<&Selection>,
        random: &mut Random,
    ) {
        let times: Vec<_> = interesting_times(archive).into_iter().collect();
        let bound = |random: &mut Random| {
            let time = times[random.below(times.len())];
            if random.below(2) == 0 { Bound::Included(time) } else { Bound::Excluded(time) }
        };
        for _ in 0..4 {
            let mut built: Vec<Rc<Image>> =
                (0..3).map(|_| Rc::new(image(archive, None, bound(random)))).collect();
            for _ in 0..8 {
                let bound = bound(random);
                let mut pick = |wanted: fn(Distance) -> bool| {
                    let from = random.below(built.len() + 1);
                    built[from.min(built.len() - 1)..]
                        .iter()
                        .find(|image| image.distance(archive, bound).is_some_and(wanted))
                        .cloned()
                };
                let near = (
                    pick(|way| matches!(way, Distance::After(_))),
                    pick(|way| matches!(way, Distance::Before(_))),
                );
                match &near {
                    (Some(_), Some(_)) => self.between += 1,
                    (Some(_), None) => self.ahead += 1,
                    (None, Some(_)) => self.back += 1,
                    (None, None) => {}
                }
                let anew = image(archive, selection, bound);
                let moved = image_between(archive, selection, bound, near);
                assert_eq!(contents(&moved), contents(&anew), "{name} at {bound:?}");
                assert!(moved.is_at(archive, bound), "{name} at {bound:?}");
                built.push(Rc::new(moved));
            }
        }
    }
}

#[test]
fn what_cannot_be_gone_on_from_is_passed_over() {
    let archive = Archive::open(Sample::new(Layout::INDEXED).bytes).expect("it opens");
    let images: Vec<_> = interesting_times(&archive)
        .into_iter()
        .map(|time| (time, Rc::new(image(&archive, None, Bound::Included(time)))))
        .collect();
    let mut none = 0;
    for (time, anew) in &images {
        for (_, one) in &images {
            none += usize::from(one.distance(&archive, Bound::Included(*time)).is_none());
            let near = (Some(Rc::clone(one)), Some(Rc::clone(one)));
            let wrong = image_between(&archive, None, Bound::Included(*time), near);
            assert_eq!(contents(&wrong), contents(anew), "{time}");
        }
    }
    assert!(none > 100, "image records lie between {none}");
    let unbounded = image_between(&archive, None, Bound::Unbounded, (None, None));
    assert!(unbounded.entries().is_empty());
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
    assert!(moves.back > 200 && moves.ahead > 200 && moves.between > 200, "{moves:?}");
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
    assert!(moves.back > 2_000 && moves.ahead > 2_000 && moves.between > 2_000, "{moves:?}");
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
            match growing.as_mut().map(|session| session.refresh(pages, None)) {
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
