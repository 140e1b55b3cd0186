//! A check of everything, read on with each question.

use super::{Open, Session, full_name};
use crate::{
    export::{Finding, Verify},
    protocol::{Failure, Problem, verify::VerifyPage},
    query::pass::{Step, Stop},
};

impl Open {
    /// What a check of all files found so far. A new one begins where the last one is over and was asked for.
    pub(super) fn verify(&mut self) -> Result<VerifyPage, Failure> {
        let kept = self.known.views.verify.take();
        let mut verify = kept.unwrap_or_else(|| Verify::new(&self.timeline));
        let step = verify.step(&self.timeline, &Session::BUDGET)?;
        if let Step::Stopped(Stop::Pending(e)) = step {
            return Err(e.into());
        }
        let names_files =
            self.timeline.shards().iter().map(|it| it.archives().len()).sum::<usize>();
        let problem = |finding: &Finding| {
            let problem = Problem::from(&finding.error);
            match names_files > 1 {
                true => {
                    let name = full_name(&finding.shard, &finding.file);
                    Problem { message: format!("{name}: {}", problem.message), ..problem }
                }
                false => problem,
            }
        };
        let (progress, counts) = (verify.progress(), verify.counts);
        let (findings, finding_count) = verify.findings();
        let page = VerifyPage {
            progress: (progress.done, progress.total),
            is_over: step == Step::Done,
            delta_batches: counts.delta_batches,
            image_batches: counts.image_batches,
            values: counts.values,
            findings: findings.iter().map(problem).collect(),
            finding_count,
            notes: verify.notes().0.iter().map(problem).collect(),
        };
        // Once it is over, the same question is another check.
        self.known.views.verify = (!page.is_over).then_some(verify);
        Ok(page)
    }
}
