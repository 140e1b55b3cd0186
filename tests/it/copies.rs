//! The copies that the real reader read: they are made again, byte by byte.
//!
//! `cargo xtask fixtures` lets the real `netidx-archive` open a copy of every archive in
//! `tests/fixtures` and compare it with its original; `tests/fixtures/copies/copies.json` says what it found.

use super::export::{copied, indexed};
use netidx_archive_viewer::{archive::Archive, export::Options};
use serde::Deserialize;
use std::{fs, path::Path};

#[derive(Deserialize)]
struct Copies {
    copies: Vec<Copy>,
}

#[derive(Deserialize)]
struct Copy {
    of: String,
    kind: String,
    length: usize,
    hash: String,
    deltas: usize,
    images: usize,
    paths: usize,
    states: usize,
    queries: usize,
}

/// 64-bit FNV-1a.
fn hash(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[test]
fn are_what_the_reference_read() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let text = fs::read_to_string(fixtures.join("copies/copies.json")).expect("copies.json");
    let copies: Copies = serde_json::from_str(&text).expect("the documented shape");
    let (mut states, mut queries) = (0, 0);
    for copy in &copies.copies {
        let original = fs::read(fixtures.join(format!("{}.archive", copy.of))).expect(&copy.of);
        let original = Archive::open(original).expect(&copy.of);
        let bytes = match &copy.kind[..] {
            "index" => indexed(&original).0,
            "compress" => copied(&original, &Options::default()).0,
            "compress-plain" => {
                copied(&original, &Options { dictionary: Some(0), ..Options::default() }).0
            }
            other => panic!("no such kind: {other}"),
        };
        let name = format!("the copy {} of {}", copy.kind, copy.of);
        let why = "make tests/fixtures/copies/copies.json again by `cargo xtask fixtures`";
        assert_eq!((bytes.len(), hash(&bytes)), (copy.length, copy.hash.clone()), "{name}: {why}");
        let index = Archive::open(bytes).expect(&name);
        let index = index.index();
        let counts = (index.deltas.len(), index.images.len(), index.paths.len());
        assert_eq!(counts, (copy.deltas, copy.images, copy.paths), "{name}");
        states += copy.states;
        queries += copy.queries;
    }
    // So many that nothing is missing.
    assert!(copies.copies.len() > 140 && states > 1_000 && queries > 5_000);
}
