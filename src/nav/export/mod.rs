//! `nav export`: other files made of a file or a recording.

mod copies;

use super::{
    args::{Export, Format},
    destination::{Destination, Rules},
    fault::{Fault, Outcome},
    file::SharedFile,
    open::{Opened, open},
};
use std::{fs, path::Path, sync::Arc};

pub fn run(args: &Export, threads: usize) -> Result<Outcome, Fault> {
    let opened = open(&args.path, threads)?;
    let rules = rules(args, &opened)?;
    let mut out = Destination::create(&args.out, &rules)?;
    let is_damaged = match args.format {
        Format::Indexed => copies::index(&opened, &mut out)?,
        Format::Compressed => copies::compress(&opened, &mut out, threads)?,
    };
    out.finish()?;
    Ok(Outcome::lacking_if(opened.say_problems(&args.path) || is_damaged))
}

/// What may be written over. Into the folder of a recording nothing is written.
fn rules(args: &Export, opened: &Opened) -> Result<Rules, Fault> {
    let folder = |path: &Path| {
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
        fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()
    };
    let into = folder(&args.out);
    let is_read = |it: &Arc<SharedFile>| into.is_some() && folder(it.path()) == into;
    if opened.is_folder && opened.files.iter().any(is_read) {
        let why = "that is in the recording itself, into which nothing is written";
        return Err(Fault::of(args.out.display(), why));
    }
    let inputs = opened.files.iter().filter_map(|it| it.identity()).collect();
    Ok(Rules { force: args.force, inputs })
}
