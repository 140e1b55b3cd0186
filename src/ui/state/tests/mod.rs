//! The reducer, driven by actions alone.

mod hands;
mod moving;
mod opening;
mod scanning;

use super::*;
use crate::client::Event;
use crate::protocol::ScanState;
use crate::protocol::views::ViewResponse;
use crate::protocol::{Failure, ImageRow, Names, Problem, Response};
use crate::query::value_filter::{Column, Order};
use crate::time::Span;
use crate::ui::files::Listed;
use yew::Reducible;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanos(seconds * 1_000_000_000)
}

fn summary(name: &str, first: Option<i64>, last: Option<i64>) -> Summary {
    Summary {
        name: name.to_owned(),
        length: 1,
        committed: 1,
        version: 0,
        compressed: false,
        indexed: true,
        delta_batches: 100_000,
        image_batches: 3,
        paths: 5_000,
        names: Names::Own,
        is_path_index: false,
        first: first.map(at),
        last: last.map(at),
        problems: Vec::new(),
        problem_count: 0,
        scanned: 1_000,
        scan: ScanState::Over,
        files: Vec::new(),
        hidden: Vec::new(),
        shared_paths: 0,
        left_out: Vec::new(),
    }
}

fn answer(request: Request, response: Result<Response, Failure>) -> Action {
    Action::Worker(Event::Answer { request, response, restored: false, late: false })
}

fn failure(kind: &str, message: &str) -> Failure {
    Failure { kind: kind.to_owned(), offset: None, message: message.to_owned() }
}

fn open(name: &str, first: Option<i64>, last: Option<i64>) -> Action {
    answer(Request::Open { name: name.into() }, Ok(Response::Opened(summary(name, first, last))))
}

fn after(actions: impl IntoIterator<Item = Action>) -> State {
    let mut state = State::default();
    actions.into_iter().for_each(|action| state.apply(action));
    state
}

fn image(query: ImageQuery, rows: usize) -> Action {
    let row = |id| ImageRow {
        id,
        path: None,
        kind: "null".into(),
        value: "null".into(),
        updated: query.at,
    };
    let page = ImagePage {
        at: query.at,
        total: rows as u32,
        first: query.first,
        rows: (0..rows as u32).map(row).collect(),
        problems: Vec::new(),
    };
    answer(Request::Image(query), Ok(Response::Image(page)))
}
