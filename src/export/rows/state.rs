//! The state at the start of an export: the last update of each path before it, in path order.

use crate::{
    export::Scope,
    format::Error,
    query::{
        Image, ImageJob, Selection,
        pass::{Budget, Step},
    },
    time::Timestamp,
    timeline::Timeline,
};
use std::ops::Bound;

/// The images of all shards at a time, in the making and then in path order.
pub(in crate::export) struct State {
    jobs: Vec<ImageJob>,
    images: Vec<Image>,
    /// The shard and the place in its image, by path and then by shard.
    order: Vec<(u32, u32)>,
}

impl State {
    /// Nothing is read yet.
    pub fn new(
        timeline: &Timeline,
        selections: &[Option<Selection>],
        at: Bound<Timestamp>,
    ) -> Self {
        let files = timeline.files();
        let jobs = files.iter().zip(selections);
        let jobs = jobs
            .map(|(files, selection)| ImageJob::new(*files, selection.as_ref(), at, (None, None)));
        Self { jobs: jobs.rev().collect(), images: Vec::new(), order: Vec::new() }
    }

    /// The state that a scope begins with.
    pub fn at_start(timeline: &Timeline, scope: &Scope, selections: &[Option<Selection>]) -> Self {
        Self::new(timeline, selections, scope.at_start())
    }

    /// Reads on.
    pub fn step(
        &mut self,
        timeline: &Timeline,
        selections: &[Option<Selection>],
        budget: &Budget,
    ) -> Step {
        while let Some(mut job) = self.jobs.pop() {
            let shard = self.images.len();
            let (files, selection) = (timeline.shards()[shard].files(), selections[shard].as_ref());
            if let Step::Stopped(stop) = job.step(&mut files.reader(), selection, budget) {
                self.jobs.push(job);
                return Step::Stopped(stop);
            }
            self.images.push(job.finish(selection));
        }
        if self.order.is_empty() {
            self.sort(timeline);
        }
        Step::Done
    }

    fn sort(&mut self, timeline: &Timeline) {
        let places = self.images.iter().enumerate().flat_map(|(shard, image)| {
            (0..image.entries().len() as u32).map(move |entry| (shard as u32, entry))
        });
        self.order = places.collect();
        let key = |&(shard, entry): &(u32, u32)| {
            let entry = &self.images[shard as usize].entries()[entry as usize];
            let paths = timeline.shards()[shard as usize].paths();
            let path = entry.ordinal.map(|ordinal| paths.path(ordinal));
            // Ids without a path come last.
            (path.is_none(), path, shard, entry.id)
        };
        self.order.sort_unstable_by(|l, r| key(l).cmp(&key(r)));
    }

    /// How many updates there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The image that holds an update, its shard, and its place there.
    pub fn get(&self, number: usize) -> (usize, &Image, usize) {
        let (shard, entry) = self.order[number];
        (shard as usize, &self.images[shard as usize], entry as usize)
    }

    /// What could not be read on the way, but that ids have no path.
    pub fn problems(&self) -> impl Iterator<Item = &Error> {
        let all = self.images.iter().flat_map(|image| &image.problems);
        all.filter(|problem| problem.kind() != crate::format::ErrorKind::UnmappedId)
    }
}
