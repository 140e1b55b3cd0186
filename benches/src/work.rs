//! The rows of the table.

/// Something to do with an open archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Open the file, whose bytes are in memory, and scan its records.
    Open,
    /// Visit every item of every delta batch and tell the kind of its event.
    Read,
    /// The same, and decode every value. The real reader always does.
    Values,
    /// The same as [`Read`](Self::Read), in two workers: each has the file open and reads half.
    Halves,
    /// Half of [`Halves`](Self::Halves): 0 or 1.
    Half(u8),
    /// The images of all paths at 100 times scattered over the file.
    Images,
    /// The image of all paths at the last delta.
    Replay,
    /// All deltas of one path that is updated some 20 times.
    Rare,
    /// All deltas of 50 paths that a glob chooses.
    Glob,
    /// An indexed copy, in memory.
    Index,
    /// A compressed copy of level 19, in memory and in one thread. The real reader has one thread that
    /// compresses and one that writes, to a file.
    Compress,
}

impl Work {
    const ALL: [Work; 12] = [
        Work::Open,
        Work::Read,
        Work::Values,
        Work::Halves,
        Work::Half(0),
        Work::Half(1),
        Work::Images,
        Work::Replay,
        Work::Rare,
        Work::Glob,
        Work::Index,
        Work::Compress,
    ];

    /// What it is called in a line of the protocol.
    pub fn name(self) -> &'static str {
        match self {
            Work::Open => "open",
            Work::Read => "read",
            Work::Values => "values",
            Work::Halves => "halves",
            Work::Half(0) => "half-0",
            Work::Half(_) => "half-1",
            Work::Images => "images",
            Work::Replay => "replay",
            Work::Rare => "rare",
            Work::Glob => "glob",
            Work::Index => "index",
            Work::Compress => "compress",
        }
    }

    /// The work of a name.
    pub fn from_name(name: &str) -> Option<Work> {
        Work::ALL.into_iter().find(|work| work.name() == name)
    }

    /// The same work for the real reader, which has no workers.
    pub fn for_reference(self) -> Work {
        match self {
            Work::Halves => Work::Read,
            work => work,
        }
    }

    /// What it is called in the table.
    pub fn title(self) -> &'static str {
        match self {
            Work::Open => "open and scan",
            Work::Read => "read all",
            Work::Values => "read all, values decoded",
            Work::Halves => "read all, two workers",
            Work::Half(_) => "read half",
            Work::Images => "100 scattered images",
            Work::Replay => "image at the end",
            Work::Rare => "history of a rare path",
            Work::Glob => "history of 50 paths by glob",
            Work::Index => "indexed copy",
            Work::Compress => "compressed copy",
        }
    }
}

/// A work on a file.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What is done.
    pub work: Work,
    /// The file's name without its extension.
    pub file: &'static str,
    /// The most that wasm may take, as a part of what the real reader takes natively.
    pub target: Option<f64>,
    /// Whether the table shows the time of one batch and not of all.
    pub per_batch: bool,
}

impl Row {
    const fn new(work: Work, file: &'static str) -> Row {
        Row { work, file, target: None, per_batch: false }
    }

    const fn target(self, ratio: f64) -> Row {
        Row { target: Some(ratio), ..self }
    }

    const fn per_batch(self) -> Row {
        Row { per_batch: true, ..self }
    }
}

/// All rows, those of one file together. What the files are is said in
/// `tests/reference/src/bench/files.rs`.
pub const ROWS: &[Row] = &[
    Row::new(Work::Open, "sample"),
    Row::new(Work::Read, "sample"),
    Row::new(Work::Index, "sample"),
    Row::new(Work::Compress, "sample"),
    Row::new(Work::Open, "A").target(0.5),
    Row::new(Work::Read, "A").target(0.4),
    Row::new(Work::Values, "A"),
    Row::new(Work::Images, "A").target(0.02),
    Row::new(Work::Rare, "A").target(0.5),
    Row::new(Work::Glob, "A"),
    Row::new(Work::Index, "A"),
    Row::new(Work::Compress, "A").target(1.5),
    Row::new(Work::Replay, "An").target(0.4),
    Row::new(Work::Open, "Ac").target(0.5),
    Row::new(Work::Read, "Ac").target(0.8),
    Row::new(Work::Halves, "Ac").target(0.5),
    Row::new(Work::Open, "B").target(0.5),
    Row::new(Work::Read, "B").target(0.4),
    Row::new(Work::Replay, "B").target(0.4),
    Row::new(Work::Open, "C").target(0.5),
    Row::new(Work::Read, "C").target(0.4),
    Row::new(Work::Open, "Cc").target(0.5),
    Row::new(Work::Read, "Cc").target(0.8),
    Row::new(Work::Halves, "Cc").target(0.5),
    Row::new(Work::Read, "D1").per_batch(),
    Row::new(Work::Read, "D10").per_batch(),
    Row::new(Work::Read, "D100").per_batch(),
    Row::new(Work::Open, "M").target(0.5),
];

/// The files whose linear memory is a row, after they are opened.
pub const MEMORY: &[&str] = &["A", "M"];

/// The most bytes of index that a batch may cost, measured where batches are smallest.
pub const INDEX_TARGET: (&str, f64) = ("M", 20.0);

/// The most bytes of the first load, by brotli.
pub const FIRST_LOAD_TARGET: u64 = 500_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_each_of_one_work() {
        for work in Work::ALL {
            assert_eq!(Work::from_name(work.name()), Some(work));
        }
    }

    #[test]
    fn rows_of_a_file_stand_together() {
        let mut files: Vec<_> = ROWS.iter().map(|row| row.file).collect();
        files.dedup();
        let distinct: std::collections::BTreeSet<_> = files.iter().collect();
        assert_eq!(distinct.len(), files.len());
    }
}
