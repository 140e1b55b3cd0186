//! Paths that stay in view above the image.

use super::plot::Values;
use super::{State, View};
use crate::protocol::views::ValuesQuery;
use std::rc::Rc;

/// As many as one question takes.
const MOST: usize = 64;

/// The pinned paths.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PinsView {
    /// Their ids and names, in the order in which they were pinned.
    pub paths: Rc<Vec<(u32, String)>>,
    /// What they were when the reader last said it.
    pub values: Option<Values>,
}

impl State {
    /// Pins a path, or takes the pin away.
    pub(super) fn toggle_pin(&mut self, id: u32, path: String) {
        let paths = Rc::make_mut(&mut self.pins.paths);
        match paths.iter().position(|(pinned, _)| *pinned == id) {
            Some(at) => drop(paths.remove(at)),
            None if paths.len() < MOST => paths.push((id, path)),
            None => self.status = format!("No more than {MOST} paths can be pinned").into(),
        }
    }

    /// The values of the pinned paths to ask for, while they are in view.
    pub(super) fn pins_query(&self) -> Option<ValuesQuery> {
        let is_shown = self.view == View::Image && !self.pins.paths.is_empty();
        self.file.as_ref().filter(|_| is_shown)?;
        let ids = self.pins.paths.iter().map(|(id, _)| *id).collect();
        Some(ValuesQuery { ids, at: self.position? })
    }
}
