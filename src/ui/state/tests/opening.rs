//! Files, links, what is asked of a file, and keys.

use super::*;
use crate::ui::keys::{Pressed, action_of};

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
    let mut state = State::new(link, Theme::System, Zone::Utc);
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
        late: false,
    };
    state.apply(Action::Worker(restored));
    let asked = state.image_query().unwrap();
    assert_eq!((asked.at, asked.filter.as_str()), (at(0), ""), "what broke it is not asked again");
    assert!(state.alert.is_some(), "it stays until it is read");
    state.apply(broken(false));
    assert_eq!(state.file, None);
}

#[test]
fn a_selected_row_is_a_selected_path() {
    let mut state = after([open("a", Some(0), Some(9))]);
    assert_eq!(state.details_query(), None);
    let Action::Worker(Event::Answer { request, response: Ok(Response::Image(mut page)), .. }) =
        image(state.image_query().unwrap(), 6)
    else {
        panic!("an image");
    };
    page.rows.truncate(3);
    state.apply(answer(request, Ok(Response::Image(page))));
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
    let press = |state: &mut State, key: &str, ctrl| {
        let pressed = Pressed { key, ctrl, alt: false, shift: false };
        state.apply(action_of(&pressed, state).unwrap());
    };
    let mut state = after([open("a", Some(0), Some(9))]);
    press(&mut state, "2", false);
    assert_eq!(state.view, View::Batches);
    press(&mut state, "?", false);
    assert!(state.help);
    press(&mut state, "k", true);
    assert!(state.palette && !state.help);
    // The one that was closed says so late.
    state.apply(Action::Help(false));
    assert!(state.palette);
    state.apply(Action::Palette(false));
    press(&mut state, " ", false);
    assert!(state.playback.playing);
    press(&mut state, "p", false);
    assert_eq!(state.status, "No path is selected");
}

/// A summary of a file of 1,000 bytes that is scanned up to `scanned`.

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

/// Files at hand, of which one is open or to be opened.
fn files(names: &[&str], open: usize) -> Files {
    let listed = |name: &&str| Listed { path: (*name).to_owned(), length: Some(9) };
    let list: Vec<Listed> = names.iter().map(listed).collect();
    Files { open: Some(open), ..Files::new(&list, Vec::new()) }
}

fn opening(files: &Files, open: usize) -> Action {
    let files = Files { open: Some(open), ..files.clone() };
    let name = files.label(open).to_owned().into();
    Action::Opening(Opening { name, stage: Stage::Reading, files: Some(files) })
}

fn refuse(name: &str, kind: &str) -> Action {
    answer(Request::Open { name: name.into() }, Err(failure(kind, "gone")))
}

#[test]
fn another_of_some_files_is_looked_at_in_the_same_way() {
    let files = files(&["a", "b"], 0);
    let mut state = after([opening(&files, 0), open("a", Some(0), Some(9))]);
    for action in [
        Action::Select(Subject::Path("/x".into())),
        Action::Range(Some((at(2), at(6)))),
        Action::GoTo(at(4)),
        Action::Switch,
        opening(&files, 1),
        open("b", Some(3), Some(9)),
    ] {
        state.apply(action);
    }
    assert_eq!((state.position, state.selected_path()), (Some(at(4)), Some("/x")));
    assert_eq!(state.range, Some((at(3), at(6))), "as far as this file has it");
    assert_eq!(state.files.as_ref().and_then(|files| files.open), Some(1));
    // A file that cannot be opened leaves the one that is open, and is left out.
    [Action::Switch, opening(&files, 0), refuse("a", "not-an-archive")]
        .into_iter()
        .for_each(|action| state.apply(action));
    let known = state.files.clone().unwrap();
    assert_eq!((known.open, known.left_out()), (Some(1), vec![("a", "gone")]));
    state.apply(open("c", Some(0), Some(9)));
    assert_eq!(state.position, Some(at(0)), "what was taken along is for nothing else");
    // Nothing can be wanted of a time that another file has nothing of.
    state.apply(Action::Range(Some((at(2), at(6)))));
    state.apply(Action::Switch);
    state.apply(open("a", Some(20), Some(30)));
    assert_eq!((state.position, state.range), (Some(at(20)), None));
}

#[test]
fn files_that_are_refused_leave_those_of_the_open_file() {
    let good = files(&["a", "b"], 1);
    let mut state = after([opening(&good, 1), open("b", Some(0), Some(9))]);
    let bad = files(&["x", "y"], 0);
    state.apply(opening(&bad, 0));
    assert!(state.files.as_ref().unwrap().is_same_list(&good), "not before it is open");
    state.apply(refuse("x", "not-an-archive"));
    assert!(state.files.as_ref().unwrap().is_same_list(&good) && state.opening.is_none());
    state.apply(opening(&bad, 1));
    state.apply(Action::NotOpened("no archive".to_owned()));
    assert!(state.files.as_ref().unwrap().is_same_list(&good));
    assert_eq!(state.alert.as_deref(), Some("no archive"));
    // Where none is open, another of them can be chosen.
    let state = after([opening(&bad, 0), refuse("x", "not-an-archive")]);
    assert_eq!(state.files.map(|files| files.open), Some(None));
}

#[test]
fn what_comes_too_late_changes_nothing() {
    let late = |response| {
        let request = Request::Open { name: "slow".into() };
        Action::Worker(Event::Answer { request, response, restored: false, late: true })
    };
    let list = files(&["a", "b"], 0);
    let mut state = after([opening(&list, 0), open("a", Some(0), Some(9)), Action::GoTo(at(4))]);
    state.apply(Action::Switch);
    state.apply(opening(&list, 1));
    let before = state.clone();
    state.apply(late(Err(failure("not-an-archive", "no"))));
    assert_eq!(state, before);
    // What the worker opened all the same is shown until the other comes, which loses nothing by it.
    state.apply(late(Ok(Response::Opened(summary("slow", Some(0), Some(9))))));
    assert!(state.opening.is_some() && state.status.contains("Opening b"));
    state.apply(open("b", Some(0), Some(9)));
    assert_eq!(state.position, Some(at(4)));
    assert_eq!(state.files.as_ref().and_then(|files| files.open), Some(1));
}

#[test]
fn a_file_that_changed_is_offered_again() {
    let list = files(&["a"], 0);
    let given = Files { places: list.places.clone(), ..list };
    let state = after([opening(&given, 0), refuse("a", "source")]);
    assert!(state.alert.as_deref().unwrap().starts_with("a cannot be opened"));
    assert!(!state.choose_again, "only what was given as it was then can be chosen again");
}
