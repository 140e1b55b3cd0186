//! An image that goes on from those that were built before.
//!
//! ```text
//!    earlier image            bound             later image
//! ───────|──────d──────d────────|──────d──────d──────|────▶ order of the shard
//!         ◀─────────────────────
//! ```
//!
//! Entries of the later image that are not newer than the bound are reused. Paths that changed after it
//! are searched for in the batches before it, back to the earlier image; the rest comes from that.
//! Without a later image every path is searched for, without an earlier one back to an image record.

use super::build::ImageJob;
use super::{Extent, Image, ImageEntry};
use crate::{query::Selection, time::Timestamp, timeline::Files};
use std::{
    ops::{Bound, RangeBounds},
    rc::Rc,
};

/// Where a bound is, seen from an image that was built, and how many bytes of batches lie between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// Before the image.
    Before(u64),
    /// After the image, or at it.
    After(u64),
}

/// The image at a bound, from an earlier and a later one: equal to what [`image`](super::image) builds,
/// but for the order of its entries.
///
/// Both are of the same selection or of all paths, and of files with the same paths. One that
/// has no [`distance`](Image::distance) to the bound, or the wrong one, is passed over.
pub fn image_between<'a>(
    files: impl Into<Files<'a>>,
    selection: Option<&Selection>,
    bound: Bound<Timestamp>,
    near: (Option<Rc<Image>>, Option<Rc<Image>>),
) -> Image {
    let files = files.into();
    let mut job = ImageJob::new(files, selection, bound, near);
    job.run(files, selection);
    job.finish(selection)
}

impl Image {
    /// How far it is to a bound, for [`image_between`]. `None` where an image record lies between the
    /// two, where this image has problems, where a clock was set back so that what is between the two is
    /// not all that differs, and where the files have more before it than they had.
    pub fn distance<'a>(
        &self,
        files: impl Into<Files<'a>>,
        bound: Bound<Timestamp>,
    ) -> Option<Distance> {
        let files = files.into();
        let from = self.extent.filter(|from| *from == Extent::new(files, from.bound))?;
        let to = Extent::new(files, bound);
        let can_go = !self.is_damaged()
            && bound != Bound::Unbounded
            && (from.image, from.images) == (to.image, to.images);
        let (here, there) = from.bytes.zip(to.bytes).filter(|_| can_go)?;
        let bytes = here.abs_diff(there);
        let is_before = to.deltas < from.deltas;
        Some(if is_before { Distance::Before(bytes) } else { Distance::After(bytes) })
    }

    /// The paths whose last event here is after a bound.
    pub(super) fn changed_after(
        &self,
        files: Files<'_>,
        selection: Option<&Selection>,
        bound: Bound<Timestamp>,
    ) -> Selection {
        let is_changed = |entry: &&ImageEntry| {
            !(Bound::Unbounded, bound).contains(&entry.time)
                && selection.is_none_or(|wanted| wanted.contains_id(entry.id))
        };
        let changed = self.entries.iter().filter(is_changed).map(|entry| entry.id);
        Selection::of_ids(files.paths(), changed)
    }

    /// Adds the entries of a later image that are not newer than the bound.
    pub(super) fn take_unchanged(
        &mut self,
        later: &Self,
        bound: Bound<Timestamp>,
        selection: Option<&Selection>,
    ) {
        self.take_from(later, |entry| {
            (Bound::Unbounded, bound).contains(&entry.time)
                && selection.is_none_or(|wanted| wanted.contains_id(entry.id))
        });
    }

    /// Adds some of the entries of another image.
    pub(super) fn take_from(&mut self, other: &Self, is_taken: impl Fn(&ImageEntry) -> bool) {
        let before = self.events.len();
        let entries = other.entries.iter().filter(|entry| is_taken(entry));
        self.entries.reserve(other.entries.len());
        self.entries.extend(entries.map(|it| ImageEntry { start: before + it.start, ..*it }));
        self.events.extend_from_slice(&other.events);
    }

    /// Adds all that `other` has.
    pub(super) fn take_all_from(&mut self, other: Self) {
        self.take_from(&other, |_| true);
        self.problems = other.problems;
    }

    /// Lets go of room and of events that no entry has, where it is much.
    pub(super) fn shrink(&mut self) {
        if self.entries.capacity() > 2 * self.entries.len() {
            self.entries.shrink_to_fit();
        }
        let used: usize = self.entries.iter().map(|entry| entry.len).sum();
        if self.events.len() > 2 * used {
            let mut events = Vec::with_capacity(used);
            for entry in &mut self.entries {
                let start = events.len();
                events.extend_from_slice(&self.events[entry.start..][..entry.len]);
                entry.start = start;
            }
            self.events = events;
        }
    }
}
