//! Whether what has ended is started again, and when.

use std::fmt;
use std::time::{Duration, Instant};

use super::config::{Config, Restart};
use crate::backoff::Backoff;
use crate::intensity::Intensity;
use crate::process::How;

//~signals #[expect(dead_code, reason = "`ended` will use it")]
/// After a run of this length, the next wait is the first one again.
const LONG: Duration = Duration::from_secs(10);

// region:given/policy
/// Decides about restarts. It is told what has happened and when, and never asks for the time.
//~signals #[expect(dead_code, reason = "`ended` will use all of it")]
#[derive(Debug, Clone)]
pub struct Policy {
    restart: Restart,
    backoff: Backoff,
    intensity: Intensity,
}

/// What is to be done about a command that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: this is the end.
    End {
        /// Whether it ended well.
        well: bool,
    },
    /// It is started again.
    Again {
        /// How long to wait before.
        wait: Duration,
        /// The how manieth restart this is of late.
        number: usize,
        /// How many there may be…
        most: usize,
        /// …within this time.
        within: Duration,
    },
    /// It has ended too often.
    GiveUp {
        /// How many restarts there would have been…
        restarts: usize,
        /// …within this time.
        within: Duration,
    },
}
// endregion:given/policy

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End { .. } => f.write_str("not starting again"),
            Self::Again {
                wait,
                number,
                most,
                within,
            } => write!(
                f,
                "starting again in {} ms ({number} of {most} in {})",
                wait.as_millis(),
                span(*within)
            ),
            Self::GiveUp { restarts, within } => {
                write!(f, "{restarts} restarts within {}: giving up", span(*within))
            }
        }
    }
}

/// Writes whole seconds as such, and anything else in milliseconds.
fn span(span: Duration) -> String {
    match span.subsec_millis() {
        0 => format!("{} s", span.as_secs()),
        _ => format!("{} ms", span.as_millis()),
    }
}

impl Policy {
    /// Makes the policy of a configuration.
    pub fn new(config: &Config) -> Self {
        Self {
            restart: config.restart,
            backoff: Backoff::new(config.backoff),
            intensity: Intensity::new(config.max_restarts, config.within),
        }
    }

    /// Decides what is to be done about a command that has run for so long and has ended now. `None` says that it could not be started.
    pub fn ended(&mut self, how: Option<How>, ran_for: Duration, now: Instant) -> Decision {
        // region:signals/ended Did it fail? May it come again? Was it a long run? Is it too often? In this order.
        let well = how == Some(How::Exited(0));
        let again = match self.restart {
            Restart::Never => false,
            Restart::OnFailure => !well,
            Restart::Always => true,
        };
        if !again {
            return Decision::End { well };
        }
        if ran_for > LONG {
            self.backoff.reset();
        }
        let within = self.intensity.within();
        if self.intensity.is_too_much(now) {
            return Decision::GiveUp {
                restarts: self.intensity.most() + 1,
                within,
            };
        }
        Decision::Again {
            wait: self.backoff.next_wait(),
            number: self.intensity.count(),
            most: self.intensity.most(),
            within,
        }
        // endregion:signals/ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITHIN: Duration = Duration::from_secs(60);

    fn policy(restart: Restart) -> Policy {
        Policy {
            restart,
            backoff: Backoff::new(Duration::from_millis(100)),
            intensity: Intensity::new(2, WITHIN),
        }
    }

    #[test]
    fn whether_it_comes_again_depends_on_how_it_ended() {
        let again = Decision::Again {
            wait: Duration::from_millis(100),
            number: 1,
            most: 2,
            within: WITHIN,
        };
        let (well, badly) = (Decision::End { well: true }, Decision::End { well: false });
        for (restart, how, expected) in [
            (Restart::Never, Some(How::Exited(0)), well),
            (Restart::Never, Some(How::Exited(3)), badly),
            (Restart::Never, Some(How::Killed(9)), badly),
            (Restart::Never, None, badly),
            (Restart::OnFailure, Some(How::Exited(0)), well),
            (Restart::OnFailure, Some(How::Exited(3)), again),
            (Restart::OnFailure, Some(How::Killed(15)), again),
            (Restart::OnFailure, None, again),
            (Restart::Always, Some(How::Exited(0)), again),
        ] {
            let found = policy(restart).ended(how, Duration::ZERO, Instant::now());
            assert_eq!(found, expected, "{restart:?} {how:?}");
        }
    }

    #[test]
    fn waits_double_until_a_long_run_or_until_it_is_too_often() {
        let start = Instant::now();
        let mut policy = policy(Restart::Always);
        for (at, ran_for, expected) in [
            (0, 0, "starting again in 100 ms (1 of 2 in 60 s)"),
            (1, 1, "starting again in 200 ms (2 of 2 in 60 s)"),
            (61, 10, "starting again in 400 ms (2 of 2 in 60 s)"),
            (122, 11, "starting again in 100 ms (1 of 2 in 60 s)"),
            (123, 0, "starting again in 200 ms (2 of 2 in 60 s)"),
            (124, 0, "3 restarts within 60 s: giving up"),
        ] {
            let at = start + Duration::from_secs(at);
            let decision = policy.ended(Some(How::Exited(3)), Duration::from_secs(ran_for), at);
            assert_eq!(decision.to_string(), expected);
        }
    }
}
