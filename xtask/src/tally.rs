//! Counting what test runners say they ran.
//!
//! cargo's harness, wasm-bindgen's and the end-to-end tests all close with the same line:
//! `test result: ok. 3 passed; 0 failed; …`.

use std::ops::AddAssign;

/// Tests that passed and that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    /// A step that is one test by itself.
    pub fn one(passed: bool) -> Tally {
        Tally { passed: passed.into(), failed: (!passed).into() }
    }

    /// The sum of every result line in a runner's output.
    pub fn read(output: &str) -> Tally {
        let mut sum = Tally::default();
        for line in output.lines() {
            let Some((_, counts)) = line.split_once("test result: ") else { continue };
            let count = |what: &str| {
                let words: Vec<&str> = counts.split([' ', ';']).filter(|w| !w.is_empty()).collect();
                let pair = words.windows(2).find(|pair| pair[1] == what);
                pair.and_then(|pair| pair[0].parse::<u64>().ok()).unwrap_or(0)
            };
            sum += Tally { passed: count("passed"), failed: count("failed") };
        }
        sum
    }

    /// The count of a step that ran tests, where a runner that stopped short of its result line or
    /// ran none at all is itself a failure.
    pub fn of_runner(success: bool, output: &str) -> Tally {
        let mut tally = Tally::read(output);
        if tally.failed == 0 && (!success || tally.passed == 0) {
            tally.failed = 1;
        }
        tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    const TWO: &str = "test a ... ok\n\
        test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
        test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out; finished in 0.14s\n";

    #[test]
    fn sums_every_result_line() {
        assert_eq!(Tally::read(TWO), Tally { passed: 15, failed: 2 });
    }

    #[test]
    fn a_runner_that_failed_or_ran_nothing_is_a_failure() {
        let good = "test result: ok. 2 passed; 0 failed; 0 ignored";
        let none = "test result: ok. 0 passed; 0 failed; 0 ignored";
        assert_eq!(Tally::of_runner(true, good), Tally { passed: 2, failed: 0 });
        assert_eq!(Tally::of_runner(false, good), Tally { passed: 2, failed: 1 });
        assert_eq!(Tally::of_runner(true, none), Tally { passed: 0, failed: 1 });
        assert_eq!(
            Tally::of_runner(false, "error: it does not compile"),
            Tally { passed: 0, failed: 1 }
        );
        assert_eq!(Tally::of_runner(false, TWO), Tally { passed: 15, failed: 2 });
    }
}
