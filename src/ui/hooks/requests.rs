//! Asks the worker for what the state wants, whenever it wants something else.

use crate::client::Client;
use crate::protocol::Request;
use crate::ui::state::{Action, State};
use yew::prelude::*;

/// Starts the worker and keeps it asked. Gives the client, for opening files.
#[hook]
pub fn use_requests(state: &UseReducerHandle<State>) -> Client {
    let dispatch = state.dispatcher();
    let client = use_state(|| {
        Client::start(Callback::from(move |event| dispatch.dispatch(Action::Worker(event))))
    });
    let file = state.file.as_ref().map(|file| file.serial);
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
        use_effect_with((file, state.seek_request()), move |(_, request)| {
            if let Some(request) = request {
                client.ask((**request).clone());
            }
        });
    }
    (*client).clone()
}
