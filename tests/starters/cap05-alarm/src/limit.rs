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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn count(&mut self, now: Time, span: Duration) -> usize {
        todo!(
            "limits: The span slides: whatever moment it ends at, there is never more in it than was let in."
        )
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
