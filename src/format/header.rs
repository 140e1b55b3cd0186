//! The head of the file: [`FileHeader`], and [`CompressionHeader`] where it is compressed.
//!
//! ```text
//! 0               14        18              26
//! | netidx archive | flags u32 | committed u64 | compression header, records …
//!                    ^31 compressed, ^30 indexed, low 30 bits: version
//! ```

use super::{Error, ErrorKind, Reader, limits, reader::Origin};

const MAGIC: &[u8; 14] = b"netidx archive";
const COMPRESSED: u32 = 1 << 31;
const INDEXED: u32 = 1 << 30;
const VERSION: u32 = 0;

/// What the first 26 bytes of an archive say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileHeader {
    /// Whether batches are zstd frames.
    pub compressed: bool,
    /// Whether batches carry a record index.
    pub indexed: bool,
    /// Format version; only 0 is read.
    pub version: u32,
    /// Absolute offset of the end of the committed records.
    pub committed: u64,
}

impl FileHeader {
    /// Length of the encoded header in bytes.
    pub const LEN: u64 = 26;

    /// Reads the header from the first bytes of a file of `length` bytes. Whatever is not an
    /// archive is refused with what it is instead.
    pub fn read(start: &[u8], length: u64) -> Result<Self, Error> {
        let not_ours = |kind, detail| Err(Error::without_offset(kind, detail));
        if length == 0 {
            return not_ours(
                ErrorKind::Empty,
                "not a netidx archive: the file is empty".to_owned(),
            );
        }
        if let Some(wrapping) = wrapping(start) {
            let detail =
                format!("not a netidx archive: this is a {wrapping} file: unpack it first");
            return not_ours(ErrorKind::NotAnArchive, detail);
        }
        let mut reader = Reader::new(start, Origin::File(0));
        let Ok(head) = reader.array::<{ Self::LEN as usize }>("file header") else {
            let head = match MAGIC.starts_with(&start[..start.len().min(MAGIC.len())]) {
                true => String::new(),
                false => format!(", and starts with {}", describe(start)),
            };
            let detail = format!(
                "not a netidx archive: the file is {length} bytes, a header needs {}{head}",
                Self::LEN
            );
            return not_ours(ErrorKind::NotAnArchive, detail);
        };
        if !head.starts_with(MAGIC) {
            let detail = format!("not a netidx archive: starts with {}", describe(start));
            return not_ours(ErrorKind::NotAnArchive, detail);
        }
        let [.., f0, f1, f2, f3, c0, c1, c2, c3, c4, c5, c6, c7] = head;
        let flags = u32::from_be_bytes([f0, f1, f2, f3]);
        let version = flags & !(COMPRESSED | INDEXED);
        if version != VERSION {
            return Err(Error::new(
                ErrorKind::Version,
                MAGIC.len() as u64,
                format!(
                    "a netidx archive of version {version}, this reads {VERSION}; the flags are"
                ),
            ));
        }
        Ok(Self {
            compressed: flags & COMPRESSED != 0,
            indexed: flags & INDEXED != 0,
            version,
            committed: u64::from_be_bytes([c0, c1, c2, c3, c4, c5, c6, c7]),
        })
    }
}

impl FileHeader {
    /// The first bytes of a file that says this.
    pub fn to_bytes(&self) -> [u8; Self::LEN as usize] {
        let mut bytes = [0; Self::LEN as usize];
        let flags = self.version
            | if self.compressed { COMPRESSED } else { 0 }
            | if self.indexed { INDEXED } else { 0 };
        bytes[..14].copy_from_slice(MAGIC);
        bytes[14..18].copy_from_slice(&flags.to_be_bytes());
        bytes[18..].copy_from_slice(&self.committed.to_be_bytes());
        bytes
    }
}

/// What stands between the file header and the records of a compressed file.
#[derive(Debug, Clone, Copy)]
pub struct CompressionHeader<'a> {
    /// The zstd dictionary of all frames, as trained for this file.
    pub dictionary: Reader<'a>,
}

impl<'a> CompressionHeader<'a> {
    /// How many bytes of the file to read this header from: all of it that can be there. `start`
    /// is of the first bytes behind the file header, of which `left` are in the file.
    pub fn span(start: Reader<'_>, left: u64) -> Result<u64, Error> {
        const MOST: u64 = limits::MAX_READ as u64;
        let length = start.clone().varint("length of the compression header").unwrap_or_default();
        let span = length.clamp(start.remaining() as u64, left);
        if span > MOST {
            let detail =
                format!("a compression header of {length} bytes; at most {MOST} are read,");
            return Err(start.error(ErrorKind::Limit, detail));
        }
        Ok(span)
    }

    /// Reads the header; `reader` goes on behind it.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = reader.origin().offset();
        let read = |reader: &mut Reader<'a>| {
            let mut header = reader.wrapped("compression header")?;
            let length = header.varint("length of the dictionary")?;
            if length > limits::MAX_DICTIONARY {
                let most = limits::MAX_DICTIONARY;
                let detail = format!("a dictionary of {length} bytes; at most {most} are read,");
                return Err(header.error(ErrorKind::Limit, detail));
            }
            Ok(Self { dictionary: header.split(length, "dictionary")? })
        };
        read(reader).map_err(|e| e.within("compression header", start))
    }
}

/// What an archive may have been packed into, by the magic of that.
fn wrapping(start: &[u8]) -> Option<&'static str> {
    // Where the magic begins, and what it is. That of tar stands behind the name of the first file.
    const KNOWN: [(usize, &[u8], &str); 8] = [
        (0, b"\x1f\x8b", "gzip"),
        (0, b"PK\x03\x04", "zip"),
        (0, b"PK\x05\x06", "zip"),
        (0, b"\x28\xb5\x2f\xfd", "zstd"),
        (0, b"\xfd7zXZ", "xz"),
        (0, b"BZh", "bzip2"),
        (0, b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (257, b"ustar", "tar"),
    ];
    let is_it = |at: usize, magic| start.get(at..).is_some_and(|rest| rest.starts_with(magic));
    KNOWN.into_iter().find(|(at, magic, _)| is_it(*at, magic)).map(|(.., name)| name)
}

/// What a file that is no archive starts with, in words a person knows.
fn describe(start: &[u8]) -> String {
    const KNOWN: [(&[u8], &str); 14] = [
        (b"\x89PNG", "PNG image data"),
        (b"\xff\xd8\xff", "JPEG image data"),
        (b"GIF8", "GIF image data"),
        (b"RIFF", "RIFF data (a sound, a video or a WebP image)"),
        (b"%PDF", "PDF document data"),
        (b"SQLite format 3", "an SQLite database"),
        (b"PAR1", "Parquet data"),
        (b"\x89MCAP0", "MCAP data"),
        (b"\x7fELF", "an ELF program"),
        (b"MZ", "a Windows program"),
        (b"\0asm", "a WebAssembly module"),
        (b"<!DOCTYPE", "an HTML page"),
        (b"<html", "an HTML page"),
        (b"\xef\xbb\xbf", "text with a byte order mark"),
    ];
    if let Some((_, name)) = KNOWN.iter().find(|(magic, _)| start.starts_with(magic)) {
        return (*name).to_owned();
    }
    let shown = &start[..start.len().min(16)];
    if shown.iter().all(|byte| *byte == 0) {
        return "zeros".to_owned();
    }
    let text = String::from_utf8_lossy(shown);
    let text = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
    let printable = |c: char| !c.is_control() || c.is_ascii_whitespace();
    if !text.is_empty()
        && text.chars().all(printable)
        && !text.contains(char::REPLACEMENT_CHARACTER)
    {
        return format!("the text {text:?}");
    }
    let hex: Vec<_> = shown.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("the bytes {}", hex.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(flags: u32, committed: u64) -> Vec<u8> {
        [&MAGIC[..], &flags.to_be_bytes(), &committed.to_be_bytes()].concat()
    }

    fn refusal(bytes: &[u8]) -> String {
        FileHeader::read(bytes, bytes.len() as u64).unwrap_err().to_string()
    }

    #[test]
    fn flags_and_committed() {
        let expected = FileHeader { compressed: false, indexed: true, version: 0, committed: 77 };
        assert_eq!(FileHeader::read(&header(INDEXED, 77), 26), Ok(expected));
        let both = FileHeader::read(&header(INDEXED | COMPRESSED, u64::MAX), 26).unwrap();
        assert!(both.compressed && both.indexed && both.committed == u64::MAX);
        for flags in [0, INDEXED, COMPRESSED, INDEXED | COMPRESSED] {
            let bytes = header(flags, 0x0102_0304_0506_0708);
            let read = FileHeader::read(&bytes, 26).unwrap();
            assert_eq!(read.to_bytes()[..], bytes);
        }
    }

    #[test]
    fn whatever_else_is_named() {
        assert_eq!(refusal(b""), "not a netidx archive: the file is empty");
        assert_eq!(
            refusal(b"netidx archi"),
            "not a netidx archive: the file is 12 bytes, a header needs 26"
        );
        let png = [&b"\x89PNG\r\n\x1a\n"[..], &[0; 40]].concat();
        assert_eq!(refusal(&png), "not a netidx archive: starts with PNG image data");
        assert_eq!(
            refusal(b"hello"),
            "not a netidx archive: the file is 5 bytes, a header needs 26, and starts with the text \"hello\""
        );
        assert!(refusal(&[0; 64]).ends_with("starts with zeros"));
        assert!(refusal(&[0x12; 64]).ends_with("starts with the bytes 12 12 12 12 12 12 12 12"));
        assert!(refusal("žluťoučký kůň, psaný česky".as_bytes()).contains("the text \"žlu"));
        assert_eq!(
            refusal(b"\x1f\x8b\x08\0"),
            "not a netidx archive: this is a gzip file: unpack it first"
        );
        let mut tar = [0; 512];
        tar[..7].copy_from_slice(b"current");
        tar[257..262].copy_from_slice(b"ustar");
        assert!(refusal(&tar).ends_with("this is a tar file: unpack it first"));
        let version = FileHeader::read(&header(INDEXED | 3, 77), 26).unwrap_err();
        assert_eq!(version.kind(), ErrorKind::Version);
        assert!(version.to_string().contains("version 3, this reads 0"), "{version}");
    }

    #[test]
    fn the_compression_header_ends_where_it_says() {
        let mut reader = Reader::new(&[6, 2, b'd', b'i', 0, 0, 9], Origin::File(26));
        assert_eq!(CompressionHeader::read(&mut reader).unwrap().dictionary.rest(), b"di");
        assert_eq!(reader.rest(), [9]);
        for bad in [&[9, 2, 1][..], &[3, 2, 1][..], &[0][..], &[][..]] {
            let error =
                CompressionHeader::read(&mut Reader::new(bad, Origin::File(26))).unwrap_err();
            assert!(error.to_string().starts_with("compression header at 0x1a: "), "{error}");
        }
    }
}
