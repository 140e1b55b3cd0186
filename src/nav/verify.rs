//! `nav verify`: whether all is sound.

use super::{
    args::Verify as Args,
    fault::{Fault, Outcome, each},
    open::{Opened, full_name, open},
    out::{json_line, out},
    progress::Progress,
};
use crate::{
    export::Verify,
    query::pass::{Budget, Step, Stop},
};
use serde::Serialize;
use std::{
    io::{BufWriter, Stdout, Write},
    path::Path,
};

/// How much is read between two looks at how far it is.
const READ_AT_ONCE: u64 = 64 << 20;

/// The report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    sound: bool,
    delta_batches: u64,
    image_batches: u64,
    values: u64,
    findings: Vec<Finding>,
    /// What is worth to be known, and no damage.
    notes: Vec<Finding>,
    /// Up to which offset each file was looked at.
    files: Vec<Looked>,
}

#[derive(Serialize)]
struct Finding {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    message: String,
}

#[derive(Serialize)]
struct Looked {
    name: String,
    end: u64,
}

pub fn run(args: &Args, threads: usize) -> Result<Outcome, Fault> {
    let mut out = out();
    let outcome = each(&args.paths, |path| {
        let opened = open(path, threads)?;
        let report = verify(&opened)?;
        match args.json {
            true => json_line(&mut out, &report)?,
            false => write_report(&mut out, path, &report)?,
        }
        Ok(Outcome::lacking_if(!report.sound))
    })?;
    out.flush()?;
    Ok(outcome)
}

fn verify(opened: &Opened) -> Result<Report, Fault> {
    let timeline = opened.timeline();
    let mut verify = Verify::new(timeline);
    let progress = Progress::new("verifying", "batches");
    loop {
        let step = verify.step(timeline, &Budget::bytes(READ_AT_ONCE))?;
        progress.set(verify.progress().done, verify.progress().total);
        match step {
            Step::Done => break,
            Step::Stopped(Stop::Budget) => {}
            Step::Stopped(Stop::Pending(e)) => return Err(e.into()),
        }
    }
    drop(progress);
    let finding = |found: &crate::export::Finding| Finding {
        kind: found.error.kind().name(),
        offset: found.error.offset(),
        message: match opened.is_folder {
            true => format!("{}: {}", full_name(&found.shard, &found.file), found.error),
            false => found.error.to_string(),
        },
    };
    let refused = opened.refused.iter().map(|(name, e)| Finding {
        kind: e.kind().name(),
        offset: e.offset(),
        message: format!("{name}: {e}"),
    });
    let files = timeline.shards().iter().flat_map(|shard| {
        shard.archives().iter().enumerate().map(|(at, archive)| Looked {
            name: full_name(shard.name(), shard.file_name(at)),
            end: archive.index().end(),
        })
    });
    Ok(Report {
        sound: verify.is_sound() && !opened.lacks_files(),
        delta_batches: verify.counts.delta_batches,
        image_batches: verify.counts.image_batches,
        values: verify.counts.values,
        findings: refused.chain(verify.findings().0.iter().map(finding)).collect(),
        notes: verify.notes().0.iter().map(finding).collect(),
        files: files.collect(),
    })
}

fn write_report(out: &mut BufWriter<Stdout>, path: &Path, report: &Report) -> Result<(), Fault> {
    let Report { sound, delta_batches, image_batches, values, findings, notes, files } = report;
    let verdict = if *sound { "sound" } else { "damaged" };
    writeln!(
        out,
        "{}: {verdict}: {delta_batches} delta batches, {image_batches} images, {values} values",
        path.display()
    )?;
    for Looked { name, end } in files {
        writeln!(out, "  {name}: looked at up to {end:#x}")?;
    }
    for finding in findings {
        writeln!(out, "  wrong: {}", finding.message)?;
    }
    for note in notes {
        writeln!(out, "  note: {}", note.message)?;
    }
    let unknown = "the format has no checksums: damage that makes another value cannot be found";
    writeln!(out, "  {unknown}")?;
    Ok(())
}
