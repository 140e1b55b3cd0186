//! Asks the worker for what the state wants, whenever it wants something else.

use crate::client::Client;
use crate::protocol::Request;
use crate::protocol::views::ViewRequest;
use crate::ui::state::{Action, State};
use yew::prelude::*;

/// Starts the worker and keeps it asked. Gives the client, for opening files.
#[hook]
pub fn use_requests(state: &UseReducerHandle<State>) -> Client {
    let dispatch = state.dispatcher();
    let client = use_state(|| {
        Client::start(Callback::from(move |event| dispatch.dispatch(Action::Worker(event))))
    });
    // More became known of the file: what is shown may have changed.
    let file = state.file.as_ref().map(|file| (file.serial, state.scan.revision));
    {
        let client = (*client).clone();
        use_effect_with((file, state.image_query()), move |(_, query)| {
            if let Some(query) = query {
                client.ask(Request::Image(query.clone()));
            }
        });
    }
    {
        let client = (*client).clone();
        use_effect_with((file, state.density_query()), move |(_, query)| {
            if let Some(query) = query {
                client.ask(Request::Density(*query));
            }
        });
    }
    {
        let client = (*client).clone();
        // Of the same file nothing is sought twice.
        let file = file.map(|(serial, _)| serial);
        use_effect_with((file, state.seek_request()), move |(_, request)| {
            if let Some(request) = request {
                client.ask((**request).clone());
            }
        });
    }
    use_asked(&client, file, 0, state.details_query().map(ViewRequest::Details));
    let rounds = state.batches.round;
    use_asked(&client, file, rounds, state.batches_query().map(ViewRequest::Batches));
    use_asked(&client, file, 0, state.tree_query().map(ViewRequest::Tree));
    let rounds = state.plot.round;
    use_asked(&client, file, rounds, state.series_query().map(ViewRequest::Series));
    use_asked(&client, file, 0, state.values_query().map(ViewRequest::Values));
    let rounds = state.statistics.round;
    use_asked(&client, file, rounds, state.statistics_query().map(ViewRequest::Statistics));
    let rounds = state.verify.round;
    use_asked(&client, file, rounds, state.verifies().then_some(ViewRequest::Verify));
    use_asked(&client, file, 0, state.compare_query().map(ViewRequest::Compare));
    let rounds = state.find.round;
    use_asked(&client, file, rounds, state.find_query().map(ViewRequest::Find));
    use_asked(&client, file, 0, state.overview_query().map(ViewRequest::Overview));
    (*client).clone()
}

/// Asks for a view whenever the question, or the round of one that is answered in pieces, changes.
#[hook]
fn use_asked(client: &Client, file: Option<(u32, u32)>, round: u32, request: Option<ViewRequest>) {
    let client = client.clone();
    use_effect_with((file, round, request), move |(_, _, request)| {
        if let Some(request) = request {
            client.ask(Request::View(request.clone()));
        }
    });
}
