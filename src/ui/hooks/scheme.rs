//! Tells when what is drawn looks otherwise: the system turns from light to dark or back, or to
//! forced colours, or the window comes to a screen of another density. Styles follow by themselves,
//! canvases do not.

use gloo::events::EventListener;
use gloo::utils::window;
use yew::prelude::*;

/// A number that changes with the colours of the system and with the density of the screen.
#[hook]
pub fn use_scheme() -> u32 {
    let turns = use_reducer(Turns::default);
    use_media("(prefers-color-scheme: dark)".to_owned(), turns.dispatcher());
    use_media("(forced-colors: active)".to_owned(), turns.dispatcher());
    // A query for a density changes once, when it is left: then the next one is asked.
    let density = window().device_pixel_ratio();
    use_media(format!("(resolution: {density}dppx)"), turns.dispatcher());
    let turn = turns.dispatcher();
    use_effect_with(density.to_bits(), move |density| {
        let density = f64::from_bits(*density);
        // Where the query does not tell: a window of another density has another size as well.
        let listener = EventListener::new(&window(), "resize", move |_| {
            if window().device_pixel_ratio() != density {
                turn.dispatch(());
            }
        });
        move || drop(listener)
    });
    turns.0
}

/// Counts.
#[derive(Default)]
struct Turns(u32);

impl Reducible for Turns {
    type Action = ();

    fn reduce(self: std::rc::Rc<Self>, (): ()) -> std::rc::Rc<Self> {
        Self(self.0.wrapping_add(1)).into()
    }
}

/// Counts the changes of a media query.
#[hook]
fn use_media(query: String, turn: UseReducerDispatcher<Turns>) {
    use_effect_with(query, move |query| {
        let query = window().match_media(query).ok().flatten();
        let listener =
            query.map(|query| EventListener::new(&query, "change", move |_| turn.dispatch(())));
        move || drop(listener)
    });
}
