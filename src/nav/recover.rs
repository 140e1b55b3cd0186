//! `nav recover`: all that is sound of a damaged file.

use super::{
    args::Recover,
    destination::Destination,
    export::{rules, write},
    fault::{Fault, Outcome, say},
    open::open,
};
use crate::export::{Depth, Export, Scope, Slice};

pub fn run(args: &Recover, threads: usize) -> Result<Outcome, Fault> {
    let opened = open(&args.path, threads)?;
    let rules = rules(&args.out, args.force, &opened)?;
    let mut out = Destination::create(&args.out, &rules)?;
    let timeline = opened.timeline();
    let mut export = Slice::new(timeline, &Scope::default(), Depth::Sound);
    // What could not be read is said, and is why this is run: the new file is sound.
    opened.say_problems(&args.path);
    write(&mut export, timeline, &mut out)?;
    let batches = export.progress().done;
    out.finish()?;
    say(format!("{}: {batches} batches were looked at", args.out.display()));
    Ok(Outcome::lacking_if(batches == 0))
}
