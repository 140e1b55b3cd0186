//! Path indexes: joined to data files, alone, contradicting, growing, found by content.

use crate::writer::{Layout, Writer};
use netidx_archive_viewer::{
    archive::Archive,
    protocol::{Names, Response, Summary},
    session::{NamedPages, Session},
    source::Pages,
};

const BASIS: i64 = 1_772_355_600;

/// The recording that netidx's own test wrote: ids in `current`, paths in `pathindex`.
const CURRENT: &[u8] = include_bytes!("../fixtures/recordings/netidx-test-recorder/0/current");
const PATH_INDEX: &[u8] = include_bytes!("../fixtures/recordings/netidx-test-recorder/0/pathindex");

fn number(id: u32) -> Vec<(u32, Vec<u8>)> {
    vec![(id, vec![23, 7])]
}

/// A data file without mappings, a batch a second with each of these ids in turn.
fn data(ids: &[u32]) -> Vec<u8> {
    let mut writer = Writer::new(Layout::INDEXED);
    writer.basis(BASIS, 0);
    for (nth, id) in ids.iter().enumerate() {
        writer.delta(nth as u32 * 1_000_000, &number(*id));
    }
    writer.finish()
}

fn path_index(paths: &[(&str, u32)]) -> Vec<u8> {
    let mut writer = Writer::new(Layout::INDEXED);
    writer.paths(paths);
    writer.finish()
}

fn named(name: &str, bytes: Vec<u8>) -> NamedPages {
    NamedPages { name: name.to_owned(), pages: Pages::whole(bytes) }
}

/// A session in which `file` is open, all of it scanned, beside these path indexes.
fn open(file: &[u8], path_indexes: Vec<NamedPages>) -> (Session, Summary) {
    let mut session = Session::new();
    session.start("file".to_owned(), Pages::whole(file.to_vec()), path_indexes).unwrap();
    while session.scan_to(u64::MAX) {}
    let summary = session.summary().unwrap();
    (session, summary)
}

fn messages(summary: &Summary) -> Vec<&str> {
    summary.problems.iter().map(|problem| problem.message.as_str()).collect()
}

#[test]
fn the_public_recording_has_its_two_paths() {
    let mut archive = Archive::open(CURRENT.to_vec()).unwrap();
    assert_eq!(archive.index().paths.len(), 0);
    archive.add_names(&Archive::open(PATH_INDEX.to_vec()).unwrap());
    let mut paths: Vec<_> = archive.index().paths.iter().map(|(_, path)| path).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/test/d0", "/test/d1"]);
    let batches = archive.index().deltas.len() + archive.index().images.len();
    assert_eq!(batches, 1_002);
}

#[test]
fn a_data_file_says_whether_its_names_are_missing() {
    let (mut session, summary) = open(CURRENT, Vec::new());
    assert_eq!((&summary.names, summary.is_path_index), (&Names::Missing, false));
    let added = session.add_names(named("pathindex", PATH_INDEX.to_vec())).unwrap();
    let Response::Scanned(summary) = added else { panic!("{added:?}") };
    assert_eq!(summary.names, Names::Joined { file: "pathindex".to_owned() });
    assert_eq!(summary.paths, 2);
    let (_, alone) = open(PATH_INDEX, Vec::new());
    assert_eq!((&alone.names, alone.is_path_index, alone.paths), (&Names::Own, true, 2));
}

#[test]
fn the_path_index_that_fits_is_found_by_its_content() {
    let few = path_index(&[("/x", 0), ("/y", 1)]);
    let right = path_index(&[("/a", 0), ("/b", 1), ("/c", 2)]);
    let many = path_index(&[("/p", 0), ("/q", 1), ("/r", 2), ("/s", 3), ("/t", 4)]);
    let file = data(&[0, 1, 2, 1]);
    for turn in 0..4 {
        let mut all = vec![
            named("few", few.clone()),
            named("right", right.clone()),
            named("many", many.clone()),
            named("a data file", data(&[0])),
        ];
        all.rotate_left(turn);
        let (_, summary) = open(&file, all);
        assert_eq!(summary.names, Names::Joined { file: "right".to_owned() }, "{turn}");
        assert_eq!(summary.paths, 3);
    }
    // What is no path index is passed over.
    let (_, summary) =
        open(&file, vec![named("noise", b"noise".to_vec()), named("data", file.clone())]);
    assert_eq!(summary.names, Names::Missing);
}

#[test]
fn a_contradiction_is_a_problem_and_the_file_counts() {
    let mut writer = Writer::new(Layout::INDEXED);
    writer.basis(BASIS, 0);
    writer.paths(&[("/own", 1), ("/same", 2)]);
    writer.delta(0, &number(1));
    let file = writer.finish();
    let names = path_index(&[("/a", 0), ("/other", 1), ("/same", 2)]);
    // Joined before the file's own mappings are read, and after.
    let (_, before) = open(&file, vec![named("pathindex", names.clone())]);
    let (mut session, _) = open(&file, Vec::new());
    session.add_names(named("pathindex", names)).unwrap();
    let after = session.summary().unwrap();
    for summary in [before, after] {
        assert_eq!(summary.problem_count, 1, "{:?}", messages(&summary));
        let message = messages(&summary)[0].to_owned();
        assert!(message.contains("id 1") && message.contains("/own"), "{message}");
        assert_eq!(summary.paths, 3);
    }
}

#[test]
fn another_path_index_takes_the_place_of_the_first() {
    let (mut session, _) =
        open(&data(&[0, 1]), vec![named("wrong", path_index(&[("/x", 0), ("/y", 7)]))]);
    session.add_names(named("right", path_index(&[("/a", 0), ("/b", 1)]))).unwrap();
    let summary = session.summary().unwrap();
    assert_eq!((summary.paths, summary.problem_count), (2, 0));
    let refused = session.add_names(named("data", data(&[0]))).unwrap_err();
    assert_eq!(refused.kind, "names");
    assert_eq!(session.summary().unwrap().names, Names::Joined { file: "right".to_owned() });
}

#[test]
fn a_path_that_is_added_while_the_file_grows_gets_its_name() {
    let (young, grown) = (data(&[0, 0]), data(&[0, 0, 1]));
    let (mut session, summary) = open(&young, vec![named("pathindex", path_index(&[("/a", 0)]))]);
    assert_eq!(summary.paths, 1);
    // It grows by a record more.
    let mut writer = Writer::new(Layout::INDEXED);
    writer.paths(&[("/a", 0)]);
    writer.paths(&[("/late", 1)]);
    let names = writer.finish();
    session.refresh(Pages::whole(grown), Some(named("pathindex", names))).unwrap();
    while session.scan_to(u64::MAX) {}
    let summary = session.summary().unwrap();
    assert_eq!((summary.paths, summary.delta_batches, summary.problem_count), (2, 3, 0));
}
