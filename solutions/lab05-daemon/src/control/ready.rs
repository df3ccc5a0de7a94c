//! When a command is ready, and how whoever started it hears of that.

use std::io::{self, PipeReader, PipeWriter};
//~daemonize #[expect(unused_imports, reason = "both ends will use them")]
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::{Duration, Instant};

use super::config::Ready;
//~daemonize #[expect(unused_imports, reason = "`wait` will use it")]
use super::error::Error;
use super::error::Result;

/// How long a command must live that says nothing by itself.
const SETTLED: Duration = Duration::from_millis(100);

//~daemonize #[expect(dead_code, reason = "both ends will use it")]
/// What the daemon writes into the pipe when all is well. Anything else is the sentence that says what is not.
const WELL: &str = "\n";

// region:given/report
/// The daemon's end of a pipe to whoever started it.
#[derive(Debug)]
pub struct Report {
    /// Nothing when nobody waits, or no longer.
    pipe: Option<PipeWriter>,
}

/// The other end.
#[derive(Debug)]
pub struct Answer {
    //~daemonize #[expect(dead_code, reason = "`wait` will use it")]
    pipe: PipeReader,
}
// endregion:given/report

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
        // region:daemonize/ready Write `WELL` and close the pipe. That nobody waits any more is no error.
        if let Some(mut pipe) = self.pipe.take() {
            let _ = pipe.write_all(WELL.as_bytes());
        }
        // endregion:daemonize/ready
    }

    /// Says why there is no daemon. The pipe ends with this process, so that whoever waits goes on when there is really none.
    pub fn failed(&self, sentence: &str) {
        // region:daemonize/failed Write the sentence, but leave the pipe open.
        if let Some(mut pipe) = self.pipe.as_ref() {
            let _ = pipe.write_all(sentence.as_bytes());
        }
        // endregion:daemonize/failed
    }
}

impl Answer {
    /// Waits for the report.
    ///
    /// # Errors
    /// [`Error::NotReady`] with the daemon's sentence, or with one about a daemon that died without any.
    pub fn wait(self, name: &str) -> Result<()> {
        // region:daemonize/wait Read to the end of the pipe. What if there is nothing at all in it?
        let mut bytes = Vec::new();
        let Self { mut pipe } = self;
        pipe.read_to_end(&mut bytes)
            .map_err(Error::system("read the daemon's report"))?;
        match &*String::from_utf8_lossy(&bytes) {
            WELL => Ok(()),
            "" => Err(Error::NotReady(format!(
                "{name}: its supervisor died before it was ready, see the log"
            ))),
            sentence => Err(Error::NotReady(sentence.to_owned())),
        }
        // endregion:daemonize/wait
    }
}

// region:given/readiness
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
// endregion:given/readiness

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
    pub fn verdict(&self, sign: Sign, now: Instant) -> Verdict {
        // region:daemonize/verdict Match what it takes with the sign. `Ready::Started` takes SETTLED.
        let age = now.saturating_duration_since(self.since);
        match (self.by, sign) {
            (Ready::Line, Sign::Line) | (Ready::Notify, Sign::Notified) => Verdict::Ready,
            (Ready::Started, _) if age >= SETTLED => Verdict::Ready,
            _ if age >= self.timeout => Verdict::TooLate,
            _ => Verdict::NotYet,
        }
        // endregion:daemonize/verdict
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
