//! The state of all paths at a time.

use super::{Item, Recording, path_id};
use crate::{
    protocol::Failure,
    query::{self, Filter, Image, Selection},
    time::Timestamp,
};
use serde::{Serialize, Serializer};
use std::ops::Bound;

/// What `image` is asked.
#[derive(Debug, Clone, Default)]
pub struct ImageQuery {
    /// At which time; the last state without one.
    pub at: Option<Timestamp>,
    /// Globs, one of which a path must match; all paths without them.
    pub filter: Option<Vec<String>>,
}

/// The last event of every path at a time, in path order; of one path in two shards by shard, ids without a path
/// last. Serialized it is a list of [`Item`].
pub struct ImageAnswer<'r> {
    recording: &'r Recording,
    /// Of each shard.
    images: Vec<Image>,
    /// The shard and the number of each entry, in order.
    order: Vec<(u32, u32)>,
}

impl Recording {
    /// The last event of every path at a time.
    ///
    /// # Errors
    /// Of kind `filter` where a glob is none.
    pub fn image(&self, query: &ImageQuery) -> Result<ImageAnswer<'_>, Failure> {
        Ok(self.image_of(query.at, &self.select(query.filter.as_deref())?))
    }

    /// The same of the paths that a filter takes, as people type it; of all without one.
    pub fn image_by(&self, at: Option<Timestamp>, filter: Option<&Filter>) -> ImageAnswer<'_> {
        self.image_of(at, &self.select_by(filter))
    }

    fn image_of(&self, at: Option<Timestamp>, selections: &[Option<Selection>]) -> ImageAnswer<'_> {
        let bound = Bound::Included(at.unwrap_or(Timestamp::MAX));
        let ranks = self.ranks();
        let (mut images, mut keys) = (Vec::new(), Vec::new());
        for (shard, (files, selection)) in
            self.timeline.files().into_iter().zip(selections).enumerate()
        {
            let image = query::image(files, selection.as_ref(), bound);
            self.note(&image.problems);
            keys.extend(image.entries().iter().enumerate().map(|(number, entry)| {
                let rank = entry.ordinal.map(|ordinal| ranks[shard][ordinal as usize]);
                (rank.unwrap_or(u32::MAX), shard as u32, entry.id, number as u32)
            }));
            images.push(image);
        }
        keys.sort_unstable();
        let order = keys.into_iter().map(|(_, shard, _, number)| (shard, number)).collect();
        ImageAnswer { recording: self, images, order }
    }
}

impl ImageAnswer<'_> {
    /// How many paths have a state.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The events in order.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let starts = self.recording.starts();
        self.order.iter().map(move |(shard, number)| {
            let (shard, image) = (*shard as usize, &self.images[*shard as usize]);
            let entry = &image.entries()[*number as usize];
            let paths = self.recording.timeline.shards()[shard].paths();
            Item {
                id: path_id(shard, entry.id),
                place: entry.ordinal.map(|ordinal| starts[shard] + ordinal),
                path: entry.ordinal.map(|ordinal| paths.path(ordinal)),
                shard: self.recording.shard_name(shard),
                time: Some(entry.time),
                event: image.event(entry),
            }
        })
    }
}

impl Serialize for ImageAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.items())
    }
}
