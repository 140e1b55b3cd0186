//! What is wrong with the file, and where.

use super::format;
use super::state::{Action, Dispatch, Movement, OpenFile, Shown, VerifyView, View};
use super::verify::Verify;
use super::zone::{Zone, use_zone};
use crate::protocol::Problem;
use std::rc::Rc;
use yew::prelude::*;

/// What the problems view shows.
#[derive(Properties, PartialEq)]
pub struct ProblemsProps {
    /// The open file.
    pub file: Rc<OpenFile>,
    /// The image at the position, which may have problems of its own.
    pub shown: Option<Rc<Shown>>,
    /// The check of everything.
    pub verify: VerifyView,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The problems view.
#[component]
pub fn Problems(props: &ProblemsProps) -> Html {
    let zone = use_zone();
    let summary = &props.file.summary;
    let of_image = props.shown.as_ref().map(|shown| &shown.page.problems);
    let of_image = of_image.filter(|problems| !problems.is_empty());
    let listed = summary.problems.len() as u64;
    html! {
        <div class="problems" tabindex="0" role="region" aria-label="List of problems">
            <Verify
                name={summary.name.clone()}
                view={props.verify.clone()}
                dispatch={props.dispatch.clone()}
            />
            if let Some(page) = props.verify.page.as_ref().filter(|page| !page.findings.is_empty()) {
                <h2>{ "Found by the check" }</h2>
                { table(&page.findings, &props.dispatch, zone) }
            }
            if let Some(page) = props.verify.page.as_ref().filter(|page| !page.notes.is_empty()) {
                <h2>{ "Worth knowing, no damage" }</h2>
                { table(&page.notes, &props.dispatch, zone) }
            }
            if summary.problem_count == 0 && of_image.is_none() {
                <div class="notice">
                    <p class="notice-title">{ "No problems found" }</p>
                    <p>
                        { "Every record up to the committed end could be found. The format has no checksum, so damage inside a value can go unnoticed." }
                    </p>
                </div>
            }
            if summary.problem_count > 0 {
                <h2>{ "In the file" }</h2>
                { table(&summary.problems, &props.dispatch, zone) }
                if listed < summary.problem_count {
                    <p class="more">
                        { format!(
                            "{} of {} are listed.",
                            format::thousands(listed),
                            format::thousands(summary.problem_count)
                        ) }
                    </p>
                }
            }
            if let Some(problems) = of_image {
                <h2>{ "On the way to the image at the position" }</h2>
                { table(problems, &props.dispatch, zone) }
            }
        </div>
    }
}

fn table(problems: &[Problem], dispatch: &Dispatch, zone: Zone) -> Html {
    let row = |problem: &Problem| {
        html! {
            <tr>
                <td class="offset">{ problem.offset.map_or_else(|| "–".into(), |at| link(at, dispatch)) }</td>
                <td class="kind">
                    { problem.time.map_or_else(|| "–".into(), |time| zone.text(time)) }
                </td>
                <td class="kind">{ &problem.kind }</td>
                <td>{ &problem.message }</td>
            </tr>
        }
    };
    html! {
        <table class="problem-table">
            <thead>
                <tr>
                    <th scope="col">{ "Offset" }</th>
                    <th scope="col">{ "Batch" }</th>
                    <th scope="col">{ "Kind" }</th>
                    <th scope="col">{ "What" }</th>
                </tr>
            </thead>
            <tbody>{ for problems.iter().map(row) }</tbody>
        </table>
    }
}

/// The offset, which leads to the batch that is there.
fn link(at: u64, dispatch: &Dispatch) -> Html {
    let dispatch = dispatch.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        dispatch.dispatch(Action::Move(Movement::Offset(at)));
        dispatch.dispatch(Action::Show(View::Batches));
    });
    html! {
        <button class="link" type="button" title="Go to the batch there" {onclick}>
            { offset(at) }
        </button>
    }
}

/// In the notation of the messages.
fn offset(offset: u64) -> String {
    format!("0x{offset:x}")
}
