//! Answers to scripts and commands: one file, or the files of a recorder's folder, and the calls of the JS
//! package as plain Rust.
//!
//! ```text
//! Opening     named sources ▶ Timeline
//! Recording   info · paths · image · deltas · seek · find · statistics · diff · columns
//! Item        one event of one path, borrowed; its type, its value for programs and its text
//! ```
//!
//! An archive is a recording of one file whose answers name no shards. The JS package turns these answers into
//! objects, the native command prints them as JSON (they implement [`serde::Serialize`]). Integers are numbers up
//! to 2^53 and text beyond, bytes are base64, NaN and infinities are `"NaN"`, `"Infinity"`, `"-Infinity"`, and
//! what is missing is left out.

mod columns;
mod deltas;
mod diff;
mod find;
mod image;
mod info;
mod item;
mod opening;
mod page;
mod search;
mod statistics;
mod value;

pub use crate::query::diff::Change;
pub use columns::{Columns, NO_PATH};
pub use deltas::BatchAnswer;
pub use diff::{DiffAnswer, DiffRow, State};
pub use find::{FindAnswer, HitAnswer};
pub use image::{ImageAnswer, ImageQuery};
pub use info::{FileInfo, Info, LeftOutInfo, PathInfo, ProblemInfo, ShardInfo};
pub use item::{Item, Typed};
pub use opening::{FileOpening, Opening};
pub use page::{After, DeltasEnd, DeltasQuery, NextBatch};
pub use search::{AfterHit, FindQuery, NextHit};
pub use statistics::{PathStatistics, RangeQuery};
pub use value::PlainValue;

use crate::{
    archive::Archive,
    error::{Error, ErrorKind},
    limits::MAX_PROBLEMS,
    protocol::Failure,
    query::{Cursor, Filter, Seek, SeekError, Selection},
    timeline::{Shard, Timeline},
};
use page::Page;
use search::Search;
use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
};

/// One file, or the files of a recorder's folder as one.
///
/// ```
/// # use netidx_archive_viewer::{recording::{ImageQuery, Recording}, source::Pages};
/// let mut file = b"netidx archive\0\0\0\0".to_vec();
/// file.extend(26u64.to_be_bytes());
/// let recording = Recording::open_file(Pages::whole(file), None)?;
/// assert_eq!(recording.image(&ImageQuery::default())?.len(), 0);
/// # Ok::<(), netidx_archive_viewer::protocol::Failure>(())
/// ```
pub struct Recording {
    timeline: Timeline,
    /// Whether it is a file by itself: then no answer names a shard.
    is_file: bool,
    /// What reading found wrong, beside what the scan found. By place, so that nothing is listed twice,
    /// however often it is read.
    found: RefCell<BTreeMap<(Option<u64>, String), ErrorKind>>,
    /// For each shard the ranks of its paths, by ordinal, in the path order of the whole recording.
    ranks: OnceCell<Vec<Vec<u32>>>,
    /// The search that the last answer of `find` did not end.
    search: RefCell<Option<Search>>,
    /// Where the last page of `deltas` ended.
    page: RefCell<Option<Page>>,
}

impl Recording {
    /// A timeline that was opened and scanned; whether it is of one file by itself.
    pub fn new(timeline: Timeline, is_file: bool) -> Self {
        let (found, search, page) = Default::default();
        Self { timeline, is_file, found, ranks: OnceCell::new(), search, page }
    }

    /// The files of a recording.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The files of the recording, for whoever goes on with them alone.
    pub fn into_timeline(self) -> Timeline {
        self.timeline
    }

    /// The archive of a recording of one file.
    pub fn archive(&self) -> Option<&Archive> {
        self.timeline.shards().first()?.archives().first().filter(|_| self.is_file)
    }

    /// Moves a cursor as a seek expression says.
    ///
    /// # Errors
    /// Of kind `seek` where the text is no seek expression.
    pub fn seek(&self, mut cursor: Cursor, expression: &str) -> Result<Cursor, Failure> {
        let seek: Result<Seek, SeekError> = expression.parse();
        let seek = seek.map_err(|e| Failure::new("seek", e.to_string()))?;
        cursor.go(&self.timeline.files()[..], seek);
        Ok(cursor)
    }

    /// Adds problems that reading found to those of [`info`](Self::info).
    pub fn note<'e>(&self, problems: impl IntoIterator<Item = &'e Error>) {
        let mut found = self.found.borrow_mut();
        for problem in problems {
            if found.len() < MAX_PROBLEMS {
                found.insert((problem.offset(), problem.to_string()), problem.kind());
            }
        }
    }

    /// For each shard the paths that globs take; `None` for all.
    fn select(&self, globs: Option<&[String]>) -> Result<Vec<Option<Selection>>, Failure> {
        let filter = globs.map(Filter::from_globs).transpose();
        let filter = filter.map_err(|e| Failure::new("filter", e.to_string()))?;
        Ok(self.select_by(filter.as_ref()))
    }

    /// For each shard the paths that a filter takes; `None` for all.
    fn select_by(&self, filter: Option<&Filter>) -> Vec<Option<Selection>> {
        let shards = self.timeline.shards().iter();
        shards.map(|shard| filter.and_then(|it| it.select(shard.paths()))).collect()
    }

    /// The name of a shard, where answers name shards.
    fn shard_name(&self, shard: usize) -> Option<&str> {
        (!self.is_file).then(|| self.timeline.shards()[shard].name())
    }

    /// For each shard the ranks of its paths, by ordinal: by path, and of one path in two shards by shard.
    fn ranks(&self) -> &[Vec<u32>] {
        self.ranks.get_or_init(|| {
            let shards = self.timeline.shards();
            let ordinals = |(number, shard): (usize, &Shard)| {
                (0..shard.paths().len() as u32).map(move |ordinal| (number, ordinal))
            };
            let mut order: Vec<_> = shards.iter().enumerate().flat_map(ordinals).collect();
            let path = |(shard, ordinal): (usize, u32)| shards[shard].paths().path(ordinal);
            order.sort_unstable_by(|l, r| path(*l).cmp(path(*r)).then(l.cmp(r)));
            let mut ranks: Vec<_> =
                shards.iter().map(|shard| vec![0; shard.paths().len()]).collect();
            for (rank, (shard, ordinal)) in order.into_iter().enumerate() {
                ranks[shard][ordinal as usize] = rank as u32;
            }
            ranks
        })
    }
}

/// The number of a path in a recording: that of its shard, and its id there. In a recording of one file it is
/// the id.
const fn path_id(shard: usize, id: u32) -> u64 {
    (shard as u64) << 32 | id as u64
}
