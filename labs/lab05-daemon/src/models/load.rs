//! The jobs: the same for processes, threads and tasks.

use std::fmt;
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// It computes.
    Cpu,
    /// It waits.
    Wait,
}

impl Load {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Cpu, Self::Wait];
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Cpu => "cpu",
            Self::Wait => "wait",
        })
    }
}

impl FromStr for Load {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|load| load.to_string() == text)
            .ok_or("cpu or wait")
    }
}

/// One job. As text, which goes through pipes, it is `cpu 20000` or `wait 10`.
///
/// ```
/// use daemon::models::{Job, Load};
///
/// let job: Job = "cpu 100".parse()?;
/// assert_eq!(job, Job { load: Load::Cpu, size: 100 });
/// assert_eq!(job.run().value, 25);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// What it does.
    pub load: Load,
    /// The number below which primes are counted, or how many milliseconds it waits.
    pub size: u32,
}

impl Job {
    /// Does the job. The thread that calls is occupied as long as it takes, also when the job only waits.
    pub fn run(self) -> Answer {
        Answer::of(|| match self.load {
            Load::Cpu => primes_below(self.size),
            Load::Wait => {
                thread::sleep(self.wait());
                self.size.into()
            }
        })
    }

    /// Does the job as a task: where it waits, its thread is free for others.
    pub async fn run_as_task(self) -> Answer {
        match self.load {
            Load::Cpu => self.run(),
            Load::Wait => {
                let began = now();
                tokio::time::sleep(self.wait()).await;
                let value = self.size.into();
                Answer {
                    value,
                    began,
                    ended: now(),
                }
            }
        }
    }

    fn wait(self) -> Duration {
        Duration::from_millis(self.size.into())
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.load, self.size)
    }
}

impl FromStr for Job {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (load, size) = text.split_once(' ').ok_or("a load and a size")?;
        Ok(Self {
            load: load.parse()?,
            size: size.parse().map_err(|_| "a size is a number")?,
        })
    }
}

/// What a job comes to. As text it is the value and the two times, in nanoseconds.
///
/// The times are those of the monotonic clock, which is the same for all processes of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The number of primes, or the milliseconds that were waited for.
    pub value: u64,
    /// When the job began.
    pub began: Duration,
    /// When it was done.
    pub ended: Duration,
}

impl Answer {
    fn of(work: impl FnOnce() -> u64) -> Self {
        let began = now();
        let value = work();
        let ended = now();
        Self { value, began, ended }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {}",
            self.value,
            self.began.as_nanos(),
            self.ended.as_nanos()
        )
    }
}

impl FromStr for Answer {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "a value and two times";
        let numbers: Result<Vec<u64>, _> = text.split(' ').map(str::parse).collect();
        let [value, began, ended] = *numbers.map_err(|_| WHAT)? else {
            return Err(WHAT);
        };
        Ok(Self {
            value,
            began: Duration::from_nanos(began),
            ended: Duration::from_nanos(ended),
        })
    }
}

/// The time of the monotonic clock.
fn now() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_nanos(time.tv_nsec.unsigned_abs())
}

/// Counts primes, by trial division: nothing but arithmetic, and no memory that workers could compete for.
fn primes_below(end: u32) -> u64 {
    let is_prime = |n: &u64| (2..).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    (2..u64::from(end)).filter(is_prime).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_counted() {
        for (end, count) in [(0, 0), (2, 0), (3, 1), (10, 4), (100, 25), (20_000, 2262)] {
            assert_eq!(primes_below(end), count, "below {end}");
        }
    }

    #[test]
    fn jobs_and_answers_come_through_a_pipe_as_they_were() {
        let job = Job {
            load: Load::Wait,
            size: 7,
        };
        assert_eq!(job.to_string().parse(), Ok(job));
        let answer = Job {
            load: Load::Cpu,
            size: 10,
        }
        .run();
        assert_eq!(answer.to_string().parse(), Ok(answer));
        for text in ["", "1 2", "1 2 3 4", "1 2 x", "-1 2 3"] {
            assert!(text.parse::<Answer>().is_err(), "{text}");
        }
    }
}
