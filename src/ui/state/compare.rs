//! Two times and what differs between them.

use super::{State, View};
use crate::protocol::compare::{ComparePage, CompareQuery};
use crate::protocol::views::Subject;
use crate::time::Timestamp;
use crate::ui::virtual_window::RowWindow;
use std::rc::Rc;
use yew::AttrValue;

/// What is compared with the position.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CompareView {
    /// The other time.
    pub with: Option<Timestamp>,
    /// The only kind of change that is shown; every kind where it is empty.
    pub change: AttrValue,
    /// What differs, and the question that it answers.
    pub shown: Option<(Rc<CompareQuery>, Rc<ComparePage>)>,
    /// The rows that the grid wants.
    pub window: Option<RowWindow>,
    /// The row that the keys move.
    pub active: Option<u32>,
}

impl CompareView {
    /// What differs.
    pub fn page(&self) -> Option<&Rc<ComparePage>> {
        self.shown.as_ref().map(|(_, page)| page)
    }
}

impl State {
    /// The differences to ask for, while they are in view.
    pub fn compare_query(&self) -> Option<CompareQuery> {
        self.file.as_ref().filter(|_| self.view == View::Compare)?;
        let RowWindow { first, count } = self.compare.window.unwrap_or(RowWindow::INITIAL);
        Some(CompareQuery {
            before: self.compare.with?,
            after: self.position?,
            filter: self.filter.effective().to_string(),
            change: self.compare.change.to_string(),
            first,
            count,
        })
    }

    /// Whether what is shown answers another question than is asked.
    pub fn compare_is_behind(&self) -> bool {
        let of = |query: &CompareQuery| CompareQuery { first: 0, count: 0, ..query.clone() };
        match (&self.compare.shown, self.compare_query()) {
            (Some((asked, _)), Some(query)) => of(asked) != of(&query),
            (None, Some(_)) => true,
            (_, None) => false,
        }
    }

    /// Compares with a time, or with none.
    pub(super) fn compare_with(&mut self, time: Option<Timestamp>) {
        let time = time.zip(self.extent()).map(|(time, (first, last))| time.clamp(first, last));
        self.compare.with = time;
        (self.compare.window, self.compare.active) = (None, None);
        if time.is_none() {
            self.compare.shown = None;
        }
    }

    /// The two times change places.
    pub(super) fn swap_compared(&mut self) {
        if let (Some(with), Some(position)) = (self.compare.with, self.position) {
            self.compare_with(Some(position));
            self.go_to(with);
        }
    }

    /// Shows one kind of change only.
    pub(super) fn compare_only(&mut self, change: AttrValue) {
        self.compare.change = change;
        (self.compare.window, self.compare.active) = (None, None);
    }

    pub(super) fn show_compared(&mut self, query: CompareQuery, page: ComparePage) {
        self.accept_filter(&query.filter);
        self.compare.shown = Some((Rc::new(query), Rc::new(page)));
    }

    /// Makes a path that differs the active row, and selects it.
    pub(super) fn activate_difference(&mut self, row: u32) {
        self.compare.active = Some(row);
        let path = self.compare.page().and_then(|page| Some(page.row(row)?.path.clone()));
        if let Some(path) = path {
            self.select(Subject::Path(path));
        }
    }
}
