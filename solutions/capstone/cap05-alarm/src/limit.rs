use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Time;

/// When something happened, as far back as a limit or a flapping alarm looks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recent(VecDeque<Time>);

impl Recent {
    /// Takes note of a moment.
    pub fn add(&mut self, now: Time) {
        self.0.push_back(now);
    }

    /// Counts what happened within the span that ends now, and lets go of the rest. What is just `span` old does not count.
    pub fn count(&mut self, now: Time, span: Duration) -> usize {
        // region:limits The span slides: whatever moment it ends at, there is never more in it than was let in.
        while self.0.front().is_some_and(|first| now.since(*first) >= span) {
            self.0.pop_front();
        }
        self.0.len()
        // endregion:limits
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

// region:limits
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_slides() {
        let mut recent = Recent::default();
        for second in [0, 59, 60, 61] {
            recent.add(Time(second * 1000));
        }
        let span = Duration::from_secs(60);
        assert_eq!(recent.count(Time(61_000), span), 3);
        assert_eq!(recent.count(Time(120_000), span), 1);
        assert_eq!(recent.count(Time(121_000), span), 0);
    }
}
// endregion:limits
