//! Made-up trees, and this crate.

use super::*;

const TABLE: &[&[&str]] = &[&["low", "side"], &["middle"], &["high"]];

fn faults(files: &[(&str, &str)], allowed: &[(&str, &str, &str)]) -> Vec<String> {
    let mut tree = Tree::default();
    for (file, text) in files {
        tree.add(file, text);
    }
    tree.faults(TABLE, allowed)
}

#[test]
fn imports_down_the_table_are_sound() {
    let files = [
        ("lib.rs", "pub mod low; pub mod middle; pub mod high; use high::Top;"),
        (
            "low.rs",
            "//! use crate::high::Top;\npub struct Bottom; const TEXT: &str = \"crate::high\";",
        ),
        ("middle/mod.rs", "mod part; pub use part::Part; use crate::low::Bottom; use std::fmt;"),
        ("middle/part.rs", "use crate::{low::{self, Bottom}, low}; pub struct Part<'a>(&'a str);"),
        (
            "high.rs",
            "use crate::middle::Part; fn f(c: char) -> crate::low::Bottom { if c == '\"' {} }",
        ),
    ];
    assert_eq!(faults(&files, &[]), [] as [&str; 0]);
}

#[test]
fn imports_up_the_table_are_faults() {
    let up = "low.rs imports crate::high::Top, but low does not stand above high";
    for text in [
        "use crate::high::Top;",
        "use crate::{middle as _, high::{Top as T, *}};",
        "pub(crate) use crate::{\n    // why\n    high::Top,\n};",
        "fn f() -> crate::high::Top { todo!() }",
        "fn f() { /* /* nested */ */ let quote = '\\''; crate::high::Top }",
        "mod inline { fn f() { crate::high::Top } }",
    ] {
        let found = faults(&[("low.rs", text), ("high.rs", "pub struct Top;")], &[]);
        assert!(found.contains(&up.to_owned()), "{text}: {found:?}");
    }
    let up =
        "low/deep/a.rs imports super::super::super::high::Top, but low does not stand above high";
    let files = [("low/deep/a.rs", "use super::super::super::high::Top;"), ("high.rs", "")];
    assert_eq!(faults(&files, &[]), [up]);
    let files = [("low/mod.rs", "mod b { use super::super::high::Top; }"), ("high.rs", "")];
    let up = "low/mod.rs imports super::high::Top, but low does not stand above high";
    assert_eq!(faults(&files, &[]), [up]);
}

#[test]
fn rooms_of_one_line_and_rooms_without_a_place_are_faults() {
    let files = [("low.rs", "use crate::side::S;"), ("side.rs", "")];
    assert_eq!(
        faults(&files, &[]),
        ["low.rs imports crate::side::S, but low does not stand above side"]
    );
    let files = [("attic/mod.rs", "")];
    assert_eq!(faults(&files, &[]), ["attic/mod.rs: attic has no place in the table of layers"]);
    let files = [("high.rs", "use crate::attic::A;"), ("attic.rs", "")];
    assert_eq!(faults(&files, &[]).len(), 2);
}

#[test]
fn files_that_import_each_other_are_faults() {
    let each_other = ["low/a.rs and low/b.rs import each other"];
    for (a, b) in [
        ("use super::b::B;", "use super::a::A; pub struct B;"),
        // Through the re-exports of the room.
        ("use super::B; pub struct A;", "use crate::low::A; pub struct B;"),
        ("use super::{B as Other}; pub struct A;", "fn f() -> super::A {} pub struct B;"),
        ("use super::b; pub struct A;", "use super::a::{self, A}; pub struct B;"),
    ] {
        let room = "mod a; mod b; pub use a::A; pub use b::*;";
        let files = [("low/mod.rs", room), ("low/a.rs", a), ("low/b.rs", b)];
        assert_eq!(faults(&files, &[]), each_other, "{a} {b}");
    }
}

#[test]
fn a_room_that_only_hands_on_does_not_import() {
    let child = "use super::Room; pub struct Child;";
    let hands_on = "mod child; pub use child::Child; pub struct Room;";
    let files = |room| [("low/mod.rs", room), ("low/child.rs", child)];
    assert_eq!(faults(&files(hands_on), &[]), [] as [&str; 0]);
    for uses in [
        "mod child; pub use child::Child; pub struct Room(Child);",
        "mod child; use child::Child; pub struct Room;",
        "mod child; pub struct Room(child::Child);",
        "mod child; pub struct Room { child: child::Child }",
    ] {
        let found = faults(&files(uses), &[]);
        assert_eq!(found, ["low/child.rs and low/mod.rs import each other"], "{uses}");
    }
}

#[test]
fn tests_import_what_they_like() {
    let files = [
        ("low/mod.rs", "#[cfg(test)]\nmod tests;\n#[cfg(test)] mod more { use crate::high::H; }"),
        ("low/tests.rs", "use crate::high::H; use super::*;"),
        (
            "high.rs",
            "#[cfg(test)] use crate::attic::A; #[cfg(all(test, unix))] fn f() { crate::attic::f(); }",
        ),
    ];
    assert_eq!(faults(&files, &[]), [] as [&str; 0]);
    let files = [("low.rs", "#[cfg(not(test))] use crate::high::H;"), ("high.rs", "")];
    assert_eq!(faults(&files, &[]).len(), 1);
}

#[test]
fn exceptions_hold_until_they_are_mended() {
    let allowed = [("low.rs", "high", "for now"), ("low.rs", "middle", "mended")];
    let files = [("low.rs", "use crate::high::H;"), ("high.rs", ""), ("middle.rs", "")];
    assert_eq!(
        faults(&files, &allowed),
        ["low.rs no longer imports middle: take it from the exceptions"]
    );
    let files = [
        ("low/mod.rs", "mod a; mod b;"),
        ("low/a.rs", "use super::b::B;"),
        ("low/b.rs", "use super::a::A;"),
    ];
    for (from, to) in [("low/a.rs", "low/b.rs"), ("low/b.rs", "low/a.rs"), ("low/b.rs", "low/")] {
        assert_eq!(faults(&files, &[(from, to, "for now")]), [] as [&str; 0]);
    }
}

#[test]
fn this_crate_keeps_to_the_table() {
    let tree = Tree::read(&root().join("src")).expect("the files of this crate");
    assert!(tree.modules.len() > 100, "{} modules", tree.modules.len());
    let faults = tree.faults(LAYERS, ALLOWED);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
