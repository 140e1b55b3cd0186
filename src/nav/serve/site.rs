//! The site: out of this program, or from a folder.

use super::part::{self, Whole};
use crate::nav::embedded::{EmbeddedSite, SiteFile};
use axum::{
    Extension,
    body::Body,
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use cap_std::{ambient_authority, fs::Dir};
use std::{borrow::Cow, fmt::Write, io, path::Path, sync::Arc};

/// Where the files of the site are.
pub enum Site {
    /// In this program.
    Embedded(EmbeddedSite),
    /// In a folder.
    Folder(Dir),
}

impl Site {
    /// The site of a folder.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Dir::open_ambient_dir(folder, ambient_authority()).map(Self::Folder)
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        match self {
            Self::Embedded(site) => site("index.html").is_some(),
            Self::Folder(dir) => dir.is_file("index.html"),
        }
    }

    /// A file, and its ETag.
    fn file(&self, path: &str) -> Option<(Cow<'static, [u8]>, String)> {
        match self {
            Self::Embedded(site) => {
                let SiteFile { bytes, hash } = site(path)?;
                let mut etag = String::from('"');
                for byte in &hash[..16] {
                    // Writing to a string does not fail.
                    let _ = write!(etag, "{byte:02x}");
                }
                etag.push('"');
                Some((bytes, etag))
            }
            Self::Folder(dir) => {
                if path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
                    return None;
                }
                let metadata = dir.open(path).ok()?.into_std().metadata().ok()?;
                let bytes = dir.read(path).ok()?;
                Some((bytes.into(), part::etag(&metadata, &[])))
            }
        }
    }
}

/// Answers with a file of the site.
pub async fn file(Extension(site): Extension<Arc<Site>>, request: Request) -> Response {
    // Names of the site need no encoding; whatever has some is none of them.
    let path = match request.uri().path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some((bytes, etag)) = site.file(path) else {
        return (StatusCode::NOT_FOUND, "there is no such file\n").into_response();
    };
    if part::is_known(request.headers(), &etag) {
        return part::not_modified(&etag);
    }
    let whole = Whole { etag: &etag, length: bytes.len() as u64, kind: content_type(path) };
    let body = match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = (StatusCode::OK, body).into_response();
    whole.describe(response.headers_mut());
    response.headers_mut().remove(header::ACCEPT_RANGES);
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
