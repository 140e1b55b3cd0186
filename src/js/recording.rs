//! `Recording`: the files of a recorder's folder as one.

use super::{
    Item, MAX_PAGE_BYTES, ProblemInfo, Thrown,
    args::{self, After, DeltasArgs, ImageArgs, later_start, wrong},
    note, pages_with, problem,
    values::{self, Typed, integer, thrown, to_js},
};
use crate::{
    archive::Archive as Opened,
    format::{Error, Event},
    protocol::Failure,
    query::{
        Cursor, Filter, Seek, SeekError, Selection, image,
        pass::{Budget, Merged},
    },
    source::CacheSize,
    timeline::{BatchKey, FileKind, Kinds, Shard, Timeline},
};
use js_sys::{Array, Reflect};
use serde::Serialize;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::*};

/// How much is held of a file while it is read. There may be thousands.
const HELD: CacheSize = CacheSize { page: 1 << 20, pages: 4 };

/// Longer files stay where they are, and only pieces of them are copied.
const MAX_COPIED: u64 = 256 << 10;

/// The files of a recorder's folder, opened as one.
#[wasm_bindgen]
pub struct Recording {
    timeline: Timeline,
    found: Rc<RefCell<super::Found>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info<'a> {
    version: u32,
    compressed: bool,
    indexed: bool,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    committed: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    length: JsValue,
    delta_batches: usize,
    image_batches: usize,
    paths: usize,
    first: Option<String>,
    last: Option<String>,
    problems: Vec<ProblemInfo>,
    shards: Vec<ShardInfo<'a>>,
    left_out: Vec<LeftOutInfo<'a>>,
}

#[derive(Serialize)]
struct ShardInfo<'a> {
    shard: &'a str,
    paths: usize,
    files: Vec<FileInfo<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileInfo<'a> {
    name: &'a str,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    length: JsValue,
    compressed: bool,
    indexed: bool,
    first: Option<String>,
    last: Option<String>,
    delta_batches: usize,
    image_batches: usize,
}

#[derive(Serialize)]
struct LeftOutInfo<'a> {
    name: String,
    reason: &'a str,
}

#[derive(Serialize)]
struct PathInfo<'a> {
    id: u64,
    path: &'a str,
    shard: &'a str,
}

#[derive(Serialize)]
struct BatchInfo<'a> {
    time: String,
    shard: &'a str,
    file: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct DeltasPage<'a> {
    batches: Vec<BatchInfo<'a>>,
    bytes: u64,
    next: Option<String>,
}

#[wasm_bindgen]
impl Recording {
    /// Opens files: an array of `{ name, source }`, whose names are `shard/name`, or `name` alone.
    #[wasm_bindgen(skip_typescript)]
    pub fn open(files: JsValue, options: JsValue) -> Thrown<Recording> {
        args::check_options(&options, &[])?;
        let files: Array = files
            .dyn_into()
            .map_err(|_| wrong("Recording.open takes an array of { name, source }"))?;
        let mut timeline = Timeline::default();
        for file in files.iter() {
            let name = Reflect::get(&file, &"name".into())?;
            let name = name.as_string().ok_or_else(|| wrong("name must be a string"))?;
            let source = Reflect::get(&file, &"source".into())?;
            let (shard, name) = split(&name);
            if let Err(reason) = FileKind::of(name) {
                timeline.leave_out(shard, name, reason);
                continue;
            }
            let mut archive = match pages_with(&source, HELD, MAX_COPIED)
                .and_then(|it| Opened::start(it).map_err(thrown))
            {
                Ok(archive) => archive,
                // A file that is none hides no other.
                Err(e) => {
                    let reason = reason(&e).ok_or(e)?;
                    timeline.leave_out(shard, name, &reason);
                    continue;
                }
            };
            archive.scan_to(u64::MAX);
            archive.pages().release();
            timeline.add(shard, name, archive);
        }
        timeline.refresh();
        if timeline.shards().is_empty() {
            let why = timeline.left_out().first().map_or_else(
                || "there are no files".to_owned(),
                |left| format!("{}: {}", full_name(&left.shard, &left.name), left.reason),
            );
            let message = format!("no archive is among the files: {why}");
            return Err(values::failure(Failure::new("not-an-archive", message)));
        }
        Ok(Self { timeline, found: Rc::default() })
    }

    /// What the recording is, its shards and their files, and what was found wrong so far.
    #[wasm_bindgen(skip_typescript)]
    pub fn info(&self) -> Thrown<JsValue> {
        let shards = self.timeline.shards();
        let archives = || shards.iter().flat_map(Shard::archives);
        let counts = self
            .timeline
            .files()
            .iter()
            .map(|files| files.counts())
            .fold((0, 0), |all: (usize, usize), of| (all.0 + of.0, all.1 + of.1));
        let spans = self.timeline.files();
        let spans = spans.iter().filter_map(|files| files.span());
        let span = spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
        let problems = shards.iter().flat_map(|shard| {
            shard.problems().map(|(name, e)| {
                let name = full_name(shard.name(), name);
                problem(e.kind(), e.offset(), format!("{name}: {e}"))
            })
        });
        let found = self.found.borrow();
        let found = found.iter().map(|((at, text), kind)| problem(*kind, *at, text.clone()));
        to_js(&Info {
            version: 0,
            compressed: archives().all(|archive| archive.header().compressed),
            indexed: archives().all(|archive| archive.header().indexed),
            committed: integer(archives().map(|archive| archive.header().committed).sum()),
            length: integer(archives().map(Opened::length).sum()),
            delta_batches: counts.0,
            image_batches: counts.1,
            paths: shards.iter().map(|shard| shard.paths().len()).sum(),
            first: span.map(|(first, _)| first.to_string()),
            last: span.map(|(_, last)| last.to_string()),
            problems: problems.chain(found).collect(),
            shards: shards.iter().map(shard_info).collect(),
            left_out: self
                .timeline
                .left_out()
                .iter()
                .map(|left| LeftOutInfo {
                    name: full_name(&left.shard, &left.name),
                    reason: &left.reason,
                })
                .collect(),
        })
    }

    /// All paths with their numbers in this recording, and the shards that they are of.
    #[wasm_bindgen(skip_typescript)]
    pub fn paths(&self) -> Thrown<JsValue> {
        let paths = self.timeline.shards().iter().enumerate().flat_map(|(number, shard)| {
            let of =
                move |(id, path)| PathInfo { id: path_id(number, id), path, shard: shard.name() };
            shard.paths().iter().map(of)
        });
        to_js(&paths.collect::<Vec<_>>())
    }

    /// The last event of every path at a time, in path order; of one path in two shards by shard.
    #[wasm_bindgen(skip_typescript)]
    pub fn image(&self, options: JsValue) -> Thrown<JsValue> {
        let ImageArgs { bound, filter } = ImageArgs::read(&options)?;
        let mut items = Vec::new();
        for (number, shard) in self.timeline.shards().iter().enumerate() {
            let selection = select(shard, filter.as_deref())?;
            let image = image(shard.files(), selection.as_ref(), bound);
            self.note(&image.problems);
            for entry in image.entries() {
                let path = entry.ordinal.map(|ordinal| shard.paths().path(ordinal));
                let time = Some(entry.time.to_string());
                let item = item(path_id(number, entry.id), path, time, image.event(entry));
                let item = Item { shard: Some(shard.name()), ..item };
                items.push((path.is_none(), path, number, item));
            }
        }
        // Ids without a path come last.
        items.sort_by(|l, r| (l.0, l.1, l.2, l.3.id).cmp(&(r.0, r.1, r.2, r.3.id)));
        let items: Vec<_> = items.into_iter().map(|(.., item)| item).collect();
        to_js(&items)
    }

    /// The delta batches after a time or an earlier answer: those of a shard in their order, the shards by
    /// time.
    #[wasm_bindgen(skip_typescript)]
    pub fn deltas(&self, options: JsValue) -> Thrown<JsValue> {
        let args = DeltasArgs::read(&options)?;
        let mut cursor = Cursor::new(args.start, args.end);
        if let After::Time(time) = args.after {
            // Not clamped: after the end there is nothing.
            cursor.set_start(later_start(cursor.start(), time));
        }
        let shards = self.timeline.shards();
        let files = self.timeline.files();
        let selections = shards
            .iter()
            .map(|shard| select(shard, args.filter.as_deref()))
            .collect::<Thrown<Vec<_>>>()?;
        let selections: Vec<_> = selections.iter().map(Option::as_ref).collect();
        let mut pass = Merged::new(&files, (cursor.start(), cursor.end()), Kinds::Deltas);
        if let After::Batch { shard, file, key } = &args.after {
            let (shard, file) = self.find_file(shard, file)?;
            pass.skip_through(&files, shard, (file, key.offset));
        }
        let mut readers: Vec<_> = files.iter().map(|files| files.reader()).collect();
        let mut page = DeltasPage { batches: Vec::new(), bytes: 0, next: None };
        let mut last: Option<(usize, BatchKey)> = None;
        loop {
            let full = page.batches.len() >= args.limit || page.bytes >= MAX_PAGE_BYTES;
            if full && let Some((shard, key)) = last {
                let shard = &shards[shard];
                if pass.next_time().is_some() {
                    page.next =
                        Some(args::batch_text(shard.name(), shard.file_name(key.file), key));
                }
                break;
            }
            let found = match pass.next(&mut readers, &selections, &Budget::UNLIMITED) {
                Ok(Some(found)) => found,
                // Whatever is not here yet is an error to a script.
                Err(crate::query::pass::Stop::Pending(e)) => return Err(thrown(e)),
                Ok(None) | Err(_) => break,
            };
            let (number, place) = found;
            let (shard, selection) = (&shards[number], selections[number]);
            let record = match readers[number].record(place.key) {
                Ok(record) => record,
                Err(e) => {
                    self.note([&e]);
                    continue;
                }
            };
            let mut items = Vec::new();
            for found in record.items {
                match found {
                    Ok(found) if selection.is_none_or(|wanted| wanted.contains_id(found.id)) => {
                        let path = shard.paths().path_of(found.id);
                        items.push(item(path_id(number, found.id), path, None, Ok(found.event)));
                    }
                    Ok(_) => {}
                    Err(e) => self.note([&e.within(place.kind().name(), place.key.offset)]),
                }
            }
            if selection.is_some() && items.is_empty() {
                continue;
            }
            page.bytes += u64::from(record.header.length);
            last = Some((number, place.key));
            page.batches.push(BatchInfo {
                time: place.key.time.to_string(),
                shard: shard.name(),
                file: shard.file_name(place.key.file),
                items,
            });
        }
        to_js(&page)
    }

    /// Moves a cursor as a seek expression says and returns the cursor there.
    #[wasm_bindgen(skip_typescript)]
    pub fn seek(&self, cursor: JsValue, expression: &str) -> Thrown<JsValue> {
        let mut cursor = args::read_cursor(&cursor)?;
        let seek: Seek = expression
            .parse()
            .map_err(|e: SeekError| values::failure(Failure::new("seek", e.to_string())))?;
        cursor.go(&self.timeline.files()[..], seek);
        args::write_cursor(&cursor)
    }

    fn find_file(&self, shard: &str, file: &str) -> Thrown<(usize, usize)> {
        let gone = || wrong("after names a file that is not part of this recording");
        let shards = self.timeline.shards();
        let number = shards.iter().position(|it| it.name() == shard).ok_or_else(gone)?;
        let mut files = 0..shards[number].archives().len();
        let file = files.find(|at| shards[number].file_name(*at) == file).ok_or_else(gone)?;
        Ok((number, file))
    }

    fn note<'e>(&self, problems: impl IntoIterator<Item = &'e Error>) {
        note(&self.found, problems);
    }
}

fn shard_info(shard: &Shard) -> ShardInfo<'_> {
    let files = shard.archives().iter().enumerate().map(|(at, archive)| {
        let (header, index) = (archive.header(), archive.index());
        FileInfo {
            name: shard.file_name(at),
            length: integer(archive.length()),
            compressed: header.compressed,
            indexed: header.indexed,
            first: index.first().map(|time| time.to_string()),
            last: index.last().map(|time| time.to_string()),
            delta_batches: index.deltas.len(),
            image_batches: index.images.len(),
        }
    });
    ShardInfo { shard: shard.name(), paths: shard.paths().len(), files: files.collect() }
}

/// The number of a path in this recording: that of its shard, and its id there.
fn path_id(shard: usize, id: u32) -> u64 {
    (shard as u64) << 32 | u64::from(id)
}

fn item<'a>(
    id: u64,
    path: Option<&'a str>,
    time: Option<String>,
    event: Result<Event<'_>, Error>,
) -> Item<'a> {
    let Typed { kind, value, text } = Typed::of(event);
    Item { id, path, shard: None, time, kind, value, text }
}

fn select(shard: &Shard, filter: Option<&[String]>) -> Thrown<Option<Selection>> {
    let Some(globs) = filter else { return Ok(None) };
    let filter = Filter::from_globs(globs)
        .map_err(|e| values::failure(Failure::new("filter", e.to_string())))?;
    Ok(filter.select(shard.paths()))
}

/// The shard of a name, and the name in it.
fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or(("", name))
}

fn full_name(shard: &str, name: &str) -> String {
    if shard.is_empty() { name.to_owned() } else { format!("{shard}/{name}") }
}

/// What the error says of a file that is no archive; `None` where the call itself is wrong.
fn reason(error: &JsValue) -> Option<String> {
    let kind = Reflect::get(error, &"kind".into()).ok()?.as_string()?;
    let message = error.dyn_ref::<js_sys::Error>()?.message();
    (kind != "argument").then(|| String::from(message))
}
