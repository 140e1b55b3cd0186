//! `nav cat`: the updates on standard output.

use super::{
    args::Cat,
    export::{row_format, write_rows},
    fault::{Fault, Outcome},
    open::open,
    out::out,
    times,
};
use std::io::Write;

pub fn run(args: &Cat, threads: usize) -> Result<Outcome, Fault> {
    let opened = open(&args.path, threads)?;
    let timeline = opened.timeline();
    let scope = times::scope(&args.span, &timeline.files()[..])?;
    let format = row_format(args.format, &args.rows)?;
    let mut out = out();
    let write = |piece: &[u8]| out.write_all(piece).map_err(Fault::from);
    let written = write_rows(&opened, &scope, format, threads, write)?;
    out.flush()?;
    let is_damaged = written.is_damaged | opened.say_problems(&args.path);
    Ok(Outcome::lacking_if(written.rows == 0 || is_damaged))
}
