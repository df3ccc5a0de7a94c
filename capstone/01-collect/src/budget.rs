use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::Cost;

/// Holds a collector to a share of a processor, however much there is to read: after a round that was long it rests.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    rounds: u32,
    spent: Duration,
    longest: Duration,
    rests_until: Option<Instant>,
    is_lifted: bool,
}

impl Budget {
    /// How many times as long as it worked a collector rests, at least: half a percent.
    const REST: u32 = 200;

    /// Lets the collector work in each round from now on.
    pub(crate) fn lift(&mut self) {
        self.is_lifted = true;
    }

    /// Runs a collector's round, unless it rests.
    pub(crate) fn run(&mut self, round: impl FnOnce()) {
        // Stage cost: let it rest if its time has not come, else measure what it takes.
        round();
    }

    /// Returns the time of a processor that all rounds took.
    pub(crate) fn spent(&self) -> Duration {
        self.spent
    }

    pub(crate) fn cost(&self, collector: &'static str) -> Cost {
        Cost {
            collector,
            rounds: self.rounds,
            cpu: self.spent,
            longest: self.longest,
        }
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn account(&mut self, begun: Instant, took: Duration) {
        todo!("cost: One round more, its time, the longest; and when the next may begin.")
    }
}

/// Returns the time of a processor that this thread has used: waiting costs a host nothing.
fn cpu_time() -> Duration {
    todo!("cost: CLOCK_THREAD_CPUTIME_ID.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_followed_by_a_rest_of_200_times_its_length() {
        let mut budget = Budget::default();
        let begun = Instant::now();
        budget.account(begun, Duration::from_millis(30));
        budget.account(begun, Duration::from_millis(10));
        assert_eq!(budget.rests_until, Some(begun + Duration::from_secs(2)));
        let cost = budget.cost("tcp");
        assert_eq!(
            (cost.rounds, cost.cpu.as_millis(), cost.longest.as_millis()),
            (2, 40, 30)
        );

        budget.account(Instant::now(), Duration::from_secs(60));
        budget.run(|| panic!("it rests"));
        budget.rests_until = None;
        let mut ran = false;
        budget.run(|| ran = true);
        assert!(ran);
    }
}
