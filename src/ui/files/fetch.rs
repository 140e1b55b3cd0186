//! Files that are fetched from beside the page.

use super::recording::Listed;
use crate::ui::url;
use gloo::utils::window;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, ReadableStreamDefaultReader, Response};

/// The list of a folder's files, one a line: the path, and behind a tab the length in bytes.
const LIST: &str = "files.txt";
/// A longer list is none.
const MAX_LIST: f64 = 64e6;
/// Bytes of a file that are held by the page before the browser takes them.
const MAX_HELD: u64 = 16 << 20;

/// What is told while a file comes: how many bytes are there, and of how many. Says whether to go on.
pub type Progress<'a> = &'a dyn Fn(u64, Option<u64>) -> bool;

/// Fetches a file; ends early where `progress` says so.
///
/// # Errors
/// A clause that says why it did not come.
pub async fn file(address: &str, name: &str, progress: Progress<'_>) -> Result<File, String> {
    let response = respond(address).await?;
    // The length of what is sent compressed says nothing of what comes out.
    let is_plain = header(&response, "content-encoding").is_none();
    let length = header(&response, "content-length").and_then(|it| it.parse::<u64>().ok());
    let length = length.filter(|_| is_plain);
    let Some(stream) = response.body() else { return made(&Array::new(), name) };
    let reader = ReadableStreamDefaultReader::new(&stream).map_err(reason)?;
    let (parts, mut held) = (Array::new(), Array::new());
    let (mut done, mut of_held) = (0, 0);
    loop {
        let read = JsFuture::from(reader.read()).await.map_err(|error| {
            let of = length.map(|length| format!(" of {length}")).unwrap_or_default();
            format!("it broke off after {done}{of} bytes ({})", reason(error))
        })?;
        let Ok(chunk) = get(&read, "value").dyn_into::<Uint8Array>() else { break };
        let count = u64::from(chunk.length());
        held.push(&chunk);
        (done, of_held) = (done + count, of_held + count);
        if of_held >= MAX_HELD {
            parts.push(blob(&held)?.as_ref());
            (held, of_held) = (Array::new(), 0);
        }
        if !progress(done, length) {
            drop(JsFuture::from(reader.cancel()));
            return Err("something else was opened".to_owned());
        }
    }
    if let Some(length) = length.filter(|length| done < *length) {
        return Err(format!("it broke off after {done} of {length} bytes"));
    }
    parts.push(blob(&held)?.as_ref());
    made(&parts, name)
}

/// Fetches the list of a folder's files, each with its address.
///
/// # Errors
/// A clause that says why it did not come.
pub async fn folder(address: &str) -> Result<Vec<(Listed, String)>, String> {
    let list = format!("{address}{LIST}");
    let blob: Blob = file(&list, LIST, &|_, _| true)
        .await
        .map_err(|reason| format!("its list of files, {list}: {reason}"))?
        .into();
    if blob.size() > MAX_LIST {
        return Err(format!("{list} is no list of files: it is too long"));
    }
    let text = JsFuture::from(blob.text()).await.map_err(reason)?;
    let text = text.as_string().unwrap_or_default();
    let folder = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let folder = url::decode(folder).unwrap_or_else(|| folder.to_owned());
    let listed = listed(&text, &folder);
    Ok(listed.map(|(listed, path)| (listed, format!("{address}{path}"))).collect())
}

/// The files of a list, each with its path as the address has it.
fn listed<'a>(text: &'a str, folder: &str) -> impl Iterator<Item = (Listed, &'a str)> {
    let lines = text.lines().map(|line| line.trim_end_matches('\r'));
    let paths = lines.filter_map(move |line| {
        let (path, length) = line.split_once('\t').unwrap_or((line, ""));
        let is_inside = path.split('/').all(|part| !["", ".", ".."].contains(&part));
        // What is read must not lead out of the folder, however it is written.
        let decoded = url::decode(path).filter(|_| is_inside && !path.starts_with('#'))?;
        let is_inside = decoded.split('/').all(|part| ![".", ".."].contains(&part));
        is_inside.then(|| (format!("{folder}/{decoded}"), path, length.trim().parse().ok()))
    });
    paths.map(|(path, address, length)| (Listed { path, length }, address))
}

/// The answer of a server.
async fn respond(address: &str) -> Result<Response, String> {
    let response = window().fetch_with_str(address).await.map_err(reason)?;
    let response: Response = response.dyn_into().map_err(reason)?;
    if response.ok() {
        return Ok(response);
    }
    Err(format!("{} {}", response.status(), response.status_text()).trim_end().to_owned())
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok()?
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

fn blob(parts: &Array) -> Result<Blob, String> {
    Blob::new_with_buffer_source_sequence(parts).map_err(reason)
}

fn made(parts: &Array, name: &str) -> Result<File, String> {
    File::new_with_blob_sequence(parts, name).map_err(reason)
}

/// What the browser says of what went wrong.
fn reason(error: impl Into<JsValue>) -> String {
    let error = error.into();
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{error:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_files_inside_its_folder() {
        let text = "0/pathindex\t4096\r\n0/2026-03-01T09%3A30%3A00%2B00%3A00\t12\n\
                    \n../secret\n0/%2e%2e/x\n/etc/passwd\n0//x\n%zz\ncurrent\n";
        let found: Vec<_> = listed(text, "sample")
            .map(|(listed, address)| (listed.path, listed.length, address))
            .collect();
        let file = |path: &str, length, address| (format!("sample/{path}"), length, address);
        assert_eq!(
            found,
            [
                file("0/pathindex", Some(4096), "0/pathindex"),
                file(
                    "0/2026-03-01T09:30:00+00:00",
                    Some(12),
                    "0/2026-03-01T09%3A30%3A00%2B00%3A00"
                ),
                file("current", None, "current"),
            ]
        );
    }
}
