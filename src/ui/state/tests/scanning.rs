//! Files that are scanned while they are looked at, and files that grow.

use super::*;

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
        let mut state =
            State::new(Link::parse("#at=1970-01-01T00:00:55Z"), Theme::System, Zone::Utc);
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
