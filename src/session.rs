//! One open archive and the answers to what is asked of it.
//!
//! What the worker does with every message, without the worker: natively testable.

mod details;
mod images;
mod names;
mod problems;
mod rows;
mod series;
mod statistics;
mod tree;
mod value;
mod views;

use value::RowTexts;

use crate::{
    archive::Archive,
    format::Error,
    index::Paths,
    protocol::{
        Density, DensityQuery, Failure, FileSummary, ImagePage, ImageQuery, ImageRow, Problem,
        Request, Response, ScanState, Summary,
    },
    query::pass::Budget,
    query::value_filter::ValueFilter,
    query::{Cursor, Filter, Seek, SeekError, Selection, add_density},
    source::Pages,
    time::Timestamp,
    timeline::{Files, Timeline},
};

use names::NamesState;

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
    name: String,
    /// The open file and those that were added to it, in one shard.
    timeline: Timeline,
    /// What was worked out from as much of the file as was scanned then.
    known: Known,
    /// How far the scan is.
    scan: ScanState,
    /// Whether there are ids without paths.
    names: NamesState,
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
    filter: Option<(String, Option<Selection>)>,
    /// The images that were built last.
    images: images::Images,
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
        let mut timeline = Timeline::of(&name, archive);
        if let Some((name, path_index)) = path_index {
            timeline.set_path_index("", &name, path_index);
            timeline.refresh();
        }
        let (known, scan, names) = (Known::default(), ScanState::Going, NamesState::default());
        self.open = Some(Open { name, timeline, known, scan, names });
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

    /// Adds another file of the same shard, which is scanned already, so that both are one from now on. What
    /// is a copy of what is there, or no part of a recording, is left out; see [`Summary::left_out`].
    pub fn add_file(&mut self, name: &str, archive: Archive) -> Result<(), Failure> {
        let open = self.opened()?;
        archive.pages().release();
        open.timeline.add("", name, archive);
        open.timeline.refresh();
        if open.timeline.shards()[0].find(&open.name).is_none() {
            // All that it had is in the one that was added.
            open.name = name.to_owned();
        }
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
            | Request::AddFile { name, .. } => {
                Err(Failure::new("source", format!("{name} came without its file")))
            }
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
    /// All files.
    fn files(&self) -> Files<'_> {
        self.timeline.shards()[0].files()
    }

    /// The file that was opened.
    fn archive(&self) -> &Archive {
        let shard = &self.timeline.shards()[0];
        &shard.archives()[shard.find(&self.name).unwrap_or_default()]
    }

    fn archive_mut(&mut self) -> &mut Archive {
        let shard = self.timeline.shard_mut(0);
        let at = shard.find(&self.name).unwrap_or_default();
        shard.archive_mut(at)
    }

    fn summary(&self) -> Summary {
        let archive = self.archive();
        let header = archive.header();
        let shard = &self.timeline.shards()[0];
        let (deltas, images) = shard.files().counts();
        let span = shard.files().span();
        let of = |(at, archive): (usize, &Archive)| FileSummary {
            name: shard.file_name(at).to_owned(),
            length: archive.length(),
            first: archive.index().first(),
            last: archive.index().last(),
            batches: (archive.index().deltas.len() + archive.index().images.len()) as u64,
        };
        let files = shard.archives().iter().enumerate().map(of).collect();
        let left_out = self.timeline.left_out().iter();
        Summary {
            name: self.name.clone(),
            length: archive.length(),
            committed: header.committed,
            version: header.version,
            compressed: header.compressed,
            indexed: header.indexed,
            delta_batches: deltas as u64,
            image_batches: images as u64,
            paths: shard.paths().len() as u64,
            names: self.names.state(self),
            is_path_index: self.scan == ScanState::Over && archive.is_path_index(),
            first: span.map(|(first, _)| first),
            last: span.map(|(_, last)| last),
            problems: self.problems(),
            problem_count: shard.archives().iter().map(|it| it.index().problem_count()).sum(),
            scanned: archive.next_offset(),
            scan: self.scan,
            files,
            left_out: left_out.map(|left| (left.name.clone(), left.reason.clone())).collect(),
        }
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
        let Self { timeline, known, .. } = self;
        let files = timeline.shards()[0].files();
        let Known { ranks, filter, images, .. } = known;
        let ranks = ranks.get_or_insert_with(|| path_ranks(files.paths()));
        let selection = filter.as_ref().and_then(|(_, selection)| selection.as_ref());
        let kept = images.at(files, ranks, (&query.filter, selection), query.at);
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
                path: files.paths().path_of(entry.id).map(str::to_owned),
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
            self.known.filter = Some((text.to_owned(), filter.select(self.files().paths())));
        }
        Ok(())
    }

    fn density(&self, query: &DensityQuery) -> Density {
        let slots = query.slots.min(MAX_SLOTS) as usize;
        let (mut deltas, mut images) = (vec![0; slots], vec![0; slots]);
        for archive in self.files().archives() {
            let index = archive.index();
            add_density(&mut deltas, &index.deltas, query.from, query.to);
            add_density(&mut images, &index.images, query.from, query.to);
        }
        Density { from: query.from, to: query.to, deltas, images }
    }

    fn seek(&self, position: Option<Timestamp>, expression: &str) -> Result<Response, Failure> {
        let seek: Seek =
            expression.parse().map_err(|e: SeekError| Failure::new("seek", e.to_string()))?;
        let mut cursor = Cursor::default();
        if let Some(position) = position {
            cursor.set_position(position);
        }
        cursor.go(&self.files(), seek);
        Ok(Response::Moved { position: cursor.position() })
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
