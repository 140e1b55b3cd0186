//! Writes archives with the real `netidx-archive`, and says beside each what the real reader
//! finds in it.
//!
//! ```text
//! reference fixtures <repo root>       all of what follows
//! reference golden <repo root>         tests/fixtures/*.archive and *.json
//! reference sample <repo root>         www/sample.archive
//! reference recordings <repo root>     tests/fixtures/recordings and www/sample
//! reference differential <repo root>   tests/fixtures/differential
//! reference copies <repo root> <copies>      tests/fixtures/copies/copies.json
//! reference compress <archive> <copy>  a compressed copy by the real reader, and what it took
//! reference dump <archive>             the JSON of any archive, on stdout
//! reference record <file>              records a file as standard input says, line by line
//! reference bench-files <folder>       the files that the benchmarks read
//! reference bench                      answers the questions of the benchmarks, line by line
//! ```
//!
//! Everything is deterministic: fixed times, seeded randomness, files cut to the committed end.
//! A second run leaves the same bytes.

mod archive;
mod bench;
mod copies;
mod decoded;
mod differential;
mod golden;
mod json;
mod legacy;
mod patch;
mod record;
mod recordings;
mod replay;
mod rng;
mod sample;
mod val;

use anyhow::{Context, Result, bail};
use std::{env, path::Path as FilePath};

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    if args == ["bench"] {
        return bench::answer();
    }
    if let [command, from, to] = args.as_slice() {
        let (from, to) = (FilePath::new(from), FilePath::new(to));
        return match command.as_str() {
            "copies" => copies::check_all(from, to),
            "compress" => copies::compress(from, to),
            other => bail!("no such command: {other}"),
        };
    }
    let [command, target] = args.as_slice() else {
        bail!(
            "usage: reference fixtures|golden|sample|recordings|differential <repo root>, \
             copies <repo root> <copies>, compress <archive> <copy>, dump <archive>, \
             record <file>, bench-files <folder>, or bench"
        );
    };
    let target = FilePath::new(target);
    match command.as_str() {
        "fixtures" => {
            golden::write_all(target).context("golden")?;
            sample::write(target).context("sample")?;
            recordings(target)?;
            differential::write_all(target).context("differential")
        }
        "golden" => golden::write_all(target),
        "sample" => sample::write(target),
        "recordings" => recordings(target),
        "differential" => differential::write_all(target),
        "dump" => dump(target),
        "record" => record::record(target),
        "bench-files" => bench::files::make(target),
        other => bail!("no such command: {other}"),
    }
}

fn recordings(root: &FilePath) -> Result<()> {
    sample::recording::write(root).context("the sample as a recording")?;
    recordings::write_all(root).context("recordings")
}

fn dump(archive: &FilePath) -> Result<()> {
    let decoded = decoded::Decoded::read(archive)?;
    print!("{}", json::document("", "unknown", &decoded, &replay::usual_times(&decoded)));
    Ok(())
}
