//! Writes archives with the real `netidx-archive`, and says beside each what the real reader
//! finds in it.
//!
//! ```text
//! reference fixtures <repo root>       all of what follows
//! reference golden <repo root>         tests/fixtures/*.archive and *.json
//! reference sample <repo root>         www/sample.archive
//! reference differential <repo root>   tests/fixtures/differential
//! reference dump <archive>             the JSON of any archive, on stdout
//! ```
//!
//! Everything is deterministic: fixed times, seeded randomness, files cut to the committed end.
//! A second run leaves the same bytes.

mod archive;
mod decoded;
mod differential;
mod golden;
mod json;
mod legacy;
mod patch;
mod replay;
mod rng;
mod sample;
mod val;

use anyhow::{Context, Result, bail};
use std::{env, path::Path as FilePath};

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [command, target] = args.as_slice() else {
        bail!(
            "usage: reference fixtures|golden|sample|differential <repo root>, or dump <archive>"
        );
    };
    let target = FilePath::new(target);
    match command.as_str() {
        "fixtures" => {
            golden::write_all(target).context("golden")?;
            sample::write(target).context("sample")?;
            differential::write_all(target).context("differential")
        }
        "golden" => golden::write_all(target),
        "sample" => sample::write(target),
        "differential" => differential::write_all(target),
        "dump" => dump(target),
        other => bail!("no such command: {other}"),
    }
}

fn dump(archive: &FilePath) -> Result<()> {
    let decoded = decoded::Decoded::read(archive)?;
    print!("{}", json::document("", "unknown", &decoded, &replay::usual_times(&decoded)));
    Ok(())
}
