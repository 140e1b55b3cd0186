//! What the views beside the image want and show.

use super::{
    CompareView, FindView, NamespaceView, PinsView, PlotView, Shown, State, StatisticsView,
    VerifyView, View,
};
use crate::protocol::compare::CompareQuery;
use crate::protocol::find::FindQuery;
use crate::protocol::views::{
    BatchesPage, BatchesQuery, Details, DetailsQuery, StatisticsQuery, Subject, TreeQuery,
    ViewRequest, ViewResponse,
};
use crate::protocol::{Failure, ImageRow};
use crate::ui::virtual_window::RowWindow;
use std::rc::Rc;
use yew::AttrValue;

/// Updates of the selected path that are shown at first.
const UPDATES: u32 = 50;

impl Shown {
    /// The row of a number, if it is here.
    pub fn row(&self, index: u32) -> Option<&ImageRow> {
        self.page.rows.get(usize::try_from(index.checked_sub(self.page.first)?).ok()?)
    }
}

/// The selected path.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DetailsView {
    /// What is known of it.
    pub shown: Option<Rc<Details>>,
    /// Why nothing is.
    pub error: Option<AttrValue>,
    /// How many more updates than at first are wanted.
    pub more: u32,
}

/// The raw rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BatchesView {
    /// The rows that are there.
    pub page: Option<Rc<BatchesPage>>,
    /// The question that they answer.
    pub asked: Option<Rc<BatchesQuery>>,
    /// The rows that the grid wants.
    pub window: Option<RowWindow>,
    /// The row that the keys move.
    pub active: Option<u32>,
    /// Counts the answers that were not whole: the question is asked again for each.
    pub round: u32,
}

impl State {
    /// The path to ask for in full.
    pub fn details_query(&self) -> Option<DetailsQuery> {
        self.file.as_ref()?;
        Some(DetailsQuery {
            subject: self.selected.clone()?,
            at: self.position?,
            updates: UPDATES.saturating_add(self.details.more),
        })
    }

    /// The raw rows to ask for, while they are in view.
    pub fn batches_query(&self) -> Option<BatchesQuery> {
        self.file.as_ref().filter(|_| self.view == View::Batches)?;
        let RowWindow { first, count } = self.batches.window.unwrap_or(RowWindow::INITIAL);
        let filter = self.filter.effective().to_string();
        Some(BatchesQuery { filter, bounds: self.range, first, count, find: self.position? })
    }

    /// Whether the raw rows are others than those that are asked for.
    pub fn batches_are_behind(&self) -> bool {
        let of = |query: &BatchesQuery| (query.filter.clone(), query.bounds);
        match (&self.batches.asked, self.batches_query()) {
            (Some(asked), Some(query)) => of(asked) != of(&query),
            (None, Some(_)) => true,
            (_, None) => false,
        }
    }

    /// Forgets what belongs to one file.
    pub(super) fn close_views(&mut self) {
        self.selected = None;
        self.active.clear();
        self.range = None;
        self.preview = None;
        self.details = DetailsView::default();
        self.batches = BatchesView::default();
        self.namespace = NamespaceView::default();
        self.zoom = None;
        self.undo.clear();
        self.overview = None;
        let PlotView { columns, shared, log, .. } = self.plot;
        self.plot = PlotView { columns, shared, log, ..PlotView::default() };
        self.statistics = StatisticsView::default();
        self.verify = VerifyView::default();
        self.compare = CompareView::default();
        self.find = FindView { input: std::mem::take(&mut self.find.input), ..FindView::default() };
        self.pins = PinsView::default();
    }

    /// Resets the windows of rows and the active rows, which do not apply to another filter.
    pub(super) fn forget_rows(&mut self) {
        self.window = None;
        self.active.clear();
        self.batches.window = None;
        self.batches.active = None;
        self.namespace.window = None;
        self.namespace.active = None;
        self.statistics.window = None;
        self.statistics.active.clear();
        (self.find.window, self.find.active) = (None, None);
        (self.compare.window, self.compare.active) = (None, None);
    }

    /// Makes a raw row the active one, and selects its path.
    pub(super) fn activate_batch(&mut self, row: u32) {
        self.batches.active = Some(row);
        let found = self.batches.page.as_ref().and_then(|page| page.row(row)?.item.as_ref());
        if let Some(id) = found.map(|item| item.id) {
            self.select(Subject::Id(id));
        }
    }

    /// Goes to the time of a raw row.
    pub(super) fn open_batch(&mut self, row: u32) {
        self.activate_batch(row);
        let time = self.batches.page.as_ref().and_then(|page| Some(page.row(row)?.time));
        if let Some(time) = time {
            self.go_to(time);
        }
    }

    pub(super) fn answer_view(
        &mut self,
        request: ViewRequest,
        response: Result<ViewResponse, Failure>,
    ) {
        match (request, response) {
            (ViewRequest::Details(query), response) => self.answer_details(&query, response),
            (ViewRequest::Batches(query), Ok(ViewResponse::Batches(page))) => {
                self.show_batches(query, page);
            }
            (ViewRequest::Tree(query), Ok(ViewResponse::Tree(page))) => {
                self.show_tree(&query, page);
            }
            (ViewRequest::Verify, Ok(ViewResponse::Verify(page))) => self.show_verify(*page),
            (ViewRequest::Verify, Err(failure)) => {
                self.verify.is_on = false;
                self.fail(format!("The check broke off: {}", failure.message));
            }
            (ViewRequest::Overview(_), Ok(ViewResponse::Overview(density))) => {
                self.overview = Some(Rc::new(density));
            }
            (ViewRequest::Series(query), Ok(ViewResponse::Series(series))) => {
                self.show_series(query, series);
            }
            (ViewRequest::Values(query), Ok(ViewResponse::Values(values))) => {
                self.show_values(query, values);
            }
            (ViewRequest::Statistics(query), Ok(ViewResponse::Statistics(found))) => {
                self.show_statistics(&query, *found);
            }
            (ViewRequest::Compare(query), Ok(ViewResponse::Compare(page))) => {
                self.show_compared(query, page);
            }
            (ViewRequest::Find(query), Ok(ViewResponse::Find(page))) => {
                self.show_found(query, *page);
            }
            (ViewRequest::Find(query), Err(failure)) if failure.kind == "condition" => {
                self.refuse_condition(&query, failure);
            }
            (
                ViewRequest::Batches(BatchesQuery { filter, .. })
                | ViewRequest::Tree(TreeQuery { filter, .. })
                | ViewRequest::Statistics(StatisticsQuery { filter, .. })
                | ViewRequest::Find(FindQuery { filter, .. })
                | ViewRequest::Compare(CompareQuery { filter, .. }),
                Err(failure),
            ) if failure.kind == "filter" => self.refuse_filter(&filter, failure),
            (_, Err(failure)) => self.fail(failure.message),
            (_, Ok(_)) => self.fail("The reader misunderstood a question of a view"),
        }
    }

    fn answer_details(&mut self, query: &DetailsQuery, response: Result<ViewResponse, Failure>) {
        if self.selected.as_ref() != Some(&query.subject) {
            return;
        }
        match response {
            Ok(ViewResponse::Details(details)) => {
                self.details.shown = Some(Rc::new(details));
                self.details.error = None;
            }
            Ok(_) => self.fail("The reader misunderstood a question for details"),
            Err(failure) => {
                self.details.shown = None;
                self.details.error = Some(failure.message.into());
            }
        }
    }

    fn show_batches(&mut self, query: BatchesQuery, page: BatchesPage) {
        self.accept_filter(&query.filter);
        let view = &mut self.batches;
        if !page.whole {
            view.round = view.round.wrapping_add(1);
        }
        // The row of the position comes into view when the position changes, unless the person is
        // in the same batch already.
        let was = view.asked.as_ref().map(|asked| (asked.find, asked.bounds));
        let was_found = view.page.as_ref().is_some_and(|page| page.found.is_some());
        let moved = was != Some((query.find, query.bounds)) || !was_found;
        let is_there = view.active.and_then(|row| Some(page.row(row)?.time)) == Some(page.find);
        if moved && !is_there && page.found.is_some() {
            view.active = page.found;
        }
        view.asked = Some(Rc::new(query));
        view.page = Some(Rc::new(page));
    }
}
