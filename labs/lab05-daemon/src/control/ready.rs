//! When a command is ready, and how whoever started it hears of that.

use std::io::{self, PipeReader, PipeWriter};
#[expect(unused_imports, reason = "both ends will use them")]
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::{Duration, Instant};

use super::config::Ready;
#[expect(unused_imports, reason = "`wait` will use it")]
use super::error::Error;
use super::error::Result;

/// How long a command must live that says nothing by itself.
const SETTLED: Duration = Duration::from_millis(100);

#[expect(dead_code, reason = "both ends will use it")]
/// What the daemon writes into the pipe when all is well. Anything else is the sentence that says what is not.
const WELL: &str = "\n";

/// The daemon's end of a pipe to whoever started it.
#[derive(Debug)]
pub struct Report {
    /// Nothing when nobody waits, or no longer.
    pipe: Option<PipeWriter>,
}

/// The other end.
#[derive(Debug)]
pub struct Answer {
    #[expect(dead_code, reason = "`wait` will use it")]
    pipe: PipeReader,
}

/// Makes a pipe for one report. What is executed inherits neither end.
///
/// # Errors
/// What pipe(2) says.
pub fn pipe() -> io::Result<(Report, Answer)> {
    let (reader, writer) = io::pipe()?;
    Ok((Report { pipe: Some(writer) }, Answer { pipe: reader }))
}

impl Report {
    /// Makes one that nobody hears.
    pub fn to_nobody() -> Self {
        Self { pipe: None }
    }

    /// Whether somebody waits for it.
    pub fn is_awaited(&self) -> bool {
        self.pipe.is_some()
    }

    /// The descriptor of the pipe.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(|pipe| pipe.as_fd())
    }

    /// Says that the command is ready.
    pub fn ready(&mut self) {
        todo!("daemonize: Write `WELL` and close the pipe. That nobody waits any more is no error.")
    }

    /// Says why there is no daemon. The pipe ends with this process, so that whoever waits goes on when there is really none.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn failed(&self, sentence: &str) {
        todo!("daemonize: Write the sentence, but leave the pipe open.")
    }
}

impl Answer {
    /// Waits for the report.
    ///
    /// # Errors
    /// [`Error::NotReady`] with the daemon's sentence, or with one about a daemon that died without any.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn wait(self, name: &str) -> Result<()> {
        todo!("daemonize: Read to the end of the pipe. What if there is nothing at all in it?")
    }
}

/// Decides when a command is ready. It is told what happens, and never asks for the time.
#[derive(Debug, Clone, Copy)]
pub struct Readiness {
    /// What it takes.
    by: Ready,
    /// When the command was started.
    since: Instant,
    /// How long it may take.
    timeout: Duration,
}

/// What a command has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It has written a whole line to its standard output.
    Line,
    /// It has sent `READY=1`.
    Notified,
    /// Nothing, but time has passed.
    Time,
}

/// What that means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is ready.
    Ready,
    /// It is not, and may still become so.
    NotYet,
    /// It has had its time.
    TooLate,
}

impl Readiness {
    /// Makes one for a command that is started now.
    pub fn new(by: Ready, timeout: Duration, now: Instant) -> Self {
        Self {
            by,
            since: now,
            timeout,
        }
    }

    /// Returns whether the command is ready. What makes it ready does so whenever it comes, also after the timeout: that it is too late is
    /// a matter of time alone.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn verdict(&self, sign: Sign, now: Instant) -> Verdict {
        todo!("daemonize: Match what it takes with the sign. `Ready::Started` takes SETTLED.")
    }

    /// Returns when time alone will change the verdict.
    pub fn until(&self) -> Instant {
        let span = match self.by {
            Ready::Started => self.timeout.min(SETTLED),
            Ready::Line | Ready::Notify => self.timeout,
        };
        self.since + span
    }

    /// How long it may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_readiness_has_its_sign() {
        let start = Instant::now();
        for (by, sign, after, expected) in [
            (Ready::Started, Sign::Time, 0, Verdict::NotYet),
            (Ready::Started, Sign::Line, 99, Verdict::NotYet),
            (Ready::Started, Sign::Time, 100, Verdict::Ready),
            (Ready::Line, Sign::Time, 999, Verdict::NotYet),
            (Ready::Line, Sign::Notified, 999, Verdict::NotYet),
            (Ready::Line, Sign::Line, 999, Verdict::Ready),
            (Ready::Line, Sign::Time, 1000, Verdict::TooLate),
            (Ready::Line, Sign::Line, 1000, Verdict::Ready),
            (Ready::Notify, Sign::Line, 10, Verdict::NotYet),
            (Ready::Notify, Sign::Notified, 10, Verdict::Ready),
            (Ready::Notify, Sign::Time, 2000, Verdict::TooLate),
        ] {
            let readiness = Readiness::new(by, Duration::from_secs(1), start);
            let found = readiness.verdict(sign, start + Duration::from_millis(after));
            assert_eq!(found, expected, "{by:?} {sign:?} {after}");
        }
    }
}
