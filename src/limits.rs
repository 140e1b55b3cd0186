//! Every bound on what a file may make this reader do or allocate, with its reason.
//!
//! Most sizes need no number: a string, an array or a batch lies inside a record, a record inside
//! the file, and a count is refused when its items could not fit in the bytes that are left.

/// How deep arrays, maps and errors may nest in one value. Text and comparison recurse once a
/// level, and a browser gives wasm a stack of about 1 MiB.
pub const MAX_VALUE_DEPTH: u32 = 256;

/// How many values the keys of one map may hold together and still be sorted. Each is held decoded
/// while that is done, 50 bytes for what may be one byte in the file.
pub const MAX_SORTED_VALUES: usize = 2 << 20;

/// How many bytes of maps that are not sorted, which netidx never writes, are walked again to show
/// one value. Each of maps nested in each other is walked once more for every one around it.
pub const MAX_RESORTED: usize = 16 << 20;

/// The longest text of one value, in bytes. Nine bytes of an `f64` can become 340 characters.
pub const MAX_VALUE_TEXT: usize = 128 << 20;

/// The largest inflated batch, in bytes. A writer gathers a batch in memory; an image of a
/// million paths is some 50 MB. More than this is a bomb or damage: a tab has 4 GiB at the most, and
/// holds an inflated batch a few times over, with the images that are made of it.
pub const MAX_INFLATED_BATCH: u64 =
    if cfg!(target_arch = "wasm32") { 128 << 20 } else { 512 << 20 };

/// The largest zstd dictionary, in bytes: what is read in one piece, less the two lengths before it.
/// The writer allows a tenth of the file; this one is held in memory with its tables.
pub const MAX_DICTIONARY: u64 = MAX_READ as u64 - 20;

/// The most paths one file may map. Each costs about 30 bytes beside its text.
pub const MAX_PATHS: usize = 16 << 20;

/// The text of all paths together, in bytes: they are held in one string with 32-bit offsets.
pub const MAX_PATH_TEXT: usize = 1 << 30;

/// How many mappings that change earlier ones are kept so that they can be taken back, some 40 bytes
/// each. Bytes that are taken for mappings by mistake hold few; more than this are meant.
pub const MAX_PATH_CHANGES: usize = 1 << 16;

/// How many problems a scan lists in full. The rest are counted.
pub const MAX_PROBLEMS: usize = 1_000;

/// How many bytes a scan may read, and places it may try, while it searches where records could begin,
/// before [`RESYNC_WORK_PER_BYTE`] is counted. In a file made for it each place looks like the start of
/// a long record.
pub const RESYNC_WORK: u64 = 128 << 20;

/// How many more it may for each byte that the scan has come to: each is read once as a record or
/// tried once as the start of one, and read twice more in vain.
pub const RESYNC_WORK_PER_BYTE: u64 = 3;

/// How far before the old end of a file that grew places are tried again: records from there may have
/// passed that end. About a second's work.
pub const RESYNC_AGAIN: u64 = 64 << 20;

/// The most bytes that are read in one piece of a file that is not in memory as a whole: a record, or
/// the dictionary. A tab has 4 GiB at the most, and a dictionary is there twice while it is parsed.
pub const MAX_READ: usize = 1 << 30;

const _: () = assert!(MAX_INFLATED_BATCH <= MAX_READ as u64, "each batch can be read");
