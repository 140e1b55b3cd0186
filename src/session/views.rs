//! Answers to the views beside the image.

use super::Open;
use super::compare::KeptCompare;
use super::find::KeptFind;
use super::rows::CountedRows;
use super::series::AllSeries;
use super::tree::KeptTree;
use crate::export::Verify;
use crate::protocol::Failure;
use crate::protocol::views::{SeriesQuery, ViewRequest, ViewResponse};
use crate::query;
use crate::time::Timestamp;

/// The first and the last time, both included.
type Bounds = Option<(Timestamp, Timestamp)>;

/// What the views were asked last, as far as another answer can go on with it.
#[derive(Default)]
pub struct Views {
    pub(super) rows: Option<CountedRows>,
    pub(super) tree: KeptTree,
    pub(super) series: Option<(SeriesQuery, AllSeries)>,
    /// Of each shard.
    pub(super) statistics: Option<(Bounds, Vec<query::statistics::Statistics>)>,
    /// A check that is not over.
    pub(super) verify: Option<Verify>,
    pub(super) find: Option<KeptFind>,
    pub(super) compare: Option<KeptCompare>,
}

impl Views {
    /// Forgets what more batches would change. What is known of paths stays.
    pub(super) fn forget_batches(&mut self) {
        self.rows = None;
        self.series = None;
        self.find = None;
        self.compare = None;
        self.statistics = None;
        self.verify = None;
    }
}

impl Open {
    /// Answers one of the views.
    pub(super) fn view(&mut self, request: ViewRequest) -> Result<ViewResponse, Failure> {
        match request {
            ViewRequest::Details(query) => self.details(&query).map(ViewResponse::Details),
            ViewRequest::Batches(query) => self.batches_page(&query).map(ViewResponse::Batches),
            ViewRequest::Tree(query) => self.tree_page(&query).map(ViewResponse::Tree),
            ViewRequest::Step(query) => self.step(&query).map(ViewResponse::Step),
            ViewRequest::Series(query) => Ok(ViewResponse::Series(self.series(&query))),
            ViewRequest::Values(query) => Ok(ViewResponse::Values(self.values(&query))),
            ViewRequest::Overview(query) => Ok(ViewResponse::Overview(self.density(&query))),
            ViewRequest::Verify => self.verify().map(Box::new).map(ViewResponse::Verify),
            ViewRequest::Locate(offset) => Ok(ViewResponse::Step(self.locate(offset))),
            ViewRequest::Compare(query) => self.compare(&query).map(ViewResponse::Compare),
            ViewRequest::Find(query) => self.find(&query).map(Box::new).map(ViewResponse::Find),
            ViewRequest::Hit(query) => self.hit(&query).map(ViewResponse::Step),
            ViewRequest::Statistics(query) => {
                self.statistics(&query).map(Box::new).map(ViewResponse::Statistics)
            }
        }
    }
}
