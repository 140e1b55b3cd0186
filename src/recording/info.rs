//! What a recording is: its shards, files and paths, and what is wrong with them.

use super::{Recording, opening::full_name, path_id};
use crate::{archive::Archive, error::ErrorKind, time::Timestamp, timeline::Shard};
use serde::{Serialize, Serializer};

/// What a file or a recording is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Info<'r> {
    /// The version of the format.
    pub version: u32,
    /// Whether all files are compressed.
    pub compressed: bool,
    /// Whether all files have record indexes.
    pub indexed: bool,
    /// Where the committed records end, of several files the sum.
    #[serde(serialize_with = "integer")]
    pub committed: u64,
    /// Length in bytes, of several files the sum.
    #[serde(serialize_with = "integer")]
    pub length: u64,
    /// How many delta batches there are.
    pub delta_batches: usize,
    /// How many image batches there are.
    pub image_batches: usize,
    /// How many paths there are.
    pub paths: usize,
    /// The earliest time of a batch.
    #[serde(serialize_with = "time", skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// The latest time of a batch.
    #[serde(serialize_with = "time", skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
    /// What opening found wrong, and what reading found since.
    pub problems: Vec<ProblemInfo>,
    /// The shards; `None` for a file by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shards: Option<Vec<ShardInfo<'r>>>,
    /// Files that are no part of the recording; `None` for a file by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<Vec<LeftOutInfo<'r>>>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemInfo {
    /// [`ErrorKind::name`].
    pub kind: &'static str,
    /// Absolute offset in its file, in bytes, where one is known.
    #[serde(serialize_with = "offset", skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// A sentence, which begins with the name of the file where there are several.
    pub message: String,
}

/// The files of one task of a recorder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShardInfo<'r> {
    /// Its name; empty for files without a folder.
    pub shard: &'r str,
    /// How many paths it has.
    pub paths: usize,
    /// Oldest first.
    pub files: Vec<FileInfo<'r>>,
}

/// A file of a shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileInfo<'r> {
    /// Without the shard.
    pub name: &'r str,
    /// In bytes.
    #[serde(serialize_with = "integer")]
    pub length: u64,
    /// Whether it is compressed.
    pub compressed: bool,
    /// Whether it has record indexes.
    pub indexed: bool,
    /// The earliest time of a batch.
    #[serde(serialize_with = "time", skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// The latest time of a batch.
    #[serde(serialize_with = "time", skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
    /// How many delta batches it has.
    pub delta_batches: usize,
    /// How many image batches it has.
    pub image_batches: usize,
}

/// A file that is no part of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOutInfo<'r> {
    /// `shard/name`.
    pub name: String,
    /// Why, as a clause about "it".
    pub reason: &'r str,
}

/// A path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PathInfo<'r> {
    /// The number of the path in this recording, for as long as it is open.
    pub id: u64,
    /// The path, canonical.
    pub path: &'r str,
    /// Its shard; `None` in a file by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<&'r str>,
}

impl Recording {
    /// What the recording is, and what was found wrong so far.
    pub fn info(&self) -> Info<'_> {
        let shards = self.timeline.shards();
        let archives = || shards.iter().flat_map(Shard::archives);
        let files = self.timeline.files();
        let spans = files.iter().filter_map(|files| files.span());
        let span = spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
        let counts = files.iter().map(|files| files.counts());
        let counts = counts.fold((0, 0), |all, of| (all.0 + of.0, all.1 + of.1));
        let versions = archives().map(|archive| archive.header().version);
        Info {
            version: versions.max().unwrap_or_default(),
            compressed: archives().all(|archive| archive.header().compressed),
            indexed: archives().all(|archive| archive.header().indexed),
            committed: sum(archives().map(|archive| archive.header().committed)),
            length: sum(archives().map(Archive::length)),
            delta_batches: counts.0,
            image_batches: counts.1,
            paths: shards.iter().map(|shard| shard.paths().len()).sum(),
            first: span.map(|(first, _)| first),
            last: span.map(|(_, last)| last),
            problems: self.problems(),
            shards: (!self.is_file).then(|| shards.iter().map(shard_info).collect()),
            left_out: (!self.is_file).then(|| self.left_out()),
        }
    }

    /// All paths: shard by shard, in the order in which they were first mapped.
    pub fn paths(&self) -> impl Iterator<Item = PathInfo<'_>> {
        self.timeline.shards().iter().enumerate().flat_map(move |(number, shard)| {
            let name = self.shard_name(number);
            let of = move |(id, path)| PathInfo { id: path_id(number, id), path, shard: name };
            shard.paths().iter().map(of)
        })
    }

    fn problems(&self) -> Vec<ProblemInfo> {
        let shards = self.timeline.shards().iter();
        let scanned = shards.flat_map(|shard| {
            shard.problems().map(|(name, e)| {
                let message = match self.is_file {
                    true => e.to_string(),
                    false => format!("{}: {e}", full_name(shard.name(), name)),
                };
                problem(e.kind(), e.offset(), message)
            })
        });
        let found = self.found.borrow();
        let found = found.iter().map(|((at, text), kind)| problem(*kind, *at, text.clone()));
        scanned.chain(found).collect()
    }

    fn left_out(&self) -> Vec<LeftOutInfo<'_>> {
        let left_out = self.timeline.left_out().iter();
        left_out
            .map(|left| LeftOutInfo {
                name: full_name(&left.shard, &left.name),
                reason: &left.reason,
            })
            .collect()
    }
}

fn shard_info(shard: &Shard) -> ShardInfo<'_> {
    let files = shard.archives().iter().enumerate().map(|(at, archive)| {
        let (header, index) = (archive.header(), archive.index());
        FileInfo {
            name: shard.file_name(at),
            length: archive.length(),
            compressed: header.compressed,
            indexed: header.indexed,
            first: index.first(),
            last: index.last(),
            delta_batches: index.deltas.len(),
            image_batches: index.images.len(),
        }
    });
    ShardInfo { shard: shard.name(), paths: shard.paths().len(), files: files.collect() }
}

fn problem(kind: ErrorKind, offset: Option<u64>, message: String) -> ProblemInfo {
    ProblemInfo { kind: kind.name(), offset, message }
}

/// A damaged header can say anything, so that a sum could pass the end.
fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}

/// A number where that is exact, else text.
fn integer<S: Serializer>(n: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    match *n <= super::value::MAX_SAFE {
        true => serializer.serialize_u64(*n),
        false => serializer.collect_str(n),
    }
}

/// In JavaScript always a `bigint`, which is what `u128` becomes there.
fn offset<S: Serializer>(offset: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match offset {
        Some(offset) => serializer.serialize_u128(u128::from(*offset)),
        None => serializer.serialize_none(),
    }
}

fn time<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_none(),
    }
}
