//! One open archive and the answers to what is asked of it.
//!
//! What the worker does with every message, without the worker: natively testable.

mod compare;
mod details;
mod find;
mod growing;
mod images;
mod names;
mod paths;
mod problems;
mod rows;
mod series;
mod statistics;
mod tree;
mod value;
mod verify;
mod views;

use value::RowTexts;

use crate::{
    archive::Archive,
    format::Error,
    index::Paths,
    protocol::{
        Density, DensityQuery, Failure, FileSummary, ImagePage, ImageQuery, ImageRow, Lane,
        Problem, Request, Response, ScanState, Summary,
    },
    query::pass::Budget,
    query::value_filter::ValueFilter,
    query::{Cursor, Filter, Seek, SeekError, add_density},
    source::Pages,
    time::Timestamp,
    timeline::{Files, Shard, Timeline},
};

use std::collections::BTreeSet;

pub use growing::Looked;
use names::NamesState;
use paths::{AllPaths, Selected};

/// At most this many rows in one answer, whatever is asked.
const MAX_ROWS: u32 = 10_000;

/// At most this many slots in one answer: more than any screen has pixels.
const MAX_SLOTS: u32 = 1 << 16;

/// The state of the worker.
#[derive(Default)]
pub struct Session {
    open: Option<Open>,
}

/// The page that a scan comes to next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextPage {
    /// Its number.
    pub number: u64,
    /// The offset of its end.
    pub end: u64,
    /// Whether it is in memory already.
    pub is_held: bool,
}

struct Open {
    /// The file that was opened, without its shard.
    name: String,
    /// The shard of that.
    shard: String,
    /// The open file and those that were added to it.
    timeline: Timeline,
    /// What was worked out from as much of the file as was scanned then.
    known: Known,
    /// How far the scan is.
    scan: ScanState,
    /// The paths of all shards.
    paths: AllPaths,
    /// Files that the person left out: `shard/name`, or `shard/` for all of a shard.
    left_out: BTreeSet<String>,
    /// Whether there are ids without paths.
    names: NamesState,
    /// Whether the open file was rotated, and the next one of its name is not there yet.
    is_rotated: bool,
}

/// A file beside the open one, and what the person calls it.
pub struct NamedPages {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub pages: Pages,
}

/// What answers share, until more of the file is scanned.
#[derive(Default)]
struct Known {
    /// Rank of each path in path order, by ordinal.
    ranks: Option<Vec<u32>>,
    /// The filter that was used last, by its text.
    filter: Option<(String, Selected)>,
    /// The images that were built last.
    images: images::AllImages,
    /// What the other views go on with.
    views: views::Views,
}

impl Session {
    /// A session without an archive.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens a file that is in memory, and scans all of it. If it cannot be opened, the one before
    /// stays.
    pub fn open(&mut self, name: String, bytes: Vec<u8>) -> Result<Response, Failure> {
        self.start(name, Pages::whole(bytes), Vec::new())?;
        self.scan_to(u64::MAX);
        self.summary().map(Response::Opened)
    }

    /// Opens a file of which only the head is read yet, with the one that fits of some path indexes. If
    /// it cannot be opened, the one before stays.
    pub fn start(
        &mut self,
        name: String,
        pages: Pages,
        path_indexes: Vec<NamedPages>,
    ) -> Result<(), Failure> {
        let mut archive = Archive::start(pages)?;
        let path_index = names::choose(&mut archive, path_indexes);
        let (shard, own) = in_shard(&name);
        let (shard, own) = (shard.to_owned(), own.to_owned());
        let mut timeline = Timeline::of_shard(&shard, &own, archive);
        if let Some((name, path_index)) = path_index {
            timeline.set_path_index(&shard, &name, path_index);
            timeline.refresh();
        }
        let (known, scan, names) = (Known::default(), ScanState::Going, NamesState::default());
        let mut paths = AllPaths::default();
        paths.refresh(&timeline);
        let left_out = BTreeSet::new();
        self.open = Some(Open {
            name: own,
            shard,
            timeline,
            known,
            scan,
            paths,
            left_out,
            names,
            is_rotated: false,
        });
        Ok(())
    }

    /// Goes on with the same file, which may have grown. What is new is not scanned yet; a scan
    /// that was stopped stays so. A file that cannot be the same is refused, and what was open
    /// stays open.
    pub fn refresh(&mut self, pages: Pages, path_index: Option<NamedPages>) -> Result<(), Failure> {
        let open = self.opened()?;
        let failed = open.archive().pages().failed();
        let is_new = open.archive_mut().grow(pages)?;
        // After the file: a path index is written before the ids that it names are used.
        if let Some(path_index) = path_index {
            open.refresh_names(path_index);
        }
        if failed {
            // What lacks something for that can be whole from now on.
            open.known.views.forget_batches();
        }
        if open.scan == ScanState::Over && (is_new || open.archive().index().broke_off()) {
            open.scan = ScanState::Going;
        }
        Ok(())
    }

    /// Joins a path index to the open file, in place of one that was joined before.
    ///
    /// # Errors
    /// Where it is no archive, or maps no paths.
    pub fn add_names(&mut self, path_index: NamedPages) -> Result<Response, Failure> {
        let open = self.opened()?;
        open.add_names(path_index)?;
        Ok(Response::Scanned(open.summary()))
    }

    /// Adds another file, `shard/name` or `name`, which is scanned already, so that all are one from now on. What is
    /// a copy of what is there, or no part of a recording, is left out; see [`Summary::left_out`].
    pub fn add_file(&mut self, name: &str, archive: Archive) -> Result<(), Failure> {
        let open = self.opened()?;
        let (shard, own) = in_shard(name);
        if let Some(known) = open.timeline.archive(shard, own)
            && known.index().end() >= archive.index().end()
        {
            // Whoever looked at it meanwhile was first.
            return Ok(());
        }
        crate::timeline::release(&archive, open.timeline.count());
        open.timeline.add(shard, own, archive);
        open.hide();
        open.timeline.refresh();
        if shard == open.shard && open.timeline.archive(&open.shard, &open.name).is_none() {
            // All that it had is in the one that was added.
            open.name = own.to_owned();
        }
        open.paths.refresh(&open.timeline);
        open.known = Known::default();
        Ok(())
    }

    /// Scans the records of the open file that begin before `until`. Returns whether there is more
    /// to scan.
    pub fn scan_to(&mut self, until: u64) -> bool {
        let Some(open) = self.open.as_mut().filter(|open| open.scan == ScanState::Going) else {
            return false;
        };
        let end = open.archive().index().end();
        if open.archive_mut().scan_to(until) {
            open.scan = ScanState::Over;
        }
        if open.timeline.is_stale() {
            open.timeline.refresh();
            open.paths.refresh(&open.timeline);
            open.known = Known::default();
        } else if open.archive().index().end() != end {
            open.known.views.forget_batches();
        }
        open.scan == ScanState::Going
    }

    /// Puts a page that was read ahead where the scan will look for it; returns memory for the next.
    pub fn put_page(&mut self, number: u64, bytes: Vec<u8>) -> Vec<u8> {
        self.open.as_ref().map(|open| open.archive().pages().put(number, bytes)).unwrap_or_default()
    }

    /// The page that the scan comes to next; `None` when it is over.
    pub fn next_page(&self) -> Option<NextPage> {
        let open = self.open.as_ref().filter(|open| open.scan == ScanState::Going)?;
        let pages = open.archive().pages();
        let page = pages.size().page as u64;
        let number = open.archive().next_offset() / page;
        Some(NextPage { number, end: (number + 1) * page, is_held: pages.holds(number) })
    }

    /// What is known of the open file by now.
    pub fn summary(&self) -> Result<Summary, Failure> {
        self.open.as_ref().map(Open::summary).ok_or_else(no_archive)
    }

    /// How much one answer may read: some tens of milliseconds.
    const BUDGET: Budget = Budget::bytes(8 << 20);

    fn opened(&mut self) -> Result<&mut Open, Failure> {
        self.open.as_mut().ok_or_else(no_archive)
    }

    /// Answers a request. Those that bring a file are the transport's to carry out, by
    /// [`start`](Self::start) and [`refresh`](Self::refresh).
    pub fn handle(&mut self, request: Request) -> Result<Response, Failure> {
        let open = self.opened()?;
        match request {
            Request::Open { name }
            | Request::Refresh { name }
            | Request::AddNames { name }
            | Request::AddFile { name, .. }
            | Request::LookAt { name, .. } => {
                Err(Failure::new("source", format!("{name} came without its file")))
            }
            Request::LeaveOut { names } => Ok(open.leave_out(names)),
            Request::Stop => Ok(open.turn_scan(ScanState::Going, ScanState::Stopped)),
            Request::Resume => Ok(open.turn_scan(ScanState::Stopped, ScanState::Going)),
            Request::Image(query) => open.image_page(&query).map(Response::Image),
            Request::Density(query) => Ok(Response::Density(open.density(&query))),
            Request::Seek { position, expression } => open.seek(position, &expression),
            Request::View(request) => open.view(request).map(Response::View),
        }
    }
}

impl Open {
    /// All files, by shard.
    fn files(&self) -> Vec<Files<'_>> {
        self.timeline.files()
    }

    /// All paths, by their numbers.
    fn paths(&self) -> &Paths {
        self.paths.paths(&self.timeline)
    }

    /// The shard of the file that was opened; any other where all files of that are left out.
    fn own_shard(&self) -> &Shard {
        let shards = self.timeline.shards();
        shards.iter().find(|shard| shard.name() == self.shard).unwrap_or(&shards[0])
    }

    /// The file that was opened, shown or left out.
    fn archive(&self) -> &Archive {
        self.timeline.archive(&self.shard, &self.name).expect("the opened file is kept")
    }

    fn archive_mut(&mut self) -> &mut Archive {
        self.timeline.archive_mut(&self.shard, &self.name).expect("the opened file is kept")
    }

    fn summary(&self) -> Summary {
        let archive = self.archive();
        let header = archive.header();
        let shards = self.timeline.shards();
        let counts = self.files().into_iter().map(|files| files.counts());
        let (deltas, images) = counts.fold((0, 0), |all, of| (all.0 + of.0, all.1 + of.1));
        let spans = self.files().into_iter().filter_map(|files| files.span());
        let span = spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
        let files = shards.iter().flat_map(|shard| {
            shard
                .archives()
                .iter()
                .enumerate()
                .map(|(at, archive)| file_summary(shard.name(), shard.file_name(at), archive))
        });
        let hidden = self.timeline.hidden();
        let hidden = hidden.map(|(shard, name, archive)| file_summary(shard, name, archive));
        let left_out = self.timeline.left_out().iter();
        let problems = shards.iter().map(|shard| shard.problem_count());
        Summary {
            name: full_name(&self.shard, &self.name),
            length: archive.length(),
            committed: header.committed,
            version: header.version,
            compressed: header.compressed,
            indexed: header.indexed,
            delta_batches: deltas as u64,
            image_batches: images as u64,
            paths: self.paths().len() as u64,
            shared_paths: self.paths.shared() as u64,
            names: self.names.state(self),
            is_path_index: self.scan == ScanState::Over && archive.is_path_index(),
            first: span.map(|(first, _)| first),
            last: span.map(|(_, last)| last),
            problems: self.problems(),
            problem_count: problems.sum(),
            scanned: archive.next_offset(),
            scan: self.scan,
            files: files.collect(),
            hidden: hidden.collect(),
            left_out: left_out
                .map(|left| (full_name(&left.shard, &left.name), left.reason.clone()))
                .collect(),
        }
    }

    /// Leaves files out of the answers, and takes back those that are not named.
    fn leave_out(&mut self, names: Vec<String>) -> Response {
        self.left_out = names.into_iter().collect();
        self.hide();
        self.timeline.refresh();
        self.paths.refresh(&self.timeline);
        self.known = Known::default();
        Response::Scanned(self.summary())
    }

    fn hide(&mut self) {
        let Self { timeline, left_out, .. } = self;
        timeline.hide(|shard, name| {
            left_out.contains(&format!("{shard}/")) || left_out.contains(&full_name(shard, name))
        });
    }

    /// Stops a scan that is going, or lets one go on that was stopped.
    fn turn_scan(&mut self, from: ScanState, to: ScanState) -> Response {
        if self.scan == from {
            self.scan = to;
        }
        Response::Scanned(self.summary())
    }

    fn image_page(&mut self, query: &ImageQuery) -> Result<ImagePage, Failure> {
        self.set_filter(&query.filter)?;
        let values =
            ValueFilter::parse(&query.values).map_err(|e| Failure::new("values", e.to_string()))?;
        let Self { timeline, known, paths: all, .. } = self;
        let (files, paths) = (timeline.files(), all.paths(timeline));
        let Known { ranks, filter, images, .. } = known;
        let ranks = ranks.get_or_insert_with(|| path_ranks(paths));
        let selections = filter.as_ref().map(|(_, selected)| selected.of_shards());
        let selections = selections.unwrap_or_default();
        let kept = images.at(&files, (all, paths, ranks), (&query.filter, &selections), query.at);
        let (image, rows) = kept.rows((&query.values, &values), query.order);
        let entries = image.entries();
        let total = rows.len() as u32;
        let first = (query.first as usize).min(rows.len());
        let count = query.count.min(MAX_ROWS) as usize;
        let mut texts = RowTexts::default();
        let rows = rows[first..].iter().take(count).map(|row| {
            let entry = &entries[*row as usize];
            let (kind, value) = texts.shown(image.event(entry));
            ImageRow {
                id: entry.id,
                path: paths.path_of(entry.id).map(str::to_owned),
                kind,
                value,
                updated: entry.time,
            }
        });
        let mut page = ImagePage {
            at: query.at,
            total,
            first: first as u32,
            rows: rows.collect(),
            problems: image.problems.iter().map(Problem::from).collect(),
        };
        self.date(&mut page.problems);
        Ok(page)
    }

    fn set_filter(&mut self, text: &str) -> Result<(), Failure> {
        if self.known.filter.as_ref().is_none_or(|(last, _)| last != text) {
            let filter = Filter::parse(text).map_err(|e| Failure::new("filter", e.to_string()))?;
            let selected = self.paths.select(&self.timeline, &filter);
            self.known.filter = Some((text.to_owned(), selected));
        }
        Ok(())
    }

    fn density(&self, query: &DensityQuery) -> Density {
        let slots = query.slots.min(MAX_SLOTS) as usize;
        let (mut deltas, mut images) = (vec![0; slots], vec![0; slots]);
        let mut lanes = Vec::new();
        let has_lanes = self.timeline.shards().len() > 1;
        for shard in self.timeline.shards() {
            let mut lane = has_lanes.then(|| vec![0; slots]);
            for archive in shard.archives() {
                let index = archive.index();
                let deltas = lane.as_mut().unwrap_or(&mut deltas);
                add_density(deltas, &index.deltas, query.from, query.to);
                add_density(&mut images, &index.images, query.from, query.to);
            }
            if let Some(lane) = lane {
                deltas.iter_mut().zip(&lane).for_each(|(all, of): (&mut u32, &u32)| {
                    *all = all.saturating_add(*of);
                });
                lanes.push(Lane { shard: shard.name().to_owned(), deltas: lane });
            }
        }
        Density { from: query.from, to: query.to, deltas, images, lanes }
    }

    fn seek(&self, position: Option<Timestamp>, expression: &str) -> Result<Response, Failure> {
        let seek: Seek =
            expression.parse().map_err(|e: SeekError| Failure::new("seek", e.to_string()))?;
        let mut cursor = Cursor::default();
        if let Some(position) = position {
            cursor.set_position(position);
        }
        cursor.go(&self.files()[..], seek);
        Ok(Response::Moved { position: cursor.position() })
    }
}

/// The shard of a name, and the name in it.
fn in_shard(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or(("", name))
}

/// The name of a file with that of its shard.
fn full_name(shard: &str, name: &str) -> String {
    if shard.is_empty() { name.to_owned() } else { format!("{shard}/{name}") }
}

fn file_summary(shard: &str, name: &str, archive: &Archive) -> FileSummary {
    let index = archive.index();
    FileSummary {
        shard: shard.to_owned(),
        name: name.to_owned(),
        length: archive.length(),
        first: index.first(),
        last: index.last(),
        batches: (index.deltas.len() + index.images.len()) as u64,
        is_unreadable: archive.pages().failed(),
    }
}

fn no_archive() -> Failure {
    Failure::new("no-archive", "no archive is open")
}

/// The rank of each path in path order, by ordinal.
pub(crate) fn path_ranks(paths: &Paths) -> Vec<u32> {
    let mut order: Vec<u32> = (0..paths.len() as u32).collect();
    order.sort_unstable_by(|l, r| paths.path(*l).cmp(paths.path(*r)).then(l.cmp(r)));
    let mut ranks = vec![0; order.len()];
    for (rank, ordinal) in order.iter().enumerate() {
        ranks[*ordinal as usize] = rank as u32;
    }
    ranks
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind().name().to_owned(),
            offset: error.offset(),
            message: error.to_string(),
            time: None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let Problem { kind, offset, message, .. } = Problem::from(&error);
        Self { kind, offset, message }
    }
}
