//! How long to wait before the next try.

use std::time::Duration;

/// Waits that double, each drawn by chance from its upper half, so that many senders do not come back together.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    most: Duration,
    next: Duration,
}

impl Backoff {
    /// Begins with waits of about `first`, which become at most `most`.
    pub fn new(first: Duration, most: Duration) -> Self {
        let next = first;
        Self { first, most, next }
    }

    /// Returns how long to wait now: at least as long as the receiver has asked for, if it has, but at most [`most`](Self::new).
    pub fn wait(&mut self, asked: Option<Duration>) -> Duration {
        let limit = self.next.min(self.most);
        self.next = limit.saturating_mul(2);
        let drawn = limit.mul_f64(0.5 + fastrand::f64() / 2.0);
        // What was asked for is the least, and chance comes on top.
        let least = asked.unwrap_or_default().min(self.most);
        if drawn < least {
            least + limit.mul_f64(fastrand::f64() / 2.0)
        } else {
            drawn
        }
    }

    /// Takes note that it has worked.
    pub fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_are_drawn() {
        let (first, most) = (Duration::from_millis(100), Duration::from_secs(1));
        let mut backoff = Backoff::new(first, most);
        for limit in [100, 200, 400, 800, 1000, 1000] {
            let wait = backoff.wait(None).as_millis();
            assert!((limit / 2..=limit).contains(&wait), "{wait} of {limit}");
        }
        let asked = Duration::from_millis(900);
        assert!(backoff.wait(Some(asked)) >= asked);
        assert!(backoff.wait(Some(Duration::from_secs(3600))) <= most * 2);
        backoff.reset();
        assert!(backoff.wait(None) <= first);
        let waits: std::collections::HashSet<_> = (0..20).map(|_| backoff.wait(None)).collect();
        assert!(waits.len() > 2);
    }
}
