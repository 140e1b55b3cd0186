//! The files of the recording: those that are part of it by name and by how they begin, and the indexes beside
//! them.

use super::part::{self, Whole};
use crate::{
    format::FileHeader,
    nav::{folder::Listing, open::full_name},
    source::native_read_at,
    timeline::FileKind,
};
use axum::{
    Extension,
    extract::{Path as UrlPath, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use cap_std::{ambient_authority, fs::Dir};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What an archive begins with.
const MAGIC: &[u8] = b"netidx archive";
/// The name of an index beside a file ends in this.
const SIDECAR: &str = ".navidx";

/// The folder that is served.
pub struct Data {
    path: PathBuf,
    /// What is opened beneath it stays beneath it, whatever links there are.
    dir: Dir,
}

impl Data {
    /// Opens a folder.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        if !path.is_dir() {
            return Err(io::Error::other("it is no folder; name the folder that it is in"));
        }
        let dir = Dir::open_ambient_dir(&path, ambient_authority())?;
        Ok(Self { path, dir })
    }

    /// The list of files, a line each.
    fn list(&self) -> io::Result<String> {
        let mut lines = Vec::new();
        for listed in Listing::of(&self.path)?.files {
            let path = full_name(&listed.shard, &listed.name);
            if let Some((file, _)) = self.find(&path)
                && let Ok(metadata) = file.metadata()
            {
                lines.push(format!("{}\t{}\n", encode(&path), metadata.len()));
            }
        }
        lines.sort_unstable();
        Ok(lines.concat())
    }

    /// A file of the recording by its shard and name, and the bytes that it begins with.
    fn find(&self, path: &str) -> Option<(File, Vec<u8>)> {
        if path.split('/').count() > 2 || !path.split('/').all(is_name) {
            return None;
        }
        let of = |path: &str| {
            let file = self.dir.open(path).ok()?.into_std();
            if !file.metadata().ok()?.is_file() {
                return None;
            }
            let mut head = vec![0; FileHeader::LEN as usize];
            let read = native_read_at(&file, 0, &mut head).ok()?;
            head.truncate(read);
            Some((file, head))
        };
        let data = path.strip_suffix(SIDECAR).unwrap_or(path);
        FileKind::of(data.rsplit('/').next()?).ok()?;
        let found = of(data).filter(|(_, head)| head.starts_with(MAGIC))?;
        if data == path { Some(found) } else { of(path) }
    }
}

/// Whether it is the name of one file or folder, and none that is hidden.
fn is_name(part: &str) -> bool {
    let is_hidden = part.starts_with('.');
    // What is after a colon is another stream of a file there.
    let is_stream = cfg!(windows) && part.contains(':');
    !(part.is_empty() || is_hidden || is_stream || part.contains(['/', '\\', '\0']))
}

/// Answers with the list of files.
pub async fn list(Extension(data): Extension<Arc<Data>>) -> Response {
    match blocking(move || data.list()).await {
        Ok(list) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], list).into_response(),
        Err(_) => not_found(),
    }
}

/// Answers with a file, or a part of it.
pub async fn file(
    Extension(data): Extension<Arc<Data>>,
    UrlPath(path): UrlPath<String>,
    request: Request,
) -> Response {
    let found = blocking(move || {
        let (file, head) = data.find(&path).ok_or(io::ErrorKind::NotFound)?;
        let metadata = file.metadata()?;
        Ok((file, part::etag(&metadata, &head), metadata.len()))
    });
    match found.await {
        Ok((file, etag, length)) => {
            let whole = Whole { etag: &etag, length, kind: "application/octet-stream" };
            part::answer(request.headers(), file, &whole)
        }
        Err(_) => not_found(),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other).flatten()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "there is no such file\n").into_response()
}

/// A path as a part of an address.
fn encode(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
