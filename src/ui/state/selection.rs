//! The selected path, and the rows of the grids that show it.
//!
//! The selection is a path, never a row: rows change places as the playhead moves. Which row of a
//! grid is the active one follows from the selection, with every answer anew.

use super::{DetailsView, State};
use crate::protocol::views::Subject;

/// The row that the keys move, of a grid with a row for each path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActiveRow {
    row: Option<u32>,
    /// Whether its path is to be selected as soon as the row is here.
    is_pending: bool,
    /// Counts the rows that a person activated: each of them comes into view.
    pub reveals: u32,
}

/// Rows `first..first + rows.len()` of `total`.
struct Window<'w, R> {
    first: u32,
    total: u32,
    rows: &'w [R],
}

impl ActiveRow {
    /// The row, where it is known.
    pub const fn row(&self) -> Option<u32> {
        self.row
    }

    /// No row: another order or another filter has others.
    pub(super) const fn clear(&mut self) {
        self.row = None;
        self.is_pending = false;
    }

    const fn activate(&mut self, row: u32) {
        self.row = Some(row);
        self.is_pending = true;
        self.reveals = self.reveals.wrapping_add(1);
    }

    /// Finds its row again; gives the path to select where a pending row is here.
    fn settle<R>(
        &mut self,
        window: &Window<'_, R>,
        is_selected: impl Fn(&R) -> bool,
        id: impl Fn(&R) -> u32,
    ) -> Option<Subject> {
        let Window { first, total, rows } = *window;
        let here = |row: u32| rows.get(usize::try_from(row.checked_sub(first)?).ok()?);
        let mut chosen = None;
        if let Some(row) = self.row.filter(|_| self.is_pending) {
            match here(row) {
                Some(row) => chosen = Some(Subject::Id(id(row))),
                None if row < total => return None,
                None => self.row = None,
            }
            self.is_pending = false;
        }
        if chosen.is_some() {
            return chosen;
        }
        match rows.iter().position(is_selected) {
            Some(nth) => self.row = u32::try_from(nth).ok().map(|nth| first.saturating_add(nth)),
            // Another path stands here now. Beyond the window the number stays, for the keys.
            None => self.row = self.row.filter(|row| here(*row).is_none()),
        }
        None
    }
}

impl State {
    /// Selects a path.
    pub(super) fn select(&mut self, subject: Subject) {
        self.active.is_pending = false;
        self.statistics.active.is_pending = false;
        if self.selected.as_ref() != Some(&subject) {
            self.selected = Some(subject);
            self.details = DetailsView::default();
        }
        self.settle_rows();
    }

    /// Selects nothing.
    pub(super) fn deselect(&mut self) {
        self.selected = None;
        self.details = DetailsView::default();
        self.settle_rows();
    }

    /// Makes a row of the image the active one, and selects its path.
    pub(super) fn activate(&mut self, row: u32) {
        self.active.activate(row);
        self.settle_rows();
    }

    /// Makes a row of the statistics the active one, and selects its path.
    pub(super) fn activate_statistics(&mut self, row: u32) {
        self.statistics.active.activate(row);
        self.settle_rows();
    }

    /// Finds the rows of the selection again, and selects the path of a row that was waited for.
    pub(super) fn settle_rows(&mut self) {
        let selected = self.selected.as_ref();
        let is_it = |id: u32, path: Option<&str>| selected.is_some_and(|it| it.is(id, path));
        let mut chosen = None;
        if let Some(shown) = &self.shown {
            let page = &shown.page;
            let window = Window { first: page.first, total: page.total, rows: &page.rows };
            let is_it = |row: &crate::protocol::ImageRow| is_it(row.id, row.path.as_deref());
            chosen = self.active.settle(&window, is_it, |row| row.id);
        }
        if let Some(shown) = &self.statistics.shown {
            let window = Window { first: shown.first, total: shown.total, rows: &shown.rows };
            let is_it =
                |row: &crate::protocol::views::PathCounts| is_it(row.id, Some(row.path.as_str()));
            chosen = self.statistics.active.settle(&window, is_it, |row| row.id).or(chosen);
        }
        if let Some(subject) = chosen {
            self.select(subject);
        }
    }
}
