//! Makes the whole page a place to drop files on.

use crate::ui::files::Dropped;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::window;
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// Calls `on_files` with what is dropped; gives whether files hover over the page right now.
#[hook]
pub fn use_file_drop(on_files: Callback<Dropped>) -> bool {
    let hovering = use_state(|| false);
    let setter = hovering.setter();
    use_effect_with(on_files, move |on_files| {
        let options = EventListenerOptions::enable_prevent_default();
        let listen = |name: &'static str, heard: Box<dyn Fn(&DragEvent)>| {
            EventListener::new_with_options(&window(), name, options, move |event| {
                if let Some(event) = event.dyn_ref::<DragEvent>()
                    && carries_files(event)
                {
                    heard(event);
                }
            })
        };
        let over = |setter: UseStateSetter<bool>| {
            Box::new(move |event: &DragEvent| {
                // Without this the browser would open the file itself.
                event.prevent_default();
                if let Some(transfer) = event.data_transfer() {
                    transfer.set_drop_effect("copy");
                }
                setter.set(true);
            })
        };
        let on_files = on_files.clone();
        let (entering, hovering, leaving, dropping) =
            (setter.clone(), setter.clone(), setter.clone(), setter);
        let listeners = [
            listen("dragenter", over(entering)),
            listen("dragover", over(hovering)),
            listen(
                "dragleave",
                Box::new(move |event| {
                    // Every element inside is left now and then; only the window has nothing
                    // around it.
                    if event.related_target().is_none() {
                        leaving.set(false);
                    }
                }),
            ),
            listen(
                "drop",
                Box::new(move |event| {
                    event.prevent_default();
                    dropping.set(false);
                    if let Some(transfer) = event.data_transfer() {
                        on_files.emit(Dropped::take(&transfer));
                    }
                }),
            ),
        ];
        move || drop(listeners)
    });
    *hovering
}

fn carries_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|transfer| transfer.types().iter().any(|kind| kind == "Files"))
}
