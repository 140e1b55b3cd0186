//! What the views beside the image are answered, against the golden files.

mod arrangement;
mod batches;
mod details;
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
