//! An image that goes on from those that were built before.
//!
//! ```text
//!    earlier image            bound             later image
//! ───────|──────d──────d────────|──────d──────d──────|────▶ time
//!         ◀─────────────────────
//! ```
//!
//! What is older than the bound in the later image holds. What changed behind the bound is searched for,
//! back to the earlier image, which has the rest. Without a later one every path is searched for;
//! without an earlier one, back to an image record.

use super::build::{Builder, OPEN};
use super::{Extent, Image, ImageEntry, image};
use crate::{archive::Archive, index::Index, query::Selection, time::Timestamp};
use std::ops::{Bound, RangeBounds};

/// Where the image at a bound is, seen from one that was built, and how many bytes of batches lie
/// between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Earlier in the file.
    Back(u64),
    /// Later in the file, or the same.
    Ahead(u64),
}

/// The image at a bound, from an earlier and a later one: equal to what [`image`] builds, but for
/// the order of its entries.
///
/// Both are of the same selection or of all paths, and of an archive with the same paths. One that
/// has no [`way`](Image::way) there, or the wrong one, is passed over.
pub fn image_between(
    archive: &Archive,
    selection: Option<&Selection>,
    bound: Bound<Timestamp>,
    (earlier, later): (Option<&Image>, Option<&Image>),
) -> Image {
    let index = archive.index();
    let way = |image: &&Image| image.way(index, bound);
    let earlier = earlier.filter(|image| matches!(way(image), Some(Way::Ahead(_))));
    let later = later.filter(|image| matches!(way(image), Some(Way::Back(_))));
    if earlier.is_none() && later.is_none() {
        return image(archive, selection, bound);
    }

    let holds = |entry: &ImageEntry| (Bound::Unbounded, bound).contains(&entry.time);
    let is_wanted = |entry: &ImageEntry| selection.is_none_or(|it| it.contains_id(entry.id));
    let changed = later.map(|later| {
        let changed = later.entries.iter().filter(|it| is_wanted(it) && !holds(it));
        Selection::only(&index.paths, changed.map(|entry| entry.id))
    });
    let searched = changed.as_ref().or(selection);
    let mut builder = Builder::new(archive, searched, bound);
    builder.trusts_indexes = selection.is_some();
    match earlier.and_then(|earlier| earlier.extent) {
        Some(known) => builder.take_deltas(known.deltas..builder.extent.deltas),
        None => builder.take_all(),
    }
    let mut built = Image::default();
    if let Some(later) = later {
        built.take_from(later, |entry| is_wanted(entry) && holds(entry));
    }
    // Behind what cannot be read, nothing is known to hold.
    if let Some(earlier) = earlier.filter(|_| !builder.broke_off) {
        built.take_from(earlier, |entry| builder.slots.get(entry.id, searched) == OPEN);
    }
    built.take_all_from(builder.finish());
    built.let_go();
    built
}

impl Image {
    /// How far it is to a bound, for [`image_between`]. `None` where an image record lies between the
    /// two, where this image has problems, and where the file has more in front of it than it had.
    pub fn way(&self, index: &Index, bound: Bound<Timestamp>) -> Option<Way> {
        let from = self.extent.filter(|from| *from == Extent::new(index, from.bound))?;
        let to = Extent::new(index, bound);
        let can_go = self.problems.is_empty() && bound != Bound::Unbounded;
        let last =
            index.deltas.len().checked_sub(1).filter(|_| can_go && from.images == to.images)?;
        let [here, there] = [from, to].map(|it| index.deltas.get(it.deltas.min(last)).offset);
        let bytes = here.abs_diff(there);
        Some(if to.deltas < from.deltas { Way::Back(bytes) } else { Way::Ahead(bytes) })
    }

    /// Adds some of the entries of another image.
    fn take_from(&mut self, other: &Self, is_taken: impl Fn(&ImageEntry) -> bool) {
        let behind = self.events.len();
        let entries = other.entries.iter().filter(|entry| is_taken(entry));
        self.entries.reserve(other.entries.len());
        self.entries.extend(entries.map(|it| ImageEntry { start: behind + it.start, ..*it }));
        self.events.extend_from_slice(&other.events);
    }

    /// Adds what `other` has, and goes as far as that.
    fn take_all_from(&mut self, other: Self) {
        self.take_from(&other, |_| true);
        (self.problems, self.extent) = (other.problems, other.extent);
    }

    /// Lets go of room and of events that no entry has, where it is much.
    fn let_go(&mut self) {
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
