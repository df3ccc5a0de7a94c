use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use collect::{Kind, Labels, Unit};

/// The longest name of a series, and the longest labels of one, in bytes.
const LONGEST_NAME: usize = 255;
const LONGEST_LABELS: usize = 4096;

/// The end of the year 9999: what is later is no clock.
const LAST_MS: i64 = 253_402_300_799_999;

/// How far a host's clock may be ahead of ours: a day.
const MOST_AHEAD_MS: i64 = 86_400_000;

/// One value of one series at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The metric, such as `cpu.user`. It can be any text.
    pub name: Arc<str>,
    /// Of which part of the host.
    pub labels: Labels,
    /// Whether the value only grows.
    pub kind: Kind,
    /// What one of it is.
    pub unit: Unit,
    /// When it was measured by the host's clock, in milliseconds since 1970-01-01 UTC.
    pub time_ms: i64,
    /// As it was measured: a counter is kept as it stands, and its rate is made when it is read.
    pub value: f64,
}

/// What one host reports at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The name of the host. It can be any text.
    pub host: Arc<str>,
    /// When it arrived, by the clock of who stores it: whether a host is there must not depend on its own clock.
    pub received_ms: i64,
    /// What it reports.
    pub samples: Vec<Sample>,
}

/// What a series was at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// In milliseconds since 1970-01-01 UTC by the host's clock.
    pub time_ms: i64,
    /// In the unit of the series, or, of a rate, that many a second.
    pub value: f64,
}

impl Batch {
    /// Makes a batch that arrives at this moment.
    pub fn now(host: impl Into<Arc<str>>, samples: Vec<Sample>) -> Self {
        Self {
            host: host.into(),
            received_ms: now_ms(),
            samples,
        }
    }
}

/// Counts what became of a batch. The three add up to its samples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Appended {
    /// Samples that are new.
    pub stored: usize,
    /// Samples of a series and a moment that had one already: a batch that was sent twice. The first one stays.
    pub repeated: usize,
    /// Samples that are no number or of no possible time, whose name or labels are too long, of one series too many for a host, or of one too many in a window of two
    /// hours: a series has at most 72 000 there, ten a second.
    pub refused: usize,
}

impl std::ops::AddAssign for Appended {
    fn add_assign(&mut self, other: Self) {
        self.stored += other.stored;
        self.repeated += other.repeated;
        self.refused += other.refused;
    }
}

impl Sample {
    /// Says whether it can be kept at all, if it arrives at a time, and all that is older than another time is gone.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn is_fit(&self, received_ms: i64, oldest_ms: i64) -> bool {
        todo!(
            "append: A finite value, a time that is neither absurd nor gone nor more than a day ahead, a name and labels that are not too long."
        )
    }
}

/// Returns the time by this machine's clock, in milliseconds since 1970-01-01 UTC.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(LAST_MS)
}
