//! The table, and the same as JSON.

use super::{frames::Quantiles, side::Streamed, sizes::Size};
use anyhow::{Context, Result, bail};
use netidx_archive_bench::Row;
use serde_json::{Value, json};
use std::path::Path;

/// The rounds of a row, in milliseconds.
#[derive(Default)]
pub struct Times {
    pub native: Vec<f64>,
    pub wasm: Vec<f64>,
    pub reference: Vec<f64>,
    /// What every side found.
    pub count: String,
}

/// The file of a row.
pub struct File {
    pub name: &'static str,
    pub bytes: u64,
    pub batches: u64,
}

/// Linear memory before a file came into it and after it was opened.
pub struct Memory {
    pub before: u64,
    pub after: u64,
    /// The most bytes of index for a batch.
    pub target: Option<f64>,
}

impl Memory {
    /// What is there beside the file, for a batch. Memory never shrinks, so this counts what growing
    /// tables left behind.
    fn index_per_batch(&self, file: &File) -> f64 {
        let index = self.after.saturating_sub(self.before).saturating_sub(file.bytes);
        index as f64 / file.batches.max(1) as f64
    }
}

/// What was measured so far.
pub struct Report {
    machine: Value,
    without_reference: Option<String>,
    rows: Vec<Value>,
    missed: usize,
    failed: usize,
}

impl Report {
    /// An empty report, which prints as it fills.
    pub fn new(machine: Value, without_reference: Option<String>) -> Report {
        println!("\n{machine:#}");
        if let Some(why) = &without_reference {
            println!("the reference column is missing: {why}");
        }
        println!(
            "\nmedians in ms; ratio: wasm / reference, wasm / native\n\n\
             {:<28} {:<7} {:>10} {:>10} {:>10} {:>7} {:>7} {:>7}",
            "work", "file", "native", "wasm", "reference", "ratio", "w / n", "target"
        );
        Report { machine, without_reference, rows: Vec::new(), missed: 0, failed: 0 }
    }

    /// A file that was not made here.
    pub fn miss(&self, file: &str) {
        println!("{file}: not there; only the real netidx-archive makes it");
    }

    /// A row that could not be measured, or whose sides did not find the same.
    pub fn fail(&mut self, row: &Row, error: &anyhow::Error) {
        let (title, file) = (row.work.title(), row.file);
        println!("{title:<28} {file:<7} failed: {error:#}");
        let (work, why) = (row.work.name(), format!("{error:#}"));
        self.rows.push(json!({ "work": work, "file": file, "error": why }));
        self.failed += 1;
    }

    /// A row of times.
    pub fn row(&mut self, row: &Row, file: &File, mut times: Times) {
        let [native, wasm, reference] =
            [&mut times.native, &mut times.wasm, &mut times.reference].map(|times| median(times));
        let ratio = wasm.zip(reference).map(|(wasm, reference)| wasm / reference);
        let slower = wasm.zip(native).map(|(wasm, native)| wasm / native);
        let met = self.judge(ratio, row.target);
        let per_batch = 1_000.0 / file.batches.max(1) as f64;
        let (factor, unit) = if row.per_batch { (per_batch, ", µs a frame") } else { (1.0, "") };
        let shown = [native, wasm, reference].map(|ms| number(ms.map(|ms| ms * factor), 2));
        println!(
            "{:<28} {:<7} {:>10} {:>10} {:>10} {:>7} {:>7} {:>7}",
            format!("{}{unit}", row.work.title()),
            row.file,
            shown[0],
            shown[1],
            shown[2],
            number(ratio, 3),
            number(slower, 2),
            target(row.target, met),
        );
        let least = |times: &[f64]| times.first().copied();
        self.rows.push(json!({
            "work": row.work.name(),
            "file": row.file,
            "native_ms": native,
            "wasm_ms": wasm,
            "reference_ms": reference,
            "native_least_ms": least(&times.native),
            "wasm_least_ms": least(&times.wasm),
            "reference_least_ms": least(&times.reference),
            "ratio": ratio,
            "wasm_to_native": slower,
            "target": row.target,
            "met": met,
            "rounds": times.native.len(),
            "file_bytes": file.bytes,
            "batches": file.batches,
            "count": times.count,
        }));
    }

    /// A row of a file that is opened from the disk.
    pub fn streamed(&mut self, file: &str, bytes: u64, times: &Streamed, most: f64) {
        let plain = times.stream.min(times.slices);
        let ratio = times.open / plain;
        let met = self.judge(Some(ratio), Some(most));
        println!(
            "{:<28} {file:<7} {:.0} ms; read by stream {:.0}, in slices {:.0}, into the same memory {:.0}; \
             {ratio:.2} of the quicker of the first two {}; \
             {} batches, {} MB, linear memory {} MB",
            "open from the disk",
            times.open,
            times.stream,
            times.slices,
            times.memory_of_ours,
            target(Some(most), met),
            times.batches,
            bytes / 1_000_000,
            times.memory / 1_000_000,
        );
        self.rows.push(json!({
            "work": "open from the disk",
            "file": file,
            "file_bytes": bytes,
            "batches": times.batches,
            "stream_ms": times.stream,
            "memory_of_ours_ms": times.memory_of_ours,
            "slices_ms": times.slices,
            "wasm_ms": times.open,
            "wasm_bytes": times.memory,
            "ratio": ratio,
            "target": most,
            "met": met,
        }));
    }

    /// A row of frames, or of waits for an answer.
    pub fn frames(&mut self, title: &str, file: &str, found: &Quantiles, most: f64) {
        let Quantiles { median, p95, most: longest, count, all_p95 } = found;
        // The browser's clock has steps of 0.1 ms.
        let met = self.judge(Some((p95 * 10.0).round() / 10.0), Some(most));
        println!(
            "{title:<28} {file:<7} median {median:.1} ms, p95 {p95:.1} {}, longest {longest:.1}; {count} of them",
            target(Some(most), met),
        );
        self.rows.push(json!({
            "work": title,
            "file": file,
            "median_ms": median,
            "p95_ms": p95,
            "longest_ms": longest,
            "p95_ms_of_rounds": all_p95,
            "count": count,
            "target": most,
            "met": met,
        }));
    }

    /// A row of memory.
    pub fn memory(&mut self, file: &File, memory: Memory) {
        let each = memory.index_per_batch(file);
        let met = self.judge(Some(each), memory.target);
        println!(
            "{:<28} {:<7} {:>21} MB for a file of {} MB, {each:.1} B a batch beside it {}",
            "linear memory when open",
            file.name,
            number(Some(memory.after as f64 / 1e6), 1),
            number(Some(file.bytes as f64 / 1e6), 1),
            target(memory.target, met),
        );
        self.rows.push(json!({
            "work": "memory",
            "file": file.name,
            "file_bytes": file.bytes,
            "wasm_bytes_before": memory.before,
            "wasm_bytes": memory.after,
            "batches": file.batches,
            "index_bytes_per_batch": each,
            "target": memory.target,
            "met": met,
        }));
    }

    /// The rows of sizes; the target is one of the last.
    pub fn sizes(&mut self, sizes: Vec<(String, Size)>, most: u64) {
        println!(
            "\n{:<28} {:>10} {:>10} {:>10} {:>15}",
            "size in bytes", "raw", "gzip -9", "brotli 11", "target"
        );
        let count = sizes.len();
        for (number, (name, size)) in sizes.into_iter().enumerate() {
            let goal = (number + 1 == count).then_some(most as f64);
            let met = self.judge(Some(size.brotli as f64), goal);
            let Size { raw, gzip, brotli } = size;
            println!("{name:<28} {raw:>10} {gzip:>10} {brotli:>10} {:>15}", target(goal, met));
            self.rows.push(json!({
                "work": "size",
                "file": name,
                "raw_bytes": raw,
                "gzip_bytes": gzip,
                "brotli_bytes": brotli,
                "target": goal,
                "met": met,
            }));
        }
    }

    /// Writes the JSON and says how many targets are met. Fails where a row did.
    pub fn finish(self, path: &Path) -> Result<()> {
        let targets = self.rows.iter().filter(|row| row["met"].is_boolean()).count();
        let document = json!({
            "machine": self.machine,
            "without_reference": self.without_reference,
            "rows": self.rows,
        });
        std::fs::write(path, format!("{document:#}\n"))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("\n{} of {targets} targets met; {}", targets - self.missed, path.display());
        match self.failed {
            0 => Ok(()),
            failed => bail!("{failed} rows could not be measured"),
        }
    }

    fn judge(&mut self, value: Option<f64>, target: Option<f64>) -> Option<bool> {
        let met = value.zip(target).map(|(value, target)| value <= target);
        self.missed += usize::from(met == Some(false));
        met
    }
}

/// The median, of times that are in order from then on.
fn median(times: &mut [f64]) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    let upper = times.get(times.len() / 2)?;
    let lower = times.get((times.len() - 1) / 2)?;
    Some((lower + upper) / 2.0)
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.digits$}"))
}

fn target(target: Option<f64>, met: Option<bool>) -> String {
    match (target, met) {
        (None, _) => String::new(),
        (Some(target), None) => format!("{target}"),
        (Some(target), Some(true)) => format!("{target} ok"),
        (Some(target), Some(false)) => format!("{target} NO"),
    }
}
