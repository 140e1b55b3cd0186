//! Tracks of a plot: equal to the image at every time, and no spike is lost.

use super::{ask, session};
use crate::common::{FIXTURES, time};
use crate::writer::{Layout, UNSUBSCRIBED, Writer, number, text};
use netidx_archive_viewer::{
    protocol::views::{
        Series, SeriesQuery, Subject, Track, ValuesQuery, ViewRequest, ViewResponse,
    },
    query::series::State,
    session::Session,
    time::{Span, Timestamp},
};

fn series(
    session: &mut Session,
    ids: &[u32],
    from: Timestamp,
    to: Timestamp,
    columns: u32,
) -> Series {
    let subjects = ids.iter().map(|id| Subject::Id(*id)).collect();
    let query = SeriesQuery { subjects, from, to, columns };
    for _ in 0..10_000 {
        match ask(session, ViewRequest::Series(query.clone())).expect("a series") {
            ViewResponse::Series(series) if series.progress.0 == series.progress.1 => {
                return series;
            }
            ViewResponse::Series(_) => {}
            other => panic!("no series: {other:?}"),
        }
    }
    panic!("never whole");
}

fn f64_of(n: f64) -> Vec<u8> {
    [&[9][..], &n.to_be_bytes()].concat()
}

fn micros(n: i64) -> Timestamp {
    Timestamp::from_nanos(n * 1_000)
}

/// What the track says holds at the end of its last column.
fn at_end(track: &Track) -> Result<[f64; 2], Option<&(String, String)>> {
    let last = track.runs.last().expect("a run");
    match last.held {
        State::Number => Ok([*track.min.last().unwrap(), *track.max.last().unwrap()]),
        State::Other(state) => Err(Some(&track.states[state as usize])),
        State::Nothing => Err(None),
    }
}

#[test]
fn the_end_of_a_track_is_the_image_there() {
    let mut compared = 0;
    for fixture in FIXTURES {
        let expected = fixture.expected();
        let mut session = session(fixture.archive);
        for state in &expected.states {
            let at = time(&state.at);
            let ids: Vec<u32> = expected.paths.iter().map(|it| it.id).take(40).collect();
            for (from, columns) in
                [(Timestamp::MIN, 1), (at, 1), (at.saturating_add(Span::from_nanos(-1)), 7)]
            {
                for track in series(&mut session, &ids, from, at, columns).tracks {
                    let item = state.items.iter().find(|item| item.id == track.id);
                    match (at_end(&track), item) {
                        (Err(None), None) => {}
                        (Err(Some((kind, text))), Some(item)) => {
                            assert_eq!(*kind, item.kind, "{} {:?}", fixture.name, item.path);
                            let shown = text.strip_suffix('…').unwrap_or(text);
                            assert!(item.plain.starts_with(shown), "{} {text}", fixture.name);
                        }
                        (Ok([min, max]), Some(item)) => {
                            let plain = item.plain.trim_end_matches('s').trim_end_matches('.');
                            let n: f64 = plain.parse().expect("a number");
                            assert!(min <= n && n <= max, "{} {n} in {min}..{max}", fixture.name);
                        }
                        (track, item) => panic!("{} at {at}: {track:?}, {item:?}", fixture.name),
                    }
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 1_000, "only {compared} compared");
}

#[test]
fn a_spike_among_many_is_seen_at_every_zoom() {
    const POINTS: u32 = 10_000_000;
    let mut writer = Writer::new(Layout::INDEXED);
    writer.basis(0, 0);
    writer.paths(&[("/n", 0)]);
    for n in 0..POINTS {
        let value = if n == 1_234_567 { 1e9 } else { f64::from(n % 10) };
        writer.delta(n, &[(0, f64_of(value))]);
    }
    let mut session = session(&writer.finish());
    for (from, to) in
        [(0, 10_000_000), (1_000_000, 1_500_000), (1_234_500, 1_234_600), (1_234_567, 1_234_567)]
    {
        let found = series(&mut session, &[0], micros(from), micros(to), 1_000);
        let track = &found.tracks[0];
        let spikes = track.max.iter().filter(|max| **max == 1e9).count();
        assert!(spikes >= 1, "{from}..{to}");
        assert_eq!(track.range.expect("numbers")[2], 1e9);
        assert!(track.min.iter().all(|min| *min <= 9.0 || to == from || to - from <= 1_000));
    }
    let whole = series(&mut session, &[0], micros(0), micros(i64::from(POINTS)), 1_000);
    assert_eq!(whole.tracks[0].updates, u64::from(POINTS));
}

#[test]
fn the_last_value_holds_and_breaks_where_there_is_none() {
    for layout in Layout::ALL {
        let mut writer = Writer::new(layout);
        writer.basis(0, 0);
        writer.paths(&[("/n", 0), ("/quiet", 1)]);
        writer.delta(0, &[(1, number(3))]);
        writer.delta(20, &[(0, number(5))]);
        writer.delta(40, &[(0, vec![UNSUBSCRIBED])]);
        writer.delta(60, &[(0, text("closed"))]);
        writer.delta(80, &[(0, number(7))]);
        writer.delta(81, &[(0, number(9))]);
        let mut session = session(&writer.finish());
        let found = series(&mut session, &[0, 1], micros(10), micros(110), 10);
        let [track, quiet] = &found.tracks[..] else { panic!("two tracks") };
        let shown = |values: &[f64]| -> Vec<i64> {
            values.iter().map(|v| if v.is_nan() { -1 } else { *v as i64 }).collect()
        };
        assert_eq!(shown(&track.min), [-1, 5, 5, 5, -1, -1, -1, 7, 9, 9], "{layout:?}");
        assert_eq!(shown(&track.max), [-1, 5, 5, 5, -1, -1, -1, 9, 9, 9]);
        let (gone, closed) = (State::Other(0), State::Other(1));
        let runs: Vec<_> = track.runs.iter().map(|run| (run.column, run.held)).collect();
        assert_eq!(
            runs,
            [(0, State::Nothing), (1, State::Number), (3, gone), (5, closed), (7, State::Number)]
        );
        assert_eq!(track.states[1], ("string".to_owned(), "\"closed\"".to_owned()));
        assert_eq!((track.updates, track.numbers), (5, 3));
        assert_eq!(track.range, Some([9.0, 5.0, 9.0, 7.0]));
        // What was said before the time holds all through it.
        assert_eq!(shown(&quiet.min), [3; 10]);
        assert_eq!((quiet.updates, quiet.range), (0, None));
    }
}

#[test]
fn values_at_a_time_are_those_of_the_image() {
    for fixture in FIXTURES {
        let expected = fixture.expected();
        let mut session = session(fixture.archive);
        for state in &expected.states {
            let ids: Vec<u32> = state.items.iter().map(|item| item.id).take(20).collect();
            let query = ValuesQuery { ids, at: time(&state.at) };
            let values = match ask(&mut session, ViewRequest::Values(query)).expect("values") {
                ViewResponse::Values(values) => values,
                other => panic!("no values: {other:?}"),
            };
            let found: Vec<_> = values.iter().map(|it| (it.id, &*it.kind, &*it.value)).collect();
            let wanted: Vec<_> =
                state.items.iter().take(20).map(|it| (it.id, &*it.kind, &*it.plain)).collect();
            assert_eq!(found, wanted, "{} at {}", fixture.name, state.at);
        }
    }
}
