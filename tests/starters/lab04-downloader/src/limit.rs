//! `--limit`: how many bytes a second all connections together may read.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Deals out leave to read, in turn and at a rate.
///
/// Each leave begins when the one before is over, so that whoever asks is told when to read. It asks for no thread and for no clock.
///
/// ```
/// use downloader::limit::Limit;
/// use std::time::{Duration, Instant};
///
/// let now = Instant::now();
/// let limit = Limit::new(Some(1000));
/// assert_eq!(limit.take(65_536, now), (10, Duration::ZERO));
/// assert_eq!(limit.take(65_536, now), (10, Duration::from_millis(10)));
/// limit.give_back(10);
/// assert_eq!(limit.take(5, now), (5, Duration::from_millis(10)));
/// ```
#[derive(Debug)]
pub struct Limit(Option<Mutex<Pace>>);

#[expect(dead_code, reason = "`take` will use it")]
#[derive(Debug)]
struct Pace {
    /// Bytes a second.
    rate: u64,
    /// When the next leave begins.
    next: Option<Instant>,
}

impl Limit {
    /// Makes a limit in bytes a second, or none.
    pub fn new(rate: Option<u64>) -> Self {
        Self(rate.map(|rate| Mutex::new(Pace { rate, next: None })))
    }

    /// Takes leave to read up to `wanted` bytes: returns how many, and after which wait.
    pub fn take(&self, wanted: usize, now: Instant) -> (usize, Duration) {
        match self.pace() {
            Some(mut pace) => pace.take(wanted, now),
            None => (wanted, Duration::ZERO),
        }
    }

    /// Gives back what was not read of a leave.
    pub fn give_back(&self, bytes: usize) {
        if let Some(mut pace) = self.pace() {
            pace.give_back(bytes);
        }
    }

    fn pace(&self) -> Option<MutexGuard<'_, Pace>> {
        let pace = self.0.as_ref()?;
        Some(pace.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Pace {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn take(&mut self, wanted: usize, now: Instant) -> (usize, Duration) {
        todo!(
            "polish: Deal at most what a hundredth of a second brings, but at least a byte; remember when that is over."
        )
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn give_back(&mut self, bytes: usize) {
        todo!("polish: The next leave begins so much earlier.")
    }
}
