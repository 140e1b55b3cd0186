//! `<name>.navidx`: what a scan of a file found, so that it need not be scanned again.
//!
//! ```text
//! 0       6         8                16
//! | navidx | version | checksum, 64 bit | zstd frame of: length of what follows, head and last bytes of the file, index
//! ```
//!
//! The layout is described in docs/sidecar.md. A sidecar is tied to its file by the first and the last committed
//! bytes of that, and never trusted where it does not fit: whatever its bytes are, opening with it gives what
//! opening without it does, or says that it does not fit. A file that grew is scanned on from where the sidecar ends.

use crate::{
    archive::Archive,
    error::{Error, ErrorKind},
    format::{Origin, Reader},
    limits::MAX_READ,
    source::Pages,
};
use ruzstd::{
    decoding::FrameDecoder,
    encoding::{CompressionLevel, compress_to_vec},
};

const MAGIC: &[u8; 6] = b"navidx";
const VERSION: u16 = 1;
/// Magic, version, checksum, and the length of what is compressed.
const HEAD: usize = 6 + 2 + 8 + 8;

/// Makes the sidecar of an archive that was scanned.
///
/// # Errors
/// Where the file cannot be read.
pub fn make(archive: &Archive) -> Result<Vec<u8>, Error> {
    let mut stored = Vec::new();
    archive.store(&mut stored)?;
    let packed = compress_to_vec(&stored[..], CompressionLevel::Fastest);
    let mut sidecar = Vec::with_capacity(HEAD + packed.len());
    sidecar.extend_from_slice(MAGIC);
    sidecar.extend_from_slice(&VERSION.to_be_bytes());
    sidecar.extend_from_slice(&checksum(&stored).to_be_bytes());
    sidecar.extend_from_slice(&(stored.len() as u64).to_be_bytes());
    sidecar.extend_from_slice(&packed);
    Ok(sidecar)
}

/// Opens an archive with its sidecar: scans only what the file has more. Returns also why the sidecar was not used,
/// where it was not; then all of the file is scanned.
///
/// # Errors
/// Where the file is no archive, as [`Archive::start`] says it.
pub fn open(pages: Pages, sidecar: &[u8]) -> Result<(Archive, Option<Error>), Error> {
    let mut archive = Archive::start(pages)?;
    let refused = unpack(sidecar)
        .and_then(|stored| archive.restore(&mut Reader::new(&stored, Origin::File(0))));
    archive.scan_to(u64::MAX);
    let refused = refused.err().map(|e| {
        Error::without_offset(ErrorKind::Changed, format!("the sidecar is not used: {e}"))
    });
    Ok((archive, refused))
}

fn unpack(sidecar: &[u8]) -> Result<Vec<u8>, Error> {
    let wrong = |detail: &'static str| Err(Error::without_offset(ErrorKind::NotAnArchive, detail));
    let mut reader = Reader::new(sidecar, Origin::File(0));
    if reader.array("magic").ok().as_ref() != Some(MAGIC) {
        return wrong("it does not begin as a sidecar does");
    }
    if u16::from_be_bytes(reader.array("version")?) != VERSION {
        return wrong("it is of a version that this reader does not know");
    }
    let expected = u64::from_be_bytes(reader.array("checksum")?);
    let length = u64::from_be_bytes(reader.array("length")?);
    // A varint of a byte takes more than a thousandth of a byte, however well it is packed.
    let most = (reader.remaining() as u64).saturating_mul(1 << 15).min(MAX_READ as u64);
    if length > most {
        return wrong("it says that it holds more than it can");
    }
    let mut stored = vec![0; length as usize];
    let written = FrameDecoder::new().decode_all(reader.rest(), &mut stored);
    if !written.is_ok_and(|written| written as u64 == length) || checksum(&stored) != expected {
        return wrong("it is damaged");
    }
    Ok(stored)
}

/// FNV-1a.
fn checksum(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}
