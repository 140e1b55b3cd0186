//! What is searched for, and what was found.

use super::{FilterInput, Movement, State};
use crate::protocol::find::{FindPage, FindQuery, HitQuery};
use crate::protocol::views::{Subject, ViewRequest};
use crate::protocol::{Failure, Request};
use crate::time::Timestamp;
use crate::ui::virtual_window::RowWindow;
use std::rc::Rc;
use yew::AttrValue;

/// A condition over time and its hits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FindView {
    /// The condition.
    pub input: FilterInput,
    /// What was found, and the question that it answers.
    pub shown: Option<(Rc<FindQuery>, Rc<FindPage>)>,
    /// The rows that the grid wants.
    pub window: Option<RowWindow>,
    /// The row that the keys move.
    pub active: Option<u32>,
    /// Counts the answers that were not whole: the question is asked again for each.
    pub round: u32,
}

impl FindView {
    /// What was found.
    pub fn page(&self) -> Option<&Rc<FindPage>> {
        self.shown.as_ref().map(|(_, page)| page)
    }
}

impl State {
    /// What is searched for: over the filter, in the selected time.
    pub fn find_query(&self) -> Option<FindQuery> {
        let condition = self.zone.conditions_in_utc(self.find.input.effective());
        let (first, _) = self.extent().filter(|_| !condition.trim().is_empty())?;
        let RowWindow { first: row, count } = self.find.window.unwrap_or(RowWindow::INITIAL);
        Some(FindQuery {
            condition: condition.to_string(),
            filter: self.filter.effective().to_string(),
            // A file that grows goes on being searched.
            bounds: self.range.unwrap_or((first, Timestamp::MAX)),
            first: row,
            count,
        })
    }

    /// The marks on the overview.
    pub fn find_marks(&self) -> Option<Rc<FindPage>> {
        self.find_query()?;
        self.find.page().cloned()
    }

    /// Whether what is shown answers another question than is asked.
    pub fn find_is_behind(&self) -> bool {
        match (&self.find.shown, self.find_query()) {
            (Some((asked, _)), Some(query)) => !asked.has_hits_of(&query),
            (None, Some(_)) => true,
            (_, None) => false,
        }
    }

    /// What leads to the next hit, or to the one before.
    pub(super) fn hit_request(&self, forward: bool) -> Option<Request> {
        let (find, from) = (self.find_query()?, self.position?);
        Some(Request::View(ViewRequest::Hit(HitQuery { find, from, forward })))
    }

    /// Takes another condition.
    pub(super) fn edit_find(&mut self, text: AttrValue) {
        let FindView { input, shown, window, active, .. } = &mut self.find;
        input.text = text;
        input.error = None;
        (*window, *active) = (None, None);
        if input.text.trim().is_empty() {
            *shown = None;
        }
    }

    /// Goes to the next hit, or to the one before.
    pub(super) fn seek_hit(&mut self, forward: bool) {
        match self.find_query() {
            Some(_) => self.seek(Movement::Hit { forward }),
            None => self.status = "Type a condition into Find first".into(),
        }
    }

    pub(super) fn show_found(&mut self, query: FindQuery, page: FindPage) {
        self.accept_filter(&query.filter);
        let typed = self.zone.conditions_in_utc(&self.find.input.text);
        if *typed == *query.condition {
            self.find.input.error = None;
            self.find.input.good = self.find.input.text.clone();
        }
        if !page.is_whole() {
            self.find.round = self.find.round.wrapping_add(1);
        }
        self.find.shown = Some((Rc::new(query), Rc::new(page)));
    }

    pub(super) fn refuse_condition(&mut self, query: &FindQuery, failure: Failure) {
        let typed = self.zone.conditions_in_utc(&self.find.input.text);
        if *typed == *query.condition {
            self.find.input.error = Some(failure.message.into());
        }
    }

    /// Makes a hit the active one, and selects its path.
    pub(super) fn activate_hit(&mut self, row: u32) {
        self.find.active = Some(row);
        let path = self.find.page().and_then(|page| Some(page.row(row)?.path.clone()));
        if let Some(path) = path {
            self.select(Subject::Path(path));
        }
    }

    /// Goes to where a hit begins.
    pub(super) fn open_hit(&mut self, row: u32) {
        self.activate_hit(row);
        let time = self.find.page().and_then(|page| Some(page.row(row)?.from));
        if let Some(time) = time {
            self.go_to(time);
        }
    }
}
