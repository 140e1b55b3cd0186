//! `nav export`: other files made of a file or a recording.

mod copies;
mod drive;
mod made;
mod partition;
mod rows;

pub use made::row_format;
pub use rows::write_rows;

use super::{
    args::{Export, Partition},
    destination::{Destination, Rules},
    fault::{Fault, Outcome},
    open::{OpenFile, Opened, open},
    times,
};
use crate::{export, timeline::Timeline};
use drive::{drive, say_problems};
use made::{Made, Part, made};
use std::{fs, path::Path};

pub fn run(args: &Export, threads: usize) -> Result<Outcome, Fault> {
    let opened = open(&args.path, threads)?;
    let rules = rules(&args.out, args.force, &opened)?;
    let scope = times::scope(&args.span, &opened.timeline().files()[..])?;
    let made = made(args.format, &args.rows)?;
    if let Some(Partition::Day) = args.partition {
        let is_damaged = opened.say_problems(&args.path);
        let lacks = partition::by_day(&args.path, opened, &args.out, &rules, &scope, made)?;
        return Ok(Outcome::lacking_if(is_damaged || lacks));
    }
    let mut out = Destination::create(&args.out, &rules)?;
    let is_damaged = match made {
        Made::Indexed | Made::Compressed if is_part(args) => {
            let why = "a copy has all that is in the file; --format slice makes one of a part";
            return Err(Fault::Said(why.to_owned()));
        }
        Made::Indexed => copies::index(&opened, &mut out)?,
        Made::Compressed => copies::compress(&opened, &mut out, threads)?,
        Made::Part(Part::Rows(format, _)) => {
            write_rows(&opened, &scope, format, threads, |piece| out.write(piece))?.is_damaged
        }
        Made::Part(part) => {
            let timeline = opened.timeline();
            let mut export = part.export(timeline, &scope, opened.is_folder);
            write(&mut *export, timeline, &mut out)?
        }
    };
    out.finish()?;
    Ok(Outcome::lacking_if(opened.say_problems(&args.path) || is_damaged))
}

/// Writes all of an export into a file. Returns whether something could not be read.
pub fn write(
    export: &mut dyn export::Export,
    timeline: &Timeline,
    out: &mut Destination,
) -> Result<bool, Fault> {
    drive(export, timeline, |piece| out.write(piece))?;
    if let Some(head) = export.head() {
        out.write_head(&head)?;
    }
    Ok(say_problems(export.left_out()))
}

/// What may be written over. Into the folder of a recording nothing is written.
pub fn rules(out: &Path, force: bool, opened: &Opened) -> Result<Rules, Fault> {
    let folder = |path: &Path| {
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
        fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()
    };
    let into = folder(out);
    let is_read = |it: &OpenFile| into.is_some() && folder(it.file.path()) == into;
    if opened.is_folder && opened.files.iter().any(is_read) {
        let why = "that is in the recording itself, into which nothing is written";
        return Err(Fault::of(out.display(), why));
    }
    let inputs = opened.files.iter().filter_map(|it| it.file.identity()).collect();
    Ok(Rules { force, inputs })
}

/// Whether not all is asked for.
fn is_part(args: &Export) -> bool {
    let span = &args.span;
    span.start.is_some() || span.end.is_some() || !span.filter.filter.is_empty() || span.initial
}
