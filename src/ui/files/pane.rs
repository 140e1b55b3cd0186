//! The list of the files at hand, of which only the rows in view exist.

use super::list::{Fact, Files, LEFT_OUT, Row};
use super::opener::Opener;
use super::recording::ShardFile;
use crate::protocol::{FileSummary, Request};
use crate::time::{Span, Timestamp};
use crate::timeline::FileKind as Kind;
use crate::ui::format;
use crate::ui::grid::{self, ScrollAction, key_row, use_from_the_top, use_scroll};
use crate::ui::hooks::use_size;
use crate::ui::icons::{Icon, icon};
use crate::ui::state::{Action, Dispatch, OpenFile};
use crate::ui::virtual_window::VirtualWindow;
use crate::ui::zone::{Zone, use_zone};
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::prelude::*;

/// Times of files are told by the second.
const SECOND: Span = Span::from_nanos(1_000_000_000);
/// A row has two lines.
const ROW: f64 = 44.0;
/// The list is as high as its rows, up to this many.
const MAX_ROWS: f64 = 6.5;

/// What the list shows.
#[derive(Properties, Clone, PartialEq)]
pub struct RecordingProps {
    /// The files.
    pub files: Files,
    /// The open one, and those that were added to it.
    pub file: Option<Rc<OpenFile>>,
    /// Of how many files that are added how many are.
    pub adding: Option<(usize, usize)>,
    /// The file on its way in, where it is one of these.
    pub coming: Option<usize>,
    /// Opens another file.
    pub opener: Opener,
    /// Takes actions.
    pub dispatch: Dispatch,
}

/// The part with the list.
#[component]
pub fn RecordingPane(props: &RecordingProps) -> Html {
    let files = &props.files;
    let on_close =
        grid::dispatch_with(&props.dispatch, |_: MouseEvent| Action::ShowRecording(false));
    let count = (files.recording.count() - files.recording.left_out.len()) as u64;
    let name = match files.recording.name.as_str() {
        "" => "Files",
        name => name,
    };
    // Files of other names may be anything: a person says that they belong together.
    let others = match files.others_of_recording().is_empty() {
        true => files.others_of_shard(),
        false => Vec::new(),
    };
    let as_one = use_state_eq(|| None::<Option<usize>>);
    let on_as_one = {
        let (files, opener, as_one) = (files.clone(), props.opener.clone(), as_one.setter());
        Callback::from(move |_: MouseEvent| {
            as_one.set(Some(files.open));
            opener.add_all(files.clone());
        })
    };
    html! {
        <section class="pane pane-left recording" aria-label="Recording">
            <div class="pane-head">
                <h2>
                    <bdi title={files.recording.name.clone()}>{ name }</bdi>
                    <span class="pane-count">{ format::count(count, "file", "files") }</span>
                </h2>
                <button
                    class="button button-icon button-bare"
                    type="button"
                    aria-label="Close files"
                    title="Close files"
                    onclick={on_close}
                >
                    { icon(Icon::Close) }
                </button>
            </div>
            if !others.is_empty() {
                <button
                    class="button files-as-one"
                    type="button"
                    disabled={*as_one == Some(files.open)}
                    title="Add the other files of this shard to the open one: one timeline, in which state carries over"
                    onclick={on_as_one}
                >
                    { format!("Show {} as one", format::count(others.len() as u64 + 1, "file", "files")) }
                </button>
            }
            { for notes(props).into_iter().map(|note| html! { <p class="files-note">{ note }</p> }) }
            <List ..props.clone() />
        </section>
    }
}

/// How far the files are that are added, and what is to be known of those that are.
fn notes(props: &RecordingProps) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some((done, of)) = props.adding {
        notes.push(format!("Reading files: {done} of {of}"));
    }
    if let Some(file) = &props.file
        && file.summary.shared_paths > 0
    {
        let paths = format::count(file.summary.shared_paths, "path is", "paths are");
        notes.push(format!("{paths} in several shards: each is shown with its shard"));
    }
    notes
}

/// Which files of the list are in the timeline, and which a person left out of it.
#[derive(Debug, Default, PartialEq)]
struct Shown {
    shown: BTreeSet<String>,
    left_out: BTreeSet<String>,
}

impl Shown {
    fn of(file: Option<&OpenFile>) -> Self {
        let names = |files: &[FileSummary]| files.iter().map(FileSummary::full_name).collect();
        file.map_or_else(Self::default, |file| Self {
            shown: names(&file.summary.files),
            left_out: names(&file.summary.hidden),
        })
    }

    /// Whether a file, or anything of a shard, is shown; `None` where it is not in the timeline.
    fn state(&self, name: &str) -> Option<bool> {
        let is_it = |file: &String| file == name || of_shard(file, name);
        match self.shown.iter().any(is_it) {
            true => Some(true),
            false => self.left_out.iter().any(is_it).then_some(false),
        }
    }

    /// The names of what is left out once a file, or all of a shard, is turned over.
    fn turned(&self, name: &str) -> Vec<String> {
        let is_it = |file: &&String| *file == name || of_shard(file, name);
        if self.state(name) == Some(false) {
            return self.left_out.iter().filter(|file| !is_it(file)).cloned().collect();
        }
        let more = self.shown.iter().filter(is_it);
        self.left_out.iter().chain(more).cloned().collect()
    }

    /// Whether there is anything to choose from.
    fn are_several(&self) -> bool {
        self.shown.len() + self.left_out.len() > 1
    }
}

/// Whether a file is of a shard, which is named `shard/`.
fn of_shard(file: &str, shard: &str) -> bool {
    let name = shard.strip_suffix('/').zip(file.rsplit_once('/'));
    name.is_some_and(|(shard, (of, _))| shard == of)
}

/// The list itself: a tree of shards and their files.
#[component]
fn List(props: &RecordingProps) -> Html {
    let RecordingProps { files, coming, opener, .. } = props;
    let in_timeline = {
        let file = props.file.clone();
        let facts =
            file.as_ref().map(|file| (file.summary.files.clone(), file.summary.hidden.clone()));
        use_memo(facts, move |_| Shown::of(file.as_deref()))
    };
    let turn = {
        let (opener, in_timeline) = (opener.clone(), Rc::clone(&in_timeline));
        Callback::from(move |name: String| {
            opener.ask(Request::LeaveOut { names: in_timeline.turned(&name) });
        })
    };
    let zone = use_zone();
    let node = use_node_ref();
    let size = use_size(&node);
    let closed = use_state_eq(BTreeSet::<usize>::new);
    let active = use_state_eq(|| None::<u32>);
    let known = (files.recording.clone(), files.facts.clone(), files.unlisted.clone());
    let rows = {
        let files = files.clone();
        use_memo(((*closed).clone(), known), move |(closed, _)| files.rows(closed))
    };
    let table = VirtualWindow { rows: rows.len() as u32, row_height: ROW, viewport: size.height };
    let scroll = use_scroll(&node, table);
    let top = scroll.top.min(table.max_top());
    // Other files begin at their top, with the one that is open in view.
    let list = format!("{:p}", Rc::as_ptr(&files.unlisted));
    use_from_the_top(list.clone().into(), &node, None, scroll.dispatcher());
    {
        let (rows, active) = (rows.clone(), active.setter());
        let (files, open) = (files.clone(), coming.or(files.open));
        use_effect_with((list, open, size.height > 0.0), move |_| {
            active.set(open.and_then(|open| row_of(&files, &rows, open)));
        });
    }
    {
        let (dispatch, node) = (scroll.dispatcher(), node.clone());
        use_effect_with((*active, size.height > 0.0), move |(active, _)| {
            if let (Some(row), Some(element)) = (active, node.cast::<Element>()) {
                dispatch.dispatch(ScrollAction::Reveal { row: *row, table, element });
            }
        });
    }
    let rendered = table.rendered(top);
    use_looks(files, &rows[as_range(&rendered)], opener);
    let onscroll = {
        let (dispatch, node) = (scroll.dispatcher(), node.clone());
        Callback::from(move |_: Event| {
            if let Some(element) = node.cast::<Element>() {
                let now = f64::from(element.scroll_top());
                dispatch.dispatch(ScrollAction::Scrolled { now, table });
            }
        })
    };
    let act = {
        let (files, opener, closed) = (files.clone(), opener.clone(), closed.clone());
        Callback::from(move |row: Row| match key_of(row) {
            Some(key) => {
                let mut now = (*closed).clone();
                if !now.remove(&key) {
                    now.insert(key);
                }
                closed.set(now);
            }
            None => {
                if let Some(file) = file_of(&files, row) {
                    opener.switch(&files, file.number);
                }
            }
        })
    };
    let onkeydown = {
        let (act, rows, closed) = (act.clone(), rows.clone(), closed.clone());
        let (active, files) = (active.clone(), files.clone());
        let (turn, in_timeline) = (turn.clone(), Rc::clone(&in_timeline));
        Callback::from(move |event: KeyboardEvent| {
            if event.alt_key() || event.ctrl_key() || event.meta_key() {
                return;
            }
            if let Some(row) = key_row(&event.key(), *active, table) {
                event.prevent_default();
                return active.set(Some(row));
            }
            let Some(row) = active.and_then(|at| rows.get(at as usize)).copied() else { return };
            if event.key() == "x" {
                if let Some(name) =
                    name_of(&files, row).filter(|it| in_timeline.state(it).is_some())
                {
                    event.prevent_default();
                    event.stop_propagation();
                    turn.emit(name);
                }
                return;
            }
            let is_closed = key_of(row).map(|key| closed.contains(&key));
            match (&*event.key(), is_closed) {
                ("Enter" | " ", _) | ("ArrowRight", Some(true)) | ("ArrowLeft", Some(false)) => {
                    event.prevent_default();
                    act.emit(row);
                }
                _ => {}
            }
        })
    };
    let shown_active = active.filter(|row| rendered.contains(row));
    let y = table.y(rendered.start, top, scroll.scroll);
    let height = ROW * MAX_ROWS.min(f64::from(table.rows));
    html! {
        <div
            class="tree files"
            ref={node}
            role="tree"
            tabindex="0"
            aria-label="Files"
            aria-activedescendant={shown_active.map(id)}
            ~style={JsValue::from(format!("--row: {ROW}px; --files: {height}px"))}
            {onscroll}
            {onkeydown}
        >
            <div
                class="grid-space"
                role="presentation"
                ~style={JsValue::from(format!("height: {}px", table.space()))}
            >
                <div
                    class="grid-rows"
                    role="presentation"
                    ~style={JsValue::from(format!("transform: translateY({y}px)"))}
                >
                    { for rendered.filter_map(|index| {
                        let row = *rows.get(index as usize)?;
                        let onclick = {
                            let (act, active) = (act.clone(), active.setter());
                            Callback::from(move |_: MouseEvent| {
                                active.set(Some(index));
                                act.emit(row);
                            })
                        };
                        let line = Line {
                            files,
                            row,
                            zone,
                            is_closed: key_of(row).map(|key| closed.contains(&key)),
                            is_open: file_of(files, row).is_some_and(|file| Some(file.number) == coming.or(files.open)),
                            in_timeline: &in_timeline,
                            turn: &turn,
                        };
                        Some(line.show(index, shown_active == Some(index), onclick))
                    }) }
                </div>
            </div>
        </div>
    }
}

/// Finds out more of the files in view.
#[hook]
fn use_looks(files: &Files, rows: &[Row], opener: &Opener) {
    let wanted: Vec<usize> = rows
        .iter()
        .filter_map(|row| file_of(files, *row))
        .map(|file| file.number)
        .filter(|number| files.fact(*number).is_none_or(|fact| fact.layout.is_none()))
        .filter(|number| files.places.get(*number).is_some_and(super::Place::is_at_hand))
        .filter(|number| files.open != Some(*number))
        .collect();
    let (files, opener) = (files.clone(), opener.clone());
    let list = Rc::as_ptr(&files.recording) as usize;
    use_effect_with((list, wanted), move |(_, wanted)| {
        if !wanted.is_empty() {
            opener.look_at(files, wanted.clone());
        }
    });
}

fn as_range(rows: &std::ops::Range<u32>) -> std::ops::Range<usize> {
    rows.start as usize..rows.end as usize
}

fn id(index: u32) -> String {
    format!("file-row-{index}")
}

/// What a click on a row closes or opens, where it is the head of something.
const fn key_of(row: Row) -> Option<usize> {
    match row {
        Row::Shard(shard) => Some(shard),
        Row::LeftOut => Some(LEFT_OUT),
        Row::File(..) | Row::Left(_) => None,
    }
}

/// The file of a row.
fn file_of(files: &Files, row: Row) -> Option<&ShardFile> {
    let Row::File(shard, file) = row else { return None };
    files.recording.shards.get(shard)?.files.get(file)
}

/// What a row is called in the timeline: `shard/name`, or `shard/`.
fn name_of(files: &Files, row: Row) -> Option<String> {
    match row {
        Row::Shard(nth) => Some(format!("{}/", files.recording.shards.get(nth)?.name)),
        Row::File(..) => Some(file_of(files, row)?.label.clone()),
        Row::LeftOut | Row::Left(_) => None,
    }
}

/// The row of a file.
fn row_of(files: &Files, rows: &[Row], number: usize) -> Option<u32> {
    let is_it = |row: &Row| file_of(files, *row).is_some_and(|file| file.number == number);
    rows.iter().position(is_it).and_then(|row| u32::try_from(row).ok())
}

/// A row, with what it needs to be shown.
struct Line<'a> {
    files: &'a Files,
    row: Row,
    zone: Zone,
    is_closed: Option<bool>,
    is_open: bool,
    in_timeline: &'a Shown,
    turn: &'a Callback<String>,
}

impl Line<'_> {
    /// What the row is called in the timeline: `shard/name`, or `shard/`.
    fn name_in_timeline(&self) -> Option<String> {
        name_of(self.files, self.row)
    }

    /// The box that leaves the row out of the timeline, or takes it back.
    fn choice(&self) -> Html {
        let Some(name) = self.name_in_timeline().filter(|_| self.in_timeline.are_several()) else {
            return Html::default();
        };
        let Some(is_shown) = self.in_timeline.state(&name) else { return Html::default() };
        let label = match self.row {
            Row::Shard(_) => format!("Show shard {}", name.trim_end_matches('/')),
            _ => format!("Show {name}"),
        };
        let onchange = self.turn.reform(move |_: Event| name.clone());
        // A click on the box opens nothing.
        let onclick = Callback::from(|event: MouseEvent| event.stop_propagation());
        html! {
            <input
                class="file-choice"
                type="checkbox"
                tabindex="-1"
                checked={is_shown}
                aria-label={label.clone()}
                title={label}
                {onchange}
                {onclick}
            />
        }
    }

    fn show(&self, index: u32, active: bool, onclick: Callback<MouseEvent>) -> Html {
        let (level, name, beside, below) = self.words();
        let is_left = matches!(self.row, Row::Left(_));
        let name_there = self.name_in_timeline();
        let is_hidden = name_there.is_some_and(|name| self.in_timeline.state(&name) == Some(false));
        html! {
            <div
                key={index}
                id={id(index)}
                class={classes!(
                    "tree-row",
                    "file-row",
                    active.then_some("grid-row-active"),
                    self.is_open.then_some("tree-row-selected"),
                    (is_left || is_hidden).then_some("file-row-left"),
                )}
                role="treeitem"
                aria-level={level.to_string()}
                aria-expanded={self.is_closed.map(|closed| (!closed).to_string())}
                aria-selected={self.is_open.to_string()}
                aria-disabled={is_left.then_some("true")}
                aria-keyshortcuts="x"
                title={format!("{name}\n{below}")}
                {onclick}
            >
                <span class="tree-mark" aria-hidden="true">
                    { match self.is_closed { Some(true) => "▸", Some(false) => "▾", None => "" } }
                </span>
                <span class="file-words">
                    <span class="file-line">
                        <bdi class="tree-name">{ shown_name(&name) }</bdi>
                        <span class="tree-count">{ beside }</span>
                    </span>
                    <span class="file-line file-below">{ below }</span>
                </span>
                { self.choice() }
            </div>
        }
    }

    /// How deep the row is, its name, what stands beside and what below it.
    fn words(&self) -> (u8, String, String, String) {
        let Self { files, row, .. } = self;
        match row {
            Row::Shard(nth) => {
                let Some(shard) = files.recording.shards.get(*nth) else {
                    return Default::default();
                };
                let count = format::count(shard.files.len() as u64, "file", "files");
                let below = match shard.span() {
                    (Some(from), Some(to)) if from < to => self.stretch(from, to),
                    (_, Some(end)) => format!("rotated {}", self.time(end)),
                    _ => String::new(),
                };
                (1, format!("Shard {}", shard.name), count, below)
            }
            Row::File(..) => {
                let Some(file) = file_of(files, *row) else { return Default::default() };
                let fact = files.fact(file.number);
                let size = fact.and_then(|fact| fact.length).map(format::bytes);
                (2, file.label.clone(), size.unwrap_or_default(), self.below(file, fact))
            }
            Row::LeftOut => {
                let count = files.left_out().len() as u64;
                (1, "Left out".to_owned(), format::count(count, "file", "files"), String::new())
            }
            Row::Left(nth) => {
                let left_out = files.left_out();
                let (name, why) = left_out.get(*nth).copied().unwrap_or_default();
                (2, name.to_owned(), String::new(), why.to_owned())
            }
        }
    }

    /// When a file is, and its layout.
    fn below(&self, file: &ShardFile, fact: Option<&Fact>) -> String {
        let time = match (fact.and_then(|fact| fact.extent), file.kind, file.span) {
            (Some((first, last)), ..) => self.stretch(first, last),
            (None, Kind::PathIndex, _) => "paths of the shard".to_owned(),
            (None, _, (Some(from), Some(to))) => self.stretch(from, to),
            (None, _, (Some(from), None)) => format!("since {}", self.time(from)),
            (None, _, (None, Some(to))) => format!("until {}", self.time(to)),
            (None, _, (None, None)) => String::new(),
        };
        let layout = fact.and_then(|fact| fact.layout).filter(|_| file.kind != Kind::PathIndex);
        let parts: Vec<&str> = [time.as_str(), layout.unwrap_or_default()]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect();
        parts.join(" · ")
    }

    fn time(&self, time: Timestamp) -> String {
        format::time_short(self.zone.wall(time), SECOND)
    }

    fn stretch(&self, from: Timestamp, to: Timestamp) -> String {
        if from == to {
            return self.time(from);
        }
        let [from, to] = [from, to].map(|time| self.zone.wall(time));
        let end = match format::is_one_day(from, to) {
            true => format::clock_short,
            false => format::time_short,
        };
        format!("{} – {}", format::time_short(from, SECOND), end(to, SECOND))
    }
}

/// A name with the shard before it dimmed.
fn shown_name(label: &str) -> Html {
    let (shard, name) = label.split_at(label.rfind('/').map_or(0, |slash| slash + 1));
    html! { <><span class="file-shard">{ shard }</span>{ name }</> }
}
