//! The JS package: the calls that scripts and other pages hold on to.
//!
//! Integers past 2^53 and offsets are `bigint`, bytes are `Uint8Array`, times are RFC 3339 text
//! with nanoseconds. Every failure is thrown as an `Error` named `ArchiveError`.

mod args;
mod compress;
mod parts;
mod recording;
mod values;

use crate::{
    archive::Archive as Opened,
    export::BuildIndex,
    format::{Error, ErrorKind, Event, limits::MAX_PROBLEMS},
    index::Problems,
    protocol::Failure,
    query::{Cursor, Deltas, Filter, Seek, SeekError, Selection, image},
    session::path_ranks,
    source::{
        CacheSize, Pages, ReadAt,
        browser::{BlobSource, BufferSource},
        read_exact_at,
    },
    timeline::BatchKey,
};
pub use recording::Recording;

use args::{After, DeltasArgs, ImageArgs, OpenArgs, later_start};
use js_sys::{Promise, Uint8Array};
use parts::Parts;
use serde::Serialize;
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};
use values::{Typed, integer, thrown, to_js};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// One answer to `deltas` ends past so many bytes of records, so that a call without a limit
/// cannot exhaust the tab.
const MAX_PAGE_BYTES: u64 = 16 << 20;

type Thrown<T> = Result<T, JsValue>;

type Found = BTreeMap<(Option<u64>, String), ErrorKind>;

/// An open archive.
#[wasm_bindgen]
pub struct Archive {
    /// Shared with the copies that are being compressed.
    opened: Rc<Opened>,
    /// The path index that names its paths.
    path_index: Option<Opened>,
    /// What reading found wrong, beside what the scan found. By place, so that nothing is said
    /// twice, however often it is read.
    found: Rc<RefCell<Found>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info {
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
}

#[derive(Serialize)]
struct ProblemInfo {
    kind: &'static str,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    offset: JsValue,
    message: String,
}

#[derive(Serialize)]
struct PathInfo<'a> {
    id: u32,
    path: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: u64,
    path: Option<&'a str>,
    /// In the image of a recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    value: JsValue,
    text: String,
}

#[derive(Serialize)]
struct BatchInfo<'a> {
    time: String,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct DeltasPage<'a> {
    batches: Vec<BatchInfo<'a>>,
    bytes: u64,
    next: Option<String>,
}

#[wasm_bindgen]
impl Archive {
    /// Opens an archive from an `ArrayBuffer` or a `Uint8Array`; in a worker also from a `Blob`
    /// or a `File`. A path index names the paths of a recorder's data file.
    #[wasm_bindgen(skip_typescript)]
    pub fn open(bytes: JsValue, options: JsValue) -> Thrown<Archive> {
        let OpenArgs { path_index } = OpenArgs::read(&options)?;
        let mut opened = Opened::start(pages_of(&bytes)?).map_err(thrown)?;
        let path_index = path_index.map(|bytes| open_path_index(&bytes)).transpose()?;
        if let Some(path_index) = &path_index {
            opened.add_names(path_index);
        }
        opened.scan_to(u64::MAX);
        Ok(Self { opened: Rc::new(opened), path_index, found: Rc::default() })
    }

    /// What the file is, and what was found wrong with it so far.
    #[wasm_bindgen(skip_typescript)]
    pub fn info(&self) -> Thrown<JsValue> {
        let (header, index) = (self.opened.header(), self.opened.index());
        to_js(&Info {
            version: header.version,
            compressed: header.compressed,
            indexed: header.indexed,
            committed: integer(header.committed),
            length: integer(self.opened.length()),
            delta_batches: index.deltas.len(),
            image_batches: index.images.len(),
            paths: index.paths.len(),
            first: index.first().map(|time| time.to_string()),
            last: index.last().map(|time| time.to_string()),
            problems: self.problems(),
        })
    }

    /// All paths and their ids, in the order in which the file maps them.
    #[wasm_bindgen(skip_typescript)]
    pub fn paths(&self) -> Thrown<JsValue> {
        let paths = self.opened.index().paths.iter();
        to_js(&paths.map(|(id, path)| PathInfo { id, path }).collect::<Vec<_>>())
    }

    /// The last event of every path at a time, in path order.
    #[wasm_bindgen(skip_typescript)]
    pub fn image(&self, options: JsValue) -> Thrown<JsValue> {
        let ImageArgs { bound, filter } = ImageArgs::read(&options)?;
        let selection = self.select(filter)?;
        let mut image = image(&*self.opened, selection.as_ref(), bound);
        self.note(&image.problems);
        image.sort_by(&path_ranks(&self.opened.index().paths));
        let items = image
            .entries()
            .iter()
            .map(|entry| self.item(entry.id, Some(entry.time.to_string()), image.event(entry)));
        to_js(&items.collect::<Vec<_>>())
    }

    /// The delta batches behind a time or an earlier answer, in order.
    #[wasm_bindgen(skip_typescript)]
    pub fn deltas(&self, options: JsValue) -> Thrown<JsValue> {
        let args = DeltasArgs::read(&options)?;
        let selection = self.select(args.filter)?;
        let mut cursor = Cursor::new(args.start, args.end);
        if let After::Time(time) = args.after {
            // Not clamped: behind the end there is nothing.
            cursor.set_start(later_start(cursor.start(), time));
        }
        let mut deltas = Deltas::new(&*self.opened, selection.as_ref(), &cursor);
        if let After::Batch { key, .. } = args.after {
            deltas = deltas.after(key);
        }
        let mut page = DeltasPage { batches: Vec::new(), bytes: 0, next: None };
        let mut last: Option<BatchKey> = None;
        while let Some(batch) = deltas.next_batch() {
            let full = page.batches.len() >= args.limit || page.bytes >= MAX_PAGE_BYTES;
            if full && let Some(last) = last {
                page.next = Some(args::batch_text("", "", last));
                break;
            }
            let batch = match batch {
                Ok(batch) => batch,
                Err(e) => {
                    self.note([&e]);
                    continue;
                }
            };
            self.note(batch.problems().listed());
            let items = batch.items().map_while(Result::ok);
            let items = items.map(|item| self.item(item.id, None, Ok(item.event))).collect();
            page.batches.push(BatchInfo { time: batch.key.time.to_string(), items });
            page.bytes += batch.bytes;
            last = Some(batch.key);
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
        cursor.go(self.opened.index(), seek);
        args::write_cursor(&cursor)
    }

    /// Takes the bytes of the file after it grew, and those of its path index where that may have
    /// grown too, and reads only the records that are new. Returns the new `info()`.
    #[wasm_bindgen(skip_typescript)]
    pub fn rescan(&mut self, bytes: JsValue, options: JsValue) -> Thrown<JsValue> {
        let OpenArgs { path_index } = OpenArgs::read(&options)?;
        let opened = Rc::get_mut(&mut self.opened).ok_or_else(|| {
            let message = "a copy of this archive is being compressed; wait for it";
            values::failure(Failure::new("busy", message))
        })?;
        opened.rescan(pages_of(&bytes)?).map_err(thrown)?;
        match (path_index, &mut self.path_index) {
            (None, _) => {}
            (Some(bytes), Some(known)) => {
                known.rescan(pages_of(&bytes)?).map_err(thrown)?;
                opened.add_names(known);
            }
            (Some(bytes), none) => opened.add_names(none.insert(open_path_index(&bytes)?)),
        }
        self.info()
    }

    /// An indexed copy that is not compressed.
    #[wasm_bindgen(js_name = buildIndex, skip_typescript)]
    pub fn build_index(&self) -> Thrown<Uint8Array> {
        let mut export = BuildIndex::new(&self.opened);
        let mut parts = Parts::default();
        while export.step().map_err(thrown)? {
            parts.push(&export.take());
        }
        self.note(export.left_out().listed());
        parts.join(&export.head())
    }

    /// A compressed copy.
    #[wasm_bindgen(skip_typescript)]
    pub fn compress(&self, options: JsValue) -> Promise {
        let (opened, found) = (Rc::clone(&self.opened), Rc::clone(&self.found));
        future_to_promise(async move {
            let note = |problems: &Problems| note(&found, problems.listed());
            compress::compress(&opened, &options, note).await.map(JsValue::from)
        })
    }

    fn problems(&self) -> Vec<ProblemInfo> {
        let scanned = self.opened.index().problems();
        let scanned = scanned.map(|e| problem(e.kind(), e.offset(), e.to_string()));
        let found = self.found.borrow();
        let found = found.iter().map(|((at, text), kind)| problem(*kind, *at, text.clone()));
        scanned.chain(found).collect()
    }

    fn note<'e>(&self, problems: impl IntoIterator<Item = &'e Error>) {
        note(&self.found, problems);
    }

    fn select(&self, filter: Option<Vec<String>>) -> Thrown<Option<Selection>> {
        let Some(globs) = filter else { return Ok(None) };
        let filter = Filter::from_globs(globs)
            .map_err(|e| values::failure(Failure::new("filter", e.to_string())))?;
        Ok(filter.select(&self.opened.index().paths))
    }

    fn item(&self, id: u32, time: Option<String>, event: Result<Event<'_>, Error>) -> Item<'_> {
        let Typed { kind, value, text } = Typed::of(event);
        let path = self.opened.index().paths.path_of(id);
        Item { id: id.into(), path, shard: None, time, kind, value, text }
    }
}

fn note<'e>(found: &RefCell<Found>, problems: impl IntoIterator<Item = &'e Error>) {
    let mut found = found.borrow_mut();
    for problem in problems {
        if found.len() < MAX_PROBLEMS {
            found.insert((problem.offset(), problem.to_string()), problem.kind());
        }
    }
}

fn problem(kind: ErrorKind, offset: Option<u64>, message: String) -> ProblemInfo {
    ProblemInfo { kind: kind.name(), offset: values::offset(offset), message }
}

/// A path index, with its paths.
fn open_path_index(bytes: &JsValue) -> Thrown<Opened> {
    let mut opened = Opened::start(pages_of(bytes)?).map_err(thrown)?;
    opened.scan_to(u64::MAX);
    if opened.is_path_index() {
        return Ok(opened);
    }
    let message = "pathIndex is no path index: it has batches, or maps no paths";
    Err(values::failure(Failure::new("names", message)))
}

/// What a script opens, ready to be read.
fn pages_of(value: &JsValue) -> Thrown<Pages> {
    let size = CacheSize::default();
    pages_with(value, size, size.bytes())
}

/// What a script opens, of which so much is held; bytes up to a length are copied.
fn pages_with(value: &JsValue, size: CacheSize, max_copied: u64) -> Thrown<Pages> {
    if let Some(blob) = value.dyn_ref::<web_sys::Blob>() {
        let blob = BlobSource::new(blob.clone());
        let blob = blob.map_err(|e| values::failure(Failure::new("source", e)))?;
        return Ok(Pages::new(blob, size));
    }
    let Some(buffer) = BufferSource::new(value) else {
        return Err(args::wrong("open takes an ArrayBuffer, a Uint8Array, a Blob or a File"));
    };
    if buffer.length() > max_copied {
        return Ok(Pages::new(buffer, size));
    }
    let mut bytes = vec![0; buffer.length() as usize];
    read_exact_at(&buffer, 0, &mut bytes).map_err(thrown)?;
    Ok(Pages::whole(bytes))
}
