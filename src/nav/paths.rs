//! `nav paths`: the paths, one a line.

use super::{
    args::Paths,
    fault::{Fault, Outcome, each},
    open::open,
    out::{json_line, out},
    times,
};
use crate::{format::visible, recording::PathInfo};
use std::io::Write;

pub fn run(args: &Paths, threads: usize) -> Result<Outcome, Fault> {
    let filter = times::filter(&args.filter.filter)?;
    let mut out = out();
    let outcome = each(&args.paths, |path| {
        let opened = open(path, threads)?;
        let is_wanted =
            |it: &PathInfo<'_>| filter.as_ref().is_none_or(|filter| filter.matches(it.path));
        let found: Vec<_> = opened.recording.paths().filter(is_wanted).collect();
        match args.json {
            true => json_line(&mut out, &found)?,
            // A path with a line break in it is a line all the same.
            false => {
                found.iter().try_for_each(|it| writeln!(out, "{}", visible(it.path)))?;
            }
        }
        Ok(Outcome::lacking_if(found.is_empty() || opened.lacks_files()))
    })?;
    out.flush()?;
    Ok(outcome)
}
