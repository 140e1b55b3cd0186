//! Sidecars: opening with one is opening without, whatever its bytes are.

use crate::common::{FIXTURES, Random, mutations};
use netidx_archive_viewer::{archive::Archive, sidecar, source::Pages};

/// All that opening learns of a file.
fn learnt(archive: &Archive) -> impl PartialEq + std::fmt::Debug + use<> {
    let index = archive.index();
    let marks =
        |batches: &netidx_archive_viewer::index::BatchTimes| batches.iter().collect::<Vec<_>>();
    let paths: Vec<_> = index.paths.iter().map(|(id, path)| (id, path.to_owned())).collect();
    let problems: Vec<_> =
        index.problems().map(|it| (it.kind(), it.offset(), it.to_string())).collect();
    let odd: Vec<_> = index.deltas.iter().map(|mark| index.odd_basis(mark.offset)).collect();
    (
        marks(&index.deltas),
        marks(&index.images),
        paths,
        problems,
        index.problem_count(),
        index.end(),
        odd,
    )
}

fn with(file: &[u8], sidecar: &[u8]) -> (Archive, Option<String>) {
    let opened = sidecar::open(Pages::whole(file.to_vec()), sidecar).expect("an archive");
    (opened.0, opened.1.map(|refused| refused.to_string()))
}

#[test]
fn opening_with_a_sidecar_is_opening_without() {
    let mut random = Random(29);
    for round in 0..400 {
        let fixture = &FIXTURES[round % FIXTURES.len()];
        let mut file = fixture.archive.to_vec();
        if round >= FIXTURES.len() {
            mutations::mutate(&mut file, &mut random);
        }
        let Ok(archive) = Archive::open(file.clone()) else { continue };
        let made = sidecar::make(&archive).expect("a sidecar");
        let (opened, refused) = with(&file, &made);
        assert_eq!(refused, None, "{}", fixture.name);
        assert_eq!(learnt(&opened), learnt(&archive), "{}", fixture.name);
    }
}

#[test]
fn a_file_that_grew_is_scanned_on() {
    let fixture = FIXTURES.iter().find(|it| it.name == "indexed-images").expect("a golden file");
    let whole = Archive::open(fixture.archive.to_vec()).expect("an archive");
    let offsets: Vec<u64> = whole.index().deltas.iter().map(|mark| mark.offset).collect();
    for committed in offsets {
        let mut before = fixture.archive.to_vec();
        before[18..26].copy_from_slice(&committed.to_be_bytes());
        let made =
            sidecar::make(&Archive::open(before.clone()).expect("an archive")).expect("a sidecar");
        let (opened, refused) = with(fixture.archive, &made);
        assert_eq!((refused, learnt(&opened)), (None, learnt(&whole)));
        // One that was committed further is not of this file as it is.
        let later = sidecar::make(&whole).expect("a sidecar");
        let (opened, refused) = with(&before, &later);
        assert!(refused.is_some_and(|it| it.starts_with("the sidecar is not used: ")));
        assert_eq!(learnt(&opened), learnt(&Archive::open(before).expect("an archive")));
    }
}

#[test]
fn what_does_not_fit_is_said_and_not_used() {
    let mut random = Random(30);
    let archives: Vec<_> = FIXTURES
        .iter()
        .filter_map(|it| Some((it, Archive::open(it.archive.to_vec()).ok()?)))
        .collect();
    for (nth, (fixture, archive)) in archives.iter().enumerate() {
        let own = sidecar::make(archive).expect("a sidecar");
        let (other, of_other) = &archives[(nth + 7) % archives.len()];
        if of_other.index().end() != archive.index().end() {
            let (opened, refused) = with(other.archive, &own);
            assert!(refused.is_some(), "{} {}", fixture.name, other.name);
            assert_eq!(learnt(&opened), learnt(of_other));
        }
        for _ in 0..20 {
            let mut damaged = own.clone();
            mutations::mutate(&mut damaged, &mut random);
            let (opened, _) = with(fixture.archive, &damaged);
            assert_eq!(learnt(&opened), learnt(archive), "{}", fixture.name);
        }
    }
    let (_, refused) = with(FIXTURES[0].archive, b"");
    assert_eq!(
        refused.as_deref(),
        Some("the sidecar is not used: it does not begin as a sidecar does")
    );
}
