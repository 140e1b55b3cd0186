//! The images that were built last, for others to go on from.
//!
//! A file without image records has to be read to its beginning for an image of all paths; each
//! image after that needs only what changed in between.

use super::paths::AllPaths;
use crate::{
    index::Paths,
    query::value_filter::{Order, ValueFilter, arrange},
    query::{Distance, Image, Selection, image_between},
    time::Timestamp,
    timeline::Files,
};
use std::{ops::Bound, rc::Rc};

/// As many images are kept, in so much memory; two of any size are.
const MAX_KEPT: usize = 64;
const MAX_BYTES: usize = 32 << 20;

/// So few bytes are read at once, for whatever paths; what a later image has would be more work.
const NEAR: u64 = 1 << 20;

/// Images of all shards, as long as their paths are the same.
#[derive(Default)]
pub struct AllImages {
    shards: Vec<Images>,
    /// Where there are several shards: their images as one, and what it is made of.
    joined: Option<(Vec<Rc<Image>>, Kept)>,
}

impl AllImages {
    /// The image at a time, of the paths that `filter` selects in each shard. Of each path `ranks` says where it
    /// stands among the others.
    pub fn at(
        &mut self,
        files: &[Files<'_>],
        names: (&AllPaths, &Paths, &[u32]),
        (filter, selections): (&str, &[Option<&Selection>]),
        at: Timestamp,
    ) -> &mut Kept {
        self.shards.resize_with(files.len(), Images::default);
        let (all, paths, ranks) = names;
        if let [files] = files
            && !all.is_merged()
        {
            return self.shards[0].at(*files, ranks, (filter, selections[0]), at);
        }
        let images = files.iter().zip(&mut self.shards).zip(selections);
        let images: Vec<_> = images
            .map(|((files, images), selection)| {
                Rc::clone(&images.at(*files, &[], (filter, *selection), at).image)
            })
            .collect();
        let is_same = |made_of: &[Rc<Image>]| {
            made_of.len() == images.len()
                && made_of.iter().zip(&images).all(|(one, other)| Rc::ptr_eq(one, other))
        };
        let kept = self.joined.take().filter(|(made_of, _)| is_same(made_of));
        &mut self
            .joined
            .insert(kept.unwrap_or_else(|| {
                let mut image = Image::join(&images, |shard, id| {
                    let number = all.number(shard, id);
                    (number, paths.ordinal(number))
                });
                image.sort_by(ranks);
                let kept = Kept { at, filter: None, image: Rc::new(image), arranged: None };
                (images, kept)
            }))
            .1
    }

    /// The image of a few paths of a shard at a time, which is not kept.
    pub fn of_few(
        &self,
        (shard, files): (usize, Files<'_>),
        few: &Selection,
        at: Timestamp,
    ) -> Image {
        match self.shards.get(shard) {
            Some(images) => images.of_few(files, few, at),
            None => Images::default().of_few(files, few, at),
        }
    }
}

/// Images of one shard, as long as its paths are the same.
#[derive(Default)]
pub struct Images {
    /// The one that was asked for last is the first.
    kept: Vec<Kept>,
}

/// An image, its entries by path.
pub struct Kept {
    at: Timestamp,
    /// Of what it is; `None` for all paths.
    filter: Option<String>,
    image: Rc<Image>,
    /// The rows of it that were asked for last.
    arranged: Option<Arranged>,
}

/// The rows of an image that match, in an order.
struct Arranged {
    values: String,
    order: Order,
    rows: Vec<u32>,
}

impl Images {
    /// The image at a time, of the paths that `filter` selects. Of each path `ranks` says where it
    /// stands among the others.
    pub fn at(
        &mut self,
        files: Files<'_>,
        ranks: &[u32],
        (filter, selection): (&str, Option<&Selection>),
        at: Timestamp,
    ) -> &mut Kept {
        let bound = Bound::Included(at);
        let filter = selection.map(|_| filter.to_owned());
        let is_same = |kept: &Kept| {
            kept.filter == filter && kept.image.is_at(files, bound) && !kept.image.lacks_bytes()
        };
        if let Some(found) = self.kept.iter().position(is_same) {
            self.kept[..=found].rotate_right(1);
        } else {
            let near = self.nearest(files, filter.as_deref(), bound);
            let mut image = image_between(files, selection, bound, near);
            image.sort_by(ranks);
            self.kept.insert(0, Kept { at, filter, image: Rc::new(image), arranged: None });
            self.forget_some();
        }
        &mut self.kept[0]
    }

    /// The image of a few paths at a time, which is not kept.
    pub fn of_few(&self, files: Files<'_>, few: &Selection, at: Timestamp) -> Image {
        let bound = Bound::Included(at);
        let near = self.nearest(files, None, bound);
        image_between(files, Some(few), bound, near)
    }

    /// The images of all paths or of the same filter that are the least distance from a bound, an
    /// earlier and a later one.
    fn nearest(
        &self,
        files: Files<'_>,
        filter: Option<&str>,
        bound: Bound<Timestamp>,
    ) -> (Option<Rc<Image>>, Option<Rc<Image>>) {
        let fits = |kept: &&Kept| kept.filter.is_none() || kept.filter.as_deref() == filter;
        let (mut earlier, mut later) = (None, None);
        for kept in self.kept.iter().filter(fits) {
            let (nearest, bytes) = match kept.image.distance(files, bound) {
                Some(Distance::After(bytes)) => (&mut earlier, bytes),
                Some(Distance::Before(bytes)) => (&mut later, bytes),
                None => continue,
            };
            if nearest.as_ref().is_none_or(|(nearest, _)| bytes < *nearest) {
                *nearest = Some((bytes, Rc::clone(&kept.image)));
            }
        }
        let bytes = |image: &Option<(u64, _)>| image.as_ref().map_or(u64::MAX, |(bytes, _)| *bytes);
        if bytes(&earlier) <= bytes(&later).min(NEAR) {
            later = None;
        }
        (earlier.map(|(_, image)| image), later.map(|(_, image)| image))
    }

    /// Forgets what was asked for longest ago, where it is too much. Of the images of all paths the
    /// latest stays, because from there every time can be reached by going back.
    fn forget_some(&mut self) {
        let mut bytes: usize = self.kept.iter().map(|kept| kept.image.bytes()).sum();
        while self.kept.len() > MAX_KEPT || (self.kept.len() > 2 && bytes > MAX_BYTES) {
            let whole = self.kept.iter().enumerate().filter(|(_, kept)| kept.filter.is_none());
            let latest = whole.max_by_key(|(_, kept)| kept.at).map(|(number, _)| number);
            let oldest = self.kept.len() - 1;
            let forgotten = if latest == Some(oldest) { oldest - 1 } else { oldest };
            bytes -= self.kept.remove(forgotten).image.bytes();
        }
    }
}

impl Kept {
    /// The entries that match, in an order, by their numbers.
    pub fn rows(&mut self, values: (&str, &ValueFilter), order: Order) -> (&Image, &[u32]) {
        let (text, filter) = values;
        let is_same = |kept: &Arranged| (kept.values.as_str(), kept.order) == (text, order);
        let kept = self.arranged.take().filter(is_same);
        let arranged = kept.unwrap_or_else(|| Arranged {
            values: text.to_owned(),
            order,
            rows: arrange(&self.image, filter, order, self.at),
        });
        (&self.image, &self.arranged.insert(arranged).rows)
    }
}
