//! Rows on every core: the same bytes for any number of threads.

use super::drive::{drive, say_problems};
use crate::{
    archive::{Archive, IdMap},
    error::Error,
    export::{
        Export, Scope,
        rows::{BatchPlan, BatchRows, BatchWriter, RowFormat, Rows},
    },
    index::Problems,
    nav::{
        fault::Fault,
        file::{SharedFile, Source},
        open::Opened,
        progress::Progress,
        threads::{Ends, pass},
    },
    source::{CacheSize, Pages},
    timeline::{Place, Shard},
};
use std::{collections::HashMap, sync::Arc};

/// How much of a file each thread holds.
const HELD: CacheSize = CacheSize { page: 1 << 20, pages: 3 };

/// Hands the rows of a recording on, piece by piece. Returns what came of it.
///
/// # Errors
/// Where a file cannot be read, and those of `write`.
pub fn write_rows(
    opened: &Opened,
    scope: &Scope,
    format: RowFormat,
    threads: usize,
    mut write: impl FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<Written, Fault> {
    let (timeline, names_shards) = (opened.timeline(), opened.is_folder);
    let batch_rows = BatchRows::new(timeline, scope, format, names_shards).filter(|_| threads > 1);
    let Some(batch_rows) = batch_rows else {
        let mut rows = Rows::new(timeline, scope, format, names_shards);
        drive(&mut rows, timeline, write)?;
        let is_damaged = say_problems(rows.left_out());
        return Ok(Written { is_damaged, rows: rows.rows().unwrap_or_default() });
    };
    // What comes before the updates: a line of names, the state at the start.
    let mut first = Rows::new(timeline, &scope.without_updates(), format, names_shards);
    drive(&mut first, timeline, &mut write)?;
    let mut is_damaged = say_problems(first.left_out());
    let sources = sources(opened);
    let mut pieces = Pieces {
        plan: BatchPlan::new(timeline, scope),
        write,
        left_out: Problems::default(),
        rows: first.rows().unwrap_or_default(),
        progress: Progress::new("exporting", "batches"),
    };
    pass(
        &mut pieces,
        threads,
        || Reader { sources: &sources, open: None, writer: batch_rows.writer() },
        |reader, chunk| reader.write(&batch_rows, &chunk),
    )?;
    is_damaged |= say_problems(&pieces.left_out);
    Ok(Written { is_damaged, rows: pieces.rows })
}

/// What came of rows.
pub struct Written {
    /// Whether something could not be read.
    pub is_damaged: bool,
    /// How many updates were written.
    pub rows: u64,
}

/// A file, and with which ids it is read.
type Readable = (Arc<SharedFile>, Option<IdMap>);

/// The files by shard and place.
fn sources(opened: &Opened) -> Vec<Vec<Option<Readable>>> {
    let names = opened.files.iter().map(|it| ((it.shard.as_str(), it.name.as_str()), &it.file));
    let by_name: HashMap<_, _> = names.collect();
    let of_shard = |shard: &Shard| {
        let files = shard.archives().iter().enumerate().map(|(at, archive)| {
            let file = by_name.get(&(shard.name(), shard.file_name(at)))?;
            Some((Arc::clone(file), archive.renamed_ids().cloned()))
        });
        files.collect()
    };
    opened.timeline().shards().iter().map(of_shard).collect()
}

/// Both ends of the work: batches go out, their rows come back.
struct Pieces<'a, W> {
    plan: BatchPlan<'a>,
    write: W,
    left_out: Problems,
    rows: u64,
    progress: Progress,
}

/// Text, how many rows it is of, and what could not be read.
type Done = Result<(Vec<u8>, u64, Problems), Error>;

impl<W: FnMut(&[u8]) -> Result<(), Fault>> Ends for Pieces<'_, W> {
    type Work = Vec<(usize, Place)>;
    type Done = Done;
    type Error = Fault;

    fn next(&mut self) -> Result<Option<Self::Work>, Fault> {
        let progress = self.plan.progress();
        self.progress.set(progress.done, progress.total);
        Ok(self.plan.next())
    }

    fn take(&mut self, done: Done) -> Result<(), Fault> {
        let (piece, rows, left_out) = done?;
        self.rows += rows;
        left_out.listed().iter().for_each(|problem| self.left_out.push(problem.clone()));
        (self.write)(&piece)
    }
}

/// Reads batches in a thread of its own.
struct Reader<'a> {
    sources: &'a [Vec<Option<Readable>>],
    /// The file that was read last.
    open: Option<((usize, usize), Archive)>,
    writer: BatchWriter,
}

impl Reader<'_> {
    /// The rows of some batches.
    fn write(&mut self, rows: &BatchRows<'_>, chunk: &[(usize, Place)]) -> Done {
        let (mut out, mut count, mut left_out) = (Vec::new(), 0, Problems::default());
        let file_of = |(shard, place): &(usize, Place)| (*shard, place.key.file);
        for run in chunk.chunk_by(|one, next| file_of(one) == file_of(next)) {
            let Some(file) = run.first().map(file_of) else { continue };
            if self.open.as_ref().is_none_or(|(open, _)| *open != file) {
                self.open = Some((file, self.open(file)?));
            }
            let Some((_, archive)) = &self.open else { continue };
            let mut batches = archive.batches();
            for place in run {
                let Self { writer, .. } = self;
                count += rows.write(writer, &mut batches, *place, &mut out, &mut left_out)?;
            }
        }
        Ok((out, count, left_out))
    }

    fn open(&self, (shard, file): (usize, usize)) -> Result<Archive, Error> {
        let readable = self.sources.get(shard).and_then(|files| files.get(file)?.as_ref());
        let (file, ids) = readable.expect("every file of the timeline was opened");
        let mut archive = Archive::start(Pages::new(Source(Arc::clone(file)), HELD))?;
        archive.rename_ids(ids.clone());
        Ok(archive)
    }
}
