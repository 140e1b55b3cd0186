//! What a scan found wrong: all counted, the first of them kept.

use crate::format::{Error, limits::MAX_PROBLEMS};

/// A list of problems that a hostile file cannot make long.
#[derive(Debug, Default)]
pub struct Problems {
    listed: Vec<Error>,
    count: u64,
}

impl Problems {
    /// Notes a problem.
    pub fn push(&mut self, problem: Error) {
        self.push_with(|| problem);
    }

    /// Notes a problem, which is worded only if it is kept.
    pub fn push_with(&mut self, problem: impl FnOnce() -> Error) {
        self.count += 1;
        if self.listed.len() < MAX_PROBLEMS {
            self.listed.push(problem());
        }
    }

    /// Takes back all problems but the first `count`.
    pub(super) fn take_back(&mut self, count: u64) {
        self.count = self.count.min(count);
        self.listed.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    }

    /// Counts problems that were not kept, so that there are `count` in all.
    pub(super) fn count_unlisted(&mut self, count: u64) {
        self.count = self.count.max(count);
    }

    /// The problems that were kept, in the order in which they were found.
    pub fn listed(&self) -> &[Error] {
        &self.listed
    }

    /// How many there were in all.
    pub fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ErrorKind;

    #[test]
    fn counts_what_it_does_not_keep() {
        let mut problems = Problems::default();
        for offset in 0..2 * MAX_PROBLEMS as u64 {
            problems.push(Error::new(ErrorKind::Length, offset, "x"));
        }
        assert_eq!(problems.listed().len(), MAX_PROBLEMS);
        assert_eq!(problems.count(), 2 * MAX_PROBLEMS as u64);
        assert_eq!(problems.listed()[7].offset(), Some(7));
        problems.take_back(3 * MAX_PROBLEMS as u64);
        assert_eq!(problems.count(), 2 * MAX_PROBLEMS as u64);
        problems.take_back(9);
        assert_eq!((problems.listed().len(), problems.count()), (9, 9));
    }

    #[test]
    fn words_only_what_it_keeps() {
        let mut problems = Problems::default();
        let mut worded = 0;
        for offset in 0..3 * MAX_PROBLEMS as u64 {
            problems.push_with(|| {
                worded += 1;
                Error::new(ErrorKind::Length, offset, "x")
            });
        }
        assert_eq!((worded, problems.count()), (MAX_PROBLEMS, 3 * MAX_PROBLEMS as u64));
    }
}
