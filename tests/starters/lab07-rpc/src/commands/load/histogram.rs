//! How long many calls took, in little memory.

use std::time::Duration;

/// How many bits of a time are kept: two times of which the first seven bits are the same count as one.
const KEPT_BITS: u32 = 6;
/// How many buckets there are: 64 for each power of two, and the 64 least times.
const BUCKETS: usize = (64 - KEPT_BITS as usize + 1) << KEPT_BITS;

/// Counts times in buckets, whose width is a 64th of the time at most. It has 30 KiB, whatever it counts.
///
/// Source: HdrHistogram, by Gil Tene, has the same idea.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    count: u64,
    slowest: Duration,
}

impl Histogram {
    /// Makes an empty one.
    pub(super) fn new() -> Self {
        Self {
            counts: vec![0; BUCKETS],
            count: 0,
            slowest: Duration::ZERO,
        }
    }

    /// Counts a time.
    pub(super) fn add(&mut self, time: Duration) {
        self.counts[bucket(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))] += 1;
        self.count += 1;
        self.slowest = self.slowest.max(time);
    }

    /// Counts all times of another one.
    pub(super) fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.count += other.count;
        self.slowest = self.slowest.max(other.slowest);
    }

    /// Returns how many times were counted.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns the longest time, exactly.
    pub(super) fn slowest(&self) -> Duration {
        self.slowest
    }

    /// Returns the time that so many of a thousand calls did not exceed, or a 64th more.
    pub(super) fn within(&self, of_thousand: u64) -> Duration {
        let rank = (self.count * of_thousand).div_ceil(1000).max(1);
        let mut below = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            below += count;
            if below >= rank {
                return Duration::from_nanos(most(bucket)).min(self.slowest);
            }
        }
        self.slowest
    }
}

/// Returns the bucket of a number.
fn bucket(number: u64) -> usize {
    let bits = u64::BITS - number.leading_zeros();
    let shift = bits.saturating_sub(KEPT_BITS + 1);
    ((shift as usize) << KEPT_BITS) + (number >> shift) as usize
}

/// Returns the largest number of a bucket.
fn most(bucket: usize) -> u64 {
    let shift = (bucket >> KEPT_BITS).saturating_sub(1) as u32;
    let kept = bucket as u64 - (u64::from(shift) << KEPT_BITS);
    // As bits: what was kept, and then ones.
    kept << shift | ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_a_bucket_that_is_a_64th_wide_at_most() {
        let mut random = fastrand::Rng::with_seed(7);
        let numbers = (0..1000).chain((0..10_000).map(|_| random.u64(..) >> random.u32(..64)));
        for number in numbers.chain([u64::MAX, u64::MAX - 1, 1 << 63]) {
            let bucket = bucket(number);
            assert!(bucket < BUCKETS, "{number}");
            let most = most(bucket);
            assert!(
                most >= number && most - number <= number / 64,
                "{number} to {most}"
            );
            assert_eq!(super::bucket(most), bucket, "{number}");
        }
    }

    #[test]
    fn ranks_are_those_of_a_sorted_list() {
        let mut histogram = Histogram::new();
        for us in 1..=1000 {
            histogram.add(Duration::from_micros(us));
        }
        let mut twice = histogram.clone();
        twice.merge(&histogram);
        for histogram in [histogram, twice] {
            for (of_thousand, us) in [(500, 500), (990, 990), (999, 999), (1000, 1000)] {
                let within = histogram.within(of_thousand).as_micros();
                assert!((us..=us + us / 64).contains(&within), "{of_thousand}: {within}");
            }
            assert_eq!(histogram.slowest(), Duration::from_millis(1));
        }
        assert_eq!(Histogram::new().within(990), Duration::ZERO);
    }
}
