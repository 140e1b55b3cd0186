//! What part of the time is visible, and what part is wanted.

use super::State;
use crate::protocol::DensityQuery;
use crate::time::Timestamp;
use crate::ui::scale::Scale;
use crate::ui::url::Link;
use crate::ui::zoom::{self, Stretch};

/// How many steps back can be taken.
const MAX_UNDO: usize = 100;

/// What a step back brings back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Selected {
    range: Option<Stretch>,
    zoom: Option<Stretch>,
    /// Where the playhead was, and where the selection put it.
    moved: Option<(Timestamp, Timestamp)>,
}

impl State {
    /// The densities of the whole file to ask for, where the timeline shows a part of it.
    pub fn overview_query(&self) -> Option<DensityQuery> {
        let (first, last) = self.extent()?;
        let scale = Scale::new(first, last, f64::from(self.slots));
        let query = DensityQuery { from: scale.from(), to: scale.to(), slots: self.slots };
        (self.slots > 0).then_some(query)
    }

    /// Zooms to a part of the file, or to all of it.
    pub(super) fn zoom_to(&mut self, zoom: Option<Stretch>) {
        if self.extent().is_some() {
            self.zoom = zoom;
        }
    }

    /// A stretch of time as a part of this file; `None` where it is all of it, or none of it.
    pub(super) fn within(&self, (from, to): Stretch) -> Option<Stretch> {
        let (first, last) = self.extent().filter(|(first, last)| from < *last && *first < to)?;
        zoom::between((first, last), from.max(first), to.min(last))
    }

    /// Zooms in or out around the playhead, where it is visible.
    pub(super) fn zoom_by(&mut self, factor: f64) {
        let (Some(whole), Some(visible)) = (self.extent(), self.visible()) else { return };
        let middle = visible
            .0
            .saturating_add(crate::time::Span::from_nanos(visible.1.since(visible.0).nanos() / 2));
        let is_visible = |time: &Timestamp| visible.0 <= *time && *time <= visible.1;
        let at = self.position.filter(is_visible).unwrap_or(middle);
        self.zoom = zoom::zoomed(whole, visible, at, factor);
    }

    /// Wants only what lies between two times, or everything.
    pub(super) fn want_range(&mut self, range: Option<Stretch>) {
        let Some((first, last)) = self.extent() else { return };
        let range = range.map(|(from, to)| (from.min(to), from.max(to)));
        let range = range.map(|(from, to)| (from.clamp(first, last), to.clamp(first, last)));
        self.preview = None;
        if range == self.range {
            return;
        }
        let before = Selected { range: self.range, zoom: self.zoom, moved: None };
        let position = self.position;
        self.set_range(range);
        let moved = position.zip(self.position).filter(|(from, to)| from != to);
        self.undo.push(Selected { moved, ..before });
        if self.undo.len() > MAX_UNDO {
            self.undo.remove(0);
        }
    }

    /// The times that a link selects of this file; `None` where it has nothing of them.
    pub(super) fn range_of(&self, link: &Link) -> Option<Stretch> {
        let (first, last) = self.extent().filter(|_| link.from.is_some() || link.to.is_some())?;
        let (from, to) = (link.from.unwrap_or(first), link.to.unwrap_or(last));
        (from <= to && from <= last && first <= to)
            .then(|| (from.clamp(first, last), to.clamp(first, last)))
    }

    /// Wants everything from the playhead on, or everything up to it.
    pub(super) fn range_from_here(&mut self, is_start: bool) {
        let (Some(position), Some((first, last))) = (self.position, self.bounds()) else { return };
        let range =
            if is_start { (position, last.max(position)) } else { (first.min(position), position) };
        self.want_range(Some(range));
    }

    /// Takes the last selection of a time back.
    pub(super) fn undo(&mut self) {
        match self.undo.pop() {
            Some(Selected { range, zoom, moved }) => {
                // A playhead that went elsewhere since stays where it is wanted.
                let back = moved.filter(|(_, to)| self.position == Some(*to));
                self.zoom = zoom;
                self.set_range(range);
                if let Some((from, _)) = back {
                    self.go_to(from);
                }
            }
            None => self.status = "Nothing to undo".into(),
        }
    }

    pub(super) fn set_range(&mut self, range: Option<Stretch>) {
        self.preview = None;
        if range == self.range {
            return;
        }
        self.range = range;
        self.batches.window = None;
        self.batches.active = None;
        if let Some(position) = self.position {
            self.go_to(position);
        }
    }

    /// Keeps the playhead in view where a part of the file is zoomed to.
    pub(super) fn follow_playhead(&mut self) {
        if let (Some(whole), Some(visible), Some(position)) =
            (self.extent(), self.zoom, self.position)
        {
            self.zoom = zoom::following(whole, visible, position);
        }
    }
}
