//! Everything decoded from the golden files equals what the real crates decoded.

use crate::common::{FIXTURES, compare};
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_golden_file_decodes_to_its_json() {
    for fixture in FIXTURES {
        compare(fixture);
    }
}

#[test]
fn no_golden_file_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let on_disk: BTreeSet<_> = fs::read_dir(folder)
        .expect("the fixtures are in the repository")
        .filter_map(|entry| {
            let name = entry.expect("a readable entry").file_name();
            name.to_str()?.strip_suffix(".archive").map(str::to_owned)
        })
        .collect();
    let listed: BTreeSet<_> = FIXTURES.iter().map(|fixture| fixture.name.to_owned()).collect();
    assert_eq!(on_disk, listed);
}
