//! The reducer, driven by actions alone.

use super::*;
use crate::client::Event;
use crate::protocol::ScanState;
use crate::protocol::views::ViewResponse;
use crate::protocol::{Failure, ImageRow, Problem, Response};
use crate::query::value_filter::{Column, Order};
use crate::time::Span;
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
        first: first.map(at),
        last: last.map(at),
        problems: Vec::new(),
        problem_count: 0,
        scanned: 1_000,
        scan: ScanState::Over,
    }
}

fn answer(request: Request, response: Result<Response, Failure>) -> Action {
    Action::Worker(Event::Answer { request, response, restored: false })
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

#[test]
fn opening_shows_the_first_batch_and_says_so() {
    let state = after([open("current", Some(10), Some(20))]);
    assert_eq!(state.position, Some(at(10)));
    assert_eq!(state.status, "Opened current: 100,000 batches, 5,000 paths");
    assert_eq!(state.image_query().unwrap().at, at(10));
    assert!(state.is_behind());
}

#[test]
fn a_link_waits_for_the_file_and_is_kept_inside_it() {
    let link = Link::parse("#at=1970-01-01T00:00:15Z&filter=/a&view=problems");
    let mut state = State::new(link, Theme::System);
    assert_eq!(state.image_query(), None);
    state.apply(open("a", Some(10), Some(20)));
    assert_eq!(state.position, Some(at(15)));
    assert_eq!(state.image_query().unwrap().filter, "/a");
    assert_eq!(state.view, View::Problems);
    state.apply(Action::Follow(Link { at: Some(at(99)), ..Link::default() }));
    assert_eq!(state.position, Some(at(20)));
    state.apply(open("b", Some(30), Some(40)));
    assert_eq!(state.position, Some(at(30)), "a link is used once");
}

#[test]
fn what_is_no_archive_leaves_the_open_file_alone() {
    let mut state = after([open("good", Some(1), Some(2))]);
    let before = state.file.clone();
    state.apply(answer(
        Request::Open { name: "bad".into() },
        Err(failure("magic", "starts with PNG")),
    ));
    assert_eq!(state.file, before);
    assert_eq!(state.alert.as_deref(), Some("bad cannot be opened: starts with PNG"));
    assert_eq!(state.position, Some(at(1)));
}

#[test]
fn steps_add_up_while_one_is_under_way() {
    let mut state = after([open("a", Some(0), Some(9))]);
    state.apply(Action::Move(Movement::Batches(1)));
    let first = state.seek_request().unwrap();
    assert_eq!(*first, Request::Seek { position: Some(at(0)), expression: "+1".into() });
    for step in [1, 1, 1, -1] {
        state.apply(Action::Move(Movement::Batches(step)));
    }
    assert_eq!(state.seek_request().unwrap(), first, "one at a time");
    let moved = Response::Moved { position: Some(at(1)) };
    state.apply(answer((*first).clone(), Ok(moved)));
    assert_eq!(state.position, Some(at(1)));
    let second = state.seek_request().unwrap();
    assert_eq!(*second, Request::Seek { position: Some(at(1)), expression: "+2".into() });
}

#[test]
fn a_hand_on_the_playhead_wins_over_a_movement_under_way() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Move(Movement::Batches(1))]);
    let asked = state.seek_request().unwrap();
    state.apply(Action::GoTo(at(5)));
    state.apply(answer((*asked).clone(), Ok(Response::Moved { position: Some(at(1)) })));
    assert_eq!(state.position, Some(at(5)));
}

#[test]
fn a_seek_that_fails_stays_where_it_was() {
    let mut state = after([
        open("a", Some(0), Some(9)),
        Action::Move(Movement::Expression("tomorrowish".into())),
    ]);
    let asked = state.seek_request().unwrap();
    state.apply(answer((*asked).clone(), Err(failure("seek", "not a time"))));
    assert_eq!(state.position, Some(at(0)));
    assert_eq!(state.seeking.error.as_deref(), Some("not a time"));
    state.apply(Action::EditSeek);
    assert_eq!(state.seeking.error, None);
}

#[test]
fn before_the_first_batch_is_the_first_batch() {
    let mut state = after([open("a", Some(3), Some(9)), Action::Move(Movement::Batches(-1))]);
    let asked = state.seek_request().unwrap();
    state.apply(answer((*asked).clone(), Ok(Response::Moved { position: None })));
    assert_eq!(state.position, Some(at(3)));
}

#[test]
fn a_bad_filter_keeps_the_last_good_rows() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Filter("/a".into())]);
    state.apply(image(state.image_query().unwrap(), 2));
    assert!(!state.is_behind());
    state.apply(Action::Filter("/a/[".into()));
    assert!(state.is_behind());
    let asked = state.image_query().unwrap();
    assert_eq!(asked.filter, "/a/[");
    state.apply(answer(Request::Image(asked), Err(failure("filter", "unclosed ["))));
    assert_eq!(state.filter.error.as_deref(), Some("unclosed ["));
    assert_eq!(state.alert, None);
    assert_eq!(state.shown.as_ref().unwrap().page.rows.len(), 2);
    // Moving on goes on with the filter that works.
    state.apply(Action::GoTo(at(5)));
    let asked = state.image_query().unwrap();
    assert_eq!((asked.at, asked.filter.as_str()), (at(5), "/a"));
    state.apply(image(asked, 2));
    assert_eq!(state.filter.error.as_deref(), Some("unclosed ["));
    assert_eq!(state.filter.text, "/a/[");
    state.apply(Action::Filter("/a/[b]".into()));
    assert_eq!(state.image_query().unwrap().filter, "/a/[b]");
}

#[test]
fn a_file_without_batches_has_no_position() {
    let mut state = after([open("empty", None, None)]);
    assert_eq!(state.position, None);
    assert_eq!(state.image_query(), None);
    assert!(!state.is_behind());
    state.apply(Action::Move(Movement::Batches(1)));
    state.apply(Action::GoToBeginning);
    state.apply(Action::GoTo(at(1)));
    assert_eq!((state.position, state.seek_request()), (None, None));
}

#[test]
fn a_broken_worker_is_told_and_the_file_kept_where_it_can_be() {
    let mut state =
        after([open("a", Some(0), Some(9)), Action::GoTo(at(5)), Action::Filter("/x".into())]);
    let broken =
        |reopening| Action::Worker(Event::Restarted { message: "unreachable".into(), reopening });
    state.apply(broken(true));
    assert!(state.alert.as_deref().unwrap().contains("opened again"));
    let restored = Event::Answer {
        request: Request::Open { name: "a".into() },
        response: Ok(Response::Opened(summary("a", Some(0), Some(9)))),
        restored: true,
    };
    state.apply(Action::Worker(restored));
    let asked = state.image_query().unwrap();
    assert_eq!((asked.at, asked.filter.as_str()), (at(0), ""), "what broke it is not asked again");
    assert!(state.alert.is_some(), "it stays until it is read");
    state.apply(broken(false));
    assert_eq!(state.file, None);
}

#[test]
fn playing_moves_with_the_clock_and_stops_at_the_end() {
    let mut state = after([open("a", Some(0), Some(10)), Action::Speed(Speed::Times(2.0))]);
    state.apply(Action::Play(true));
    for millis in [1_000.0, 1_100.0, 1_200.0] {
        state.apply(Action::Tick(millis));
    }
    // The first frame only starts the clock; 200 ms at twice the speed are 400.
    assert_eq!(state.position, Some(Timestamp::from_nanos(400_000_000)));
    // A page that was away for a minute does not jump a minute.
    state.apply(Action::Tick(61_200.0));
    assert_eq!(state.position, Some(Timestamp::from_nanos(900_000_000)));
    state.apply(Action::Speed(Speed::Times(1_000.0)));
    state.apply(Action::Tick(61_300.0));
    assert_eq!(state.position, Some(at(10)));
    state.apply(Action::Tick(61_400.0));
    assert!(state.playback.playing, "the image of the end is shown first");
    state.apply(image(state.image_query().unwrap(), 1));
    state.apply(Action::Tick(61_500.0));
    assert!(!state.playback.playing);
    // Playing again begins again.
    state.apply(Action::Play(true));
    assert_eq!((state.position, state.playback.playing), (Some(at(0)), true));
}

#[test]
fn playing_without_limit_goes_batch_by_batch_and_may_loop() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Speed(Speed::Unlimited)]);
    state.apply(image(state.image_query().unwrap(), 1));
    state.apply(Action::Loop(true));
    state.apply(Action::Play(true));
    state.apply(Action::Tick(0.0));
    let asked = state.seek_request().unwrap();
    assert_eq!(*asked, Request::Seek { position: Some(at(0)), expression: "+1".into() });
    state.apply(Action::Tick(16.0));
    assert_eq!(state.seek_request().unwrap(), asked, "one step at a time");
    state.apply(answer((*asked).clone(), Ok(Response::Moved { position: Some(at(9)) })));
    state.apply(image(state.image_query().unwrap(), 1));
    state.apply(Action::Tick(32.0));
    assert_eq!((state.position, state.playback.playing), (Some(at(0)), true));
}

#[test]
fn a_selected_row_is_a_selected_path() {
    let mut state = after([open("a", Some(0), Some(9))]);
    assert_eq!(state.details_query(), None);
    state.apply(image(state.image_query().unwrap(), 3));
    state.apply(Action::Activate(2));
    assert_eq!(state.selected, Some(Subject::Id(2)));
    let query = state.details_query().unwrap();
    assert_eq!((query.subject, query.at), (Subject::Id(2), at(0)));
    // A row that is not here yet is selected once it is.
    state.apply(Action::Activate(5));
    assert_eq!(state.selected, Some(Subject::Id(2)));
    state.apply(image(state.image_query().unwrap(), 6));
    assert_eq!(state.selected, Some(Subject::Id(5)));
    state.apply(open("b", Some(0), Some(9)));
    assert_eq!(state.selected, None, "another file has other paths");
}

#[test]
fn a_change_of_the_selected_path_is_a_movement() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Select(Subject::Id(3))]);
    state.apply(Action::Move(Movement::Change { forward: true }));
    let asked = (*state.seek_request().unwrap()).clone();
    let query = StepQuery { subject: Subject::Id(3), from: at(0), forward: true };
    assert_eq!(asked, Request::View(ViewRequest::Step(query)));
    state.apply(answer(asked, Ok(Response::View(ViewResponse::Step(Some(at(4)))))));
    assert_eq!(state.position, Some(at(4)));
    state.apply(Action::Move(Movement::Change { forward: true }));
    let asked = (*state.seek_request().unwrap()).clone();
    state.apply(answer(asked, Ok(Response::View(ViewResponse::Step(None)))));
    assert_eq!(state.position, Some(at(4)));
    assert!(state.status.contains("no further"));
}

#[test]
fn a_link_brings_back_the_plot_and_the_zoom() {
    let link = Link {
        view: Some(View::Plot),
        plot: vec!["/a".to_owned(), "/b".to_owned()],
        zoom: Some((at(20), at(500))),
        ..Link::default()
    };
    // For the next file, and not beyond its end.
    let mut state = after([Action::Follow(link.clone()), open("a", Some(0), Some(100))]);
    assert_eq!(state.link().plot, link.plot);
    assert_eq!(state.zoom, Some((at(20), at(100))));
    // Where the playhead is then moves no zoom.
    let far = Link { zoom: Some((at(60), at(80))), ..link.clone() };
    let actions = [Action::Follow(far), open("a", Some(0), Some(100))];
    let opened = actions.into_iter().fold(Rc::new(State::default()), |state, it| state.reduce(it));
    assert_eq!((opened.position, opened.zoom), (Some(at(0)), Some((at(60), at(80)))));
    // Back and forward in an open one.
    state.apply(Action::Follow(Link { plot: vec!["/c".to_owned()], zoom: None, ..link.clone() }));
    assert_eq!((state.link().plot, state.zoom), (vec!["/c".to_owned()], None));
    state.apply(Action::Follow(link.clone()));
    assert_eq!((state.link().plot, state.zoom), (link.plot, Some((at(20), at(100)))));
    // A time that the file has nothing of is none to zoom to.
    state.apply(Action::Follow(Link { zoom: Some((at(200), at(300))), ..state.link() }));
    assert_eq!(state.zoom, None);
}

#[test]
fn a_selected_time_bounds_the_playhead_and_the_questions() {
    let mut state = after([open("a", Some(0), Some(100)), Action::GoTo(at(50))]);
    state.apply(Action::Show(View::Batches));
    state.apply(Action::Range(Some((at(80), at(60)))));
    assert_eq!(state.range, Some((at(60), at(80))));
    assert_eq!(state.position, Some(at(60)));
    assert_eq!(state.batches_query().unwrap().bounds, Some((at(60), at(80))));
    state.apply(Action::GoTo(at(100)));
    assert_eq!(state.position, Some(at(80)));
    state.apply(Action::GoTo(at(70)));
    state.apply(Action::RangeEnd);
    assert_eq!(state.range, Some((at(60), at(70))));
    let link = Link::parse(&state.link().hash());
    assert_eq!((link.from, link.to), (Some(at(60)), Some(at(70))));
    state.apply(Action::Undo);
    assert_eq!(state.range, Some((at(60), at(80))));
    state.apply(Action::Undo);
    assert_eq!(state.range, None);
    state.apply(Action::Undo);
    assert_eq!(state.status, "Nothing to undo");
    // A link that waits for its file brings its range along.
    let mut state = State::new(link, Theme::System);
    state.apply(open("a", Some(0), Some(65)));
    assert_eq!(state.range, Some((at(60), at(65))));
    assert_eq!(state.position, Some(at(65)));
}

#[test]
fn what_is_zoomed_to_follows_the_playhead() {
    let mut state = after([open("a", Some(0), Some(100)), Action::Room(100)]);
    assert_eq!(state.density_query(), state.overview_query());
    state.apply(Action::Zoom(Some((at(10), at(20)))));
    assert_eq!(state.density_query().unwrap().from, at(10));
    assert_eq!(state.overview_query().unwrap().to, at(100));
    let state = Rc::new(state).reduce(Action::GoTo(at(50)));
    assert_eq!(state.visible(), Some((at(49), at(59))));
    let state = state.reduce(Action::ZoomBy(0.5));
    assert_eq!(
        state.visible(),
        Some((
            at(49).saturating_add(Span::from_nanos(500_000_000)),
            at(54).saturating_add(Span::from_nanos(500_000_000))
        ))
    );
    let state = state.reduce(Action::Zoom(None));
    assert_eq!(state.visible(), Some((at(0), at(100))));
}

#[test]
fn sorting_turns_over_and_conditions_are_asked_for() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Sort(Column::Value)]);
    assert_eq!(state.image_query().unwrap().order, Order { by: Column::Value, descending: false });
    state.apply(Action::Sort(Column::Value));
    assert!(state.image_query().unwrap().order.descending);
    state.apply(Action::Sort(Column::Updated));
    assert!(!state.image_query().unwrap().order.descending);
    state.apply(Action::Values("> x".into()));
    let asked = state.image_query().unwrap();
    state.apply(answer(Request::Image(asked), Err(failure("values", "> needs a number"))));
    assert_eq!(state.values.error.as_deref(), Some("> needs a number"));
    assert_eq!(state.image_query().unwrap().values, "", "the last that worked goes on");
    state.apply(Action::Values("> 1".into()));
    state.apply(image(state.image_query().unwrap(), 1));
    assert_eq!((state.values.error.as_deref(), state.is_behind()), (None, false));
}

#[test]
fn keys_do_what_they_say_and_dialogs_take_turns() {
    let key = |key: &str, ctrl| Action::Key { key: key.to_owned().into(), ctrl, shift: false };
    let mut state = after([open("a", Some(0), Some(9)), key("2", false)]);
    assert_eq!(state.view, View::Batches);
    state.apply(key("?", false));
    assert!(state.help);
    state.apply(key("k", true));
    assert!(state.palette && !state.help);
    state.apply(Action::Palette(false));
    state.apply(key(" ", false));
    assert!(state.playback.playing);
    state.apply(key("p", false));
    assert_eq!(state.status, "No path is selected");
}

/// A summary of a file of 1,000 bytes that is scanned up to `scanned`.
fn part_way(scanned: u64, last: i64, scan: ScanState) -> Summary {
    let whole = summary("a", Some(0), Some(last));
    Summary { length: 1_000, committed: 1_000, scanned, scan, delta_batches: scanned, ..whole }
}

fn scanned(now: f64, scanned: u64, last: i64, scan: ScanState) -> Action {
    Action::Worker(Event::Scanned { summary: part_way(scanned, last, scan), now })
}

fn opened_part_way() -> State {
    let opened = Response::Opened(part_way(100, 10, ScanState::Going));
    after([answer(Request::Open { name: "a".into() }, Ok(opened))])
}

fn refresh(response: Result<Response, Failure>) -> Action {
    answer(Request::Refresh { name: "a".into() }, response)
}

#[test]
fn a_scan_says_its_start_and_its_end_and_moves_nothing() {
    let mut state = opened_part_way();
    assert_eq!(state.status, "Reading a: 100 batches, 5,000 paths so far");
    state.apply(Action::GoTo(at(7)));
    for (tick, bytes) in [(0.0, 200), (200.0, 300), (500.0, 500)] {
        state.apply(scanned(tick, bytes, bytes as i64, ScanState::Going));
        assert!(state.status.starts_with("Reading a: 100 "));
        assert_eq!(
            (state.position, state.extent()),
            (Some(at(7)), Some((at(0), at(bytes as i64))))
        );
    }
    // 300 bytes in 500 ms; 500 are left.
    assert_eq!(state.scan.left.map(f64::round), Some(833.0));
    let before = state.scan.revision;
    state.apply(scanned(900.0, 1_000, 1_000, ScanState::Over));
    assert_eq!(state.status, "Opened a: 1,000 batches, 5,000 paths");
    assert_eq!((state.scan.left, state.position), (None, Some(at(7))));
    assert!(state.scan.revision > before, "what is shown is asked again");
}

#[test]
fn a_scan_can_be_stopped_and_go_on() {
    let mut state = opened_part_way();
    let stopped = Response::Scanned(part_way(400, 40, ScanState::Stopped));
    state.apply(answer(Request::Stop, Ok(stopped)));
    assert_eq!(state.status, "Stopped reading a: 400 batches, 5,000 paths so far");
    let going = Response::Scanned(part_way(400, 40, ScanState::Going));
    state.apply(answer(Request::Resume, Ok(going)));
    assert_eq!(state.status, "Reading a: 400 batches, 5,000 paths so far");
    state.apply(scanned(0.0, 1_000, 99, ScanState::Over));
    assert_eq!(state.status, "Opened a: 1,000 batches, 5,000 paths");
}

#[test]
fn a_link_is_reached_once_its_time_is_known_unless_the_playhead_was_moved() {
    let open = || {
        let mut state = State::new(Link::parse("#at=1970-01-01T00:00:55Z"), Theme::System);
        let opened = Response::Opened(part_way(100, 10, ScanState::Going));
        state.apply(answer(Request::Open { name: "a".into() }, Ok(opened)));
        assert_eq!(state.position, Some(at(10)));
        state
    };
    let mut state = open();
    state.apply(scanned(0.0, 300, 30, ScanState::Going));
    assert_eq!(state.position, Some(at(30)));
    state.apply(scanned(0.0, 900, 90, ScanState::Going));
    assert_eq!(state.position, Some(at(55)));
    state.apply(scanned(0.0, 1_000, 99, ScanState::Over));
    assert_eq!(state.position, Some(at(55)));
    let mut state = open();
    state.apply(Action::GoTo(at(3)));
    state.apply(scanned(0.0, 1_000, 99, ScanState::Over));
    assert_eq!(state.position, Some(at(3)));
}

#[test]
fn following_stays_at_the_end_until_the_playhead_is_moved() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Worker(Event::Held(true))]);
    state.apply(Action::FollowEnd(true));
    assert_eq!((state.position, state.follow.looks), (Some(at(9)), 1));
    let said = state.status.clone();
    for last in [12, 15] {
        let grown = Summary { scanned: 1_000 + last as u64, ..summary("a", Some(0), Some(last)) };
        let going = Summary { scan: ScanState::Going, ..grown.clone() };
        state.apply(refresh(Ok(Response::Scanned(going))));
        state.apply(Action::Worker(Event::Scanned { summary: grown, now: 0.0 }));
        assert_eq!((state.position, state.follow.on), (Some(at(last)), true));
        assert_eq!(state.status, said, "growth is not spoken");
    }
    state.apply(Action::GoTo(at(4)));
    assert!(!state.follow.on);
    state.apply(scanned(0.0, 2_000, 20, ScanState::Over));
    assert_eq!(state.position, Some(at(4)));
}

#[test]
fn a_stale_snapshot_is_replaced_and_what_was_asked_is_asked_again() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Worker(Event::Held(true))]);
    let stale = failure("source", "changed on disk");
    for look in 1..=3 {
        let asked = state.image_query().unwrap();
        state.apply(answer(Request::Image(asked), Err(stale.clone())));
        assert_eq!((state.follow.looks, &state.alert), (look, &None));
        let before = state.scan.revision;
        state.apply(refresh(Ok(Response::Scanned(summary("a", Some(0), Some(9))))));
        assert!(state.scan.revision > before);
    }
    let asked = state.image_query().unwrap();
    state.apply(answer(Request::Image(asked), Err(stale.clone())));
    assert_eq!(state.alert.as_deref(), Some("changed on disk"), "there is an end to it");
    // Without a handle there is no other snapshot.
    let mut state = after([open("a", Some(0), Some(9)), Action::Worker(Event::Held(false))]);
    let asked = state.image_query().unwrap();
    state.apply(answer(Request::Image(asked), Err(stale)));
    assert_eq!((state.follow.looks, state.alert.is_some()), (0, true));
}

#[test]
fn a_file_that_cannot_be_followed_any_more_stays_open() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Worker(Event::Held(true))]);
    state.apply(Action::FollowEnd(true));
    state.apply(refresh(Err(failure("changed", "the file shrank"))));
    let alert = state.alert.clone().unwrap();
    assert!(alert.contains("the file shrank") && alert.contains("no longer followed"), "{alert}");
    assert!(!state.follow.on && state.file.is_some() && state.position.is_some());
    // One that is gone for a moment is waited for.
    state.apply(Action::FollowEnd(true));
    state.apply(Action::Dismiss);
    for is_patient in [true, true, true, false] {
        state.apply(Action::Worker(Event::Lost { message: "not found".into() }));
        assert_eq!((state.follow.on, state.alert.is_none()), (is_patient, is_patient));
    }
}

/// An answer that lacks something is held back while another look at the file may bring it.
#[test]
fn what_is_left_of_a_file_that_shrank_is_shown() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Worker(Event::Held(true))]);
    let asked = state.image_query().unwrap();
    let problem =
        Problem { kind: "source".into(), offset: None, message: "cut".into(), time: None };
    let page =
        ImagePage { at: asked.at, total: 0, first: 0, rows: vec![], problems: vec![problem] };
    let lacking = answer(Request::Image(asked), Ok(Response::Image(page)));
    state.apply(lacking.clone());
    assert_eq!((state.follow.looks, state.shown.is_none()), (1, true));
    let before = state.scan.revision;
    state.apply(refresh(Err(failure("changed", "the file shrank"))));
    assert!(state.scan.revision > before && state.alert.is_some());
    state.apply(lacking);
    assert_eq!((state.follow.looks, state.shown.is_some()), (1, true), "no more looks in vain");
}

#[test]
fn a_file_chosen_again_keeps_the_view_and_says_what_is_new() {
    let mut state = after([open("a", Some(0), Some(9)), Action::Worker(Event::Held(false))]);
    state.apply(Action::GoTo(at(5)));
    let grown = part_way(900, 12, ScanState::Over);
    let going = Summary { scan: ScanState::Going, ..grown.clone() };
    state.apply(refresh(Ok(Response::Scanned(going))));
    state.apply(Action::Worker(Event::Scanned { summary: grown.clone(), now: 0.0 }));
    assert_eq!(state.status, "Read a again: 900 batches, 5,000 paths");
    assert_eq!(state.position, Some(at(5)));
    state.apply(refresh(Ok(Response::Scanned(grown))));
    assert_eq!(state.status, "Read a again: 900 batches, 5,000 paths");
}

#[test]
fn what_a_filter_found_is_said() {
    let mut state = after([open("a", Some(0), Some(9))]);
    state.apply(image(state.image_query().unwrap(), 5));
    assert!(state.status.starts_with("Opened a"), "the first rows are no answer to a filter");
    state.apply(Action::Filter("/x".into()));
    state.apply(image(state.image_query().unwrap(), 2));
    assert_eq!(state.status, "2 rows match");
    state.apply(Action::GoTo(at(5)));
    state.apply(Action::Say("Copied".into()));
    state.apply(image(state.image_query().unwrap(), 3));
    assert_eq!(state.status, "Copied", "a movement is not spoken");
}

#[test]
fn another_of_some_files_is_looked_at_in_the_same_way() {
    let chosen = Chosen {
        files: ByPointer::new(Vec::new()),
        names: Rc::new(vec!["a".into(), "b".into()]),
        nth: 0,
    };
    let mut state = after([Action::Choose(Some(chosen)), open("a", Some(0), Some(9))]);
    for action in [
        Action::Select(Subject::Path("/x".into())),
        Action::Range(Some((at(2), at(6)))),
        Action::GoTo(at(4)),
        Action::Switch(1),
        open("b", Some(3), Some(9)),
    ] {
        state.apply(action);
    }
    assert_eq!((state.position, state.selected_path()), (Some(at(4)), Some("/x")));
    assert_eq!(state.range, Some((at(3), at(6))), "as far as this file has it");
    // A file that cannot be opened leaves the one that is open.
    state.apply(Action::Switch(0));
    state.apply(answer(Request::Open { name: "a".into() }, Err(failure("io", "gone"))));
    assert_eq!(state.chosen.as_ref().map(|chosen| chosen.nth), Some(1));
    // Nothing can be wanted of a time that another file has nothing of.
    state.apply(Action::Switch(0));
    state.apply(open("a", Some(20), Some(30)));
    assert_eq!((state.position, state.range), (Some(at(20)), None));
}
