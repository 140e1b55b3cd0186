//! Looks at everything in a recording: whether it is sound, and what is wrong where.
//!
//! Every value is decoded, every record index compared with its batch, every image with the batches before it in
//! its file, every zstd frame inflated by both decoders, and what the scan of the headers found is listed. The
//! format has no checksum: damage inside a value can be a valid value, which nothing can find.
//!
//! What sound recordings show, too, is no damage but a [note](Verify::notes): bytes after the committed end, times
//! that step back where a writer was restarted, and an image with other values than the batches before it, which
//! may hold what was never recorded as a change.

use super::{Progress, check::check_event};
use crate::{
    format::{Batch, Error, ErrorKind, Event},
    limits::MAX_PROBLEMS,
    query::{
        DeltaBatch,
        pass::{Budget, Pass, Step, Stop},
    },
    timeline::{ALL, Direction, FilesReader, Kinds, Place, Shard, Timeline},
};
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hasher},
};

/// A check of all files of a recording, in the making.
pub struct Verify {
    shard: usize,
    pass: Option<Pass>,
    /// Of the present file the last event of each id, hashed; `None` where a batch could not be read.
    replay: Option<HashMap<u32, u64>>,
    file: usize,
    done: u64,
    total: u64,
    /// What was looked at.
    pub counts: Counts,
    findings: Found,
    notes: Found,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Delta batches.
    pub delta_batches: u64,
    /// Image batches.
    pub image_batches: u64,
    /// Events in them, unsubscribed ones among them.
    pub values: u64,
}

/// Something that is wrong, or worth to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The shard of its file.
    pub shard: String,
    /// The name of its file.
    pub file: String,
    /// What and where.
    pub error: Error,
}

/// All counted, the first of them kept.
#[derive(Debug, Default)]
struct Found {
    listed: Vec<Finding>,
    count: u64,
}

impl Verify {
    /// Nothing is looked at yet.
    pub fn new(timeline: &Timeline) -> Self {
        let counts = timeline
            .files()
            .iter()
            .map(|files| files.counts())
            .fold(0, |all, of| all + (of.0 + of.1) as u64);
        let mut verify = Self {
            shard: 0,
            pass: None,
            replay: Some(HashMap::new()),
            file: 0,
            done: 0,
            total: counts,
            counts: Counts::default(),
            findings: Found::default(),
            notes: Found::default(),
        };
        for shard in timeline.shards() {
            for (file, error) in shard.problems() {
                let is_note = matches!(error.kind(), ErrorKind::Uncommitted | ErrorKind::Time);
                let found = if is_note { &mut verify.notes } else { &mut verify.findings };
                found.push(shard, file, error.clone());
            }
        }
        verify
    }

    /// Looks at some more.
    ///
    /// # Errors
    /// Where a file cannot be read, which says nothing of what it holds.
    pub fn step(&mut self, timeline: &Timeline, budget: &Budget) -> Result<Step, Error> {
        while let Some(shard) = timeline.shards().get(self.shard) {
            let files = shard.files();
            let mut reader = files.reader();
            loop {
                let pass = self
                    .pass
                    .get_or_insert_with(|| Pass::new(files, ALL, Kinds::All, Direction::Forward));
                match pass.next(&mut reader, None, budget) {
                    Err(stop) => return Ok(Step::Stopped(stop)),
                    Ok(None) => break,
                    Ok(Some(place)) => self.look_at(shard, &mut reader, place)?,
                }
                self.done += 1;
                if budget.is_spent(reader.spent()) {
                    return Ok(Step::Stopped(Stop::Budget));
                }
            }
            (self.pass, self.shard) = (None, self.shard + 1);
            self.replay = Some(HashMap::new());
        }
        Ok(Step::Done)
    }

    fn look_at(
        &mut self,
        shard: &Shard,
        reader: &mut FilesReader<'_>,
        place: Place,
    ) -> Result<(), Error> {
        let file = place.key.file;
        if std::mem::replace(&mut self.file, file) != file {
            // There may have been others between them.
            self.replay = Some(HashMap::new());
        }
        match place.is_image {
            true => self.counts.image_batches += 1,
            false => self.counts.delta_batches += 1,
        }
        let checked = reader.of(file).compare_decoders(place.key.offset);
        if let Err(e) = checked {
            self.found(shard, file, e)?;
        }
        let record = match reader.record(place.key) {
            Ok(record) => record,
            Err(e) => {
                self.replay = None;
                return self.found(shard, file, e);
            }
        };
        self.look_into(shard, place, record.items.clone());
        if place.is_image {
            let listed = record.index.map(|index| index.ids().map(|mut ids| ids.next()));
            match listed {
                None | Some(Ok(None)) => {}
                Some(Ok(Some(_))) => {
                    let detail =
                        "the record index of an image lists ids, which those of images never do";
                    let error = Error::new(ErrorKind::WrongIndex, place.key.offset, detail);
                    self.findings.push(
                        shard,
                        shard.file_name(file),
                        error.within(place.kind().name(), place.key.offset),
                    );
                }
                Some(Err(e)) => {
                    let e = e.within(place.kind().name(), place.key.offset);
                    self.findings.push(shard, shard.file_name(file), e);
                }
            }
            return Ok(());
        }
        let names_none = shard.paths().is_empty();
        let batch = DeltaBatch::new(place.key, record, shard.paths(), None);
        for problem in batch.problems().listed() {
            if !(names_none && problem.kind() == ErrorKind::UnmappedId) {
                self.findings.push(shard, shard.file_name(file), problem.clone());
            }
        }
        Ok(())
    }

    /// Decodes the items of a batch, and compares those of an image with what was before it.
    fn look_into(&mut self, shard: &Shard, place: Place, items: Batch<'_>) {
        let file = shard.file_name(place.key.file);
        let within = |e: Error| e.within(place.kind().name(), place.key.offset);
        let mut image = place.is_image.then(HashMap::new);
        let mut rest = items;
        for item in rest.by_ref() {
            let item = match item {
                Ok(item) => item,
                Err(e) => {
                    self.replay = None;
                    // Those of a delta are found with its index.
                    if place.is_image {
                        self.findings.push(shard, file, within(e));
                    }
                    return;
                }
            };
            self.counts.values += 1;
            if let Err(e) = check_event(&item.event) {
                self.findings.push(shard, file, within(e));
            }
            let hash = hash(&item.event);
            let Some(replay) = &mut self.replay else { continue };
            match &mut image {
                None => drop(replay.insert(item.id, hash)),
                Some(image) => {
                    if replay.get(&item.id).is_some_and(|known| *known != hash) {
                        let name =
                            shard.paths().path_of(item.id).unwrap_or("a path without a name");
                        let detail = format!(
                            "the image has another value of {name:?} (id {}) than the batches before it",
                            item.id
                        );
                        let error = Error::new(ErrorKind::WrongImage, place.key.offset, detail);
                        self.notes.push(shard, file, within(error));
                    }
                    image.insert(item.id, hash);
                }
            }
        }
        if place.is_image && !rest.rest().is_empty() {
            let rest = rest.rest();
            let detail = format!("{} bytes more than its items, not read,", rest.remaining());
            self.findings.push(shard, file, within(rest.error(ErrorKind::Length, detail)));
        }
        if let Some(image) = image {
            self.replay = Some(image);
        }
    }

    fn found(&mut self, shard: &Shard, file: usize, error: Error) -> Result<(), Error> {
        if error.kind().is_of_source() {
            return Err(error);
        }
        self.findings.push(shard, shard.file_name(file), error);
        Ok(())
    }

    /// How far it is.
    pub const fn progress(&self) -> Progress {
        Progress { done: self.done, total: self.total }
    }

    /// Whether nothing wrong was found.
    pub const fn is_sound(&self) -> bool {
        self.findings.count == 0
    }

    /// What is wrong: the first of it, and how much in all.
    pub fn findings(&self) -> (&[Finding], u64) {
        (&self.findings.listed, self.findings.count)
    }

    /// What is worth to be known, and no damage.
    pub fn notes(&self) -> (&[Finding], u64) {
        (&self.notes.listed, self.notes.count)
    }
}

impl Found {
    fn push(&mut self, shard: &Shard, file: &str, error: Error) {
        self.count += 1;
        if self.listed.len() < MAX_PROBLEMS {
            let (shard, file) = (shard.name().to_owned(), file.to_owned());
            self.listed.push(Finding { shard, file, error });
        }
    }
}

fn hash(event: &Event<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(event.encoded());
    hasher.finish()
}
