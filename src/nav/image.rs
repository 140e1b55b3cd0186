//! `nav image`: the last value of every path at a time.

use super::{
    args::Image,
    fault::{Fault, Outcome, each},
    open::open,
    out::{json_line, out},
    times,
};
use crate::{
    error::Error,
    format::{Naming, visible, write_value},
    recording::{ImageAnswer, Item},
};
use std::{borrow::Cow, io::Write};

pub fn run(args: &Image, threads: usize) -> Result<Outcome, Fault> {
    let filter = times::filter(&args.filter.filter)?;
    let mut out = out();
    let outcome = each(&args.paths, |path| {
        let opened = open(path, threads)?;
        let files = opened.timeline().files();
        let at = args.at.as_deref().map(|at| times::time(at, &files[..])).transpose()?.flatten();
        let image = opened.recording.image_by(at, filter.as_ref());
        match args.json {
            true => json_line(&mut out, &image)?,
            false => write_lines(&mut out, &image)?,
        }
        let is_damaged = opened.say_problems(path);
        Ok(Outcome::lacking_if(image.is_empty() || is_damaged))
    })?;
    out.flush()?;
    Ok(outcome)
}

/// A line a path: path, type, value, time.
fn write_lines(out: &mut impl Write, image: &ImageAnswer<'_>) -> Result<(), Fault> {
    for item in image.items() {
        let Item { id, path, time, event, .. } = item;
        let path = path.map_or_else(|| format!("#{id} (no path)").into(), visible);
        let (kind, value) = event
            .and_then(|event| {
                let Some(value) = event.value()? else {
                    return Ok(("unsubscribed", Cow::from("unsubscribed")));
                };
                let mut text = String::new();
                write_value(&value, Naming::Plain, &mut text)?;
                Ok((value.kind().name(), text.into()))
            })
            .unwrap_or_else(|e: Error| ("unreadable", e.to_string().into()));
        let time = time.map(|time| time.to_string()).unwrap_or_default();
        writeln!(out, "{path}\t{kind}\t{value}\t{time}")?;
    }
    Ok(())
}
