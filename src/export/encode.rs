//! Compressing batches: the only file that names the crates that encode and train.

use super::{
    compress::{Chunk, Frames, Level},
    train::Lesson,
};
use crate::format::{Error, ErrorKind};
use structured_zstd::dictionary::{FinalizeOptions, finalize_raw_dict};
use zstd_rs::{CompressionConfig, Compressor, Dictionary, DictionaryFormat, EncoderDictionary};

/// Compresses batches, each for itself, with one dictionary.
pub struct Encoder {
    compressor: Compressor,
    dictionary: Option<EncoderDictionary>,
}

impl Encoder {
    /// An encoder of a level, with a dictionary that may be empty.
    pub fn new(dictionary: &[u8], level: Level) -> Result<Self, Error> {
        let config = CompressionConfig { level: level.get(), ..CompressionConfig::HIGH };
        let compressor = Compressor::new(config).map_err(failed)?;
        let dictionary = match dictionary {
            [] => None,
            raw => {
                let parsed = Dictionary::new(raw, DictionaryFormat::Zstd).map_err(failed)?;
                Some(EncoderDictionary::new(&parsed, level.get()).map_err(failed)?)
            }
        };
        Ok(Self { compressor, dictionary })
    }

    /// The frames of the batches of a chunk.
    pub fn encode(&mut self, chunk: &Chunk) -> Result<Frames, Error> {
        let mut frames = Frames::default();
        for batch in chunk.batches() {
            let start = frames.bytes.len();
            let dictionary = self.dictionary.as_ref();
            self.compressor.compress(batch, dictionary, &mut frames.bytes).map_err(failed)?;
            frames.lengths.push((frames.bytes.len() - start) as u32);
        }
        Ok(frames)
    }
}

/// Gives the content of a dictionary its tables and its id; `None` where there is too little to
/// learn from.
pub fn finish_dictionary(lesson: &Lesson) -> Option<Vec<u8>> {
    let lengths: Vec<usize> = lesson.lengths.iter().map(|length| *length as usize).collect();
    let Lesson { content, examples, size, .. } = lesson;
    let options = FinalizeOptions { dict_id: Some(id_of(content)), level: 3 };
    finalize_raw_dict(content, examples, &lengths, *size, options).ok()
}

/// An id as zstd lets everybody choose one, of those that take two bytes in each frame.
fn id_of(content: &[u8]) -> u32 {
    const FIRST: u32 = 1 << 15;
    let hash = content
        .iter()
        .fold(0xcbf2_9ce4_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    FIRST + hash % FIRST
}

fn failed(error: zstd_rs::Error) -> Error {
    Error::without_offset(ErrorKind::Compression, format!("a batch cannot be compressed: {error}"))
}
