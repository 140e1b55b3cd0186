//! `nav sidecar`: what a scan found, beside each data file.

use super::{
    args::Sidecar,
    destination::{Destination, Rules},
    fault::{Fault, Outcome, each, say},
    open::{Opened, full_name, open},
};
use crate::sidecar;
use std::{
    fs,
    path::{Path, PathBuf},
};

pub fn run(args: &Sidecar, threads: usize) -> Result<Outcome, Fault> {
    each(&args.paths, |path| {
        let opened = open(path, threads)?;
        for shard in opened.timeline().shards() {
            for (at, archive) in shard.archives().iter().enumerate() {
                let (shard, name) = (shard.name(), shard.file_name(at));
                let target = target(path, &opened, args.out.as_deref(), (shard, name));
                // A recorder may be writing the file still: what was committed when it was opened is what is told.
                write(&target, &sidecar::make(archive)?)?;
            }
        }
        Ok(Outcome::lacking_if(opened.say_problems(path)))
    })
}

/// Where the sidecar of a file goes.
fn target(
    path: &Path,
    opened: &Opened,
    out: Option<&Path>,
    (shard, name): (&str, &str),
) -> PathBuf {
    let file = format!("{}.navidx", full_name(shard, name));
    match (out, opened.is_folder) {
        (Some(out), _) => out.join(file),
        (None, true) => {
            let beside = opened.files.iter().find(|it| it.shard == shard && it.name == name);
            let beside = beside.map(|it| it.file.path().to_path_buf());
            beside.map_or_else(|| path.join(&file), named)
        }
        (None, false) => named(path.to_path_buf()),
    }
}

/// The name of a file with `.navidx` after it.
fn named(path: PathBuf) -> PathBuf {
    let mut name = path.into_os_string();
    name.push(".navidx");
    name.into()
}

fn write(target: &Path, bytes: &[u8]) -> Result<(), Fault> {
    if let Some(folder) = target.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|e| Fault::of(folder.display(), &e))?;
    }
    // A sidecar is made anew as its file grows.
    let mut out = Destination::create(target, &Rules { force: true, inputs: Vec::new() })?;
    out.write(bytes)?;
    out.finish()?;
    say(format!("{}: {} bytes", target.display(), bytes.len()));
    Ok(())
}
