//! What the tree of paths wants and shows.

use super::State;
use crate::protocol::views::{TreePage, TreeQuery};
use crate::ui::virtual_window::RowWindow;
use std::rc::Rc;
use yew::AttrValue;

/// The tree of paths.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NamespaceView {
    /// The rows that are there.
    pub page: Option<Rc<TreePage>>,
    /// The rows that the tree wants.
    pub window: Option<RowWindow>,
    /// The branches that a person opened or closed.
    pub toggled: Rc<Vec<String>>,
    /// The row that the keys move.
    pub active: Option<u32>,
}

impl State {
    /// The rows of the tree to ask for, while it is in view.
    pub fn tree_query(&self) -> Option<TreeQuery> {
        self.file.as_ref().filter(|_| self.panes.namespace)?;
        let RowWindow { first, count } = self.namespace.window.unwrap_or(RowWindow::INITIAL);
        let filter = self.filter.effective().to_string();
        Some(TreeQuery { filter, toggled: self.namespace.toggled.to_vec(), first, count })
    }

    /// Opens a branch that is closed, or closes it.
    pub(super) fn toggle_branch(&mut self, prefix: &AttrValue) {
        let toggled = Rc::make_mut(&mut self.namespace.toggled);
        match toggled.iter().position(|it| **it == **prefix) {
            Some(at) => drop(toggled.remove(at)),
            None => toggled.push(prefix.to_string()),
        }
    }

    pub(super) fn show_tree(&mut self, query: &TreeQuery, page: TreePage) {
        self.accept_filter(&query.filter);
        self.namespace.page = Some(Rc::new(page));
    }
}
