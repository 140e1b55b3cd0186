//! What the plot and the statistics want and show.

use super::{ActiveRow, State, View};
use crate::protocol::ImageRow;
use crate::protocol::views::{
    Series, SeriesQuery, Statistics, StatisticsQuery, StatisticsSort, Subject, Track, ValuesQuery,
};
use crate::query::series;
use crate::time::Timestamp;
use crate::ui::by_pointer::ByPointer;
use crate::ui::scale::Scale;
use crate::ui::virtual_window::RowWindow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Paths over the visible time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlotView {
    /// The paths that were added; the selected one where none was.
    pub subjects: Rc<Vec<Subject>>,
    /// How many columns there is room for.
    pub columns: u32,
    /// The tracks that are there, and the question that they answer.
    pub series: Option<(Rc<SeriesQuery>, ByPointer<Series>)>,
    /// Counts the answers that were not whole.
    pub round: u32,
    /// The time under the pointer.
    pub crosshair: Option<Timestamp>,
    /// What the paths were at the crosshair when the reader last said it.
    pub values: Option<Values>,
    /// The states of each path that were seen so far, by its id: the place of a state among them is
    /// its colour, whatever else is in view.
    pub(super) seen: Rc<HashMap<u32, Vec<(String, String)>>>,
    /// Whether all tracks have one scale.
    pub shared: bool,
    /// Whether scales are logarithmic where they can be.
    pub log: bool,
}

/// What some paths were, and when. It stays in view until there is something newer.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// The question that is answered.
    pub query: Rc<ValuesQuery>,
    /// The paths that are there at the time of the question.
    pub rows: Rc<Vec<ImageRow>>,
}

impl Values {
    /// What a path was: `None` where it was not asked for, `Some(None)` where it is not there.
    pub fn of(&self, id: u32) -> Option<Option<&ImageRow>> {
        self.query.ids.contains(&id).then(|| self.rows.iter().find(|row| row.id == id))
    }

    /// Whether they are of another time than `at`.
    pub fn are_behind(&self, at: Option<Timestamp>) -> bool {
        Some(self.query.at) != at
    }
}

/// Statistics of the file and its paths.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StatisticsView {
    /// What is counted.
    pub shown: Option<Rc<Statistics>>,
    /// By what the paths are sorted.
    pub sort: StatisticsSort,
    /// The rows that the grid wants.
    pub window: Option<RowWindow>,
    /// The row that the keys move.
    pub active: ActiveRow,
    /// Counts the answers that were not whole.
    pub round: u32,
}

impl State {
    /// The tracks to ask for, while they are in view.
    pub fn series_query(&self) -> Option<SeriesQuery> {
        self.file.as_ref().filter(|_| self.view == View::Plot && self.plot.columns > 0)?;
        let subjects = match self.plot.subjects.is_empty() {
            true => vec![self.selected.clone()?],
            false => self.plot.subjects.to_vec(),
        };
        let (from, to) = self.visible()?;
        let columns = self.plot.columns;
        let Some((first, last)) = self.range else {
            return Some(SeriesQuery { subjects, from, to, columns });
        };
        // Of what is selected only; of that, where it is out of view, all.
        let is_seen = from <= last && first <= to;
        let (left, right) = if is_seen { (from.max(first), to.min(last)) } else { (first, last) };
        let scale = Scale::new(from, to, f64::from(columns));
        let room = (scale.x(right) - scale.x(left)).ceil().clamp(1.0, f64::from(columns)) as u32;
        Some(SeriesQuery { subjects, from: left, to: right, columns: room })
    }

    /// The values at the crosshair to ask for: at the playhead where no pointer is. Beside the
    /// image, those of the pinned paths.
    pub fn values_query(&self) -> Option<ValuesQuery> {
        if self.view == View::Image {
            return self.pins_query();
        }
        self.file.as_ref().filter(|_| self.view == View::Plot)?;
        let (_, series) = self.plot.series.as_ref()?;
        let ids = series.tracks.iter().map(|track| track.id).collect();
        Some(ValuesQuery { ids, at: self.plot.crosshair.or(self.position)? })
    }

    /// The statistics to ask for, while they are in view.
    pub fn statistics_query(&self) -> Option<StatisticsQuery> {
        self.file.as_ref().filter(|_| self.view == View::Statistics)?;
        let RowWindow { first, count } = self.statistics.window.unwrap_or(RowWindow::INITIAL);
        Some(StatisticsQuery {
            filter: self.filter.effective().to_string(),
            bounds: self.range,
            sort: self.statistics.sort,
            first,
            count,
        })
    }

    /// Adds a path to the plot, or takes it away. By its name, where that is known: a link has
    /// nothing else to say it with.
    pub(super) fn toggle_plotted(&mut self, subject: Subject) {
        let subject = self.named(subject);
        let subjects = Rc::make_mut(&mut self.plot.subjects);
        match subjects.iter().position(|it| *it == subject) {
            Some(at) => drop(subjects.remove(at)),
            None => subjects.push(subject),
        }
    }

    /// A path by its name, where the details or the plot know it.
    fn named(&self, subject: Subject) -> Subject {
        let details = self.details.shown.as_deref().map(|it| (it.id, it.path.clone()));
        let tracks = self.plot.series.iter().flat_map(|(_, series)| &series.tracks);
        let known = details.into_iter().chain(tracks.map(|track| (track.id, track.path.clone())));
        let named = known.filter(|(id, _)| subject == Subject::Id(*id)).find_map(|(_, path)| path);
        named.map_or(subject, Subject::Path)
    }

    /// The plotted paths that have a name.
    pub(super) fn plotted_paths(&self) -> Vec<String> {
        let path = |subject: &Subject| match subject {
            Subject::Path(path) => Some(path.clone()),
            Subject::Id(_) => None,
        };
        self.plot.subjects.iter().filter_map(path).collect()
    }

    pub(super) fn show_series(&mut self, query: SeriesQuery, mut series: Series) {
        if series.progress.0 < series.progress.1 {
            self.plot.round = self.plot.round.wrapping_add(1);
        }
        // One path may be there by its id and by its name.
        let mut seen = HashSet::new();
        series.tracks.retain(|track| seen.insert(track.id));
        for track in &mut series.tracks {
            let seen = Rc::make_mut(&mut self.plot.seen).entry(track.id).or_default();
            keep_states(track, seen);
        }
        self.plot.series = Some((Rc::new(query), ByPointer::new(series)));
        let plotted = std::mem::take(&mut self.plot.subjects);
        let mut named: Vec<Subject> = Vec::with_capacity(plotted.len());
        for subject in plotted.iter().cloned().map(|subject| self.named(subject)) {
            if !named.contains(&subject) {
                named.push(subject);
            }
        }
        self.plot.subjects = if named == *plotted { plotted } else { Rc::new(named) };
    }

    /// Takes in values, for the pins and for the legend, whichever of them is of these paths: both
    /// may be, and a late answer may come when the other view is shown.
    pub(super) fn show_values(&mut self, query: ValuesQuery, rows: Vec<ImageRow>) {
        let pinned = self.pins.paths.iter().map(|(id, _)| *id);
        let is_of_pins = !query.ids.is_empty() && pinned.eq(query.ids.iter().copied());
        let plotted = self.plot.series.iter().flat_map(|(_, series)| &series.tracks);
        let is_of_plot = plotted.map(|track| track.id).eq(query.ids.iter().copied());
        let values = Values { query: Rc::new(query), rows: Rc::new(rows) };
        if is_of_pins {
            self.pins.values = Some(values.clone());
        }
        if is_of_plot {
            self.plot.values = Some(values);
        }
    }

    pub(super) fn show_statistics(&mut self, query: &StatisticsQuery, statistics: Statistics) {
        self.accept_filter(&query.filter);
        if statistics.progress.0 < statistics.progress.1 {
            self.statistics.round = self.statistics.round.wrapping_add(1);
        }
        self.statistics.shown = Some(Rc::new(statistics));
        self.settle_rows();
    }
}

/// More states of one path are numbered anew with each answer.
const MOST_SEEN: usize = 4_096;

/// Numbers the states of a track as they were first seen.
fn keep_states(track: &mut Track, seen: &mut Vec<(String, String)>) {
    let mut states = std::mem::take(seen);
    let mut places: HashMap<(String, String), usize> =
        states.iter().cloned().enumerate().map(|(place, state)| (state, place)).collect();
    let places: Vec<usize> = std::mem::take(&mut track.states)
        .into_iter()
        .map(|state| {
            *places.entry(state).or_insert_with_key(|state| {
                states.push(state.clone());
                states.len() - 1
            })
        })
        .collect();
    for run in &mut track.runs {
        if let series::State::Other(number) = &mut run.held
            && let Some(place) = places.get(*number as usize)
        {
            *number = u32::try_from(*place).unwrap_or(u32::MAX);
        }
    }
    // A path that was never a state here keeps its height: it has no strip.
    if !places.is_empty() {
        track.states.clone_from(&states);
    }
    states.truncate(MOST_SEEN);
    *seen = states;
}
