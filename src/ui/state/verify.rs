//! The check of everything.

use super::State;
use crate::protocol::verify::VerifyPage;
use std::rc::Rc;

/// How far the check is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VerifyView {
    /// Whether it goes on.
    pub is_on: bool,
    /// What was found.
    pub page: Option<Rc<VerifyPage>>,
    /// Counts the pieces that were answered.
    pub round: u32,
}

impl VerifyView {
    /// Begins a check, or ends it.
    pub(super) fn turn(&mut self, is_on: bool) {
        self.is_on = is_on;
        self.round = self.round.wrapping_add(1);
        if is_on {
            self.page = None;
        }
    }
}

impl State {
    /// Whether a check is to go on.
    pub fn verifies(&self) -> bool {
        self.verify.is_on && self.file.is_some()
    }

    /// Takes what a piece of the check found.
    pub(super) fn show_verify(&mut self, page: VerifyPage) {
        if !self.verify.is_on {
            return;
        }
        self.verify.is_on = !page.is_over;
        self.verify.round = self.verify.round.wrapping_add(1);
        if page.is_over {
            self.status = match page.finding_count {
                0 => "Verified: everything is sound".into(),
                count => format!("Verified: {count} findings").into(),
            };
        }
        self.verify.page = Some(Rc::new(page));
    }
}
