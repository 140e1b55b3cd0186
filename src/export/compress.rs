//! A compressed copy: each batch its own zstd frame, with a dictionary that is learnt from them.
//!
//! Reading and writing are here, encoding is not: it takes nearly all the time, and is done by
//! whoever asks, in as many threads as there are.
//!
//! ```text
//! train, train, … ─▶ lesson ─▶ a dictionary ─▶ begin ─▶ chunk ─▶ frames ─▶ write
//!                                                        ^─────────────────┘
//! ```

use super::{
    PIECE, Progress, leave_out,
    order::InOrder,
    train::{Lesson, Trainer},
    writer::{When, Writer, push_wrapped},
};
use crate::{
    archive::{Archive, Batches},
    format::{Error, ErrorKind, RecordKind, limits::MAX_DICTIONARY},
    index::Problems,
};
use serde::{Deserialize, Serialize};

/// A level of compression, as zstd has them: 1 is quick, 19 is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Level(i32);

impl Level {
    /// The level that the reference uses.
    pub const MOST: Self = Self(19);

    /// The quickest level.
    pub const FASTEST: Self = Self(1);

    /// A level from 1 to 19; `None` for others.
    pub const fn new(level: i32) -> Option<Self> {
        if level >= 1 && level <= Self::MOST.0 { Some(Self(level)) } else { None }
    }

    /// The number of the level.
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::MOST
    }
}

/// How a copy is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Options {
    /// How much work is spent.
    pub level: Level,
    /// The most bytes of the dictionary; 0 for none, `None` for [what is worth
    /// it](Options::dictionary_size).
    pub dictionary: Option<u64>,
}

impl Options {
    /// The most bytes that the dictionary of a file with so many bytes of records will have: a
    /// tenth of them, at the most.
    ///
    /// By measurement, more than a sixty-fourth adds as much as it saves; and beyond 128 KiB zstd's level
    /// 19 searches eight times as long, which takes four times the time and saves another 2%.
    pub fn dictionary_size(&self, records: u64) -> usize {
        let most = (records / 10).min(MAX_DICTIONARY);
        let worth_it = (records / 64).clamp(32 << 10, 128_000);
        self.dictionary.unwrap_or(worth_it).min(most) as usize
    }
}

/// Makes a compressed copy of an archive.
pub struct Compress<'a> {
    archive: &'a Archive,
    batches: Batches<'a>,
    order: InOrder<'a>,
    pass: Pass,
    writer: Writer,
    left_out: Problems,
}

enum Pass {
    Count(Trainer),
    Choose(Trainer),
    Write,
}

/// What a compressed copy is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doing {
    /// Reads the batches, to see what occurs often.
    Counting,
    /// Reads them again, to choose from them.
    Choosing,
    /// Compresses them.
    Compressing,
}

/// Batches that are to be compressed, one behind the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chunk {
    /// Their bytes.
    pub bytes: Vec<u8>,
    /// Their lengths.
    pub lengths: Vec<u32>,
}

/// What stays behind while a chunk is being compressed: what else its records hold.
pub struct Heads(Vec<Head>);

struct Head {
    offset: u64,
    kind: RecordKind,
    when: When,
    /// The length of the payload before compression.
    bound: u32,
    index: Vec<u8>,
}

/// The zstd frames of the batches of a chunk, one behind the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frames {
    /// Their bytes.
    pub bytes: Vec<u8>,
    /// Their lengths.
    pub lengths: Vec<u32>,
}

/// About so many bytes of batches make a chunk: some tenths of a second of work at level 19.
const CHUNK: usize = 256 << 10;

impl Chunk {
    /// The batches.
    pub fn batches(&self) -> impl Iterator<Item = &[u8]> {
        pieces(&self.bytes, &self.lengths)
    }
}

fn pieces<'b>(bytes: &'b [u8], lengths: &'b [u32]) -> impl Iterator<Item = &'b [u8]> {
    let mut rest = bytes;
    lengths.iter().map_while(move |length| {
        let (piece, behind) = rest.split_at_checked(*length as usize)?;
        rest = behind;
        Some(piece)
    })
}

impl<'a> Compress<'a> {
    /// A copy of which nothing is made yet.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyCompressed`] where the archive is.
    pub fn new(archive: &'a Archive, options: &Options) -> Result<Self, Error> {
        let header = archive.header();
        if header.compressed {
            let detail = "this archive is compressed already; an indexed copy of it can be \
                          compressed anew";
            return Err(Error::without_offset(ErrorKind::AlreadyCompressed, detail));
        }
        let size = options.dictionary_size(archive.index().end());
        Ok(Self {
            archive,
            batches: archive.batches(),
            order: InOrder::new(archive),
            pass: if size > 0 { Pass::Count(Trainer::new(size)) } else { Pass::Write },
            writer: Writer::new(header.indexed, None),
            left_out: Problems::default(),
        })
    }

    /// Learns from some more batches. Returns whether there are more to learn from.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn train(&mut self) -> Result<bool, Error> {
        let mut bytes = 0;
        while bytes < 4 * PIECE {
            if matches!(self.pass, Pass::Write) {
                return Ok(false);
            }
            let Some(mark) = self.order.next() else {
                match std::mem::replace(&mut self.pass, Pass::Write) {
                    Pass::Count(trainer) => {
                        self.pass = Pass::Choose(trainer);
                        self.order = InOrder::new(self.archive);
                        continue;
                    }
                    done => self.pass = done,
                }
                return Ok(false);
            };
            let batch = match self.batches.raw(mark.offset) {
                Ok(record) => record.body.rest(),
                Err(problem) if problem.kind() == ErrorKind::Source => return Err(problem),
                // Is noted when it is due to be written.
                Err(_) => continue,
            };
            bytes += batch.len();
            match &mut self.pass {
                Pass::Count(trainer) => trainer.count(batch),
                Pass::Choose(trainer) => trainer.choose(batch),
                Pass::Write => {}
            }
        }
        Ok(true)
    }

    /// What was learnt, of which a dictionary is made; `None` where none is wanted.
    pub fn lesson(&mut self) -> Option<Lesson> {
        match std::mem::replace(&mut self.pass, Pass::Write) {
            Pass::Choose(trainer) => Some(trainer.finish()),
            _ => None,
        }
    }

    /// Begins the file, with a dictionary that may be empty.
    ///
    /// # Errors
    /// Where a path is longer than the format can say.
    pub fn begin(&mut self, dictionary: &[u8]) -> Result<(), Error> {
        self.pass = Pass::Write;
        self.order = InOrder::new(self.archive);
        self.writer = Writer::new(self.archive.header().indexed, Some(dictionary));
        self.writer.paths(&self.archive.index().paths)
    }

    /// The next batches to be compressed; `None` behind the last. Chunks can be compressed in any
    /// order, and are [written](Self::write) in this one.
    ///
    /// # Errors
    /// Where the file cannot be read. Damage is no error: see [`left_out`](Self::left_out).
    pub fn chunk(&mut self) -> Result<Option<(Heads, Chunk)>, Error> {
        self.chunk_of(CHUNK)
    }

    /// The same, of about so many bytes.
    ///
    /// # Errors
    /// As above.
    pub fn chunk_of(&mut self, bytes: usize) -> Result<Option<(Heads, Chunk)>, Error> {
        let (mut heads, mut chunk) = (Vec::new(), Chunk::default());
        while chunk.bytes.len() < bytes
            && let Some(mark) = self.order.next()
        {
            let record = match self.batches.raw(mark.offset) {
                Ok(record) => record,
                Err(problem) => {
                    leave_out(problem, &mut self.left_out)?;
                    continue;
                }
            };
            let mut index = Vec::new();
            if let Some(own) = &record.index {
                push_wrapped(&mut index, own.encoded());
            }
            heads.push(Head {
                offset: mark.offset,
                kind: record.header.kind,
                when: self.order.when(mark, &record.header),
                bound: record.header.length,
                index,
            });
            chunk.bytes.extend_from_slice(record.body.rest());
            // A part of a record, whose length has 32 bits.
            chunk.lengths.push(record.body.remaining() as u32);
        }
        Ok((!heads.is_empty()).then_some((Heads(heads), chunk)))
    }

    /// Writes the frames of a chunk.
    ///
    /// # Errors
    /// Where they cannot be those of this chunk.
    pub fn write(&mut self, heads: Heads, frames: &Frames) -> Result<(), Error> {
        let mut pieces = pieces(&frames.bytes, &frames.lengths);
        for head in heads.0 {
            let Some(frame) = pieces.next() else {
                let detail = "fewer batches came back from compressing than were sent";
                return Err(Error::new(ErrorKind::Compression, head.offset, detail));
            };
            let payload = [&head.bound.to_be_bytes()[..], &head.index, frame];
            if let Err(problem) = self.writer.batch(head.kind, head.when, &payload) {
                let problem = problem.within(head.kind.name(), head.offset);
                leave_out(problem, &mut self.left_out)?;
            }
        }
        Ok(())
    }

    /// What was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        self.writer.take()
    }

    /// How many bytes the file has by now.
    pub fn written(&self) -> u64 {
        self.writer.len()
    }

    /// See [`Writer::head`].
    pub fn head(&self) -> [u8; 26] {
        self.writer.head()
    }

    /// What it does, and how far that is.
    pub fn progress(&self) -> (Doing, Progress) {
        let doing = match self.pass {
            Pass::Count(_) => Doing::Counting,
            Pass::Choose(_) => Doing::Choosing,
            Pass::Write => Doing::Compressing,
        };
        (doing, self.order.progress())
    }

    /// The batches that could not be read, and are not in the copy.
    pub fn left_out(&self) -> &Problems {
        &self.left_out
    }
}
