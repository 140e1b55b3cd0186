//! Copies that are saved through the page, and opened by it again.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use e2e::golden::Golden;
use e2e::writer::{Batch, Writer};
use e2e::{Page, picture};
use fantoccini::key::Key;
use serde_json::json;

use crate::Test;
use crate::recorded::reads_like_the_reference;
use crate::support::{golden, open, sample, scratch};

pub const TESTS: &[(&str, Test)] = &[
    ("an_index_to_the_disk", index),
    ("a_compressed_copy_without_a_picker", compressed),
    ("what_is_cancelled_leaves_nothing", cancelled),
    ("what_is_compressed_is_refused", refused),
    ("what_cannot_be_read_is_named", damaged),
];

/// Stands in for the dialog of the system, which no script can answer: files of the browser's own
/// file system, which are written the same way.
const PICKER: &str = "globalThis.showSaveFilePicker = async ({ suggestedName }) => {
    const root = await navigator.storage.getDirectory();
    return root.getFileHandle(suggestedName, { create: true });
};";

/// As in browsers that cannot write files: what would be downloaded is kept.
const NO_PICKER: &str = "delete globalThis.showSaveFilePicker;
    const make = URL.createObjectURL;
    URL.createObjectURL = blob => { globalThis.saved = blob; return make.call(URL, blob) };
    HTMLAnchorElement.prototype.click = function() { globalThis.savedAs = this.download };";

/// What a copy has in it, brought out of the page.
fn fetched(page: &Page, blob: &str, name: &str) -> Result<PathBuf> {
    let text = page.eval_async(&format!(
        "(async () => {{
            const bytes = new Uint8Array(await (await {blob}).arrayBuffer());
            let text = '';
            for (const byte of bytes) text += byte.toString(16).padStart(2, 0);
            return text;
        }})()"
    ))?;
    let text = text.as_str().context("no copy")?;
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).context("two digits");
    let bytes: Result<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    scratch(name, &bytes?)
}

/// The expression of a file that was saved to the browser's own file system.
fn in_storage(name: &str) -> String {
    format!("(await (await navigator.storage.getDirectory()).getFileHandle('{name}')).getFile()")
}

fn says(page: &Page, part: &str) -> Result<()> {
    page.wait(&format!("a dialog that says {part:?}"), || {
        let dialogs = page.all("dialog", Some("Save as"))?;
        let text = dialogs.first().map(e2e::Node::text).transpose()?;
        Ok(text.filter(|text| text.contains(part)).map(drop))
    })
}

/// Opens a copy and finds in it what the reference found in the golden file.
fn is_whole(page: &Page, golden: &Golden, copy: &Path) -> Result<()> {
    reads_like_the_reference(page, &Golden { file: copy.to_owned(), ..golden.clone() })?;
    ensure!(!page.has("button", "1 problem")?, "the copy has a problem");
    Ok(())
}

fn index(page: &Page) -> Result<()> {
    page.reload_after(PICKER)?;
    let golden = golden("plain-images")?;
    open(page, &golden.file)?;
    // By keys alone.
    page.cdp("Input.dispatchKeyEvent", json!({ "type": "keyDown", "key": "e", "text": "e" }))?;
    picture::take(page, "save-as")?;
    page.get("radio", "Indexed copy")?;
    page.get("button", "Save")?.click()?;
    says(page, "Saved plain-images.archive-indexed")?;
    page.press(&[Key::Escape])?;
    let copy = fetched(page, &in_storage("plain-images.archive-indexed"), "copy-indexed")?;
    is_whole(page, &golden, &copy)?;
    let facts = page.eval("return document.querySelector('.facts').textContent")?;
    ensure!(facts.as_str().is_some_and(|it| it.contains("indexed")), "{facts}");
    Ok(())
}

fn compressed(page: &Page) -> Result<()> {
    page.reload_after(NO_PICKER)?;
    let golden = golden("indexed-images")?;
    open(page, &golden.file)?;
    page.get("button", "Save as…")?.click()?;
    page.get("radio", "Compressed copy")?.click()?;
    page.get("combobox", "Level")?;
    page.get("combobox", "Dictionary")?;
    page.get("button", "Save")?.click()?;
    says(page, "Saved indexed-images.archive-compressed")?;
    ensure!(page.eval("return savedAs")? == "indexed-images.archive-compressed");
    page.press(&[Key::Escape])?;
    let copy = fetched(page, "globalThis.saved", "copy-compressed")?;
    is_whole(page, &golden, &copy)?;
    let facts = page.eval("return document.querySelector('.facts').textContent")?;
    ensure!(facts.as_str().is_some_and(|it| it.contains("compressed, indexed")), "{facts}");
    Ok(())
}

/// A file that takes some seconds to be compressed.
fn slow() -> Vec<u8> {
    let mut writer = Writer::new(0, 1_772_357_400);
    let paths: Vec<String> = (0..50).map(|n| format!("/slow/{n}")).collect();
    writer.paths(paths.iter().map(String::as_str));
    let mut noise = 1_u64;
    for number in 0..30_000 {
        let mut texts = Vec::new();
        for id in 0..20 {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            texts.push((id, format!("{} and {}", noise >> 50, number * id)));
        }
        let items = texts.iter().map(|(id, text)| (*id, text.as_str()));
        writer.strings(Batch::Delta, number as u32, items);
    }
    writer.finish()
}

fn cancelled(page: &Page) -> Result<()> {
    page.reload_after(PICKER)?;
    open(page, &scratch("slow", &slow())?)?;
    page.get("button", "Save as…")?.click()?;
    page.get("radio", "Compressed copy")?.click()?;
    page.get("button", "Save")?.click()?;
    page.get("progressbar", "Saving")?;
    says(page, "written")?;
    // Closed and opened again, it still goes on.
    page.press(&[Key::Escape])?;
    page.get("button", "Save as…")?.click()?;
    says(page, "written")?;
    picture::take(page, "saving")?;
    page.get("button", "Cancel")?.click()?;
    page.get("radio", "Indexed copy")?;
    page.wait("an end of the file", || {
        let names = page.eval_async(
            "(async () => {
                const names = [];
                for await (const name of (await navigator.storage.getDirectory()).keys())
                    names.push(name);
                return names;
            })()",
        )?;
        Ok(names.as_array().is_some_and(Vec::is_empty).then_some(()))
    })?;
    // Nothing of it is in the way of the next.
    page.get("button", "Save")?.click()?;
    says(page, "Saved slow-indexed")
}

fn refused(page: &Page) -> Result<()> {
    open(page, &golden("compressed")?.file)?;
    page.get("button", "Save as…")?.click()?;
    let choice = page.get("radio", "Compressed copy")?;
    if choice.attr("disabled")?.is_none() {
        bail!("a compressed file can be compressed");
    }
    says(page, "compressed already")
}

fn damaged(page: &Page) -> Result<()> {
    page.reload_after(NO_PICKER)?;
    let golden = golden("compressed-indexed")?;
    let mut bytes = std::fs::read(&golden.file)?;
    // The magic of the last frame.
    let magic = b"\x28\xb5\x2f\xfd";
    let last = bytes.windows(magic.len()).rposition(|window| window == magic);
    bytes[last.context("a frame")?] = 0;
    open(page, &scratch("damaged", &bytes)?)?;
    page.get("button", "Save as…")?.click()?;
    page.get("button", "Save")?.click()?;
    says(page, "1 batch could not be read and left out:")?;
    says(page, "the zstd frame cannot be read")?;
    page.press(&[Key::Escape])?;
    page.go(&page.site())?;
    sample(page).map(drop)
}
