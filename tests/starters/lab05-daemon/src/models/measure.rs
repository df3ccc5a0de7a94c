//! One row of the table.

use std::time::{Duration, Instant};

use super::{Answer, Job, Model, Result};

/// What is to be measured.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// Who does it.
    pub model: Model,
    /// What is done.
    pub job: Job,
    /// How often.
    pub times: usize,
    /// By how many at once.
    pub workers: usize,
}

/// What came out.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What was measured.
    pub trial: Trial,
    /// All answers' values together.
    pub sum: u64,
    /// The most jobs that were under way at the same time.
    pub at_once: usize,
    /// How long it took, with the start and the end of all workers.
    pub took: Duration,
}

impl Trial {
    /// Measures it.
    ///
    /// # Errors
    /// What [`Model::run`] says.
    pub fn measure(self) -> Result<Row> {
        let start = Instant::now();
        let answers = self.model.run(self.job, self.times, self.workers)?;
        let took = start.elapsed();
        Ok(Row {
            trial: self,
            sum: answers.iter().map(|answer| answer.value).sum(),
            at_once: most_at_once(&answers),
            took,
        })
    }
}

impl Row {
    /// Returns how many jobs were done in a second.
    #[expect(clippy::cast_precision_loss, reason = "a number of jobs, far below 2^52")]
    pub fn per_second(&self) -> f64 {
        self.trial.times as f64 / self.took.as_secs_f64()
    }
}

/// Finds out how many jobs were under way at the same time, at most: of all beginnings, the one that most jobs contain.
pub fn most_at_once(answers: &[Answer]) -> usize {
    let mut changes: Vec<(Duration, i8)> = answers
        .iter()
        .flat_map(|answer| [(answer.began, 1), (answer.ended, -1)])
        .collect();
    // Of the same moment, ends come first: who begins when another ends was not at work beside it.
    changes.sort_unstable();
    let (mut now, mut most) = (0_usize, 0);
    for (_, change) in changes {
        now = now.saturating_add_signed(change.into());
        most = most.max(now);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_is_counted() {
        for (spans, expected) in [
            (&[][..], 0),
            (&[(0, 10)], 1),
            (&[(0, 10), (10, 20)], 1),
            (&[(0, 10), (9, 20), (19, 30)], 2),
            (&[(0, 30), (5, 10), (12, 20), (15, 16)], 3),
        ] {
            let answers: Vec<Answer> = spans
                .iter()
                .map(|&(began, ended)| Answer {
                    value: 1,
                    began: Duration::from_nanos(began),
                    ended: Duration::from_nanos(ended),
                })
                .collect();
            assert_eq!(most_at_once(&answers), expected, "{spans:?}");
        }
    }
}
