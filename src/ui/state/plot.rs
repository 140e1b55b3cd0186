//! What the plot and the statistics want and show.

use super::{State, View};
use crate::protocol::ImageRow;
use crate::protocol::views::{
    Details, Series, SeriesQuery, Statistics, StatisticsQuery, StatisticsSort, Subject, ValuesQuery,
};
use crate::time::Timestamp;
use crate::ui::by_pointer::ByPointer;
use crate::ui::virtual_window::RowWindow;
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
    /// What the paths are at the crosshair, and the time of it.
    pub values: Option<(Timestamp, Rc<Vec<ImageRow>>)>,
    /// Whether all tracks have one scale.
    pub shared: bool,
    /// Whether scales are logarithmic where they can be.
    pub log: bool,
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
    pub active: Option<u32>,
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
        Some(SeriesQuery { subjects, from, to, columns: self.plot.columns })
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

    fn named(&self, subject: Subject) -> Subject {
        let details = self.details.shown.as_deref();
        let is_it = |details: &&Details| subject == Subject::Id(details.id);
        let path = details.filter(is_it).and_then(|details| details.path.clone());
        path.map_or(subject, Subject::Path)
    }

    /// The plotted paths that have a name.
    pub(super) fn plotted_paths(&self) -> Vec<String> {
        let path = |subject: &Subject| match subject {
            Subject::Path(path) => Some(path.clone()),
            Subject::Id(_) => None,
        };
        self.plot.subjects.iter().filter_map(path).collect()
    }

    pub(super) fn show_series(&mut self, query: SeriesQuery, series: Series) {
        if series.progress.0 < series.progress.1 {
            self.plot.round = self.plot.round.wrapping_add(1);
        }
        self.plot.series = Some((Rc::new(query), ByPointer::new(series)));
    }

    pub(super) fn show_statistics(&mut self, query: &StatisticsQuery, statistics: Statistics) {
        self.accept_filter(&query.filter);
        if statistics.progress.0 < statistics.progress.1 {
            self.statistics.round = self.statistics.round.wrapping_add(1);
        }
        self.statistics.shown = Some(Rc::new(statistics));
    }

    /// Makes a row of the statistics the active one, and selects its path.
    pub(super) fn activate_statistics(&mut self, row: u32) {
        self.statistics.active = Some(row);
        let id = self.statistics.shown.as_ref().and_then(|shown| Some(shown.row(row)?.id));
        if let Some(id) = id {
            self.select(Subject::Id(id));
        }
    }
}
