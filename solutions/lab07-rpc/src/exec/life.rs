//! What becomes of one command: decided without a clock and without a process.

use std::time::Duration;

use daemon::process::How;
use nix::sys::signal::Signal;

use super::item::Stream;
use super::outcome::Outcome;

/// How long a command that was told to end has for it.
pub const GRACE: Duration = Duration::from_secs(1);

/// How long strangers are listened to that hold the pipes of a command whose process has ended: a daemon that it left behind may keep them
/// open for ever.
pub const STRANGERS: Duration = Duration::from_millis(200);

/// What is known of a command, and what follows from it. Times are since whatever moment the owner likes.
///
/// ```
/// use nix::sys::signal::Signal;
/// use rpc::exec::life::Life;
/// use std::time::Duration;
///
/// let ms = Duration::from_millis;
/// let mut life = Life::begin(Some(ms(500)), None, ms(0));
/// assert_eq!(life.until(ms(0)), Some(ms(500)));
/// assert_eq!(life.due(ms(500)), Some(Signal::SIGTERM));
/// assert_eq!(life.due(ms(1500)), Some(Signal::SIGKILL));
/// ```
#[derive(Debug)]
//~exec #[expect(dead_code, reason = "its functions will use them")]
pub struct Life {
    began: Duration,
    /// How many more bytes it may write.
    room: Option<u64>,
    /// The next signal for its group, and when.
    next: Option<(Duration, Signal)>,
    /// It was told to end.
    told: bool,
    /// Nobody wants to hear of it any more.
    unwanted: bool,
    timed_out: bool,
    cut: bool,
    /// How its process ended, and when.
    ended: Option<(How, Duration)>,
    /// How many bytes of each stream stood in its pipe when the process ended.
    owed: [u64; 2],
}

impl Life {
    /// Begins one that may run for `timeout` and write `limit` bytes.
    pub fn begin(timeout: Option<Duration>, limit: Option<u64>, now: Duration) -> Self {
        Self {
            began: now,
            room: limit,
            next: timeout.map(|timeout| (now.saturating_add(timeout), Signal::SIGTERM)),
            told: false,
            unwanted: false,
            timed_out: false,
            cut: false,
            ended: None,
            owed: [0; 2],
        }
    }

    /// Tells it to end, unless that has happened already. Returns the signal for its group.
    //~exec #[expect(dead_code, reason = "the others will use it")]
    fn tell(&mut self, now: Duration) -> Option<Signal> {
        // region:exec TERM, once, and only while its process lives; when the grace is over comes KILL.
        if self.told || self.ended.is_some() {
            return None;
        }
        self.told = true;
        self.next = Some((now + GRACE, Signal::SIGKILL));
        Some(Signal::SIGTERM)
        // endregion:exec
    }

    /// Takes note that nobody waits for it any more. Returns the signal for its group.
    pub fn over(&mut self, now: Duration) -> Option<Signal> {
        // region:exec It is told to end, and nothing that it writes is wanted.
        self.unwanted = true;
        self.tell(now)
        // endregion:exec
    }

    /// Returns the signal for its group that is due, if one is.
    pub fn due(&mut self, now: Duration) -> Option<Signal> {
        // region:exec If the next one's time has come: TERM was its time limit, so that it has timed out and is told to end. After KILL comes nothing more.
        let (_, signal) = self.next.take_if(|(at, _)| *at <= now)?;
        if signal == Signal::SIGKILL {
            return Some(signal);
        }
        self.timed_out = true;
        self.tell(now)
        // endregion:exec
    }

    /// Takes note that so many bytes came from a stream. Returns how many of them, from the front, are passed on, and the signal for its group.
    pub fn came(&mut self, stream: Stream, bytes: usize, now: Duration) -> (usize, Option<Signal>) {
        // region:exec They are owed no more. None of them if it is unwanted or was cut. Else as many as there is room for; one byte more than that, and it is cut and told to end.
        let owed = &mut self.owed[stream as usize];
        *owed = owed.saturating_sub(bytes as u64);
        if self.unwanted || self.cut {
            return (0, None);
        }
        let Some(room) = &mut self.room else {
            return (bytes, None);
        };
        let passed = usize::try_from(*room).map_or(bytes, |room| bytes.min(room));
        *room -= passed as u64;
        self.cut = passed < bytes;
        let signal = if self.cut { self.tell(now) } else { None };
        (passed, signal)
        // endregion:exec
    }

    /// Takes note that its process has ended, when so many bytes stood in the pipes of its two streams.
    pub fn ended(&mut self, how: How, owed: [u64; 2], now: Duration) {
        // region:exec There is nobody left to be sent a signal.
        self.ended = Some((how, now));
        self.owed = owed;
        self.next = None;
        // endregion:exec
    }

    /// Takes note that nothing stands in the pipe of a stream now.
    pub fn nothing_left(&mut self, stream: Stream) {
        self.owed[stream as usize] = 0;
    }

    /// Returns how many bytes of a stream are still to be read, at the most. With none, its pipe is of no use any more.
    pub fn wants(&self, stream: Stream, now: Duration) -> u64 {
        // region:exec Without limit as long as its process lives, whatever becomes of them: it could not write on otherwise. After its end nothing if it is unwanted or was cut; without limit while strangers are listened to; and then what is owed, however long the client takes to read it.
        match self.ended {
            None => u64::MAX,
            Some(_) if self.unwanted || self.cut => 0,
            Some((_, at)) if now < at + STRANGERS => u64::MAX,
            Some(_) => self.owed[stream as usize],
        }
        // endregion:exec
    }

    /// Returns when to look again, if nothing happens before: after `now`.
    pub fn until(&self, now: Duration) -> Option<Duration> {
        // region:exec The time of the next signal; after its end, the time up to which strangers are listened to, as long as that is to come.
        match self.ended {
            None => self.next.map(|(at, _)| at),
            Some((_, at)) => Some(at + STRANGERS).filter(|&at| at > now),
        }
        // endregion:exec
    }

    /// Returns whether nobody wants to hear of it.
    pub fn is_unwanted(&self) -> bool {
        self.unwanted
    }

    /// Returns how it ended, once it has.
    pub fn outcome(&self) -> Option<Outcome> {
        // region:exec It ran until its process ended; how long its pipes were read then does not count.
        let (how, at) = self.ended?;
        Some(Outcome {
            how,
            timed_out: self.timed_out,
            cut: self.cut,
            took: at.saturating_sub(self.began),
        })
        // endregion:exec
    }
}

// region:exec
#[cfg(test)]
mod tests {
    use Signal::{SIGKILL, SIGTERM};
    use Stream::{Err, Out};

    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn who_is_late_is_told_to_end_and_killed_when_the_grace_is_over() {
        let mut life = Life::begin(Some(ms(200)), None, ms(100));
        for (at, until, expected) in [
            (299, Some(300), None),
            (310, Some(1310), Some(SIGTERM)),
            (1309, Some(1310), None),
            (1310, None, Some(SIGKILL)),
            (9000, None, None),
        ] {
            assert_eq!(life.due(ms(at)), expected, "at {at}");
            assert_eq!(life.until(ms(at)), until.map(ms), "at {at}");
        }
        assert_eq!(life.outcome(), None);
        life.ended(How::Killed(9), [0, 0], ms(1320));
        let outcome = life.outcome().expect("it has ended");
        assert!(outcome.timed_out && !outcome.cut);
        assert_eq!((outcome.how, outcome.took), (How::Killed(9), ms(1220)));
    }

    #[test]
    fn it_is_told_once_whatever_the_reasons() {
        let mut life = Life::begin(Some(ms(500)), Some(3), ms(0));
        assert_eq!(life.came(Out, 4, ms(100)), (3, Some(SIGTERM)));
        assert_eq!(life.over(ms(200)), None);
        assert_eq!(life.due(ms(600)), None);
        assert_eq!(life.due(ms(1100)), Some(SIGKILL));
        life.ended(How::Killed(9), [0, 0], ms(1101));
        let outcome = life.outcome().expect("it has ended");
        assert!(outcome.cut && !outcome.timed_out);
    }

    #[test]
    fn who_has_ended_gets_no_signal() {
        let mut life = Life::begin(Some(ms(500)), Some(3), ms(0));
        life.ended(How::Exited(0), [9, 9], ms(100));
        assert_eq!(life.due(ms(600)), None);
        assert_eq!(life.came(Out, 4, ms(600)), (3, None));
        assert_eq!(life.over(ms(600)), None);
    }

    #[test]
    fn the_limit_is_for_both_streams_and_what_fits_is_passed_on() {
        let mut life = Life::begin(None, Some(10), ms(0));
        for (stream, bytes, expected) in [
            (Out, 4, (4, None)),
            (Err, 6, (6, None)),
            (Out, 0, (0, None)),
            (Err, 1, (0, Some(SIGTERM))),
            (Out, 5, (0, None)),
        ] {
            assert_eq!(life.came(stream, bytes, ms(1)), expected, "{bytes}");
        }
        // It can still write, so that it can end in order; and nothing of that is missed.
        assert_eq!(life.wants(Out, ms(1)), u64::MAX);
        life.ended(How::Exited(1), [7, 7], ms(2));
        assert_eq!(life.wants(Out, ms(2)), 0);
        let mut life = Life::begin(None, None, ms(0));
        assert_eq!(life.came(Out, usize::MAX, ms(1)), (usize::MAX, None));
    }

    #[test]
    fn what_nobody_wants_is_read_and_thrown_away() {
        let mut life = Life::begin(None, None, ms(0));
        assert_eq!(life.over(ms(5)), Some(SIGTERM));
        assert!(life.is_unwanted());
        assert_eq!(life.wants(Err, ms(5)), u64::MAX);
        assert_eq!(life.came(Err, 100, ms(5)), (0, None));
        life.ended(How::Killed(15), [9, 9], ms(6));
        assert_eq!([life.wants(Out, ms(6)), life.wants(Err, ms(6))], [0, 0]);
    }

    #[test]
    fn strangers_are_listened_to_for_a_while_and_the_command_to_its_last_byte() {
        let mut life = Life::begin(None, None, ms(0));
        life.ended(How::Exited(0), [10, 20], ms(1000));
        assert_eq!(life.until(ms(1000)), Some(ms(1200)));
        assert_eq!(life.wants(Out, ms(1199)), u64::MAX);
        assert_eq!(life.until(ms(1200)), None);
        assert_eq!([life.wants(Out, ms(1200)), life.wants(Err, ms(1200))], [10, 20]);
        life.came(Out, 4, ms(9000));
        assert_eq!([life.wants(Out, ms(9000)), life.wants(Err, ms(9000))], [6, 20]);
        life.came(Out, 7, ms(9000));
        life.nothing_left(Err);
        assert_eq!([life.wants(Out, ms(9000)), life.wants(Err, ms(9000))], [0, 0]);
        assert_eq!(life.outcome().map(|outcome| outcome.took), Some(ms(1000)));
    }
}
// endregion:exec
