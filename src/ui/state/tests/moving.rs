//! Where the playhead is, and what of the time is seen.

use super::*;

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
    // 100,000 batches within 3,600 frames.
    assert_eq!(*asked, Request::Seek { position: Some(at(0)), expression: "+28".into() });
    state.apply(Action::Tick(16.0));
    assert_eq!(state.seek_request().unwrap(), asked, "one step at a time");
    state.apply(answer((*asked).clone(), Ok(Response::Moved { position: Some(at(9)) })));
    state.apply(image(state.image_query().unwrap(), 1));
    state.apply(Action::Tick(32.0));
    assert_eq!((state.position, state.playback.playing), (Some(at(0)), true));
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
    let mut state = State::new(link, Theme::System, Zone::Utc);
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
