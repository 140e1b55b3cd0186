//! What the views beside the image are answered, against the golden files.

mod arrangement;
mod batches;
mod compare;
mod details;
mod find;
mod series;
mod statistics;
mod tree;

use netidx_archive_viewer::{
    protocol::{
        Failure, Request, Response,
        views::{ViewRequest, ViewResponse},
    },
    session::Session,
};

/// A session with a file open.
pub fn session(bytes: &[u8]) -> Session {
    let mut session = Session::new();
    session.open("file".to_owned(), bytes.to_vec()).expect("golden files open");
    session
}

/// What a view is answered.
pub fn ask(session: &mut Session, request: ViewRequest) -> Result<ViewResponse, Failure> {
    match session.handle(Request::View(request))? {
        Response::View(response) => Ok(response),
        other => panic!("no answer of a view: {other:?}"),
    }
}

/// The text of a value as a history shows it, without the note on how long the whole is.
pub fn in_row(plain: &str) -> String {
    match plain.len() {
        ..=1_024 => plain.to_owned(),
        _ => format!("{}…", &plain[..plain.floor_char_boundary(1_024)]),
    }
}

/// What stands before that note.
pub fn without_note(shown: &str) -> String {
    let cut = shown.ends_with(')').then(|| shown.rsplit_once("… (")).flatten();
    cut.map_or_else(|| shown.to_owned(), |(start, _)| format!("{start}…"))
}
