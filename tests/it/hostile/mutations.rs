//! Tens of thousands of small changes to the golden files, natively: each answer in bounded time.

use crate::common::mutations::{cuts, exercise, mutants};
use std::time::{Duration, Instant};

fn in_time(name: &str, bytes: Vec<u8>) {
    let started = Instant::now();
    exercise(bytes);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(20), "{name}: {took:?}");
}

#[test]
fn of_every_golden_file() {
    mutants(600, in_time);
}

#[test]
fn cuts_at_every_byte() {
    cuts(in_time);
}
