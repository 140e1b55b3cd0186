//! Said of an open file that lacks its paths, or has nothing else.

use super::input::FileButton;
use super::{Opener, Place};
use crate::protocol::{Names, Summary};
use crate::ui::format;
use crate::ui::state::OpenFile;
use std::rc::Rc;
use web_sys::FileList;
use yew::prelude::*;

/// The input that takes a path index.
const PATH_INDEX: &str = "add-path-index";

/// What the notices are about.
#[derive(Properties, PartialEq)]
pub struct NoticesProps {
    /// The open file.
    pub file: Rc<OpenFile>,
    /// Adds a path index.
    pub opener: Opener,
}

/// The notices: one, or none.
#[component]
pub fn Notices(props: &NoticesProps) -> Html {
    let summary = &props.file.summary;
    if summary.is_path_index {
        return path_index(summary);
    }
    if summary.names != Names::Missing {
        return Html::default();
    }
    let on_files = {
        let opener = props.opener.clone();
        Callback::from(move |files: FileList| {
            if let Some(file) = files.get(0) {
                opener.add_names(Place::Given(file));
            }
        })
    };
    html! {
        <section class="choose-again" aria-label="Path index">
            <p>
                <bdi>{ &summary.name }</bdi>
                { " holds values by id and no paths. The recorder keeps the paths in " }
                <code>{ "pathindex" }</code>
                { ", beside this file in the shard's folder of its archive_directory: add it, or drop the whole folder. Until then values are shown by id." }
            </p>
            <FileButton name="Add path index…" id={PATH_INDEX} {on_files} />
        </section>
    }
}

fn path_index(summary: &Summary) -> Html {
    let paths = format::count(summary.paths, "path", "paths");
    html! {
        <section class="choose-again" aria-label="Path index">
            <p>
                <bdi>{ &summary.name }</bdi>
                { format!(" is a path index: the names of {paths}, no values. Open the data files beside it, ") }
                <code>{ "current" }</code>
                { " and the rotated ones, or drop the whole folder." }
            </p>
        </section>
    }
}
