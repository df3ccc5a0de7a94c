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
#[expect(dead_code, reason = "its functions will use them")]
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
    #[expect(dead_code, reason = "the others will use it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn tell(&mut self, now: Duration) -> Option<Signal> {
        todo!("exec: TERM, once, and only while its process lives; when the grace is over comes KILL.")
    }

    /// Takes note that nobody waits for it any more. Returns the signal for its group.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn over(&mut self, now: Duration) -> Option<Signal> {
        todo!("exec: It is told to end, and nothing that it writes is wanted.")
    }

    /// Returns the signal for its group that is due, if one is.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn due(&mut self, now: Duration) -> Option<Signal> {
        todo!(
            "exec: If the next one's time has come: TERM was its time limit, so that it has timed out and is told to end. After KILL comes nothing more."
        )
    }

    /// Takes note that so many bytes came from a stream. Returns how many of them, from the front, are passed on, and the signal for its group.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn came(&mut self, stream: Stream, bytes: usize, now: Duration) -> (usize, Option<Signal>) {
        todo!(
            "exec: They are owed no more. None of them if it is unwanted or was cut. Else as many as there is room for; one byte more than that, and it is cut and told to end."
        )
    }

    /// Takes note that its process has ended, when so many bytes stood in the pipes of its two streams.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn ended(&mut self, how: How, owed: [u64; 2], now: Duration) {
        todo!("exec: There is nobody left to be sent a signal.")
    }

    /// Takes note that nothing stands in the pipe of a stream now.
    pub fn nothing_left(&mut self, stream: Stream) {
        self.owed[stream as usize] = 0;
    }

    /// Returns how many bytes of a stream are still to be read, at the most. With none, its pipe is of no use any more.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn wants(&self, stream: Stream, now: Duration) -> u64 {
        todo!(
            "exec: Without limit as long as its process lives, whatever becomes of them: it could not write on otherwise. After its end nothing if it is unwanted or was cut; without limit while strangers are listened to; and then what is owed, however long the client takes to read it."
        )
    }

    /// Returns when to look again, if nothing happens before: after `now`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn until(&self, now: Duration) -> Option<Duration> {
        todo!(
            "exec: The time of the next signal; after its end, the time up to which strangers are listened to, as long as that is to come."
        )
    }

    /// Returns whether nobody wants to hear of it.
    pub fn is_unwanted(&self) -> bool {
        self.unwanted
    }

    /// Returns how it ended, once it has.
    pub fn outcome(&self) -> Option<Outcome> {
        todo!("exec: It ran until its process ended; how long its pipes were read then does not count.")
    }
}
