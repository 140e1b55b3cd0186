//! `nav cat`: the updates on standard output.

use super::{
    args::Cat,
    export::{Count, drive, row_format, say_left_out},
    fault::{Fault, Outcome},
    open::open,
    out::out,
    times,
};
use crate::export::rows::Rows;
use std::io::Write;

pub fn run(args: &Cat, threads: usize) -> Result<Outcome, Fault> {
    let opened = open(&args.path, threads)?;
    let timeline = opened.timeline();
    let scope = times::scope(&args.span, &timeline.files()[..])?;
    let format = row_format(args.format, &args.rows)?;
    let mut rows = Rows::new(timeline, &scope, format, opened.is_folder);
    let (mut out, mut count) = (out(), Count::new(args.format));
    drive(&mut rows, timeline, |piece| {
        count.add(piece);
        out.write_all(piece).map_err(Fault::from)
    })?;
    out.flush()?;
    let is_damaged = say_left_out(&rows) | opened.say_problems(&args.path);
    Ok(Outcome::lacking_if(!count.has_rows() || is_damaged))
}
