//! Chooses the content of a dictionary: the parts of the batches that occur most often.
//!
//! FastCOVER, as zstd has it, but on records that come by one after the other, so that memory
//! holds a table and the dictionary and not the file. The batches are read twice:
//!
//! ```text
//! count    how often does each piece of eight bytes occur, by its hash
//! choose   | stretch | stretch | …   of each the segment whose pieces occur most often, each
//!              [==]                  piece counted once; then they count no more
//! ```

/// Bytes of the pieces that are counted.
const PIECE: usize = 8;

/// Bytes of a segment. Of 64 to 1,024, and of tables of 18 to 23 bits, dictionaries of the benchmark's
/// files came out within 1% of each other; this is the quickest that is best.
const SEGMENT: usize = 256;

/// How many pieces the table tells apart, as a power of two.
const BITS: u32 = 20;

/// About so many bytes of batches are kept as an example of them all.
const EXAMPLES: u64 = 1 << 20;

/// No more of a stretch is looked at. Stretches are longer where the dictionary is very small.
const LONGEST_STRETCH: usize = 4 << 20;

/// The longest part of one batch that is kept as an example.
const LONGEST_EXAMPLE: usize = 16 << 10;

/// What a trainer has learnt: a dictionary lacks nothing but its tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lesson {
    /// The content of the dictionary.
    pub content: Vec<u8>,
    /// Examples of batches, one behind the other.
    pub examples: Vec<u8>,
    /// Their lengths.
    pub lengths: Vec<u32>,
    /// The most bytes that the dictionary may have.
    pub size: usize,
}

/// Learns what batches have in common.
pub struct Trainer {
    size: usize,
    counts: Vec<u32>,
    /// How often each piece is in the window that is looked at.
    window: Vec<u16>,
    bytes: u64,
    chosen: Option<Choice>,
    lesson: Lesson,
}

/// The second half of the work.
struct Choice {
    stretch: Vec<u8>,
    /// After so many bytes a segment is chosen.
    length: u64,
    /// How many of them are to come.
    left: u64,
    /// How many bytes are seen when the next example is kept.
    example_due: u64,
    seen: u64,
}

impl Trainer {
    /// A trainer for a dictionary of at most `size` bytes.
    pub fn new(size: usize) -> Self {
        Self {
            size,
            counts: vec![0; 1 << BITS],
            window: vec![0; 1 << BITS],
            bytes: 0,
            chosen: None,
            lesson: Lesson { size, ..Lesson::default() },
        }
    }

    /// Counts a batch. All come before the first is [chosen](Self::choose) from.
    pub fn count(&mut self, batch: &[u8]) {
        self.bytes += batch.len() as u64;
        for piece in batch.windows(PIECE) {
            let count = &mut self.counts[hash(piece)];
            *count = count.saturating_add(1);
        }
    }

    /// Chooses from a batch. They come in the same order as before.
    pub fn choose(&mut self, batch: &[u8]) {
        let choice = self.chosen.get_or_insert_with(|| {
            // One segment of each stretch fills the dictionary.
            let stretches = (self.size / SEGMENT).max(1) as u64;
            let length = (self.bytes / stretches).max(10 * SEGMENT as u64);
            Choice { stretch: Vec::new(), length, left: length, example_due: 0, seen: 0 }
        });
        if choice.seen >= choice.example_due {
            let example = &batch[..batch.len().min(LONGEST_EXAMPLE)];
            self.lesson.examples.extend_from_slice(example);
            self.lesson.lengths.push(example.len() as u32);
            // Every so many bytes, so that there are about enough in the end.
            let share = example.len() as u64 * self.bytes / EXAMPLES;
            choice.example_due = choice.seen + share;
        }
        choice.seen += batch.len() as u64;
        if choice.stretch.len() < LONGEST_STRETCH {
            choice.stretch.extend_from_slice(batch);
        }
        choice.left = choice.left.saturating_sub(batch.len() as u64);
        if choice.left == 0 {
            self.choose_segment();
        }
    }

    /// What was learnt.
    pub fn finish(mut self) -> Lesson {
        self.choose_segment();
        self.lesson
    }

    fn choose_segment(&mut self) {
        let Some(choice) = &mut self.chosen else { return };
        if self.lesson.content.len() < self.size && choice.stretch.len() >= PIECE {
            let hashes = choice.stretch.windows(PIECE).map(|piece| hash(piece) as u32);
            let hashes: Vec<u32> = hashes.collect();
            let best = best_segment(&hashes, &mut self.counts, &mut self.window);
            if let Some((start, end)) = best {
                let segment = &choice.stretch[start..end + PIECE - 1];
                self.lesson.content.extend_from_slice(segment);
            }
        }
        choice.stretch.clear();
        choice.left = choice.length;
    }
}

/// The numbers of the first piece and of the one behind the last of the segment whose pieces
/// occur most often; they count no more from then on.
fn best_segment(hashes: &[u32], counts: &mut [u32], window: &mut [u16]) -> Option<(usize, usize)> {
    let pieces = SEGMENT - PIECE + 1;
    let (mut score, mut best) = (0u64, (0u64, 0, 0));
    let mut start = 0;
    for (end, hash) in hashes.iter().enumerate() {
        let held = &mut window[*hash as usize];
        if *held == 0 {
            score += u64::from(counts[*hash as usize]);
        }
        *held += 1;
        if end + 1 - start > pieces {
            let first = hashes[start] as usize;
            window[first] -= 1;
            if window[first] == 0 {
                score -= u64::from(counts[first]);
            }
            start += 1;
        }
        if score > best.0 {
            best = (score, start, end + 1);
        }
    }
    for hash in &hashes[start..] {
        window[*hash as usize] = 0;
    }
    let (score, start, end) = best;
    // Of what occurs nowhere else nothing is learnt.
    if score < 2 * (end - start) as u64 {
        return None;
    }
    // Pieces that occur elsewhere no more, or were taken before, are cut off at both ends.
    let is_worth = |hash: &u32| counts[*hash as usize] > 1;
    let first = start + hashes[start..end].iter().position(is_worth)?;
    let last = start + hashes[start..end].iter().rposition(is_worth)?;
    for hash in &hashes[first..=last] {
        counts[*hash as usize] = 0;
    }
    Some((first, last + 1))
}

#[inline]
fn hash(piece: &[u8]) -> usize {
    let bytes = piece.first_chunk().copied().unwrap_or_default();
    (u64::from_le_bytes(bytes).wrapping_mul(0xcf1b_bcdc_b7a5_6463) >> (64 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batches of a common phrase in front of noise.
    fn batches(phrase: &[u8]) -> Vec<Vec<u8>> {
        let mut noise = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            noise.to_le_bytes()
        };
        (0..2_000)
            .map(|_| [phrase, &(0..40).flat_map(|_| next()).collect::<Vec<_>>()].concat())
            .collect()
    }

    fn lesson(batches: &[Vec<u8>], size: usize) -> Lesson {
        let mut trainer = Trainer::new(size);
        batches.iter().for_each(|batch| trainer.count(batch));
        batches.iter().for_each(|batch| trainer.choose(batch));
        trainer.finish()
    }

    #[test]
    fn what_is_common_is_learnt_once() {
        let phrase = b"the market is open from nine in the morning on";
        let batches = batches(phrase);
        let lesson = lesson(&batches, 4_096);
        let found = lesson.content.windows(phrase.len()).filter(|part| part == phrase).count();
        assert_eq!(found, 1);
        // Noise occurs once and is not worth a place.
        assert!(lesson.content.len() < 4 * SEGMENT, "{}", lesson.content.len());
        assert_eq!(
            lesson.lengths.iter().map(|n| *n as usize).sum::<usize>(),
            lesson.examples.len()
        );
    }

    #[test]
    fn examples_are_few_and_from_everywhere() {
        let mut batches = batches(b"");
        for _ in 0..2 {
            batches.extend(batches.clone());
        }
        let lesson = lesson(&batches, 1_024);
        assert!(lesson.examples.len() as u64 <= EXAMPLES + 4_096, "{}", lesson.examples.len());
        let last = batches.iter().rposition(|batch| lesson.examples.ends_with(batch));
        assert!(last.is_some_and(|last| last > batches.len() * 9 / 10), "{last:?}");
    }

    #[test]
    fn too_little_teaches_nothing() {
        for batches in [vec![], vec![vec![]], vec![vec![1, 2, 3]; 4]] {
            assert!(lesson(&batches, 500).content.is_empty());
        }
    }
}
