//! How long to wait before the next try.

use std::time::Duration;

use daemon::backoff::Backoff;

/// The first wait.
const FIRST: Duration = Duration::from_millis(100);

/// Waits that double from 100 ms up to 30 s, and of which no two clients have the same.
#[derive(Debug)]
pub(super) struct Waits {
    backoff: Backoff,
}

impl Waits {
    pub(super) fn new() -> Self {
        Self {
            backoff: Backoff::new(FIRST),
        }
    }

    /// Returns how long to wait this time: between half of it and all of it, so that those who lost the same server do not come back together.
    pub(super) fn next(&mut self) -> Duration {
        // region:pool/waits Draw evenly, with `fastrand`, between half of what the back-off says and all of it.
        self.backoff.next_wait().mul_f64(0.5 + fastrand::f64() / 2.0)
        // endregion:pool/waits
    }

    /// Begins anew: something went well.
    pub(super) fn reset(&mut self) {
        self.backoff.reset();
    }
}

// region:pool
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_drawn_between_half_and_all() {
        let mut waits = Waits::new();
        for whole in [100, 200, 400, 800] {
            let wait = waits.next();
            assert!(
                (whole / 2..=whole).contains(&wait.as_millis()),
                "{wait:?} of {whole}"
            );
        }
        let firsts: Vec<_> = (0..20)
            .map(|_| {
                waits.reset();
                waits.next()
            })
            .collect();
        assert!(firsts.iter().any(|wait| *wait != firsts[0]), "{firsts:?}");
    }
}
// endregion:pool
