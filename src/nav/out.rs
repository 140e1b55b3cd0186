//! Standard output.

use super::fault::Fault;
use serde::Serialize;
use std::io::{self, BufWriter, Stdout, Write, stdout};

/// How much is gathered before it is written.
const HELD: usize = 256 << 10;

/// Standard output, written in large pieces. What is left is written by `flush`, whose failure counts.
pub fn out() -> BufWriter<Stdout> {
    BufWriter::with_capacity(HELD, stdout())
}

/// Writes an answer as one line of JSON.
pub fn json_line(out: &mut impl Write, answer: &impl Serialize) -> Result<(), Fault> {
    serde_json::to_writer(&mut *out, answer).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
