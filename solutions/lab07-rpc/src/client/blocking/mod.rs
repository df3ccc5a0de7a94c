//! A client that blocks: one call at a time, on one connection.

mod channel;
mod talk;

use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

pub use channel::Channel;

use super::Options;
// region:call
use crate::code::Code;
// endregion:call
use crate::error::{Error, Result};
use crate::frame::{Decoder, LEAST_LIMIT};
use crate::message;
// region:call
use crate::message::Failure;
// endregion:call
use talk::Talk;

/// How much memory for frames is kept when all are sent, in bytes.
const WORTH_KEEPING: usize = 64 << 10;

/// A client that makes one call after the other.
///
/// Between calls it hears nothing. A server that asks whether somebody is there gets no answer then, and ends the connection after a while;
/// the next call says so, and a new client is needed.
///
/// ```no_run
/// use rpc::client::{Options, blocking::Client};
///
/// let mut client = Client::connect("127.0.0.1:7000", &Options::default())?;
/// assert_eq!(client.call("echo", b"[1]")?, b"[1]");
/// # Ok::<(), rpc::Error>(())
/// ```
pub struct Client {
    channel: Box<dyn Channel>,
    timeout: Option<Duration>,
    ping: Option<Duration>,
    decoder: Decoder,
    talk: Talk,
    /// How long the channel waits at most, once it was told.
    waits: Option<Option<Duration>>,
    /// For how long nothing was heard while somebody listened.
    silent: Duration,
    /// The server has not taken what was last to be sent.
    stuffed: bool,
    /// Why nothing can be called any more.
    ended: Option<String>,
}

/// Who has the items of a call.
type Items<'a> = dyn FnMut(&[u8]) -> ControlFlow<()> + 'a;

/// Within which time a call must be answered.
struct Limit {
    left_ms: u32,
    until: Option<Instant>,
}

impl Client {
    /// Connects to `address`, HOST:PORT.
    ///
    /// # Errors
    /// [`Error::Connect`].
    pub fn connect(address: &str, options: &Options) -> Result<Self> {
        Ok(Self::over(channel::connect(address, options)?, options))
    }

    /// Takes a connection that is made already.
    pub fn over(channel: Box<dyn Channel>, options: &Options) -> Self {
        let max_payload = options.max_payload.max(LEAST_LIMIT);
        Self {
            channel,
            timeout: options.timeout,
            ping: options.ping,
            decoder: Decoder::new(max_payload),
            talk: Talk::new(max_payload, options.ping),
            waits: None,
            silent: Duration::ZERO,
            stuffed: false,
            ended: None,
        }
    }

    /// Calls a method, and waits for its reply. Items that come before are dropped.
    ///
    /// # Errors
    /// Any [`Error`].
    pub fn call(&mut self, method: &str, body: &[u8]) -> Result<Vec<u8>> {
        self.call_within(self.timeout, method, body, |_| ControlFlow::Continue(()))
    }

    /// Calls a method that may take `timeout`, hands its items to `item`, and waits for its reply. When `item` breaks off, the call is
    /// cancelled.
    ///
    /// # Errors
    /// Any [`Error`].
    pub fn call_within(
        &mut self,
        timeout: Option<Duration>,
        method: &str,
        body: &[u8],
        mut item: impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<Vec<u8>> {
        if let Some(why) = &self.ended {
            let why = why.clone();
            return Err(Error::Lost { why, sent: false });
        }
        let left_ms = message::left_ms(timeout);
        let call = message::Call {
            left_ms,
            method,
            body,
        };
        let answer = self.exchange(&call, timeout, &mut item);
        if let Err(error) = &answer {
            self.note(error);
        }
        answer
    }

    /// Makes a call, and hears the server until it is answered.
    fn exchange(
        &mut self,
        call: &message::Call<'_>,
        timeout: Option<Duration>,
        item: &mut Items<'_>,
    ) -> Result<Vec<u8>> {
        // region:call The channel may wait as long as the call may take (`wait`). Only a call that is larger than everybody takes must `hear` the server's HELLO first. Then `talk` takes the call, or says why not; `send` all that it has to say (what is not sent whole is `unsent`), and `hear` until there is a reply.
        let limit = Limit {
            left_ms: call.left_ms,
            until: timeout.map(|timeout| Instant::now() + timeout),
        };
        self.wait(timeout)?;
        if call.size() > LEAST_LIMIT as usize {
            self.send(&limit)?;
            while !self.talk.is_greeted() {
                self.hear(&limit, item)?;
            }
        }
        self.talk.call(call)?;
        self.send(&limit).map_err(unsent)?;
        loop {
            if let Some(reply) = self.hear(&limit, item)? {
                return Ok(reply);
            }
        }
        // endregion:call
    }

    /// Hears all frames that are there, after reading once if there is none. Returns the reply, if it is among them.
    fn hear(&mut self, limit: &Limit, item: &mut Items<'_>) -> Result<Option<Vec<u8>>> {
        // region:call Read with `decoder.read_from`. Nothing at all is the end: `Lost`. A wait that is over may be the end of the call, or of the server: `nothing_came`. Then let `talk` hear each frame that is whole. If none was the reply, the next read may wait only as long as is left, and `send` what `talk` has to say to what it heard.
        match self.decoder.read_from(&mut self.channel) {
            Ok(0) => return Err(lost("closed by the server")),
            Ok(_) => self.silent = Duration::ZERO,
            Err(error) => match error.kind() {
                ErrorKind::Interrupted => {}
                ErrorKind::WouldBlock | ErrorKind::TimedOut => self.nothing_came()?,
                _ => return Err(lost(error)),
            },
        }
        while let Some(frame) = self.decoder.next()? {
            if let Some(reply) = self.talk.hear(frame, item)? {
                return Ok(Some(reply));
            }
        }
        self.wait_until(limit)?;
        self.send(limit)?;
        Ok(None)
        // endregion:call
    }

    /// Takes note that nothing was heard for as long as the channel waits: after the time of the pings it asks, after twice as much it is over.
    fn nothing_came(&mut self) -> Result<()> {
        let Some(ping) = self.ping else {
            return Ok(());
        };
        let before = self.silent;
        self.silent += self.waits.flatten().unwrap_or_default();
        if self.silent >= ping * 2 {
            return Err(lost(format!("silent for {} ms", ping.as_millis() * 2)));
        }
        if before < ping && self.silent >= ping {
            self.talk.ping();
        }
        Ok(())
    }

    /// Lets the channel wait until the call must be answered. If that is now, it is over.
    fn wait_until(&mut self, limit: &Limit) -> Result<()> {
        // region:call Without a limit it waits without one. Without time left the server is told that nobody wants the answer (`talk.cancel`), and the call fails as DEADLINE: `not done within N ms`.
        let Some(until) = limit.until else {
            return self.wait(None);
        };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            self.talk.cancel();
            let message = format!("not done within {} ms", limit.left_ms);
            return Err(Failure::new(Code::DEADLINE, message).into());
        }
        self.wait(Some(left))
        // endregion:call
    }

    /// Lets the channel wait so long at most, and no longer than until it is time to ask whether the server is there.
    fn wait(&mut self, left: Option<Duration>) -> Result<()> {
        let time = match (left, self.ping) {
            (Some(left), Some(ping)) => Some(left.min(ping)),
            (left, ping) => left.or(ping),
        };
        // It is a system call, and mostly it is the same time as before.
        if self.waits != Some(time) {
            self.channel.limit(time).map_err(lost)?;
            self.waits = Some(time);
        }
        Ok(())
    }

    /// Sends all that `talk` has to say: in one write, if the server takes it. What it does not take in time is still to be sent.
    fn send(&mut self, limit: &Limit) -> Result<()> {
        while !self.talk.out.is_empty() {
            let written = self.channel.write(&self.talk.out);
            self.stuffed = written.is_err();
            match written {
                Ok(0) => return Err(lost(ErrorKind::WriteZero)),
                Ok(count) => {
                    self.talk.out.drain(..count);
                }
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => {}
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => self.wait_until(limit)?,
                    _ => return Err(lost(error)),
                },
            }
        }
        self.talk.out.shrink_to(WORTH_KEEPING);
        self.channel.flush().map_err(lost)
    }

    /// Takes note of what went wrong, and tells the server what it should know of that.
    fn note(&mut self, error: &Error) {
        match error {
            Error::Lost { why, .. } => self.ended = Some(why.clone()),
            Error::Wrong(wrong) => {
                self.talk.accuse(wrong);
                self.ended = Some(wrong.to_string());
            }
            Error::Failed(_) | Error::Connect { .. } => {}
        }
        // The call is over, whether the server hears why or not: it is not waited for.
        if !self.stuffed
            && let Ok(count) = self.channel.write(&self.talk.out)
        {
            self.talk.out.drain(..count);
            let _ = self.channel.flush();
        }
    }
}

/// Returns the error of a call that was not sent whole: nobody can have run it.
fn unsent(error: Error) -> Error {
    match error {
        Error::Lost { why, .. } => Error::Lost { why, sent: false },
        other => other,
    }
}

/// Returns the error of a connection that ended while a call was under way.
fn lost(why: impl ToString) -> Error {
    Error::Lost {
        why: why.to_string(),
        sent: true,
    }
}
