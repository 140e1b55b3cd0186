//! How large the site is, as it lies there and as hosts send it.

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use std::{fs, io::Write, ops::AddAssign, path::Path};

/// Bytes, in three ways.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    pub raw: u64,
    /// By gzip at level 9.
    pub gzip: u64,
    /// By brotli at quality 11.
    pub brotli: u64,
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Size) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

/// What the files are called that save copies: they are loaded when somebody wants that.
const LATER: &str = "export";

/// The wasm programs of a site and what its first load comes to, each file by itself.
pub fn of_site(dist: &Path) -> Result<Vec<(String, Size)>> {
    const LOADED: [&str; 4] = ["html", "js", "css", "wasm"];
    let mut all = Size::default();
    let mut rows = Vec::new();
    let entries = fs::read_dir(dist).with_context(|| format!("cannot list {}", dist.display()))?;
    let mut files: Vec<_> = entries.map(|e| Ok(e?.path())).collect::<Result<_>>()?;
    files.sort();
    for file in files {
        let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        if !LOADED.contains(&extension) {
            continue;
        }
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let size = Size {
            raw: bytes.len() as u64,
            gzip: gzip(&bytes).context("gzip")?,
            brotli: brotli(&bytes).context("brotli")?,
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with(LATER) {
            all += size;
        }
        if extension == "wasm" {
            rows.push((name, size));
        }
    }
    rows.push(("first load".to_owned(), all));
    Ok(rows)
}

fn gzip(bytes: &[u8]) -> Result<u64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len() as u64)
}

fn brotli(bytes: &[u8]) -> Result<u64> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params)?;
    Ok(out.len() as u64)
}
