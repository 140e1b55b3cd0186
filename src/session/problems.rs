//! When the batches were that have problems.

use super::{Open, full_name};
use crate::format::{RecordHeader, limits::MAX_PROBLEMS};
use crate::protocol::{Problem, ScanState};
use crate::time::Timestamp;

impl Open {
    fn has_several_files(&self) -> bool {
        self.files().iter().map(|files| files.archives().len()).sum::<usize>() > 1
    }

    /// What is wrong with the file, as far as it was listed; once all of it is scanned with the
    /// times of the batches that it is about.
    pub(super) fn problems(&self) -> Vec<Problem> {
        if self.has_several_files() {
            // Each with the name of its file; an offset alone would not tell where it is.
            let named = self.timeline.shards().iter().flat_map(|shard| {
                shard.problems().map(|(name, e)| {
                    let (problem, name) = (Problem::from(e), full_name(shard.name(), name));
                    Problem { message: format!("{name}: {}", problem.message), ..problem }
                })
            });
            return named.take(MAX_PROBLEMS).collect();
        }
        let mut problems: Vec<Problem> =
            self.archive().index().problems().map(Problem::from).collect();
        if self.scan != ScanState::Going {
            self.date(&mut problems);
        }
        problems
    }

    /// Puts the times of their batches to problems: one look at every batch, whatever the number of problems.
    pub(super) fn date(&self, problems: &mut [Problem]) {
        if problems.is_empty() || self.has_several_files() {
            return;
        }
        let index = self.archive().index();
        let mut offsets: Vec<u64> = problems.iter().filter_map(|problem| problem.offset).collect();
        offsets.sort_unstable();
        // The last batch that begins between each offset and the one before it.
        let mut nearest: Vec<Option<(u64, Timestamp)>> = vec![None; offsets.len()];
        for batches in [&index.deltas, &index.images] {
            for mark in (0..batches.len()).map(|number| batches.get(number)) {
                let behind = offsets.partition_point(|offset| *offset < mark.offset);
                if let Some(nearest) = nearest.get_mut(behind) {
                    *nearest = (*nearest).max(Some((mark.offset, mark.time)));
                }
            }
        }
        let mut batches = self.archive().batches();
        for problem in problems {
            let Some(offset) = problem.offset else { continue };
            let reached = offsets.partition_point(|other| *other <= offset);
            let Some((start, time)) = nearest[..reached].iter().flatten().max().copied() else {
                continue;
            };
            let end = batches
                .header(start)
                .map(|header| start + RecordHeader::LEN + u64::from(header.length));
            problem.time = end.is_ok_and(|end| offset < end).then_some(time);
        }
    }
}
