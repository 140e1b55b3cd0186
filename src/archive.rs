//! An open archive: its header, its index, and its batches on demand.

use crate::{
    format::{
        Batch, CompressionHeader, Dictionary, Error, ErrorKind, FileHeader, Inflater, Origin,
        Payload, Reader, RecordHeader, RecordIndex, varints,
    },
    index::{Index, RecordReader, Scan, ScanProgress},
    source::{Pages, Window},
};
use std::{collections::HashMap, ops::Range};

/// An archive, in memory or read a page at a time.
///
/// ```
/// # use netidx_archive_viewer::archive::Archive;
/// let mut file = b"netidx archive\0\0\0\0".to_vec();
/// file.extend(26u64.to_be_bytes());
/// let archive = Archive::open(file)?;
/// assert_eq!(archive.index().deltas.len(), 0);
/// # Ok::<(), netidx_archive_viewer::format::Error>(())
/// ```
pub struct Archive {
    pages: Pages,
    header: FileHeader,
    /// The first committed bytes, the file header among them: they tell one file from another.
    head: Vec<u8>,
    dictionary: Option<FileDictionary>,
    index: Index,
    progress: ScanProgress,
    /// What its ids are called where it is one of several files of a shard.
    ids: Option<IdMap>,
}

/// How many bytes tell one file from another: the time at which a recording began is among them.
const HEAD_LEN: usize = 512;

/// How many bytes in front of those that are new are looked at again where they are still held.
const SEAM_LEN: u64 = 64;

struct FileDictionary {
    parsed: Dictionary,
    /// Where its bytes lie in the file.
    span: Range<u64>,
}

impl Archive {
    /// Opens an archive that is in memory and scans its records. Fails only when the bytes are no
    /// archive, or its head cannot be read; whatever else is wrong is among [`Index::problems`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, Error> {
        let mut archive = Self::start(Pages::whole(bytes))?;
        archive.scan_to(u64::MAX);
        Ok(archive)
    }

    /// Reads the head of an archive. Its index is empty until [`scan_to`](Self::scan_to) is called.
    ///
    /// # Errors
    /// Where the bytes are no archive or the head cannot be read, and [`ErrorKind::Pending`] where
    /// parts of the head are not here yet.
    pub fn start(pages: Pages) -> Result<Self, Error> {
        let (header, head) = read_head(&pages)?;
        let (start, dictionary) = read_dictionary(&pages, &header)?;
        let (index, progress) = (Index::new(start), ScanProgress::default());
        let mut archive = Self { pages, header, head, dictionary, index, progress, ids: None };
        if header.committed < start {
            let detail = format!(
                "the header says that records end at {:#x}, before they start at {start:#x}; \
                 nothing was ever committed",
                header.committed
            );
            archive.index.note(Error::new(ErrorKind::Committed, 18, detail));
        }
        if let Some(refusal) = archive.dictionary.as_ref().and_then(|d| d.parsed.refusal()) {
            let detail = format!("the zstd dictionary cannot be read ({refusal}),");
            archive.index.note(Error::new(ErrorKind::Compression, FileHeader::LEN, detail));
        }
        Ok(archive)
    }

    /// Appends what was scanned: what tells the file, and its index. See [`crate::sidecar`].
    pub(crate) fn store(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        let end = self.index.end();
        varints::push(out, self.head.len() as u64);
        out.extend_from_slice(&self.head);
        let seam = self.seam(end)?;
        varints::push(out, seam.len() as u64);
        out.extend_from_slice(&seam);
        self.index.store(&self.progress, out);
        Ok(())
    }

    /// Takes what was stored of the same file, which may have grown since, in place of a scan.
    ///
    /// # Errors
    /// Where it is not of this file.
    pub(crate) fn restore(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        let other = |reader: &Reader<'_>| {
            let detail = "it was made of another file, or of this one before it changed,";
            Err(reader.error(ErrorKind::Changed, detail.to_owned()))
        };
        let head = reader.bytes("head of the file")?;
        if !self.head.starts_with(head) || head.len() < FileHeader::LEN as usize {
            return other(reader);
        }
        let seam = reader.bytes("last bytes of the records")?.to_vec();
        let start = self.index.end();
        let bounds = (start, self.header.committed.min(self.pages.length()).max(start));
        let (index, progress) = Index::restore(reader, bounds)?;
        if self.seam(index.end())? != seam {
            return other(reader);
        }
        (self.index, self.progress) = (index, progress);
        Ok(())
    }

    /// The last bytes before an offset.
    fn seam(&self, end: u64) -> Result<Vec<u8>, Error> {
        let start = end.saturating_sub(SEAM_LEN);
        let mut held = Window::default();
        self.pages.bytes(start, (end - start) as usize, &mut held).map(<[u8]>::to_vec)
    }

    /// Takes the archive apart, so that what was scanned can go to another thread.
    pub fn detach(self) -> Detached {
        let Self { header, head, index, progress, ids, .. } = self;
        Detached { header, head, index, progress, ids }
    }

    /// Goes on with an archive that was taken apart, read from where `pages` reads it.
    ///
    /// # Errors
    /// Where its dictionary cannot be read.
    pub fn attach(detached: Detached, pages: Pages) -> Result<Self, Error> {
        let Detached { header, head, index, progress, ids } = detached;
        let (_, dictionary) = read_dictionary(&pages, &header)?;
        Ok(Self { pages, header, head, dictionary, index, progress, ids })
    }

    /// Scans the records that begin before `until`, from where the last scan ended. What was
    /// scanned can be asked for; what is wrong at the end of the file is known only when it is
    /// reached.
    ///
    /// Returns whether that was all: there are no more records, or none that can be read.
    pub fn scan_to(&mut self, until: u64) -> bool {
        self.scan(until).unwrap_or(false)
    }

    /// The same for a file of which not all is here.
    ///
    /// # Errors
    /// [`ErrorKind::Pending`] where the scan comes to bytes that are not here yet. What was scanned
    /// stays, and the next scan goes on there.
    pub fn scan(&mut self, until: u64) -> Result<bool, Error> {
        self.pages.retry();
        let Self { pages, header, index, progress, .. } = self;
        Scan::new(pages, header, index, progress).run(until)
    }

    /// Where the scan reads next: at [`Index::end`], or after it while it searches the way on from a
    /// damaged place.
    pub fn next_offset(&self) -> u64 {
        self.progress.next_offset(&self.index)
    }

    /// Goes on with the same file after it grew, and scans only the records that are new. A file
    /// that cannot be the same is refused, and the archive stays as it is.
    pub fn rescan(&mut self, pages: Pages) -> Result<(), Error> {
        self.grow(pages)?;
        self.scan_to(u64::MAX);
        Ok(())
    }

    /// Goes on with the same file after it grew: reads its header again, and no record yet. Returns
    /// whether anything is new.
    ///
    /// # Errors
    /// [`ErrorKind::Changed`] where it cannot be the same file with more in it. Of one that only
    /// shrank, what is left can be read from then on.
    pub fn grow(&mut self, mut pages: Pages) -> Result<bool, Error> {
        let changed = |detail: String| Err(Error::without_offset(ErrorKind::Changed, detail));
        let (header, head) = match read_head(&pages) {
            Ok(read) => read,
            Err(e) if e.kind().is_of_source() => return Err(e),
            Err(e) => return changed(format!("{REPLACED} ({e})")),
        };
        let known = self.index.end();
        let end = header.committed.min(pages.length());
        let is_shorter = end < known;
        let same = FileHeader { committed: self.header.committed, ..header };
        let compared = head.len().min(self.head.len());
        if same != self.header
            || head[..compared] != self.head[..compared]
            || (!is_shorter && !self.meets(&pages, known)?)
        {
            return changed(REPLACED.to_owned());
        }
        if is_shorter {
            // With too little to compare, bytes of another file could pass for those of this one.
            if compared == self.head.len() {
                self.pages.read_from(pages);
            }
            return changed(format!(
                "the file shrank: it ends at {end:#x}, records were read up to {known:#x}"
            ));
        }
        let is_new = (header, pages.length()) != (self.header, self.pages.length());
        if is_new {
            pages.inherit(&self.pages, known);
            (self.pages, self.header, self.head) = (pages, header, head);
        } else {
            self.pages.read_from(pages);
        }
        Ok(is_new)
    }

    /// Whether what stands in front of `seam` in `pages` is what was read there, as far as that is
    /// still held.
    fn meets(&self, pages: &Pages, seam: u64) -> Result<bool, Error> {
        let page = self.pages.size().page as u64;
        let start = seam.saturating_sub(SEAM_LEN).max(seam.saturating_sub(1) / page * page);
        let start = start.clamp(FileHeader::LEN, seam);
        let mut before = vec![0; (seam - start) as usize];
        Ok(!self.pages.peek(start, &mut before) || pages.read(start, before.len())? == before)
    }

    /// Joins the paths of a path index (`pathindex` of the file's shard) to the file's own, which
    /// count where both name an id. Joined again after it grew, only what is new is looked at; another
    /// one takes the place of the one before after [`remove_names`](Self::remove_names).
    ///
    /// Where an id has two paths, [`Index::problems`] says so.
    pub fn add_names(&mut self, path_index: &Self) {
        self.index.join(&path_index.index.paths);
    }

    /// Forgets the path index that was joined.
    pub fn remove_names(&mut self) {
        self.index.part();
    }

    /// Reads batches with other ids from now on; `None` for those of the file.
    pub fn rename_ids(&mut self, ids: Option<IdMap>) {
        self.ids = ids;
    }

    /// With which ids batches are read, where those are not the file's own.
    pub fn renamed_ids(&self) -> Option<&IdMap> {
        self.ids.as_ref()
    }

    /// Whether this is a path index: it maps paths and has no batches. Known once it is scanned.
    pub fn is_path_index(&self) -> bool {
        let Index { paths, deltas, images, .. } = &self.index;
        !paths.is_empty() && deltas.is_empty() && images.is_empty()
    }

    /// What the head of the file says.
    pub fn header(&self) -> &FileHeader {
        &self.header
    }

    /// Length of the file in bytes; the reference calls it the capacity.
    pub fn length(&self) -> u64 {
        self.pages.length()
    }

    /// What the scan found.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The bytes of the file.
    pub fn pages(&self) -> &Pages {
        &self.pages
    }

    /// The text of its dictionary.
    fn dictionary_bytes(&self, dictionary: &FileDictionary) -> Result<Vec<u8>, Error> {
        let Range { start, end } = dictionary.span;
        let mut held = Window::default();
        self.pages.bytes(start, (end - start) as usize, &mut held).map(<[u8]>::to_vec)
    }

    /// Reads batches.
    pub fn batches(&self) -> Batches<'_> {
        self.pages.retry();
        Batches {
            archive: self,
            records: RecordReader::new(&self.pages, &self.header),
            inflater: Inflater::default(),
            inflated: None,
            translated: Vec::new(),
            spent: 0,
            paid: u64::MAX,
        }
    }
}

const REPLACED: &str = "another file stands in the place of the one that was open";

/// An archive without its bytes: see [`Archive::detach`].
#[derive(Debug)]
pub struct Detached {
    header: FileHeader,
    head: Vec<u8>,
    index: Index,
    progress: ScanProgress,
    ids: Option<IdMap>,
}

/// Reads the dictionary of a compressed file. Returns also where the records start.
fn read_dictionary(
    pages: &Pages,
    header: &FileHeader,
) -> Result<(u64, Option<FileDictionary>), Error> {
    let mut start = FileHeader::LEN;
    if !header.compressed {
        return Ok((start, None));
    }
    let mut held = Window::default();
    let head = pages.some(start, pages.length(), 32, &mut held)?;
    let head = Reader::new(&head[..head.len().min(32)], Origin::File(start));
    let span = CompressionHeader::span(head, pages.length() - start)?;
    let head = pages.bytes(start, span as usize, &mut held)?;
    let mut reader = Reader::new(head, Origin::File(start));
    let compression = CompressionHeader::read(&mut reader)?;
    start = reader.origin().offset();
    let raw = compression.dictionary;
    let at = raw.origin().offset();
    let span = at..at + raw.remaining() as u64;
    Ok((start, Some(FileDictionary { parsed: Dictionary::new(raw.rest()), span })))
}

/// Reads the header of a file, and the first bytes of it with `committed` blanked out.
fn read_head(pages: &Pages) -> Result<(FileHeader, Vec<u8>), Error> {
    let mut head = pages.read(0, HEAD_LEN)?;
    let header = FileHeader::read(&head, pages.length())?;
    head.truncate(usize::try_from(header.committed.max(FileHeader::LEN)).unwrap_or(HEAD_LEN));
    head[FileHeader::LEN as usize - 8..FileHeader::LEN as usize].fill(0);
    Ok((header, head))
}

/// Reads the batches of an archive, one at a time.
pub struct Batches<'a> {
    archive: &'a Archive,
    records: RecordReader<'a>,
    inflater: Inflater,
    /// Offset of the record whose batch the inflater holds, or why it cannot be inflated.
    inflated: Option<(u64, Result<(), Error>)>,
    /// The batch of a record with the ids of the shard in place of those of the file.
    translated: Vec<u8>,
    /// What was read, in bytes.
    spent: u64,
    /// The record that was paid for last.
    paid: u64,
}

/// What it costs to look at a batch, whatever its size, in bytes.
const BATCH_COST: u64 = 64;

/// A batch record, taken apart.
#[derive(Clone)]
pub struct BatchRecord<'b> {
    /// The eight bytes that it begins with.
    pub header: RecordHeader,
    /// The ids in the batch; `None` in files without indexes.
    pub index: Option<RecordIndex<'b>>,
    /// The items, inflated.
    pub items: Batch<'b>,
}

/// A batch record, taken apart, whatever its batch holds.
#[derive(Clone)]
pub struct RawRecord<'b> {
    /// The eight bytes that it begins with.
    pub header: RecordHeader,
    /// The ids in the batch; `None` in files without indexes.
    pub index: Option<RecordIndex<'b>>,
    /// The batch, inflated.
    pub body: Reader<'b>,
}

impl Batches<'_> {
    /// What was read so far, in bytes, inflated, and a little for each batch that was looked at: the
    /// measure of work.
    pub const fn spent(&self) -> u64 {
        self.spent
    }

    /// The record header and the parts of the payload of the batch record at `offset`. Touches
    /// no item and inflates nothing. Without an index where its ids are not those of the shard.
    #[inline(always)]
    pub fn payload(&mut self, offset: u64) -> Result<(RecordHeader, Payload<'_>), Error> {
        let Self { archive, records, spent, .. } = self;
        *spent += BATCH_COST;
        let (record, payload) = records.split(offset)?;
        let payload = Payload::read(payload, &archive.header);
        let mut payload = payload.map_err(|e| e.within(record.kind.name(), offset))?;
        *spent += u64::from(record.length).saturating_sub(payload.body.remaining() as u64);
        payload.index = payload.index.filter(|_| archive.ids.is_none());
        Ok((record, payload))
    }

    /// The header of the record at `offset`.
    pub fn header(&mut self, offset: u64) -> Result<RecordHeader, Error> {
        self.records.record_header(offset)
    }

    /// See [`Window::warm`].
    pub fn warm(&self, offsets: impl Iterator<Item = u64>) {
        self.records.warm(offsets);
    }

    /// See [`Window::warm_all`].
    pub fn warm_all(&self, range: Range<u64>) {
        self.records.warm_all(range);
    }

    /// The items of the batch record at `offset`.
    #[inline(always)]
    pub fn batch(&mut self, offset: u64) -> Result<Batch<'_>, Error> {
        self.record(offset).map(|record| record.items)
    }

    /// The batch record at `offset`. The same record again costs no inflating.
    #[inline(always)]
    pub fn record(&mut self, offset: u64) -> Result<BatchRecord<'_>, Error> {
        let RawRecord { header, index, body } = self.raw(offset)?;
        let items = Batch::new(body).map_err(|e| e.within(header.kind.name(), offset))?;
        Ok(BatchRecord { header, index, items })
    }

    /// The batch record at `offset`, its batch inflated and not looked at.
    #[inline(always)]
    pub fn raw(&mut self, offset: u64) -> Result<RawRecord<'_>, Error> {
        let Self { archive, records, inflater, inflated, translated, spent, paid } = self;
        let (header, payload) = records.split(offset)?;
        let within = |e: Error| e.within(header.kind.name(), offset);
        let Payload { index, mut body, bound } =
            Payload::read(payload, &archive.header).map_err(within)?;
        if let (Some(bound), Some(dictionary)) = (bound, &archive.dictionary) {
            if inflated.as_ref().is_none_or(|(held, _)| *held != offset) {
                let raw = || archive.dictionary_bytes(dictionary);
                let done = inflater.inflate(body, bound, &dictionary.parsed, raw);
                *inflated = Some((offset, done.map_err(within)));
            }
            match inflated {
                Some((_, Err(e))) => {
                    let e = e.clone();
                    pay(paid, spent, offset, bound.into());
                    // What could not be read may be there the next time.
                    if e.kind().is_of_source() {
                        *inflated = None;
                    }
                    return Err(e);
                }
                _ => body = inflater.inflated(offset),
            }
        }
        pay(paid, spent, offset, body.remaining() as u64);
        match &archive.ids {
            None => Ok(RawRecord { header, index, body }),
            Some(ids) => {
                translated.clear();
                ids.translate(body, translated);
                let body = Reader::new(translated, Origin::Inflated { record: offset, at: 0 });
                Ok(RawRecord { header, index: None, body })
            }
        }
    }
}

impl Batches<'_> {
    /// Inflates the batch at `offset` by both zstd decoders. Of a file that is not compressed nothing is looked at.
    ///
    /// # Errors
    /// Of kind [`ErrorKind::Compression`] where only one of them can, or they differ. A frame that neither can
    /// inflate is for [`raw`](Self::raw) to say.
    pub fn compare_decoders(&mut self, offset: u64) -> Result<(), Error> {
        let Self { archive, records, inflater, inflated, .. } = self;
        let Some(dictionary) = &archive.dictionary else { return Ok(()) };
        let (header, payload) = records.split(offset)?;
        let Ok(Payload { body, bound: Some(bound), .. }) = Payload::read(payload, &archive.header)
        else {
            return Ok(());
        };
        *inflated = None;
        let raw = || archive.dictionary_bytes(dictionary);
        let compared = inflater.compare(body, bound, &dictionary.parsed, raw);
        compared.map_err(|e| e.within(header.kind.name(), offset))
    }
}

/// Pays for a batch, once for as long as it is the last one.
#[inline(always)]
fn pay(paid: &mut u64, spent: &mut u64, offset: u64, bytes: u64) {
    if *paid != offset {
        *paid = offset;
        *spent += bytes;
    }
}

/// What the ids of a file are called in its shard. Files that netidx wrote until 0.19.2 have ids of
/// their own, counted from 0 in each.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct IdMap(HashMap<u32, u32>);

impl IdMap {
    /// From pairs of an id of the file and that of the shard. `None` where all are the same.
    pub fn new(pairs: impl IntoIterator<Item = (u32, u32)>) -> Option<Self> {
        let changed: HashMap<u32, u32> =
            pairs.into_iter().filter(|(own, shard)| own != shard).collect();
        (!changed.is_empty()).then_some(Self(changed))
    }

    /// Writes a batch with other ids. What cannot be read stays as it is, and cannot be read there
    /// either.
    fn translate(&self, body: Reader<'_>, into: &mut Vec<u8>) {
        let all = body.rest();
        let Ok(mut batch) = Batch::new(body) else { return into.extend_from_slice(all) };
        into.extend_from_slice(&all[..all.len() - batch.rest().remaining()]);
        let mut rest = batch.rest().rest();
        while let Some(Ok(item)) = batch.next() {
            varints::push(into, self.0.get(&item.id).copied().unwrap_or(item.id).into());
            into.extend_from_slice(item.event.encoded());
            rest = batch.rest().rest();
        }
        into.extend_from_slice(rest);
    }
}
