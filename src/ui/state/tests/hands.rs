//! What hands do to a page: they drag, they play and look, they go back and forth.

use super::*;
use crate::protocol::views::{Series, Track, ValuesQuery};
use crate::ui::hand::{Axis, Hand};

fn run(actions: impl IntoIterator<Item = Action>) -> Rc<State> {
    actions.into_iter().fold(Rc::new(State::default()), |state, action| state.reduce(action))
}

/// An image of the rows of these ids, as many as are asked for, in this order.
fn rows(query: ImageQuery, ids: &[u32]) -> Action {
    let row = |id: &u32| ImageRow {
        id: *id,
        path: Some(format!("/p{id}")),
        kind: "null".into(),
        value: "null".into(),
        updated: query.at,
    };
    let here = ids.iter().skip(query.first as usize).take(query.count as usize);
    let page = ImagePage {
        at: query.at,
        total: ids.len() as u32,
        first: query.first,
        rows: here.map(row).collect(),
        problems: Vec::new(),
    };
    answer(Request::Image(query), Ok(Response::Image(page)))
}

#[test]
fn the_selection_is_a_path_wherever_its_row_goes() {
    let mut state = run([open("a", Some(0), Some(9))]);
    let show = |state: Rc<State>, ids: &[u32]| {
        let query = state.image_query().unwrap();
        state.reduce(rows(query, ids))
    };
    state = show(state, &[5, 6, 7]);
    state = state.reduce(Action::Activate(1));
    assert_eq!(state.selected, Some(Subject::Id(6)));
    // The rows change places, as they do while it plays, sorted by their values.
    for (second, ids, row) in [(1, [6, 5, 7], 0), (2, [5, 7, 6], 2)] {
        state = state.reduce(Action::GoTo(at(second)));
        state = show(state, &ids);
        assert_eq!((&state.selected, state.active.row()), (&Some(Subject::Id(6)), Some(row)));
    }
    // A path that is chosen elsewhere stays chosen, and its row is the active one.
    state = state.reduce(Action::Select(Subject::Path("/p7".into())));
    assert_eq!(state.active.row(), Some(1));
    state = state.reduce(Action::GoTo(at(3)));
    state = show(state, &[5, 6, 7]);
    assert_eq!(state.selected, Some(Subject::Path("/p7".into())));
    assert_eq!(state.active.row(), Some(2));
    // Where it is not, no other row is active.
    state = state.reduce(Action::GoTo(at(4)));
    state = show(state, &[5, 6, 8]);
    assert_eq!(state.active.row(), None);
    assert_eq!(state.selected, Some(Subject::Path("/p7".into())));
    // A row that is not here yet is waited for, unless something else is chosen meanwhile.
    state = state.reduce(Action::Activate(9)).reduce(Action::Select(Subject::Id(8)));
    state = show(state, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!((&state.selected, state.active.row()), (&Some(Subject::Id(8)), Some(8)));
}

#[test]
fn a_drag_of_fifty_moves_is_one_selection_and_one_step_of_undo() {
    let mut state = run([open("a", Some(0), Some(100)), Action::GoTo(at(55))]);
    state = state.reduce(Action::Range(Some((at(10), at(90)))));
    let before = state.clone();
    let mut hand = Hand::default();
    let drag = |state: &mut Rc<State>, act: &mut dyn FnMut(&Axis) -> Option<Action>| {
        let whole = state.extent().unwrap();
        let scale = Scale::new(whole.0, whole.1, 1_000.0);
        let axis = Axis { scale, whole, position: state.position.unwrap() };
        if let Some(action) = act(&axis) {
            *state = state.clone().reduce(action);
        }
    };
    drag(&mut state, &mut |axis| hand.down(1, 400.0, true, axis));
    for step in 1..=50 {
        let x = 400.0 + f64::from(step) * 6.0;
        drag(&mut state, &mut |axis| hand.moved(1, x, axis));
        assert_eq!((state.position, state.range), (Some(at(55)), before.range));
    }
    assert_eq!(state.preview, Some((at(40), at(70))));
    drag(&mut state, &mut |axis| hand.up(1, axis));
    assert_eq!((state.range, state.preview), (Some((at(40), at(70))), None));
    assert_eq!(state.position, Some(at(55)), "it is inside what is selected");
    state = state.reduce(Action::Undo);
    assert_eq!((state.range, state.position), (before.range, before.position));
    state = state.reduce(Action::Undo);
    assert_eq!(state.range, None);
    // Given up, it leaves nothing behind.
    drag(&mut state, &mut |axis| hand.down(1, 400.0, true, axis));
    drag(&mut state, &mut |axis| hand.moved(1, 500.0, axis));
    assert!(state.preview.is_some());
    drag(&mut state, &mut |_| hand.cancel());
    assert_eq!((state.range, state.preview), (None, None));
    state = state.reduce(Action::Undo);
    assert_eq!(state.status, "Nothing to undo");
}

#[test]
fn back_leads_to_the_time_that_was() {
    let mut state = run([open("a", Some(0), Some(100))]);
    let mut before = Vec::new();
    for (range, time, zoom) in [
        (Some((at(10), at(20))), at(15), None),
        (Some((at(60), at(80))), at(70), Some((at(0), at(30)))),
        (None, at(5), Some((at(90), at(95)))),
    ] {
        state = state.reduce(Action::Range(range)).reduce(Action::GoTo(time));
        // Where the playhead is and what is seen are two things.
        state = state.reduce(Action::Zoom(zoom));
        before.push(state.link());
    }
    let steps = state.undo.len();
    for link in before.iter().rev().chain(&before) {
        state = state.reduce(Action::Follow(Link::parse(&link.hash())));
        assert_eq!(state.link(), *link);
    }
    assert_eq!(state.undo.len(), steps, "to go back is no selection");
}

#[test]
fn a_slow_scan_keeps_the_zoom_of_its_link() {
    let link = Link { at: Some(at(50)), zoom: Some((at(60), at(80))), ..Link::default() };
    let scan = |last: i64, scan: ScanState| Summary { scan, ..summary("a", Some(0), Some(last)) };
    let scanned = |summary: Summary| Action::Worker(Event::Scanned { summary, now: 0.0 });
    let opened = Response::Opened(scan(10, ScanState::Going));
    let state = run([
        Action::Follow(link),
        answer(Request::Open { name: "a".into() }, Ok(opened)),
        scanned(scan(30, ScanState::Going)),
        scanned(scan(70, ScanState::Going)),
        scanned(scan(100, ScanState::Over)),
    ]);
    assert_eq!((state.position, state.zoom), (Some(at(50)), Some((at(60), at(80)))));
}

fn track(id: u32, path: &str) -> Track {
    let (min, max, runs, states) = (vec![1.0], vec![1.0], Vec::new(), Vec::new());
    let path = Some(path.to_owned());
    Track { id, path, min, max, runs, states, updates: 1, numbers: 1, range: None }
}

fn values(query: ValuesQuery) -> Action {
    let request = Request::View(ViewRequest::Values(query));
    answer(request, Ok(Response::View(ViewResponse::Values(Vec::new()))))
}

#[test]
fn values_stay_until_there_are_newer_ones_and_each_goes_where_it_belongs() {
    let mut state = run([open("a", Some(0), Some(9)), Action::TogglePin(3, "/p3".into())]);
    let pins = state.values_query().unwrap();
    state = state.reduce(values(pins.clone()));
    state = state.reduce(Action::Play(true)).reduce(Action::Tick(0.0)).reduce(Action::Tick(100.0));
    let shown = state.pins.values.clone().unwrap();
    assert!(shown.are_behind(state.position), "they are of before");
    assert_eq!((shown.of(3), shown.of(4)), (Some(None), None));
    // A late answer comes when the plot is shown, and is the pins' all the same.
    state = state.reduce(Action::Show(View::Plot)).reduce(Action::PlotRoom(1));
    state = state.reduce(Action::TogglePlotted(Subject::Id(8)));
    let series = Series { progress: (1, 1), tracks: vec![track(8, "/p8"), track(8, "/p8")] };
    let request = Request::View(ViewRequest::Series(state.series_query().unwrap()));
    let told = Response::View(ViewResponse::Series(series));
    state = state.reduce(answer(request, Ok(told)));
    let plot = state.values_query().unwrap();
    assert_eq!(plot.ids, [8], "one track for each path");
    state = state.reduce(values(ValuesQuery { at: at(7), ..pins }));
    assert_eq!(state.pins.values.as_ref().map(|values| values.query.at), Some(at(7)));
    assert_eq!(state.plot.values, None);
    state = state.reduce(values(plot.clone()));
    assert_eq!(state.plot.values.as_ref().map(|values| values.query.at), Some(plot.at));
    // Added by its number, the path has a name by now, by which it is taken away again.
    assert_eq!(*state.plot.subjects, [Subject::Path("/p8".into())]);
    state = state.reduce(Action::TogglePlotted(Subject::Id(8)));
    assert!(state.plot.subjects.is_empty());
}

mod random {
    use super::*;
    use crate::query::value_filter::Column;
    use proptest::prelude::*;

    fn time() -> impl Strategy<Value = Timestamp> {
        (-10_i64..110).prop_map(at)
    }

    fn stretch() -> impl Strategy<Value = Option<(Timestamp, Timestamp)>> {
        prop_oneof![Just(None), (time(), time()).prop_map(Some)]
    }

    fn zoom() -> impl Strategy<Value = Option<(Timestamp, Timestamp)>> {
        let part = (0_i64..99, 1_i64..50).prop_map(|(from, long)| (from, (from + long).min(100)));
        prop_oneof![Just(None), part.prop_map(|(from, to)| Some((at(from), at(to))))]
    }

    fn path() -> impl Strategy<Value = String> {
        prop_oneof!["/p[0-9]", "/[a-z%#&+;,*()é ]{0,6}"]
    }

    fn link() -> impl Strategy<Value = Link> {
        let of = (time(), stretch(), zoom(), path(), proptest::option::of(0..View::ALL.len()));
        of.prop_map(|(at, range, zoom, path, view)| Link {
            at: Some(at),
            from: range.map(|(from, _)| from),
            to: range.map(|(_, to)| to),
            zoom,
            path: Some(path.clone()),
            plot: vec![path],
            view: view.map(|nth| View::ALL[nth]),
            ..Link::default()
        })
    }

    fn action() -> impl Strategy<Value = Action> {
        prop_oneof![
            time().prop_map(Action::GoTo),
            stretch().prop_map(Action::Range),
            stretch().prop_map(Action::Preview),
            zoom().prop_map(Action::Zoom),
            (0.1..10.0).prop_map(Action::ZoomBy),
            Just(Action::RangeStart),
            Just(Action::RangeEnd),
            Just(Action::Undo),
            (0_u32..12).prop_map(Action::Activate),
            (0_u32..12).prop_map(Action::ActivateStatistics),
            (0_u32..12).prop_map(|id| Action::Select(Subject::Id(id))),
            path().prop_map(|path| Action::Select(Subject::Path(path))),
            path().prop_map(|path| Action::TogglePlotted(Subject::Path(path))),
            (0_u32..12).prop_map(|id| Action::TogglePlotted(Subject::Id(id))),
            (0_u32..12).prop_map(|id| Action::TogglePin(id, format!("/p{id}").into())),
            path().prop_map(|text| Action::Filter(text.into())),
            any::<bool>().prop_map(Action::Play),
            (0.0..1e6).prop_map(Action::Tick),
            (0..View::ALL.len()).prop_map(|nth| Action::Show(View::ALL[nth])),
            Just(Action::Sort(Column::Value)),
            link().prop_map(Action::Follow),
        ]
    }

    /// What happens, and then perhaps an answer with the rows in some order.
    fn steps() -> impl Strategy<Value = Vec<(Action, Option<Vec<u32>>)>> {
        let ids = proptest::option::of(Just((0..10).collect::<Vec<u32>>()).prop_shuffle());
        proptest::collection::vec((action(), ids), 1..40)
    }

    proptest! {
        #[test]
        fn whatever_is_done_the_page_is_of_one_piece(steps in steps()) {
            let mut state = run([open("a", Some(0), Some(100))]);
            for (action, ids) in steps {
                let before = state.clone();
                state = state.reduce(action.clone());
                if let Action::Range(_) | Action::RangeStart | Action::RangeEnd = action {
                    let of = |state: &State| (state.range, state.zoom, state.position);
                    if state.range != before.range {
                        let undone = state.clone().reduce(Action::Undo);
                        prop_assert_eq!(of(&undone), of(&before), "undo of {:?}", action);
                    }
                }
                if let Some(ids) = ids {
                    let query = state.image_query().unwrap();
                    state = state.reduce(rows(query, &ids));
                }
                let (first, last) = state.bounds().unwrap();
                let position = state.position.unwrap();
                prop_assert!(first <= position && position <= last, "after {:?}", action);
                let link = state.link();
                prop_assert_eq!(Link::parse(&link.hash()), link);
                let is_shown = state.shown.as_ref().and_then(|it| it.row(state.active.row()?));
                if let Some(row) = is_shown {
                    let selected = state.selected.clone().unwrap();
                    prop_assert!(selected.is(row.id, row.path.as_deref()), "after {:?}", action);
                }
                // A link to it brings it back.
                let back = state.clone().reduce(Action::Follow(state.link()));
                prop_assert_eq!(
                    (back.range, back.zoom, back.position, back.view),
                    (state.range, state.zoom, state.position, state.view)
                );
            }
        }
    }
}
