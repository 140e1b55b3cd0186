//! Whole files and parts of them.

use super::super::file::Identity;
use crate::source::native_read_at;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::body::{Bytes, Frame, SizeHint};
use std::{
    fs::{File, Metadata},
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::task::{JoinHandle, spawn_blocking};

/// How much of a file is read at once.
const PIECE: u64 = 256 << 10;

/// What stands in the headers of a file.
pub struct Whole<'a> {
    /// Tells what is in the file now from whatever was or will be in it.
    pub etag: &'a str,
    /// Its length in bytes.
    pub length: u64,
    /// Its media type.
    pub kind: &'static str,
}

impl Whole<'_> {
    /// Adds the headers.
    pub fn describe(&self, headers: &mut HeaderMap) {
        headers.insert(header::ETAG, text(self.etag));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(header::CONTENT_LENGTH, self.length.into());
    }
}

/// The ETag of a file: another one once anything in it changes. A recorder writes through memory, which the
/// system notes late, so what the header says is part of it.
pub fn etag(metadata: &Metadata, head: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    Identity::of(metadata).hash(&mut hasher);
    metadata.len().hash(&mut hasher);
    metadata.modified().ok().hash(&mut hasher);
    head.hash(&mut hasher);
    format!("\"{:016x}-{:x}\"", hasher.finish(), metadata.len())
}

/// Whether whoever asks has what the ETag tells already.
pub fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let known = known.filter_map(|it| it.to_str().ok()).flat_map(|it| it.split(','));
    known.map(|it| it.trim().trim_start_matches("W/")).any(|known| known == etag || known == "*")
}

/// The answer where it is.
pub fn not_modified(etag: &str) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, text(etag))]).into_response()
}

/// A file, or the part of it that is asked for.
pub fn answer(headers: &HeaderMap, file: File, whole: &Whole<'_>) -> Response {
    if is_known(headers, whole.etag) {
        return not_modified(whole.etag);
    }
    let if_range = headers.get(header::IF_RANGE);
    let is_current = if_range.is_none_or(|it| it.as_bytes() == whole.etag.as_bytes());
    let range = headers.get(header::RANGE).filter(|_| is_current);
    let part =
        range.and_then(|it| it.to_str().ok()).map_or(Part::Whole, |it| part(it, whole.length));
    let length = whole.length;
    let (status, start, end) = match part {
        Part::Whole => (StatusCode::OK, 0, length),
        Part::Of(start, end) => (StatusCode::PARTIAL_CONTENT, start, end),
        Part::None => {
            let range = text(&format!("bytes */{length}"));
            let headers = [(header::CONTENT_RANGE, range), (header::ETAG, text(whole.etag))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response();
        }
    };
    let body = FileBody { file: Arc::new(file), offset: start, end, reading: None };
    let mut response = (status, Body::new(body)).into_response();
    whole.describe(response.headers_mut());
    response.headers_mut().insert(header::CONTENT_LENGTH, (end - start).into());
    if status == StatusCode::PARTIAL_CONTENT {
        let range = text(&format!("bytes {start}-{}/{length}", end - 1));
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    response
}

/// Text of digits and the like.
fn text(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// What a range asks for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// The first byte, and the one after the last.
    Of(u64, u64),
    /// Nothing that the file has.
    None,
}

/// What a Range header asks for of a file. Several ranges at once, and what is no range of bytes, are passed
/// over, as servers may: then all of it is sent.
fn part(range: &str, length: u64) -> Part {
    let parse = || -> Option<Part> {
        let (unit, range) = range.split_once('=')?;
        let (start, last) = range.trim().split_once('-')?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (start, end) = match (start.trim(), last.trim()) {
            ("", last) => (length.saturating_sub(number(last)?), length),
            (start, "") => (number(start)?, length),
            (start, last) => {
                let (start, last) = (number(start)?, number(last)?);
                if last < start {
                    return None;
                }
                (start, last.saturating_add(1).min(length))
            }
        };
        Some(if start < end { Part::Of(start, end) } else { Part::None })
    };
    parse().unwrap_or(Part::Whole)
}

/// A number of digits only; one past all files is as good as the largest.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

/// A part of a file, read as it is sent. A file that shrinks meanwhile ends the connection: nobody takes what
/// came for all of it.
struct FileBody {
    file: Arc<File>,
    offset: u64,
    end: u64,
    reading: Option<JoinHandle<io::Result<Vec<u8>>>>,
}

impl hyper::body::Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.offset >= self.end {
            return Poll::Ready(None);
        }
        let (file, offset) = (Arc::clone(&self.file), self.offset);
        let length = (self.end - offset).min(PIECE) as usize;
        let reading = self.reading.get_or_insert_with(|| {
            spawn_blocking(move || {
                let mut piece = vec![0; length];
                let read = native_read_at(&file, offset, &mut piece)?;
                piece.truncate(read);
                Ok(piece)
            })
        });
        let piece = ready!(Pin::new(reading).poll(context)).map_err(io::Error::other).flatten();
        self.reading = None;
        Poll::Ready(Some(match piece {
            Ok(piece) if piece.is_empty() => {
                self.end = self.offset;
                Err(io::ErrorKind::UnexpectedEof.into())
            }
            Ok(piece) => {
                self.offset += piece.len() as u64;
                Ok(Frame::data(piece.into()))
            }
            Err(e) => Err(e),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.offset >= self.end
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.end - self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_of_bytes_and_single() {
        for (range, wanted) in [
            ("bytes=0-0", Part::Of(0, 1)),
            ("bytes=3-7", Part::Of(3, 8)),
            ("bytes=8-", Part::Of(8, 12)),
            ("bytes=8-99", Part::Of(8, 12)),
            ("bytes=0-18446744073709551615", Part::Of(0, 12)),
            ("bytes=0-99999999999999999999999", Part::Of(0, 12)),
            ("Bytes = 3 - 7", Part::Of(3, 8)),
            ("bytes=-4", Part::Of(8, 12)),
            ("bytes=-99", Part::Of(0, 12)),
            ("bytes=12-", Part::None),
            ("bytes=99999999999999999999999-", Part::None),
            ("bytes=-0", Part::None),
            ("bytes=5-4", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=0-,0-,0-", Part::Whole),
            ("bytes=--2", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(part(range, 12), wanted, "{range}");
        }
        assert_eq!((part("bytes=0-", 0), part("bytes=-1", 0)), (Part::None, Part::None));
    }
}
