//! Varints: writing them, and looking for one among many, eight bytes at a time.
//!
//! Reading varints one after the other, a processor learns only from each where the next begins.
//! Here the bytes of a word are looked at at once, for the last two bytes of the one that is wanted:
//!
//! ```text
//! bytes   05 │ 81 01 │ 87 26 │ 40 │ ...        wanted: 87 26
//!                      ^^ ^^
//! ```

/// Appends a LEB128 varint.
#[inline]
pub fn push(bytes: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        bytes.push(n as u8 | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
}

/// The varint at `at`, if it takes at most three bytes, and where it ends. Nearly all ids do.
#[inline(always)]
pub fn short(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let low = u32::from(*bytes.get(at)?);
    if low < 0x80 {
        return Some((low, at + 1));
    }
    let middle = u32::from(*bytes.get(at + 1)?);
    let n = low & 0x7f | middle << 7;
    if middle < 0x80 {
        return Some((n, at + 2));
    }
    let high = u32::from(*bytes.get(at + 2)?);
    (high < 0x80).then_some((n & 0x3fff | high << 14, at + 3))
}

/// How many bytes a varint takes.
pub const fn len(n: u64) -> u64 {
    (u64::BITS - (n | 1).leading_zeros()).div_ceil(7) as u64
}

/// The highest bit of each byte: the varint goes on behind it.
const GOES_ON: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;

/// Whether `bytes` are `count` varints, each of at most 21 bits and in its shortest form, and none
/// of them is `wanted`. `false` also where this cannot be told so cheaply, and of few bytes.
#[inline]
pub fn lack(bytes: &[u8], count: usize, wanted: u32) -> bool {
    let (Some([first, second]), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) else {
        return false;
    };
    let search = Search::new(wanted);
    let mut state = State::default();
    // Behind the first two stand bytes that end nothing that is wanted.
    let mut start = [search.last as u8 % 0x7f + 1; WINDOW];
    [start[0], start[1], start[2], start[3]] = [0, 0, *first, *second];
    state.take(&start, 0xffff, &search);
    for window in bytes.array_windows().step_by(8) {
        state.take(window, u64::MAX, &search);
    }
    let rest = (bytes.len() - WINDOW) % 8;
    if rest > 0 {
        state.take(last, u64::MAX << (8 * (8 - rest)), &search);
    }
    let ends_whole = last[WINDOW - 1] < 0x80;
    state.doubts & GOES_ON == 0 && ends_whole && u64::from(state.ends) == count as u64
}

/// What is searched, in every byte of a word.
struct Search {
    /// The last byte of what is wanted.
    last: u64,
    /// Which bits of the byte before it tell.
    mask: u64,
    /// What these have to be: of a varint of one byte, that the one before it ends there.
    before: u64,
}

impl Search {
    #[inline(always)]
    fn new(wanted: u32) -> Self {
        let (mut before, mut last) = (None, wanted);
        while last >= 0x80 {
            (before, last) = (Some(last & 0x7f | 0x80), last >> 7);
        }
        let mask = if before.is_some() { 0xff } else { 0x80 };
        let in_every_byte = |byte: u32| u64::from(byte) * ONES;
        Self {
            last: in_every_byte(last),
            mask: in_every_byte(mask),
            before: in_every_byte(before.unwrap_or(0)),
        }
    }
}

/// Eight bytes that are looked at, and the two before them.
const WINDOW: usize = 10;

#[derive(Default)]
struct State {
    /// Bytes at which a varint ends.
    ends: u32,
    /// Highest bits of bytes that end what is wanted, or a varint that is not as it should be; any
    /// other bits, too.
    doubts: u64,
}

impl State {
    /// Looks at the next eight bytes, of which those in `counted` were not looked at before.
    #[inline(always)]
    fn take(&mut self, window: &[u8; WINDOW], counted: u64, search: &Search) {
        let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let [_, later @ ..] = window;
        let (twice_before, before) = (word(window.first_chunk()), word(later.first_chunk()));
        let word = word(window.last_chunk());
        self.ends += (!word & GOES_ON & counted).count_ones();
        let found = zeros(word ^ search.last | (before & search.mask) ^ search.before);
        // A zero ends a varint that could be shorter, or is the id 0, which few batches hold.
        self.doubts |= found | zeros(word) | word & before & twice_before;
    }
}

/// The highest bit of each byte that is zero, and perhaps of one behind such a byte; any other bits, too.
#[inline(always)]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word
}

#[cfg(test)]
mod tests {
    use super::{WINDOW, lack, len, push};
    use crate::format::{Origin, Reader};

    /// As [`lack`] is defined, one varint after the other.
    fn lack_one_by_one(bytes: &[u8], count: usize, wanted: u32) -> bool {
        let mut reader = Reader::new(bytes, Origin::File(0));
        let ids: Result<Vec<u32>, _> = (0..count).map(|_| reader.varint_u32("id")).collect();
        reader.is_empty() && ids.is_ok_and(|ids| !ids.contains(&wanted))
    }

    /// Numbers that look like chance, the same each time.
    fn numbers() -> impl FnMut(u32) -> u32 {
        let mut state = 1u64;
        move |below| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % u64::from(below)) as u32
        }
    }

    #[test]
    fn what_is_pushed_is_read_and_has_its_length() {
        for shift in 0..64 {
            for n in [(1 << shift) - 1, 1 << shift, u64::MAX >> shift] {
                let mut bytes = Vec::new();
                push(&mut bytes, n);
                assert_eq!(bytes.len() as u64, len(n), "{n}");
                assert_eq!(Reader::new(&bytes, Origin::File(0)).varint("n"), Ok(n));
            }
        }
    }

    #[test]
    fn sound_varints_are_told_as_one_by_one() {
        let mut number = numbers();
        let mut told = 0;
        for round in 0..20_000 {
            let largest = [100, 300, 20_000, 2_000_000, 1 << 28][round % 5];
            let count = number(40) as usize;
            let mut bytes = Vec::new();
            // Not 0, of which nothing is told.
            let ids: Vec<u32> = (0..count).map(|_| 1 + number(largest - 1)).collect();
            ids.iter().for_each(|id| push(&mut bytes, u64::from(*id)));
            let wanted = ids.first().copied().filter(|_| round % 3 == 0).unwrap_or(number(largest));
            let lacks = lack(&bytes, count, wanted);
            assert!(!lacks || lack_one_by_one(&bytes, count, wanted), "{wanted} in {ids:?}");
            // Only what ends alike may be taken for it.
            let ends_alike = |id: &u32| {
                let end = |id: u32| {
                    let mut bytes = vec![0];
                    push(&mut bytes, u64::from(id));
                    bytes[bytes.len() - 2..].to_vec()
                };
                end(*id) == end(wanted)
            };
            let is_plain = bytes.len() >= WINDOW && ids.iter().all(|id| *id < 1 << 21);
            let told_apart = !ids.iter().any(ends_alike) && wanted >= 0x80 && is_plain;
            assert!(lacks || !told_apart, "{wanted} is not in {ids:?}");
            told += usize::from(lacks);
        }
        assert!(told > 8_000, "{told}");
    }

    #[test]
    fn of_any_bytes_nothing_is_said_that_is_not_so() {
        let mut number = numbers();
        for _ in 0..200_000 {
            let length = number(40) as usize;
            let bytes: Vec<u8> = (0..length)
                .map(|_| [0, 1, 0x26, 0x7f, 0x80, 0x81, 0xff][number(7) as usize])
                .collect();
            let count = number(length as u32 + 2) as usize;
            let wanted = [0, 1, 0x26, 0x7f, 0x80, 0x1301, 0x4000, u32::MAX][number(8) as usize];
            if lack(&bytes, count, wanted) {
                assert!(
                    lack_one_by_one(&bytes, count, wanted),
                    "{wanted} in {count} of {bytes:x?}"
                );
            }
        }
    }
}
