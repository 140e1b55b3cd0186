//! The same questions to the reference and to this reader, natively.

use crate::common::differential as suite;
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn answers_are_those_of_the_reference_or_of_its_documentation() {
    suite::answers_are_those_of_the_reference_or_of_its_documentation();
}

#[test]
fn globs_match_as_in_netidx() {
    suite::globs_match_as_in_netidx();
}

#[test]
fn cursors_move_as_in_the_reference() {
    suite::cursors_move_as_in_the_reference();
}

#[test]
fn seek_expressions_read_as_in_the_reference() {
    suite::seek_expressions_read_as_in_the_reference();
}

#[test]
fn no_script_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/differential");
    let on_disk: BTreeSet<_> = fs::read_dir(folder)
        .expect("the scripts are in the repository")
        .filter_map(|entry| {
            let name = entry.expect("a readable entry").file_name();
            name.to_str()?.strip_suffix(".archive").map(str::to_owned)
        })
        .collect();
    let listed: BTreeSet<_> = suite::QUESTIONS.iter().map(|q| q.name.to_owned()).collect();
    assert_eq!(on_disk, listed);
}
