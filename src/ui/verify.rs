//! The check of everything, in the problems view.

use super::format;
use super::plot::hand_over;
use super::state::{Action, Dispatch, VerifyView};
use crate::protocol::verify::VerifyPage;
use js_sys::Array;
use web_sys::Blob;
use yew::prelude::*;

/// What the part with the check shows.
#[derive(Properties, PartialEq)]
pub struct VerifyProps {
    /// The name of the open file.
    pub name: AttrValue,
    /// How far the check is.
    pub view: VerifyView,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The button that checks everything, how far that is, and what came of it.
#[component]
pub fn Verify(props: &VerifyProps) -> Html {
    let VerifyProps { name, view, dispatch } = props;
    let act = |is_on: bool| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Verify(is_on)))
    };
    let page = view.page.as_deref();
    let said = page
        .map(|page| sentence(page, view.is_on))
        .unwrap_or_else(|| "Looks at every record, value, index, image and zstd frame.".to_owned());
    html! {
        <div class="verify">
            if view.is_on {
                <button class="button" type="button" onclick={act(false)}>{ "Cancel verify" }</button>
            } else {
                <button class="button" type="button" onclick={act(true)}>{ "Verify" }</button>
            }
            if let (true, Some(page)) = (view.is_on, page) {
                <progress max={page.progress.1.max(1).to_string()} value={page.progress.0.to_string()} aria-label="Verify" />
            }
            <p class="verify-said" role="status">{ said }</p>
            if let Some(page) = page.filter(|page| page.is_over) {
                { save("Save report", &format!("{name}-report.txt"), "text/plain", text(name, page)) }
                { save("Save report as JSON", &format!("{name}-report.json"), "application/json", json(page)) }
            }
        </div>
    }
}

fn sentence(page: &VerifyPage, is_on: bool) -> String {
    let looked = format!(
        "{}, {}, {}",
        format::count(page.delta_batches, "delta batch", "delta batches"),
        format::count(page.image_batches, "image", "images"),
        format::count(page.values, "value", "values"),
    );
    let wrong = format::count(page.finding_count, "finding", "findings");
    match (page.is_over, is_on) {
        (true, _) if page.finding_count == 0 => format!("Sound: {looked} were checked."),
        (true, _) => format!("Damaged: {wrong} in {looked}."),
        (false, true) => {
            let (done, of) = page.progress;
            format!(
                "Checking: {} of {} batches, {wrong}.",
                format::thousands(done),
                format::thousands(of)
            )
        }
        (false, false) => format!("Cancelled after {looked}, with {wrong}."),
    }
}

/// The report as text.
fn text(name: &str, page: &VerifyPage) -> String {
    let mut lines = vec![format!("{name}: {}", sentence(page, false))];
    lines.extend(page.findings.iter().map(|it| format!("wrong: {}", it.message)));
    lines.extend(page.notes.iter().map(|it| format!("note: {}", it.message)));
    lines.push(
        "The format has no checksum: damage that makes another valid value cannot be found."
            .to_owned(),
    );
    lines.join("\n") + "\n"
}

/// The report as the package and `nav verify --json` have it.
fn json(page: &VerifyPage) -> String {
    let list = |problems: &[crate::protocol::Problem]| -> Vec<serde_json::Value> {
        let problem = |it: &crate::protocol::Problem| serde_json::json!({ "kind": it.kind, "offset": it.offset, "message": it.message });
        problems.iter().map(problem).collect()
    };
    let report = serde_json::json!({
        "sound": page.finding_count == 0,
        "deltaBatches": page.delta_batches,
        "imageBatches": page.image_batches,
        "values": page.values,
        "findings": list(&page.findings),
        "notes": list(&page.notes),
    });
    format!("{report:#}\n")
}

/// A button that saves a text.
fn save(title: &'static str, name: &str, kind: &'static str, text: String) -> Html {
    let name = name.replace(['/', ':'], "-");
    let onclick = Callback::from(move |_: MouseEvent| {
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(kind);
        let blob =
            Blob::new_with_str_sequence_and_options(&Array::of1(&text.as_str().into()), &options);
        // Nothing is left to be told where the browser takes no download.
        let _ = blob.and_then(|blob| hand_over(&blob, &name));
    });
    html! { <button class="link" type="button" {onclick}>{ title }</button> }
}
